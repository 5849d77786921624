"""Chapter 1, derivatives."""

from exercises import mistakes
from exercises.kinds import Choice, Function, Outcome, require_number, right, wrong
from exercises.mistakes import Mistake
from helpers.gradients import central_difference

POWER_TOO_HIGH = Mistake("wrong power", "The power of x is one too high: what remains of x(x + h) when h is 0?")
SECANT = Mistake("secant, not slope", "It looks like the slope of a secant with h = 1: let h shrink to zero.")
LIMIT_FROM_ONE_SIDE = Mistake("one side only", "That is the limit from one side. A derivative needs both to agree.")
ALGORITHM_IS_NO_PROOF = Mistake(
    "a number is no proof", "A numerical slope always returns a number, whether there is a slope or not."
)
ROUNDING = Mistake(
    "rounding", "The two values of f differ by less than its last digits can show: it is rounding that you see."
)


def _different_step(h):
    h = require_number(h)
    if h <= 0:
        return wrong(mistakes.WRONG_TYPE, f"A step must be positive; got {h}.")
    slope = central_difference(lambda x: x**2 + 1e12, 1.0, h)
    if abs(slope - 2) <= 1e-3:
        return right(
            f"With h = {h:g} it says {slope:.6f}. A parabola has no third derivative, so a large step costs nothing."
        )
    return wrong(ROUNDING, f"With h = {h:g} it says {slope:.6f}.")


EXERCISES = {
    "1.1": Function(
        lambda x: -1 / x**2,
        lambda rng: [(2.0,), (-0.5,), (1.0,), *((x,) for x in rng.uniform(-3, 3, size=20))],
        {POWER_TOO_HIGH: lambda x: -1 / x, SECANT: lambda x: -1 / (x * (x + 1))},
        why="The minus sign says that 1/x falls on both sides of 0.",
    ),
    "1.2": Choice(
        "d",
        "At the corner there is no derivative. A numerical slope always returns a number. Whether it means something "
        "is for you to know.",
        {"a": ALGORITHM_IS_NO_PROOF, "b": LIMIT_FROM_ONE_SIDE, "c": LIMIT_FROM_ONE_SIDE},
    ),
    "1.3": Outcome(_different_step),
}
