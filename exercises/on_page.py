"""What the website needs of an exercise, so that a reader can answer it there, where no kernel runs.

Python writes the right values, the known mistakes and every sentence on them into the page. website/answers.js makes a
form of them, reads what is typed and compares.
"""

import json
import os
import sys
from numbers import Integral

from exercises import kinds, mistakes, reading
from exercises.kinds import Choice, Number, Table
from exercises.mistakes import Mistake

ANY = Mistake("", "{mistake}")


def show(number, exercise):
    """Display the block where outputs are made to be stored, which EXPLORER=static says for the sliders too."""
    ipython = sys.modules.get("IPython")
    if os.environ.get("EXPLORER") == "static" and getattr(ipython and ipython.get_ipython(), "kernel", None):
        ipython.display.display({"text/html": block(number, exercise), "text/plain": ""}, raw=True)


def block(number, exercise) -> str:
    """HTML that shows nothing until the website's script fills it: in JupyterLab the cell is there to answer in."""
    data = json.dumps(on_page(exercise), ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c")
    return (
        f'<div class="exercise-form" data-exercise="{number}" hidden>'
        f'<script type="application/json">{data}</script></div>'
    )


def on_page(exercise) -> dict:
    """All that the script must know, as JSON has it; nothing of an exercise that only code can answer."""
    match exercise:
        case Choice():
            letters = sorted([exercise.letter, *exercise.wrong])
            texts = {letter: exercise.judge(letter).text for letter in letters}
            return {"empty": kinds.NOT_ATTEMPTED.text, "right": exercise.letter, "texts": texts}
        case Number():
            least = {"least": 0} if isinstance(exercise.value, Integral) else {}
            must = {"must": _wrong(mistakes.WRONG_TYPE, kinds.NO_COUNT)}
            entries = {"number": {**_entry(exercise.value, exercise.exactness), **least, **must}}
            ranks = [[(mistake, {"number": values}) for mistake, values in rank] for rank in exercise.suspects()]
            own = {
                "right": exercise.judge(exercise.value).text,
                "wrong": _wrong(ANY, "{more}"),
            }
        case Table():
            entries = {name: _table_entry(exercise, name) for name in exercise.entries}
            ranks = exercise.suspects()
            own = {
                "right": exercise.judge(exercise.entries).text,
                "wrong": _wrong(ANY, kinds.LOOK),
            }
        case _:
            return {}
    return own | {
        "entries": entries,
        "ranks": [
            [(mistake.text, _suspects(made, exercise.exactness)) for mistake, made in rank if made] for rank in ranks
        ],
        "within": exercise.exactness.tolerance,
        "two": mistakes.one_of([Mistake("", "{one}"), Mistake("", "{other}")]).text,
        "coarse": mistakes.COARSE.text,
        "more": exercise.exactness.more(),
        "unknown": mistakes.UNKNOWN.text,
        "empty": kinds.NOT_ATTEMPTED.text,
        "incomplete": kinds.INCOMPLETE,
    }


def _wrong(mistake, facts):
    return kinds.wrong(mistake, facts).text


def _table_entry(table, name):
    entry = _entry(table.entries[name], table.exactness)
    if entry["kind"] == "word":
        entry["options"] = [reading.word(option) for option in table.options]
    return {**entry, "must": _wrong(mistakes.WRONG_TYPE, table.must(name))}


def _entry(value, exactness):
    """What is wanted, as what it is read, and how coarse is too coarse."""
    entry = {"wanted": _wanted(value, exactness.place), "kind": kinds.kind(value)}
    return {**entry, "coarse": reading.place(value, digits=1)} if entry["kind"] == "number" else entry


def _suspects(made, exactness):
    return {name: [_wanted(value, exactness.suspect_place) for value in values] for name, values in made.items()}


def _wanted(value, place):
    """A right or a wrong value: a word, a shape, a count, or a number with the place to which it may be rounded."""
    match value:
        case str():
            return reading.word(value)
        case tuple() | list():
            is_shape = all(isinstance(part, Integral) for part in value)
            own = "()" if isinstance(value, tuple) else "[]"
            return {"brackets": [own] if is_shape else ["()", "[]"], "parts": [_wanted(part, place) for part in value]}
        case Integral():
            return int(value)
        case _:
            return [float(value), place(value)]
