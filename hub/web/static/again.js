// Looks again every two seconds and puts in place what has changed within #again; where the
// work is over and another page has come of it, shows that one.

const EVERY_MS = 2000;
const part = document.getElementById("again");

function turnTo(fresh, address) {
  clearInterval(clock);
  history.replaceState(null, "", address);
  document.title = fresh.title;
  document.body.replaceWith(fresh.body);
  // Who cannot see the page hears where it has come to.
  const heading = document.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
}

async function look() {
  if (document.hidden) {
    return;
  }
  const answer = await fetch(location.href, { credentials: "same-origin" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = fresh.getElementById("again");
  if (!now) {
    turnTo(fresh, answer.url);
  } else if (now.innerHTML !== part.innerHTML) {
    part.replaceChildren(...now.childNodes);
  }
}

// A hub that is away for a moment is asked again.
const clock = setInterval(() => look().catch(() => undefined), EVERY_MS);
