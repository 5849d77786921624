"""Chapter 1, derivatives."""

import math

import numpy as np

from exercises import mistakes
from exercises.kinds import Choice, Function, Outcome, require_number, right, wrong
from exercises.mistakes import Mistake
from helpers.gradients import central_difference

POWER_TOO_HIGH = Mistake("wrong power", "The power of x is one too high: what remains of x(x + h) when h is 0?")
SECANT = Mistake("secant, not slope", "It looks like the slope of a secant with h = 1: let h shrink to zero.")
LIMIT_FROM_ONE_SIDE = Mistake("one side only", "That is the limit from one side. A derivative needs both to agree.")
ALGORITHM_IS_NO_PROOF = Mistake(
    "a number is no proof", "A numerical slope returns a number here too, whether there is a slope or not."
)
NO_INNER_SLOPE = Mistake(
    "inner slope forgotten", "It looks like the slope of the outer function alone: how far does a nudge of x move v?"
)
OUTER_SLOPE_AT_X = Mistake(
    "outer slope at x", "It looks as if the outer slope was taken at x. What arrives at the outer function is v."
)
POWER_KEPT = Mistake("power kept", "It looks as if the power was written in front, but not lowered by one.")
CONSTANT_KEPT = Mistake(
    "constant kept", "A term that does not change with the knob is still there: the slope of a constant is 0."
)
HALF_OF_THE_PRODUCT = Mistake(
    "half of the product rule",
    "It looks like one term of the product rule, or like the two slopes multiplied: each factor moves in turn.",
)
MINUS = Mistake("minus in the product rule", "The two terms of the product rule add; a minus belongs to a quotient.")
POWER_RULE_FOR_E = Mistake("power rule for e", "The power rule is for a fixed exponent. In eˣ it is x that moves.")
NOT_OF_LENGTH_1 = Mistake("not of length 1", "It is the gradient, but it was not brought to length 1.")
TERM_LOST = Mistake("term lost", "A slope has fewer terms than it should: which of the two terms does y move?")
DOWNHILL = Mistake("downhill", "Its length is 1, but it points straight downhill.")
SWAPPED = Mistake("swapped", "The two slopes are there, in the other order: first the one for x, then the one for y.")
VALUES_ALIKE = Mistake(
    "values alike", "The step is so small that the two values of f, rounded to 16 digits or so, are the same number."
)
ROUNDING = Mistake("rounding", "That is rounding. The further apart the two values are, the less it matters.")

HEIGHT = 1e12


def _lifted(x):
    return x**2 + HEIGHT


def _different_step(h):
    h = require_number(h)
    if h <= 0:
        return wrong(mistakes.WRONG_TYPE, f"A step must be positive; got {h}.")
    slope = central_difference(_lifted, 1.0, h)
    if abs(slope - 2) < 5e-4:
        return right(
            f"With h = {h:g} it says {slope:.6f}. The bend of a parabola cancels, so a large step does no harm."
        )
    if _lifted(1 + h) == _lifted(1 - h):
        return wrong(VALUES_ALIKE, f"With h = {h:g} it says {slope:.6f}.")
    grains = (_lifted(1 + h) - _lifted(1 - h)) / math.ulp(HEIGHT)
    apart = f"The two values of f lie only {grains:.0f} times the gap between neighbouring numbers apart."
    return wrong(ROUNDING, f"With h = {h:g} it says {slope:.6f}. {apart}")


def _points(rng):
    return [(np.array([2.0, 1.0]),), (np.array([-1.0, 0.5]),), *((point,) for point in rng.uniform(-3, 3, (20, 2)))]


def _gradient(along_x, along_y):
    """A function of a point that returns an array, from two functions of x and y."""
    return lambda point: np.array([along_x(*point), along_y(*point)])


def _uphill(along_x, along_y):
    """The same, as an arrow of length 1."""
    gradient = _gradient(along_x, along_y)
    return lambda point: gradient(point) / np.linalg.norm(gradient(point))


def _divided_by(length):
    """The gradient of the exercise, divided by what is taken for its length."""
    return lambda point: _gradient(*GRADIENT)(point) / length(_gradient(*GRADIENT)(point))


GRADIENT = (lambda x, y: 2 * x * y, lambda x, y: x**2 + 3 * y**2)  # of x²y + y³
OTHER_LENGTHS = [lambda g: 1, lambda g: g @ g, lambda g: g.sum(), lambda g: np.abs(g).sum(), lambda g: np.abs(g).max()]
WITH_CONSTANTS = [
    (lambda x, y: 2 * x * y + y**3, GRADIENT[1]),
    (lambda x, y: 2 * x * y + 3 * y**2, GRADIENT[1]),
    (lambda x, y: 2 * x * y + x**2, lambda x, y: x**2 + 2 * x * y + 3 * y**2),
]


EXERCISES = {
    "1.1": Function(
        lambda x: -1 / x**2,
        lambda rng: [(2.0,), (-0.5,), (1.0,), *((x,) for x in rng.uniform(-3, 3, size=20))],
        {POWER_TOO_HIGH: lambda x: -1 / x, SECANT: lambda x: -1 / (x * (x + 1))},
        why="The minus sign says that 1/x falls from left to right, on either side of 0.",
    ),
    "1.2": Choice(
        "d",
        "At the corner there is no derivative. A numerical slope returns a number all the same. It is up to you to "
        "know whether it means something.",
        {"a": ALGORITHM_IS_NO_PROOF, "b": LIMIT_FROM_ONE_SIDE, "c": LIMIT_FROM_ONE_SIDE},
    ),
    "1.3": Function(
        lambda x: np.exp(x) * ((2 * x - 5) ** 3 + 6 * (2 * x - 5) ** 2),
        lambda rng: [(3.0,), (1.0,), (0.0,), *((x,) for x in rng.uniform(-2, 4, size=20))],
        {
            NO_INNER_SLOPE: lambda x: np.exp(x) * ((2 * x - 5) ** 3 + 3 * (2 * x - 5) ** 2),
            OUTER_SLOPE_AT_X: lambda x: np.exp(x) * ((2 * x - 5) ** 3 + 6 * x**2),
            POWER_KEPT: lambda x: np.exp(x) * ((2 * x - 5) ** 3 + 6 * (2 * x - 5) ** 3),
            HALF_OF_THE_PRODUCT: [
                lambda x: np.exp(x) * 6 * (2 * x - 5) ** 2,
                lambda x: np.exp(x) * (2 * x - 5) ** 3,
            ],
            MINUS: lambda x: np.exp(x) * ((2 * x - 5) ** 3 - 6 * (2 * x - 5) ** 2),
            POWER_RULE_FOR_E: lambda x: x * np.exp(x - 1) * (2 * x - 5) ** 3 + np.exp(x) * 6 * (2 * x - 5) ** 2,
        },
        why="eˣ is its own slope, and that of (2x − 5)³ is 2 times 3v², taken at v = 2x − 5.",
    ),
    "1.4": Function(
        _uphill(*GRADIENT),
        _points,
        {
            NOT_OF_LENGTH_1: [_divided_by(length) for length in OTHER_LENGTHS],
            DOWNHILL: lambda point: -_uphill(*GRADIENT)(point),
            SWAPPED: [make(*GRADIENT[::-1]) for make in (_uphill, _gradient)],
            TERM_LOST: [
                make(GRADIENT[0], part)
                for make in (_uphill, _gradient)
                for part in (lambda x, y: 3 * y**2, lambda x, y: x**2)
            ],
            CONSTANT_KEPT: [make(*parts) for make in (_uphill, _gradient) for parts in WITH_CONSTANTS],
        },
        why="The gradient (2xy, x² + 3y²) points straight uphill; divided by its length, it has the length 1.",
    ),
    "1.5": Outcome(_different_step),
}
