// What stands beside the question: notices, verdict, tree, words of rest.
(function (app) {
  "use strict";

  const TREE_SIZES = 6;
  const tallest = {};
  const VERDICTS = { true: "right", false: "not-yet" };

  app.byId = function (id) {
    return document.getElementById(id);
  };

  app.say = function (id, words) {
    const place = app.byId(id);
    if (!place || place.textContent === words) {
      return;
    }
    place.textContent = words;
    // Said where nobody looks it would not be said.
    if (words && place.getBoundingClientRect().top < 0) {
      window.scrollTo(0, 0);
    }
  };

  // `text` with {name} filled in; numbers in the language's own digits.
  app.filled = function (text, slots) {
    const digits = Array.from(app.words.digits);
    return Object.keys(slots).reduce(function (filled, name) {
      const shaped = String(slots[name]).replace(/[0-9]/g, function (one) {
        return digits[Number(one)];
      });
      return filled.split("{" + name + "}").join(shaped);
    }, text);
  };

  // What the hub found; `skill` is the one that was asked, `mastered` where its tree bears.
  app.showVerdict = function (reply, skill, mastered) {
    const kind = reply.verdict === "wrong_form" ? "not-yet" : "unread";
    app.showWords(reply.is_noted ? "noted" : VERDICTS[reply.is_right] || kind,
      reply.feedback || "");
    if (typeof reply.mastery_after === "number") {
      grow(reply.mastery_after, skill, mastered);
    }
  };

  // `kind`: right, not-yet, unread, or in a quiz noted. What was told of another answer goes.
  app.showWords = function (kind, words) {
    app.byId("feedback").className = "feedback " + kind;
    app.byId("verdict").textContent = words;
    app.byId("told").textContent = "";
    // Who scrolled down to the answer's button would not see what it was worth.
    window.scrollTo(0, 0);
  };

  // What an answer was worth as far as the tablet can tell: right, not-yet or kept.
  app.showWalked = function (verdict) {
    if (verdict === "kept") {
      app.showWords("unread", app.words.looks_later);
    } else {
      app.showWords(verdict, verdict === "right" ? app.words.right : app.words.wrong);
    }
  };

  // No reply yet: what an earlier answer was worth makes room for where this one is.
  app.showKept = function (isAnswered) {
    if (!isAnswered) {
      app.showWords("", "");
    }
    app.say("notice", isAnswered ? "" : app.words.kept);
  };

  // The learner's own words on why an answer is so.
  app.explain = function (form, learner, session) {
    const body = {
      learner: learner, session: session,
      item: form.item.value, seed: Number(form.seed.value), text: form.text.value,
    };
    app.send("POST", "/learn/why", JSON.stringify(body), function (status) {
      app.say("notice", status === 200 ? app.words.explained : app.words.no_hint);
      if (status === 200 && form.parentNode) {
        form.parentNode.removeChild(form);
      }
    });
  };

  // The question, or why there is none.
  app.showRest = function (isTask, title, words) {
    app.byId("task").hidden = !isTask;
    app.byId("rest").hidden = isTask;
    app.byId("rest-title").textContent = title;
    app.byId("rest-words").textContent = words;
  };

  // Nothing is left to ask while the hub is away; `count` answers are kept.
  app.showRestAway = function (count) {
    const kept = count === 1 ? app.words.rest_away_one : app.words.rest_away_many;
    const text = count ? app.filled(kept, { count: count }) : app.words.no_hint;
    app.showRest(false, app.words.rest_away, text);
  };

  // A tree that a child has seen does not shrink under its eyes.
  function grow(mastery, skill, mastered) {
    const most = Math.min(TREE_SIZES - 1, Math.floor(mastery * TREE_SIZES));
    const tree = app.byId("tree");
    const isSame = app.byId("skill").textContent === skill;
    const key = document.body.dataset.learner + " " + skill;
    const seen = isSame ? Number(tree.getAttribute("data-size")) : tallest[key] || 0;
    const size = Math.max(seen, mastery >= mastered ? TREE_SIZES : most);
    tallest[key] = size;
    tree.setAttribute("data-size", String(size));
    tree.setAttribute("aria-label",
      app.filled(app.words.tree, { size: size, sizes: TREE_SIZES }));
    app.byId("skill").textContent = skill;
  }
})(window.mangotree = window.mangotree || {});
