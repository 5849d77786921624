// What the keyboard reaches and a screen reader says: the menu on a phone, light and dark, copied code, the search.
{
  const spoken = document.createElement("div");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  document.body.append(spoken);
  const say = (words) => {
    spoken.textContent = "";  // the same words a second time are spoken again
    setTimeout(() => { spoken.textContent = words; }, 100);
  };

  const menu = document.getElementById("quarto-sidebar");
  const button = document.querySelector(".quarto-btn-toggle");
  if (menu && button) {
    const isOpen = () => menu.classList.contains("show");
    const sayWhetherOpen = () => button.setAttribute("aria-expanded", isOpen());
    sayWhetherOpen();
    new MutationObserver(sayWhetherOpen).observe(menu, { attributeFilter: ["class"] });
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !isOpen()) return;
      button.click();
      button.focus();
    });
    // A link may lead to another place of the same page, which menu and results would hide.
    menu.addEventListener("click", ({ target }) => {
      if (!target.closest('a[href]:not([href=""])')) return;
      menu.querySelector(".smalldocs-search-results")?.classList.remove("show");
      if (isOpen()) button.click();
    });
    // Past its last link the focus would go on behind the menu.
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (isOpen() && relatedTarget && relatedTarget !== button && !menu.contains(relatedTarget)) button.click();
    });
  }

  // A box that scrolls is a stop for the Tab key and says what it is; one that shows all of itself is neither.
  const names = { table: "Table", ".math.display": "Formula", ".cell-output, .cell-output pre": "Output", pre: "Code" };
  const selector = Object.keys(names).map((boxes) => `main :is(${boxes})`).join();
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const scrolls = target.scrollWidth > target.clientWidth && getComputedStyle(target).overflowX === "auto";
      if (scrolls === target.hasAttribute("tabindex")) continue;
      const name = Object.keys(names).find((boxes) => target.matches(boxes));
      const attributes = { tabindex: "0", "aria-label": names[name], ...(name === "table" ? {} : { role: "group" }) };
      for (const [attribute, value] of Object.entries(attributes)) {
        if (scrolls) target.setAttribute(attribute, value);
        else target.removeAttribute(attribute);
      }
    }
  });
  document.querySelectorAll(selector).forEach((box) => watch.observe(box));

  // A link at a heading would be read as a part of it, and the list of contents has the same link.
  addEventListener("load", () => {
    for (const link of document.querySelectorAll(".anchorjs-link")) {
      link.setAttribute("aria-hidden", "true");
      link.tabIndex = -1;
    }
  });

  // Either renderer marks the dark page in its own place.
  const sayWhetherDark = () => {
    const dark = document.querySelector("html.quarto-dark, body.quarto-dark") !== null;
    document.querySelectorAll(".quarto-color-scheme-toggle").forEach((toggle) => toggle.setAttribute("aria-pressed", dark));
  };
  sayWhetherDark();
  for (const page of [document.documentElement, document.body]) {
    new MutationObserver(sayWhetherDark).observe(page, { attributeFilter: ["class"] });
  }

  const sayCopied = ([{ target }]) => target.matches(".code-copy-button-checked") && say("Copied");
  for (const copy of document.querySelectorAll(".code-copy-button")) {
    new MutationObserver(sayCopied).observe(copy, { attributeFilter: ["class"] });
  }

  // smalldocs shows results when they are there, even if the reader has gone on. Quarto's search does all this by itself.
  for (const box of document.querySelectorAll(".smalldocs-search")) {
    const [input, list] = ["input", ".smalldocs-search-results"].map((part) => box.querySelector(part));
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", "Results");
    const isShown = () => list.classList.contains("show");
    let wanted = false, pause = null;
    const close = () => {
      wanted = false;
      clearTimeout(pause);
      list.classList.remove("show");
    };
    const sayHowMany = () => {
      const found = list.querySelectorAll(".search-result").length;
      if (isShown()) say(found ? `${found} result${found === 1 ? "" : "s"}` : "No results");
    };
    new MutationObserver(() => {
      if (!isShown()) return;
      if (!wanted) return close();
      clearTimeout(pause);
      pause = setTimeout(sayHowMany, 600);
      if (document.activeElement === document.body) input.focus();  // new results replace the one that had the focus
    }).observe(list, { attributeFilter: ["class"], childList: true });
    input.addEventListener("input", () => { wanted = true; });
    box.addEventListener("focusin", ({ relatedTarget }) => { if (!box.contains(relatedTarget)) wanted = true; });
    box.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !box.contains(relatedTarget)) close(); });
    // Before smalldocs hears of the key: its own arrows mark a result without going there, and its Escape leaves the box.
    box.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!isShown() || !(step || event.key === "Escape")) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") close();
      const stops = [input, ...list.querySelectorAll(".search-result")];
      const next = step ? stops.indexOf(document.activeElement) + step : 0;
      stops[Math.max(0, Math.min(next, stops.length - 1))].focus();
    }, true);
  }
}
