"""What website/notebook_filter.py hands to Quarto."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from notebook_filter import WIDGET_VIEW, filter_notebook, raw_block

SCRIPT = Path(__file__).resolve().parent.parent / "website" / "notebook_filter.py"


def notebook(data: dict) -> dict:
    return {"cells": [{"cell_type": "code", "outputs": [{"output_type": "display_data", "data": data}]}]}


def filtered(data: dict) -> dict:
    return filter_notebook(notebook(data))["cells"][0]["outputs"][0]["data"]


def test_html_becomes_one_raw_block_with_nothing_beside_it():
    html = ["<div>\n", "<script>1 < 2</script></div>"]
    expected = "```{=html}\n<div>\n<script>1 < 2</script></div>\n```\n"
    assert filtered({"text/html": html, "text/plain": "x", WIDGET_VIEW: {}}) == {"text/markdown": expected}


def test_a_widget_view_is_dropped():
    assert filtered({WIDGET_VIEW: {"model_id": "1"}, "text/plain": "IntSlider()"}) == {"text/plain": "IntSlider()"}


def test_other_outputs_stay_as_they_are():
    data = {"image/png": "AAAA", "text/plain": "<Figure>", "text/latex": "$x$"}
    assert filtered(data) == data


def test_a_fence_is_longer_than_any_run_of_backticks_inside():
    assert raw_block("a ```` b").startswith("`````{=html}\n")


def test_streams_and_markdown_cells_pass_through():
    cells = [
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "outputs": [{"output_type": "stream", "name": "stdout", "text": "1\n"}]},
    ]
    assert filter_notebook({"cells": json.loads(json.dumps(cells))}) == {"cells": cells}


OPTIONS = ["#| label: fig-path\n", '#| fig-cap: "A path."\n', '#| fig-alt: "A line that rises."\n']
CODE = ["#| code-fold: true\n", "ax.plot(x, y)  # the label: fig-path\n", "plt.show()"]
FIGURE = '<figure class="figure" id="fig-path"><img class="figure-img" alt="A line that rises." src="data:,">'


@pytest.mark.parametrize("text", [list, "".join], ids=["lines", "text"])
def test_the_options_that_a_figure_carries_itself_are_dropped(text):
    (cell,) = notebook({"text/html": [FIGURE, "</figure>"]})["cells"]
    source = filter_notebook({"cells": [cell | {"source": text(OPTIONS + CODE)}]})["cells"][0]["source"]
    assert source == text(CODE)


@pytest.mark.parametrize("data", [{"image/png": "AAAA"}, {"text/html": f"<div>{FIGURE}</div>"}, {"text/html": "<p>"}])
def test_the_options_of_other_cells_stay(data):
    (cell,) = notebook(data)["cells"]
    assert filter_notebook({"cells": [cell | {"source": OPTIONS + CODE}]})["cells"][0]["source"] == OPTIONS + CODE


def test_no_figure_of_the_chapters_keeps_an_option_that_quarto_would_show_a_second_time():
    chapters = [json.loads(path.read_text("utf-8")) for path in (SCRIPT.parent.parent / "notebooks").glob("*.ipynb")]
    cells = [cell for chapter in chapters for cell in filter_notebook(chapter)["cells"]]
    shown = [cell for cell in cells if "figure-img" in json.dumps(cell.get("outputs", []))]
    assert len(shown) > 20
    assert [cell["source"] for cell in shown if re.search(r"#\| (label|fig-\w+):", "".join(cell["source"]))] == []


def test_it_reads_and_writes_utf_8_whatever_the_console_says():
    source = json.dumps(notebook({"text/html": "α ≥ 1/3"}), ensure_ascii=False).encode()
    run = subprocess.run(
        [sys.executable, SCRIPT], input=source, capture_output=True, check=True, env={"PYTHONIOENCODING": "ascii"}
    )
    assert "α ≥ 1/3" in json.loads(run.stdout.decode())["cells"][0]["outputs"][0]["data"]["text/markdown"]
