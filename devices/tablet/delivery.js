// Brings what the outbox holds to the hub, in order, until it is receipted: by the link
// while it is up, else by HTTP, one answer after the other.
(function (app) {
  "use strict";

  // As many as the hub takes at once from one device without slowing it down.
  const WINDOW = 32;
  const PATIENCE_MS = 3000;
  const MOST_PATIENCE_MS = 30000;
  const LOOK_MS = 500;
  const RETRY_MS = 1000;
  const SHUT_OUT_MS = 30000;
  // No resending can mend these: the answer goes to the refused box.
  const FINAL = [
    "unknown_learner", "unknown_activity", "signed_out", "not_understood", "too_large",
  ];

  // `heard(next)` gets each reply; `changed()` is told when an answer became safe or not. Until
  // `isRead()` an older answer may still be found, which goes first.
  app.Delivery = function (outbox, link, heard, changed, isRead) {
    const battery = app.Battery(sayHello);
    const backoff = app.Backoff();
    const flying = {};
    const asked = {};
    let sentAt = 0;
    let patience = PATIENCE_MS;
    let notBefore = 0;
    let rounds = 0;
    let isPosting = false;
    let isShutOut = false;

    // The teacher shut this tablet out: whatever it sends, the hub does not know it.
    function isRefused() {
      return isShutOut || link.state() === "refused";
    }

    function pump() {
      const held = outbox.pending();
      const isEarly = !isRead() || performance.now() < notBefore;
      if (!held.length || isEarly || link.state() === "refused") {
        return;
      }
      const isOut = link.state() === "up" && publish(held.slice(0, WINDOW));
      if (!isOut && !isPosting && link.state() !== "dialling") {
        post(held[0]);
      }
    }

    // Whether the link took them all: in a browser whose store is full it takes none.
    function publish(held) {
      if (sentAt && performance.now() > sentAt + patience) {
        patience = Math.min(MOST_PATIENCE_MS, patience * 2);
        forgetFlights();
      }
      return held.every(function (entry) {
        const key = entry.boot + "." + entry.seq;
        flying[key] = flying[key] || link.publish("answer", app.bodyOf(entry));
        sentAt = sentAt || performance.now();
        return flying[key];
      });
    }

    function forgetFlights() {
      Object.keys(flying).forEach(function (key) { delete flying[key]; });
      sentAt = 0;
      rounds += 1;
    }

    function post(entry) {
      isPosting = true;
      app.send("POST", "/learn/answer", app.bodyOf(entry), function (status, body) {
        isPosting = false;
        isShutOut = status === 401;
        if (status === 200) {
          backoff.reset();
          answered(body);
        } else if (isShutOut) {
          hold(SHUT_OUT_MS);
          changed();
        } else if (body.refused) {
          onRefused(Object.assign({ boot: entry.boot, device_seq: entry.seq },
            body, { reason: body.refused }));
        } else {
          hold(backoff.next());
        }
        rounds += 1;
        pump();
      });
    }

    // A page's answer without its receipt stays in line, and is asked for again.
    function answered(body) {
      if (body.receipt) {
        onReceipt(body.receipt);
      } else {
        hold(RETRY_MS);
      }
      heard(body.next);
    }

    function onReceipt(receipt) {
      if (outbox.receipted(receipt.boot, receipt.upto)) {
        patience = PATIENCE_MS;
        forgetFlights();
        changed();
      }
      if (asked[receipt.boot] && asked[receipt.boot].expected <= receipt.upto) {
        delete asked[receipt.boot];
      }
    }

    function onRefused(refusal) {
      if (FINAL.indexOf(refusal.reason) >= 0) {
        outbox.refused(refusal.boot, refusal.device_seq, refusal.reason);
        changed();
        return;
      }
      if (refusal.reason === "out_of_sequence") {
        resequence(refusal);
      }
      forgetFlights();
      hold(refusal.retry_ms || RETRY_MS);
    }

    // The hub waits for an answer that is not here any more. It may have been overtaken by
    // its receipt: only a second complaint, a whole round later, gives the rest a new boot.
    function resequence(refusal) {
      const boot = refusal.boot;
      const expected = Math.max(refusal.expected || 0, 1);
      if (expected > refusal.device_seq || outbox.find(boot, expected)) {
        return;
      }
      const before = asked[boot];
      if (before && before.expected === expected && rounds > before.round) {
        delete asked[boot];
        outbox.rename(boot, expected);
      } else if (!before || before.expected !== expected) {
        asked[boot] = { expected: expected, round: rounds + 1 };
      }
    }

    function hold(ms) {
      notBefore = Math.max(notBefore, performance.now() + ms);
    }

    // A new connection: what was under way may be lost.
    function onLink() {
      forgetFlights();
      if (link.state() === "up") {
        sayHello();
        notBefore = 0;
        isShutOut = false;
      }
      pump();
    }

    // What is held here, and how full the battery is: on each connection, and as it changes.
    function sayHello() {
      if (link.state() === "up") {
        const held = outbox.pending();
        const hello = { boots: boots(held), is_page: true, waiting: held.length };
        link.publish("hello", JSON.stringify(Object.assign(hello, battery.now())));
      }
    }

    setInterval(pump, LOOK_MS);
    return {
      pump: pump,
      onLink: onLink,
      onReceipt: onReceipt,
      onRefused: onRefused,
      isRefused: isRefused,
    };
  };

  function boots(held) {
    const seen = held.map(function (entry) { return entry.boot; });
    const each = seen.filter(function (boot, at) { return seen.indexOf(boot) === at; });
    return each.slice(0, 64);
  }
})(window.mangotree = window.mangotree || {});
