// The first road: MQTT over a WebSocket, as this device, dialled again when it breaks.
//
// `hear(leaf, message)` gets what came, and as "facts" what the hub says of itself;
// `changed()` is told of every change of `state`: "dialling" (the first try), "up", "down", or
// "refused" (this tablet was shut out).
(function (app) {
  "use strict";

  // A class cannot wait longer for a socket that a network swallows.
  const DIAL_S = 3;
  const KEEP_ALIVE_S = 20;
  // Two windows side by side push each other off the broker: who was up for less than this
  // does not come back at once.
  const STEADY_MS = 10000;
  // Who is shut out may be let in again, or was taken for it.
  const REFUSED_MS = 30000;
  const ROOT = "mangotree/1";

  app.Link = function (hear, changed) {
    const backoff = app.Backoff();
    let facts = null;
    let client = null;
    let timer = 0;
    let upAt = 0;
    let state = "dialling";

    function become(next) {
      state = next;
      changed();
    }

    // Asks the hub where its broker is, then dials.
    function start() {
      app.send("GET", "/learn/device", null, function (status, body) {
        if (status === 200 && body.device) {
          facts = body;
          hear("facts", facts);
          dial();
        } else if (status === 401) {
          become("refused");
          startIn(REFUSED_MS);
        } else {
          fail();
        }
      });
    }

    function dial() {
      const door = facts.mqtt;
      // A hub that just started serves pages some moments before its broker.
      if (!door) {
        fail();
        return;
      }
      if (document.hidden || !door.websocket_port || !window.Paho) {
        become("down");
        return;
      }
      const mine = new window.Paho.Client(
        location.hostname, door.websocket_port, "/mqtt", "dev-" + facts.device);
      client = mine;
      mine.onMessageArrived = function (message) {
        if (client === mine) {
          deliver(message);
        }
      };
      mine.onConnectionLost = function () { lose(mine); };
      mine.connect({
        mqttVersion: 4, cleanSession: true, keepAliveInterval: KEEP_ALIVE_S, timeout: DIAL_S,
        userName: String(facts.device), password: facts.secret, willMessage: sign("offline"),
        onSuccess: function () { subscribe(mine); },
        onFailure: function () { lose(mine); },
      });
    }

    function subscribe(mine) {
      const filters = ["next", "receipt", "control"].map(down).concat(classTopic());
      mine.subscribe(filters, {
        qos: 1,
        timeout: DIAL_S,
        onSuccess: function () { comeUp(mine); },
        onFailure: function () { lose(mine); },
      });
    }

    function comeUp(mine) {
      if (client !== mine) {
        return;
      }
      upAt = performance.now();
      mine.send(sign("online"));
      become("up");
    }

    function deliver(message) {
      const topic = message.destinationName;
      const leaf = topic === classTopic() ? "control" : topic.slice(down("").length);
      const said = app.fromJson(message.payloadString);
      if (said) {
        hear(leaf, said);
      }
    }

    // Only the client in use is lost: an older one may still call back.
    function lose(mine) {
      if (client === mine) {
        client = null;
        quit(mine);
        if (upAt && performance.now() - upAt > STEADY_MS) {
          backoff.reset();
        }
        upAt = 0;
        fail();
      }
    }

    function fail() {
      become("down");
      startIn(backoff.next());
    }

    function startIn(ms) {
      clearTimeout(timer);
      timer = setTimeout(start, ms);
    }

    function quit(mine) {
      try {
        mine.disconnect();
      } catch (error) {
        // It was not connected any more; there is nothing to leave.
      }
    }

    // Whether it went out; what it was for comes back by itself or is sent again.
    function publish(leaf, body) {
      try {
        client.send(letter(ROOT + "/dev/" + facts.device + "/up/" + leaf, body));
        return true;
      } catch (error) {
        return false;
      }
    }

    // Two tabs of one tablet have one name at the broker: only the one in sight holds it.
    function look() {
      clearTimeout(timer);
      if (document.hidden && client) {
        const mine = client;
        client = null;
        quit(mine);
        become("down");
      } else if (!document.hidden && !client) {
        start();
      }
    }

    function down(leaf) {
      return ROOT + "/dev/" + facts.device + "/down/" + leaf;
    }

    function classTopic() {
      return ROOT + "/class/" + facts.class + "/all/control";
    }

    function sign(word) {
      const message = letter(ROOT + "/dev/" + facts.device + "/state", word);
      message.retained = true;
      return message;
    }

    document.addEventListener("visibilitychange", look);
    return {
      start: start,
      publish: publish,
      state: function () { return state; },
    };
  };

  function letter(topic, body) {
    const message = new window.Paho.Message(body);
    message.destinationName = topic;
    message.qos = 1;
    return message;
  }
})(window.mangotree = window.mangotree || {});
