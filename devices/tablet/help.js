// The buttons below a question: its reasons, too easy, too hard, something else where the child
// may choose, and the raised hand.
//
// What needs the hub says so while it is away. Only the hand is remembered: it goes up when the
// hub is back, if the child still sits here and has not taken it down.
(function (app) {
  "use strict";

  const KEPT = "mangotree.latest.hand";
  const AGAIN_MS = 2000;
  const BUTTONS = "#ask-why, #too-easy, #too-hard, #other-kind, #hand, #rest-hand";
  const HANDS = ["hand", "rest-hand"];
  const byId = app.byId;

  // `lessonOf()` gives the lesson on the page, or null.
  app.Help = function (store, lessonOf) {
    // The hand as the child wants it, until the hub has heard: {learner, is_up, item...}.
    let wanted = null;
    // As the hub said it last, by learner: tablets are shared.
    const heard = {};
    let timer = 0;
    let isAsking = false;

    function start() {
      document.addEventListener("click", onClick);
      new MutationObserver(draw).observe(document.documentElement, {
        childList: true, subtree: true,
      });
      store.ready(function () {
        wanted = wanted || app.fromJson(store.get(KEPT));
        draw();
        sendSoon(0);
      });
    }

    function onClick(event) {
      const target = event.target.nodeType === 1 ? event.target : event.target.parentNode;
      const button = target && target.closest ? target.closest(BUTTONS) : null;
      if (!button || !lessonOf()) {
        return;
      }
      event.preventDefault();
      if (button.id === "ask-why") {
        const isOpen = byId("why").classList.toggle("is-open");
        button.setAttribute("aria-expanded", String(isOpen));
      } else if (HANDS.indexOf(button.id) >= 0) {
        want(question({ is_up: button.getAttribute("data-up") !== "1" }));
      } else {
        appeal(button.value);
      }
    }

    // An answer on its way comes first: what it leads to may be another question.
    function appeal(says) {
      if (isAsking || byId("ok").disabled) {
        return;
      }
      isAsking = true;
      post("appeal", question({ says: says }), function (status, reply) {
        const lesson = lessonOf();
        isAsking = false;
        if (status === 200 && lesson && reply.next.learner === learner()) {
          window.scrollTo(0, 0);
          app.say("notice", reply.next.notice || "");
          lesson.load(false, reply.next.state || "practice");
        } else if (lesson) {
          app.say("notice", app.words.no_hint);
        }
      });
    }

    function want(hand) {
      wanted = hand;
      store.set(KEPT, JSON.stringify(hand));
      draw();
      sendSoon(0);
    }

    function sendSoon(wait_ms) {
      clearTimeout(timer);
      if (wanted) {
        timer = setTimeout(send, wait_ms);
      }
    }

    function send() {
      const mine = wanted;
      if (!lessonOf() || mine.learner !== learner()) {
        settle();
        return;
      }
      post("hand", mine, function (status, reply) {
        if (wanted !== mine) {
          return;
        }
        if (status === 200) {
          settle();
          onNext(reply.next);
        } else if (status === 0 || status === 429 || status >= 500) {
          app.say("notice", mine.is_up ? app.words.hand_away : "");
          sendSoon(AGAIN_MS);
        } else {
          settle();
        }
      });
    }

    // The hub has heard, or nobody wants it any more.
    function settle() {
      const was = app.byId("notice");
      if (was && was.textContent === app.words.hand_away) {
        app.say("notice", "");
      }
      wanted = null;
      store.remove(KEPT);
      draw();
    }

    function onNext(reply) {
      heard[reply.learner] = Boolean(reply.is_hand_up);
      draw();
    }

    // A question that the hub drew just now says how the hand is; one of the road does not.
    function draw() {
      HANDS.map(byId).filter(Boolean).forEach(drawHand);
    }

    function drawHand(button) {
      const place = button.id === "hand" ? byId("task") : button;
      const said = place.getAttribute("data-hub");
      if (said) {
        heard[learner()] = said === "1";
        place.removeAttribute("data-hub");
      }
      const isMine = wanted && wanted.learner === learner();
      const isUp = isMine ? wanted.is_up : Boolean(heard[learner()]);
      if (button.getAttribute("data-up") !== String(Number(isUp))) {
        button.setAttribute("data-up", String(Number(isUp)));
      }
    }

    return { start: start, onNext: onNext };
  };

  // What this page tells the hub of its buttons: the same ones need not travel again.
  app.asides = function () {
    const mine = document.querySelector("#task .asides");
    const of = mine && mine.getAttribute("data-of");
    return of ? "&asides=" + encodeURIComponent(of) : "";
  };

  // A piece whose question came without its buttons, with those of the one on the page.
  app.dressed = function (piece) {
    const mine = document.querySelector("#task .asides");
    const why = piece.querySelector("#why");
    if (mine && why && !piece.querySelector(".asides")) {
      const copy = document.importNode(mine, true);
      copy.querySelector("#ask-why").removeAttribute("aria-expanded");
      why.parentNode.insertBefore(copy, why);
    }
    return piece;
  };

  function learner() {
    return Number(document.body.dataset.learner);
  }

  // In a rest nothing may be asked: a hand is raised at what comes next, then.
  function question(fields) {
    const place = byId("item") ? "" : "rest-";
    return Object.assign({
      learner: learner(), session: document.body.dataset.session,
      item: byId(place + "item").value, seed: Number(byId(place + "seed").value),
      step: place ? 0 : Number(byId("step").value),
    }, fields);
  }

  function post(kind, fields, done) {
    const body = JSON.stringify(Object.assign({ kind: kind }, fields));
    app.send("POST", "/learn/" + kind, body, done);
  }
})(window.mangotree = window.mangotree || {});
