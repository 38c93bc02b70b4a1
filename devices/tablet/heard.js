// What a child hears who does not see the page: where the focus goes after each step, and one
// voice for what happens beside it.
//
// After an answer the focus goes to the question, named by what the answer was worth and what
// is asked now: one sentence in the right order, which a screen reader speaks once. A voice of
// its own (a live region that is there before its words) would be cut off by that focus.
(function (app) {
  "use strict";

  // As long as the lesson waits before it says that the hub is slow.
  const LATE_MS = 2000;
  // Who types is not talked into.
  const CALM_MS = 1500;
  const STEP = ["verdict", "solved", "given"];
  const byId = app.byId;

  app.Heard = function () {
    let body = document.body;
    let seen = sight();
    let lateTimer = 0;
    let isLate = false;
    let typedAt = -CALM_MS;
    // Whether the last verdict was not told yet: it is, with what follows it.
    let isFresh = false;

    function start() {
      new MutationObserver(onChange).observe(document.documentElement, {
        childList: true, subtree: true, attributes: true,
        attributeFilter: ["hidden", "data-up", "data-waiting"],
      });
      document.addEventListener("click", onClick);
      document.addEventListener("keydown", function () { typedAt = performance.now(); });
      prepare();
    }

    function onChange(changes) {
      const before = seen;
      seen = sight();
      isFresh = isFresh || changes.some(function (one) { return one.target.id === "verdict"; });
      watchLeaf();
      prepare();
      if (document.body !== body) {
        body = document.body;
        onPage();
      } else if (seen.code !== before.code) {
        focus(seen.code.querySelector("h1"));
      } else {
        onStep(before);
      }
    }

    function onPage() {
      const notice = byId("notice");
      if (seen.place) {
        tellStep();
      } else {
        focus(document.querySelector("h1"));
      }
      // It came with the page, so that its own region had no change to tell.
      app.hear(app.spoken(notice));
    }

    function onStep(before) {
      const isOther = seen.place !== before.place;
      const isTold = seen.told !== before.told;
      if (seen.place && (isOther || isTold && isFresh)) {
        tellStep();
      } else if (isTold) {
        app.hear(STEP.slice(1).map(byId).map(app.spoken).join(" ").trim());
      } else if (seen.hints > before.hints) {
        onHint();
      } else if (before.hand && seen.hand !== before.hand) {
        app.hear(seen.hand);
      }
    }

    function tellStep() {
      const names = seen.place.id === "rest" ? ["rest-title", "rest-words"] : ["prompt"];
      const ids = (isFresh ? STEP : []).concat(names).filter(function (id) {
        return app.spoken(byId(id));
      });
      isFresh = false;
      seen.place.setAttribute("role", "group");
      seen.place.setAttribute("aria-labelledby", ids.join(" "));
      focus(seen.place);
    }

    function onHint() {
      const hints = document.querySelectorAll(".hint-words");
      focus(hints[hints.length - 1]);
    }

    // Nobody is torn away from a field of words; who is there hears it instead.
    function focus(target) {
      const now = document.activeElement;
      if (!target || now && now.tagName === "TEXTAREA") {
        return;
      }
      const top = window.pageYOffset;
      target.setAttribute("tabindex", "-1");
      target.focus();
      window.scrollTo(0, top);
    }

    // What a key of the pad or the line has made of the answer: the keys say only themselves.
    function onClick(event) {
      const target = event.target.nodeType === 1 ? event.target : event.target.parentNode;
      if (target.closest(".key")) {
        typedAt = performance.now();
        app.hear(valueOf(document.querySelector(".number.is-on")));
      } else if (target.closest(".nudges")) {
        app.hear(nameOf(document.querySelector(".tick input:checked")));
      } else if (target.closest("#ask-why")) {
        app.hear(app.spoken(document.querySelector("#why.is-open")));
      }
    }

    // Answers that stay unsafe are shown wherever the child is on the page, and said once.
    function watchLeaf() {
      const waiting = Number(seen.waiting);
      if (waiting && !lateTimer) {
        lateTimer = setTimeout(function () {
          isLate = true;
          markLate();
          hearCalm();
        }, LATE_MS);
      } else if (!waiting && lateTimer) {
        clearTimeout(lateTimer);
        lateTimer = 0;
        if (isLate) {
          isLate = false;
          hearCalm();
        }
      }
      markLate();
    }

    function markLate() {
      if (document.body.hasAttribute("data-late") !== isLate) {
        document.body[isLate ? "setAttribute" : "removeAttribute"]("data-late", "");
      }
    }

    function hearCalm() {
      if (performance.now() - typedAt < CALM_MS) {
        setTimeout(hearCalm, CALM_MS);
      } else if (byId("leaf-words")) {
        app.hear(app.spoken(byId("leaf-words")));
      }
    }

    // With scripts the reasons open in place.
    function prepare() {
      const why = byId("ask-why");
      if (why && !why.hasAttribute("aria-expanded")) {
        why.setAttribute("aria-expanded", "false");
      }
    }

    return { start: start };
  };

  // Says `words` once; the same again is said again.
  app.hear = function (words) {
    const heard = byId("heard");
    if (heard && words) {
      heard.textContent = words + (heard.textContent === words ? "\u00a0" : "");
    }
  };

  // What stands on the page, as far as a child must hear of it.
  function sight() {
    const hand = byId("hand");
    const leaf = byId("leaf");
    return {
      place: [byId("task"), byId("rest")].filter(function (one) {
        return one && !one.hidden;
      })[0],
      code: byId("code"),
      told: byId("told"),
      hints: document.querySelectorAll(".hint-words").length,
      hand: hand ? hand.querySelector(
        hand.getAttribute("data-up") === "1" ? ".if-up" : ".if-down").textContent : "",
      waiting: leaf ? leaf.getAttribute("data-waiting") : "0",
    };
  }

  // The words of `one` without what is drawn for eyes alone.
  app.spoken = function (one) {
    const copy = one ? one.cloneNode(true) : document.createElement("p");
    Array.prototype.forEach.call(copy.querySelectorAll("[aria-hidden]"), function (drawn) {
      drawn.parentNode.removeChild(drawn);
    });
    return copy.textContent.trim().replace(/\s+/g, " ");
  };

  function valueOf(input) {
    return input ? input.value : "";
  }

  function nameOf(input) {
    const name = input && input.getAttribute("aria-label");
    return name || app.spoken(input && input.parentNode);
  }
})(window.mangotree = window.mangotree || {});
