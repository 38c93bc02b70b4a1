// Reads aloud what somebody recorded or the hub says, and tells where nothing can be heard.
//
// A browser lets a page sound only after a tap, older ones only an element that was played in
// one. So there is one element for all, and a class that hears each question by itself hears
// the first after its first tap; until then the loudspeaker asks for it.
(function (app) {
  "use strict";

  // The hub is in the same room, and makes a sound in a second: what has not begun by then is
  // not coming. A hub that is busy is asked again meanwhile.
  const SILENT_MS = 8000;
  const AGAIN_MS = 1500;

  // Without scripts the links lead to the sounds themselves.
  app.Listen = function () {
    const sound = new Audio();
    let now = null;
    let told = "";

    function start() {
      document.addEventListener("click", onClick);
      ["ended", "error", "timeupdate"].forEach(function (kind) {
        sound.addEventListener(kind, function () { onSound(kind); });
      });
      new MutationObserver(onChange).observe(document.documentElement, {
        childList: true, subtree: true, attributes: true, attributeFilter: ["hidden"],
      });
    }

    function onClick(event) {
      const target = event.target.nodeType === 1 ? event.target : event.target.parentNode;
      const link = target.closest("a.listen");
      if (!link) {
        // A first tap anywhere will do: what waited for it is heard now.
        if (document.querySelector(".listen.is-wanted")) {
          readQuestion(true);
        }
        return;
      }
      event.preventDefault();
      const isSame = now && now.link === link;
      stop();
      if (!isSame) {
        play(link, true);
      }
    }

    // `isTapped`: by a child's hand, who is told when nothing comes.
    function play(link, isTapped) {
      const mine = { link: link, isTapped: isTapped, until: Date.now() + SILENT_MS };
      now = mine;
      link.classList.add("is-playing");
      link.classList.remove("is-wanted");
      app.say("notice", "");
      mine.timer = setTimeout(function () { onSilent(mine); }, SILENT_MS);
      begin(mine);
    }

    function begin(mine) {
      sound.src = mine.link.href;
      const begun = sound.play();
      if (begun && begun.then) {
        begun.then(null, function (error) {
          if (error.name === "NotAllowedError" && now === mine) {
            stop();
            mine.link.classList.add("is-wanted");
          }
        });
      }
    }

    function onSound(kind) {
      const mine = now;
      if (!mine) {
        return;
      }
      if (kind === "ended") {
        stop();
      } else if (kind === "timeupdate" && sound.currentTime > 0) {
        clearTimeout(mine.timer);
      } else if (kind === "error") {
        onFailed(mine);
      }
    }

    function onFailed(mine) {
      if (Date.now() + AGAIN_MS > mine.until) {
        onSilent(mine);
      } else {
        mine.again = setTimeout(begin, AGAIN_MS, mine);
      }
    }

    function onSilent(mine) {
      if (now === mine) {
        stop();
        if (mine.isTapped) {
          app.say("notice", app.words.silent);
        }
      }
    }

    // It is heard only while its words are on the screen.
    function onChange() {
      if (now && (!document.body.contains(now.link) || !isShown(now.link))) {
        stop();
      }
      const isWanted = document.body.getAttribute("data-aloud") === "self";
      const task = app.byId("task");
      if (!isWanted || !task || !isShown(task) || !app.words) {
        return;
      }
      // The same question with another hint below it was heard already.
      const key = task.getAttribute("data-key") || "";
      if (key && key !== told) {
        told = key;
        readQuestion(false);
      }
    }

    function readQuestion(isTapped) {
      const link = document.querySelector("#asked a.listen");
      if (link) {
        stop();
        play(link, isTapped);
      }
    }

    function isShown(one) {
      return one.getClientRects().length > 0;
    }

    function stop() {
      if (now) {
        clearTimeout(now.timer);
        clearTimeout(now.again);
        now.link.classList.remove("is-playing");
        now = null;
        sound.pause();
      }
    }

    // Where a class hears by itself; what cannot be heard is not missed.
    function read(link) {
      if (link && document.body.getAttribute("data-aloud") === "self") {
        stop();
        play(link, false);
      }
    }

    return { start: start, read: read };
  };
})(window.mangotree = window.mangotree || {});
