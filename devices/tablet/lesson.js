// The lesson on the page: answer, verdict, tree, hints, and the next question.
(function (app) {
  "use strict";

  const TREE_SIZES = 6;
  const SLOW_MS = 2000;
  const ASK_AGAIN_MS = 4000;
  const VERDICTS = { true: "right", false: "not-yet" };
  const STATES = ["practice", "pause", "closed"];

  // `give(fields)` takes an answer in and gives its place in line; `ask()` wants whatever
  // comes next for this learner; `askHint(fields)` help with the question.
  app.Lesson = function (give, ask, askHint) {
    const facts = document.body.dataset;
    const words = app.words;
    let fields = null;
    let hasTask = !byId("task").hidden;
    let state = facts.state;
    let waiting = null;
    let shownAt = performance.now();
    let askTimer = 0;
    let loads = 0;

    function start() {
      document.addEventListener("keydown", onKey);
      byId("rest-again").addEventListener("click", onLookAgain);
      prepare();
      prepareTold();
      if (!hasTask) {
        askSoon();
      }
    }

    function prepare() {
      const form = byId("form");
      if (form) {
        fields = app.Fields(form, words);
        form.addEventListener("submit", onSubmit);
        prepareHelp();
      }
    }

    function prepareHelp() {
      if (byId("hint")) {
        byId("hint").addEventListener("click", onHint);
      }
    }

    function prepareTold() {
      if (byId("explain")) {
        byId("explain").addEventListener("submit", onExplain);
      }
    }

    // The fields are read-only, lest a tablet's own keyboard hides the question.
    function onKey(event) {
      const isElsewhere =
        /^(TEXTAREA|SELECT|BUTTON|A|SUMMARY)$/.test(event.target.tagName);
      const isKey = event.target.classList.contains("key") && event.key !== "Enter";
      if (event.ctrlKey || event.metaKey || event.altKey || !fields || isElsewhere && !isKey) {
        return;
      }
      const isSign = byId("task").querySelector("input.number") && event.key !== " ";
      if (event.key.length === 1 && isSign) {
        fields.type(event.key);
      } else if (event.key === "Enter" && hasTask) {
        event.preventDefault();
        byId("ok").click();
      } else if (event.key === "Backspace") {
        event.preventDefault();
        fields.type("back");
      }
    }

    function onSubmit(event) {
      event.preventDefault();
      const answer = fields.text();
      if (!answer || waiting || !hasTask) {
        return;
      }
      const held = give(Object.assign(question(), {
        answer: answer, ms: Math.round(performance.now() - shownAt), at: Date.now(),
      }));
      waiting = {
        boot: held.boot, seq: held.seq, skill: byId("form").getAttribute("data-skill"),
      };
      byId("ok").disabled = true;
      setTimeout(tellSlow, SLOW_MS, waiting);
    }

    function question() {
      return {
        learner: Number(facts.learner), session: facts.session,
        item: byId("item").value, seed: Number(byId("seed").value),
        step: Number(byId("step").value),
      };
    }

    function tellSlow(asked) {
      if (waiting === asked && !asked.isAnswered) {
        app.say("notice", words.kept);
      }
    }

    function onHint(event) {
      event.preventDefault();
      byId("hint").disabled = true;
      askHint(Object.assign(question(), { level: Number(byId("hint").value) }), function () {
        app.say("notice", words.no_hint);
        if (byId("hint")) {
          byId("hint").disabled = false;
        }
      });
    }

    // The reply to this page's own answer, or what it asked for; nothing else is for it.
    function onNext(reply) {
      const isMine = waiting && reply.boot === waiting.boot
        && reply.device_seq === waiting.seq && !waiting.isAnswered;
      const isHint = !reply.boot && reply.hint && hasTask && !waiting;
      const isAsked = !reply.boot && (waiting ? waiting.isSafe : !hasTask);
      if (reply.learner !== Number(facts.learner) || !(isMine || isHint || isAsked)) {
        return;
      }
      if (isMine) {
        showVerdict(reply);
        waiting.isAnswered = true;
      }
      app.say("notice", "");
      if (reply.activity) {
        load(isMine || Boolean(waiting), reply.state || "practice");
      } else {
        loads += 1;
        waiting = null;
        hasTask = false;
        if (isMine) {
          loadTold();
        }
        showState(reply.state || "practice");
      }
    }

    function showVerdict(reply) {
      byId("feedback").className = "feedback " + (VERDICTS[reply.is_right] || unread(reply));
      byId("verdict").textContent = reply.feedback || "";
      byId("told").textContent = "";
      if (typeof reply.mastery_after === "number") {
        grow(reply.mastery_after, waiting.skill);
      }
    }

    function unread(reply) {
      return reply.verdict === "wrong_form" ? "not-yet" : "unread";
    }

    function grow(mastery, skill) {
      const isMastered = mastery >= Number(facts.mastered);
      const most = Math.min(TREE_SIZES - 1, Math.floor(mastery * TREE_SIZES));
      const size = isMastered ? TREE_SIZES : most;
      const tree = byId("tree");
      tree.setAttribute("data-size", String(size));
      const grown = { size: size, sizes: TREE_SIZES };
      tree.setAttribute("aria-label", app.filled(words.tree, grown));
      byId("skill").textContent = skill;
    }

    // What the hub asks now, as it draws it for pages without scripts, too.
    function load(isTold, next) {
      loads += 1;
      const mine = loads;
      fetchPiece(isTold, function (piece) {
        if (mine !== loads) {
          return;
        }
        if (isTold) {
          put("told", piece);
          prepareTold();
        }
        showTask(piece.querySelector("#task"));
        waiting = null;
        showState(next);
      }, function () {
        if (mine === loads) {
          setTimeout(function () { if (mine === loads) { load(isTold, next); } }, SLOW_MS);
        }
      });
    }

    function loadTold() {
      fetchPiece(true, function (piece) {
        put("told", piece);
        prepareTold();
      }, function () {});
    }

    function fetchPiece(isTold, done, failed) {
      const path = "/learn/task?learner=" + facts.learner + "&session="
        + encodeURIComponent(facts.session) + (isTold ? "&told" : "");
      app.fetchPiece(path, done, failed);
    }

    // The same question again keeps what was typed; only the help below it grows.
    function showTask(task) {
      hasTask = Boolean(task);
      if (!task) {
        return;
      }
      const isSame = byId("task").getAttribute("data-key") === task.getAttribute("data-key");
      if (isSame && byId("form")) {
        put("help", task);
        prepareHelp();
        byId("ok").disabled = false;
        byId("why").textContent = task.querySelector("#why").textContent;
      } else {
        byId("task").parentNode.replaceChild(task, byId("task"));
        prepare();
      }
      shownAt = performance.now();
    }

    function put(id, piece) {
      byId(id).parentNode.replaceChild(piece.querySelector("#" + id), byId(id));
    }

    function showState(next) {
      state = next;
      const isTask = hasTask && state === "practice";
      byId("task").hidden = !isTask;
      byId("rest").hidden = isTask;
      byId("rest-title").textContent = words["rest_" + state];
      byId("rest-words").textContent = words["rest_" + state + "_words"];
      if (!hasTask) {
        askSoon();
      }
    }

    // The teacher paused the class, or lets it go on: what was asked stays for then.
    function onState(next) {
      if (STATES.indexOf(next) < 0 || next === state) {
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

    function onExplain(event) {
      event.preventDefault();
      const form = event.target;
      const body = {
        learner: Number(facts.learner), session: facts.session,
        item: form.item.value, seed: Number(form.seed.value), text: form.text.value,
      };
      app.send("POST", "/learn/why", JSON.stringify(body), function (status) {
        app.say("notice", status === 200 ? words.explained : words.no_hint);
        if (status === 200 && form.parentNode) {
          form.parentNode.removeChild(form);
        }
      });
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

  app.say = function (id, words) {
    const place = byId(id);
    if (place) {
      place.textContent = words;
      place.hidden = !words;
    }
  };

  // `text` with {name} filled in; numbers in the language's own digits.
  app.filled = function (text, slots) {
    const digits = Array.from(app.words.digits);
    return Object.keys(slots).reduce(function (filled, name) {
      const shaped = String(slots[name]).replace(/[0-9]/g, function (one) {
        return digits[Number(one)];
      });
      return filled.split("{" + name + "}").join(shaped);
    }, text);
  };

  function byId(id) {
    return document.getElementById(id);
  }
})(window.mangotree = window.mangotree || {});
