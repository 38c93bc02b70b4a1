// The lesson on the page: number pad, answer, verdict, tree and the next question.
(function (app) {
  "use strict";

  const TREE_SIZES = 6;
  const SLOW_MS = 2000;
  const ASK_AGAIN_MS = 4000;
  const VERDICTS = { true: "right", false: "not-yet" };
  const RESTS = {
    practice: ["You did it all!", "There is nothing left to practise. Tell your teacher."],
    pause: ["Time for a pause", "Your teacher has paused the class. It goes on by itself."],
    closed: ["That is all for today", "Every answer of yours is kept. See you!"],
  };

  // `give(fields)` takes an answer in and gives its place in line; `ask()` wants whatever
  // comes next for this learner.
  app.Lesson = function (give, ask) {
    const facts = document.body.dataset;
    const form = byId("form");
    const field = byId("answer");
    let hasTask = !byId("task").hidden;
    let state = facts.state;
    let waiting = null;
    let shownAt = Date.now();
    let askTimer = 0;

    function start() {
      field.readOnly = true;
      app.drawPad(byId("pad"), byId("ok"), type);
      document.addEventListener("keydown", onKey);
      form.addEventListener("submit", onSubmit);
      byId("rest-again").addEventListener("click", onLookAgain);
      if (!hasTask) {
        askSoon();
      }
    }

    function type(key) {
      if (waiting || !hasTask) {
        return;
      }
      const text = field.value;
      field.value = key === "back" ? text.slice(0, -1) : (text + key).slice(0, 12);
    }

    // The field itself is read-only, lest a tablet's own keyboard hides the question.
    function onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (/^[0-9]$/.test(event.key)) {
        type(event.key);
      } else if (event.key === "Backspace") {
        event.preventDefault();
        type("back");
      }
    }

    function onSubmit(event) {
      event.preventDefault();
      const answer = field.value.trim();
      if (!answer || waiting || !hasTask) {
        return;
      }
      const held = give({
        learner: Number(facts.learner), session: facts.session,
        item: byId("item").value, seed: Number(byId("seed").value),
        answer: answer, ms: Math.max(0, Date.now() - shownAt), at: Date.now(),
      });
      waiting = {
        boot: held.boot, seq: held.seq, answer: answer,
        prompt: byId("prompt").textContent, skill: form.getAttribute("data-skill"),
      };
      byId("ok").disabled = true;
      setTimeout(tellSlow, SLOW_MS, waiting);
    }

    function tellSlow(asked) {
      if (waiting === asked) {
        app.say("notice", "Your answer is kept on this tablet. "
          + "It goes on when the hub answers.");
      }
    }

    // The reply to this page's own answer, or what it asked for; nothing else is for it.
    function onNext(reply) {
      const isMine = waiting && reply.boot === waiting.boot
        && reply.device_seq === waiting.seq;
      const isAsked = !reply.boot && (waiting ? waiting.isSafe : !hasTask);
      if (reply.learner !== Number(facts.learner) || !(isMine || isAsked)) {
        return;
      }
      if (isMine) {
        showVerdict(reply);
      }
      waiting = null;
      app.say("notice", "");
      showActivity(reply.activity || null);
      showState(reply.state || "practice");
    }

    function showVerdict(reply) {
      const verdict = VERDICTS[reply.is_right] || "unread";
      const right = verdict === "right" ? waiting.answer : reply.expected || "";
      byId("feedback").className = "feedback " + verdict;
      byId("verdict").textContent = reply.feedback || "";
      byId("solved").textContent = waiting.prompt.split("?").join(right);
      const given = "You wrote " + waiting.answer + ".";
      byId("given").textContent = verdict === "right" ? "" : given;
      if (typeof reply.mastery_after === "number") {
        grow(reply.mastery_after, waiting.skill);
      }
    }

    function grow(mastery, skill) {
      const isMastered = mastery >= Number(facts.mastered);
      const most = Math.min(TREE_SIZES - 1, Math.floor(mastery * TREE_SIZES));
      const size = isMastered ? TREE_SIZES : most;
      const tree = byId("tree");
      tree.setAttribute("data-size", String(size));
      tree.setAttribute("aria-label", "A tree, grown " + size + " of " + TREE_SIZES);
      byId("skill").textContent = skill;
    }

    function showActivity(activity) {
      hasTask = Boolean(activity);
      field.value = "";
      byId("ok").disabled = false;
      if (activity) {
        byId("prompt").textContent = activity.prompt;
        byId("why").textContent = activity.why || "";
        byId("item").value = activity.item;
        byId("seed").value = String(activity.seed);
        form.setAttribute("data-skill", activity.skill);
        shownAt = Date.now();
      }
    }

    function showState(next) {
      state = next;
      const isTask = hasTask && state === "practice";
      byId("task").hidden = !isTask;
      byId("rest").hidden = isTask;
      byId("rest-title").textContent = RESTS[state][0];
      byId("rest-words").textContent = RESTS[state][1];
      if (!hasTask) {
        askSoon();
      }
    }

    // The teacher paused the class, or lets it go on: what was asked stays for then.
    function onState(next) {
      if (!RESTS[next] || next === state) {
        return;
      }
      showState(next);
      if (next === "practice" && !hasTask && !waiting) {
        ask();
      }
    }

    // By MQTT the class's state comes by itself; by HTTP only who asks is told.
    function askSoon() {
      clearTimeout(askTimer);
      askTimer = setTimeout(function () {
        if (!hasTask && !waiting) {
          ask();
          askSoon();
        }
      }, ASK_AGAIN_MS * (0.8 + 0.4 * Math.random()));
    }

    function onLookAgain(event) {
      event.preventDefault();
      ask();
    }

    // The answer is on the hub's disk; should its reply be lost, the next question is asked
    // for again.
    function onSafe(isHeld) {
      if (!waiting || waiting.isSafe || isHeld(waiting)) {
        return;
      }
      waiting.isSafe = true;
      setTimeout(function (asked) {
        if (waiting === asked) {
          ask();
        }
      }, SLOW_MS, waiting);
    }

    return { start: start, onNext: onNext, onState: onState, onSafe: onSafe };
  };

  // Big keys in the order of a telephone; OK is the last one, in the corner.
  app.drawPad = function (pad, ok, type) {
    ["1", "2", "3", "4", "5", "6", "7", "8", "9", "back", "0"].forEach(function (key) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button key";
      button.textContent = key === "back" ? "⌫" : key;
      if (key === "back") {
        button.setAttribute("aria-label", "Delete the last digit");
      }
      button.addEventListener("click", function () { type(key); });
      pad.insertBefore(button, ok);
    });
    pad.className = "pad has-keys";
    pad.parentNode.className = "answer has-pad";
  };

  app.say = function (id, words) {
    const place = byId(id);
    if (place) {
      place.textContent = words;
      place.hidden = !words;
    }
  };

  function byId(id) {
    return document.getElementById(id);
  }
})(window.mangotree = window.mangotree || {});
