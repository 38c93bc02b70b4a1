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

  function after(ms) {
    return new Promise(done => setTimeout(done, ms));
  }

  async function live() {
    let left = 0;
    for (;;) {
      await after(40 + 120 * Math.random());
      const task = document.getElementById("task");
      const whose = task && !task.hidden && task.querySelector("button.whose");
      if (whose) {
        whose.click();
        await after(400);
      } else if (isOpen(task)) {
        left = left || await window.may_answer();
        if (left && isOpen(task)) {
          left -= 1;
          all(document.getElementById("form"), ".widget")
            .filter(one => !one.closest(".part")).forEach(fill);
          document.getElementById("ok").click();
        }
      }
    }
  }

  // Whether there is a question that can be answered now.
  function isOpen(task) {
    const ok = document.getElementById("ok");
    return ok && document.getElementById("form") && task && !task.hidden && !ok.disabled;
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
