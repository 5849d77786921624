"""Chapter 6, two neurons in sequence."""

from functools import partial

import numpy as np

from exercises import mistakes
from exercises.kinds import Function, Table
from exercises.mistakes import Mistake
from helpers.activations import sigmoid, sigmoid_slope

UPSIDE_DOWN = Mistake("upside down", "The quotient is upside down: which of the two slopes has one factor more?")
OTHER_NEURON = Mistake("another neuron", "That is the input of the other neuron: whose weight and whose bias is it?")
WEIGHTS_DIVIDED = Mistake("weight by weight", "Those are slopes of two neurons: more than one factor differs.")
TOLL = Mistake("toll, not weight", "That is one delta divided by the other: which factor is in it beside the weight?")
TOLL_UPSIDE_DOWN = Mistake("toll upside down", "The deltas are divided the wrong way round: which one comes later?")
OTHER_SLOPE = Mistake("another slope", "That divides by the slope of a sigmoid at another place than a⁽¹⁾.")
BIAS_FEELS_INPUT = Mistake("a bias does not see x", "Its slope is a delta, and the input is no factor of it.")
INPUT_IS_NOT_ZERO = Mistake("activation is not 0", "Its input is an activation: is σ(b) zero where x is?")

LAST_SLOPE_MISSING = Mistake(
    "missing last slope", "The hidden slopes are there. But the last neuron has a sigmoid too, between z and ŷ."
)
WRONG_WEIGHT = Mistake(
    "delta with the wrong weight", "A delta goes back with another weight than the one it went forward with."
)
NO_WEIGHT = Mistake("delta without weight", "A delta goes back from neuron to neuron: what lies between the two?")
OWN_OUTPUT = Mistake("own output", "A weight multiplies what comes into its neuron, not what goes out of it.")

NO_RATE = Mistake("no learning rate", "The step is the whole gradient: where is the learning rate?")
MOVES_ONLY = Mistake("move, not place", "That is how far the parameters move. Where do they end?")
SEES_ITS_STEP = Mistake(
    "forward pass between the updates", "The second delta comes from a network in which the first neuron has moved."
)

PRODUCT_ALONE = Mistake("product alone", "That is the slope of ŷ to z⁽¹⁾: two factors of the gradient are missing.")
NO_ERROR = Mistake("no error", "It starts at the output: the slope of the loss, ŷ − y, is missing.")
NO_SIZE = Mistake("no size", "A negative slope is below every limit: its size is what must be small.")
TOO_FEW = Mistake("one too few", "It is one neuron too few: that chain is still above the limit.")
TOO_MANY = Mistake("one too many", "It is one neuron too many: the chain before is below the limit already.")


def _sigmoid_slope(z, a):
    return sigmoid_slope(a)


def _three_gradient(
    parameters,
    x,
    y,
    slope=_sigmoid_slope,
    last_slope=None,
    first_slope=None,
    weights_back=lambda w1, w2, w3: (w2, w3),
    inputs=lambda x, a1, a2, a3: (x, a1, a2),
    bias_inputs=lambda x, a1, a2: (1, 1, 1),
    target=1,
):
    """The slopes of w1, w2, w3, b1, b2, b3, with the mistakes of exercise 6.2 as options."""
    w1, w2, w3, b1, b2, b3 = parameters
    a1 = sigmoid(z1 := w1 * x + b1)
    a2 = sigmoid(z2 := w2 * a1 + b2)
    a3 = sigmoid(z3 := w3 * a2 + b3)
    back2, back3 = weights_back(w1, w2, w3)
    delta3 = (a3 - target * y) * (last_slope or slope)(z3, a3)
    delta2 = delta3 * back3 * slope(z2, a2)
    delta1 = delta2 * back2 * (first_slope or slope)(z1, a1)
    deltas = np.array([delta1, delta2, delta3])
    return np.concatenate([deltas * inputs(x, a1, a2, a3), deltas * bias_inputs(x, a1, a2)])


def _step(parameters, learning_rate, x, y, weight_back="old", bias_from_weight=False, sign=-1, forward_again=False):
    """One step of descent, with the mistakes of exercise 6.3 as options."""
    w1, w2, b1, b2 = parameters

    def activations(w1, b1):
        a1 = sigmoid(w1 * x + b1)
        return a1, sigmoid(w2 * a1 + b2)

    a1, a2 = activations(w1, b1)
    delta2 = (a2 - y) * sigmoid_slope(a2)
    back = w2 if weight_back == "old" else w2 - learning_rate * delta2 * a1
    delta1 = delta2 * back * sigmoid_slope(a1)
    step = sign * learning_rate
    first = w1 + step * delta1 * x, b1 + step * delta1 * (x if bias_from_weight else 1)
    if forward_again:
        a1, a2 = activations(*first)
        delta2 = (a2 - y) * sigmoid_slope(a2)
    second = w2 + step * delta2 * a1, b2 + step * delta2 * (a1 if bias_from_weight else 1)
    return np.array([first[0], second[0], first[1], second[1]])


def _as_printed(parameters, learning_rate, x, y):
    w1, w2, b1, b2 = _step(parameters, learning_rate, x, y)
    return np.array([w1 - parameters[0] + w2, w2, b1, b2])


def _needed(weight, limit, x=0.5, error=lambda y_hat: y_hat - 1, size=abs, more=0):
    """The smallest number of neurons for which |∂L/∂w1| < limit, with the mistakes of exercise 6.4 as options."""
    a, product = sigmoid(0.5 * weight), 1.0
    for n in range(1, 1000):
        product *= sigmoid_slope(a)
        if size(error(a) * product * x) < limit:
            return n + more
        a, product = sigmoid(weight * a), product * weight
    raise ValueError(f"limit: expected one that 1000 neurons reach, got {limit}")


dL_dw1, dL_dw2, dL_db1, dL_db2 = -0.042765, 0.063678, -0.026728, 0.097933  # as exercise 6.1 shows them
X, A1, W2 = 1.6, 0.65022, -1.2

EXERCISES = {
    "6.1": Table(
        {"x": X, "a1": A1, "w2": W2, "zero where x = 0": "w1"},
        {
            UPSIDE_DOWN: {"x": 1 / X, "a1": 1 / A1},
            OTHER_NEURON: {"x": A1, "a1": X},
            WEIGHTS_DIVIDED: {"x": dL_dw1 / dL_dw2, "a1": dL_dw2 / dL_dw1, "w2": dL_dw1 / dL_dw2},
            TOLL: {"w2": dL_db1 / dL_db2},
            TOLL_UPSIDE_DOWN: {"w2": dL_db2 / dL_db1},
            OTHER_SLOPE: {"w2": dL_db1 / dL_db2 / (X * (1 - X))},
            BIAS_FEELS_INPUT: {"zero where x = 0": ["b1", "b2"]},
            INPUT_IS_NOT_ZERO: {"zero where x = 0": "w2"},
        },
        why="The slope of a weight is the slope of its bias times the input, and between two deltas lies the toll. "
        "Where nothing comes in, a weight changes nothing.",
        tolerance=1e-3,
        decimals=2,
    ),
    "6.2": Function(
        _three_gradient,
        lambda rng: [
            (np.array([0.3, 0.2, 0.4, 0.1, 0.2, 0.1]), 0.5, 1.0),
            (np.array([1.0, 0.0, -1.0, 0.0, 0.5, 0.0]), -2.0, 0.0),
            *((rng.normal(scale=2, size=6), rng.normal(), rng.uniform()) for _ in range(12)),
        ],
        {
            mistakes.NO_SLOPE: [
                partial(_three_gradient, slope=lambda z, a: 1, last_slope=_sigmoid_slope),
                partial(_three_gradient, slope=lambda z, a: 1, last_slope=_sigmoid_slope, first_slope=_sigmoid_slope),
                partial(_three_gradient, first_slope=lambda z, a: 1),
            ],
            LAST_SLOPE_MISSING: partial(_three_gradient, last_slope=lambda z, a: 1),
            mistakes.SLOPE_AT_Z: partial(_three_gradient, slope=lambda z, a: z * (1 - z)),
            mistakes.SLOPE_AT_A: partial(_three_gradient, slope=lambda z, a: sigmoid_slope(sigmoid(a))),
            WRONG_WEIGHT: [
                partial(_three_gradient, weights_back=lambda w1, w2, w3: (w3, w2)),
                partial(_three_gradient, weights_back=lambda w1, w2, w3: (w1, w2)),
            ],
            NO_WEIGHT: partial(_three_gradient, weights_back=lambda w1, w2, w3: (1, 1)),
            mistakes.STALE_INPUT: partial(_three_gradient, inputs=lambda x, a1, a2, a3: (x, x, x)),
            OWN_OUTPUT: partial(_three_gradient, inputs=lambda x, a1, a2, a3: (a1, a2, a3)),
            mistakes.BIAS_FROM_WEIGHT: partial(_three_gradient, bias_inputs=lambda x, a1, a2: (x, a1, a2)),
            mistakes.WEIGHT_FROM_BIAS: partial(_three_gradient, inputs=lambda x, a1, a2, a3: (1, 1, 1)),
            mistakes.NO_TARGET: partial(_three_gradient, target=0),
        },
        why="At the given start the slope of w1 is −0.000244: another neuron has made it ten times smaller.",
    ),
    "6.3": Function(
        _step,
        lambda rng: [
            (np.array([0.3, 0.2, 0.1, 0.2]), 10.0, 0.5, 1.0),  # at this rate four decimals show every mistake
            (np.array([0.3, 0.2, 0.1, 0.2]), 0.1, 0.5, 1.0),
            (np.array([1.0, 0.0, -1.0, 0.5]), 1.0, 0.5, 1.0),
            *((rng.normal(size=4), rng.uniform(0.05, 5), rng.normal(), rng.uniform()) for _ in range(10)),
        ],
        {
            mistakes.STALE_GRADIENT: partial(_step, weight_back="new"),
            mistakes.WRONG_PARAMETER: _as_printed,
            mistakes.UPHILL: partial(_step, sign=1),
            mistakes.BIAS_FROM_WEIGHT: partial(_step, bias_from_weight=True),
            SEES_ITS_STEP: partial(_step, forward_again=True),
            NO_RATE: lambda parameters, learning_rate, x, y: _step(parameters, 1.0, x, y),
            MOVES_ONLY: lambda parameters, learning_rate, x, y: _step(parameters, learning_rate, x, y) - parameters,
        },
        why="All slopes belong to the old parameters. The loss after 20 epochs would not have told you.",
        tolerance=1e-5,  # single precision is enough, for these steps are long
    ),
    "6.4": Function(
        _needed,
        lambda rng: [
            (1.0, 1e-6),
            (0.5, 1e-6),
            (2.0, 1e-6),
            (4.0, 1e-6),
            (-1.0, 1e-6),
            *((weight, limit) for weight in (-4.0, -2.5, 0.0, 0.8, 1.5, 3.0) for limit in (0.3, 2e-3, 5e-5, 1e-9)),
        ],
        {
            TOO_FEW: partial(_needed, more=-1),
            TOO_MANY: partial(_needed, more=1),
            NO_SIZE: partial(_needed, size=lambda slope: slope),
            PRODUCT_ALONE: partial(_needed, x=1, error=lambda y_hat: 1),
            mistakes.WEIGHT_FROM_BIAS: partial(_needed, x=1),
            NO_ERROR: partial(_needed, error=lambda y_hat: 1),
        },
        why="While no weight is larger than 1 in size, every further neuron divides by four or more: ten are enough "
        "for 1e-6.",
    ),
}
