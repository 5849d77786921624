"""Chapter 7, two neurons in a layer."""

from functools import partial

import numpy as np

from exercises import mistakes
from exercises.kinds import Choice, Function, Table
from exercises.mistakes import Mistake
from helpers.activations import sigmoid, sigmoid_slope

NO_BIASES = Mistake("biases forgotten", "Those are the weights alone. Each neuron has a bias too.")
INPUT_BIASES = Mistake("biases for inputs", "It counts biases for the inputs: are inputs neurons?")
ONE_BIAS_A_LAYER = Mistake("one bias a layer", "That is one bias for a whole layer. How many has each neuron?")
ONE_TO_ONE = Mistake("one to one", "That joins each neuron to one neuron of the layer before. It listens to all.")
NOT_A_TUPLE = Mistake("not a tuple", "A shape with one entry needs a comma: (2) is the number 2, and (2,) is a tuple.")
LIST = Mistake("list, not tuple", "NumPy writes a shape with round brackets.")
BIAS_AS_MATRIX = Mistake("bias as a matrix", "Biases need one dimension only: `X @ W` has rows, and they broadcast.")

OTHER_NETWORK = Mistake(
    "gradient of another network", "That is the gradient of the correct formula. The loss is that of the printed one."
)
OLD_PREDICTION = Mistake(
    "prediction of another network",
    "The chains are right. But ŷ is that of the correct formula: what enters the output?",
)
OLD_CHAINS = Mistake("chains of another network", "ŷ is right. Follow the output's two biases: where do they go now?")
UNUSED_HAS_A_SLOPE = Mistake(
    "slope of what is not used", "One row still disagrees: does the loss change when that parameter does?"
)
HIDDEN_WAY_ONLY = Mistake("one way of two", "A bias is used twice, and one way is missing: the direct one.")
DIRECT_WAY_ONLY = Mistake(
    "direct way only", "A bias is used twice, and one way is missing: the one through its own neuron."
)

SEEN_BY_BOTH = Mistake("seen by both", "It stands behind both neurons: does it treat one of them differently?")
SAME_INPUT = Mistake("same input", "Both neurons see the same data, whatever they are: what makes their sums differ?")
SAME_STEP = Mistake("same step", "Equal slopes times any rate are equal steps.")


def _printed_gradient(parameters, x, y, slope=sigmoid_slope, prediction="b2_1", b2_1="both", b1_2_used=False, target=1):
    """The gradient of the formula as printed, in which b2_1 stands for b1_2; exercise 7.2's mistakes as options."""
    w1_1, w2_1, w1_2, w2_2, b1_1, bias_2_1, bias_1_2, b2_2 = parameters
    a1_1, a2_1 = sigmoid(w1_1 * x + b1_1), sigmoid(w2_1 * x + bias_2_1)
    y_hat = sigmoid(w1_2 * a1_1 + w2_2 * a2_1 + b2_2 + (bias_2_1 if prediction == "b2_1" else bias_1_2))
    delta2 = (y_hat - target * y) * sigmoid_slope(y_hat)
    delta1_1, delta2_1 = delta2 * w1_2 * slope(a1_1), delta2 * w2_2 * slope(a2_1)
    ways = {"both": delta2_1 + delta2, "hidden": delta2_1, "direct": delta2}
    weights = [delta1_1 * x, delta2_1 * x, delta2 * a1_1, delta2 * a2_1]
    return np.array([*weights, delta1_1, ways[b2_1], delta2 if b1_2_used else 0, delta2])


EXERCISES = {
    "7.1": Table(
        {
            "W1": (3, 5),
            "b1": (5,),
            "W2": (5, 1),
            "b2": (1,),
            "parameters": 26,
            "with a second hidden layer": 56,
        },
        {
            NOT_A_TUPLE: lambda entry: {(5,): 5, (1,): 1}[entry],
            LIST: list,
            BIAS_AS_MATRIX: lambda entry: {(5,): (1, 5), (1,): (1, 1)}[entry],
            ONE_BIAS_A_LAYER: lambda entry: {(5,): (1,), 26: 22, 56: 48}[entry],
            NO_BIASES: lambda entry: {26: 20, 56: 45}[entry],
            INPUT_BIASES: lambda entry: {26: 29, 56: 59}[entry],
            ONE_TO_ONE: lambda entry: {56: 36}[entry],
        },
        why="A layer of width h behind another of width h costs h² + h: each neuron has h weights and a bias.",
    ),
    "7.2": Function(
        _printed_gradient,
        lambda rng: [
            (np.array([0.3, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2]), 0.5, 1.0),
            (np.array([1.0, -1.0, 0.0, 2.0, 0.0, 1.0, -1.0, 0.5]), -2.0, 0.0),
            *((rng.normal(size=8), rng.normal(), rng.uniform()) for _ in range(12)),
        ],
        {
            OTHER_NETWORK: partial(_printed_gradient, prediction="b1_2", b2_1="hidden", b1_2_used=True),
            OLD_PREDICTION: partial(_printed_gradient, prediction="b1_2"),
            OLD_CHAINS: partial(_printed_gradient, b2_1="hidden", b1_2_used=True),
            UNUSED_HAS_A_SLOPE: partial(_printed_gradient, b1_2_used=True),
            HIDDEN_WAY_ONLY: partial(_printed_gradient, b2_1="hidden"),
            DIRECT_WAY_ONLY: partial(_printed_gradient, b2_1="direct"),
            mistakes.NO_SLOPE: partial(_printed_gradient, slope=lambda a: 1),
            mistakes.SLOPE_AT_A: partial(_printed_gradient, slope=lambda a: sigmoid_slope(sigmoid(a))),
            mistakes.NO_TARGET: partial(_printed_gradient, target=0),
        },
        why="Now loss and gradient belong together. The gradient check agrees, and the formula is still the wrong one.",
    ),
    "7.3": Choice(
        "b",
        "Symmetry is broken by parameters that belong to one neuron and not to the other.",
        {"a": SEEN_BY_BOTH, "c": SAME_INPUT, "d": SAME_STEP},
    ),
}
