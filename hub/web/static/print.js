// Shows the button that prints: on a phone the way to a PDF, too. Without scripts the browser's
// own menu does it.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
