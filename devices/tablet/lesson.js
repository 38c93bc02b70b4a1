// The lesson on the page: answer, verdict, hints, and the next question; while the hub is
// away the question that the kept road leads to.
(function (app) {
  "use strict";

  const SLOW_MS = 2000;
  const ASK_AGAIN_MS = 4000;
  const STATES = ["practice", "pause", "closed"];
  const byId = app.byId;

  // `desk` holds what the lesson needs of the rest of the tablet: `give(fields)` takes an
  // answer in and gives its place in line; `given(asked)` is the held answer to a question;
  // `ask()` wants whatever comes next for this learner; `askHint(fields, failed)` help;
  // `count()` says how many answers wait; `isUp()` whether the link is; `leave()` ends a
  // session that is over; `road` and `open` as they stand in theirs.
  app.Lesson = function (desk) {
    const facts = document.body.dataset;
    const learner = Number(facts.learner);
    const words = app.words;
    const open = desk.open;
    let fields = null;
    let hasTask = !byId("task").hidden;
    let state = facts.state;
    let waiting = null;
    let shownAt = performance.now();
    let askTimer = 0;
    let loads = 0;
    let isAway = false;
    let isOver = false;

    // `isKept`: the page comes from the tablet's own store, not from the hub just now.
    function start(isKept) {
      byId("rest-again").addEventListener("click", function (event) {
        event.preventDefault();
        desk.ask();
      });
      prepare();
      prepareTold();
      if (isKept) {
        resume(open.of(learner));
      } else if (!hasTask) {
        askSoon();
      } else {
        desk.road.onQuestion(learner, facts.session);
      }
    }

    // Where this tablet was when its page went away.
    function resume(kept) {
      if (kept && typeof kept.piece === "string") {
        showTask(app.parsed(kept.piece).body.querySelector("#task"));
      }
      if (kept && kept.piece === "") {
        rest();
      }
      if (kept && kept.asked) {
        wait(kept.asked);
        load(true, "practice");
      } else if (takeUp()) {
        load(true, "practice");
      } else if (!kept || !kept.isWalked) {
        load(false, "practice");
      }
    }

    // Answered already: out of sight, lest it is answered twice.
    function wait(asked) {
      waiting = asked;
      byId("task").hidden = true;
      setTimeout(tellSlow, SLOW_MS, waiting);
    }

    // An answer to this very question waits for the hub: a page before this one kept it, and
    // went away before it could say so; or the hub asked before it had it. Whether it was so.
    function takeUp() {
      const one = byId("form") && !waiting && desk.given(question());
      if (one) {
        const asked = Object.assign(question(), { answer: one.fields.answer, isFound: true });
        wait(placed(asked, one));
        open.keep(learner, null, waiting);
        desk.road.onAnswer(waiting);
      }
      return Boolean(one);
    }

    function placed(asked, place) {
      return Object.assign(asked, {
        boot: place.boot, seq: place.seq, skill: byId("form").getAttribute("data-skill"),
      });
    }

    function prepare() {
      const form = byId("form");
      fields = null;
      if (form) {
        open.putTyped(form, key());
        fields = app.Fields(form, words);
        form.addEventListener("submit", onSubmit);
        ["click", "change", "input"].forEach(function (kind) {
          form.addEventListener(kind, function () { open.keepTyped(form, key()); });
        });
        prepareHelp();
      }
    }

    function prepareHelp() {
      byId("help").hidden = isAway;
      if (byId("hint")) {
        byId("hint").addEventListener("click", onHint);
      }
    }

    function prepareTold() {
      if (byId("explain")) {
        byId("explain").addEventListener("submit", function (event) {
          event.preventDefault();
          app.explain(event.target, learner, facts.session);
        });
      }
    }

    function onKey(event) {
      if (fields && hasTask) {
        fields.press(event);
        open.keepTyped(byId("form"), key());
      }
    }

    function onSubmit(event) {
      event.preventDefault();
      const answer = fields.text();
      if (!answer || waiting || !hasTask) {
        return;
      }
      loads += 1;
      const asked = Object.assign(question(), { answer: answer });
      waiting = placed(asked, desk.give(Object.assign({
        ms: Math.round(performance.now() - shownAt), at: Date.now(),
      }, asked)));
      open.keep(learner, null, waiting);
      open.keepTyped(null, key());
      desk.road.onAnswer(waiting);
      byId("ok").disabled = true;
      if (isAway && !desk.isUp()) {
        walk();
      } else {
        setTimeout(tellSlow, SLOW_MS, waiting);
      }
    }

    function question() {
      return {
        learner: learner, session: facts.session,
        item: byId("item").value, seed: Number(byId("seed").value),
        step: Number(byId("step").value),
      };
    }

    // No reply: where no road is up, the tablet goes on by itself; where one seems to be, it
    // is given as long again.
    function tellSlow(asked) {
      if (isOver || waiting !== asked) {
        return;
      }
      app.showKept(asked.isAnswered);
      if (!desk.isUp() && !asked.isSafe || asked.isLate) {
        walk();
      } else {
        asked.isLate = true;
        setTimeout(tellSlow, SLOW_MS, asked);
      }
    }

    function walk() {
      const found = desk.road.walk(waiting);
      isAway = true;
      if (!waiting.isAnswered) {
        app.showWalked(found.verdict);
      }
      goOn(found.node);
    }

    function goOn(node) {
      if (!node) {
        rest();
        return;
      }
      waiting = null;
      loads += 1;
      showTask(app.parsed(node.html).body.querySelector("#task"));
      open.keepWalked(learner, node.html);
      showState("practice");
      app.say("notice", words.away);
    }

    // A turn that comes while the hub is away: no question of the hub's is at hand.
    function begin() {
      isAway = true;
      goOn(desk.road.begin(learner));
    }

    // The end of the supply: no child sits before a page that only waits.
    function rest() {
      hasTask = false;
      app.say("notice", "");
      app.showRestAway(desk.count());
      askSoon();
    }

    // The hub was heard again.
    function onContact() {
      if (isAway) {
        isAway = false;
        app.say("notice", "");
        if (byId("help")) {
          byId("help").hidden = false;
        }
      }
    }

    function onHint(event) {
      event.preventDefault();
      byId("hint").disabled = true;
      const level = Number(byId("hint").value);
      desk.askHint(Object.assign(question(), { level: level }), function () {
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
      if (reply.learner !== learner || !(isMine || isHint || isAsked)) {
        return;
      }
      onContact();
      if (isMine) {
        app.showVerdict(reply, waiting.skill, Number(facts.mastered));
        waiting.isAnswered = true;
      }
      app.say("notice", "");
      if (reply.activity) {
        load(isMine || Boolean(waiting), reply.state || "practice");
      } else {
        loads += 1;
        waiting = null;
        hasTask = false;
        open.keep(learner, "", null);
        if (isMine) {
          loadTold();
        }
        showState(reply.state || "practice");
      }
    }

    // What the hub asks now, as it draws it for pages without scripts, too.
    function load(isTold, next) {
      loads += 1;
      const mine = loads;
      const before = state;
      fetchPiece(isTold, function (piece) {
        if (mine !== loads) {
          return;
        }
        if (isTold) {
          put("told", piece);
          prepareTold();
        }
        waiting = null;
        open.keep(learner, new XMLSerializer().serializeToString(piece), null);
        showTask(piece.querySelector("#task"));
        // The class may have been paused since the reply was given.
        showState(state === before ? next : state);
        desk.shown();
        desk.road.onQuestion(learner, facts.session);
      }, function () {
        if (mine === loads && waiting) {
          walk();
        } else if (mine === loads && !byId("form") && !desk.isUp()) {
          begin();
        } else {
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
      app.fetchPiece(learner, facts.session, isTold, function (status, piece) {
        if (piece && !isOver) {
          done(piece);
        } else if (!isOver) {
          (status === 403 ? desk.leave : failed)();
        }
      });
    }

    // The same question again keeps what was typed; only the help below it grows.
    function showTask(task) {
      hasTask = Boolean(task);
      if (!task) {
        return;
      }
      const isSame = key() === task.getAttribute("data-key");
      if (isSame && byId("form")) {
        put("help", task);
        prepareHelp();
        byId("ok").disabled = false;
        byId("why").textContent = task.querySelector("#why").textContent;
      } else {
        byId("task").parentNode.replaceChild(document.adoptNode(task), byId("task"));
        prepare();
      }
      shownAt = performance.now();
    }

    function key() {
      return byId("task").getAttribute("data-key");
    }

    function put(id, piece) {
      byId(id).parentNode.replaceChild(piece.querySelector("#" + id), byId(id));
    }

    function showState(next) {
      state = next;
      const isTask = hasTask && state === "practice";
      app.showRest(isTask, words["rest_" + state], words["rest_" + state + "_words"]);
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
        desk.ask();
      }
    }

    // By MQTT the class's state comes by itself; by HTTP only who asks is told.
    function askSoon() {
      clearTimeout(askTimer);
      askTimer = setTimeout(function () {
        if (!hasTask && !isOver) {
          if (!waiting || waiting.isSafe) {
            desk.ask();
          }
          askSoon();
        }
      }, ASK_AGAIN_MS * (0.8 + 0.4 * Math.random()));
    }

    // The answer is on the hub's disk; should its reply be lost, the next question is asked
    // for again.
    function onSafe(isHeld) {
      if (waiting && isAway && !hasTask) {
        app.showRestAway(desk.count());
      }
      if (!waiting || waiting.isSafe || isHeld(waiting)) {
        return;
      }
      waiting.isSafe = true;
      setTimeout(function (asked) {
        if (waiting === asked && !isOver) {
          desk.ask();
        }
      }, waiting.isFound ? 0 : SLOW_MS, waiting);
    }

    return {
      start: start, onNext: onNext, onState: onState, onSafe: onSafe, onKey: onKey,
      onContact: onContact, load: load, begin: begin, takeUp: takeUp,
      isBusy: function () { return Boolean(waiting || hasTask && fields && fields.text()); },
      stop: function () {
        isOver = true;
        loads += 1;
        clearTimeout(askTimer);
      },
    };
  };
})(window.mangotree = window.mangotree || {});
