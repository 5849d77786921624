"""Chapter 2, gradient descent."""

import math

from exercises import mistakes
from exercises.kinds import Function, Number, Outcome, Table, complain, like, right, shown, wrong
from exercises.mistakes import Mistake

OTHER_CURVE = Mistake("rate of another curve", "That is the rate of x². This curve bends five times as much.")
FIRST_FACTOR = Mistake("factor, not curvature", "It looks as if 5 were the curvature: how fast does the slope change?")
NOT_INVERTED = Mistake("curvature, not rate", "That is a curvature. The larger it is, the smaller the rate must be.")
SWAPPED = Mistake("swapped", "That is the rate of the other entry.")
NEVER_LEAVES = Mistake("runs on", "The run does not stop after 20 steps.")
TESTS_TOO_LATE = Mistake(
    "tests too late", "It steps once more before it looks: the point that passed is not the one returned."
)
ONE_IS_ENOUGH = Mistake("one is enough", "It stops as soon as one slope is small: the other may still be steep.")
PLACE_TESTED = Mistake("place, not slope", "It looks as if x and y were tested. It is the slopes that must be small.")
SLOPES_CANCEL = Mistake(
    "slopes cancel", "The two slopes are added before the test: a positive and a negative one cancel."
)
FORGOT_THE_START = Mistake("forgot the start", "That is where 1.4ᵏ passes 1, or another start: y begins at 10⁻¹².")
TWO_LOGARITHMS = Mistake("two logarithms", "It looks as if logarithms of two bases got mixed.")
NO_ONE = Mistake("one forgotten", "That belongs to the multiplier 2.4: what does a step leave of y, if the slope is 0?")
X_IS_SLOWER = Mistake("x is slower", "In the long run x decides here: its multiplier is the larger one in size.")
Y_IS_SLOWER = Mistake("y is slower", "In the long run y decides here: its multiplier is the larger one in size.")
AHEAD_AT_FIRST = Mistake(
    "ahead at first", "Its run is ahead after 20 steps, but not for ever: the larger multiplier catches up with it."
)
NO_OSCILLATION = Mistake("no oscillation", "y never changes its sign.")
BOUNCES = Mistake("bounces", "y goes back and forth between two places for ever: it neither arrives nor leaves.")
DIVERGES = Mistake("diverges", "The run leaves: its distance from the minimum grows.")
CONVERGES = Mistake("converges", "The run arrives at the minimum.")
NOT_POSITIVE = Mistake("not positive", "A learning rate is larger than 0; with one below 0 each step goes uphill.")

BEST_RATE = 1 / 5  # on x² + 4y², where 1 - 2α and 8α - 1 meet


def _level(slope_x, slope_y):
    return abs(slope_x) < 0.01 and abs(slope_y) < 0.01


def _run(x, y, learning_rate, fits=_level, test_first=True, sign=-1, limit=20):
    """Descent on x² + 3y², with the mistakes of exercise 2.2 as options."""
    for steps in range(limit):
        slopes = 2 * x, 6 * y
        if test_first and fits(*slopes):
            return x, y, steps
        x, y = x + sign * learning_rate * slopes[0], y + sign * learning_rate * slopes[1]
        if not test_first and fits(*slopes):
            return x, y, steps + 1
    return x, y, limit


def _factors(rate):
    """(by what x, by what y is multiplied in each step) on x² + 4y²."""
    return 1 - 2 * rate, 1 - 8 * rate


def _after_20_steps(rate):
    """f after 20 steps from (4, −4)."""
    x, y = (factor**20 * 4 for factor in _factors(rate))
    return x**2 + 4 * y**2


def _three_rates(answer):
    names = "fastest in the long run", "y oscillates, but converges", "diverges"
    rates = like(dict.fromkeys(names, 0.0), answer)
    for name, rate in rates.items():
        if not rate > 0:
            complain(NOT_POSITIVE, f"{name!r}: got {shown(rate)}.")
    fastest, oscillates, diverges = (float(rates[name]) for name in names)
    if not math.isclose(fastest, BEST_RATE, rel_tol=1e-6):
        return _slower(fastest)
    _, y = _factors(oscillates)
    if not -1 < y < 0:
        mistake = NO_OSCILLATION if y >= 0 else BOUNCES if y == -1 else DIVERGES
        return wrong(mistake, f"{names[1]!r}: y is multiplied by {shown(y)} in each step.")
    x, y = _factors(diverges)
    if y >= -1:
        mistake = BOUNCES if y == -1 else CONVERGES
        return wrong(mistake, f"{names[2]!r}: x is multiplied by {shown(x)} and y by {shown(y)} in each step.")
    return right("Two multipliers decide all three, and in the long run the larger of them.")


def _slower(rate):
    x, y = _factors(rate)
    facts = f"'fastest in the long run': x is multiplied by {shown(x)} and y by {shown(y)} in each step."
    if y <= -1:
        return wrong(BOUNCES if y == -1 else DIVERGES, facts)
    if _after_20_steps(rate) < _after_20_steps(BEST_RATE):
        return wrong(AHEAD_AT_FIRST, facts)
    return wrong(X_IS_SLOWER if x > abs(y) else Y_IS_SLOWER, facts)


EXERCISES = {
    "2.1": Table(
        {"arrives in one step": 0.1, "diverges above": 0.2},
        {
            OTHER_CURVE: lambda rate: 5 * rate,
            FIRST_FACTOR: lambda rate: 2 * rate,
            NOT_INVERTED: {"arrives in one step": [5, 10], "diverges above": [5, 10, 20]},
            SWAPPED: {"arrives in one step": 0.2, "diverges above": 0.1},
        },
        why="A learning rate is never good or bad by itself, only for a given curvature.",
    ),
    "2.2": Function(
        _run,
        lambda rng: [
            *((x, y, 0.2) for x in (4.0, -4.0) for y in (4.0, -4.0)),
            (0.0, 0.0, 0.2),
            (3.0, -1.0, 0.2),  # the slopes cancel at once
            (4.0, 0.0, 0.2),
            (4.0, -4.0, 0.01),
            (0.02, 4.0, 1 / 3),  # y bounces and never arrives
            *((*rng.uniform(-9, 9, size=2), rate) for rate in (0.1, 0.2, 0.3) for _ in range(5)),
        ],
        {
            mistakes.NO_ABS: lambda x, y, rate: _run(x, y, rate, lambda a, b: a < 0.01 and b < 0.01),
            ONE_IS_ENOUGH: lambda x, y, rate: _run(x, y, rate, lambda a, b: abs(a) < 0.01 or abs(b) < 0.01),
            SLOPES_CANCEL: lambda x, y, rate: _run(x, y, rate, lambda a, b: abs(a + b) < 0.01),
            mistakes.OFF_BY_ONE: [
                lambda x, y, rate: (*_run(x, y, rate)[:2], _run(x, y, rate)[2] + 1),
                lambda x, y, rate: (*_run(x, y, rate)[:2], min(_run(x, y, rate)[2] + 1, 20)),
                lambda x, y, rate: (*_run(x, y, rate)[:2], _run(x, y, rate)[2] - 1),
                lambda x, y, rate: (*_run(x, y, rate)[:2], min(_run(x, y, rate)[2], 19)),
            ],
            PLACE_TESTED: lambda x, y, rate: _run(x, y, rate, lambda a, b: _level(a / 2, b / 6)),
            mistakes.FIRST_ROUND: lambda x, y, rate: _run(x, y, rate, limit=1),
            TESTS_TOO_LATE: lambda x, y, rate: _run(x, y, rate, test_first=False),
            mistakes.UPHILL: lambda x, y, rate: _run(x, y, rate, sign=1),
            NEVER_LEAVES: lambda x, y, rate: _run(x, y, rate, limit=100_000),
        },
        why="It stops from every side, whether or not it overshoots, and gives up after 20 steps.",
    ),
    "2.3": Number(
        math.ceil(12 * math.log(10) / math.log(1.4)),
        {
            FORGOT_THE_START: 1,
            TWO_LOGARITHMS: math.ceil(12 / math.log(1.4)),
            NO_ONE: math.ceil(12 * math.log(10) / math.log(2.4)),
        },
        why="Zero stays zero, but the smallest error is multiplied by −1.4 in each step. A run that looks fine may not "
        "have run long enough.",
    ),
    "2.4": Outcome(_three_rates),
}
