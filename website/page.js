// The menu on a phone, and names for what the keyboard reaches.
{
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

  // The renderers call every link at a heading "Anchor".
  addEventListener("load", () => {
    for (const link of document.querySelectorAll(".anchorjs-link")) {
      link.setAttribute("aria-label", `Link to “${link.parentElement.textContent.trim()}”`);
    }
  });
}
