// Offers the phone's own time to the hub, and says when the two differ.

const APART_MS = 2 * 60 * 1000;
const shown = document.getElementById("hub-time");
const drift = document.getElementById("drift");
const form = document.querySelector("[data-clock]");
// The page may have waited in the browser's cache; what it says is of the time it came.
const loadedAt = Date.now();

function put(name, value) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = String(value);
  form.append(field);
}

if (shown && form) {
  if (Math.abs(loadedAt - Number(shown.dataset.now)) > APART_MS) {
    const phone = document.getElementById("phone-time");
    phone.textContent = new Date(loadedAt).toLocaleString(document.documentElement.lang);
    drift.hidden = false;
  }
  document.querySelectorAll("[data-zone]").forEach((field) => {
    field.value = String(-new Date().getTimezoneOffset());
  });
  form.querySelector("[data-typed]").remove();
  const button = form.querySelector("[data-phone]");
  button.textContent = button.dataset.phone;
  form.addEventListener("submit", () => put("now", Date.now()));
}
