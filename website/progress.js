// Which exercises a reader has done: kept in this browser, shown beside the chapters, forgotten at a click.
(() => {
  const KEY = "how-a-neural-network-learns/exercises-done";
  const chapters = JSON.parse(document.querySelector("#exercises").textContent); // {address: [numbers]}
  const numbers = Object.values(chapters).flat();

  // Storage can be switched off, or hold anything: then nothing counts as done, and it lasts as long as the page.
  const stored = () => {
    try {
      const list = JSON.parse(localStorage.getItem(KEY));
      return new Set(Array.isArray(list) ? numbers.filter((number) => list.includes(number)) : []);
    } catch {
      return new Set();
    }
  };
  const store = () => {
    try {
      if (done.size) localStorage.setItem(KEY, JSON.stringify([...done]));
      else localStorage.removeItem(KEY);
    } catch {
      // It is shown all the same.
    }
  };
  let done = stored();

  const make = (tag, attributes, text) => Object.assign(document.createElement(tag), attributes, { textContent: text });

  // Beside each chapter in the navigation and in the home page's list
  const counts = [];
  for (const link of document.querySelectorAll('#quarto-sidebar a[href$=".html"], #the-path a[href$=".html"]')) {
    const own = Object.entries(chapters).find(([address]) => new URL(link.href).pathname.endsWith(`/${address}`));
    if (!own) continue;
    const count = make("span", { className: "exercises-done" });
    const className = link.closest("#quarto-sidebar") ? "visually-hidden" : "";
    const words = make("span", { className }, " exercises done");
    link.parentElement.append(" ", count);
    counts.push([count, words, own[1]]);
  }

  const kept = make("p", {});
  kept.setAttribute("role", "status");
  const forget = make("button", { type: "button" });
  const box = make("div", { className: "exercises-kept", hidden: true });
  box.append(kept, forget);
  document.querySelector("#quarto-sidebar")?.append(box);

  let asked = false;
  const show = () => {
    asked = false;
    forget.textContent = "Forget what is done";
    for (const [count, words, own] of counts) {
      const number = own.filter((number) => done.has(number)).length;
      count.replaceChildren(...(number ? [`${number} of ${own.length}`, words] : []));
    }
    for (const block of document.querySelectorAll(".exercise-form")) {
      const isDone = done.has(block.dataset.exercise);
      block.classList.toggle("is-done", isDone);
      const box = block.querySelector(".exercise-solved");
      if (box) box.checked = isDone;
    }
    if (done.size) box.hidden = false;
    kept.textContent = done.size
      ? `Exercises done: ${done.size} of ${numbers.length}. Only this browser knows.`
      : "No exercise counts as done.";
  };

  const change = (now) => {
    done = now;
    store();
    show();
  };
  document.addEventListener("exercise-done", ({ target, detail }) => {
    const { exercise } = target.closest(".exercise-form").dataset;
    change(new Set(numbers.filter((number) => (number === exercise ? detail : done.has(number)))));
  });
  forget.addEventListener("click", ({ detail }) => {
    if (asked && detail < 2) return change(new Set());
    if (asked || !done.size) return; // a double click is one press
    asked = true;
    forget.textContent = "Really forget? Press again";
    kept.textContent = `Press again to forget all ${done.size}.`;
  });
  forget.addEventListener("blur", () => asked && show());
  // Another tab, or this page taken back from the history
  for (const moment of ["storage", "pageshow"]) {
    addEventListener(moment, () => {
      done = stored();
      show();
    });
  }
  show();
})();
