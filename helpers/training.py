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

    loss, accuracy: over the examples of the epoch, each judged just before its batch changed the network, so that they
    cost no second pass. test_loss, test_accuracy: after the epoch, on examples it does not learn from, or None.
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
    """Train the network in place, and yield an Epoch after each pass: 1, 2, …, num_epochs.

    X: (n, d). labels: (n,) whole numbers from 0 to k − 1. The last batch of an epoch may be smaller than batch_size.
    rng: draws a new order of the examples for each epoch; it is not needed with shuffle=False.
    momentum: velocity ← momentum · velocity + rate · gradient, then parameters ← parameters − velocity. 0 is plain
    gradient descent. decay: the rate of epoch e is learning_rate · decay^(e − 1).

    Raises ValueError at the call for bad arguments, and FloatingPointError on the way when a loss or a parameter is no
    longer a finite number; the network is then of no more use.
    """
    X = network.inputs(X)
    labels = check_labels(labels, len(X), network.sizes[-1])
    if (X_test is None) != (labels_test is None):
        raise ValueError("X_test and labels_test must be given together; got one of them")
    if X_test is not None:
        X_test = network.inputs(X_test)
        labels_test = check_labels(labels_test, len(X_test), network.sizes[-1])
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
    return _epochs(network, X, labels, X_test, labels_test, rates, batch_size, momentum, rng if shuffle else None)


def _epochs(network, X, labels, X_test, labels_test, rates, batch_size, momentum, rng):
    """The run itself: a generator of its own, so that train refuses bad arguments when it is called."""
    Y = np.eye(network.sizes[-1])[labels]  # (n,) -> (n, k)
    parameters = list(network.parameters.values())  # the network's own arrays, changed in place
    velocity = [0.0] * len(parameters)
    for epoch, rate in enumerate(rates, start=1):
        if rng is not None:
            order = rng.permutation(len(X))
            X, Y, labels = X[order], Y[order], labels[order]  # together
        logits = np.empty_like(Y, order="F")  # class by class in memory, which is quicker to judge
        with np.errstate(all="ignore"):  # overflow is reported once, below, and not as a warning
            for first in range(0, len(X), batch_size):
                batch = slice(first, first + batch_size)
                activations = network.forward(X[batch])
                logits[batch] = activations[-1]
                delta = (softmax(activations[-1]) - Y[batch]) / len(X[batch])
                steps = [rate * slope for slope in network.backward(activations, delta)]
                if momentum:
                    steps = velocity = [momentum * v + step for v, step in zip(velocity, steps, strict=True)]
                for parameter, step in zip(parameters, steps, strict=True):
                    parameter -= step
            judged = _judge(logits, labels)
            if X_test is not None:
                judged += _judge(network.forward(X_test)[-1], labels_test)
        if not (np.isfinite(judged).all() and all(np.isfinite(array).all() for array in parameters)):
            raise FloatingPointError(f"training diverged in epoch {epoch}: learning_rate {rate} is perhaps too large")
        yield Epoch(epoch, *judged)


def _judge(logits, labels):
    """Loss and accuracy; a loss of NaN where a logit is not finite."""
    loss = cross_entropy(logits, labels) if np.isfinite(logits).all() else math.nan
    return float(loss), float(np.mean(logits.argmax(axis=1) == labels))
