// How full the tablet's battery is, where its browser tells: on plain http up to Chrome 102.
(function (app) {
  "use strict";

  const STEP = 5;

  // `changed()` is told when the teacher should hear of it.
  app.Battery = function (changed) {
    let battery = null;
    let said = {};

    function now() {
      if (!battery || !(battery.level >= 0 && battery.level <= 1)) {
        return {};
      }
      return { battery: Math.round(battery.level * 100), is_charging: !!battery.charging };
    }

    function look() {
      const is = now();
      const isNews = is.is_charging !== said.is_charging
        || Math.abs(is.battery - said.battery) >= STEP;
      if (isNews) {
        said = is;
        changed();
      }
    }

    function watch(found) {
      battery = found;
      battery.addEventListener("levelchange", look);
      battery.addEventListener("chargingchange", look);
      look();
    }

    if (navigator.getBattery) {
      navigator.getBattery().then(watch, function () {});
    }
    return { now: now };
  };
})(window.mangotree = window.mangotree || {});
