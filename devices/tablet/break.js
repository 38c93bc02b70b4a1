// A break, and the end of a day: the picture that fills, and while the hub is away the rule
// itself, as the hub last said it.
//
// Time is the page's own steady clock, in steps that are added up and kept: a reload ends no
// break, and no clock that jumps makes one longer. Nothing is taken away: what is asked stays
// below, out of sight, and answers travel on.
(function (app) {
  "use strict";

  const KEPT = "mangotree.latest.break.";
  const TICK_MS = 1000;
  const KEEP_MS = 5000;
  // As the hub counts it: more over one answer is not work, and so long a gap is a night.
  const MOST_MS = 120000;
  const NIGHT_MS = 6 * 3600 * 1000;
  const STAGES = 4;
  const EMPTY = 114;
  const FULL = 26;
  // When it is over the child has this long to see so; then it goes on by itself.
  const OVER_MS = 4000;
  const byId = app.byId;

  // `desk`: `ask()` what comes next; `isUp()`, whether the link is; `walkOn()` along the kept
  // road, where the hub went away; `turn()` draws the lesson anew where others share the
  // tablet, `anew()` the whole page; `read(link)` says aloud.
  app.Break = function (store, desk) {
    // Of the learner on the page: what the hub said, less what was worked since. `isOwn`: this
    // tablet began the rest by itself; `isOver`: there is no time left. Each learner's is kept.
    let now = null;
    let tickAt = performance.now();
    let keptAt = 0;
    let givenAt = 0;
    let goTimer = 0;
    let isSeen = false;
    let isEnding = false;

    function start() {
      document.addEventListener("click", onClick);
      new MutationObserver(draw).observe(document.documentElement, {
        childList: true, subtree: true, attributes: true, attributeFilter: ["hidden"],
      });
      setInterval(tick, TICK_MS);
    }

    // A page was put up; `isKept`: from the tablet's own store, not from the hub just now.
    function onPage(isKept) {
      const said = byId("break") && app.fromJson(byId("break").getAttribute("data-rest"));
      const kept = app.fromJson(store.get(KEPT + learner()));
      clearTimeout(goTimer);
      isSeen = isEnding = false;
      now = null;
      if (isKept && kept) {
        now = kept;
        takeUp();
      } else if (said) {
        hear(said);
      }
      draw();
    }

    function takeUp() {
      endNight();
      if (isOn() && now.isOver) {
        goTimer = setTimeout(go, OVER_MS);
      } else if (isOn() && !now.isOwn) {
        desk.ask();
      }
    }

    // A day that is used up is over after a night, whatever the tablet's clock: one that was
    // set back says nothing, and nobody is shut out by it.
    function endNight() {
      const gap = Date.now() - now.since;
      if (now.why === "day" && (gap < 0 || gap > NIGHT_MS)) {
        now = null;
      }
    }

    // `reply` came; one that belongs to no answer (no `boot`) may be the teacher's word.
    function onNext(reply) {
      const isMine = reply.learner === learner();
      if (isMine && !byId("break") && reply.rest && reply.rest.why) {
        // The rule is younger than this page.
        desk.anew();
      }
      if (!isMine || !byId("break") || isOn() && now.isOwn && reply.boot) {
        return;
      }
      const was = isOn();
      if (reply.rest) {
        hear(reply.rest);
      } else {
        now = null;
      }
      if (isOn() && !was && isAsked()) {
        // What is asked now is not taken away: the answer to it brings the rest.
        now.why = "";
      }
      // Until the question is there the page of rest stays, lest another one blinks up.
      isEnding = was && !isOn() && Boolean(reply.activity);
      if (isOn() && !was && document.querySelectorAll("#together li").length > 1) {
        desk.turn();
      }
      keep();
      draw();
    }

    function hear(rest) {
      tick();
      const isSame = isOn() && now.why === rest.why;
      const left = rest.left_ms || 0;
      now = {
        why: rest.why || "", total: rest.break_ms || 0,
        left: isSame ? Math.min(now.left, left) : left, isOver: isSame && now.isOver,
        spell: rest.spell_ms || 0, work: limit(rest.work_ms), day: limit(rest.day_ms),
      };
    }

    // An answer of `ms` at its question was given.
    function onGiven(ms) {
      if (!now) {
        return;
      }
      const at = performance.now();
      const worked = Math.min(ms, MOST_MS);
      const isRested = givenAt && now.total && at - givenAt - ms >= now.total;
      givenAt = at;
      if (now.work !== null) {
        now.work = (isRested ? now.spell : now.work) - worked;
      }
      if (now.day !== null) {
        now.day -= worked;
      }
      keep();
    }

    // The hub is away, and the tablet goes on by itself: a rest that is due begins here, but
    // not in a quiz.
    function onWalk() {
      const isDay = now && now.day !== null && now.day <= 0;
      const isBreak = now && now.work !== null && now.work <= 0;
      const isQuiz = byId("task").hasAttribute("data-quiz");
      if (isOn() || isQuiz || !isDay && !isBreak) {
        return;
      }
      now.why = isDay ? "day" : "break";
      now.left = isDay ? 0 : now.total;
      tickAt = performance.now();
      now.isOwn = true;
      keep();
      draw();
    }

    function tick() {
      const at = performance.now();
      const passed = at - tickAt;
      tickAt = at;
      if (!isOn() || now.why !== "break" || now.isOver) {
        return;
      }
      now.left = Math.max(0, now.left - passed);
      if (!now.left) {
        now.isOver = true;
        goTimer = setTimeout(go, OVER_MS);
      }
      if (now.isOver || at - keptAt > KEEP_MS) {
        keep();
      }
      draw();
    }

    // On with the question below, or with the one that the hub has.
    function go() {
      clearTimeout(goTimer);
      if (!isOn() || !isShown()) {
        return;
      }
      if (now.isOwn) {
        end();
        return;
      }
      desk.ask();
      goTimer = setTimeout(function () {
        if (isOn() && now.isOver && !desk.isUp()) {
          end();
          desk.walkOn();
        }
      }, OVER_MS);
    }

    function end() {
      now.why = "";
      now.work = now.spell || now.work;
      now.isOwn = now.isOver = false;
      keep();
      draw();
    }

    function onClick(event) {
      const target = event.target.nodeType === 1 ? event.target : event.target.parentNode;
      if (target && target.id === "break-go") {
        event.preventDefault();
        go();
      }
    }

    function draw() {
      if (isOn() && !now.isOwn && isAsked()) {
        // The hub asks something all the same: a quiz began, or the teacher lets go on.
        now.why = "";
      }
      const isRest = Boolean(isOn() && isShown());
      const is = document.body.getAttribute("data-resting") || "";
      const wanted = isRest ? now.why : "";
      isEnding = isEnding && Boolean(byId("break")) && byId("task").hidden;
      if (!byId("break") || isEnding) {
        return;
      }
      if (is !== wanted) {
        document.body[wanted ? "setAttribute" : "removeAttribute"]("data-resting", wanted);
      }
      if (isRest) {
        drawRest();
      }
      isSeen = isRest;
    }

    function drawRest() {
      const done = now.total ? 1 - now.left / now.total : 0;
      const words = byId("mango").getAttribute("data-stage-" + Math.floor(STAGES * done));
      set(byId("mango-fill"), "y", String(Math.round(EMPTY + (FULL - EMPTY) * done)));
      set(byId("mango"), "aria-label", words);
      show(byId("break-over"), now.isOver);
      show(byId("break-go"), now.isOver);
      if (!isSeen) {
        const part = byId("break").querySelector(".of-" + now.why);
        isSeen = true;
        window.scrollTo(0, 0);
        part.querySelector("h1").focus();
        desk.read(part.querySelector("a.listen"));
      }
    }

    function keep() {
      keptAt = performance.now();
      if (now) {
        now.since = Date.now();
        store.set(KEPT + learner(), JSON.stringify(now));
      } else {
        store.remove(KEPT + learner());
      }
    }

    function isOn() {
      return Boolean(now && now.why);
    }

    return {
      start: start, onPage: onPage, onNext: onNext, onGiven: onGiven, onWalk: onWalk,
      isOn: function () { return document.body.hasAttribute("data-resting"); },
    };
  };

  function learner() {
    return Number(document.body.dataset.learner);
  }

  // A friend at the same tablet, whose turn it is, does not rest.
  function isTurn() {
    return byId("task").classList.contains("turn");
  }

  function isShown() {
    return Boolean(byId("break")) && !isTurn();
  }

  function isAsked() {
    return isShown() && !byId("task").hidden;
  }

  function limit(ms) {
    return typeof ms === "number" ? ms : null;
  }

  // Only what changes is written: the page's watchers hear of each change.
  function set(one, name, value) {
    if (one.getAttribute(name) !== value) {
      one.setAttribute(name, value);
    }
  }

  function show(one, isWanted) {
    if (one.hidden === Boolean(isWanted)) {
      one.hidden = !isWanted;
    }
  }
})(window.mangotree = window.mangotree || {});
