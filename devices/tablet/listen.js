// Reads aloud what somebody recorded, and says so where nothing can be heard.
(function (app) {
  "use strict";

  // The hub is in the same room: what has not begun by then is not coming.
  const SILENT_MS = 5000;

  // Without scripts the links lead to the recordings themselves.
  app.Listen = function () {
    let now = null;

    function start() {
      document.addEventListener("click", onClick);
    }

    function onClick(event) {
      const link = event.target.closest ? event.target.closest(".listen") : null;
      if (!link) {
        return;
      }
      event.preventDefault();
      const isSame = now && now.link === link;
      stop();
      if (!isSame) {
        play(link);
      }
    }

    function play(link) {
      const mine = { link: link, sound: new Audio(link.href) };
      const fail = function () { onSilent(mine); };
      now = mine;
      link.classList.add("is-playing");
      app.say("notice", "");
      mine.sound.addEventListener("ended", stop);
      mine.sound.addEventListener("error", fail);
      mine.sound.addEventListener("timeupdate", function () { onHeard(mine); });
      mine.timer = setTimeout(fail, SILENT_MS);
      const begun = mine.sound.play();
      if (begun && begun.then) {
        begun.then(null, fail);
      }
    }

    // It is heard only while its words are on the screen.
    function onHeard(mine) {
      if (mine.sound.currentTime > 0) {
        clearTimeout(mine.timer);
      }
      if (now === mine && !document.body.contains(mine.link)) {
        stop();
      }
    }

    function onSilent(mine) {
      if (now === mine) {
        stop();
        app.say("notice", app.words.silent);
      }
    }

    function stop() {
      if (now) {
        clearTimeout(now.timer);
        now.link.classList.remove("is-playing");
        now.sound.pause();
        now = null;
      }
    }

    return { start: start };
  };
})(window.mangotree = window.mangotree || {});
