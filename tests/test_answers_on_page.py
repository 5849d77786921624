"""Exercises on the website in a real browser: they say what Python says, to the letter, and remember what is done."""

import itertools
import math
import random
from fractions import Fraction
from pathlib import Path

import exercise_cells
import numpy as np
import pytest

from exercises import on_page, reading
from exercises.kinds import Choice, Number, Table

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parent.parent / "website" / "answers.js"
ON_PAGE = {e.number: e for e in exercise_cells.ALL if isinstance(e.check, Choice | Number | Table)}

# Fills in the forms and says what each of them answers. cases: [[number of the exercise, {name of the field: text}]]
ANSWER = """cases => cases.map(([number, texts]) => {
  const form = document.querySelector(`[data-exercise="${number}"] form`);
  form.reset();
  for (const [name, text] of Object.entries(texts)) {
    const fields = [...form.elements].filter(element => element.name === name);
    for (const field of fields) field.type === "radio" ? field.checked = field.value === text : field.value = text;
  }
  form.requestSubmit();
  const message = form.querySelector("[role=status]");
  return [message.dataset.right, message.textContent];
})"""


@pytest.fixture(scope="module")
def forms(browser, tmp_path_factory):
    """A page with the forms of all exercises, and nothing else."""
    path = tmp_path_factory.mktemp("forms") / "forms.html"
    blocks = "".join(on_page.block(number, exercise.check) for number, exercise in ON_PAGE.items())
    script = f'<script src="{SCRIPT.as_uri()}" defer></script>'
    path.write_text(f"<!doctype html><meta charset=utf-8>{script}<body>{blocks}", encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(path.as_uri())
        yield page


# What is answered


def plain(answer):
    """An answer of whatever types as a reader would type it, or None if nobody can."""
    if isinstance(answer, dict):
        return {name: plain(entry) for name, entry in answer.items()}
    if isinstance(answer, tuple | list | str):
        return answer
    number = reading.number(answer)
    return number if number is not None and math.isfinite(number) else None


def can_be_typed(answer, check):
    """Whether the form has a field or a button for each part of this plain answer."""
    if isinstance(check, Choice):
        return answer in [check.letter, *check.wrong]
    if isinstance(check, Number):
        return isinstance(answer, int | float)
    if not isinstance(answer, dict) or answer.keys() != check.entries.keys():
        return False
    kinds = {str: str, tuple: int | float | tuple | list}
    return all(isinstance(answer[name], kinds.get(type(right), int | float)) for name, right in check.entries.items())


def typed(answer):
    """The texts that a reader types for this answer, or the letter: {name of the field: text}."""
    if isinstance(answer, str):
        return {"letter": answer}
    entries = answer if isinstance(answer, dict) else {"number": answer}
    return {name: entry if isinstance(entry, str) else repr(entry) for name, entry in entries.items()}


def stored_wrong_answers(exercise):
    for _, code in exercise.wrong_answers:
        names = {"np": np, "math": math, "Fraction": Fraction}
        try:
            exec(code, names)
        except NameError:  # it builds on its chapter
            answer = exercise.answered(code)
        else:
            answer = eval(exercise.answer, names)
        if can_be_typed(plain(answer), exercise.check):
            yield plain(answer)


def other_numbers(exact):
    """What a learner could give for this number: rounded, cut off, of another sign, factor or size, or a mere guess."""
    yield from (
        exact,
        float(exact),
        -exact,
        2 * exact,
        exact / 2,
        100 * exact,
        exact / 100,
        10 * exact,
        exact + 1,
        exact - 1,
    )
    for digits in range(1, 9):
        rounded = float(f"{exact:.{digits}g}")
        yield from (
            rounded,
            math.floor(exact * 10**digits) / 10**digits,
            rounded + 10.0 ** (-digits),
            exact * (1 + 10.0**-digits),
        )
    yield from (0, 0.0, -0.0, 1, 3.5, 1 / 3, 0.1 + 0.2, 1e-7, 12345675, 1234565.0, 100000.5, -2.5e21, 10**30, 1e300)


def other_entries(table, name):
    exact = plain(table.entries[name])
    made = [plain(one) for rank in table.suspects() for _, wrong in rank for one in wrong.get(name, [])]
    if isinstance(exact, str):
        return [
            exact,
            *made,
            exact.upper(),
            f" ({exact}). ",
            f'"{exact}"',
            "nonsense",
            "it's",
            'say "it"',
            "back\\slash",
            "…",
        ]
    if isinstance(exact, tuple):
        others = [exact[::-1], list(exact), (*exact, 1), exact[:1], exact[0], 0.5, (1.5, -2), tuple(range(14))]
        return [exact, *made, *others]
    rounded = [number for wrong in made for number in (wrong, float(f"{wrong:.3g}"), float(f"{wrong:.2g}"))]
    return [*other_numbers(exact), *rounded, *(n for n in plain(table.entries).values() if isinstance(n, int | float))]


def answers(exercise):
    check = exercise.check
    yield from stored_wrong_answers(exercise)
    if isinstance(check, Choice):
        yield from [check.letter, *check.wrong]
    elif isinstance(check, Number):
        made = [number for rank in check.suspects() for _, numbers in rank for number in numbers]
        for number in (check.value, *made):
            yield from other_numbers(number)
    else:
        right, rng = plain(check.entries), random.Random(0)
        others = {name: other_entries(check, name) for name in right}
        yield from ({**right, name: entry} for name in right for entry in others[name])
        for rank in check.suspects():
            for (_, one), (_, other) in itertools.product(rank, repeat=2):
                yield right | {name: plain(made[0]) for name, made in (one | other).items()}
        yield {name: -entry if isinstance(entry, int | float) else entry for name, entry in right.items()}
        yield from ({name: rng.choice([entry, *others[name]]) for name, entry in right.items()} for _ in range(100))


def test_every_answer_is_told_on_the_page_what_python_tells_it(forms):
    cases = [(exercise, answer) for exercise in ON_PAGE.values() for answer in answers(exercise)]
    said = forms.evaluate(ANSWER, [[exercise.number, typed(answer)] for exercise, answer in cases])
    differ = []
    for (exercise, answer), (right, text) in zip(cases, said, strict=True):
        message = exercise.check.judge(answer)
        if (right, text) != (str(message.right).lower(), message.text):
            differ.append((exercise.number, answer, text, message.text))
    assert not differ[:5], len(differ)
    assert len(cases) > 5000
