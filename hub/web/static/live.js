// Keeps the live class up to date: puts in place what the hub sends, row by row.

const live = document.getElementById("live");
const lost = document.getElementById("lost");

// The hub's own pages escape everything; parsed in a template nothing runs or loads.
function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Swaps what is inside `old`, so that a live region stays the same one and is read out.
function refill(old, fresh) {
  if (old.innerHTML === fresh.innerHTML) {
    return;
  }
  const hadFocus = old.contains(document.activeElement);
  for (const name of fresh.getAttributeNames()) {
    old.setAttribute(name, fresh.getAttribute(name));
  }
  old.replaceChildren(...fresh.childNodes);
  const target = hadFocus ? old.querySelector("button, a") : null;
  if (target) {
    target.focus();
  }
}

function place(html) {
  for (const fresh of [...parsed(html).children]) {
    const old = document.getElementById(fresh.id);
    if (old) {
      refill(old, fresh);
    }
  }
}

function show(event) {
  const change = JSON.parse(event.data);
  Object.values(change.rows).forEach(place);
  if (change.top) {
    place(change.top);
  }
}

function watch() {
  source = new EventSource(live.dataset.live);
  source.addEventListener("class", show);
  source.addEventListener("open", () => { lost.hidden = true; });
  source.addEventListener("error", () => { lost.hidden = false; });
}

let source;
watch();

// A phone in a pocket holds no thread of the hub; it catches up when it is looked at.
document.addEventListener("visibilitychange", () => {
  source.close();
  if (!document.hidden) {
    watch();
  }
});
