"""Chapter 9, the classifier from scratch."""

import contextlib
import math
from functools import cache

import numpy as np

from exercises import mistakes, suspects
from exercises.chapter_8 import misread
from exercises.kinds import NOT_ATTEMPTED, Function, Outcome, Table, call, like, require_function, right, wrong
from exercises.mistakes import Mistake
from helpers.activations import sigmoid, softmax
from helpers.datasets import load_digits, split
from helpers.network import Network
from helpers.training import train

SIGMOID_SLOPE = Mistake(
    "slope of the sigmoid", "It looks as if the slope is still a(1 − a): of which function is that the slope?"
)
SIGMOID_LEFT = Mistake(
    "sigmoid left in", "It looks as if the forward pass still has the sigmoid: the slope fits another function."
)
NO_SQUARE = Mistake("no square", "A power got lost in the slope of tanh.")
TANH_AT_Z = Mistake("slope at z, not a", "It looks as if the slope was computed from z, in the formula that needs a.")
TANH_AT_A = Mistake("slope at a, not z", "It looks as if the activation went through tanh once more for its slope.")
DECAY_DOUBLED = Mistake("decay twice as large", "What is added is twice what it should be: what became of the half?")
DECAY_HALVED = Mistake(
    "decay half as large", "What is added is half of what it should be: what is the derivative of a square?"
)
DECAY_UPHILL = Mistake("decay of the wrong sign", "A step against this gradient makes every weight larger.")
BIASES_DECAYED = Mistake(
    "biases decayed too", "It pulls the biases to 0 as well: over what does the sum in the loss run?"
)
ONE_MATRIX = Mistake("one matrix only", "Only one of the two matrices decays: over what does the sum in the loss run?")
DECAY_ALONE = Mistake("decay alone", "It is the slope of what was added, and of that alone: where did the loss go?")
LOSS_ADDED = Mistake("loss, not slope", "It looks as if the squares themselves were added to the slopes.")
NO_STRENGTH = Mistake("without its strength", "It looks as if the weights were added without λ.")
LABELS_LEFT_BEHIND = Mistake(
    "labels left behind", "Images and labels were shuffled apart: which label does an image have after that?"
)
NOT_SHUFFLED = Mistake("not shuffled", "Now they stay together, but each epoch has the same order as the last.")
IMAGES_LEFT_OUT = Mistake(
    "images left out", "An epoch shows each image once. Here some come more often, or not at all."
)
OTHER_BATCHES = Mistake("other batches", "The batches do not have the size that was asked for.")
OLD_PARAMETERS = Mistake(
    "old parameters", "Every batch asked for the gradient at the start: whose step has the next batch to build on?"
)
OWN_ORDER = Mistake("own order", "The same generator gave two orders: where does yours come from, if not from rng?")
NOT_THE_STEPS = Mistake("other steps", "What comes back is not where these gradients lead: look at the update.")
NOT_LEARNED = Mistake("not learned", "With a dozen images all of it looks right: what is different with many?")
UNCHANGED = Mistake("unchanged", "It is the image itself.")
OUT_OF_RANGE = Mistake("out of range", "A pixel lies between 0, white, and 1, black.")
SIXTEENTHS = Mistake("in sixteenths", "These are pixels from 0 to 16: the network sees them from 0 to 1.")
NOT_FOOLED = Mistake(
    "not fooled", "The network is not fooled yet: which pixel lowers its 4 most, and which after that?"
)
TOO_MANY = Mistake("too many pixels", "It is fooled, but by too many pixels: do all of them do their share?")


# 9.2: the tanh network


def _backward(parameters, X, labels, activation=np.tanh, slope=lambda A, Z: 1 - A**2, bias=None, delta=None):
    """The gradient of a network with one hidden layer, with the mistakes of exercise 9.2 as options."""
    W1, b1, W2, b2 = parameters.values()
    Z1 = X @ W1 + b1
    A1 = activation(Z1)
    P, Y = softmax(A1 @ W2 + b2), np.eye(W2.shape[1])[labels]
    delta2 = delta(P, Y) if delta else (P - Y) / len(X)
    delta1 = (delta2 @ W2.T) * slope(A1, Z1)
    dL_dW1, dL_dW2 = X.T @ delta1, A1.T @ delta2
    bias = bias or (lambda dL_dW, delta: delta.sum(axis=0))
    return {"W1": dL_dW1, "b1": bias(dL_dW1, delta1), "W2": dL_dW2, "b2": bias(dL_dW2, delta2)}


def _with(**mistake):
    return lambda parameters, X, labels: _backward(parameters, X, labels, **mistake)


def _parameters(rng, d, h, k):
    shapes = {"W1": (d, h), "b1": h, "W2": (h, k), "b2": k}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def _networks(rng):
    sizes = [(2, 3, 2, 4), (5, 4, 3, 3), (7, 2, 2, 2), (1, 3, 2, 4), (40, 8, 5, 6)]  # n, d, h, k
    return [(_parameters(rng, *dhk), rng.uniform(size=(n, dhk[0])), rng.integers(dhk[2], size=n)) for n, *dhk in sizes]


# 9.3: weight decay


def _decayed(parameters, slopes, strength, add=lambda W, strength: strength * W, names=("W1", "W2"), keep=1):
    return {
        name: keep * slopes[name] + (add(parameters[name], strength) if name in names else 0) for name in parameters
    }


def _penalty(parameters, strength):
    return strength / 2 * sum(np.sum(parameters[name] ** 2) for name in ("W1", "W2"))


def _decaying(**mistake):
    return lambda parameters, slopes, strength: _decayed(parameters, slopes, strength, **mistake)


def _slopes(rng):
    def case(strength, *sizes):
        return _parameters(rng, *sizes), _parameters(rng, *sizes), strength

    return [case(0.1, 2, 1, 2), case(0.1, 3, 2, 4), case(0.5, 3, 3, 3), case(0.0, 2, 3, 2), case(3.0, 4, 2, 2)]


# 9.4: the loop


@cache
def _digits():
    images, labels = load_digits()
    parts = split(labels, rng=np.random.default_rng(0))
    return images.reshape(-1, 64) / 16, labels, parts


def _start(sizes, seed=0):
    return {name: array.copy() for name, array in Network(sizes, np.random.default_rng(seed)).parameters.items()}


def _loop(answer):
    require_function(answer)
    for num_images, batch_size, learning_rate in [(11, 4, 0.5), (12, 3, 0.1), (5, 8, 2.0)]:
        orders = []
        for seed in (0, 1, 1):
            watched = f"The check watched {num_images} images in batches of {batch_size} at the rate {learning_rate}."
            epoch = _watched(answer, num_images, batch_size, learning_rate, seed)
            if epoch is NOT_ATTEMPTED:
                return NOT_ATTEMPTED
            order, mistake = epoch
            if mistake:
                cut_short = suspects.ends_in_its_first_round(answer)
                return wrong(mistakes.FIRST_ROUND if cut_short else mistake, watched)
            orders.append(order)
        if num_images > 5:  # five images may come in the same order twice
            if np.array_equal(orders[0], orders[1]):
                return wrong(NOT_SHUFFLED, "With two different generators the order is the same.")
            if not np.array_equal(orders[1], orders[2]):
                return wrong(OWN_ORDER)
    loss = _loss_after_ten_epochs(answer)
    if not loss < 0.3:
        return wrong(NOT_LEARNED, f"After ten epochs on the digits the loss is {loss:.2f}.")
    return right(f"After ten epochs on the digits the loss is {loss:.2f}, far below ln 10 = 2.30.")


def _watched(answer, num_images, batch_size, learning_rate, seed):
    """One epoch of the answer: in which order the images came, and the mistake in it or None; or NOT_ATTEMPTED."""
    X = np.arange(float(num_images))[:, np.newaxis] + np.zeros(3)  # image i is (i, i, i): it can be told where it went
    labels = np.arange(num_images) * 7 % num_images
    batches, points, slopes = [], [], []

    def gradient(parameters, X, labels):
        batches.append((np.asarray(X)[:, 0].astype(int), np.array(labels)))
        points.append({name: array.copy() for name, array in parameters.items()})
        slopes.append({name: 0.1 * array + len(batches) for name, array in parameters.items()})
        return {name: slope.copy() for name, slope in slopes[-1].items()}

    start = _start([3, 2, 4], seed)
    where = f"For {num_images} images in batches of {batch_size}"
    arguments = (start, X, labels, gradient, learning_rate, batch_size, np.random.default_rng(seed))
    result = call(answer, arguments, where)
    if result is ...:
        return NOT_ATTEMPTED
    result = like(start, result, where)
    if mistake := _not_an_epoch(batches, labels, batch_size):
        return None, mistake
    return np.concatenate([images for images, _ in batches]), _not_the_steps(
        start, points, slopes, result, learning_rate
    )


def _not_an_epoch(batches, labels, batch_size):
    """The mistake in what the gradient was asked for, or None."""
    if not batches:
        return NOT_THE_STEPS
    if any(len(images) != len(own) or (labels[images] != own).any() for images, own in batches):
        return LABELS_LEFT_BEHIND
    seen = np.concatenate([images for images, _ in batches])
    if sorted(seen) != list(range(len(labels))):
        return IMAGES_LEFT_OUT
    sizes = [min(batch_size, len(labels) - first) for first in range(0, len(labels), batch_size)]
    return None if [len(images) for images, _ in batches] == sizes else OTHER_BATCHES


def _not_the_steps(start, points, slopes, result, learning_rate):
    """The mistake in the updates, or None: each batch has to begin where the last one has led."""
    for sign, mistake in ((1, None), (-1, mistakes.UPHILL)):
        wanted = [start]
        for slope in slopes:
            wanted.append({name: wanted[-1][name] - sign * learning_rate * slope[name] for name in start})
        if _all_close(result, wanted[-1]):
            if all(_all_close(point, want) for point, want in zip(points, wanted, strict=False)):
                return mistake
            if all(_all_close(point, start) for point in points):
                return OLD_PARAMETERS
    if len(points) > 1 and all(_all_close(point, start) for point in points):
        return OLD_PARAMETERS
    return NOT_THE_STEPS


def _all_close(arrays, others):
    return all(np.allclose(arrays[name], others[name], rtol=1e-6, atol=1e-9) for name in others)


def _loss_after_ten_epochs(answer):
    X, labels, parts = _digits()
    X, labels = X[parts.train], labels[parts.train]
    network = Network([64, 32, 10], np.random.default_rng(0))
    parameters, rng = _start([64, 32, 10]), np.random.default_rng(1)

    def gradient(parameters, X, labels):
        for name, array in parameters.items():
            network.parameters[name][...] = array
        return network.gradient(X, labels)

    for _ in range(10):
        parameters = call(answer, (parameters, X, labels, gradient, 0.5, 32, rng))
    for name, array in parameters.items():
        network.parameters[name][...] = array
    return network.loss(X, labels)


# 9.5: the fewest pixels


@cache
def _classifier():
    """The network that the chapter ends with."""
    X, labels, parts = _digits()
    rng = np.random.default_rng(0)
    network = Network([64, 32, 10], rng)
    settings = {"learning_rate": 0.5, "num_epochs": 50, "batch_size": 32}
    list(train(network, X[parts.train], labels[parts.train], rng=rng, **settings))
    return network


def _fool(answer):
    X, labels, _ = _digits()
    image, label = X[14], labels[14]
    picture = like(image, _as_a_row(answer)).astype(float)
    changed = np.sum(np.abs(picture - image) > 1e-12)
    if picture.max() > 1 and np.sum(np.abs(picture / 16 - image) > 1e-12) <= 8:
        return wrong(SIXTEENTHS)
    if picture.min() < 0 or picture.max() > 1:
        return wrong(OUT_OF_RANGE, f"The pixels run from {picture.min():.3g} to {picture.max():.3g}.")
    if not changed:
        return wrong(UNCHANGED)
    p = softmax(_classifier().logits(picture[np.newaxis]))[0]
    count = f"{changed} pixel{'s' if changed > 1 else ''}"
    facts = f"With {count} changed the network sees the digit {p.argmax()}: p = {p.max():.3f}."
    if p.argmax() == label:
        return wrong(NOT_FOOLED, facts)
    if changed > 4:
        return wrong(TOO_MANY, facts)
    more = {4: "It can be done with fewer.", 3: "We know of no way with fewer."}
    return right(f"{facts} {more.get(changed, 'We knew of no way with so few.')}")


def _as_a_row(answer):
    """An image in 8 rows of 8, an array or a list, or in one row of a table, as 64 numbers; anything else as it is."""
    with contextlib.suppress(ValueError):  # rows of unequal length
        if not isinstance(answer, str) and np.shape(answer) in [(8, 8), (1, 64)]:
            return np.ravel(answer)
    return answer


LOSSES = {"loss 2.30": 2.30, "loss 0.25": 0.25}

EXERCISES = {
    "9.1": Table(
        {name: math.exp(-loss) for name, loss in LOSSES.items()},
        misread(LOSSES),
        why="The first does no better than a network that gives each digit a tenth: 2.30 is ln 10.",
        decimals=3,
    ),
    "9.2": Function(
        _with(),
        _networks,
        {
            mistakes.NO_SLOPE: _with(slope=lambda A, Z: 1),
            SIGMOID_SLOPE: _with(slope=lambda A, Z: A * (1 - A)),
            SIGMOID_LEFT: _with(activation=sigmoid),
            NO_SQUARE: _with(slope=lambda A, Z: 1 - A),
            TANH_AT_Z: _with(slope=lambda A, Z: 1 - Z**2),
            TANH_AT_A: _with(slope=lambda A, Z: 1 - np.tanh(A) ** 2),
            mistakes.BIAS_FROM_WEIGHT: _with(bias=lambda dL_dW, delta: dL_dW.sum(axis=0)),
            mistakes.NO_TARGET: _with(delta=lambda P, Y: P / len(P)),
        },
        why="Only two lines depend on the activation. All else, transposes and sums, is the same for any network.",
    ),
    "9.3": Function(
        _decaying(),
        _slopes,
        {
            DECAY_DOUBLED: _decaying(add=lambda W, strength: 2 * strength * W),
            DECAY_HALVED: _decaying(add=lambda W, strength: strength / 2 * W),
            DECAY_UPHILL: _decaying(add=lambda W, strength: -strength * W),
            BIASES_DECAYED: _decaying(names=("W1", "b1", "W2", "b2")),
            ONE_MATRIX: _decaying(names=("W1",)),
            DECAY_ALONE: _decaying(keep=0),
            LOSS_ADDED: [
                _decaying(add=lambda W, strength: strength / 2 * W**2),
                lambda parameters, slopes, strength: _decayed(
                    parameters, slopes, _penalty(parameters, strength), lambda W, p: p, names=parameters
                ),
            ],
            NO_STRENGTH: _decaying(add=lambda W, strength: W),
        },
        why="In each step it pulls every weight towards 0, the large ones more.",
    ),
    "9.4": Outcome(_loop),
    "9.5": Outcome(_fool),
}
