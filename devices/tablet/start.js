// Wires the page: outbox, both roads, the leaf that says what is safe, and the lesson.
(function (app) {
  "use strict";

  const storage = app.openStore();
  const outbox = app.Outbox(storage);
  const link = app.Link(hear, onLink);
  const delivery = app.Delivery(outbox, link, onNext, onChange);
  const hasLesson = document.body.className === "lesson";
  const lesson = hasLesson ? app.Lesson(give, ask) : null;

  function give(fields) {
    const held = outbox.add(fields);
    delivery.pump();
    onChange();
    return held;
  }

  // What comes next for the child who sits here, without an answer.
  function ask() {
    const learner = Number(document.body.dataset.learner);
    const event = { kind: "sign_in", learner: learner };
    if (link.state() === "up" && link.publish("event", JSON.stringify(event))) {
      return;
    }
    const body = JSON.stringify({ learner: learner });
    app.send("POST", "/learn/sign-in", body, function (status, reply) {
      if (status === 200) {
        onNext(reply.next);
      }
    });
  }

  function hear(leaf, message) {
    if (leaf === "next") {
      onNext(message);
    } else if (leaf === "receipt") {
      delivery.onReceipt(message);
    } else if (message.kind === "refused") {
      delivery.onRefused(message);
    } else if (message.kind === "class" && lesson) {
      lesson.onState(message.state);
    }
  }

  function onNext(reply) {
    if (lesson) {
      lesson.onNext(reply);
    }
  }

  // The page says which road it is on, for whoever repairs a network.
  function onLink() {
    document.body.setAttribute("data-road", link.state());
    delivery.onLink();
    onChange();
  }

  function onChange() {
    drawLeaf(outbox.pending().length);
    tellTrouble();
    if (lesson) {
      lesson.onSafe(function (entry) { return Boolean(outbox.find(entry.boot, entry.seq)); });
    }
  }

  function drawLeaf(count) {
    const leaf = document.getElementById("leaf");
    const words = document.getElementById("leaf-words");
    const answers = count === 1 ? "1 answer waits" : count + " answers wait";
    const text = count ? answers + " on this tablet" : "all answers safe";
    leaf.className = count ? "leaf is-waiting" : "leaf";
    leaf.setAttribute("data-waiting", String(count));
    if (words.textContent !== text) {
      words.textContent = text;
    }
  }

  // What a child or teacher must know, the most pressing first.
  function tellTrouble() {
    const taken = outbox.refusedCount();
    if (delivery.isRefused()) {
      app.say("trouble", "This tablet is shut out of the class. Show it to your teacher.");
    } else if (outbox.unsavedCount()) {
      app.say("trouble", "This tablet cannot keep answers: its memory is full or switched off. "
        + "Leave this page open until the leaf is green.");
    } else if (taken) {
      app.say("trouble", (taken === 1 ? "1 answer was" : taken + " answers were")
        + " not taken by the hub. Show this to your teacher.");
    } else {
      app.say("trouble", "");
    }
  }

  onChange();
  if (lesson) {
    lesson.start();
  }
  link.start();
})(window.mangotree = window.mangotree || {});
