// Keeps the live class up to date: tiles by their letters, cards and lines as they come.

const live = document.getElementById("live");
const lost = document.getElementById("lost");
const changed = document.getElementById("changed");
const stops = document.getElementById("stops");
const words = JSON.parse(live.dataset.words);
// A tap that was begun on one child must not end on another that came in its place.
const SETTLES_MS = 400;
// What shows of a child who left the class while the page stood open, until it is loaded anew.
const AWAY = "a";
const LETTERS = /^([a-z])([01?]*)([a-z]?)$/;

let fingers = 0;
let waiting = [];
let movedAt = -SETTLES_MS;
let source;

// The hub's own pages escape everything; parsed in a template nothing runs or loads.
function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

// Swaps what is inside `old`, so that a live region stays the same one and is read out.
function refill(old, fresh) {
  if (old.innerHTML === fresh.innerHTML) {
    return;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  for (const name of fresh.getAttributeNames()) {
    old.setAttribute(name, fresh.getAttribute(name));
  }
  const place = focused && [...old.querySelectorAll("a, button")].indexOf(focused);
  const drawn = old.querySelector(".drawn");
  old.replaceChildren(...fresh.childNodes);
  keepDrawn(old, drawn);
  if (focused) {
    const found = old.querySelectorAll("a, button");
    (found[place] || found[0] || old).focus();
  }
}

// A picture that stands there already is not fetched again.
function keepDrawn(card, former) {
  const fresh = card.querySelector(".drawn");
  if (!fresh || !fresh.dataset.drawn) {
    return;
  }
  if (former && former.dataset.drawn === fresh.dataset.drawn && former.firstElementChild) {
    fresh.replaceWith(former);
    return;
  }
  fetch(fresh.dataset.drawn)
    .then((reply) => (reply.ok ? reply.text() : ""))
    .then((text) => fresh.replaceChildren(...(text ? [parsed(text)] : [])))
    .catch(() => {});
}

function put(html) {
  const fresh = parsed(html);
  const old = document.getElementById(fresh.id);
  if (old) {
    refill(old, fresh);
  } else if (fresh.classList.contains("stop")) {
    fresh.hidden = true;
    stops.append(fresh);
    keepDrawn(fresh, null);
  }
}

function setTile(learner, code) {
  const tile = document.getElementById("learner-" + learner);
  const found = LETTERS.exec(code || AWAY);
  if (!tile || !code) {
    changed.hidden = false;
  }
  if (!tile || !found) {
    return;
  }
  const [name, word] = words.states[found[1]];
  tile.className = "row tile " + name;
  tile.querySelector(".status").textContent = word;
  const marks = [...found[2]].map((one) => words.signs[one]);
  tile.querySelector(".marks").textContent = marks.join("");
  tile.querySelector(".said").textContent = words.said[found[3]] || "";
}

function arrange(order) {
  const cards = order.map((learner) => document.getElementById("stop-" + learner));
  const now = [...stops.children].filter((card) => !card.hidden);
  if (now.length === cards.length && now.every((card, place) => card === cards[place])) {
    return;
  }
  movedAt = performance.now();
  const focused = document.activeElement;
  const kept = cards.filter(Boolean);
  kept.forEach((card, place) => {
    card.hidden = false;
    if (stops.children[place] !== card) {
      stops.insertBefore(card, stops.children[place] || null);
    }
  });
  [...stops.children].slice(kept.length).forEach((card) => card.remove());
  if (focused && focused !== document.activeElement && focused.isConnected) {
    focused.focus();
  }
}

// Tiles stand still, so they change at once. Whatever may move waits for the finger.
function show(change) {
  const codes = change.tiles || {};
  if (change.all) {
    document.querySelectorAll(".tile").forEach((tile) => {
      const learner = tile.id.slice("learner-".length);
      codes[learner] = codes[learner] || "";
    });
  }
  Object.entries(codes).forEach(([learner, code]) => setTile(learner, code));
  waiting.push(change);
  settle();
}

function settle() {
  if (fingers > 0) {
    return;
  }
  waiting.forEach((change) => {
    (change.html || []).forEach(put);
    if (change.order) {
      arrange(change.order);
    }
  });
  waiting = [];
}

function lift() {
  fingers = 0;
  // The tap's own click comes first.
  setTimeout(settle, 0);
}

function watch() {
  source = new EventSource(live.dataset.live);
  source.addEventListener("class", (event) => show(JSON.parse(event.data)));
  source.addEventListener("open", () => { lost.hidden = true; });
  source.addEventListener("error", () => { lost.hidden = false; });
}

addEventListener("pointerdown", () => { fingers = 1; });
addEventListener("pointerup", lift);
addEventListener("pointercancel", lift);
stops.addEventListener("click", (event) => {
  if (performance.now() - movedAt < SETTLES_MS) {
    event.preventDefault();
  }
}, true);

watch();

// A phone in a pocket holds no thread of the hub; it catches up when it is looked at.
document.addEventListener("visibilitychange", () => {
  source.close();
  if (!document.hidden) {
    watch();
  }
});
