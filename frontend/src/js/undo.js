// The undo bar counts down and goes, but not while the pointer or the focus is on it.
export function startUndo() {
  // The stream of a campaign says that it is over: then there is nothing left to take back.
  document.addEventListener("done", () => document.querySelectorAll("body > * [data-undo]").forEach((bar) => bar.remove()));
  for (const bar of document.querySelectorAll("main ~ * [data-undo], [data-undo]:not(main [data-undo])")) {
    const [gauge, room] = bar.querySelectorAll("[data-undo-gauge], [data-undo-gauge] + i");
    const total = Number(bar.dataset.undo);
    const end = Date.now() + total * 1000;
    const timer = setInterval(() => {
      const left = Math.max(0, (end - Date.now()) / 1000);
      bar.querySelector("[data-undo-left]").textContent = `${Math.ceil(left)} s`;
      gauge.style.setProperty("--n", left);
      room.style.setProperty("--n", total - left);
      if (left > 0 || bar.matches(":hover, :focus-within")) return;
      clearInterval(timer);
      bar.remove();
    }, 250);
  }
}
