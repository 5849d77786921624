"""What every notebook of the series keeps to. Each public function is a guard: notebook in, list of complaints out.

A notebook is its JSON with one entry more, "path": where it was read from. The guards look at what is stored and run
nothing; nbval runs the cells and compares the outputs.
"""

import ast
import html
import io
import json
import re
import sys
import tokenize
from collections import Counter
from itertools import pairwise, takewhile
from pathlib import Path
from urllib.parse import unquote

import claims
import yaml

SOURCE_TABLES = Path(__file__).parent / "source_tables"
MAX_LINES = 25
FIGURE = '<figure class="figure"'  # as show.svg stores it
TELEPHONE = 341  # pixels that the text is wide there, at 375
TO_BE_RETOLD = set()  # chapters whose claims have no tests yet
WITHOUT_A_GRADIENT = {10}  # chapters that derive none: it judges what chapter 9 has trained
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
EXPLORERS = {  # every other notebook has one
    "04-one-neuron": 2,
    "06-two-neurons-in-sequence": 2,
    "07-two-neurons-in-a-layer": 2,
    "08-classification": 2,
}
KNOWN_IMPORTS = sys.stdlib_module_names | {
    "numpy",
    "sympy",
    "matplotlib",
    "ipywidgets",
    "IPython",
    "helpers",
    "show",
    "exercises",
}
READS = {"open", "load", "loadtxt", "genfromtxt", "fromfile", "read_text", "read_bytes", "read_csv"}
WRITES = {"save", "savez", "savetxt", "savefig", "tofile", "dump", "write_text", "write_bytes", "to_csv"}
DIFFERS_FROM_RUN_TO_RUN = {
    "a memory address": r"\b0x[0-9a-fA-F]{6,}",
    "a file path": r"(?<![\w.:/<])/(?:[\w.-]+/)+[\w.-]+|\b[A-Z]:\\\w|~/\w",
    "a time": r"\b\d\d:\d\d:\d\d(?!\d)|\b(?:19|20)\d\d-\d\d-\d\d(?!\d)|\bWall time\b",
}
NOT_PORTABLE = {
    "a fenced div": r"(?m)^\s*:::",
    "a shortcode": r"\{\{<",
    "a cross-reference or citation": r"(?<![\w/.])@(?:fig|tbl|sec|eq|lst|thm)-|\[@",
    "an attribute in braces": r"\{(?:[#.][A-Za-z]|[\w-]+=)[^}\n]*\}",
    "a footnote": r"\[\^[^\]]+\]|\^\[",
    "an alert": r"\[![A-Z]+\]",
    "TeX outside $…$ or $$…$$": r"\\[A-Za-z]{2,}",
    "a dollar sign without its pair": r"(?<!\\)\$",
}


def read(path):
    return {**json.loads(path.read_text(encoding="utf-8")), "path": path}


# Outputs


def every_code_cell_ran_in_order(notebook):
    counts = [cell["execution_count"] for cell in _code(notebook)]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"execution counts are {counts}, not 1, 2, 3, …"]


def no_widget_is_stored(notebook):
    complaints = ["metadata.widgets is stored"] if "widgets" in notebook["metadata"] else []
    stored = [cell for cell, output in _outputs(notebook) if WIDGET_VIEW in output.get("data", {})]
    return complaints + [f"{cell['id']}: a widget view is stored" for cell in stored]


def no_errors_and_no_warnings(notebook):
    complaints = []
    for cell, output in _outputs(notebook):
        if output["output_type"] == "error" or output.get("name") == "stderr":
            complaints.append(f"{cell['id']}: an error or a line on stderr is stored")
        elif re.search(r"\w+Warning: ", _shown(output)):
            complaints.append(f"{cell['id']}: a warning is stored")
    return complaints


def nothing_that_differs_from_run_to_run(notebook):
    return [
        f"{cell['id']}: {what}: {found[0]}"
        for cell, output in _outputs(notebook)
        for what, pattern in DIFFERS_FROM_RUN_TO_RUN.items()
        if (found := re.search(pattern, _shown(output)))
    ]


def outputs_are_compared_unless_the_cell_says_why_not(notebook):
    """nbval ignores a misspelt tag and obeys a marker in a comment: one tag, no marker, and always a reason."""
    complaints = []
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags", [])
        if set(tags) - {"nbval-ignore-output"}:
            complaints.append(f"{cell['id']}: tags {tags}, of which only nbval-ignore-output is known")
        elif tags and not re.search(r"(?m)^# Not compared: \w", _text(cell)):
            complaints.append(f"{cell['id']}: nbval-ignore-output without a line '# Not compared: the reason'")
        if cell["cell_type"] == "code" and re.search(r"(?m)^\s*#+\s*(?:NBVAL|PYTEST_VALIDATE)_\w+\s*$", _text(cell)):
            complaints.append(f"{cell['id']}: a marker for nbval in a comment")
    return complaints


# Code


def code_cells_are_short(notebook):
    lengths = {cell["id"]: len(_text(cell).splitlines()) for cell in _code(notebook)}
    return [f"{name}: {length} lines, at most {MAX_LINES}" for name, length in lengths.items() if length > MAX_LINES]


def code_is_plain_python(notebook):
    """No magics and no shell commands: the code runs in any Python."""
    return [
        f"{cell['id']}: a magic, a shell command or a syntax error"
        for cell in _code(notebook)
        if not (tree := _tree(cell)) or "get_ipython" in _names(tree)
    ]


def imports_stand_in_the_first_code_cell(notebook):
    return [
        f"{cell['id']}: an import after the first code cell"
        for cell in _code(notebook)[1:]
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in _nodes(cell))
    ]


def no_semicolons(notebook):
    return [f"{cell['id']}: a semicolon" for cell in _code(notebook) if _tree(cell) and _has_semicolon(_text(cell))]


def runs_alone(notebook):
    """No notebook imports another or touches a file: data come through helpers, so none needs what another wrote.

    nbval runs each notebook in a fresh kernel, which shows that no name comes from elsewhere.
    """
    complaints = []
    for cell in _code(notebook):
        for node in _nodes(cell):
            if isinstance(node, ast.Import | ast.ImportFrom):
                modules = [node.module or "."] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                unknown = [module for module in modules if module.split(".")[0] not in KNOWN_IMPORTS]
                complaints += [f"{cell['id']}: imports {module}" for module in unknown]
            elif isinstance(node, ast.Call) and (name := _called(node)) in READS | WRITES:
                complaints.append(f"{cell['id']}: reads or writes a file with {name}()")
    return complaints


# Figures


def figures_have_a_caption_and_alternative_text(notebook):
    complaints, labels = [], Counter()
    for cell in _figures(notebook):
        try:
            options = _options(cell)
        except yaml.YAMLError:
            complaints.append(f"{cell['id']}: the #| lines are not YAML (quote a value that holds a colon)")
            continue
        missing = [key for key in ("label", "fig-cap", "fig-alt") if not str(options.get(key) or "").strip()]
        complaints += [f"{cell['id']}: a figure without #| {key}" for key in missing]
        labels[options.get("label")] += 1
    return complaints + [f"label {label} is used {count} times" for label, count in labels.items() if count > 1]


def figures_end_with_plt_show(notebook):
    return [
        f"{cell['id']}: a figure whose last line is not plt.show()"
        for cell in _figures(notebook)
        if not (tree := _tree(cell)) or ast.unparse(tree.body[-1]) != "plt.show()"
    ]


def figures_are_svg_and_can_be_read_on_a_telephone(notebook):
    """Text is at least 11 pixels high there; exponents and indices are smaller."""
    complaints = []
    for cell, output in _outputs(notebook):
        kinds = set(output.get("data", {}))
        complaints += [f"{cell['id']}: a picture that is no SVG: {kind}" for kind in kinds if kind.startswith("image/")]
        for picture in re.findall(r'src="data:image/svg\+xml,([^"]*)"', _html(output)):
            svg = unquote(picture)
            width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
            sizes = [max(map(float, re.findall(r"font-size: ([\d.]+)px", text))) for text in _texts(svg)]
            if sizes and (size := min(sizes) * min(1, TELEPHONE / width)) < 11:
                complaints.append(f"{cell['id']}: text of {size:.1f} pixels on a telephone, at least 11")
    return complaints


def what_draws_and_imports_is_folded(notebook):
    """On the website by #| code-fold, in JupyterLab by the cell's metadata: the two go together."""
    complaints = []
    for cell in _code(notebook):
        folded = _options(cell).get("code-fold") is True
        collapsed = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
        if folded != collapsed:
            complaints.append(f"{cell['id']}: folded on the website or collapsed in JupyterLab, but not both")
        elif not folded and (cell in _figures(notebook) or cell is _code(notebook)[0]):
            complaints.append(f"{cell['id']}: code that only draws or imports, not folded")
    return complaints


def there_is_one_explorer(notebook):
    """Or as many as EXPLORERS says."""
    wanted = EXPLORERS.get(notebook["path"].stem, 1)
    shown = "".join(_html(output) for _, output in _outputs(notebook))
    count = len(re.findall(r'class="(?:[^"]*\s)?explorer(?:\s[^"]*)?"', shown))
    return [] if count == wanted else [f"{count} outputs of class explorer, not {wanted}"]


# Prose


def opens_with_title_and_aims(notebook):
    first = notebook["cells"][0]
    text = _text(first) if first["cell_type"] == "markdown" else ""
    complaints = [] if re.match(r"# \S", text) else ["the first cell is not Markdown that starts with '# Title'"]
    aims = ("**You will**", "**You need**")
    return complaints + [f"the first cell has no line '{aim}'" for aim in aims if f"\n{aim}" not in text]


def prose_stands_before_code(notebook):
    return [
        f"{cell['id']}: code without prose before it"
        for before, cell in pairwise(notebook["cells"])
        if before["cell_type"] != "markdown" and cell in _code(notebook)[1:]
    ]


def markdown_reads_well_everywhere(notebook):
    """JupyterLab, GitHub and the website all show it: nothing that one of them leaves raw."""
    complaints = [f"{cell['id']}: a raw cell" for cell in notebook["cells"] if cell["cell_type"] == "raw"]
    for cell in _markdown(notebook):
        if re.match(r"---\s*\n", _text(cell)):
            complaints.append(f"{cell['id']}: a YAML header")
        if re.search(r"(?m)^\s*(?:```|~~~)\s*(?:\{|mermaid)", _text(cell)):
            complaints.append(f"{cell['id']}: a fence that only one renderer runs")
        prose = _prose(_text(cell))
        found = {what: re.search(pattern, prose) for what, pattern in NOT_PORTABLE.items()}
        complaints += [f"{cell['id']}: {what}: {match[0]}" for what, match in found.items() if match]
    return complaints


def folded_blocks_are_closed_and_render(notebook):
    """Markdown inside <details> is read as Markdown only where blank lines set it off from the tags."""
    complaints = []
    for cell in _markdown(notebook):
        lines = ["", *_text(cell).splitlines(), ""]
        for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
            if line.startswith("<details") and before.strip():
                complaints.append(f"{cell['id']}: no blank line before {line}")
            if "</summary>" in line and (after.strip() or not line.rstrip().endswith("</summary>")):
                complaints.append(f"{cell['id']}: no blank line after {line}")
            if "</details>" in line and (before.strip() or after.strip() or line.rstrip() != "</details>"):
                complaints.append(f"{cell['id']}: </details> does not stand alone between blank lines")
            if re.search(r"\S.*<details|<details\s", line):
                complaints.append(f"{cell['id']}: <details> is open or does not start its line")
        if _text(cell).count("<details>") != _text(cell).count("</details>"):
            complaints.append(f"{cell['id']}: <details> without its </details>, or the reverse")
    return complaints


def links_resolve(notebook):
    complaints = []
    for cell in _markdown(notebook):
        prose = _prose(_text(cell))
        targets = re.findall(r"\]\(\s*<?([^)\s>]+)", prose) + re.findall(r'(?:href|src)="([^"]*)"', prose)
        for target in targets:
            if re.match(r"https?://|mailto:", target):
                continue
            if "#" in target:
                complaints.append(f"{cell['id']}: {target}: anchors are not the same in JupyterLab and on the website")
            elif not (notebook["path"].parent / target).is_file():
                complaints.append(f"{cell['id']}: {target} does not exist")
    return complaints


# Claims


def every_claim_is_proved(notebook):
    """Each bold sentence and each answer to a prediction (its first sentence) is quoted by a test in tests/claims."""
    chapter = _chapter(notebook)
    if chapter in TO_BE_RETOLD:
        return []
    proofs = claims.quoted(chapter) or []
    return [
        f"no test in tests/claims quotes: {c}" for c in _claims(notebook) if not any(c in proof for proof in proofs)
    ]


def every_proof_quotes_the_chapter(notebook):
    """Who edits a sentence meets its proof."""
    said = " ".join(f"{_all_prose(notebook)} {' '.join(map(_html, (o for _, o in _outputs(notebook))))}".split())
    said = html.unescape(said).replace("**", "")
    proofs = claims.quoted(_chapter(notebook)) or []
    return [f"a test in tests/claims quotes what is not there: {proof}" for proof in proofs if proof not in said]


# The parts of a chapter


def every_part_is_there(notebook):
    parts = ["## Try it", "## What you now have"]
    if _chapter(notebook) not in WITHOUT_A_GRADIENT:
        parts.insert(0, "## The gradient check")
    if (SOURCE_TABLES / f"{notebook['path'].stem}.txt").exists():
        parts.insert(-2, "## As printed in the source")
    counts = Counter(re.findall(r"(?m)^## .*$", _all_prose(notebook)))
    return [f"'{part}' stands {counts[part]} times, not once" for part in parts if counts[part] != 1]


def predictions_have_a_hidden_answer(notebook):
    asked = re.split(r"(?m)^> \*\*Predict first\.\*\*", _all_prose(notebook))[1:]
    after = [re.sub(r"\A.*\n(?:>.*\n)*", "", text).lstrip() for text in asked]
    answer = r"<details>\s*<summary>Answer</summary>\s*(?!</details>)\S"
    complaints = [] if asked else ["no prediction"]
    unanswered = [n for n, text in enumerate(after, 1) if not re.match(answer, text)]
    return complaints + [f"prediction {n} is not followed by a folded answer" for n in unanswered]


def the_gradient_check_is_printed_and_agrees(notebook):
    if _chapter(notebook) in WITHOUT_A_GRADIENT:
        return []
    printed = [_shown(o) for cell in _section(notebook, "## The gradient check") for o in cell.get("outputs", [])]
    return (
        []
        if any("All columns agree." in text for text in printed)
        else ["no gradient check in which all columns agree"]
    )


def there_are_exercises_with_hint_and_solution(notebook):
    chapter = _chapter(notebook)
    least = 5 if chapter == 9 else 3
    exercises = _exercises(notebook)
    complaints = [f"{len(exercises)} exercises, at least {least}"] if len(exercises) < least else []
    for n, cells in enumerate(exercises, 1):
        text = "\n".join(_text(cell) for cell in cells)
        if not re.match(rf"### Exercise {chapter}\.{n}: \S", text):
            complaints.append(f"exercise {n} is not headed '### Exercise {chapter}.{n}: title'")
        complaints += [f"exercise {n} has no folded {t}" for t in ("Hint", "Solution") if not _folded(text, t)]
    return complaints


def each_exercise_has_one_cell_to_answer_in(notebook):
    chapter = _chapter(notebook)
    complaints = []
    for n, (task, *cells) in enumerate(_exercises(notebook), 1):
        answers = [cell for cell in cells if cell["cell_type"] == "code"]
        if answers != cells[:1]:
            complaints.append(f"exercise {n} has not one code cell, after its task")
            continue
        if "<details" in _text(task):
            complaints.append(f"exercise {n}: hint and solution stand before the cell to answer in")
        if not re.search(rf'\ncheck\("{chapter}\.{n}", [^\n]*\)\Z', _text(answers[0]).rstrip()):
            complaints.append(f'exercise {n}: its cell does not end with check("{chapter}.{n}", …)')
        stored = [_html(output).partition(" data")[0] or _shown(output) for output in answers[0]["outputs"]]
        if stored != ["Not attempted yet.\n", '<div class="exercise-form"']:
            complaints.append(f"exercise {n}: what is stored is not 'Not attempted yet.' and the form for the website")
    return complaints


def the_end_leads_to_the_next_chapter(notebook):
    chapters = sorted(path.name for path in notebook["path"].parent.glob("*.ipynb"))
    following = [name for name in chapters if name > notebook["path"].name][:1]
    end = "\n".join(_text(cell) for cell in _section(notebook, "## What you now have"))
    return [f"no link to {name} under 'What you now have'" for name in following if f"]({name})" not in end]


# The file


def metadata_is_normalised(notebook):
    """What `make execute` leaves: nothing that differs from machine to machine or from run to run."""
    metadata = notebook["metadata"]
    complaints = [] if metadata.get("kernelspec", {}).get("name") == "python3" else ["the kernel is not python3"]
    if "version" in metadata.get("language_info", {}):
        complaints.append("language_info.version is stored")
    complaints += [f"metadata.{key} is stored" for key in set(metadata) - {"kernelspec", "language_info"}]
    for cell in notebook["cells"]:
        known = {"tags"} | ({"jupyter"} if cell["metadata"].get("jupyter") == {"source_hidden": True} else set())
        if odd := set(cell["metadata"]) - known:
            complaints.append(f"{cell['id']}: cell metadata {sorted(odd)}")
    return complaints


def cell_ids_are_unique(notebook):
    counts = Counter(cell["id"] for cell in notebook["cells"])
    return [f"cell id {name} is used {count} times" for name, count in counts.items() if count > 1]


# What the guards look at


def _chapter(notebook):
    return int(notebook["path"].stem[:2])


def _text(cell):
    return "".join(cell["source"])


def _code(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _markdown(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def _all_prose(notebook):
    return "\n\n".join(_text(cell) for cell in _markdown(notebook)) + "\n"


def _section(notebook, heading):
    """The cells under a heading of level two; a Markdown cell that holds several headings is divided."""
    current, found = None, []
    for cell in notebook["cells"]:
        pieces = [cell]
        if cell["cell_type"] == "markdown":
            pieces = [{"cell_type": "markdown", "source": text} for text in re.split(r"(?m)^(?=## )", _text(cell))]
        for piece in pieces:
            if piece["cell_type"] == "markdown" and _text(piece).startswith("## "):
                current = _text(piece).splitlines()[0]
            if current == heading:
                found.append(piece)
    return found


def _exercises(notebook):
    """The exercises under "## Try it", each a list of cells that begins with the Markdown cell of its heading."""
    exercises = []
    for cell in _section(notebook, "## Try it"):
        if cell["cell_type"] == "markdown" and (heading := re.search(r"(?m)^### ", _text(cell))):
            exercises.append([{**cell, "source": _text(cell)[heading.start() :]}])
        elif exercises:
            exercises[-1].append(cell)
    return exercises


def _folded(text, summary):
    """What is folded under the summary, or an empty text."""
    found = re.search(rf"<details>\s*<summary>{summary}</summary>(.*?)</details>", text, re.DOTALL)
    return found[1].strip() if found else ""


def _prose(text):
    """Markdown without code and formulas."""
    for pattern in (
        r"(?ms)^(\s*)(```|~~~).*?^\s*\2\s*$",
        r"(`+)[^`].*?\1",
        r"(?s)\$\$.+?\$\$",
        r"(?<!\\)\$(?!\s)(?:[^$\\]|\\.)+?(?<!\s)\$(?!\d)",
    ):
        text = re.sub(pattern, "", text)
    return text


def _outputs(notebook):
    return [(cell, output) for cell in _code(notebook) for output in cell["outputs"]]


def _shown(output):
    """The text of an output, SVG included, without the data of embedded pictures."""
    data = output.get("data", {})
    texts = ["".join(output.get("text", ""))]
    texts += ["".join(value) for kind, value in data.items() if kind.startswith("text/") or kind == "image/svg+xml"]
    return re.sub(r";base64,[A-Za-z0-9+/=]+", "", "\n".join(texts))


def _html(output):
    return "".join(output.get("data", {}).get("text/html", ""))


def _figures(notebook):
    return [cell for cell in _code(notebook) if any(FIGURE in _html(output) for output in cell["outputs"])]


def _texts(svg):
    """The text elements of a picture that name a size."""
    return [text for text in re.findall(r"<text\b.*?</text>", svg, re.DOTALL) if "font-size" in text]


def _claims(notebook):
    """Bold text of five words or more, or with a full stop; not the lead of a note. And what answers a prediction."""
    found = []
    for cell in _markdown(notebook):
        text = re.sub(r"(?ms)^```.*?^```$", "", _text(cell))
        for before, bold in re.findall(r"(?s)(^> )?\*\*(?!\s)(.+?)\*\*", text, re.MULTILINE):
            if not before and (len(bold.split()) >= 5 or bold.endswith(".")):
                found.append(bold)
        for answer in re.findall(r"(?s)<summary>Answer</summary>\s*(.+?)\s*</details>", text):
            found.append(re.split(r"(?<=[.!?])\s|(?<=[.!?]\*\*)\s", answer.strip())[0].replace("**", ""))
    return [" ".join(text.split()) for text in found]


def _options(cell):
    """The `#| key: value` lines at the top of a code cell."""
    lines = takewhile(lambda line: line.startswith("#|"), _text(cell).splitlines())
    options = yaml.safe_load("\n".join(line[2:] for line in lines))
    return options if isinstance(options, dict) else {}


def _tree(cell):
    try:
        return ast.parse(_text(cell))
    except SyntaxError:
        return None


def _nodes(cell):
    return list(ast.walk(_tree(cell))) if _tree(cell) else []


def _names(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _called(call):
    return getattr(call.func, "id", getattr(call.func, "attr", None))


def _has_semicolon(source):
    return any(token.string == ";" for token in tokenize.generate_tokens(io.StringIO(source).readline))
