"""Hand a notebook's HTML outputs to Quarto as raw blocks. Reads notebook JSON on stdin, writes it to stdout.

Quarto prefers a stored widget view to HTML, and adds scripts from a content delivery network to every page with a
`text/html` output. A Markdown output with one raw block shows the same HTML, untouched and without them.

A figure's HTML has its id, caption and alternative text; from the cell's options Quarto would add them once more.
"""

import json
import re
import sys

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
FIGURE = re.compile(r'<figure\b[^>]*>\s*<img\b[^>]*\bclass="figure-img"')
FIGURE_OPTION = re.compile(r"#\|\s*(?:label|fig-cap|fig-alt)\s*:")


def raw_block(html: str) -> str:
    """A Markdown raw block around html, fenced by more backticks than any run inside it."""
    longest = max((len(run) for run in re.findall("`+", html)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{{=html}}\n{html}\n{fence}\n"


def filter_output(data: dict) -> dict:
    """The same output data without a widget view, its HTML (if any) as Markdown."""
    if "text/html" in data:
        return {"text/markdown": raw_block("".join(data["text/html"]))}
    return {kind: value for kind, value in data.items() if kind != WIDGET_VIEW}


def is_figure(output: dict) -> bool:
    return bool(FIGURE.match("".join(output.get("data", {}).get("text/html", ""))))


def without_figure_options(source: str | list[str]) -> str | list[str]:
    """A cell's source, text or lines, without what a figure's HTML says already."""
    if isinstance(source, str):
        return "".join(without_figure_options(source.splitlines(keepends=True)))
    return [line for line in source if not FIGURE_OPTION.match(line)]


def filter_notebook(notebook: dict) -> dict:
    """The notebook with every output filtered; its cells' sources stay as they are, but for options of a figure."""
    for cell in notebook["cells"]:
        outputs = cell.get("outputs", [])
        if any(map(is_figure, outputs)):
            cell["source"] = without_figure_options(cell["source"])
        for output in outputs:
            if "data" in output:
                output["data"] = filter_output(output["data"])
    return notebook


if __name__ == "__main__":
    # Bytes, because a console's encoding on Windows is not UTF-8.
    notebook = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    sys.stdout.buffer.write(json.dumps(filter_notebook(notebook), ensure_ascii=False).encode("utf-8"))
