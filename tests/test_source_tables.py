"""Every line that the source prints stands in the stored output of the chapter that reproduces it."""

import json
from itertools import chain
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TABLES = {path.stem: path for path in sorted((HERE / "source_tables").glob("*.txt"))}
NOTEBOOKS = {path.stem: path for path in sorted((HERE.parent / "notebooks").glob("*.ipynb"))}

PRINTED_LINES = {
    "01-derivatives": [1, 1, 1, 1, 1],
    "02-gradient-descent": [1, 17, 2, 17],
    "04-one-neuron": [7, 20],
    "05-many-points": [20],
    "06-two-neurons-in-sequence": [20],
    "07-two-neurons-in-a-layer": [40],
}

# Sections whose chapter is not written yet. Take a chapter off this list when it lands.
PENDING = set()


def lines(text):
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def blocks(section):
    """The printed blocks of one section, each a list of lines."""
    return [lines(block) for block in TABLES[section].read_text(encoding="utf-8").split("\n---\n")]


def stored_lines(notebook):
    """What the notebook shows as text, in order: printed lines and plain results."""
    found = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if output.get("name") == "stdout":
                found += lines("".join(output["text"]))
            found += lines("".join(output.get("data", {}).get("text/plain", "")))
    return found


def first_missing_block(blocks, stored):
    """The first block that does not stand in one piece after those before it, or None."""
    start = 0
    for block in blocks:
        places = (i for i in range(start, len(stored)) if stored[i : i + len(block)] == block)
        place = next(places, None)
        if place is None:
            return block
        start = place + len(block)
    return None


def test_the_tables_hold_149_lines():
    assert {section: [len(block) for block in blocks(section)] for section in TABLES} == PRINTED_LINES
    assert sum(map(sum, PRINTED_LINES.values())) == 149


def test_pending_names_exactly_the_sections_without_a_chapter():
    assert set(TABLES) - set(NOTEBOOKS) == PENDING


@pytest.mark.parametrize("section", sorted(set(TABLES) & set(NOTEBOOKS)))
def test_the_chapter_prints_the_lines_of_its_section(section):
    notebook = json.loads(NOTEBOOKS[section].read_text(encoding="utf-8"))
    assert first_missing_block(blocks(section), stored_lines(notebook)) is None


def test_streams_and_plain_results_are_read_in_order():
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["one  \n", "\n", "  two\n"]},
        {"output_type": "stream", "name": "stderr", "text": ["not this\n"]},
        {"output_type": "execute_result", "data": {"text/plain": ["2*x"], "text/html": ["not this"]}},
    ]
    notebook = {"cells": [{"cell_type": "markdown", "source": "not this"}, {"cell_type": "code", "outputs": outputs}]}
    assert stored_lines(notebook) == ["one", "  two", "2*x"]


@pytest.mark.parametrize("section", TABLES)
def test_a_changed_digit_and_a_lost_line_are_missed(section):
    wanted = blocks(section)
    stored = ["before", *chain.from_iterable(wanted)]
    assert first_missing_block(wanted, [*stored, "after"]) is None
    changed = stored[-1][:-2] + "?" + stored[-1][-1]
    assert first_missing_block(wanted, [*stored[:-1], changed]) == wanted[-1]
    assert first_missing_block(wanted, stored[:-1]) == wanted[-1]


def test_blocks_in_another_order_are_missed():
    assert first_missing_block([["a"], ["b"]], ["b", "a"]) == ["b"]


def test_a_block_torn_apart_is_missed():
    assert first_missing_block([["a", "b"]], ["a", "other", "b"]) == ["a", "b"]
