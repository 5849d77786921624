"""Is the gradient right, and was it used rightly? Two questions, two checks.

check_gradient compares a gradient derived by hand with numerical ones. check_update compares what the parameters did
with what gradient descent says they should do: a right gradient can still be put to wrong use.
"""

import contextlib
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np


def central_difference(f: Callable, point, h: float | None = None):
    """∂f/∂x ≈ (f(x + h) − f(x − h)) / 2h for each entry of point; the result has the shape of point.

    f: takes an array of point's shape, returns one real number.
    h: the step. Truncation costs about h²|f'''|/6, rounding about 2⁻⁵³|f|/h; together they are least near the cube root
    of the machine epsilon, so the default is 6.1e-6 · max(1, |x|).
    Raises ValueError for a point that is not finite, an h that is not positive, an f that returns an array.
    """
    point = _finite("point", point)
    h = np.cbrt(np.finfo(float).eps) * np.maximum(1, np.abs(point)) if h is None else _positive("h", h)
    steps = np.broadcast_to(h, point.shape)
    slopes = np.empty(point.shape)
    for k in np.ndindex(point.shape):
        difference = _moved(f, point, k, steps[k]) - _moved(f, point, k, -steps[k])
        slopes[k] = difference / (2 * steps[k])
    return slopes[()]


def complex_step(f: Callable, point, h: float = 1e-20):
    """∂f/∂x ≈ Im f(x + ih) / h for each entry of point. No difference is taken, so nothing cancels and h can be tiny.

    f must be analytic and compute in complex numbers: arithmetic, exp, log, powers, but no abs, max or comparison.
    Raises as central_difference, and TypeError when f drops the imaginary part.
    Source: Squire and Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40 (1998).
    """
    point = _finite("point", point)
    h = _positive("h", h)
    slopes = np.empty(point.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        for k in np.ndindex(point.shape):
            try:
                value = _moved(f, point.astype(complex), k, 1j * h)
            except np.exceptions.ComplexWarning as warning:
                raise TypeError("f must compute in complex numbers; it casts them to real ones") from warning
            if not np.iscomplexobj(value):
                raise TypeError(f"f must return a complex number for a complex point; got {type(value).__name__}")
            slopes[k] = value.imag / h
    return slopes[()]


_complex_step = complex_step  # check_gradient has an argument of that name


@dataclass(frozen=True, eq=False, repr=False)
class GradientCheck:
    """One gradient, computed in several ways: a column each, the first is the one derived by hand.

    floor: below this size, gradients are compared in absolute terms. Relative to 0 every rounding error is infinite.
    """

    names: Sequence[str]
    columns: dict[str, np.ndarray]
    floor: float

    def disagreement(self, title: str) -> float:
        """The largest |a − b| / max(|a|, |b|, floor) between this column and the one by hand."""
        return float(np.max(self._disagreements(title)))

    @property
    def agrees(self) -> bool:
        return not self._wrong()

    def _disagreements(self, title):
        a, b = self.columns["by hand"], self.columns[title]
        return np.ravel(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), self.floor))

    def _wrong(self):
        """{title: names of the parameters in which that column disagrees}; NaN never agrees."""
        wrong = {}
        for title in list(self.columns)[1:]:
            agree = self._disagreements(title) <= _tolerance(title)
            if not agree.all():
                wrong[title] = [name for name, fine in zip(self.names, agree, strict=True) if not fine]
        return wrong

    def __str__(self):
        titles = list(self.columns)[1:]
        wrong = self._wrong()
        # Within the tolerance the bound is printed: the last digits of a rounding error differ between machines.
        figures = [f"{self.disagreement(t):.1e}" if t in wrong else f"<= {_tolerance(t):.0e}" for t in titles]
        table = _table(self.names, self.columns, ["rel. error", "", *figures])
        if not wrong:
            return f"{table}\nAll columns agree."
        names = ", ".join(name for name in self.names if any(name in some for some in wrong.values()))
        if len(wrong) == len(titles):
            return f"{table}\nDISAGREE in {names}: the column by hand differs from every other."
        return f"{table}\nDISAGREE in {names}: {', '.join(wrong)}. The other columns agree with the one by hand."

    __repr__ = __str__


def check_gradient(f: Callable, by_hand, point, *, names=None, complex_step: bool = True, **others) -> GradientCheck:
    """A gradient in columns: by hand, then the others given by title, then central difference, then complex step.

    f, point: as in central_difference. by_hand and others (SymPy=…, Value=…): gradients at point, of point's shape.
    names: one for each entry of point, in the order of np.ravel. The complex step is left out where f raises TypeError
    on complex numbers. It does not raise on disagreement: read .agrees, or print the check.
    Raises ValueError for shapes that differ, NaN or inf, a wrong number of names.
    """
    point = _finite("point", point)
    columns = {"by hand": by_hand, **others}
    columns = {title: _finite(title, column, point.shape) for title, column in columns.items()}
    columns["central difference"] = central_difference(f, point)
    if complex_step:
        with contextlib.suppress(TypeError):
            columns["complex step"] = _complex_step(f, point)
    # However small the slope, the central difference rounds by about 1e-11 |f| and truncates by about 1e-11: the floor
    # lies where that is a tenth of its tolerance.
    size = np.abs(_finite("f(point)", f(point[()]), ()))
    return GradientCheck(_names(names, point.shape), columns, floor=0.01 * max(1.0, float(size)))


@dataclass(frozen=True, eq=False, repr=False)
class UpdateCheck:
    """What each parameter did in one step of gradient descent, and what it should have done."""

    names: Sequence[str]
    old: np.ndarray
    new: np.ndarray
    should_move: np.ndarray

    @property
    def moved(self) -> np.ndarray:
        return self.new - self.old

    @property
    def agrees(self) -> bool:
        return not self._wrong()

    def _wrong(self):
        # Multiplying, subtracting, and subtracting again here round by half an ulp each: 4 ulp of the parameters is
        # room enough, and far less than any mistake.
        room = 4 * np.finfo(float).eps * np.maximum(np.abs(self.old), np.abs(self.new))
        fine = np.ravel(np.abs(self.moved - self.should_move) <= room)
        return [name for name, is_fine in zip(self.names, fine, strict=True) if not is_fine]

    def __str__(self):
        columns = {"old": self.old, "new": self.new, "moved": self.moved, "should move": self.should_move}
        table = _table(self.names, columns)
        if self.agrees:
            return f"{table}\nEvery parameter moved by -learning_rate * gradient."
        return f"{table}\nWRONG UPDATE: {', '.join(self._wrong())} did not move by -learning_rate * gradient."

    __repr__ = __str__


def check_update(old, new, gradient, learning_rate: float, names=None) -> UpdateCheck:
    """Verify new − old = −learning_rate · gradient, entry by entry; gradient is the one at old.

    old, new, gradient: arrays of one shape. names: one for each entry, in the order of np.ravel.
    It does not raise on disagreement: read .agrees, or print the check.
    Raises ValueError for shapes that differ, NaN or inf, a learning rate that is not positive.
    """
    old = _finite("old", old)
    new = _finite("new", new, old.shape)
    should_move = -_positive("learning_rate", learning_rate) * _finite("gradient", gradient, old.shape)
    return UpdateCheck(_names(names, old.shape), old, new, should_move)


def _moved(f, point, k, step):
    """f at point with entry k moved by step."""
    moved = point.copy()
    moved[k] += step
    value = f(moved[()])
    if np.ndim(value) != 0:
        raise ValueError(f"f must return one number; got an array of shape {np.shape(value)}")
    return value


def _tolerance(title):
    """Truncation and cancellation limit a central difference; only a few rounding errors separate the other ways."""
    return 1e-8 if title == "central difference" else 1e-12


def _finite(name, values, shape=None):
    values = np.array(values, dtype=float)
    if shape is not None and values.shape != shape:
        raise ValueError(f"{name} must have shape {shape}; got {values.shape}")
    if values.size == 0 or not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite and not empty; got {values}")
    return values


def _positive(name, number):
    if not (isinstance(number, Real) and 0 < number < math.inf):
        raise ValueError(f"{name} must be a positive, finite number; got {number!r}")
    return number


def _names(names, shape):
    if names is None:
        names = [f"point{list(k) if k else ''}" for k in np.ndindex(shape)]
    if len(names) != math.prod(shape):
        raise ValueError(f"names must hold {math.prod(shape)} names, one for each entry; got {len(names)}")
    return list(names)


def _table(names, columns, *more_rows):
    """Names on the left, numbers on the right, to 6 decimals; columns are as wide as they need to be.

    A title of two words has two lines, so that the table fits a telephone.
    """
    numbers = ([f"{value:z.6f}" for value in np.ravel(column)] for column in columns.values())
    head = [[title.rpartition(" ")[part] for title in ["", *columns]] for part in (0, 2)]
    rows = [*filter(any, head), *zip(names, *numbers, strict=True), *more_rows]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows)
