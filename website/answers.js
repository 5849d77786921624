// Answers on the page: a form for each exercise that a letter, a number or a table can answer.
// It reads what was typed and compares. Right values, known mistakes and every sentence on them come from Python.
(() => {
  const HOW_TO = new URL("../../index.html#how-to-use-it", document.currentScript.src);

  // What was typed, as exercises/reading.py would read it: a number {value}, a shape {brackets, parts} or a {word}.
  // `shown` is how a message repeats it.

  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  const FRACTION = /^([+-]?)Fraction\(([^,]+),([^,]+)\)$/i; // as a notebook has it
  const ONE_SIGN = /^([+-]?)([¼-¾⅐-⅞])$/; // NFKD makes 1⁄2 of ½
  const DRESS = /^[\s.,:;()[\]{}<>'"`´‘’‚“”„«»]+|[\s.,:;()[\]{}<>'"`´‘’‚“”„«»]+$/g;
  const close = (text) => text.replace(/\s/g, "").replace(/[−–]/g, "-");
  const bare = (text) => text.replace(/^\(([^()]+)\)$/, "$1");

  const readNumber = (typed) => {
    const text = close(typed)
      .replace(FRACTION, "$1$2/$3")
      .replace(ONE_SIGN, (_, sign, one) => sign + one.normalize("NFKD").replace("⁄", "/"));
    const terms = bare(text).split("/").map(bare);
    if (terms.length > 2 || !terms.every((term) => NUMBER.test(term))) return null;
    const value = Number(terms[0]) / Number(terms[1] ?? 1);
    if (!Number.isFinite(value)) return null;
    return { value, shown: typed };
  };

  const readShape = (typed) => {
    const [, open, inside] = close(typed).match(/^([([])(.*)[)\]]$/) ?? [null, "", close(typed)];
    if (open !== "[" && !inside.includes(",")) return readNumber(typed);
    const parts = inside.replace(/,$/, "").split(",").map(readNumber);
    if (parts.includes(null)) return null;
    return { brackets: open === "[" ? "[]" : "()", parts, shown: typed };
  };

  const readWord = (typed) => {
    const word = typed.replace(DRESS, "").toLowerCase().replace(/\s+/g, " ");
    return { word, shown: quoted(typed) };
  };

  const READ = { number: readNumber, count: readNumber, shape: readShape, word: readWord };
  const LIKE = {
    number: "a number, such as 0.28, 1/3 or 2e-4",
    count: "a number, such as 28",
    shape: "a shape, such as (4, 2) or (4,)",
  };

  const advice = (kind, text) => {
    if (kind !== "shape" && text.includes("%")) return " Write 25 % as 0.25.";
    return kind !== "shape" && /^[^(]+,/.test(text) ? " Write the decimal sign as a point." : "";
  };

  // repr(text) of Python
  const quoted = (text) => {
    const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
    return `${mark}${text.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`)}${mark}`.slice(0, 80);
  };

  // Comparing, as exercises/kinds.py does. What is wanted is a "word", a count, a number with the place to which it may
  // be rounded, or a shape. `within` is the relative error within which numbers are the same.

  const rounds = (value, exact, place) => {
    const [digits, exponent] = value.toExponential().split("e");
    const last = value === 0 ? 0 : exponent - digits.replace(/\D/g, "").length + 1; // that was written
    return Math.abs(value - exact) <= 0.5 * Number(`1e${Math.min(last, place)}`) * (1 + 1e-9);
  };

  const same = (entry, wanted, within) => {
    if (typeof wanted === "string") return entry.word === wanted;
    if (wanted.parts) {
      const alike = wanted.brackets.includes(entry.brackets) && entry.parts.length === wanted.parts.length;
      return alike && entry.parts.every((part, i) => same(part, wanted.parts[i], within));
    }
    const { value } = entry;
    if (value === undefined) return false;
    const [exact, place] = [wanted].flat();
    const error = place === undefined ? 1e-9 : within;
    if (Math.abs(value - exact) <= error * Math.max(Math.abs(value), Math.abs(exact))) return true;
    return place !== undefined && rounds(value, exact, place);
  };

  const fill = (sentence, words) =>
    sentence.replace(/\{(\w+)\}/g, (_, name) => words[name]).replace(/ +(?=\n|$)/g, "").trim();

  // The mistake that explains all faults, from the first rank that has one: of several the one against which the fewest
  // right entries speak, of two equal ones both.
  const explanation = ({ ranks, within, two, unknown }, faults) => {
    const names = Object.keys(faults);
    for (const rank of ranks) {
      const explains = ([, made]) =>
        names.every((name) => made[name]?.some((wanted) => same(faults[name], wanted, within)));
      const fits = rank.filter(explains);
      const against = ([, made]) => Object.keys(made).filter((name) => !(name in faults)).length;
      const fewest = Math.min(...fits.map(against));
      const [one, other, third] = fits.filter((fit) => against(fit) === fewest).map(([text]) => text);
      if (third) return unknown;
      if (other) return fill(two, { one, other });
      if (one) return one;
    }
    return null;
  };

  const isOfItsKind = ({ kind, options, least }, entry) => {
    if (kind === "word") return options.length < 2 || options.includes(entry.word);
    if (kind === "shape") return entry.brackets === "()";
    return kind === "number" || (entry.value % 1 === 0 && !(entry.value < least));
  };

  const isCoarse = ({ coarse, wanted }, { value }) => coarse !== undefined && rounds(value, wanted[0], coarse);

  // [what to say, of which entry, the words to fill in] where some are not right
  const diagnosis = (exercise, faults) => {
    const { entries } = exercise;
    const names = Object.keys(faults);
    const [first] = names;
    const known = explanation(exercise, faults);
    if (known) return [exercise.wrong, first, { mistake: known }];
    if (names.every((name) => isCoarse(entries[name], faults[name]))) {
      return [exercise.wrong, first, { mistake: exercise.coarse, more: exercise.more }];
    }
    const strange = names.find((name) => !isOfItsKind(entries[name], faults[name]));
    if (strange !== undefined) return [entries[strange].must, strange, {}];
    const ofOneKind = Object.entries(faults).filter(([name]) => entries[name].kind === entries[first].kind);
    const mistake = explanation(exercise, Object.fromEntries(ofOneKind)) ?? exercise.unknown;
    return [exercise.wrong, first, { mistake }];
  };

  // [whether it is right, what Python says, the entry that it speaks of if any]
  const judge = (exercise, answer) => {
    const { entries, within } = exercise;
    const faults = Object.entries(answer).filter(([name, entry]) => !same(entry, entries[name].wanted, within));
    if (!faults.length) return [true, exercise.right, []];
    const [sentence, name, more] = diagnosis(exercise, Object.fromEntries(faults));
    const all = Object.keys(entries).length;
    const words = { count: all - faults.length, all, name: quoted(name), shown: answer[name].shown, more: "", ...more };
    return [false, fill(sentence, words), [name]];
  };

  // [whether it is right or null, what to say, the names of the fields to look at] of a form as it was filled in

  const judgeTable = (exercise, typed) => {
    const names = Object.keys(exercise.entries);
    const texts = Object.fromEntries(names.map((name) => [name, typed.get(name).trim()]));
    const empty = names.filter((name) => !texts[name]);
    if (empty.length === names.length) return [null, exercise.empty, names];
    const read = (name) => READ[exercise.entries[name].kind](texts[name]);
    const unread = names.filter((name) => texts[name] && !read(name));
    const complaints = unread.map((name) => {
      const { kind } = exercise.entries[name];
      return `${name}: “${texts[name]}” cannot be read as ${LIKE[kind]}.${advice(kind, texts[name])}`;
    });
    if (empty.length) complaints.push(fill(exercise.incomplete, { names: empty.join(", ") }));
    if (complaints.length) return [null, complaints.join("\n"), [...unread, ...empty]];
    return judge(exercise, Object.fromEntries(names.map((name) => [name, read(name)])));
  };

  const judgeChoice = (exercise, typed) => {
    const letter = typed.get("letter");
    if (!letter) return [null, exercise.empty, ["letter"]];
    const right = letter === exercise.right;
    return [right, exercise.texts[letter], right ? [] : ["letter"]];
  };

  // The page

  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };

  // What stands after "(a)", "(b)" … in the task above the form, formulas included; nothing where that is not clear.
  const optionsIn = (task, letters) => {
    const texts = document.createTreeWalker(task, NodeFilter.SHOW_TEXT);
    const marks = [];
    while (texts.nextNode()) {
      const node = texts.currentNode;
      for (const [mark, letter] of node.data.matchAll(/\(([a-z])\)/g)) marks.push({ node, letter, mark });
    }
    if (marks.map(({ letter }) => letter).join() !== letters.join()) return null;
    return marks.map(({ node, mark }, i) => {
      const range = document.createRange();
      range.setStart(node, node.data.indexOf(mark) + mark.length);
      const next = marks[i + 1];
      if (next) range.setEnd(next.node, next.node.data.indexOf(next.mark));
      else range.setEndAfter(task.lastChild);
      const option = range.cloneContents();
      const end = option.lastChild;
      if (end?.nodeType === Node.TEXT_NODE) end.data = end.data.replace(/[\s,;.?]+$/, "");
      return option;
    });
  };

  const letterFields = (letters, block) => {
    const tasks = [...(block.closest("section")?.querySelectorAll("p") ?? [])];
    const options = tasks.map((task) => optionsIn(task, letters)).find(Boolean);
    return letters.map((letter, i) => {
      const text = make("span", {}, `(${letter})`, ...(options ? [options[i]] : []));
      return make("label", {}, make("input", { type: "radio", name: "letter", value: letter }), text);
    });
  };

  const entryFields = (entries) => {
    const plain = { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
    return Object.entries(entries).map(([name, { kind }]) => {
      const field = make("input", { ...plain, name, inputmode: kind === "count" ? "numeric" : "text" });
      return make("label", {}, make("span", {}, name), field);
    });
  };

  const formOf = (exercise, block) => {
    const { exercise: number } = block.dataset;
    const message = make("div", { class: "exercise-message", id: `message-${number}`, role: "status" });
    const labels = exercise.texts ? letterFields(Object.keys(exercise.texts), block) : entryFields(exercise.entries);
    const legend = make("legend", {}, `Exercise ${number}, your answer`);
    const check = make("button", { class: "exercise-check", "aria-label": `Check exercise ${number}` }, "Check");
    const done = make("span", { class: "exercise-state" }, "Done");
    const last = make("div", { class: "exercise-last" }, check, done);
    const fields = make("fieldset", exercise.texts ? { role: "radiogroup" } : {}, legend, ...labels, last, message);
    const form = make("form", {}, fields);
    // Set in this order, the message can stand below any of them.
    [...labels, last].forEach((element, i) => { element.style.order = i; });

    const inputs = labels.map((label) => label.querySelector("input"));
    const bearer = (input) => (input.type === "radio" ? fields : input); // of letters the group is wrong
    const clear = (input) => {
      for (const name of ["aria-invalid", "aria-describedby"]) bearer(input).removeAttribute(name);
    };
    const lookAt = (names) => {
      inputs.forEach(clear);
      const faulty = inputs.filter((input) => names.includes(input.name));
      for (const input of faulty) {
        bearer(input).setAttribute("aria-invalid", "true");
        bearer(input).setAttribute("aria-describedby", message.id);
      }
      const named = faulty.filter((input) => input.name === names[0]);
      const first = named.find((input) => input.type !== "radio" || input.checked); // none if no letter is chosen
      message.style.order = faulty.length ? inputs.indexOf(first) : inputs.length;
      (first ?? named[0])?.focus();
      message.scrollIntoView({ block: "nearest" });
    };
    const say = (text) => {
      const again = message.textContent === text;
      message.textContent = again ? "" : text;
      if (again) setTimeout(() => { message.textContent ||= text; }, 100); // only what is new is read out
    };

    form.addEventListener("input", ({ target }) => clear(target));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [right, text, names] = (exercise.texts ? judgeChoice : judgeTable)(exercise, new FormData(form));
      message.dataset.right = right ?? "";
      say(text);
      lookAt(names);
      if (right) form.dispatchEvent(new CustomEvent("exercise-done", { bubbles: true, detail: true }));
    });
    return form;
  };

  // What only code can answer, the reader marks as done.
  const noteOnCode = ({ dataset: { exercise } }) => {
    const link = make("a", { href: HOW_TO }, "open the notebook in JupyterLab");
    const done = make("input", { type: "checkbox", class: "exercise-solved" });
    done.addEventListener("change", () => {
      done.dispatchEvent(new CustomEvent("exercise-done", { bubbles: true, detail: done.checked }));
    });
    const note = make("p", {}, `Exercise ${exercise} wants code: `, link, ".");
    return make("div", {}, note, make("label", {}, done, `I solved ${exercise} there`));
  };

  for (const block of document.querySelectorAll(".exercise-form")) {
    const exercise = JSON.parse(block.querySelector("script").textContent);
    block.append(exercise.empty ? formOf(exercise, block) : noteOnCode(block));
    block.hidden = false;
    // "Not attempted yet." is for those who see no form.
    for (const printed of block.closest(".cell")?.querySelectorAll(".cell-output-stdout") ?? []) printed.hidden = true;
  }
})();
