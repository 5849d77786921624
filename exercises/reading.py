"""What a learner wrote, read as what is meant: numbers of any library, and words in any dress."""

import contextlib
import math
from decimal import Decimal
from numbers import Integral

import numpy as np

# What `float` would take all the same, with a loss or a guess
NO_NUMBERS = bool | np.bool_ | str | bytes | complex | np.complexfloating
DRESS = " \t\n.,:;()[]{}<>'\"`´‘’‚“”„«»"


def number(value):
    """The number that this is, a whole one as int and any other as float, or None. A bool is no number.

    Of low precision it counts as it is written: np.float32(0.1) is 0.1. Beyond all floats it is infinite.
    """
    value = _out_of_its_array(value)
    if isinstance(value, NO_NUMBERS):
        return None
    with contextlib.suppress(Exception):  # a symbol, an array with several entries, a class
        if np.shape(value) != ():
            return None  # one entry in brackets is an array still, although `float` would take it
        try:
            as_float = float(str(value) if isinstance(value, np.floating) else value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
        return int(value) if isinstance(value, Integral) and math.isfinite(as_float) else as_float
    return None


def precision(value):
    """How far apart numbers of this type lie, relative to their size: 0 for all but np.float32 and np.float16."""
    dtype = getattr(value, "dtype", None)
    return float(np.finfo(dtype).eps) if dtype in (np.float16, np.float32) else 0.0


def word(value):
    """A text in small letters, without blanks, brackets, points, quotation marks around it; None if it is no text."""
    value = _out_of_its_array(value)
    return " ".join(value.strip(DRESS).casefold().split()) if isinstance(value, str) else None


def rounds(exact, written, place):
    """Whether the exact number, rounded, is the written one.

    It is rounded to the last place that was written, and to 10**place where fewer were: a 0 at the end may be left out.
    """
    if not exact or not math.isfinite(written):
        return False
    last = Decimal(repr(written)).normalize().as_tuple().exponent
    return abs(written - exact) <= 0.5 * 10.0 ** min(last, place) * (1 + 1e-9)


def place(exact, digits):
    """Of so many significant digits the last one stands for multiples of 10**place."""
    return math.floor(math.log10(abs(exact))) + 1 - digits if exact else 0


def _out_of_its_array(value):
    return value[()] if isinstance(value, np.ndarray) else value  # an array with axes remains what it is
