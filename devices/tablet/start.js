// Wires the tablet: outbox, both roads, the leaf that says what is safe, pages, the lesson.
(function (app) {
  "use strict";

  const HINT_MS = 3000;
  const MEND_MS = 5000;
  const SECRET = "mangotree.secret";
  const storage = app.openStore();
  const store = app.Store(storage, onStored);
  const outbox = app.Outbox(store);
  const link = app.Link(hear, onLink);
  const delivery = app.Delivery(outbox, link, onNext, onChange, function () {
    return isRead;
  });
  const pages = app.Pages(store, onPage, isCalm, isUp, owes);
  const listen = app.Listen();
  const road = app.Road(store);
  const rest = app.Break(store, {
    ask: ask, read: listen.read, isUp: isUp,
    turn: function () { lesson.load(false, "practice"); },
    walkOn: function () { lesson.begin(); },
    anew: function () {
      const facts = document.body.dataset;
      pages.leave("/learn?" + app.owner(facts.learner, facts.session));
    },
  });
  const desk = {
    give: give, given: outbox.given, ask: ask, askHint: askHint, changed: onChange,
    count: function () { return outbox.pending().length; },
    isUp: isUp,
    leave: function () { pages.leave("/"); },
    shown: function () { quiz.onPage(); },
    road: Object.assign({}, road, { walk: walk }),
    open: app.Open(store, storage),
  };
  const help = app.Help(store, function () { return lesson; });
  const quiz = app.Quiz(outbox, function () { return lesson; });
  let lesson = null;
  // Nothing is called safe before all that is kept was looked at.
  let isRead = false;

  // A page was put up, or the piece `id` of it; `isKept`: from the tablet's own store.
  function onPage(isKept, id) {
    const isLesson = document.body.className === "lesson";
    if (id && lesson && isLesson) {
      return;
    }
    if (lesson) {
      lesson.stop();
    }
    app.words = JSON.parse(document.body.dataset.words);
    lesson = isLesson ? app.Lesson(desk) : null;
    document.body.setAttribute("data-road", link.state());
    onChange();
    if (lesson) {
      lesson.start(isKept);
      if (!isKept) {
        quiz.onPage();
      }
      rest.onPage(isKept);
    }
  }

  function give(fields) {
    const held = outbox.add(fields);
    rest.onGiven(fields.ms);
    delivery.pump();
    onChange();
    return held;
  }

  function walk(asked) {
    rest.onWalk();
    return road.walk(asked);
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

  // By the link while it is up; where no reply comes, or none at all, by HTTP. Asking for the
  // same hint twice shows it once.
  function askHint(fields, failed) {
    const event = JSON.stringify(Object.assign({ kind: "hint" }, fields));
    const isOut = link.state() === "up" && link.publish("event", event);
    const button = app.byId("hint");
    setTimeout(function () {
      if (app.byId("hint") !== button || !button.disabled) {
        return;
      }
      app.send("POST", "/learn/hint", event, function (status, reply) {
        if (status === 200) {
          onNext(reply.next);
        } else {
          failed();
        }
      });
    }, isOut ? HINT_MS : 0);
  }

  function hear(leaf, message) {
    if (leaf === "facts") {
      pages.onVersion(message.version);
      keepSecret(message.secret);
    } else if (leaf === "next") {
      onNext(message);
    } else if (leaf === "receipt") {
      delivery.onReceipt(message);
    } else if (message.kind === "refused") {
      delivery.onRefused(message);
    } else if (message.kind === "class") {
      if (lesson) {
        lesson.onState(message.state);
      }
      quiz.onNumber(message.quiz || 0, message.state);
    }
  }

  function keepSecret(secret) {
    if (store.get(SECRET) !== secret) {
      store.remove(SECRET);
      store.set(SECRET, secret);
    }
  }

  function onNext(reply) {
    if (lesson) {
      lesson.onContact();
      lesson.onNext(reply);
      help.onNext(reply);
      rest.onNext(reply);
    }
  }

  // The page says which road it is on, for whoever repairs a network.
  function onLink() {
    document.body.setAttribute("data-road", link.state());
    if (lesson && link.state() === "up") {
      lesson.onContact();
    }
    delivery.onLink();
    onChange();
  }

  // What older pages left may have been found, or an answer can be kept no more.
  function onStored() {
    quiz.onPage();
    delivery.pump();
    onChange();
  }

  function onChange() {
    if (!app.words) {
      return;
    }
    if (isRead || outbox.pending().length) {
      drawLeaf(outbox.pending().length);
    } else {
      app.byId("leaf-words").textContent = "";
    }
    tellTrouble();
    if (lesson) {
      lesson.onSafe(function (entry) { return Boolean(outbox.find(entry.boot, entry.seq)); });
      quiz.onChange();
    }
  }

  function drawLeaf(count) {
    const leaf = app.byId("leaf");
    const words = app.byId("leaf-words");
    const waits = count === 1 ? app.words.waits_one : app.words.waits_many;
    const text = count ? app.filled(waits, { count: count }) : app.words.safe;
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
      app.say("trouble", app.words.shut_out);
    } else if (outbox.unsavedCount()) {
      app.say("trouble", app.words.unsaved);
    } else if (taken) {
      const refused = taken === 1 ? app.words.refused_one : app.words.refused_many;
      app.say("trouble", app.filled(refused, { count: taken }));
    } else {
      app.say("trouble", "");
    }
  }

  function isUp() {
    return link.state() === "up";
  }

  // Before all that is kept was looked at, it may be that it does.
  function owes(learner) {
    return !isRead || outbox.owes(learner);
  }

  // Nothing is on its way, and no child is at an answer, a code or an explanation.
  function isCalm() {
    const words = app.byId("explanation");
    return !outbox.pending().length && !(lesson && lesson.isBusy()) && !app.byId("code")
      && !document.querySelector("input[type=password]") && !(words && words.value);
  }

  // Either store may be the one that has it.
  app.secret = function (done) {
    store.ready(function () { done(store.get(SECRET)); });
  };
  document.addEventListener("keydown", function (event) {
    if (lesson && !rest.isOn()) {
      lesson.onKey(event);
    }
  });
  store.ready(function () { isRead = true; });
  pages.start();
  listen.start();
  app.Code().start();
  help.start();
  rest.start();
  // After all who act on a tap: it tells what they did.
  app.Heard().start();
  link.start();
  setInterval(function () {
    if (outbox.pending().length) {
      store.mend();
    }
  }, MEND_MS);
})(window.mangotree = window.mangotree || {});
