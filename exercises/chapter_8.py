"""Chapter 8, classification."""

import math

import numpy as np

from exercises import mistakes
from exercises.kinds import (
    NOT_ATTEMPTED,
    Function,
    Number,
    Outcome,
    Table,
    call,
    like,
    require_function,
    require_number,
    right,
    wrong,
)
from exercises.mistakes import Mistake
from helpers.activations import sigmoid, softmax
from helpers.datasets import make_moons
from helpers.network import Network
from helpers.training import train

NO_MINUS = Mistake(
    "no minus", "It looks like e to the power of the loss: which sign has the logarithm of a probability?"
)
OTHER_BASE = Mistake("other base", "It is a power of another number: which logarithm is in the loss?")
ONE_MINUS_THE_LOSS = Mistake(
    "one minus the loss", "It looks like 1 − L. Near p = 1 that is close to the truth, and no more than that."
)
OTHER_CLASSES = Mistake("of all other classes", "That is how likely all wrong answers are together.")
THE_LOSS_ITSELF = Mistake("the loss itself", "That is the loss. It is a logarithm: how do you undo one?")
LOSS_IS_NOT_ACCURACY = Mistake(
    "loss is not accuracy",
    "The loss looks at how large p is, the accuracy only at which p is the largest. What if all images "
    "share the loss alike? And what if some were near misses?",
)
WRONG_AXIS = Mistake(
    "softmax down the columns", "It looks as if the probabilities of a class, not of a point, sum to 1."
)
NO_SOFTMAX = Mistake(
    "no softmax", "It looks as if the target was subtracted from the logits: what makes them probabilities?"
)
NOT_ONE_HOT = Mistake(
    "labels not one-hot", "It looks as if the label was subtracted as a number from every class: it is only a name."
)
SLOPE_KEPT = Mistake(
    "slope left in", "It looks as if p(1 − p) was multiplied in: what does the logarithm of the loss do to that slope?"
)
OVERFLOW = Mistake("overflow", "There e to the power of g overflows. But the safe softmax never computes it.")
FEWER_DIGITS = Mistake(
    "fewer digits", "There p falls below the numbers that are stored with all their digits. It is not 0 yet."
)
OTHER_LOGARITHM = Mistake(
    "other logarithm", "That is a logarithm to the base 10 or 2: which number is raised to the power?"
)
EPSILON = Mistake("next to 1, not to 0", "There 1 + p is rounded to 1. But it is p whose logarithm is taken.")
SMALLEST_IS_LEFT = Mistake(
    "smallest number is left",
    "There p is less than the smallest positive number. To what is it rounded: to it, or to 0?",
)
ANY_SIDE = Mistake(
    "one yes is enough", "It looks as if the output says yes before all three neurons do: how large must their sum be?"
)
SIDE_TURNED = Mistake("a side turned round", "One of the lines lies where it should, but says yes on the wrong side.")
SIDE_OPEN = Mistake("a side left open", "Two of the lines are right. The third side of the triangle is left open.")
INSIDE_OUT = Mistake("inside out", "It looks as if inside and outside have changed places.")
TOO_FLAT = Mistake(
    "too flat", "The lines are in the right places. With larger weights the sigmoids would be nearer to steps."
)
STILL_WRONG = Mistake("not separated", "Is it the width that is too small, or is it this start?")
ONE_LINE = Mistake("one line", "The boundary of such a network is a straight line, whatever the start.")
TOO_WIDE = Mistake("too wide", "It separates them, and a narrower one can do it too.")

LOSSES = {"probability at the start": 2.3026, "probability after training": 0.1054}
PROBABILITIES = [math.exp(-loss) for loss in LOSSES.values()]
MOONS = make_moons(200, noise=0.1, rng=np.random.default_rng(0))


def misread(losses):
    """What becomes of the probabilities exp(-loss) where a loss is read wrongly; losses: {entry: loss}."""

    def read(change):
        return {name: change(loss) for name, loss in losses.items()}

    return {
        mistakes.PERCENT: read(lambda loss: 100 * math.exp(-loss)),
        NO_MINUS: read(math.exp),
        OTHER_BASE: read(lambda loss: [10**-loss, 2**-loss]),
        ONE_MINUS_THE_LOSS: read(lambda loss: 1 - loss),
        THE_LOSS_ITSELF: losses,
        OTHER_CLASSES: read(lambda loss: 1 - math.exp(-loss)),
    }


def _gradient(
    W, b, X, labels, delta=lambda P, Y, Z, labels: (P - Y) / len(P), bias=lambda dW, delta: delta.sum(axis=0)
):
    """Softmax regression, with the mistakes of exercise 8.2 as options."""
    Z = X @ W + b
    delta = delta(softmax(Z), np.eye(len(b))[labels], Z, labels)
    dL_dW = X.T @ delta
    return dL_dW, bias(dL_dW, delta)


def _with(**mistake):
    return lambda W, b, X, labels: _gradient(W, b, X, labels, **mistake)


def _regressions(rng):
    def case(n, d, k, shift=0.0):
        W, b, X = rng.normal(size=(d, k)), rng.normal(size=k) + shift, rng.normal(size=(n, d))
        return W, b, X, rng.integers(k, size=n)

    by_hand = np.zeros((2, 3)), np.zeros(3), np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([0, 2])
    return [by_hand, case(5, 3, 4), case(120, 2, 3), case(1, 2, 3), case(8, 2, 3, shift=800.0)]


SIDES = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [-1.0, -1.0, 1.0]])  # w1, w2, b: positive on the inner side


def _triangle(answer):
    require_function(answer)
    arrays = call(answer, (), "Called without arguments,")
    if isinstance(arrays, tuple | list) and any(array is ... for array in arrays):
        return NOT_ATTEMPTED
    W1, b1, W2, b2 = like((np.ones((2, 3)), np.ones(3), np.ones((3, 1)), np.ones(1)), arrays)
    places, beyond = _places_off_the_sides()
    says = _says_yes(places, W1, b1, W2, b2)
    inside = beyond.all(axis=1)
    if np.array_equal(says, inside):
        return right(
            f"At all {len(places)} places that were tried. Each line more cuts off a corner: what has flat sides and "
            "no dents can be made in this way."
        )
    k = np.flatnonzero(says != inside)[0]
    where = "inside" if inside[k] else "outside"
    facts = f"({places[k, 0]:g}, {places[k, 1]:g}) lies {where}, and the network says {'yes' if says[k] else 'no'}."
    return wrong(_wrong_triangle(places, beyond, says, (W1, b1, W2, b2)), facts)


def _places_off_the_sides():
    """Places (n, 2) that are not near a side, and on which side of each they lie (n, 3)."""
    side = np.linspace(-3, 4, 57)
    places = np.array(np.meshgrid(side, side)).reshape(2, -1).T
    height = (places @ SIDES[:, :2].T + SIDES[:, 2]) / np.linalg.norm(SIDES[:, :2], axis=1)
    return places[np.abs(height).min(axis=1) > 0.2], (height > 0)[np.abs(height).min(axis=1) > 0.2]


def _says_yes(places, W1, b1, W2, b2):
    return (sigmoid(places @ W1 + b1) @ W2 + b2 > 0)[:, 0]


def _wrong_triangle(places, beyond, says, arrays):
    W1, b1, W2, b2 = arrays
    same, inside = np.array_equal, beyond.all(axis=1)
    if same(says, ~inside):
        return INSIDE_OUT
    if any(same(says, beyond.sum(axis=1) >= count) for count in (1, 2)):
        return ANY_SIDE
    if any(same(says, np.delete(beyond, side, axis=1).all(axis=1)) for side in range(3)):
        return SIDE_OPEN
    for neuron in range(3):
        turn = np.where(np.arange(3) == neuron, -1, 1)
        if same(_says_yes(places, W1 * turn, b1 * turn, W2, b2), inside):
            return SIDE_TURNED
    steep = (_says_yes(places, size * W1, size * b1, W2, b2) for size in (4, 20, 100))
    return TOO_FLAT if any(same(says_then, inside) for says_then in steep) else mistakes.UNKNOWN


def _smallest(answer):
    answer = like({"hidden neurons": 0, "seed": 0}, answer)
    num_hidden = require_number(answer["hidden neurons"], low=1, high=32, whole=True)
    seed = require_number(answer["seed"], low=0, high=1e9, whole=True)
    X, y = MOONS
    network = Network([2, num_hidden, 2], np.random.default_rng(seed), activation="tanh")
    # At the rate 1 the runs that find the way do not come to rest, and rounding would decide which of them arrive.
    settings = {"batch_size": len(X), "learning_rate": 0.5, "shuffle": False}
    for _ in train(network, X, y, num_epochs=2000, **settings):
        pass
    missed = np.sum(network.predict(X) != y)
    facts = f"{num_hidden} hidden, seed {seed}: {missed} of {len(y)} points lie on the wrong side."
    if num_hidden == 1:
        return wrong(ONE_LINE, facts)
    if missed:
        return wrong(STILL_WRONG, facts)
    if num_hidden > 2:
        return wrong(TOO_WIDE, facts)
    return right(f"{facts} It is the smallest, because one hidden neuron draws one line. Not every start finds it.")


EXERCISES = {
    "8.1": Table(
        {**dict(zip(LOSSES, PROBABILITIES, strict=True)), "accuracy": "d"},
        {
            **misread(LOSSES),
            mistakes.OTHER_ENTRY: dict(zip(LOSSES, PROBABILITIES[::-1], strict=True)),
            LOSS_IS_NOT_ACCURACY: {"accuracy": ["a", "b", "c"]},
        },
        why="The loss bounds the accuracy, but does not say it: two classifiers with one loss may differ in it.",
        tolerance=2e-4,
        decimals=2,
    ),
    "8.2": Function(
        _with(),
        _regressions,
        {
            mistakes.BIAS_FROM_WEIGHT: _with(bias=lambda dW, delta: dW.sum(axis=0)),
            mistakes.NO_TARGET: _with(delta=lambda P, Y, Z, labels: P / len(P)),
            WRONG_AXIS: _with(delta=lambda P, Y, Z, labels: (softmax(Z.T).T - Y) / len(P)),
            NO_SOFTMAX: _with(delta=lambda P, Y, Z, labels: (Z - Y) / len(P)),
            NOT_ONE_HOT: _with(delta=lambda P, Y, Z, labels: (P - labels[:, np.newaxis]) / len(P)),
            SLOPE_KEPT: _with(delta=lambda P, Y, Z, labels: (P - Y) * P * (1 - P) / len(P)),
        },
        why="It agrees for logits of 800 too, where e to the power of z overflows. The same two lines will be the last "
        "layer of any network.",
        absolute=1e-5,  # central differences of a loss in the thousands are right too
    ),
    "8.3": Number(
        746,
        {SMALLEST_IS_LEFT: 745, OVERFLOW: 710, FEWER_DIGITS: 709, EPSILON: 37, OTHER_LOGARITHM: [324, 1075]},
        why="There p is below half of the smallest positive number and is rounded to 0. The loss from the logits is "
        "still exact.",
    ),
    "8.4": Outcome(_triangle),
    "8.5": Outcome(_smallest),
}
