// A tireless child: answers whatever is asked with any answer at all, and tells of each that
// the page has taken in. What it tells stands in the page's own store at that moment.
(function () {
  "use strict";

  const ANSWER = "mangotree.answer.";

  function all(node, selector) {
    return Array.prototype.slice.call(node.querySelectorAll(selector));
  }

  function any(list) {
    return list[Math.floor(Math.random() * list.length)];
  }

  function fill(widget) {
    const kind = widget.dataset.kind;
    const parts = all(widget, ".part > .widget");
    if (parts.length) {
      parts.forEach(fill);
    } else if (kind === "order") {
      const places = all(widget, "select");
      const ids = all(places[0], "option").map(one => one.value).filter(Boolean);
      ids.sort(() => Math.random() - 0.5);
      places.forEach((place, nth) => { place.value = ids[nth]; });
    } else if (kind === "match") {
      all(widget, "select").forEach(one => {
        one.value = any(all(one, "option").slice(1)).value;
      });
    } else {
      const ticks = all(widget, "input[type=radio], input[type=checkbox]");
      all(widget, "input.number").forEach(one => {
        one.value = String(Math.floor(Math.random() * 20));
      });
      if (ticks.length) {
        any(ticks).checked = true;
      }
    }
  }

  // By whatever road the answer goes, it stands in memory and store first.
  function watch() {
    const make = window.mangotree.Outbox;
    window.mangotree.Outbox = function (store) {
      const outbox = make(store);
      const add = outbox.add;
      outbox.add = function (fields) {
        const held = add(fields);
        window.told(JSON.stringify(Object.assign({}, fields, held)));
        return held;
      };
      return outbox;
    };
  }

  async function live() {
    for (;;) {
      await new Promise(done => setTimeout(done, 40 + 120 * Math.random()));
      const ok = document.getElementById("ok");
      const task = document.getElementById("task");
      const form = document.getElementById("form");
      if (ok && form && task && !task.hidden && !ok.disabled && await window.may_answer()) {
        all(form, ".widget").filter(one => !one.closest(".part")).forEach(fill);
        ok.click();
      }
    }
  }

  let kept;
  Object.defineProperty(window, "mangotree", {
    configurable: true,
    get() { return kept; },
    set(value) {
      if (value === kept) {
        return;
      }
      kept = value;
      Object.defineProperty(kept, "Outbox", {
        configurable: true,
        set(make) {
          Object.defineProperty(kept, "Outbox", { value: make, writable: true });
          watch();
        },
      });
    },
  });
  window.addEventListener("DOMContentLoaded", live);
})();
