"""The learner's code is called, and what it returns is read; every complaint about how it does so is made here."""

import contextlib
import copy
import inspect
import io
import signal
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from numbers import Real

import numpy as np

from exercises import mistakes, reading
from exercises.messages import Complaint, complain
from exercises.places import places
from exercises.showing import shown

SECONDS = 5  # that a function of the learner may take for one input


class Nowhere(io.TextIOBase):
    """Takes what is printed, however much it is, and remembers only whether there was anything."""

    used = False

    def write(self, text):
        self.used = True
        return len(text)


class _TooLong(BaseException):
    """Ends what runs too long. It is no Exception, so that the learner's own `except Exception` lets it pass."""


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
    printed = Nowhere()
    try:
        with contextlib.redirect_stdout(printed):
            result = run(function, given, where)
    except (KeyboardInterrupt, Complaint):
        raise
    except BaseException as error:  # sys.exit() too
        complain(mistakes.RAISES, f"{where} it stops with {said(error)}{_line(function, error)}.")
    if not _equal(given, arguments):
        complain(mistakes.CHANGES_INPUT, f"{where} your function changes what it is given.")
    if result is None:
        mistake = mistakes.PRINTS if printed.used else mistakes.RETURNS_NOTHING
        complain(mistake, f"{where} your function {mistake.name}.")
    if isinstance(result, BaseException) or (isinstance(result, type) and issubclass(result, BaseException)):
        complain(mistakes.RETURNED, f"{where} it returns an error, {said(result)}.")
    return result


def run(function, arguments, where=""):
    """What it returns or raises, with a complaint only where it does not come to an end."""
    try:
        with _time_limit():
            return function(*arguments)
    except _TooLong:
        complain(mistakes.ENDLESS, f"{where} it was stopped after {SECONDS} seconds.")


@contextlib.contextmanager
def _time_limit():
    """Raises _TooLong in what computes too long, where the platform has such a timer: on Unix, in the main thread.

    What counts is the time of its own process: on a busy machine a right answer may take as long as it likes.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number, frame):
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    # Again and again, for a bare `except:` in the loop catches the first.
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, SECONDS / 10)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def like(want, got, where="", finite=True):
    """got as numbers in the structure of want (number, array, tuple, dictionary of these), or a complaint.

    finite: whether it must be, where want is.
    """
    if inspect.isroutine(got) or isinstance(got, np.ufunc):
        complain(mistakes.MISSING_CALL, f"{where} yours gives the function {shown(got)}.")
    start = f"{where}, " if where else ""
    if isinstance(want, Mapping):
        if not isinstance(got, Mapping) or got.keys() != want.keys():
            names = ", ".join(map(repr, want))
            complain(mistakes.WRONG_TYPE, f"{where} the answer must be a dictionary with {names}; got {shown(got)}.")
        return {name: like(value, got[name], f"{start}{name!r}:", finite) for name, value in want.items()}
    if isinstance(want, tuple):
        if _length(got) != len(want):
            complain(mistakes.WRONG_TYPE, f"{where} the answer must be {len(want)} values; got {shown(got)}.")
        parts = [f"{start}result {n} of {len(want)}:" for n in range(1, len(want) + 1)]
        return tuple(like(a, b, part, finite) for a, b, part in zip(want, got, parts, strict=True))
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
    if finite and np.isfinite(wanted).all() and not np.isfinite(array).all():
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
    for _, part in places(entries) if isinstance(entries, list | tuple) else []:
        if reading.number(part) is None:
            return f"{name} with {shown(part)} in it"
    return name


def _equal(a, b):
    """Whether an argument is what it was. Objects other than numbers, texts, arrays, collections are not looked at."""
    if isinstance(b, Mapping):
        return isinstance(a, Mapping) and a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in b)
    if isinstance(b, tuple | list):
        return _length(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))
    return np.array_equal(a, b) if isinstance(b, Real | str | np.ndarray) else True


def said(error):
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
