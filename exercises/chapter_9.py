"""Chapter 9, the classifier from scratch."""

import math
from functools import cache

import numpy as np

from exercises import mistakes
from exercises.chapter_8 import NO_MINUS, ONE_MINUS_THE_LOSS, OTHER_BASE, THE_LOSS_ITSELF
from exercises.kinds import (
    NOT_ATTEMPTED,
    Choice,
    Function,
    Number,
    Outcome,
    Table,
    call,
    like,
    require_function,
    right,
    wrong,
)
from exercises.mistakes import Mistake
from helpers.activations import sigmoid, softmax
from helpers.datasets import load_digits, split
from helpers.network import Network
from helpers.training import train

ONE_DEVIATION = Mistake(
    "one deviation", "That is where the difference is as large as its standard deviation: how large was it to be?"
)
ONE_VARIANCE = Mistake("one variance", "Only one of the two classifiers varies in this number: which one is left out?")
DEVIATIONS_ADDED = Mistake(
    "deviations added", "It looks as if standard deviations were added. What adds up for independent numbers?"
)
SIGMOID_SLOPE = Mistake(
    "slope of the sigmoid", "It looks as if the slope is still a(1 − a): of which function is that the slope?"
)
SIGMOID_LEFT = Mistake(
    "sigmoid left in", "It looks as if the forward pass still has the sigmoid: the slope fits another function."
)
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
NOT_THE_STEPS = Mistake("other steps", "What comes back is not where these gradients lead: look at the update.")
LIKENESS = Mistake(
    "nearest is itself", "Run it in your head for one image: which image of those it has learned from is the nearest?"
)
PERFECT_IS_NO_PROOF = Mistake("perfect is no proof", "Would any other measure of likeness have given another number?")
UNCHANGED = Mistake("unchanged", "It is the image itself.")
OUT_OF_RANGE = Mistake("out of range", "A pixel lies between 0, white, and 1, black.")
SIXTEENTHS = Mistake("in sixteenths", "These are pixels from 0 to 16: the network sees them from 0 to 1.")
NOT_FOOLED = Mistake(
    "not fooled", "The network is not fooled yet: which pixel lowers its 4 most, and which after that?"
)
TOO_MANY = Mistake("too many pixels", "It is fooled, but by too many pixels: do all of them do their share?")


# 9.3: the tanh network


def _backward(parameters, X, labels, activation=np.tanh, slope=lambda A, Z: 1 - A**2, bias=None, delta=None):
    """The gradient of a network with one hidden layer, with the mistakes of exercise 9.3 as options."""
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


# 9.4: weight decay


def _decayed(parameters, slopes, strength, add=lambda W, strength: strength * W, names=("W1", "W2"), keep=1):
    return {
        name: keep * slopes[name] + (add(parameters[name], strength) if name in names else 0) for name in parameters
    }


def _decaying(**mistake):
    return lambda parameters, slopes, strength: _decayed(parameters, slopes, strength, **mistake)


def _slopes(rng):
    def case(strength, *sizes):
        return _parameters(rng, *sizes), _parameters(rng, *sizes), strength

    return [case(0.1, 2, 1, 2), case(0.1, 3, 2, 4), case(0.5, 3, 3, 3), case(0.0, 2, 3, 2), case(3.0, 4, 2, 2)]


# 9.5: the loop


@cache
def _digits():
    images, labels = load_digits()
    parts = split(labels, rng=np.random.default_rng(0))
    return images.reshape(-1, 64) / 16, labels, parts


def _start(sizes):
    return {name: array.copy() for name, array in Network(sizes, np.random.default_rng(0)).parameters.items()}


def _loop(answer):
    require_function(answer)
    X = np.arange(11.0)[:, np.newaxis] + np.zeros(3)  # image i is (i, i, i), so that it can be told where it went
    labels = np.arange(11) * 7 % 11
    orders = []
    for seed in (0, 1):
        batches = []

        def gradient(parameters, X, labels, batches=batches):
            batches.append((X[:, 0].astype(int), np.array(labels)))
            return {name: np.full_like(array, len(batches)) for name, array in parameters.items()}

        start = _start([3, 2, 4])
        arguments = (start, X, labels, gradient, 0.5, 4, np.random.default_rng(seed))
        result = call(answer, arguments, "For 11 images in batches of 4")
        if result is ...:
            return NOT_ATTEMPTED
        result = like(start, result, "For 11 images in batches of 4")
        if mistake := _not_an_epoch(batches, labels):
            return wrong(mistake, "The check watched 11 images in batches of 4.")
        orders.append(np.concatenate([images for images, _ in batches]))
        steps = {name: result[name] - start[name] for name in start}
        if mistake := _not_the_steps(steps, -0.5 * (1 + 2 + 3)):
            return wrong(mistake, "The check watched 11 images in batches of 4.")
    if np.array_equal(*orders):
        return wrong(NOT_SHUFFLED, "With two different generators the order is the same.")
    return right(f"After ten epochs on the digits the loss is {_loss_after(answer):.2f}, far below ln 10.")


def _not_an_epoch(batches, labels):
    """The mistake in what the gradient was asked for, or None."""
    if not batches:
        return NOT_THE_STEPS
    if any(len(images) != len(own) or (labels[images] != own).any() for images, own in batches):
        return LABELS_LEFT_BEHIND
    seen = np.concatenate([images for images, _ in batches])
    if sorted(seen) != list(range(len(labels))):
        return IMAGES_LEFT_OUT
    return None if [len(images) for images, _ in batches] == [4, 4, 3] else OTHER_BATCHES


def _not_the_steps(steps, wanted):
    moved = np.concatenate([step.ravel() for step in steps.values()])
    if np.allclose(moved, wanted):
        return None
    return mistakes.UPHILL if np.allclose(moved, -wanted) else NOT_THE_STEPS


def _loss_after(answer):
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


# 9.7: the fewest pixels


@cache
def _classifier():
    """The chapter's first network, trained on its first split."""
    X, labels, parts = _digits()
    rng = np.random.default_rng(0)
    network = Network([64, 32, 10], rng)
    settings = {"learning_rate": 0.5, "num_epochs": 50, "batch_size": 32}
    list(train(network, X[parts.train], labels[parts.train], rng=rng, **settings))
    return network


def _fool(answer):
    X, labels, _ = _digits()
    image, label = X[14], labels[14]
    if isinstance(answer, np.ndarray) and answer.shape == (8, 8):
        answer = answer.ravel()
    picture = like(image, answer).astype(float)
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
    return right(f"{facts} {'It can be done with fewer.' if changed == 4 else 'We know of none with fewer.'}")


M = 0.989 * 0.011, 0.979 * 0.021  # p(1 − p) of the two classifiers of exercise 9.2

EXERCISES = {
    "9.1": Table(
        {"loss 2.30": math.exp(-2.30), "loss 0.25": math.exp(-0.25)},
        {
            NO_MINUS: lambda p: 1 / p,
            ONE_MINUS_THE_LOSS: lambda p: 1 + math.log(p),
            THE_LOSS_ITSELF: lambda p: -math.log(p),
            OTHER_BASE: lambda p: 10 ** math.log(p),
        },
        why="The first network knows nothing, and you can see it without any test: 2.30 is ln 10.",
        tolerance=5e-3,
    ),
    "9.2": Number(
        math.ceil(sum(M) * (2 / 0.010) ** 2),
        {
            ONE_DEVIATION: math.ceil(sum(M) * (1 / 0.010) ** 2),
            ONE_VARIANCE: math.ceil(M[1] * (2 / 0.010) ** 2),
            DEVIATIONS_ADDED: math.ceil((math.sqrt(M[0]) + math.sqrt(M[1])) ** 2 * (2 / 0.010) ** 2),
        },
        why="It is three and a half times as many as one split has. On the same images fewer are enough, because what "
        "is hard for one is often hard for the other.",
        tolerance=5e-4,
    ),
    "9.3": Function(
        _with(),
        _networks,
        {
            mistakes.NO_SLOPE: _with(slope=lambda A, Z: 1),
            SIGMOID_SLOPE: _with(slope=lambda A, Z: A * (1 - A)),
            SIGMOID_LEFT: _with(activation=sigmoid),
            TANH_AT_Z: _with(slope=lambda A, Z: 1 - Z**2),
            TANH_AT_A: _with(slope=lambda A, Z: 1 - np.tanh(A) ** 2),
            mistakes.BIAS_FROM_WEIGHT: _with(bias=lambda dL_dW, delta: dL_dW.sum(axis=0)),
            mistakes.SUMMED: _with(delta=lambda P, Y: P - Y),
            mistakes.AVERAGED: _with(bias=lambda dL_dW, delta: delta.mean(axis=0)),
            mistakes.NO_TARGET: _with(delta=lambda P, Y: P / len(P)),
        },
        why="Only two lines depend on the activation. All else, transposes and sums, is the same for any network.",
    ),
    "9.4": Function(
        _decaying(),
        _slopes,
        {
            DECAY_DOUBLED: _decaying(add=lambda W, strength: 2 * strength * W),
            DECAY_HALVED: _decaying(add=lambda W, strength: strength / 2 * W),
            DECAY_UPHILL: _decaying(add=lambda W, strength: -strength * W),
            BIASES_DECAYED: _decaying(names=("W1", "b1", "W2", "b2")),
            ONE_MATRIX: _decaying(names=("W1",)),
            DECAY_ALONE: _decaying(keep=0),
            LOSS_ADDED: _decaying(add=lambda W, strength: strength / 2 * W**2),
            NO_STRENGTH: _decaying(add=lambda W, strength: W),
        },
        why="It has the name of the falling rate and is another thing: it pulls each weight towards 0 in each step.",
    ),
    "9.5": Outcome(_loop),
    "9.6": Choice(
        "c",
        "The nearest neighbour of each image is the image itself, at the distance 0. A classifier that memorises is "
        "always perfect on what it has memorised.",
        {"a": LIKENESS, "b": LIKENESS, "d": PERFECT_IS_NO_PROOF},
    ),
    "9.7": Outcome(_fool),
}
