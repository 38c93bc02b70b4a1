// One document for all learners' pages, at an address that the browser keeps: a page or a
// piece that the hub sends is put in place without a load, and the latest of each is kept, so
// that the same address opens while the hub is off.
//
// A form marked data-piece="ID" is sent in the background: of the reply the element #ID takes
// the place of #ID here; a reply without it that is a learner's page takes the place of the
// whole. A link marked data-page is followed in the same way. Without scripts both work as
// they stand; what is no learner's page (a tablet that is to be paired) is gone to.
(function (app) {
  "use strict";

  const HERE = "/here";
  const DONE = "/learn/done/";
  const RENEWED = "mangotree.renewed";
  const CALM_MS = 2000;
  const SETTLED_MS = 20000;

  // `shown(isKept)` is told of each page put up; `isCalm()`: nothing unsaved, nothing typed;
  // `isUp()`: the link to the hub stands; `owes(learner)`: the hub lacks an answer of its.
  app.Pages = function (store, shown, isCalm, isUp, owes) {
    const kept = app.Kept(store);
    let button = null;
    let isBusy = false;
    let isBowing = false;
    let isHeld = false;
    let newest = own();
    // How often what is on the screen changed.
    let changes = 0;

    // The page that the hub sent with this document, else the one that was kept.
    function start() {
      document.addEventListener("click", onClick);
      document.addEventListener("submit", onSubmit);
      document.addEventListener("keydown", onReload);
      setInterval(renew, CALM_MS);
      setInterval(bow, CALM_MS);
      if (document.body.dataset.words) {
        kept.keep(document, new XMLSerializer().serializeToString(document));
        // From now on the browser opens this tab at the address that it keeps.
        window.history.replaceState(null, "", HERE);
        setTimeout(holdHere, SETTLED_MS);
        shown(false);
      } else {
        store.ready(open);
      }
    }

    // Later than a first page's own files: thirty tablets that start at once share the air.
    function holdHere() {
      if (isHeld) {
        return;
      }
      isHeld = true;
      app.fetchText("GET", HERE, null, false, function (status, text) {
        if (status === 200 && text.indexOf(own()) < 0) {
          app.fetchText("GET", HERE, null, true, holdAgain);
        } else {
          holdAgain(status);
        }
      });
    }

    function holdAgain(status) {
      if (status !== 200) {
        isHeld = false;
        setTimeout(holdHere, SETTLED_MS);
      }
    }

    function open() {
      const last = kept.last();
      if (last) {
        put(last, true);
      }
      if (document.body.className !== "lesson") {
        ask();
      }
    }

    // The hub is away, and nothing but the kept page can be shown: asked again until it is,
    // or until the child went on by itself. A store that opened late may have brought one.
    function look() {
      const mine = changes;
      setTimeout(function () {
        const shows = document.body.className;
        if (mine === changes && shows === "here") {
          open();
        } else if (mine === changes && shows !== "lesson") {
          ask();
        }
      }, CALM_MS);
    }

    // Cards that are on the screen stay cards, whoever is signed in. What comes behind a
    // child's tap does not take away what the tap brought.
    function ask() {
      const mine = changes;
      const path = document.body.className === "cards" ? "/" : "/learn";
      app.fetchText("GET", path, null, false, function (status, text, url) {
        if (mine === changes && status === 200 && !isBusy) {
          take(text, url);
        } else if (mine === changes) {
          look();
        }
      });
    }

    function take(text, url) {
      const page = app.parsed(text);
      if (!page.body.dataset.words) {
        location.replace(url);
        return;
      }
      isBusy = false;
      holdHere();
      if (isOther(page)) {
        kept.keep(page, text);
        put(page, false);
      } else {
        kept.clear(page);
      }
    }

    // The cards fetched once more as they stand already stay under the child's finger; what
    // belongs to the session in them is renewed.
    function isOther(page) {
      const kind = document.body.className;
      const isSame = kind === "cards" && page.body.className === kind
        && wordsOf(page) === wordsOf(document);
      const token = page.querySelector("[name=csrf_token]");
      if (isSame && token) {
        document.querySelector("[name=csrf_token]").value = token.value;
      }
      return !isSame;
    }

    function put(page, isKept) {
      const root = document.documentElement;
      root.lang = page.documentElement.lang;
      root.dir = page.documentElement.dir;
      document.title = page.title;
      root.replaceChild(document.adoptNode(page.body), document.body);
      window.scrollTo(0, 0);
      changes += 1;
      shown(isKept);
    }

    function onClick(event) {
      const target = event.target.nodeType === 1 ? event.target : event.target.parentNode;
      const link = target.closest("a[data-page]");
      button = target.closest("button");
      if (link) {
        event.preventDefault();
        leave(link.getAttribute("href"));
      }
    }

    // To another page; while the hub is away from a lesson to the kept cards, and back to it.
    // Tapped twice, or overtaken by another child's tap, it does nothing more.
    function leave(path) {
      const mine = changes;
      // Its answers will say that it is here: the hub hears once more that it is not.
      if (path.indexOf(DONE) === 0 && owes(path.slice(DONE.length))) {
        kept.leave(path.slice(DONE.length));
      }
      app.fetchText("GET", path, null, false, function (status, text, url) {
        if (mine === changes && status === 200) {
          take(text, url);
        } else if (mine === changes) {
          stay(path);
        }
      });
    }

    function stay(path) {
      const owner = /^\/learn\?learner=(\d+)&/.exec(path);
      const lesson = owner && kept.lessonOf(owner[1]);
      if (lesson) {
        kept.show("lesson." + owner[1]);
        put(lesson, true);
        return;
      }
      const isDone = path.indexOf(DONE) === 0;
      if (isDone) {
        kept.leave(path.slice(DONE.length));
      }
      const cards = (path === "/" || isDone) && kept.cards();
      if (cards && document.body.className !== "cards") {
        kept.show("cards");
        put(cards, true);
        look();
      }
      app.say("notice", app.words.no_hint);
    }

    // Who left while the hub was away gets up there, too, behind the last of its answers.
    function bow() {
      const learner = isBowing ? null : kept.left().filter(function (one) {
        return !owes(one);
      })[0];
      if (learner) {
        isBowing = true;
        app.fetchText("GET", DONE + learner, null, false, function (status) {
          isBowing = false;
          if (status === 200) {
            kept.onLeft(learner);
          }
        });
      }
    }

    function onSubmit(event) {
      const form = event.target;
      if (form.hasAttribute("data-piece") && !event.defaultPrevented) {
        event.preventDefault();
        if (!isBusy) {
          isBusy = true;
          submit(form, button && button.form === form ? button : null, false);
        }
      }
    }

    function submit(form, pressed, isSecond) {
      const body = encoded(form, pressed);
      app.fetchText("POST", form.action, body, false, function (status, text, url) {
        if (status === 400 && !isSecond) {
          refresh(form, pressed);
        } else if (status === 0 || status >= 500) {
          isBusy = false;
          onAway(pressed);
        } else {
          isBusy = false;
          answer(form.getAttribute("data-piece"), text, url);
        }
      });
    }

    function answer(id, text, url) {
      const page = app.parsed(text);
      const piece = page.getElementById(id);
      if (piece && app.byId(id)) {
        app.byId(id).parentNode.replaceChild(document.adoptNode(piece), app.byId(id));
        changes += 1;
        shown(false, id);
      } else {
        take(text, url);
      }
    }

    // A page kept from an earlier session: sent again with the sign of the present one.
    function refresh(form, pressed) {
      app.fetchText("GET", "/", null, false, function (status, text) {
        if (status === 0) {
          isBusy = false;
          onAway(pressed);
          return;
        }
        const fresh = app.parsed(text).querySelector("[name=csrf_token]");
        const old = form.querySelector("[name=csrf_token]");
        if (status === 200 && fresh && old) {
          old.value = fresh.value;
        }
        submit(form, pressed, true);
      });
    }

    // Whoever sits here may go on without the hub; for others it is needed.
    function onAway(pressed) {
      const isCard = pressed && pressed.name === "learner";
      const lesson = isCard && kept.lessonOf(pressed.value);
      if (lesson) {
        // Who comes back has not left.
        kept.onLeft(pressed.value);
        kept.show("lesson." + pressed.value);
        put(lesson, true);
      } else {
        app.say("notice", isCard ? toldOf(pressed) : app.words.no_hint);
      }
    }

    // The name keeps its own direction, whatever the sentence has.
    function toldOf(card) {
      const box = card.querySelector(".name") ? card : card.closest("li") || card;
      const picture = box.querySelector(".picture");
      const name = box.querySelector(".name, bdi");
      const who = "\u2068" + (name ? name.textContent : "") + "\u2069";
      return (picture ? picture.textContent + " " : "")
        + app.words.card_away.split("{name}").join(who);
    }

    // The hub has other scripts than these: taken up once, when no child is interrupted.
    function renew() {
      if (newest === own() || isBusy || !isCalm() || !isFirst(newest)) {
        return;
      }
      app.fetchText("GET", HERE, null, true, function (status, text) {
        const isThere = status === 200 && text.indexOf(newest) >= 0;
        if (isThere && isCalm() && !isBusy) {
          location.reload();
        } else if (isThere || status !== 200) {
          // A child began something meanwhile, or the hub is away: once more, later.
          window.sessionStorage.removeItem(RENEWED);
        }
      });
    }

    // Each version is tried once in this tab; where that cannot be written down, never.
    function isFirst(version) {
      try {
        const isNew = window.sessionStorage.getItem(RENEWED) !== version;
        window.sessionStorage.setItem(RENEWED, version);
        return isNew;
      } catch (error) {
        return false;
      }
    }

    // A reload asks the hub, and while it is away ends at the browser's own page of errors; the
    // same address opened anew comes from the cache.
    function onReload(event) {
      const isReload = event.key === "F5"
        || event.key === "r" && (event.ctrlKey || event.metaKey);
      if (isReload && !event.shiftKey && !isUp()) {
        event.preventDefault();
        location.replace(HERE);
      }
    }

    function own() {
      return document.documentElement.getAttribute("data-version");
    }

    return {
      start: start,
      leave: leave,
      onVersion: function (version) { newest = version || own(); },
    };
  };

  function wordsOf(page) {
    return page.querySelector("main").textContent;
  }

  // The form as browsers send it.
  function encoded(form, pressed) {
    const sent = Array.prototype.filter.call(form.elements, function (one) {
      const isBox = one.type === "checkbox" || one.type === "radio";
      return one.name && !one.disabled && one.type !== "submit" && (!isBox || one.checked);
    });
    return sent.concat(pressed && pressed.name ? [pressed] : []).map(function (one) {
      return encodeURIComponent(one.name) + "=" + encodeURIComponent(one.value);
    }).join("&");
  }
})(window.mangotree = window.mangotree || {});
