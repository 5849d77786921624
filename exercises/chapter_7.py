"""Chapter 7, two neurons in a layer."""

from functools import partial

from exercises import mistakes
from exercises.kinds import Choice, Function, Table
from exercises.mistakes import Mistake
from helpers.activations import sigmoid, sigmoid_slope

NO_BIASES = Mistake("biases forgotten", "Those are the weights alone. Each neuron has a bias too.")
INPUT_BIASES = Mistake("biases for inputs", "It counts biases for the inputs: are inputs neurons?")
ONE_BIAS_A_LAYER = Mistake("one bias a layer", "That is one bias for a whole layer. How many has each neuron?")
ONE_TO_ONE = Mistake("one to one", "That joins each neuron to one neuron of the layer before. It listens to all.")
LIST = Mistake("list, not tuple", "NumPy writes a shape with round brackets.")
BIAS_OF_INPUTS = Mistake("a bias for each input", "A bias belongs to a neuron, not to what comes into it.")
BIAS_AS_MATRIX = Mistake("bias as a matrix", "Biases need one dimension only: `X @ W` has rows, and they broadcast.")

OUTPUTS_FIRST = Mistake(
    "outputs first",
    "Neurons come first there, as PyTorch keeps them. Which axis of W meets the columns of X in `X @ W`?",
)

ROW_NOT_COLUMN = Mistake("row, not column", "It goes along a row of A1: do different examples or neurons lie there?")
MEAN_AGAIN = Mistake("averaged twice", "It divides by the number of examples, and the deltas carry that share already.")
DELTA_WITHOUT_WEIGHT = Mistake("delta without weight", "A delta goes back along a path: what lies on it?")
OTHER_PATH = Mistake("another path", "That is the weight of the other neuron's path.")
OTHER_EXAMPLE = Mistake("another example", "That uses numbers of the other example.")
OTHER_NEURON = Mistake("another neuron", "That belongs to the other neuron.")
ONE_EXAMPLE = Mistake("one example", "That is the share of one example. A slope needs the shares of all.")
HALF_A_SLOPE = Mistake("half a slope", "The slope of the sigmoid is a product. One of its two factors is missing.")

DELTA_SIGN = Mistake("sign of a delta", "It looks as if the minus of the second delta was overlooked.")

SEEN_BY_BOTH = Mistake("seen by both", "It stands behind both neurons: does it treat one of them differently?")
SAME_INPUT = Mistake("same input", "Both neurons see the same data, whatever they are: what makes their sums differ?")
SAME_STEP = Mistake("same step", "Equal slopes times any rate are equal steps.")

ONE_PLACE = Mistake("tried at one place", "It was tried at one place. What do the predictions do at another one?")
NOT_SPECIAL = Mistake("not special", "Is there anything special about x = 2 in that change?")
SAME_TERMS = Mistake("the same terms", "Write down what the output neuron hears, before and after: which terms?")
NOTHING_SEEN = Mistake("even there", "Put the example in: does the weighted input of that neuron change there?")
NO_STRAIGHT_LINE = Mistake("no straight line", "That would be so if a sigmoid were a straight line.")

MIXED_EXAMPLES = Mistake("examples mixed", "Activations of one example meet the deltas of another.")
BIAS_AVERAGED = Mistake("averaged twice", "The slopes of the biases are means of the deltas, which carry 1/n already.")


def _deep_gradient(parameters, X, Y, slopes=(sigmoid_slope,) * 3, target=1, order=slice(None), bias="sum"):
    """The slopes of W1, b1, W2, b2, W3, b3, with the mistakes of exercise 7.5 as options."""
    W1, b1, W2, b2, W3, b3 = parameters
    A1 = sigmoid(X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    Y_hat = sigmoid(A2 @ W3 + b3)
    delta3 = (Y_hat - target * Y) / len(X) * slopes[2](Y_hat)
    delta2 = delta3 @ W3.T * slopes[1](A2)
    delta1 = delta2 @ W2.T * slopes[0](A1)
    pairs = ((X, delta1), (A1, delta2), (A2, delta3))
    return tuple(part for a, delta in pairs for part in (a[order].T @ delta, getattr(delta, bias)(axis=0)))


def _no_slope(a):
    return 1


def _slope_at_a(a):
    return sigmoid_slope(sigmoid(a))


def _deep_cases(rng):
    # Sizes that all differ stop a wrong product; where they are equal, only its numbers are wrong.
    sizes = [(4, 2, 3, 5), (5, 3, 3, 3), (6, 2, 2, 2), (3, 4, 4, 4)]
    cases = []
    for n, d, h, g in sizes:
        shapes = [(d, h), (h,), (h, g), (g,), (g, 1), (1,)]
        parameters = tuple(rng.normal(size=shape) for shape in shapes)
        cases.append((parameters, rng.normal(size=(n, d)), rng.uniform(size=(n, 1))))
    return cases


def _books(w1, w2, b2, delta):
    return {"slope of w1_2": w1, "slope of w2_2": w2, "slope of b2": b2, "delta1, example 1, neuron 2": delta}


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
            LIST: list,
            BIAS_OF_INPUTS: {"b1": (3,), "b2": (5,), "parameters": 28, "with a second hidden layer": 58},
            BIAS_AS_MATRIX: {"b1": (1, 5), "b2": (1, 1)},
            OUTPUTS_FIRST: {"W1": (5, 3), "W2": (1, 5)},
            ONE_BIAS_A_LAYER: {"b1": (1,), "parameters": 22, "with a second hidden layer": 48},
            NO_BIASES: {"parameters": 20, "with a second hidden layer": [45, 51]},
            INPUT_BIASES: {"parameters": 29, "with a second hidden layer": 59},
            ONE_TO_ONE: {"with a second hidden layer": 36},
        },
        why="A layer of width h behind another of width h costs h² + h: each neuron has h weights and a bias.",
    ),
    "7.2": Table(
        _books(-0.11, -0.08, -0.1, 0.064),
        {
            ROW_NOT_COLUMN: {"slope of w1_2": 0.01, "slope of w2_2": -0.02},
            ONE_EXAMPLE: {
                "slope of w1_2": [0.05, -0.16],
                "slope of w2_2": [0.02, -0.1],
                "slope of b2": [0.1, -0.2],
            },
            MEAN_AGAIN: {"slope of w1_2": -0.055, "slope of w2_2": -0.04, "slope of b2": -0.05},
            mistakes.NO_SLOPE: {"delta1, example 1, neuron 2": 0.4},
            DELTA_WITHOUT_WEIGHT: {"delta1, example 1, neuron 2": 0.016},
            HALF_A_SLOPE: {"delta1, example 1, neuron 2": [0.08, 0.32]},
            OTHER_NEURON: {"delta1, example 1, neuron 2": 0.05},
            OTHER_PATH: {"delta1, example 1, neuron 2": 0.032},
            OTHER_EXAMPLE: {"delta1, example 1, neuron 2": [-0.2, -0.064]},
            mistakes.WRONG_SIGN: _books(0.11, 0.08, 0.1, -0.064),
            DELTA_SIGN: {"slope of w1_2": 0.21, "slope of w2_2": 0.12, "slope of b2": 0.3},
        },
        why="A slope of a parameter is a sum over the examples. A delta belongs to one example alone.",
        tolerance=1e-6,
    ),
    "7.3": Choice(
        "b",
        "Symmetry is broken by parameters that belong to one neuron and not to the other.",
        {"a": SEEN_BY_BOTH, "c": SAME_INPUT, "d": SAME_STEP},
    ),
    "7.4": Table(
        {"slide": "this data", "swap": "any input", "half and double": "neither", "turn over": "any input"},
        {
            ONE_PLACE: {"slide": "any input"},
            NOTHING_SEEN: {"slide": "neither"},
            NOT_SPECIAL: {"swap": "this data", "turn over": "this data"},
            SAME_TERMS: {"swap": "neither", "turn over": "neither"},
            NO_STRAIGHT_LINE: {"half and double": ["any input", "this data"]},
        },
        why="Two of them no data in the world could tell, one is hidden by this example, and one shows.",
    ),
    "7.5": Function(
        _deep_gradient,
        _deep_cases,
        {
            mistakes.NO_SLOPE: [
                partial(_deep_gradient, slopes=[_no_slope if k in without else sigmoid_slope for k in range(3)])
                for without in ((0,), (1,), (2,), (0, 1), (0, 1, 2))
            ],
            mistakes.SLOPE_AT_A: partial(_deep_gradient, slopes=(_slope_at_a,) * 3),
            mistakes.NO_TARGET: partial(_deep_gradient, target=0),
            MIXED_EXAMPLES: partial(_deep_gradient, order=slice(None, None, -1)),
            BIAS_AVERAGED: partial(_deep_gradient, bias="mean"),
        },
        why="Six slopes of a network with two hidden layers, for any sizes. Each layer more costs four lines.",
    ),
}
