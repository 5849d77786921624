"""How an answer is judged: a function against a reference, a number, a choice, a table, or by what comes of it.

Each kind has judge(answer), which returns a Message and never raises, whatever the answer is.
"""

import contextlib
import math
from collections.abc import Callable, Mapping
from functools import cached_property
from numbers import Integral, Real
from typing import NamedTuple

from exercises import mistakes, reading, suspects
from exercises.calling import call, like, require_function, require_number
from exercises.exercise import INCOMPLETE, Exercise
from exercises.function import Function
from exercises.messages import NOT_ATTEMPTED, complain, right, wrong
from exercises.mistakes import Mistake
from exercises.showing import shown

__all__ = [  # what a chapter's exercises are made of
    "INCOMPLETE",
    "NOT_ATTEMPTED",
    "Choice",
    "Exercise",
    "Function",
    "Number",
    "Outcome",
    "Table",
    "call",
    "complain",
    "like",
    "require_function",
    "require_number",
    "right",
    "shown",
    "wrong",
]

# Sentences that the website fills in too: see on_page
LOOK = "{count} of {all} entries are right. Look at {name}: {shown}. {more}"
NO_COUNT = "The answer must be a whole number, 0 or more; got {shown}."

EXPECTED = {
    "word": "a word, in quotation marks",
    "shape": "a tuple, such as (4, 2) or (4,)",
    "count": "a whole number",
    "number": "a number",
}


class _Exactness(NamedTuple):
    """How exactly a number must be given: within the relative tolerance, or rounded to so many decimals or digits.

    digits: significant ones, where decimals is None. A whole number counts something: it must be exact.
    """

    tolerance: float
    digits: int
    decimals: int | None

    def is_right(self, answer, exact):
        return self._is_close(answer, exact, self.place(exact))

    def is_suspect(self, answer, wrong):
        return self._is_close(answer, wrong, self.suspect_place(wrong))

    def place(self, exact):
        """The last one that must be there stands for multiples of 10**place."""
        return reading.place(exact, self.digits) if self.decimals is None else -self.decimals

    def suspect_place(self, wrong):
        """The same for a mistake: three digits are enough to know it by."""
        return max(self.place(wrong), reading.place(wrong, digits=3))

    def _is_close(self, answer, exact, place):
        number = _or_nan(answer)
        if isinstance(exact, Integral):
            return math.isclose(number, exact, rel_tol=1e-9)
        close = math.isclose(number, exact, rel_tol=max(self.tolerance, reading.precision(answer)))
        return close or reading.rounds(exact, number, place)

    def is_coarse(self, answer, exact):
        """Of an answer that is not right: whether it is so as far as it goes, with too few digits."""
        decimal = isinstance(exact, Real) and not isinstance(exact, Integral)
        return decimal and reading.rounds(exact, _or_nan(answer), reading.place(exact, digits=1))

    def more(self):
        digits = f"{self.digits} significant digits" if self.decimals is None else f"{self.decimals} decimals"
        return f"Give at least {digits}."


class Number(Exercise):
    """One number. known: {mistake: the number that it leads to, or a list of such}.

    A whole number must be given exactly; any other within the tolerance, or rounded to so many significant digits (or
    decimals) or more. What any number can be mistaken for is known anyway: see suspects. A wrong number is told
    neither the right one nor whether it is too large: a few guesses would find it.
    """

    def __init__(self, value, known=None, *, why="", tolerance=1e-6, digits=3, decimals=None):
        self.value, self.known, self.why = value, known or {}, why
        self.exactness = _Exactness(tolerance, digits, decimals)

    def suspects(self):
        """[[(mistake, [the wrong numbers that it leads to])]]: those of this exercise, then those of any."""
        own = [(mistake, _as_list(values)) for mistake, values in self.known.items()]
        if isinstance(self.value, Integral):
            return [own, [(mistakes.OFF_BY_ONE, [self.value - 1, self.value + 1])]]
        return [own, list(suspects.of_a_value(self.value).items())]

    def _judge(self, answer):
        require_number(answer)
        number = reading.number(answer)
        if self.exactness.is_right(answer, self.value):
            return right(self.why)
        if mistake := suspects.explanation(self.suspects(), lambda values: self._contradicts(values, answer)):
            return wrong(mistake)
        if isinstance(self.value, Integral) and (number != int(number) or number < 0):
            return wrong(mistakes.WRONG_TYPE, NO_COUNT.format(shown=shown(number)))
        if self.exactness.is_coarse(answer, self.value):
            return wrong(mistakes.COARSE, self.exactness.more())
        return wrong(mistakes.UNKNOWN)

    def _contradicts(self, values, answer):
        """See suspects.explanation."""
        return 0 if any(self.exactness.is_suspect(answer, value) for value in values) else None


class Choice(Exercise):
    """One letter. wrong: {letter: what is wrong about it}, without saying which letter is right."""

    def __init__(self, letter: str, why: str, wrong: Mapping[str, Mistake]):
        self.letter, self.why, self.wrong = letter, why, wrong

    def _judge(self, answer):
        options = sorted([self.letter, *self.wrong])
        letter = reading.word(answer)
        if letter not in options:
            complain(
                mistakes.NOT_AN_OPTION,
                f"The answer must be one of {', '.join(map(repr, options))}; got {shown(answer)}.",
            )
        return right(self.why) if letter == self.letter else wrong(self.wrong[letter])


class Table(Exercise):
    """A dictionary of shapes, words or numbers; `...` stands for an entry that is not filled in yet.

    known: {mistake: how it changes an entry}, either a function of the right entry, or {name of the entry: the wrong
    entry, or a list of such}. A mistake is named if it explains all entries that are not right, or else all of the
    first one's kind. What any entry can be mistaken for is known anyway: see suspects. Numbers are judged as in Number.
    A tuple of whole numbers is a shape, and a list is none.
    """

    def __init__(self, entries: Mapping, known=None, *, why="", tolerance=1e-9, digits=3, decimals=None):
        self.entries, self.known, self.why = entries, known or {}, why
        self.exactness = _Exactness(tolerance, digits, decimals)

    def suspects(self):
        """[[(mistake, {entry: [the wrong entries that it leads to]})]]: those of this exercise, then those of any."""
        own = [(mistake, self._made(change)) for mistake, change in self.known.items()]
        general = {}
        for name, entry in self.entries.items():
            for mistake, values in suspects.of_a_value(entry).items():
                general.setdefault(mistake, {})[name] = values
            others = [other for other in self.entries.values() if _is_number(other) and other != entry]
            if _is_number(entry) and others:
                general.setdefault(mistakes.OTHER_ENTRY, {})[name] = others
        return [own, list(general.items())]

    def _made(self, change):
        """{entry: [wrong entries]} of a mistake in known."""
        if isinstance(change, Mapping):
            return {name: _as_list(values) for name, values in change.items()}
        made = {}
        for name, entry in self.entries.items():
            with contextlib.suppress(Exception):  # not every mistake can be made in every entry
                made[name] = [change(entry)]
        return made

    def _judge(self, answer):
        if not isinstance(answer, Mapping):
            complain(mistakes.WRONG_TYPE, f"The answer must be a dictionary; got {type(answer).__name__}.")
        if answer.keys() != self.entries.keys():
            expected, got = (", ".join(map(repr, d)) or "none" for d in (self.entries, answer))
            complain(mistakes.WRONG_TYPE, f"The dictionary must have the entries {expected}; got {got}.")
        faults = {
            name: entry
            for name, entry in answer.items()
            if not self._matches(entry, self.entries[name], self.exactness.is_right)
        }
        if not faults:
            return right(self.why)
        first = next(iter(faults))
        mistake, more = self._diagnosis(faults)
        look = {"name": repr(first), "shown": shown(answer[first]), "more": more}
        return wrong(mistake, LOOK.format(count=len(answer) - len(faults), all=len(answer), **look))

    def _diagnosis(self, faults):
        """(the mistake that explains the faults, what else there is to say)."""
        if mistake := self._explanation(faults):
            return mistake, ""
        if all(self.exactness.is_coarse(entry, self.entries[name]) for name, entry in faults.items()):
            return mistakes.COARSE, self.exactness.more()
        for name, entry in faults.items():
            if not self._can_be_read(name, entry):
                complain(mistakes.WRONG_TYPE, self.must(name).format(shown=shown(entry)))
        first = kind(self.entries[next(iter(faults))])
        of_one_kind = {name: entry for name, entry in faults.items() if kind(self.entries[name]) == first}
        return self._explanation(of_one_kind) or mistakes.UNKNOWN, ""

    def _explanation(self, faults):
        return suspects.explanation(self.suspects(), lambda made: self._contradicts(made, faults))

    def _contradicts(self, made, faults):
        """See suspects.explanation: a right entry contradicts a mistake that would have spoiled it too."""
        for name, entry in faults.items():
            if not any(self._matches(entry, wrong, self.exactness.is_suspect) for wrong in made.get(name, [])):
                return None
        return len(made.keys() - faults.keys())

    def _matches(self, entry, exact, same):
        """Whether an entry is this one; same: how numbers are compared."""
        if isinstance(exact, str):
            return reading.word(entry) == reading.word(exact)
        if isinstance(exact, tuple | list):
            shape = all(isinstance(part, Integral) for part in exact)
            if not isinstance(entry, type(exact) if shape else tuple | list) or len(entry) != len(exact):
                return False
            return all(self._matches(a, b, same) for a, b in zip(entry, exact, strict=True))
        return same(entry, exact)

    @cached_property
    def options(self):
        """The words that this table knows, those of other entries too."""
        made = [one for rank in self.suspects() for _, entries in rank for wrong in entries.values() for one in wrong]
        return sorted({entry for entry in (*self.entries.values(), *made) if isinstance(entry, str)})

    def must(self, name):
        """What to say where an entry is not what it must be; {shown}: the entry."""
        expected = EXPECTED[kind(self.entries[name])]
        if isinstance(self.entries[name], str) and len(self.options) > 1:
            expected = f"one of {', '.join(map(repr, self.options))}"
        return f"{name!r} must be {expected}; got {{shown}}."

    def _can_be_read(self, name, entry):
        exact = self.entries[name]
        if isinstance(exact, str):
            word = reading.word(entry)
            return word in map(reading.word, self.options) if len(self.options) > 1 else word is not None
        if isinstance(exact, tuple):
            return isinstance(entry, tuple)
        number = _or_nan(entry)
        return number % 1 == 0 if isinstance(exact, Integral) else not math.isnan(number)


class Outcome(Exercise):
    """Judged by what comes of it: try_out(answer) runs it and returns right(…) or wrong(…), or calls complain(…)."""

    def __init__(self, try_out: Callable):
        self.try_out = try_out

    def _judge(self, answer):
        return self.try_out(answer)


def kind(entry):
    """What an entry of a table is to be read as: a key of EXPECTED."""
    kinds = {str: "word", tuple: "shape", Integral: "count", Real: "number"}
    return next(name for type_, name in kinds.items() if isinstance(entry, type_))


def _is_number(value):
    return isinstance(value, Real)


def _as_list(values):
    return values if isinstance(values, list) else [values]


def _or_nan(value):
    """The number that this is, or NaN, which nothing equals."""
    number = reading.number(value)
    return math.nan if number is None else number
