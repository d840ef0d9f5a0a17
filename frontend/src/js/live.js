// What changes by itself is said aloud at most every ten seconds: the sentence marked data-say, when it is new.
const EVERY = 10_000;
let lastAt = 0;

export function say(sentence) {
  const voice = document.getElementById("said");
  if (voice && voice.textContent !== sentence) voice.textContent = sentence;
}

export function startLive() {
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
