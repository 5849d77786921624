"""How an answer is judged: a function against a reference, a number, a choice, a table, or by what comes of it.

Each kind has judge(answer), which returns a Message and never raises, whatever the answer is.
"""

import contextlib
import copy
import inspect
import io
import math
import signal
import sys
import threading
import traceback
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np

from exercises import mistakes, reading
from exercises.mistakes import Mistake

SECONDS = 5  # that a function of the learner may take for one input


class Message(NamedTuple):
    """right: True, False, or None for an answer not given yet. mistake: its name in exercises.mistakes."""

    right: bool | None
    text: str
    mistake: str = ""


NOT_ATTEMPTED = Message(None, "Not attempted yet.")

# Sentences that the website fills in too: see on_page
INCOMPLETE = "Not complete yet. To be filled in: {names}."
LOOK = "{count} of {all} entries are right. Look at {name}: {shown}. {more}"
NOT_WHOLE = "The answer must be a whole number; got {shown}."
TOO_LARGE = "{shown} is more than ten times too large."
TOO_SMALL = "{shown} is more than ten times too small."


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
        with (
            np.errstate(all="ignore"),
            warnings.catch_warnings(action="ignore"),
            contextlib.redirect_stdout(_Nowhere()),
            contextlib.redirect_stderr(_Nowhere()),
        ):
            try:
                return self._missing(answer) or self._judge(answer)
            except _Complaint as complaint:
                return complaint.args[0]
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # whatever it is: sys.exit() and a broken __repr__ too
                return wrong(mistakes.RAISES, f"Judging it stops with {_said(error)}.")

    def _missing(self, answer):
        places = _places(answer)
        unfilled = [place for place, part in places if part is ...]
        if len(unfilled) < len(places):
            return Message(None, INCOMPLETE.format(names=", ".join(unfilled))) if unfilled else None
        return NOT_ATTEMPTED if unfilled else None

    @abstractmethod
    def _judge(self, answer) -> Message: ...


class _Complaint(Exception):
    """Carries a Message out of the depths of a check."""


class _TooLong(BaseException):
    """Ends what runs too long. It is no Exception, so that the learner's own `except Exception` lets it pass."""


class _Nowhere(io.TextIOBase):
    """Takes what is printed, however much it is, and remembers only whether there was anything."""

    used = False

    def write(self, text):
        self.used = True
        return len(text)


def complain(mistake: Mistake, facts=""):
    """End the check here with this mistake."""
    raise _Complaint(wrong(mistake, facts))


class Function(Exercise):
    """A function of the learner, called with the same arguments as the reference.

    cases: function of a random generator that returns a list of tuples of arguments; put edge cases into it.
    known: {mistake: a function that makes it, or a list of such}. It is recognised where all results are those of that
    function, or else where each entry of the result, in all cases, is the right one or that of the function.
    Sign, factor two and transposition need no entry in known: the first two are not tried on whole numbers, which count
    something. tolerance: relative.
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
                facts = f"For {self._inputs(case)} {self._difference(mine, want)}."
                return wrong(self._diagnosis(cases, got, wanted), facts)
        return right(self.why or f"It agrees with the reference for {len(cases)} inputs.")

    def _difference(self, mine, want):
        """Both, or where they look the same the first entries that differ, with as many digits as it takes."""
        a, b, place = shown(mine), shown(want), ""
        if a == b:
            name, index, a, b = self._first_apart(mine, want)
            place = f" in {name!r}" if name else ""
            place += f" at {list(index)}" if index else ""
            digits = next((n for n in range(7, 17) if f"{a:.{n}g}" != f"{b:.{n}g}"), 17)
            a, b = f"{a:.{digits}g}", f"{b:.{digits}g}"
        return f"yours gives {a}{place}, and the right value is {b}"

    def _first_apart(self, mine, want):
        for (name, a), (_, b) in zip(_places(mine), _places(want), strict=True):
            a, b = np.asarray(a), np.asarray(b)
            for index in np.argwhere(~self._close_entries(a, b)):
                return name, tuple(index.tolist()), a[tuple(index)].item(), b[tuple(index)].item()

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
    decimals) or more. What any number can be mistaken for is known anyway: see general_suspects. A wrong number is not
    told the right one.
    """

    def __init__(self, value, known=None, *, why="", tolerance=1e-6, digits=3, decimals=None):
        self.value, self.known, self.why = value, known or {}, why
        self.exactness = _Exactness(tolerance, digits, decimals)

    def suspects(self):
        """[[(mistake, [the wrong numbers that it leads to])]]: those of this exercise, then those of any."""
        own = [(mistake, _as_list(values)) for mistake, values in self.known.items()]
        if isinstance(self.value, Integral):
            return [own, [(mistakes.OFF_BY_ONE, [self.value - 1, self.value + 1])]]
        return [own, list(general_suspects(self.value).items())]

    def _judge(self, answer):
        require_number(answer)
        number = reading.number(answer)
        if self.exactness.is_right(answer, self.value):
            return right(self.why)
        if mistake := _explanation(self.suspects(), lambda values: self._contradicts(values, answer)):
            return wrong(mistake)
        if isinstance(self.value, Integral) and number != int(number):
            return wrong(mistakes.WRONG_TYPE, NOT_WHOLE.format(shown=shown(number)))
        if self.exactness.is_coarse(answer, self.value):
            return wrong(mistakes.COARSE, self.exactness.more())
        return wrong(mistakes.UNKNOWN, self._size(number))

    def _contradicts(self, values, answer):
        """See _explanation."""
        return 0 if any(self.exactness.is_suspect(answer, value) for value in values) else None

    def _size(self, number):
        """Only what is far off is told its size: otherwise a few guesses would find the number."""
        if abs(number) > 10 * abs(self.value):
            return TOO_LARGE.format(shown=shown(number))
        if abs(number) < abs(self.value) / 10:
            return TOO_SMALL.format(shown=shown(number))
        return ""


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
    entry, or a list of such}. A mistake is named if it explains all entries that are not right. What any entry can be
    mistaken for is known anyway: see general_suspects. Numbers are judged as in Number. A tuple of whole numbers is a
    shape, and a list is none.
    """

    def __init__(self, entries: Mapping, known=None, *, why="", tolerance=1e-9, digits=3, decimals=None):
        self.entries, self.known, self.why = entries, known or {}, why
        self.exactness = _Exactness(tolerance, digits, decimals)

    def suspects(self):
        """[[(mistake, {entry: [the wrong entries that it leads to]})]]: those of this exercise, then those of any."""
        own = [(mistake, self._made(change)) for mistake, change in self.known.items()]
        general = {}
        for name, entry in self.entries.items():
            for mistake, values in general_suspects(entry).items():
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
            expected, got = (_names(d) or "none" for d in (self.entries, answer))
            complain(mistakes.WRONG_TYPE, f"The dictionary must have the entries {expected}; got {got}.")
        faults = {
            name: entry
            for name, entry in answer.items()
            if not self._matches(entry, self.entries[name], self.exactness.is_right)
        }
        if not faults:
            return right(self.why)
        mistake, name, more = self._diagnosis(faults)
        look = {"name": repr(name), "shown": shown(answer[name]), "more": more}
        return wrong(mistake, LOOK.format(count=len(answer) - len(faults), all=len(answer), **look))

    def _diagnosis(self, faults):
        """(the mistake that explains all faults, the entry to look at, what else there is to say)."""
        first = next(iter(faults))
        if mistake := _explanation(self.suspects(), lambda made: self._contradicts(made, faults)):
            return mistake, first, ""
        if all(self.exactness.is_coarse(entry, self.entries[name]) for name, entry in faults.items()):
            return mistakes.COARSE, first, self.exactness.more()
        for name, entry in faults.items():
            if not self._can_be_read(name, entry):
                return mistakes.UNKNOWN, name, f"It must be {self.expected(name)}."
        return mistakes.UNKNOWN, first, ""

    def _contradicts(self, made, faults):
        """See _explanation: a right entry contradicts a mistake that would have spoiled it too."""
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

    def options(self, name):
        """The words that an entry can be, of those that this table knows; none if it is no word."""
        made = [one for rank in self.suspects() for _, entries in rank for one in entries.get(name, [])]
        return sorted({entry for entry in (self.entries[name], *made) if isinstance(entry, str)})

    def expected(self, name):
        """What an entry must be, for a message."""
        if len(options := self.options(name)) > 1:
            return f"one of {', '.join(map(repr, options))}"
        kinds = {str: "a word, in quotation marks", tuple: "a tuple", Integral: "a whole number", Real: "a number"}
        return next(text for kind, text in kinds.items() if isinstance(self.entries[name], kind))

    def _can_be_read(self, name, entry):
        exact = self.entries[name]
        if isinstance(exact, str):
            options = self.options(name)
            return reading.word(entry) in map(reading.word, options) if len(options) > 1 else reading.word(entry)
        if isinstance(exact, tuple):
            return isinstance(entry, tuple)
        number = _or_nan(entry)
        return number % 1 == 0 if isinstance(exact, Integral) else not math.isnan(number)


def general_suspects(exact):
    """{mistake: [what it makes of a right decimal or shape]}, whatever the exercise is.

    A whole number counts something: it has no sign, and no half of it gets lost.
    """
    if isinstance(exact, tuple):
        reversed_ = {mistakes.TRANSPOSED: [exact[::-1]]} if exact != exact[::-1] else {}
        return reversed_ | ({mistakes.NO_COMMA: [exact[0]]} if len(exact) == 1 else {})
    if isinstance(exact, Real) and not isinstance(exact, Integral):
        made = {mistake: [change(exact)] for mistake, change in SCALED.items()}
        return made | ({mistakes.PERCENT: [100 * exact]} if 0 < exact < 1 else {})
    return {}


def _explanation(suspects, contradicts):
    """The mistake that explains an answer, or None. A rank of suspects is asked where none before it has one.

    contradicts(what a mistake makes): how many entries speak against it although it explains all faults, or None where
    it does not. The mistake with the fewest is named; of two that explain it equally both are.
    """
    for rank in suspects:
        counts = [(contradicts(made), mistake) for mistake, made in rank]
        if fits := [pair for pair in counts if pair[0] is not None]:
            fewest = min(count for count, _ in fits)
            return mistakes.one_of([mistake for count, mistake in fits if count == fewest])
    return None


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
    number = reading.number(answer)
    if number is None:
        complain(mistakes.WRONG_TYPE, f"The answer must be a number; got {type(answer).__name__}.")
    if not abs(number) <= sys.float_info.max:  # so written, it holds for NaN too
        complain(mistakes.NOT_FINITE, "The answer is NaN, infinite, or larger than any float64.")
    if whole and number != int(number):
        complain(mistakes.WRONG_TYPE, f"The answer must be a whole number; got {number}.")
    if not low <= number <= high:
        complain(mistakes.WRONG_TYPE, f"The answer must lie between {low} and {high}; got {number}.")
    return int(number) if whole else float(number)


def call(function, arguments, where=""):
    """What a function of the learner returns, after every complaint about how it does so."""
    given = copy.deepcopy(arguments)
    printed = _Nowhere()
    try:
        with contextlib.redirect_stdout(printed), _time_limit():
            result = function(*given)
    except KeyboardInterrupt:
        raise
    except _TooLong:
        complain(mistakes.ENDLESS, f"{where} it was stopped after {SECONDS} seconds.")
    except BaseException as error:  # sys.exit() too
        complain(mistakes.RAISES, f"{where} it stops with {_said(error)}{_line(function, error)}.")
    if not _equal(given, arguments):
        complain(mistakes.CHANGES_INPUT, f"{where} your function changes what it is given.")
    if result is None:
        mistake = mistakes.PRINTS if printed.used else mistakes.RETURNS_NOTHING
        complain(mistake, f"{where} your function {mistake.name}.")
    return result


@contextlib.contextmanager
def _time_limit():
    """Raises _TooLong in what takes too long, where the platform has such a timer: on Unix, in the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number, frame):
        raise _TooLong

    before = signal.signal(signal.SIGALRM, stop)
    # Again and again, for a bare `except:` in the loop catches the first.
    signal.setitimer(signal.ITIMER_REAL, SECONDS, SECONDS / 10)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def like(want, got, where=""):
    """got as numbers in the structure of want (number, array, tuple, dictionary of these), or a complaint."""
    if isinstance(want, Mapping):
        if not isinstance(got, Mapping) or got.keys() != want.keys():
            complain(
                mistakes.WRONG_TYPE, f"{where} the answer must be a dictionary with {_names(want)}; got {shown(got)}."
            )
        return {name: like(value, got[name], f"{where}{', ' if where else ''}{name}:") for name, value in want.items()}
    if isinstance(want, tuple):
        if _length(got) != len(want):
            complain(mistakes.WRONG_TYPE, f"{where} the answer must be {len(want)} values; got {shown(got)}.")
        return tuple(like(a, b, where) for a, b in zip(want, got, strict=True))
    wanted = np.asarray(want)
    if wanted.dtype.kind == "U":
        if np.asarray(got).dtype.kind != "U" or np.ndim(got):
            complain(mistakes.WRONG_TYPE, f"{where} the answer must be a text; got {_type(got)}.")
        return np.asarray(got)
    array = _numbers(got)
    kind = "an array of numbers" if wanted.ndim else "a number"
    if array.dtype.kind not in "biuf":
        complain(mistakes.WRONG_TYPE, f"{where} the answer must be {kind}; got {_type(got)}.")
    if array.shape != wanted.shape:
        mistake = mistakes.TRANSPOSED if array.shape == wanted.shape[::-1] else mistakes.WRONG_SHAPE
        complain(mistake, f"{where} the shape must be {wanted.shape}; got {array.shape}.")
    if array.dtype.kind == "b":
        complain(mistakes.WRONG_TYPE, f"{where} the answer must be {kind}; got {_type(got)}.")
    if np.isfinite(wanted).all() and not np.isfinite(array).all():
        complain(mistakes.NOT_FINITE, f"{where} yours gives {shown(array)}.")
    return array


def _length(value):
    """Of a tuple, a list or an array; None of anything else."""
    if isinstance(value, np.ndarray):
        return len(value) if value.ndim else None
    return len(value) if isinstance(value, Sequence) and not isinstance(value, str) else None


def _numbers(value):
    """As an array of numbers, or as an array of another kind where it does not consist of numbers."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of unequal length
        return np.array(None)
    if array.dtype.kind != "O" and array.ndim:
        return array
    numbers = [reading.number(entry) for entry in array.flat]
    # A whole number of more than 64 bits would make it an array of objects.
    numbers = [float(n) if isinstance(n, int) and abs(n) >= 2**63 else n for n in numbers]
    return np.reshape(numbers, array.shape)


def _type(value):
    """What it is, for a message: of a list or an array also the first entry that is no number."""
    name = type(value).__name__
    entries = value.ravel().tolist() if isinstance(value, np.ndarray) else value
    for _, part in _places(entries) if isinstance(entries, list | tuple) else []:
        if reading.number(part) is None:
            return f"{name} with {shown(part)} in it"
    return name


def _names(mapping):
    return ", ".join(map(repr, mapping))


def shown(value):
    """A value as short text, for a message."""
    try:
        return _shown(value)
    except Exception:  # a __repr__ can do anything
        return f"something of type {type(value).__name__}"


def _shown(value):
    if isinstance(value, Mapping):
        return "{" + _joined([f"{name!r}: {shown(entry)}" for name, entry in value.items()]) + "}"
    if isinstance(value, list):
        return f"[{_joined(map(shown, value))}]"
    if isinstance(value, tuple):
        return f"({_joined(map(shown, value))}{',' * (len(value) == 1)})"
    if isinstance(value, np.ndarray) and value.ndim:
        digits = {"float_kind": "{:z.4g}".format}
        return " ".join(np.array2string(value, threshold=12, formatter=digits).split())
    if isinstance(value, np.generic | np.ndarray):
        value = value.item()
    if isinstance(value, float):
        return f"{value:z.6g}"
    return getattr(value, "__name__", None) or repr(value)[:80]


def _joined(texts):
    texts = list(texts)
    return ", ".join([*texts[:12], "…"] if len(texts) > 12 else texts)


# How a wrong result can follow from the right one, whatever the exercise is
SCALED = {
    mistakes.WRONG_SIGN: lambda right: -right,
    mistakes.FACTOR_TWO: lambda right: 2 * right,
    mistakes.HALF: lambda right: right / 2,
}
CHANGES = {
    **{
        mistake: lambda right, change=change: right if right.dtype.kind in "iu" else change(right)
        for mistake, change in SCALED.items()
    },
    mistakes.TRANSPOSED: lambda right: right.T,
}


def _changed(value, change):
    if isinstance(value, Mapping):
        return {name: _changed(entry, change) for name, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(_changed(entry, change) for entry in value)
    return change(np.asarray(value))


def _places(value, name="", inside=()):
    """[(name of the place, what stands there)] of all that a dictionary, tuple or list holds."""
    if not isinstance(value, Mapping | tuple | list):
        return [(name, value)]
    if any(value is outer for outer in inside):
        complain(mistakes.WRONG_TYPE, f"A {type(value).__name__} contains itself.")
    entries = value.items() if isinstance(value, Mapping) else [(name, entry) for entry in value]
    return [place for key, entry in entries for place in _places(entry, str(key), (*inside, value))]


def _by_place(results):
    """For each place of a result, what stands there in each case."""
    return zip(*([part for _, part in _places(result)] for result in results), strict=True)


def _equal(a, b):
    """Whether an argument is what it was. Objects other than numbers, texts, arrays, collections are not looked at."""
    if isinstance(b, Mapping):
        return isinstance(a, Mapping) and a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in b)
    if isinstance(b, tuple | list):
        return _length(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))
    return np.array_equal(a, b) if isinstance(b, Real | str | np.ndarray) else True


def _is_number(value):
    return isinstance(value, Real)


def _as_list(values):
    return values if isinstance(values, list) else [values]


def _or_nan(value):
    """The number that this is, or NaN, which nothing equals."""
    number = reading.number(value)
    return math.nan if number is None else number


def _said(error):
    """An error's type and its text, of which there may be much, or none that can be had."""
    try:
        text = str(error)[:300]
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}".removesuffix(": ")


def _line(function, error):
    """Where in the learner's own cell it happened."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f", in line {lines[-1]} of the cell" if lines else ""
