"""How an answer is judged: a function against a reference, a number, a choice, a table, or by what comes of it.

Each kind has judge(answer), which returns a Message and never raises, whatever the answer is.
"""

import contextlib
import copy
import inspect
import io
import math
import sys
import traceback
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import NamedTuple

import numpy as np

from exercises import mistakes
from exercises.mistakes import Mistake


class Message(NamedTuple):
    """right: True, False, or None for an answer not given yet. mistake: its name in exercises.mistakes."""

    right: bool | None
    text: str
    mistake: str = ""


NOT_ATTEMPTED = Message(None, "Not attempted yet.")


def right(why=""):
    return Message(True, f"Right. {why}".strip())


def wrong(mistake: Mistake, facts=""):
    """Not right: first the facts, a sentence, and on the next line what they look like."""
    facts = facts.strip()
    lines = [f"Not yet. {facts[:1].upper()}{facts[1:]}".strip(), mistake.text]
    return Message(False, "\n".join(filter(None, lines)), mistake.name)


class Exercise(ABC):
    """why: one or two sentences that a right answer is shown."""

    why = ""

    def judge(self, answer) -> Message:
        if unfilled := [place for place, part in _places(answer) if part is ...]:
            whole = len(unfilled) == len(_places(answer))
            return (
                NOT_ATTEMPTED if whole else Message(None, f"Not complete yet. To be filled in: {', '.join(unfilled)}.")
            )
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            try:
                return self._judge(answer)
            except _Complaint as complaint:
                return complaint.args[0]

    @abstractmethod
    def _judge(self, answer) -> Message: ...


class _Complaint(Exception):
    """Carries a Message out of the depths of a check."""


def complain(mistake: Mistake, facts=""):
    """End the check here with this mistake."""
    raise _Complaint(wrong(mistake, facts))


class Function(Exercise):
    """A function of the learner, called with the same arguments as the reference.

    cases: function of a random generator that returns a list of tuples of arguments; put edge cases into it.
    known: {mistake: a function that makes it, or a list of such}. It is recognised where all results are those of that
    function, or else where each entry of the result, in all cases, is the right one or that of the function.
    Sign, factor two and transposition need no entry in known. tolerance: relative.
    """

    def __init__(self, reference: Callable, cases: Callable, known=None, *, why="", tolerance=1e-6):
        self.reference, self.cases, self.known = reference, cases, known or {}
        self.why, self.tolerance = why, tolerance

    def _judge(self, answer):
        require_function(answer)
        cases = self.cases(np.random.default_rng(0))
        wanted = [self.reference(*copy.deepcopy(case)) for case in cases]
        got = []
        for case, want in zip(cases, wanted, strict=True):
            where = f"For {self._inputs(case)}"
            result = call(answer, case, where)
            if any(part is ... for _, part in _places(result)):
                return NOT_ATTEMPTED
            got.append(like(want, result, where))
        for case, mine, want in zip(cases, got, wanted, strict=True):
            if not self._close([mine], [want]).all():
                facts = f"For {self._inputs(case)} yours gives {shown(mine)}, and the right value is {shown(want)}."
                return wrong(self._diagnosis(cases, got, wanted), facts)
        return right(self.why or f"It agrees with the reference for {len(cases)} inputs.")

    def _diagnosis(self, cases, got, wanted):
        suspects = []
        for mistake, functions in self.known.items():
            for function in functions if isinstance(functions, list) else [functions]:
                with contextlib.suppress(Exception):  # not every mistake can be made on every case
                    results = [function(*copy.deepcopy(case)) for case in cases]
                    suspects.append((mistake, self._close(got, results)))
        for mistake, change in CHANGES.items():
            suspects.append((mistake, self._close(got, [_changed(want, change) for want in wanted])))
        is_right = self._close(got, wanted)
        for allowed in (np.zeros_like(is_right), is_right):  # first the mistakes that explain every entry
            for mistake, close in suspects:
                if close.shape == is_right.shape and (close | allowed).all():
                    return mistake
        return mistakes.UNKNOWN

    def _close(self, results, others):
        """One truth value for each entry of a result: whether it is close to the other one in all cases."""
        pairs = zip(_by_place(results), _by_place(others), strict=True)
        return np.concatenate([self._close_at_a_place(*pair) for pair in pairs])

    def _close_at_a_place(self, parts, others):
        close = [self._close_entries(np.asarray(a), np.asarray(b)) for a, b in zip(parts, others, strict=True)]
        if len({entries.shape for entries in close}) > 1:  # other shapes in other cases: one truth value for all
            return np.array([all(entries.all() for entries in close)])
        return np.all(close, axis=0).ravel()

    def _close_entries(self, a, b):
        if a.shape != b.shape:
            return np.array(False)
        if not {a.dtype.kind, b.dtype.kind} <= set("biuf"):
            return a == b
        return np.isclose(a, b, rtol=self.tolerance, atol=1e-6 * self.tolerance)

    def _inputs(self, case):
        names = list(inspect.signature(self.reference).parameters)
        return ", ".join(f"{name} = {shown(value)}" for name, value in zip(names, case, strict=False))


class Number(Exercise):
    """One number. known: {mistake: the number that it leads to}. A wrong number is not told the right one."""

    def __init__(self, value, known=None, *, why="", tolerance=1e-6):
        self.value, self.known, self.why, self.tolerance = value, known or {}, why, tolerance

    def _judge(self, answer):
        answer = require_number(answer)
        if self._same(answer, self.value):
            return right(self.why)
        for mistake, value in self.known.items():
            if self._same(answer, value):
                return wrong(mistake)
        changes = {mistake: change(np.asarray(self.value, dtype=float)) for mistake, change in CHANGES.items()}
        if self.value == round(self.value) and abs(answer - self.value) == 1:
            return wrong(mistakes.OFF_BY_ONE)
        for mistake, value in changes.items():
            if mistake is not mistakes.TRANSPOSED and self._same(answer, value):
                return wrong(mistake)
        return wrong(mistakes.UNKNOWN, f"{shown(answer)} is too {'large' if answer > self.value else 'small'}.")

    def _same(self, a, b):
        return abs(a - b) <= self.tolerance * abs(b)


class Choice(Exercise):
    """One letter. wrong: {letter: what is wrong about it}, without saying which letter is right."""

    def __init__(self, letter: str, why: str, wrong: Mapping[str, Mistake]):
        self.letter, self.why, self.wrong = letter, why, wrong

    def _judge(self, answer):
        options = sorted([self.letter, *self.wrong])
        if not isinstance(answer, str) or answer.strip().lower() not in options:
            complain(
                mistakes.NOT_AN_OPTION,
                f"The answer must be one of {', '.join(map(repr, options))}; got {shown(answer)}.",
            )
        answer = answer.strip().lower()
        return right(self.why) if answer == self.letter else wrong(self.wrong[answer])


class Table(Exercise):
    """A dictionary of shapes, words or numbers; `...` stands for an entry that is not filled in yet.

    known: {mistake: function of a right entry that returns the wrong one}; a tuple that is reversed is known anyway.
    tolerance: of numbers, relative.
    """

    def __init__(self, entries: Mapping, known=None, *, why="", tolerance=1e-9):
        self.entries, self.known, self.why, self.tolerance = entries, known or {}, why, tolerance

    def _judge(self, answer):
        if not isinstance(answer, Mapping):
            complain(mistakes.WRONG_TYPE, f"The answer must be a dictionary; got {type(answer).__name__}.")
        if answer.keys() != self.entries.keys():
            expected, got = (", ".join(map(str, d)) or "none" for d in (self.entries, answer))
            complain(mistakes.WRONG_TYPE, f"The dictionary must have the entries {expected}; got {got}.")
        faults = [name for name, entry in answer.items() if not _equal(entry, self.entries[name], self.tolerance)]
        if not faults:
            return right(self.why)
        first = faults[0]
        facts = (
            f"{len(answer) - len(faults)} of {len(answer)} entries are right. Look at {first}: {shown(answer[first])}."
        )
        return wrong(self._diagnosis(answer, faults), facts)

    def _diagnosis(self, answer, faults):
        """The mistake that explains all faults, or else the first of them."""
        for names in (faults, faults[:1]):
            for mistake, change in {mistakes.TRANSPOSED: _reversed, **self.known}.items():
                with contextlib.suppress(Exception):
                    if all(_equal(answer[name], change(self.entries[name]), self.tolerance) for name in names):
                        return mistake
        return mistakes.UNKNOWN


class Outcome(Exercise):
    """Judged by what comes of it: try_out(answer) runs it and returns right(…) or wrong(…), or calls complain(…)."""

    def __init__(self, try_out: Callable):
        self.try_out = try_out

    def _judge(self, answer):
        return self.try_out(answer)


# What any check can ask of an answer


def require_function(answer):
    if not callable(answer):
        complain(mistakes.NOT_A_FUNCTION, f"The answer is of type {type(answer).__name__}.")


def require_number(answer, low=-np.inf, high=np.inf, whole=False):
    """The answer as a float (whole: int) between low and high."""
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        answer = answer[()]
    if isinstance(answer, bool | np.bool_) or not isinstance(answer, Real | np.floating | np.integer):
        complain(mistakes.WRONG_TYPE, f"The answer must be a number; got {type(answer).__name__}.")
    if not abs(answer) <= sys.float_info.max:  # so written, it holds for NaN too
        complain(mistakes.NOT_FINITE, "The answer is NaN, infinite, or larger than any float64.")
    if whole and answer != int(answer):
        complain(mistakes.WRONG_TYPE, f"The answer must be a whole number; got {answer}.")
    if not low <= answer <= high:
        complain(mistakes.WRONG_TYPE, f"The answer must lie between {low} and {high}; got {answer}.")
    return int(answer) if whole else float(answer)


def call(function, arguments, where=""):
    """What a function of the learner returns, after every complaint about how it does so."""
    given = copy.deepcopy(arguments)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            result = function(*given)
    except Exception as error:
        complain(mistakes.RAISES, f"{where} it stops with {type(error).__name__}: {error}{_line(function, error)}.")
    if not _equal(given, arguments):
        complain(mistakes.CHANGES_INPUT, f"{where} your function changes what it is given.")
    if result is None:
        mistake = mistakes.PRINTS if printed.getvalue() else mistakes.RETURNS_NOTHING
        complain(mistake, f"{where} your function {mistake.name}.")
    return result


def like(want, got, where=""):
    """got as numbers in the structure of want (number, array, tuple, dictionary of these), or a complaint."""
    if isinstance(want, Mapping):
        if not isinstance(got, Mapping) or got.keys() != want.keys():
            names = ", ".join(map(str, want))
            complain(mistakes.WRONG_TYPE, f"{where} the answer must be a dictionary with {names}; got {shown(got)}.")
        return {name: like(value, got[name], f"{where}{', ' if where else ''}{name}:") for name, value in want.items()}
    if isinstance(want, tuple):
        if not isinstance(got, Sequence | np.ndarray) or isinstance(got, str) or len(got) != len(want):
            complain(mistakes.WRONG_TYPE, f"{where} the answer must be {len(want)} values; got {shown(got)}.")
        return tuple(like(a, b, where) for a, b in zip(want, got, strict=True))
    wanted = np.asarray(want)
    try:
        array = np.asarray(got)
    except ValueError:  # rows of unequal length
        array = np.array(None)
    if array.dtype.kind not in ("U" if wanted.dtype.kind == "U" else "biuf"):
        kind = "a text" if wanted.dtype.kind == "U" else "a number" if wanted.ndim == 0 else "an array of numbers"
        complain(mistakes.WRONG_TYPE, f"{where} the answer must be {kind}; got {type(got).__name__}.")
    if array.shape != wanted.shape:
        mistake = mistakes.TRANSPOSED if array.shape == wanted.shape[::-1] else mistakes.WRONG_SHAPE
        complain(mistake, f"{where} the shape must be {wanted.shape}; got {array.shape}.")
    if "f" in (array.dtype.kind, wanted.dtype.kind) and np.isfinite(wanted).all() and not np.isfinite(array).all():
        complain(mistakes.NOT_FINITE, f"{where} yours gives {shown(array)}.")
    return array


def shown(value):
    """A value as short text, for a message."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {shown(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, tuple | list):
        inner = ", ".join(map(shown, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "fiu":
        digits = {"float_kind": "{:z.4g}".format}
        return " ".join(np.array2string(value, threshold=12, formatter=digits).split())
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = value.item()
    if isinstance(value, float):
        return f"{value:z.6g}"
    return getattr(value, "__name__", None) or repr(value)[:80]


# How a wrong result can follow from the right one, whatever the exercise is
CHANGES = {
    mistakes.WRONG_SIGN: lambda right: -right,
    mistakes.FACTOR_TWO: lambda right: 2 * right,
    mistakes.HALF: lambda right: right / 2,
    mistakes.TRANSPOSED: lambda right: right.T,
}


def _changed(value, change):
    if isinstance(value, Mapping):
        return {name: _changed(entry, change) for name, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(_changed(entry, change) for entry in value)
    return change(np.asarray(value, dtype=float))


def _places(value, name=""):
    """[(name of the place, what stands there)] of all that a dictionary, tuple or list holds."""
    if isinstance(value, Mapping):
        return [place for key, entry in value.items() for place in _places(entry, str(key))]
    if isinstance(value, tuple | list):
        return [place for entry in value for place in _places(entry, name)]
    return [(name, value)]


def _by_place(results):
    """For each place of a result, what stands there in each case."""
    return zip(*([part for _, part in _places(result)] for result in results), strict=True)


def _equal(a, b, tolerance=0):
    """Whether two values are the same. Objects that are no numbers, texts, arrays or collections count as the same."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(_equal(a[key], b[key], tolerance) for key in a)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return (
            type(a) is type(b) and len(a) == len(b) and all(_equal(x, y, tolerance) for x, y in zip(a, b, strict=True))
        )
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    if tolerance and isinstance(a, Real) and isinstance(b, Real):
        with contextlib.suppress(OverflowError):  # a whole number that no float can hold
            return math.isclose(a, b, rel_tol=tolerance)
    plain = Real | str | tuple | list | Mapping
    return a == b if isinstance(a, plain) or isinstance(b, plain) else True


def _reversed(entry):
    return tuple(entry[::-1]) if isinstance(entry, tuple) and len(entry) > 1 else math.nan  # which nothing equals


def _line(function, error):
    """Where in the learner's own cell it happened."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f", in line {lines[-1]} of the cell" if lines else ""
