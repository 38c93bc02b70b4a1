// The open question as it is kept: its piece of HTML, whether it was answered, what is typed.
(function (app) {
  "use strict";

  const OPEN = "mangotree.latest.open.";
  const TYPED = "mangotree-typed";

  // `store` keeps the question; what is typed goes to `storage`, which is written at once.
  app.Open = function (store, storage) {
    // Of this learner, or null: {piece, asked, isWalked}.
    function of(learner) {
      return app.fromJson(store.get(OPEN + learner));
    }

    // `piece` is the question as the hub drew it, "" for none, null where it has not changed;
    // `asked` the answer that was given to it.
    function keep(learner, piece, asked) {
      const before = of(learner);
      const text = piece === null ? before && before.piece : piece;
      store.set(OPEN + learner, JSON.stringify({ piece: text, asked: asked }));
    }

    // A question of the road: the hub has not asked it, and will not send it again.
    function keepWalked(learner, piece) {
      store.set(OPEN + learner, JSON.stringify({ piece: piece, isWalked: true }));
    }

    // What stands in `form`, or nothing any more: null.
    function keepTyped(form, key) {
      const typed = form && controls(form).map(function (one) {
        return one.type === "checkbox" || one.type === "radio" ? one.checked : one.value;
      });
      try {
        storage.setItem(TYPED, JSON.stringify({ key: key, typed: typed }));
      } catch (error) {
        // Off or full: a reload empties the fields, and nothing else is lost.
      }
    }

    function putTyped(form, key) {
      const kept = app.fromJson(storage && storage.getItem(TYPED));
      if (kept && kept.typed && kept.key === key) {
        controls(form).forEach(function (one, nth) {
          if (typeof kept.typed[nth] === "boolean") {
            one.checked = kept.typed[nth];
          } else if (nth < kept.typed.length) {
            one.value = kept.typed[nth];
          }
        });
      }
    }

    return {
      of: of, keep: keep, keepWalked: keepWalked, keepTyped: keepTyped, putTyped: putTyped,
    };
  };

  function controls(form) {
    return Array.prototype.filter.call(form.elements, function (one) {
      return one.name && one.type !== "hidden" && one.tagName !== "BUTTON";
    });
  }
})(window.mangotree = window.mangotree || {});
