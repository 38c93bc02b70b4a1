// The road ahead: a small graph of questions that the hub hands out for the time when it is
// away, with the keys of the right answers. It is kept, and walked one answer at a time.
//
// A key is the 32-bit FNV-1a of `item|seed|step|answer`: enough to tell right from not yet,
// and no answer to read. What only the hub can judge is not judged here.
(function (app) {
  "use strict";

  const KEPT = "mangotree.latest.road.";
  const WALKED = "mangotree.latest.walked.";
  // Long enough that the child is thinking, and the class does not ask all at once.
  const IDLE_MS = 4000;
  const SPREAD_MS = 4000;
  // Asked anew after so many answers: each road costs the hub some of its time.
  const STALE = 10;
  // A quiz leads further apart with each answer.
  const STALE_IN_QUIZ = 2;
  const REMEMBERED = 40;
  // Where a quiz's road begins: at the question that was at hand. One question stands at many
  // places of it, each with what was answered before, so the place is kept.
  const HERE = { node: "here", verdict: "kept" };

  app.Road = function (store) {
    let held = null;
    const pictures = app.Pictures();
    let isMissing = false;
    let timer = 0;

    // A question came while the hub is near: a road is fetched if none is held for this
    // learner, or an old one.
    function onQuestion(learner, session) {
      clearTimeout(timer);
      const road = read(learner);
      const isOther = road.learner !== learner || quizOf(road) !== quizAtHand()
        || quizAtHand() && road.place.node === -1;
      const stale = quizAtHand() ? STALE_IN_QUIZ : STALE;
      if (!isMissing && (isOther || road.age >= stale)) {
        timer = setTimeout(function () { fetch(learner, session); },
          IDLE_MS + SPREAD_MS * Math.random());
      }
    }

    function fetch(learner, session) {
      const path = "/learn/ahead?" + app.owner(learner, session);
      app.send("GET", path, null, function (status, reply) {
        if (status === 200 && reply.nodes) {
          const seen = read(learner).seen;
          store.set(KEPT + learner, JSON.stringify(reply));
          mark({ learner: learner, age: 0, seen: seen, place: HERE, reply: reply });
          pictures.keep(reply.nodes.map(function (node) { return node.html; }));
        }
        isMissing = status === 404;
      });
    }

    // `asked` {learner, item, seed, step, answer} was given, whether it is walked or not; told
    // twice it leads no further.
    function onAnswer(asked) {
      const road = read(asked.learner);
      if (road.learner === asked.learner) {
        const isNew = road.seen.indexOf(name(asked)) < 0;
        const ahead = isNew ? after(road, asked) : road.place;
        mark({
          learner: road.learner, age: road.age + 1,
          seen: road.seen.concat(isNew ? name(asked) : []).slice(-REMEMBERED),
          place: quizOf(road) ? ahead : HERE, reply: road.reply,
        });
      }
    }

    // What `asked` was worth, as far as it can be told here ("right", "not-yet" or "kept"),
    // and the node to go on with, or null at the end of the supply.
    function walk(asked) {
      const road = read(asked.learner);
      if (road.learner !== asked.learner || quizOf(road) !== quizAtHand()) {
        return { verdict: "kept", node: null };
      }
      if (quizOf(road)) {
        // Only what the test itself would ask, and no word of what an answer was worth.
        return {
          verdict: road.reply.tells ? road.place.verdict : "kept",
          node: road.reply.nodes[road.place.node] || null,
        };
      }
      const reply = road.reply;
      const nodes = reply.nodes;
      const here = isAt(reply.here, asked) && Object.assign({}, reply.here, reply.start);
      const at = here || nodes.filter(function (node) { return isAt(node, asked); })[0];
      const verdict = at ? judge(at, asked) : "kept";
      const from = at || reply.start;
      const next = verdict === "not-yet" ? from.wrong : from.right;
      return { verdict: verdict, node: further(nodes, next, road.seen) };
    }

    // Where a learner goes on whose turn comes while the hub is away, or null.
    function begin(learner) {
      const road = read(learner);
      if (!road.reply) {
        return null;
      }
      const nodes = road.reply.nodes;
      return quizOf(road) ? nodes[road.place.node] || null
        : further(nodes, road.reply.start.right, road.seen);
    }

    // The road of this learner; one of nobody where there is none.
    function read(learner) {
      if (!held || held.learner !== learner) {
        const reply = app.fromJson(store.get(KEPT + learner));
        const walked = app.fromJson(store.get(WALKED + learner));
        held = reply && walked && Object.assign({}, walked, { reply: reply });
      }
      return held || { learner: 0, age: 0, seen: [], place: HERE, reply: null };
    }

    // The road is long and stays; how far it was walked is short and written at each answer.
    function mark(road) {
      held = road;
      const walked = {
        learner: road.learner, age: road.age, seen: road.seen, place: road.place,
      };
      store.set(WALKED + road.learner, JSON.stringify(walked));
    }

    return { onQuestion: onQuestion, onAnswer: onAnswer, walk: walk, begin: begin };
  };

  // 32-bit FNV-1a over UTF-8, as 8 hexadecimal digits.
  app.keyOf = function (text) {
    const bytes = unescape(encodeURIComponent(text));
    let hash = 0x811c9dc5;
    for (let at = 0; at < bytes.length; at += 1) {
      hash = Math.imul(hash ^ bytes.charCodeAt(at), 0x01000193) >>> 0;
    }
    return ("0000000" + hash.toString(16)).slice(-8);
  };

  function judge(place, asked) {
    const text = plain(asked.answer);
    const key = app.keyOf([asked.item, asked.seed, asked.step, text].join("|"));
    if ((place.keys || []).indexOf(key) >= 0) {
      return "right";
    }
    const isSure = place.sure === "all" || place.sure === "whole" && /^-?\d+$/.test(text);
    return isSure ? "not-yet" : "kept";
  }

  // The answer with ASCII digits and sign, one space for several: as its keys were made.
  function plain(answer) {
    const digits = Array.from(app.words.digits);
    const shaped = Array.from(answer).map(function (one) {
      return digits.indexOf(one) >= 0 ? String(digits.indexOf(one)) : one;
    }).join("");
    return shaped.replace(/\u2212/g, "-").replace(/\s+/g, " ").trim();
  }

  // Two ways may meet again: what was asked already is passed by.
  function further(nodes, from, seen) {
    let next = from;
    for (let steps = 0; nodes[next] && steps < nodes.length; steps += 1) {
      if (seen.indexOf(name(nodes[next])) < 0) {
        return nodes[next];
      }
      next = nodes[next].right;
    }
    return nodes.filter(function (node) { return seen.indexOf(name(node)) < 0; })[0] || null;
  }

  // The place of a quiz's road that `asked` leads to; -1 for none.
  function after(road, asked) {
    const reply = road.reply;
    const isHere = road.place.node === HERE.node;
    const place = isHere ? reply.here : reply.nodes[road.place.node];
    if (!isAt(place, asked)) {
      return { node: -1, verdict: "kept" };
    }
    const links = isHere ? reply.start : place;
    const verdict = judge(place, asked);
    return { node: verdict === "not-yet" ? links.wrong : links.right, verdict: verdict };
  }

  function quizOf(road) {
    return road.reply && road.reply.quiz || 0;
  }

  // The quiz whose question is on the page, 0 in practice.
  function quizAtHand() {
    return Number(app.byId("task").getAttribute("data-quiz"));
  }

  function isAt(place, asked) {
    return Boolean(place) && name(place) === name(asked)
      && (place.step || 0) === asked.step;
  }

  function name(activity) {
    return activity.item + "." + activity.seed;
  }
})(window.mangotree = window.mangotree || {});
