// The fields of an answer: pad of keys, options to tap in order or in pairs, a line to tap on.
// The form's own controls hold the answer throughout; without scripts they are the fields.
(function (app) {
  "use strict";

  const LONGEST = 60;
  // What a field says of its keys only where it is otherwise.
  const PLAIN = { digits: "0123456789", decimal: ".", percent: "%", keys: "", letters: "" };
  const SIGNS = { minus: "\u2212", fraction: "/", mixed: "space", percent: "%" };

  // Makes the fields within `form` easy to use; `words` are the language's own. Gives
  // `text()`, the whole answer or "", and `press(event)`, for a keyboard.
  app.Fields = function (form, words) {
    const widget = form.querySelector(".widget");
    const inputs = all(form, "input.number");
    let field = inputs[0] || null;

    form.noValidate = true;
    inputs.forEach(function (input) {
      input.readOnly = true;
      input.addEventListener("focus", function () { choose(input); });
      input.addEventListener("click", function () { choose(input); });
      input.addEventListener("keydown", toThePad);
    });
    all(form, ".widget.order").forEach(order);
    all(form, ".widget.match").forEach(match);
    all(form, ".widget.number_line").forEach(function (one) { line(one, words); });
    choose(field);

    // Tab leads through the other fields to the pad, which would then belong to the last one.
    function toThePad(event) {
      if (event.key === " ") {
        event.preventDefault();
        form.querySelector(".key").focus();
      }
    }

    // Each field has its own keys: the pad is drawn anew for the one in use.
    function choose(input) {
      field = input;
      inputs.forEach(function (one) { one.classList.toggle("is-on", one === input); });
      if (input) {
        app.drawPad(form.querySelector(".pad"), form.querySelector(".ok"), input, words, type);
      }
    }

    function type(key) {
      if (!field || form.querySelector(".ok").disabled) {
        return;
      }
      const text = field.value;
      const sign = shaped(key, field.dataset);
      field.value = key === "back" ? text.slice(0, -1) : (text + sign).slice(0, LONGEST);
    }

    // The fields are read-only, lest a tablet's own keyboard hides the question.
    function press(event) {
      const isElsewhere =
        /^(TEXTAREA|SELECT|BUTTON|A|SUMMARY)$/.test(event.target.tagName);
      const isKey = event.target.classList.contains("key") && event.key !== "Enter";
      if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere && !isKey) {
        return;
      }
      if (event.key.length === 1 && inputs.length && event.key !== " ") {
        type(event.key);
      } else if (event.key === "Enter") {
        event.preventDefault();
        form.querySelector(".ok").click();
      } else if (event.key === "Backspace") {
        event.preventDefault();
        type("back");
      }
    }

    return {
      press: press,
      text: function () { return isWhole(widget) ? textOf(widget) : ""; },
    };
  };

  // Big keys in the order of a telephone; OK is the last one, in the corner.
  app.drawPad = function (pad, ok, input, words, type) {
    const facts = Object.assign({}, PLAIN, input.dataset);
    const digits = Array.from(facts.digits);
    const keys = "123456789".split("").map(function (n) { return digits[Number(n)]; });
    all(pad, ".key").forEach(function (key) { pad.removeChild(key); });
    const more = facts.keys.split(" ").concat(facts.letters.split(" ")).filter(Boolean);
    if (facts.letters) {
      more.push("+", "minus", "(", ")", "=", "^", "fraction");
    }
    keys.concat("back", digits[0]).forEach(function (name) { add(name, "button key"); });
    more.forEach(function (name) { add(name, "button key more"); });
    pad.className = "pad has-keys";

    function add(name, kind) {
      const button = document.createElement("button");
      const sign = name === "decimal" ? facts.decimal : SIGNS[name] || name;
      button.type = "button";
      button.className = kind;
      button.textContent = name === "back" ? "⌫" : sign === "space" ? "␣" : sign;
      const said = { back: "delete", mixed: "space" }[name] || name;
      if (words[said]) {
        button.setAttribute("aria-label", words[said]);
      }
      button.addEventListener("click", function () {
        type(sign === "space" ? " " : name === "back" ? "back" : sign);
      });
      pad.insertBefore(button, kind === "button key" ? ok : null);
    }
  };

  // A tap puts the option in the next free place; another one takes it back.
  function order(widget) {
    const selects = all(widget, "select");
    const options = all(widget, ".option");
    reveal(widget);
    options.forEach(function (option) {
      option.addEventListener("click", function () {
        const here = holder(selects, option.dataset.id);
        const free = holder(selects, "");
        if (here) {
          here.value = "";
        } else if (free) {
          free.value = option.dataset.id;
        }
        show();
      });
    });
    show();

    function show() {
      options.forEach(function (option) {
        const at = selects.indexOf(holder(selects, option.dataset.id));
        mark(option, at);
      });
    }
  }

  // A tap on each side makes a pair; both then carry its number.
  function match(widget) {
    const selects = all(widget, "select");
    const lefts = all(widget, "[data-side=left]");
    const rights = all(widget, "[data-side=right]");
    let held = null;
    reveal(widget);
    lefts.forEach(function (left, place) {
      left.addEventListener("click", function () {
        selects[place].value = "";
        held = held === left ? null : left;
        show();
      });
    });
    rights.forEach(function (right) {
      right.addEventListener("click", function () {
        const taken = holder(selects, right.dataset.id);
        if (taken) {
          taken.value = "";
        }
        if (held) {
          selects[lefts.indexOf(held)].value = right.dataset.id;
          held = null;
        }
        show();
      });
    });
    show();

    function show() {
      lefts.forEach(function (left, place) {
        mark(left, selects[place].value ? place : -1);
        left.classList.toggle("is-held", left === held);
        if (left === held) {
          left.setAttribute("aria-pressed", "true");
        }
      });
      rights.forEach(function (right) {
        mark(right, selects.indexOf(holder(selects, right.dataset.id)));
      });
    }
  }

  // Ticks stand close on a small screen: two big keys move the mark by one.
  function line(widget, words) {
    const ticks = all(widget, "input");
    const row = document.createElement("div");
    row.className = "nudges";
    row.dir = "ltr";
    [["\u25c0", -1, words.before], ["\u25b6", 1, words.next]].forEach(function (key) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = key[0];
      button.setAttribute("aria-label", key[2]);
      button.addEventListener("click", function () { move(key[1]); });
      row.appendChild(button);
    });
    widget.appendChild(row);

    function move(by) {
      const at = ticks.findIndex(function (tick) { return tick.checked; });
      const next = at < 0 ? (by > 0 ? 0 : ticks.length - 1) : at + by;
      if (ticks[next]) {
        ticks[next].checked = true;
      }
    }
  }

  // What a keyboard types, in the digits and signs of the pad: the hub reads both.
  function shaped(key, own) {
    const facts = Object.assign({}, PLAIN, own);
    const digits = Array.from(facts.digits);
    const isOwn = digits[0] !== "0";
    const code = key.charCodeAt(0);
    const value = [0x30, 0x660, 0x6f0].map(function (zero) { return code - zero; })
      .filter(function (one) { return one >= 0 && one <= 9; })[0];
    const signs = { "-": SIGNS.minus, ".": facts.decimal, "%": facts.percent };
    return key.length > 1 ? key : digits[value] || isOwn && signs[key] || key;
  }

  function reveal(widget) {
    all(widget, "[hidden]").forEach(function (one) { one.hidden = false; });
    widget.querySelector(".selects").hidden = true;
  }

  function mark(option, at) {
    option.classList.toggle("is-placed", at >= 0);
    option.setAttribute("aria-pressed", String(at >= 0));
    const place = at >= 0 ? app.filled("{n}", { n: at + 1 }) : "";
    option.querySelector(".badge").textContent = place;
  }

  function holder(selects, value) {
    return selects.filter(function (one) { return one.value === value; })[0];
  }

  // Whether nothing is left empty.
  function isWhole(widget) {
    const parts = all(widget, ".part > .widget");
    if (parts.length) {
      return parts.every(isWhole);
    }
    const boxes = all(widget, "input[type=radio], input[type=checkbox]");
    const texts = all(widget, "select, input.number");
    return texts.every(function (one) { return one.value.trim(); })
      && (!boxes.length || boxes.some(function (one) { return one.checked; }));
  }

  // The answer as the hub reads it; `hub/web/learner/fields.py` joins a form in the same way.
  function textOf(widget) {
    const kind = widget.dataset.kind;
    const prefix = widget.dataset.name.length + 1;
    if (kind === "parts") {
      return all(widget, ".part > .widget").map(function (part) {
        const id = part.dataset.name.slice(prefix);
        return id + "=" + textOf(part).split(";").join(" ");
      }).join(";");
    }
    if (kind === "order" || kind === "match") {
      return all(widget, "select").map(function (one) {
        const left = kind === "match" ? one.name.slice(prefix) + "=" : "";
        return left + one.value;
      }).join(",");
    }
    const checked = all(widget, "input:checked").map(function (one) { return one.value; });
    const text = widget.querySelector("input.number");
    return text ? text.value.trim() : checked.join(",");
  }

  function all(node, selector) {
    return Array.prototype.slice.call(node.querySelectorAll(selector));
  }
})(window.mangotree = window.mangotree || {});
