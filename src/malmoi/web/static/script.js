"use strict";
// Everything works without this file; it saves clicks. No markup is made out of data here.

// A choice that stands for its whole form is sent at once, and its button isn't needed.
for (const field of document.querySelectorAll("[data-submits]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
  const button = field.form.querySelector("button.quiet");
  if (button) button.hidden = true;
}

// A key presses the button that names it in data-key, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  const writing = event.target.closest("input, textarea, select");
  if (writing && event.key !== "Escape") return;
  if (writing) {
    event.target.blur();
    return;
  }
  for (const target of document.querySelectorAll("[data-key]")) {
    if (target.dataset.key.split(" ").includes(event.key) && !target.disabled) {
      event.preventDefault();
      if (target.matches("input, textarea")) target.focus();
      else target.click();
      return;
    }
  }
});

// A form that was sent is not sent twice by a second key.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// A part of the page that follows a run: asked for again until it says that nothing changes.
function follow(part) {
  const seconds = Number(part.dataset.every) || 2;
  setTimeout(async () => {
    try {
      const answer = await fetch(part.dataset.follow, { headers: { accept: "text/html" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const next = page.querySelector("[data-follow], [data-followed]");
        if (next) {
          part.replaceWith(next);
          if (next.dataset.follow) follow(next);
          return;
        }
      }
    } catch {
      // The server may be away for a moment.
    }
    follow(part);
  }, 1000 * seconds);
}
for (const part of document.querySelectorAll("[data-follow]")) follow(part);

// A file fills the text field beside it: nothing is sent before the form is.
for (const field of document.querySelectorAll("input[type=file][data-fills]")) {
  field.addEventListener("change", async () => {
    const [file] = field.files;
    if (file) document.getElementById(field.dataset.fills).value = await file.text();
  });
}
