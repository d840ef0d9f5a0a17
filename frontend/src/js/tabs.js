// Examples as tabs; without script they stand one below the other.
export function startTabs() {
  for (const home of document.querySelectorAll("[data-tabs]")) {
    const tabs = [...home.querySelectorAll("[role=tab]")];
    const show = (tab) => tabs.forEach((each) => {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
    });
    home.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) show(tab);
    });
    home.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by || !event.target.matches("[role=tab]")) return;
      const next = tabs[(tabs.indexOf(event.target) + by + tabs.length) % tabs.length];
      show(next);
      next.focus();
    });
    show(tabs[0]);
  }
}
