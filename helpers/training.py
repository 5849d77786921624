"""Training a network: mini-batches of shuffled examples, a step against the gradient for each, epoch after epoch."""

import math
from collections.abc import Iterator
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np

from helpers.activations import softmax
from helpers.losses import check_labels, cross_entropy
from helpers.network import Network


class Epoch(NamedTuple):
    """One pass through all examples.

    loss, accuracy: over the examples of the epoch, each judged just before its batch changed the network, so they cost
    no second pass. test_loss, test_accuracy: after the epoch, on examples the network does not learn from, or None.
    """

    epoch: int
    loss: float
    accuracy: float
    test_loss: float | None = None
    test_accuracy: float | None = None


def train(
    network: Network,
    X,
    labels,
    *,
    num_epochs: int,
    batch_size: int,
    learning_rate: float,
    rng: np.random.Generator | None = None,
    momentum: float = 0.0,
    decay: float = 1.0,
    shuffle: bool = True,
    X_test=None,
    labels_test=None,
) -> Iterator[Epoch]:
    """Train the network in place, and yield an Epoch after each pass: 1, 2, …, num_epochs. Nothing runs until asked.

    X: (n, d). labels: (n,) whole numbers from 0 to k − 1. rng: draws the order of the examples, anew for each epoch;
    not needed with shuffle=False. The last batch of an epoch may be smaller than batch_size; inf means all examples.
    momentum: velocity ← momentum · velocity + gradient, and the step is −rate · velocity. 0 is plain descent.
    decay: the rate of epoch e is learning_rate · decay^(e − 1).

    Raises ValueError at the call for bad arguments, and FloatingPointError on the way when the loss or a parameter is
    no longer a finite number.
    """
    X = network.check_inputs(X)
    num_classes = network.sizes[-1]
    Y = np.eye(num_classes)[check_labels(labels, len(X), num_classes)]
    test = None
    if X_test is not None or labels_test is not None:
        if X_test is None or labels_test is None:
            raise ValueError("X_test and labels_test must be given together; got only one of them")
        test = network.check_inputs(X_test), np.asarray(labels_test)
        check_labels(labels_test, len(test[0]), num_classes)
    if not (isinstance(num_epochs, Integral) and num_epochs >= 0):
        raise ValueError(f"num_epochs must be a whole number that is not negative; got {num_epochs!r}")
    if not (isinstance(batch_size, Integral) and batch_size > 0):
        raise ValueError(f"batch_size must be a positive whole number; got {batch_size!r}")
    if not (isinstance(learning_rate, Real) and 0 < learning_rate < math.inf):
        raise ValueError(f"learning_rate must be a positive, finite number; got {learning_rate!r}")
    if not (isinstance(momentum, Real) and 0 <= momentum < 1):
        raise ValueError(f"momentum must be at least 0 and less than 1; got {momentum!r}")
    if not (isinstance(decay, Real) and 0 < decay <= 1):
        raise ValueError(f"decay must be more than 0 and at most 1; got {decay!r}")
    if shuffle and not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a generator such as np.random.default_rng(0); got {rng!r}")
    rates = [learning_rate * decay**epoch for epoch in range(num_epochs)]
    return _epochs(network, X, Y, test, rates, batch_size, momentum, rng if shuffle else None)


def _epochs(network, X, Y, test, rates, batch_size, momentum, rng):
    """The run itself. It is a generator of its own so that train refuses bad arguments when called."""
    velocity = {name: np.zeros_like(array) for name, array in network.parameters.items()}
    for epoch, rate in enumerate(rates, start=1):
        if rng is not None:  # put in order once an epoch: a batch is then a slice, which copies nothing
            order = rng.permutation(len(X))
            X, Y = X[order], Y[order]
        logits = _pass(network, X, Y, batch_size, rate, momentum, velocity)
        if not all(np.isfinite(array).all() for array in (logits, *network.parameters.values())):
            raise FloatingPointError(f"training diverged in epoch {epoch}: learning_rate {rate} is perhaps too large")
        yield Epoch(
            epoch, *_judge(logits, Y.argmax(axis=1)), *(_judge(network.logits(test[0]), test[1]) if test else ())
        )


def _judge(logits, labels):
    """Loss and accuracy."""
    return float(cross_entropy(logits, labels)), float(np.mean(logits.argmax(axis=1) == labels))


def _pass(network, X, Y, batch_size, rate, momentum, velocity):
    """One step for each batch. Returns the logits (n, k) that each example was judged by."""
    logits = np.empty(Y.shape, order="F")
    with np.errstate(all="ignore"):  # overflow is reported once, at the end of the epoch, and not as a warning
        for start in range(0, len(X), batch_size):
            batch = slice(start, start + batch_size)
            activations = network.forward(X[batch])
            Z = logits[batch] = activations[-1]
            delta = (softmax(Z) - Y[batch]) * (rate / len(Z))  # backward is linear, so the rate can go in here
            step = network.backward(activations, delta)
            for name, array in network.parameters.items():
                if momentum:
                    step[name] += momentum * velocity[name]
                    velocity[name] = step[name]
                array -= step[name]
    return logits
