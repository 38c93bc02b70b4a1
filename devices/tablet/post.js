// The other road: the same JSON by plain HTTP, for networks that let no socket through.
(function (app) {
  "use strict";

  // The hub itself waits up to 5 s for its disk before it answers. Wi-Fi that blinks leaves
  // requests hanging: who waits longer for them comes back later.
  const TIMEOUT_MS = 8000;

  // Calls `done(status, body)`; status 0 when nothing came back.
  app.send = function (method, path, body, done) {
    send(method, path, body, "", function (status, reply) {
      if (status !== 401) {
        done(status, reply);
        return;
      }
      app.heal(function (healed) {
        if (healed === 200) {
          send(method, path, body, "", done);
        } else {
          done(healed === 401 ? status : 0, reply);
        }
      });
    });
  };

  // What the hub knows this tablet by is a cookie, and a clock that jumps can end it: for the
  // secret that the store kept the hub gives it anew. `done(status)`: 200 where it did; 401
  // alone says that it never will, anything else that it was not heard.
  app.heal = function (done) {
    app.secret(function (secret) {
      if (secret) {
        send("GET", "/learn/device", null, secret, done);
      } else {
        done(401);
      }
    });
  };

  function send(method, path, body, secret, done) {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.timeout = TIMEOUT_MS;
    request.setRequestHeader("Content-Type", "application/json");
    if (secret) {
      request.setRequestHeader("Authorization", "Bearer " + secret);
    }
    request.onloadend = function () {
      done(request.status, app.fromJson(request.responseText) || {});
    };
    request.send(body);
  }

  // A page or a form's reply as text: `done(status, text, url)`. Past every cache if `isFresh`.
  app.fetchText = function (method, path, body, isFresh, done) {
    fetchText(method, path, body, isFresh, function (status, text, url) {
      // Asked for the class's code: the hub does not know this tablet, or not any more.
      if (status !== 200 || text.indexOf('action="/join"') < 0) {
        done(status, text, url);
        return;
      }
      app.heal(function (healed) {
        if (healed === 200) {
          fetchText(method, path, body, isFresh, done);
        } else {
          done(healed === 401 ? status : 0, text, url);
        }
      });
    });
  };

  // The open question as a piece of the page: `done(status, piece)`, which is null without one.
  app.fetchPiece = function (learner, session, isTold, done) {
    const path = "/learn/task?" + app.owner(learner, session) + (isTold ? "&told" : "")
      + app.asides();
    app.fetchText("GET", path, null, false, function (status, text) {
      done(status, status === 200 ? app.dressed(app.parsed(text).body) : null);
    });
  };

  // Whose page asks: at a shared tablet the turn may be another's by now.
  app.owner = function (learner, session) {
    return "learner=" + learner + "&session=" + encodeURIComponent(session);
  };

  function fetchText(method, path, body, isFresh, done) {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.timeout = TIMEOUT_MS;
    if (isFresh) {
      request.setRequestHeader("Cache-Control", "no-cache");
    }
    if (body !== null) {
      request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    }
    request.onloadend = function () {
      done(request.status, request.responseText, request.responseURL);
    };
    request.send(body);
  }

  // Waits longer after each failure, but so that what is kept is on the hub within 5 s of its
  // return; and not all tablets try at the same time.
  app.Backoff = function () {
    let failures = 0;
    return {
      reset: function () { failures = 0; },
      next: function () {
        failures += 1;
        const most = Math.min(3500, 500 * Math.pow(2, failures));
        return most * (0.8 + 0.4 * Math.random());
      },
    };
  };
})(window.mangotree = window.mangotree || {});
