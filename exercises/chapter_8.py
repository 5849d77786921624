"""Chapter 8, classification."""

import math

import numpy as np

from exercises import mistakes
from exercises.kinds import (
    NOT_ATTEMPTED,
    Function,
    Number,
    Outcome,
    call,
    complain,
    like,
    require_function,
    require_number,
    right,
    wrong,
)
from exercises.mistakes import Mistake
from helpers.activations import softmax
from helpers.datasets import make_moons, make_xor
from helpers.network import Network
from helpers.training import train

NO_MINUS = Mistake(
    "no minus", "It looks like e to the power of the loss: which sign has the logarithm of a probability?"
)
OTHER_BASE = Mistake("other base", "It is a power of another number: which logarithm is in the loss?")
ONE_MINUS_THE_LOSS = Mistake(
    "one minus the loss", "It looks like 1 − L. Near p = 1 that is close to the truth, and no more than that."
)
THE_LOSS_ITSELF = Mistake("the loss itself", "That is the loss. It is a logarithm: how do you undo one?")
NO_PROBABILITY = Mistake("no probability", "A probability lies between 0 and 1.")
LOSS_IS_NOT_ACCURACY = Mistake(
    "loss is not accuracy",
    "The loss looks at how large p is, the accuracy only at which p is the largest. What if all the loss comes from a "
    "few images, or if all share it alike?",
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
EPSILON = Mistake("next to 1, not to 0", "There 1 + p is rounded to 1. But it is p whose logarithm is taken.")
SMALLEST_IS_LEFT = Mistake(
    "smallest number is left",
    "There p is less than the smallest positive number. To what is it rounded: to it, or to 0?",
)
UNCHANGED = Mistake(
    "network unchanged", "The network is as it was: a name that is given to a new array does not change the old one."
)
ONE_LAYER = Mistake(
    "one layer only",
    "In one of the two matrices the neurons still differ, so their gradients do, and they part at once.",
)
STILL_TWINS = Mistake("still twins", "The change is nowhere, or it reached all twins alike: what was to be different?")
NOT_AS_ASKED = Mistake(
    "other values", "These are not the values of the first neuron in all, with the change in one entry."
)
STILL_WRONG = Mistake("not separated", "Is it the width that is too small, or is it this start?")
ONE_LINE = Mistake("one line", "The boundary of such a network is a straight line, whatever the start.")
TOO_WIDE = Mistake("too wide", "It separates them, and a narrower one can do it too.")

XOR = make_xor(200, noise=0.3, rng=np.random.default_rng(0))
MOONS = make_moons(200, noise=0.1, rng=np.random.default_rng(0))


def _reading(answer):
    losses = {"probability at the start": 2.3026, "probability after training": 0.1054}
    answer = like({**dict.fromkeys(losses, 0.0), "accuracy": ""}, answer)
    known = {
        NO_MINUS: math.exp,
        OTHER_BASE: lambda loss: 10**-loss,
        ONE_MINUS_THE_LOSS: lambda loss: 1 - loss,
        THE_LOSS_ITSELF: lambda loss: loss,
        mistakes.WRONG_SIGN: lambda loss: -math.exp(-loss),
    }
    for name, loss in losses.items():
        p = float(answer[name])
        if abs(p - math.exp(-loss)) > 0.003:
            for mistake, change in known.items():
                if abs(p - change(loss)) <= 0.003:
                    return wrong(mistake, f"{name}: {p:g}.")
            return wrong(mistakes.UNKNOWN if 0 <= p <= 1 else NO_PROBABILITY, f"{name}: {p:g}.")
    letter = str(answer["accuracy"]).strip().lower()
    if letter not in ("a", "b", "c", "d"):
        complain(mistakes.NOT_AN_OPTION, f"accuracy must be one of 'a', 'b', 'c', 'd'; got {letter!r}.")
    if letter != "d":
        return wrong(LOSS_IS_NOT_ACCURACY, "both probabilities are right, the accuracy is not.")
    return right("The loss bounds the accuracy, but does not say it: two classifiers with one loss may differ in it.")


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
    def case(n, d, k, size=1.0):
        W, b, X = size * rng.normal(size=(d, k)), rng.normal(size=k), rng.normal(size=(n, d))
        return W, b, X, rng.integers(k, size=n)

    by_hand = np.zeros((2, 3)), np.zeros(3), np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([0, 2])
    return [by_hand, case(5, 3, 4), case(120, 2, 3), case(1, 2, 3), case(8, 2, 3, size=2000.0)]


def _accuracy(network, X, y, num_epochs=1000, learning_rate=1.0):
    settings = {"batch_size": len(X), "learning_rate": learning_rate, "shuffle": False}
    *_, last = train(network, X, y, num_epochs=num_epochs, **settings)
    return last.accuracy


def _twins(answer):
    require_function(answer)
    accuracies = {}
    for change in (0.0, 0.001):
        plain = Network([2, 8, 2], np.random.default_rng(0), activation="tanh")
        network = call(answer, (plain, change), f"For change = {change:g}")
        if network is ...:
            return NOT_ATTEMPTED
        if not isinstance(network, Network) or network.sizes != plain.sizes:
            complain(mistakes.WRONG_TYPE, f"The function must return what it was given; got {type(network).__name__}.")
        if mistake := _not_twins(network.parameters, plain.parameters, change):
            return wrong(mistake, f"Look at the network for change = {change:g}.")
        accuracies[change] = _accuracy(network, *XOR)
    return right(
        f"The accuracy on XOR is {accuracies[0.0]:.2f} with twins and {accuracies[0.001]:.2f} after the change of a "
        "thousandth: these data reward the difference."
    )


def _not_twins(got, before, change):
    """The mistake in the parameters, or None."""
    W1, W2 = np.tile(before["W1"][:, :1], 8), np.tile(before["W2"][:1], (8, 1))
    changed = W1.copy()
    changed[0, 0] += change
    same = np.array_equal
    if same(got["W1"], changed) and same(got["W2"], W2):
        return None
    moved = got["W1"] - change * (np.arange(16).reshape(2, 8) == 0)  # without the change, if it is there
    if np.allclose(moved, before["W1"], atol=1e-9) and same(got["W2"], before["W2"]):
        return UNCHANGED
    if _only_rows_alike(moved) or _only_rows_alike(got["W2"].T):
        return mistakes.TRANSPOSED
    if np.ptp(got["W2"], axis=0).max() > 0 or np.allclose(moved, before["W1"], atol=1e-9):
        return ONE_LAYER
    return STILL_TWINS if np.ptp(got["W1"], axis=1).max() == 0 and change else NOT_AS_ASKED


def _only_rows_alike(matrix):
    return np.ptp(matrix, axis=0).max() < 1e-9 < np.ptp(matrix, axis=1).max()


def _smallest(answer):
    answer = like({"hidden neurons": 0, "seed": 0}, answer)
    num_hidden = require_number(answer["hidden neurons"], low=1, high=32, whole=True)
    seed = require_number(answer["seed"], low=0, high=1e9, whole=True)
    X, y = MOONS
    network = Network([2, num_hidden, 2], np.random.default_rng(seed), activation="tanh")
    # At the rate 1 the runs that find the way do not come to rest, and rounding would decide which of them arrive.
    _accuracy(network, X, y, num_epochs=3000, learning_rate=0.5)
    missed = np.sum(network.predict(X) != y)
    facts = f"{num_hidden} hidden, seed {seed}: {missed} of {len(y)} points lie on the wrong side."
    if num_hidden == 1:
        return wrong(ONE_LINE, facts)
    if missed:
        return wrong(STILL_WRONG, facts)
    if num_hidden > 2:
        return wrong(TOO_WIDE, facts)
    return right(f"{facts} It is the smallest, because one hidden neuron draws one line. Most starts do not find it.")


EXERCISES = {
    "8.1": Outcome(_reading),
    "8.2": Function(
        _with(),
        _regressions,
        {
            mistakes.SUMMED: _with(delta=lambda P, Y, Z, labels: P - Y),
            mistakes.AVERAGED: _with(bias=lambda dW, delta: delta.mean(axis=0)),
            mistakes.BIAS_FROM_WEIGHT: _with(bias=lambda dW, delta: dW.sum(axis=0)),
            mistakes.NO_TARGET: _with(delta=lambda P, Y, Z, labels: P / len(P)),
            WRONG_AXIS: _with(delta=lambda P, Y, Z, labels: (softmax(Z.T).T - Y) / len(P)),
            NO_SOFTMAX: _with(delta=lambda P, Y, Z, labels: (Z - Y) / len(P)),
            NOT_ONE_HOT: _with(delta=lambda P, Y, Z, labels: (P - labels[:, np.newaxis]) / len(P)),
            SLOPE_KEPT: _with(delta=lambda P, Y, Z, labels: (P - Y) * P * (1 - P) / len(P)),
        },
        why="It agrees for logits in the thousands too. The same two lines will be the last layer of any network.",
    ),
    "8.3": Number(
        746,
        {SMALLEST_IS_LEFT: 745, OVERFLOW: 710, FEWER_DIGITS: 709, EPSILON: 37},
        why="There p is below half of the smallest positive number and is rounded to 0. The loss from the logits is "
        "still exact.",
    ),
    "8.4": Outcome(_twins),
    "8.5": Outcome(_smallest),
}
