// The renderers' buttons: their handlers stood in the page, where its policy lets nothing run.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-calls]");
  if (!button || !/^(quarto|smalldocs)[A-Z]/.test(button.dataset.calls)) return;
  window[button.dataset.calls]?.();
  if (button.getAttribute("href") === "") event.preventDefault();
});
