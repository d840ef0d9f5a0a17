// What changes by itself is said aloud at most every ten seconds: the sentence marked data-say, when it is new.
const EVERY = 10_000;
let lastAt = 0;

export function say(sentence) {
  const voice = document.getElementById("said");
  if (voice && voice.textContent !== sentence) voice.textContent = sentence;
}

/** The notice above everything while the server does not answer; what was there before stays. */
function startTrouble() {
  const trouble = document.getElementById("trouble");
  const show = () => { trouble.hidden = false; };
  document.addEventListener("htmx:error", show);
  document.addEventListener("htmx:response:error", show);
  document.addEventListener("htmx:sse:error", show);
  document.addEventListener("htmx:after:swap", () => { trouble.hidden = true; });
  document.addEventListener("htmx:sse:after:connection", () => { trouble.hidden = true; });
}

/** A form that stays on its page is emptied once its deed is done; one that takes long says so. */
function startForms() {
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (!sourceElement.matches("form[data-clear]") || !response?.raw.ok) return;
    sourceElement.reset();
    sourceElement.querySelector("input:not([type=hidden])")?.focus();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.busy || event.defaultPrevented) return;
    const button = event.submitter ?? form.querySelector("button");
    setTimeout(() => { button.disabled = true; });
    const note = document.createElement("p");
    note.className = "hint";
    note.setAttribute("role", "status");
    note.textContent = form.dataset.busy;
    button.after(note);
  });
  // The Back button may bring a page back as it was left.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

export function startLive() {
  startTrouble();
  startForms();
  document.addEventListener("htmx:after:swap", () => {
    const sentence = document.querySelector("[data-say]")?.textContent.trim();
    if (!sentence || Date.now() - lastAt < EVERY) return;
    lastAt = Date.now();
    say(sentence);
  });
  // The phone's talk stays at its newest line.
  const toEnd = () => document.querySelectorAll(".phone-talk").forEach((talk) => { talk.scrollTop = talk.scrollHeight; });
  document.addEventListener("htmx:after:swap", toEnd);
  toEnd();
}
