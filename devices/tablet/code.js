// The signs of a code, taken down on the tablet: only the whole code travels. Without scripts
// each sign goes to the hub, which draws the page anew.
(function (app) {
  "use strict";

  const LOOK_MS = 3000;

  app.Code = function () {
    function start() {
      document.addEventListener("click", onClick);
      setInterval(look, LOOK_MS);
    }

    // The last sign is left to the button itself, which sends the form.
    function onClick(event) {
      const target = event.target.nodeType === 1 ? event.target : event.target.parentNode;
      const pick = target.closest(".pick");
      const form = pick && pick.form;
      const left = form ? Number(form.getAttribute("data-left")) : 0;
      if (left > 1) {
        event.preventDefault();
        const code = form.elements.code;
        code.value = (code.value + " " + pick.value).trim();
        form.setAttribute("data-left", String(left - 1));
        fill(form.querySelector(".slot:not(.is-full)"), pick.querySelector("svg"));
        tell(form.querySelectorAll(".slot.is-full").length);
      }
    }

    function fill(slot, picture) {
      slot.classList.add("is-full");
      slot.textContent = picture ? "" : "\u25cf";
      if (picture) {
        slot.appendChild(picture.cloneNode(true));
      }
    }

    function tell(count) {
      const picked = app.byId("picked");
      picked.textContent = picked.getAttribute("data-words").split("|")[count];
    }

    // The teacher may open from the phone: then the child is in, without another tap.
    function look() {
      const code = app.byId("code");
      if (code) {
        app.send("GET", code.getAttribute("data-let-in"), null, function (status, reply) {
          if (status === 200 && reply.is_let_in && app.byId("code") === code) {
            app.byId("call").click();
          }
        });
      }
    }

    return { start: start };
  };
})(window.mangotree = window.mangotree || {});
