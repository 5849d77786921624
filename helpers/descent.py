"""Gradient descent: from where you stand, step against the gradient; stop where the ground is level."""

import math
from collections.abc import Callable, Iterator
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np


class Step(NamedTuple):
    """One place on the way down: how many updates led here, where it is, and the gradient there."""

    index: int
    point: np.ndarray
    gradient: np.ndarray


def gradient_descent(
    gradient: Callable, start, learning_rate: float, *, tolerance: float = 1e-2, max_steps: int = 100
) -> Iterator[Step]:
    """Yield Step 0, the start, and then a Step after each update: point ← point − learning_rate · gradient(point).

    gradient: takes a point, returns ∇f there, in the same shape. start: number or array of any shape.
    The test stands before the update: a Step whose gradient is shorter than tolerance (L2 norm, so signs do not matter)
    is the last one. Otherwise the run ends after max_steps updates. Each Step holds its own copies.

    Raises ValueError at the call for bad arguments, and on the way when the run leaves what float64 can hold.
    """
    start = np.array(start, dtype=float)[()]  # [()]: a number stays a number, an array stays an array
    if start.size == 0 or not np.isfinite(start).all():
        raise ValueError(f"start must be finite and not empty; got {start}")
    if not (isinstance(learning_rate, Real) and 0 < learning_rate < math.inf):
        raise ValueError(f"learning_rate must be a positive, finite number; got {learning_rate!r}")
    if not (isinstance(tolerance, Real) and tolerance >= 0):
        raise ValueError(f"tolerance must be a number that is not negative; got {tolerance!r}")
    if not (isinstance(max_steps, Integral) and max_steps >= 0):
        raise ValueError(f"max_steps must be a whole number that is not negative; got {max_steps!r}")
    slope = _gradient_at(start, gradient)
    if not np.isfinite(slope).all():
        raise ValueError(f"gradient must be finite at the start {start}; got {slope}")
    return _descend(gradient, start, slope, learning_rate, tolerance, max_steps)


def _descend(gradient, point, slope, learning_rate, tolerance, max_steps):
    """The run itself. It is a generator of its own so that gradient_descent refuses bad arguments when called."""
    for index in range(max_steps + 1):
        yield Step(index, point.copy(), slope.copy())
        if index == max_steps or math.hypot(*np.ravel(slope)) < tolerance:
            return
        with np.errstate(all="ignore"):  # overflow is reported once, below, and not as a warning
            point = point - learning_rate * slope
        slope = _gradient_at(point, gradient)
        if not (np.isfinite(point).all() and np.isfinite(slope).all()):
            raise ValueError(
                f"gradient descent diverged at step {index + 1}: point {point}, gradient {slope}; "
                f"learning_rate {learning_rate} is perhaps too large"
            )


def _gradient_at(point, gradient):
    with np.errstate(all="ignore"):
        slope = np.array(gradient(point.copy()), dtype=float)[()]
    if slope.shape != point.shape:
        raise ValueError(f"gradient must return the shape of the point, {point.shape}; got {slope.shape}")
    return slope
