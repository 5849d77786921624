"""The sanitizer drops the data of embedded pictures before nbval compares, and nothing else."""

import base64
import json
import re
from pathlib import Path

import pytest
from nbval.plugin import get_sanitize_patterns

HERE = Path(__file__).parent
RULES = get_sanitize_patterns((HERE / "nbval_sanitize.cfg").read_text(encoding="utf-8"))
PICTURE = base64.b64encode(bytes(range(256))).decode()


def sanitize(text):
    for regex, replacement in RULES:
        text = re.sub(regex, replacement, text)
    return text


def test_nbval_reads_exactly_one_rule():
    assert RULES == [(r"(data:image/[a-z+]+;base64,)[A-Za-z0-9+/=]+", r"\1")]


@pytest.mark.parametrize("kind", ["svg+xml", "png", "jpeg"])
def test_the_data_of_a_picture_is_dropped_and_what_surrounds_it_stays(kind):
    before, after = '<p>loss 0.1989</p><img alt="0.25" src="', '"><td>4.0000</td>'
    with_picture = f"{before}data:image/{kind};base64,{PICTURE}{after}"
    assert sanitize(with_picture) == f"{before}data:image/{kind};base64,{after}"


@pytest.mark.parametrize(
    "text",
    [
        "epoch  10  loss 0.1989  accuracy 95.8 %",
        "Iteration 1: x =  2.4000, y =  0.8000, f(x, y) =  7.6800",
        '{"rate": 0.25, "path": [[4.0, -4.0], [2.0, 2.0]], "table": "1e-05 -0.5 +3/8"}',
        "data:application/json;base64,eyJyYXRlIjogMC4yNX0=",
        PICTURE,
    ],
)
def test_every_other_text_stays_as_it_is(text):
    assert sanitize(text) == text


def test_no_picture_data_is_left_in_a_stored_explorer():
    notebooks = [json.loads(path.read_text(encoding="utf-8")) for path in (HERE.parent / "notebooks").glob("*.ipynb")]
    outputs = [output for notebook in notebooks for cell in notebook["cells"] for output in cell.get("outputs", [])]
    blocks = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs]
    encoded = re.compile(r"[A-Za-z0-9+/]{200}")
    assert any(encoded.search(block) for block in blocks)
    assert not any(encoded.search(sanitize(block)) for block in blocks)
