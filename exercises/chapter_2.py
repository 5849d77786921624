"""Chapter 2, gradient descent."""

import math

from exercises import mistakes
from exercises.kinds import Function, Number, Outcome, Table, complain, like, right, wrong
from exercises.mistakes import Mistake

OTHER_STEEPNESS = Mistake("rate of another curve", "That is the rate of x². This curve is five times as steep.")
SWAPPED = Mistake("swapped", "That is the rate of the other entry.")
NEVER_LEAVES = Mistake("runs on", "The run does not stop after 20 updates.")
TESTS_TOO_LATE = Mistake(
    "tests too late", "It updates once more before it looks: the point that passed is not the one returned."
)
FORGOT_THE_START = Mistake("forgot the start", "That is where 1.4ᵏ passes 1, or another start: y begins at 10⁻¹².")
TOO_SMALL = Mistake("too small", "The rate is too small: x crawls.")
TOO_LARGE = Mistake("too large", "The rate is too large: y overshoots more than it needs to.")
NO_OSCILLATION = Mistake("no oscillation", "y never changes its sign.")
DIVERGES = Mistake("diverges", "The run leaves: its distance from the minimum grows.")
CONVERGES = Mistake("converges", "The run arrives at the minimum.")


def _run(x, learning_rate, fits=lambda gradient: abs(gradient) < 0.01, test_first=True, sign=-1, limit=20):
    """Descent on x², with the mistakes of exercise 2.2 as options."""
    for steps in range(limit):
        if test_first and fits(2 * x):
            return x, steps
        gradient = 2 * x
        x = x + sign * learning_rate * gradient
        if not test_first and fits(gradient):
            return x, steps + 1
    return x, limit


def _factors(rate):
    """(by what x, by what y is multiplied in each step) on x² + 3y²."""
    return 1 - 2 * rate, 1 - 6 * rate


def _three_rates(answer):
    rates = like({"fastest": 0.0, "y oscillates, but converges": 0.0, "diverges": 0.0}, answer)
    for name, rate in rates.items():
        if not 0 < rate < 10:
            complain(mistakes.WRONG_TYPE, f"{name}: a learning rate must lie between 0 and 10; got {rate}.")
    x, y = map(abs, _factors(rates["fastest"]))
    if max(x, y) > 0.5 * 1.02:
        facts = f"fastest: each step leaves {max(x, y):.2f} of the distance, and there is a rate that leaves less."
        return wrong(TOO_SMALL if x > y else TOO_LARGE, facts)
    x, y = _factors(rates["y oscillates, but converges"])
    if y >= 0:
        return wrong(NO_OSCILLATION, f"y oscillates, but converges: y is multiplied by {y:.2f} in each step.")
    if y <= -1:
        return wrong(DIVERGES, f"y oscillates, but converges: y is multiplied by {y:.2f} in each step.")
    x, y = _factors(rates["diverges"])
    if max(abs(x), abs(y)) <= 1:
        return wrong(CONVERGES, f"diverges: x is multiplied by {x:.2f} and y by {y:.2f} in each step.")
    return right("One number decides all three: the multiplier of the steepest direction.")


EXERCISES = {
    "2.1": Table(
        {"arrives in one step": 0.1, "diverges above": 0.2},
        {OTHER_STEEPNESS: lambda rate: 5 * rate, SWAPPED: lambda rate: {0.1: 0.2, 0.2: 0.1}[rate]},
        why="A learning rate is never good or bad by itself, only for a given steepness.",
    ),
    "2.2": Function(
        _run,
        lambda rng: [
            (4.0, 0.2),
            (-4.0, 0.2),
            (0.0, 0.2),
            (4.0, 0.01),
            *((x, 0.2) for x in rng.uniform(-9, 9, size=10)),
        ],
        {
            mistakes.NO_ABS: lambda x, rate: _run(x, rate, fits=lambda gradient: gradient < 0.01),
            TESTS_TOO_LATE: lambda x, rate: _run(x, rate, test_first=False),
            mistakes.UPHILL: lambda x, rate: _run(x, rate, sign=1),
            mistakes.OFF_BY_ONE: lambda x, rate: (_run(x, rate)[0], _run(x, rate)[1] + 1),
            NEVER_LEAVES: lambda x, rate: _run(x, rate, limit=100_000),
        },
        why="It stops from both sides, and the number of updates tells a run that arrived from one that gave up.",
    ),
    "2.3": Number(
        math.ceil(12 * math.log(10) / math.log(1.4)),
        {FORGOT_THE_START: 1, mistakes.HALF: 41},
        why="Zero stays zero, but the smallest error is multiplied by −1.4 in each step. A run that looks fine may not "
        "have run long enough.",
    ),
    "2.4": Outcome(_three_rates),
}
