"""Every notebook keeps to every guard, and every guard catches a copy that is broken on purpose."""

import copy
import inspect
import re
import shlex
from pathlib import Path

import claims
import guards
import pytest
import yaml

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GUARDS = {name: guard for name, guard in inspect.getmembers(guards, inspect.isfunction) if name[0] != "_"}
GUARDS = {name: guard for name, guard in GUARDS.items() if guard.__module__ == "guards" and name != "read"}


def markdown(cell_id, text):
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": text}


def code(cell_id, source, *outputs):
    cell = {"cell_type": "code", "id": cell_id, "metadata": {}, "source": source, "outputs": list(outputs)}
    return {**cell, "execution_count": None}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def display(kind, value):
    return {"output_type": "display_data", "metadata": {}, "data": {kind: value}}


ASK = """\
> **Predict first.** Does it converge?
> Or does it diverge?

<details><summary>Answer</summary>

Yes.

</details>"""
DRAW = r"""**Each step leads downhill, however far.** With $\alpha = 0.2$ and

$$\frac{\partial f}{\partial x_{1}} = 2x$$

see [chapter 3](03-next.ipynb)."""
FIGURE = """\
#| label: fig-path
#| fig-cap: "The path: it turns at each step"
#| fig-alt: A line that jumps from side to side of the valley
#| code-fold: true
fig, ax = plt.subplots()
plt.show()"""
SVG = """\
<figure class="figure" id="fig-path"><img class="figure-img" alt="A line" src="data:image/svg+xml,\
%3Csvg viewBox=%220 0 345.6 200%22%3E%3Ctext%3E%3Ctspan style=%22font-size: 11.5px%22%3Ex%3C/tspan%3E\
%3Ctspan style=%22font-size: 8px%22%3E2%3C/tspan%3E%3C/text%3E%3C/svg%3E"></figure>"""
TASK = """\
### Exercise 2.{n}: Another start

Start from −4.
"""
FOLDED = """\
<details><summary>Hint</summary>

Change the sign.

</details>

<details>
<summary>Solution</summary>

```python
x = -4.0  # \\alpha is not changed, see f[0](x) and {#id}
```

</details>
"""
EXPLORER = """\
<div class="explorer"><img src="data:image/svg+xml;base64,/usr/lib/0xABCDEF01"><p class="explorer-a">1</p></div>"""
NOT_ATTEMPTED = stream("Not attempted yet.\n")
FORM = '<div class="exercise-form" data-exercise="2.1" hidden></div>'
CELLS = [
    markdown("title", "# Gradient descent\n\nYou build it.\n\n**You will**\n\n- walk\n\n**You need**\n\n- slopes"),
    code(
        "imports",
        "#| code-fold: true\nimport numpy as np\nimport matplotlib.pyplot as plt\nfrom show.explorer import Explorer",
    ),
    markdown("ask", ASK),
    code("run", "x = 4.0\nprint(x)", stream("epoch  10  loss 0.1989  ratio 1/3/5\n")),
    markdown("draw", DRAW),
    code("figure", FIGURE, display("text/html", SVG)),
    markdown("move", "Move the slider; see <https://example.org> and `@fig-path`."),
    code("explorer", "Explorer()", display("text/html", EXPLORER)),
    markdown("check", "## The gradient check\n\nFour ways."),
    code("agree", "print(gradient_check)", stream("x  8.000000\nAll columns agree.\n")),
    markdown("source", "## As printed in the source\n\nIts own format."),
    code("printed", "print(1)", stream("Iteration 1: x =  2.4000\n")),
    *(
        cell
        for n in (1, 2, 3)
        for cell in (
            markdown(f"task-{n}", "## Try it\n\nAnswer.\n\n" * (n == 1) + TASK.format(n=n)),
            code(f"answer-{n}", f'start = ...\n\ncheck("2.{n}", start)', NOT_ATTEMPTED, display("text/html", FORM)),
            markdown(f"folded-{n}", FOLDED),
        )
    ),
    markdown("end", "## What you now have\n\n- a walk\n\nNext: [Backpropagation](03-next.ipynb)"),
]


@pytest.fixture
def good(tmp_path, monkeypatch):
    """A small notebook that every guard accepts, with a chapter after it."""
    (tmp_path / "03-next.ipynb").write_text("{}")
    cells = copy.deepcopy(CELLS)
    for count, cell in enumerate([cell for cell in cells if cell["cell_type"] == "code"], start=1):
        cell["execution_count"] = count
    for name in ("imports", "figure"):
        next(cell for cell in cells if cell["id"] == name)["metadata"] = {"jupyter": {"source_hidden": True}}
    monkeypatch.setattr(guards, "TO_BE_RETOLD", {})
    monkeypatch.setattr(claims, "quoted", lambda chapter: ["Yes.", "Each step leads downhill, however far."])
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "path": tmp_path / "02-gradient-descent.ipynb"}


def cell(notebook, cell_id):
    return next(cell for cell in notebook["cells"] if cell["id"] == cell_id)


def reword(cell_id, old, new):
    def break_it(notebook):
        changed = cell(notebook, cell_id)
        assert old in changed["source"]
        changed["source"] = changed["source"].replace(old, new)

    return break_it


def add(cell_id, text):
    return lambda notebook: cell(notebook, cell_id).update(source=cell(notebook, cell_id)["source"] + text)


def show(cell_id, output):
    return lambda notebook: cell(notebook, cell_id)["outputs"].append(output)


def set_in_cell(cell_id, **entries):
    return lambda notebook: cell(notebook, cell_id).update(entries)


def set_metadata(**entries):
    return lambda notebook: notebook["metadata"].update(entries)


def drop(cell_id):
    return lambda notebook: notebook["cells"].remove(cell(notebook, cell_id))


def swap_first_cells(notebook):
    notebook["cells"][:2] = notebook["cells"][1::-1]


def unfold(cell_id):
    def break_it(notebook):
        reword(cell_id, "#| code-fold: true\n", "")(notebook)
        cell(notebook, cell_id)["metadata"] = {}

    return break_it


def repeat_the_figure(notebook):
    notebook["cells"].append({**cell(notebook, "figure"), "id": "figure-2"})


# Guard -> (how the copy is broken, what the complaint says). At least one for each guard, one for each rule it holds.
BROKEN = {
    "every_code_cell_ran_in_order": [
        (set_in_cell("run", execution_count=None), "counts are [1, None, 3"),
        (set_in_cell("run", execution_count=9), "counts are [1, 9, 3"),
    ],
    "no_widget_is_stored": [
        (set_metadata(widgets={}), "metadata.widgets"),
        (show("run", display(guards.WIDGET_VIEW, {})), "run: a widget view"),
    ],
    "no_errors_and_no_warnings": [
        (show("run", {"output_type": "error", "ename": "ValueError"}), "run: an error"),
        (show("run", stream("overflow", name="stderr")), "run: an error or a line on stderr"),
        (show("run", stream("RuntimeWarning: overflow")), "run: a warning"),
    ],
    "nothing_that_differs_from_run_to_run": [
        (show("run", display("text/plain", "<Path at 0x7f3a12bc99d0>")), "a memory address"),
        (show("run", display("text/html", "<p>/home/reader/data.csv</p>")), "a file path: /home/reader/data.csv"),
        (show("run", stream(r"C:\Users\reader")), "a file path"),
        (show("run", stream("done at 12:30:05")), "a time: 12:30:05"),
        (show("run", display("text/html", "<dc:date>2025-05-06T10:00</dc:date>")), "a time: 2025-05-06"),
    ],
    "outputs_are_compared_unless_the_cell_says_why_not": [
        (set_in_cell("run", metadata={"tags": ["nbval-ignore-outputs"]}), "only nbval-ignore-output is known"),
        (set_in_cell("run", metadata={"tags": ["nbval-ignore-output"]}), "without a line '# Not compared"),
        (add("run", "\n# NBVAL_IGNORE_OUTPUT"), "a marker for nbval"),
    ],
    "code_cells_are_short": [(add("run", "\nx" * 24), "run: 26 lines, at most 25")],
    "code_is_plain_python": [
        (add("run", "\n%matplotlib inline"), "run: a magic"),
        (add("run", "\n!pip install numpy"), "run: a magic"),
        (add("run", "\nx?"), "run: a magic"),
        (add("run", "\nget_ipython().run_line_magic('time', '')"), "run: a magic"),
    ],
    "imports_stand_in_the_first_code_cell": [
        (add("run", "\nimport math"), "run: an import"),
        (add("run", "\ndef f():\n    from math import pi\n    return pi"), "run: an import"),
    ],
    "no_semicolons": [(add("run", ";"), "run: a semicolon"), (add("run", "; y = 1"), "run: a semicolon")],
    "runs_alone": [
        (add("imports", "\nimport derivatives"), "imports: imports derivatives"),
        (add("imports", "\nfrom . import derivatives"), "imports: imports ."),
        (add("run", "\nnp.save('weights.npy', x)"), "with save()"),
        (add("run", "\nopen('weights.txt')"), "with open()"),
    ],
    "figures_have_a_caption_and_alternative_text": [
        (reword("figure", "#| fig-cap", "#| caption"), "figure: a figure without #| fig-cap"),
        (reword("figure", "A line that jumps from side to side of the valley", ""), "without #| fig-alt"),
        (reword("figure", "#| label: fig-path\n", ""), "without #| label"),
        (reword("figure", '"', ""), "not YAML"),
        (repeat_the_figure, "label fig-path is used 2 times"),
    ],
    "figures_end_with_plt_show": [(reword("figure", "\nplt.show()", ""), "figure: a figure whose last line")],
    "figures_are_svg_and_can_be_read_on_a_telephone": [
        (show("figure", display("image/png", "iVBORw0KGgo")), "figure: a picture that is no SVG: image/png"),
        (show("figure", display("text/html", SVG.replace("345.6", "460.8"))), "text of 8.5 pixels on a"),
        (show("figure", display("text/html", SVG.replace("11.5px", "9px"))), "figure: text of 8.9 pixels"),
    ],
    "what_draws_and_imports_is_folded": [
        (reword("figure", "#| code-fold: true\n", ""), "figure: folded on the website or collapsed in JupyterLab"),
        (set_in_cell("imports", metadata={}), "imports: folded on the website or collapsed in JupyterLab"),
        (unfold("imports"), "imports: code that only draws or imports, not folded"),
        (unfold("figure"), "figure: code that only draws or imports, not folded"),
    ],
    "every_claim_is_proved": [
        (add("draw", "\n\n**No step is too large.**"), "no test in tests/claims quotes: No step is too large."),
        (add("draw", "\n\n**the steepest of\nall directions wins**"), "quotes: the steepest of all directions wins"),
        (reword("ask", "Yes.", "Never. But why?"), "no test in tests/claims quotes: Never."),
    ],
    "every_proof_quotes_the_chapter": [
        (reword("draw", "downhill", "uphill"), "quotes what is not there: Each step leads downhill, however far."),
    ],
    "there_is_one_explorer": [
        (drop("explorer"), "0 outputs of class explorer"),
        (show("run", display("text/html", '<div class="dark explorer">')), "2 outputs of class explorer"),
    ],
    "opens_with_title_and_aims": [
        (reword("title", "# Gradient", "Gradient"), "'# Title'"),
        (swap_first_cells, "'# Title'"),
        (set_in_cell("title", cell_type="code"), "'# Title'"),
        (reword("title", "**You will**", "You will"), "'**You will**'"),
        (reword("title", "**You need**", "*You need*"), "'**You need**'"),
    ],
    "prose_stands_before_code": [(drop("check"), "agree: code without prose"), (drop("ask"), "run: code without")],
    "markdown_reads_well_everywhere": [
        (set_in_cell("move", cell_type="raw"), "a raw cell"),
        (reword("title", "# Gradient", "---\ntitle: x\n---\n# Gradient"), "a YAML header"),
        (add("move", "\n\n```mermaid\nflowchart LR\n```"), "a fence"),
        (add("move", "\n\n```{python}\n1\n```"), "a fence"),
        (add("move", "\n\n::: {.callout-note}\n"), "a fenced div"),
        (add("move", " {{< video x >}}"), "a shortcode"),
        (add("move", " as @fig-path shows"), "a cross-reference"),
        (add("move", " [@duan]"), "a cross-reference or citation"),
        (add("move", "\n\n### Steps {#steps}"), "an attribute"),
        (add("move", "\n\n![a](b.png){width=50%}"), "an attribute"),
        (add("move", " word[^1]"), "a footnote"),
        (add("move", "\n\n> [!NOTE]\n> Look."), "an alert"),
        (add("move", "\n\n\\begin{align}x\\end{align}"), "TeX outside"),
        (add("move", " costs $5"), "a dollar sign"),
        (add("move", " $ x $"), "a dollar sign"),
    ],
    "folded_blocks_are_closed_and_render": [
        (reword("ask", "\n\n<details>", "\n<details>"), "no blank line before <details>"),
        (reword("ask", "</summary>\n\n", "</summary>\n"), "no blank line after"),
        (reword("ask", "</summary>\n\n", "</summary>"), "no blank line after"),
        (reword("ask", "\n\n</details>", "\n</details>"), "</details> does not stand alone"),
        (add("ask", "\nMore."), "</details> does not stand alone"),
        (reword("ask", "<details>", "<details open>"), "<details> is open"),
        (reword("ask", "\n\n</details>", ""), "<details> without its </details>"),
    ],
    "links_resolve": [
        (reword("draw", "03-next", "03-other"), "draw: 03-other.ipynb does not exist"),
        (add("draw", "\n\n![a](figures/path.png)"), "figures/path.png does not exist"),
        (add("draw", '\n\n<img src="path.png">'), "path.png does not exist"),
        (reword("draw", "03-next.ipynb", "03-next.ipynb#steps"), "anchors are not the same"),
    ],
    "every_part_is_there": [
        (reword("check", "## The gradient check", "### The gradient check"), "'## The gradient check' stands 0 times"),
        (drop("source"), "'## As printed in the source' stands 0 times"),
        (reword("task-1", "## Try it\n", "## Try It\n"), "'## Try it' stands 0 times"),
        (add("end", "\n\n## What you now have"), "'## What you now have' stands 2 times"),
    ],
    "predictions_have_a_hidden_answer": [
        (reword("ask", "**Predict first.**", "Predict first:"), "no prediction"),
        (reword("ask", "<details><summary>Answer</summary>", "Answer:"), "prediction 1 is not followed"),
        (reword("ask", "Yes.\n\n", ""), "prediction 1 is not followed"),
        (add("draw", "\n\n> **Predict first.** And now?\n\nLook:"), "prediction 2 is not followed"),
    ],
    "the_gradient_check_is_printed_and_agrees": [
        (set_in_cell("agree", outputs=[]), "no gradient check"),
        (set_in_cell("agree", outputs=[stream("DISAGREE in w: central difference.")]), "no gradient check"),
    ],
    "there_are_exercises_with_hint_and_solution": [
        (reword("task-3", "### Exercise 2.3", "**Exercise 2.3**"), "2 exercises, at least 3"),
        (reword("task-3", "Exercise 2.3: ", "Exercise 1.3: "), "exercise 3 is not headed"),
        (reword("folded-1", "<summary>Hint</summary>", "<summary>Help</summary>"), "exercise 1 has no folded Hint"),
        (reword("folded-3", "<summary>Solution</summary>", "<summary>Answer</summary>"), "exercise 3 has no folded"),
        (reword("folded-2", "Change the sign.", ""), "exercise 2 has no folded Hint"),
    ],
    "each_exercise_has_one_cell_to_answer_in": [
        (drop("answer-2"), "exercise 2 has not one code cell, after its task"),
        (add("task-1", "\n<details>\n</details>"), "exercise 1: hint and solution stand before the cell"),
        (reword("answer-3", 'check("2.3"', 'check("2.2"'), 'exercise 3: its cell does not end with check("2.3", …)'),
        (add("answer-3", "\nstart = 1"), 'exercise 3: its cell does not end with check("2.3", …)'),
        (set_in_cell("answer-1", outputs=[stream("Right.\n")]), "exercise 1: what is stored is not 'Not attempted"),
        (set_in_cell("answer-1", outputs=[]), "exercise 1: what is stored is not 'Not attempted"),
        (show("answer-1", stream("Right.\n")), "exercise 1: what is stored is not 'Not attempted"),
        (set_in_cell("answer-1", outputs=[NOT_ATTEMPTED]), "exercise 1: what is stored is not 'Not attempted"),
    ],
    "the_end_leads_to_the_next_chapter": [(reword("end", "(03-next.ipynb)", ""), "no link to 03-next.ipynb")],
    "metadata_is_normalised": [
        (set_metadata(kernelspec={"name": "venv"}), "the kernel is not python3"),
        (set_metadata(language_info={"name": "python", "version": "3.11.7"}), "language_info.version"),
        (set_metadata(toc={}), "metadata.toc"),
        (set_in_cell("run", metadata={"execution": {"iopub.status.busy": "2026-01-01"}}), "run: cell metadata"),
    ],
    "cell_ids_are_unique": [(set_in_cell("run", id="figure"), "cell id figure is used 2 times")],
}
BREAKS = [
    pytest.param(name, break_it, complaint, id=f"{name}-{n}")
    for name, breaks in BROKEN.items()
    for n, (break_it, complaint) in enumerate(breaks, start=1)
]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("guard", GUARDS)
def test_every_notebook_keeps_to(guard, path):
    assert GUARDS[guard](guards.read(path)) == []


@pytest.mark.parametrize("guard", GUARDS)
def test_a_good_notebook_is_accepted_by(guard, good):
    assert GUARDS[guard](good) == []


@pytest.mark.parametrize(("guard", "break_it", "complaint"), BREAKS)
def test_a_broken_copy_is_caught_by(guard, break_it, complaint, good):
    break_it(good)
    assert complaint in "\n".join(GUARDS[guard](good))


def test_every_guard_has_a_broken_copy():
    assert set(BROKEN) == set(GUARDS)


def test_an_output_may_go_uncompared_when_the_cell_says_why(good):
    cell(good, "run")["metadata"]["tags"] = ["nbval-ignore-output"]
    cell(good, "run")["source"] = "# Not compared: how long it takes depends on the machine.\nx = 4.0"
    assert guards.outputs_are_compared_unless_the_cell_says_why_not(good) == []


def test_a_chapter_without_a_source_table_needs_no_such_part(good):
    good["path"] = good["path"].with_name("08-classification.ipynb")
    drop("source")(good)
    assert guards.every_part_is_there(good) == []


def test_only_a_chapter_that_derives_a_gradient_has_to_check_one(good):
    for part in ("source", "check", "agree"):
        drop(part)(good)
    guards_of_the_check = guards.every_part_is_there, guards.the_gradient_check_is_printed_and_agrees
    assert all(guard(good) for guard in guards_of_the_check)
    good["path"] = good["path"].with_name("10-what-is-its-accuracy-worth.ipynb")
    assert not any(guard(good) for guard in guards_of_the_check)


def test_a_chapter_that_is_named_has_two_explorers(good):
    good["path"] = good["path"].with_name("04-one-neuron.ipynb")
    assert guards.there_is_one_explorer(good) == ["1 outputs of class explorer, not 2"]
    show("run", display("text/html", EXPLORER))(good)
    assert guards.there_is_one_explorer(good) == []


def test_chapter_9_has_five_exercises(good):
    good["path"] = good["path"].with_name("09-classifier-from-scratch.ipynb")
    assert guards.there_are_exercises_with_hint_and_solution(good)[0] == "3 exercises, at least 5"


def test_the_hook_normalises_as_make_execute_does():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    entry = next(hook["entry"] for hook in hooks if hook["id"] == "nbstripout")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    flags = re.search(r"(?m)^STRIP := (.*)$", makefile)[1]
    assert shlex.split(entry) == ["nbstripout", "--verify", *shlex.split(flags)]
