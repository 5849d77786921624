"""Chapter 4, one neuron and one data point."""

import math

import numpy as np

from exercises import mistakes
from exercises.kinds import Function, Outcome, Table, like, right, wrong
from exercises.mistakes import Mistake
from helpers.activations import sigmoid

AS_PRINTED = Mistake("loss from before", "That is the loss from before the update, as the reprinted loop shows it.")
TOO_FAR = Mistake("one update too far", "That loss belongs to one update more: after how many updates is this line?")
NOT_QUARTERED = Mistake("halved, not quartered", "It is the error that is halved. What does the square do to the half?")
ONE_EPOCH_LATER = Mistake(
    "stops as before", "That is where it stops now. Which of the lines shows a loss below 0.01 first?"
)

NO_BIAS = Mistake("bias forgotten", "It looks as if only the weight moved: what does the bias add to x²?")
NOT_SQUARED = Mistake(
    "x not squared", "It looks as if x was not squared: how far does w move, and how far does that move z?"
)
OTHER_INPUT = Mistake("x of the chapter", "It looks computed with x = 2, the point of the chapter.")
W_AND_B_SWAPPED = Mistake("w and b swapped", "It looks as if w and b have changed places.")
AFTER_ONE = Mistake("after one update", "That is where the first update leads. Where does the run end?")
ARRIVES = Mistake(
    "arrives in one step", "With that rate the multiplier is 0: one step arrives. When does a run just not?"
)

FIXED_RATE = Mistake("one rate for all", "It looks right for the rate 0.05 only: does the multiplier depend on it?")
WAY_LEFT = Mistake("way left, not way done", "That is what is left of the way: where does the run stand at k = 0?")
WRONG_END = Mistake("wrong end", "That is where the chapter's run ends: which point is trained here, and from where?")
ONE_UPDATE_SHORT = Mistake("one update short", "It is one update behind: how many updates are made at k = 1?")

SLOPE_FROM_Z = Mistake("slope at z, not a", "It looks as if z stands in the slope where tanh z belongs.")
SLOPE_OF_SIGMOID = Mistake("slope of the sigmoid", "ŷ(1 - ŷ) is the slope of the sigmoid. This is another function.")
STILL_SIGMOID = Mistake("still the sigmoid", "It looks as if the prediction is still that of the sigmoid neuron.")
NO_SQUARE = Mistake("no square", "A power got lost in the slope: compare it with the task.")

NEW_BIAS = Mistake(
    "new bias in an old gradient", "The bug has changed sides: the weight is now updated with a bias that has moved."
)
ERROR_OF_START = Mistake(
    "error of the start", "Every update uses the error of the start: when does the prediction change?"
)

GIVEN = Mistake("given in the chapter", "That one stands in the task. There are many more.")
LEAVES = Mistake("leaves", "Each update multiplies the error by -1.25. Which error stays the same?")
SLOW_TO_SHOW = Mistake("leaves slowly", "A small error looks fine at first, and it grows: it must be exactly zero.")
LEARNS_ON = Mistake("still learns", "It still learns: the update must go further.")
MORE_THAN_NEEDED = Mistake("more than needed", "Half that rate is enough already: come closer to where it begins.")

LOSSES = {f"loss in line {k}": 4.5 / 4**k for k in range(1, 6)}


def _losses(change):
    return {name: change(loss) for name, loss in LOSSES.items()}


def _another_point(multiplier, w, b, limit):
    return {"multiplier": multiplier, "w at the end": w, "b at the end": b, "limit of the rate": limit}


def _descent(k, learning_rate):
    """(w, b) of the identity neuron on the point (3, 4), after k updates from (0, 0)."""
    done = 1 - (1 - 10 * learning_rate) ** k
    return 1.2 * done, 0.4 * done


def _tanh(slope=lambda z, a: 1 - a**2, error=lambda a, y: a - y, factors=lambda x: (x, 1.0), f=np.tanh):
    """The gradient of the tanh neuron, with the mistakes of exercise 4.4 as options."""

    def gradient(parameters, x, y):
        z = parameters[0] * x + parameters[1]
        return error(f(z), y) * slope(z, f(z)) * np.array(factors(x))

    return gradient


def _tanh_cases(rng):
    random = [(rng.normal(size=2), *rng.uniform(-2, 2, size=2)) for _ in range(10)]
    at_zero, saturated = (np.array([0.0, 0.0]), 0.5, 1.0), (np.array([40.0, 1.0]), 1.0, -1.0)
    return [(np.array([0.3, 0.1]), 0.5, 1.0), at_zero, saturated, (np.array([0.3, 0.1]), 0.0, 1.0), *random]


def _run(
    w, b, learning_rate, num_updates, x=2.0, y=5.0, *, moves_first="", factors=lambda x: (x, 1.0), error_of_start=False
):
    """Descent of the identity neuron, with the mistakes of exercise 4.5 as options."""
    for n in range(num_updates):
        if n == 0 or not error_of_start:
            error = w * x + b - y
        w_step, b_step = (learning_rate * error * factor for factor in factors(x))
        if moves_first == "w":
            b_step = learning_rate * ((w - w_step) * x + b - y)
        if moves_first == "b":
            w_step = learning_rate * (w * x + b - b_step - y) * x
        w, b = w - w_step, b - b_step
    return w, b


def _run_cases(rng):
    random = [
        (*rng.normal(size=2), rate, n, *rng.uniform(-2, 2, size=2)) for n, rate in enumerate(rng.uniform(0, 0.3, 9))
    ]
    # At the rate 0.01 the 60th update still counts: who makes fewer is elsewhere.
    return [(0.5, 1.0, 0.1, 1, 2.0, 5.0), (0.5, 1.0, 0.01, 60, 2.0, 5.0), *random]


def _breaks(answer):
    answer = like({"start w": 0.0, "start b": 0.0, "rate": 0.0}, answer)
    w, b, rate = map(float, answer.values())
    return _start_that_stays(w, b) or _rate_that_saturates(rate)


def _start_that_stays(w, b):
    """What is wrong with this start, or None."""
    if (w, b) == (2, 1):
        return wrong(GIVEN, "A run stays there.")
    first = 2 * w + b - 5
    w_end, b_end = _run(w, b, 0.45, 60)
    last = 2 * w_end + b_end - 5
    if abs(last) < 1e-6:
        return None
    facts = f"from ({w:g}, {b:g}) the first error is {first:.4g}, and after 60 updates it is {last:.4g}."
    if abs(w + 2 * b - 5) < 1e-9:
        return wrong(W_AND_B_SWAPPED, facts)
    return wrong(SLOW_TO_SHOW if abs(first) < 0.1 else LEAVES, facts)


def _rate_that_saturates(rate):
    if rate <= 0:
        return wrong(mistakes.WRONG_TYPE, f"rate: a learning rate must be positive; got {rate}.")
    after, after_half = (_gradient_after_one_update(r) for r in (rate, rate / 2))
    if after:
        return wrong(LEARNS_ON, f"with the rate {rate:g} the slope of b is {after:.4g} after one update, and not 0.")
    if not after_half:
        return wrong(MORE_THAN_NEEDED, f"with the rate {rate / 2:g} the gradient is 0 as well.")
    return right("A start without error and a saturated neuron look the same from inside: no gradient, no step.")


def _gradient_after_one_update(rate, w=0.3, b=0.1, x=0.5, y=1.0):
    """The slope of b of the sigmoid neuron, which is δ."""
    for learning_rate in (rate, 0):
        y_hat = sigmoid(w * x + b)
        delta = (y_hat - y) * y_hat * (1 - y_hat)
        w, b = w - learning_rate * delta * x, b - learning_rate * delta
    return float(delta)


EXERCISES = {
    "4.1": Table(
        {**LOSSES, "could stop in epoch": 5},
        {
            AS_PRINTED: _losses(lambda loss: 4 * loss) | {"could stop in epoch": 6},
            TOO_FAR: _losses(lambda loss: loss / 4) | {"could stop in epoch": 4},
            NOT_QUARTERED: _losses(lambda loss: math.sqrt(4.5 * loss)) | {"could stop in epoch": 9},
            ONE_EPOCH_LATER: {"could stop in epoch": 6},
        },
        why="Every loss moves up by one line, to the parameters that it belongs to.",
        decimals=4,
    ),
    "4.2": Table(
        _another_point(0.5, 1.2, 0.4, 0.2),
        {
            NO_BIAS: _another_point(0.55, 4 / 3, 4 / 9, 2 / 9),
            NOT_SQUARED: _another_point(0.8, 3.0, 1.0, 0.5),
            OTHER_INPUT: _another_point(0.75, 1.6, 0.8, 0.4),
            W_AND_B_SWAPPED: {"w at the end": 0.4, "b at the end": 1.2},
            WRONG_END: {"w at the end": 1.7, "b at the end": 1.6},
            AFTER_ONE: {"w at the end": 0.6, "b at the end": 0.2},
            ARRIVES: {"limit of the rate": 0.1},
        },
        why="The input is larger than 2, so the limit is lower than 0.4.",
        tolerance=2e-3,
    ),
    "4.3": Function(
        _descent,
        lambda rng: [
            *((k, 0.05) for k in (0, 1, 2, 7)),
            *((k, rate) for rate in (0.1, 0.2, 0.25) for k in (1, 5)),
            *((int(k), rate) for k, rate in zip(rng.integers(0, 20, 8), rng.uniform(0, 0.2, 8), strict=True)),
        ],
        {
            FIXED_RATE: lambda k, rate: _descent(k, 0.05),
            mistakes.OFF_BY_ONE: lambda k, rate: _descent(k + 1, rate),
            ONE_UPDATE_SHORT: lambda k, rate: _descent(k - 1, rate),
            WAY_LEFT: lambda k, rate: (1.2 * (1 - 10 * rate) ** k, 0.4 * (1 - 10 * rate) ** k),
            NO_BIAS: lambda k, rate: _descent(k, rate * 0.9),
            NOT_SQUARED: lambda k, rate: _descent(k, rate * 0.4),
            OTHER_INPUT: lambda k, rate: _descent(k, rate * 0.5),
            WRONG_END: lambda k, rate: (1.7 - 1.2 / 2**k, 1.6 - 0.6 / 2**k),
            W_AND_B_SWAPPED: lambda k, rate: _descent(k, rate)[::-1],
        },
        why="One multiplier moves both parameters, because every step goes along (3, 1).",
    ),
    "4.4": Function(
        _tanh(),
        _tanh_cases,
        {
            mistakes.NO_SLOPE: _tanh(slope=lambda z, a: 1.0),
            SLOPE_FROM_Z: _tanh(slope=lambda z, a: 1 - z**2),
            mistakes.SLOPE_AT_A: _tanh(slope=lambda z, a: 1 - np.tanh(a) ** 2),
            SLOPE_OF_SIGMOID: _tanh(slope=lambda z, a: a * (1 - a)),
            STILL_SIGMOID: _tanh(slope=lambda z, a: a * (1 - a), f=sigmoid),
            NO_SQUARE: _tanh(slope=lambda z, a: 1 - a),
            mistakes.NO_TARGET: _tanh(error=lambda a, y: a),
            mistakes.BIAS_FROM_WEIGHT: _tanh(factors=lambda x: (x, x)),
            mistakes.WEIGHT_FROM_BIAS: _tanh(factors=lambda x: (1.0, 1.0)),
            W_AND_B_SWAPPED: _tanh(factors=lambda x: (1.0, x)),
        },
        why="Only one link of the chain has changed: the slope of the activation.",
    ),
    "4.5": Function(
        lambda w, b, learning_rate, num_updates, x=2.0, y=5.0: _run(w, b, learning_rate, num_updates, x, y),
        _run_cases,
        {
            mistakes.STALE_GRADIENT: lambda *case: _run(*case, moves_first="w"),
            NEW_BIAS: lambda *case: _run(*case, moves_first="b"),
            ERROR_OF_START: lambda *case: _run(*case, error_of_start=True),
            mistakes.UPHILL: lambda w, b, rate, *rest: _run(w, b, -rate, *rest),
            mistakes.BIAS_FROM_WEIGHT: lambda *case: _run(*case, factors=lambda x: (x, x)),
            mistakes.WEIGHT_FROM_BIAS: lambda *case: _run(*case, factors=lambda x: (1.0, 1.0)),
            W_AND_B_SWAPPED: lambda *case: _run(*case, factors=lambda x: (1.0, x)),
            mistakes.OFF_BY_ONE: lambda w, b, rate, n, *point: _run(w, b, rate, n + 1, *point),
        },
        why="Both parameters are updated from the same old values, so the path goes along (x, 1) again.",
    ),
    "4.6": Outcome(_breaks),
}
