// The pages that this tablet keeps, and whose lesson may go on while the hub is away.
//
// Each page says in data-here who sits at this tablet, or "all" where a card is enough to come
// in. The lessons of those who do not are let go: who needs a code needs the hub for it. Who
// leaves while the hub is away has left, and the hub is told when it is back.
(function (app) {
  "use strict";

  const LATEST = "mangotree.latest.";
  const LEFT = "mangotree.left.";
  // As many as share a tablet.
  const MOST = 3;
  const OF_LEARNER = ["lesson", "open", "road", "walked"];

  // A page or a piece of the hub's, escaped there; a parsed document runs no script.
  app.parsed = function (text) {
    return new DOMParser().parseFromString(text, "text/html");
  };

  app.Kept = function (store) {
    // A page as the hub sent it, and `text` as it is written.
    function keep(page, text) {
      const learner = page.body.dataset.learner;
      const isLesson = page.body.className === "lesson";
      const name = isLesson ? "lesson." + learner : page.body.className;
      store.set(LATEST + name, text);
      show(name);
      if (isLesson) {
        store.remove(LATEST + "open." + learner);
        store.remove(LEFT + learner);
        store.set(LATEST + "sat", JSON.stringify(others(learner).concat(learner)));
        keepTogether(page);
      }
      clear(page);
    }

    // What the hub's page says of who is here is the latest word.
    function clear(page) {
      const here = page.body.dataset.here;
      if (here === undefined) {
        return;
      }
      const stay = sat().filter(function (learner) {
        return here === "all" || here.split(" ").indexOf(learner) >= 0;
      }).slice(-MOST);
      sat().forEach(function (learner) {
        if (stay.indexOf(learner) < 0) {
          OF_LEARNER.forEach(function (kind) { store.remove(LATEST + kind + "." + learner); });
        }
      });
      store.set(LATEST + "here", here);
      store.set(LATEST + "sat", JSON.stringify(stay));
    }

    // Who sits together is written on the latest page, whoever's it is.
    function keepTogether(page) {
      const together = page.getElementById("together");
      const text = together ? new XMLSerializer().serializeToString(together) : "";
      store.set(LATEST + "together", text);
    }

    // The page that was on the screen last, or null.
    function last() {
      return named(store.get(LATEST + "name"));
    }

    // The lesson of one who may go on without the hub, or null.
    function lessonOf(learner) {
      const isOpen = store.get(LATEST + "here") === "all" || !store.get(LEFT + learner);
      return isOpen ? named("lesson." + learner) : null;
    }

    function named(name) {
      const text = store.get(LATEST + name);
      const page = text ? app.parsed(text) : null;
      const old = page && page.getElementById("together");
      const fresh = app.parsed(store.get(LATEST + "together") || "").getElementById("together");
      if (old && fresh) {
        Array.prototype.forEach.call(fresh.querySelectorAll("form"), function (form) {
          form.hidden = form.learner.value === page.body.dataset.learner;
        });
        old.parentNode.replaceChild(page.adoptNode(fresh), old);
      }
      return page;
    }

    function show(name) {
      store.set(LATEST + "name", name);
    }

    // Those who left and of whom the hub has not heard it.
    function left() {
      return store.keys(LEFT).map(function (key) { return key.slice(LEFT.length); });
    }

    function sat() {
      return app.fromJson(store.get(LATEST + "sat")) || [];
    }

    function others(learner) {
      return sat().filter(function (one) { return one !== learner; });
    }

    return {
      keep: keep, clear: clear, last: last, lessonOf: lessonOf, show: show, left: left,
      cards: function () { return named("cards"); },
      leave: function (learner) { store.set(LEFT + learner, "1"); },
      onLeft: function (learner) { store.remove(LEFT + learner); },
    };
  };
})(window.mangotree = window.mangotree || {});
