"use strict";
// Everything works without this file; it saves clicks. No markup is made out of data here.

// A choice that stands for its whole form is sent at once, and its button isn't needed.
for (const field of document.querySelectorAll("[data-submits]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
  const button = field.form.querySelector("button.quiet");
  if (button) button.hidden = true;
}

// A key presses the button that names it in data-key, unless somebody is writing. While an answer is
// on its way keys wait for the next page, so that a fast judge loses none.
const waiting = [];
let busy = false;

function press(key) {
  const writing = document.activeElement?.closest("input, textarea");
  if (writing && key.length === 1) {
    writing.setRangeText(key, writing.selectionStart, writing.selectionEnd, "end");
    return;
  }
  if (writing && key === "Escape") writing.blur();
  const target = [...document.querySelectorAll("[data-key]")].find(
    (each) => each.dataset.key.split(" ").includes(key) && !each.disabled,
  );
  if (target?.matches("input, textarea")) target.focus();
  else target?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (busy) {
    event.preventDefault();
    if (event.key.length === 1 || event.key === "Escape") waiting.push(event.key);
    return;
  }
  const writing = event.target.closest("input, textarea, select");
  if (writing && event.key !== "Escape") return;
  const known = [...document.querySelectorAll("[data-key]")].some((each) =>
    each.dataset.key.split(" ").includes(event.key),
  );
  if (!known && !writing) return;
  event.preventDefault();
  press(event.key);
});

// A form with data-swaps is sent without leaving the page; what follows takes its part's place.
async function swap(form, submitter) {
  busy = true;
  const values = new URLSearchParams(new FormData(form, submitter));
  try {
    const answer = await fetch(form.action, { method: "POST", body: values });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-followed], [data-follow]");
    if (!answer.ok || !next) throw new Error("no next part");
    form.closest("[data-followed]").replaceWith(next);
    if (next.dataset.follow) follow(next);
  } catch {
    // Sent again the plain way, so that the browser or the server says what is wrong.
    if (submitter?.name) {
      const field = Object.assign(document.createElement("input"), {
        type: "hidden", name: submitter.name, value: submitter.value,
      });
      form.append(field);
    }
    form.submit();
    return;
  }
  busy = false;
  while (waiting.length && !busy) press(waiting.shift());
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-swaps]")) {
    event.preventDefault();
    if (!busy) swap(form, event.submitter);
    return;
  }
  // Any other form is not sent twice by a second click.
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
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
