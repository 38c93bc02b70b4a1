// Answers that the hub has not receipted yet, kept in the tablet's store, in order.
//
// Each page load that answers is a boot of its own, so two tabs never share a number. What
// older boots left behind goes first. Only a receipt, or a refusal for good, removes one.
(function (app) {
  "use strict";

  const ANSWER = "mangotree.answer.";
  const REFUSED = "mangotree.refused.";
  const RENAMED = "mangotree.renamed.";
  const PLACE = "mangotree.place";
  // When an answer was given, in its fields.
  const GIVEN = "at";

  // `store` as `app.Store` makes it.
  app.Outbox = function (store) {
    let boot = 0;
    let place = 0;
    let seq = 0;

    // `fields` of one answer; gives its place in line.
    function add(fields) {
      if (!boot) {
        boot = newBoot();
        place = Number(store.get(PLACE) || 0) + 1;
        store.set(PLACE, String(place));
      }
      seq += 1;
      store.set(ANSWER + place + "." + boot + "." + seq, JSON.stringify(fields));
      return { boot: boot, seq: seq };
    }

    // What is held, the oldest first, each under the identity that the hub is to see.
    function pending() {
      const held = store.keys(ANSWER).map(read);
      return held.filter(Boolean).map(renamed).sort(byPlace);
    }

    // What is held for the very question that `asked` names, or undefined.
    function given(asked) {
      return pending().filter(function (one) {
        return ["learner", "item", "seed", "step"].every(function (name) {
          return one.fields[name] === asked[name];
        });
      })[0];
    }

    // Whether an answer of the learner's is held.
    function owes(learner) {
      return pending().some(function (one) { return one.fields.learner === Number(learner); });
    }

    // The hub has these on disk; how many of ours they were.
    function receipted(ofBoot, upto) {
      const safe = pending().filter(function (one) {
        return one.boot === ofBoot && one.seq <= upto;
      });
      safe.forEach(drop);
      return safe.length;
    }

    // Never to be taken: out of the line, into a box where a person can see it.
    function refused(ofBoot, ofSeq, reason) {
      const found = find(ofBoot, ofSeq);
      if (found) {
        const kept = Object.assign({ reason: reason }, found.fields);
        store.set(REFUSED + ofBoot + "." + ofSeq, JSON.stringify(kept));
        drop(found);
      }
      return found;
    }

    // What the hub waits for is gone for good: the answers behind the gap go on under a
    // fresh boot. One write, so that a cut leaves either the old names or the new.
    function rename(ofBoot, expected) {
      const first = pending().filter(function (one) {
        return one.boot === ofBoot && one.seq >= expected;
      })[0];
      if (first) {
        const original = first.stored.boot;
        const step = { boot: newBoot(), from: first.stored.seq - 1 };
        store.set(RENAMED + original, JSON.stringify(steps(original).concat(step)));
      }
    }

    function find(ofBoot, ofSeq) {
      return pending().filter(function (one) {
        return one.boot === ofBoot && one.seq === ofSeq;
      })[0];
    }

    function drop(entry) {
      store.remove(entry.key);
      forget(entry.key.split(".")[3]);
    }

    // The last answer of a renamed boot is gone, and no page can add one: so can its name.
    function forget(original) {
      const isHeld = store.keys(ANSWER).some(function (key) {
        return key.split(".")[3] === original;
      });
      if (!isHeld && Number(original) !== boot && store.get(RENAMED + original)) {
        store.remove(RENAMED + original);
      }
    }

    function read(key) {
      const parts = key.split(".");
      const fields = app.fromJson(store.get(key));
      return fields && {
        place: Number(parts[2]), boot: Number(parts[3]), seq: Number(parts[4]),
        fields: fields, key: key,
      };
    }

    function renamed(entry) {
      const step = steps(entry.boot).filter(function (one) {
        return entry.seq > one.from;
      }).pop();
      return Object.assign({}, entry, {
        stored: entry,
        boot: step ? step.boot : entry.boot,
        seq: step ? entry.seq - step.from : entry.seq,
      });
    }

    function steps(original) {
      return app.fromJson(store.get(RENAMED + original)) || [];
    }

    return {
      add: add,
      pending: pending,
      find: find,
      given: given,
      owes: owes,
      receipted: receipted,
      refused: refused,
      rename: rename,
      refusedCount: function () { return store.keys(REFUSED).length; },
      unsavedCount: function () {
        return store.keys(ANSWER).filter(function (key) { return !store.isKept(key); }).length;
      },
    };
  };

  // The answer as the wire has it.
  app.bodyOf = function (entry) {
    const identity = { boot: entry.boot, device_seq: entry.seq };
    const body = Object.assign({}, entry.fields, identity);
    // The whole, not a step, is what the hub takes it for anyway.
    if (body.step === 0) {
      delete body.step;
    }
    return JSON.stringify(body);
  };

  // 52 random bits: no two pages of one tablet ever draw the same.
  function newBoot() {
    const drawn = window.crypto.getRandomValues(new Uint32Array(2));
    return (drawn[0] & 0xfffff) * 0x100000000 + drawn[1] + 1;
  }

  // Where a page could not yet read which places were taken, its clock says what came first.
  function byPlace(one, other) {
    const isOne = one.stored.boot === other.stored.boot;
    return one.place - other.place || !isOne && one.fields[GIVEN] - other.fields[GIVEN]
      || one.boot - other.boot || one.seq - other.seq;
  }
})(window.mangotree = window.mangotree || {});
