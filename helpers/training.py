"""Training a network: mini-batches of shuffled examples, a step against the gradient for each, epoch after epoch."""

import math
from collections.abc import Iterator
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np

from helpers.activations import unchecked_softmax
from helpers.losses import check_labels, unchecked_cross_entropy
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
    inputs = network.inputs(X)
    labels = check_labels(labels, len(inputs), network.sizes[-1])
    if (X_test is None) != (labels_test is None):
        raise ValueError("X_test and labels_test must be given together; got one of them")
    test = None
    if X_test is not None:
        network.inputs(X_test)
        test = X_test, check_labels(labels_test, len(X_test), network.sizes[-1])
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
    return _epochs(network, inputs, labels, test, rates, batch_size, momentum, rng if shuffle else None)


def _epochs(network, inputs, labels, test, rates, batch_size, momentum, rng):
    """The run itself. It is a generator of its own so that train refuses bad arguments when called."""
    labels = labels.copy()
    one_hot = np.eye(network.sizes[-1])
    logits = np.empty((len(one_hot), len(labels)))  # one example a column, as inside a Network
    parts = [slice(start, start + batch_size) for start in range(0, len(labels), batch_size)]
    # A batch is a part of the arrays, not a copy. Its one-hot Y (k, n) alone has a place of its own, in one block.
    batches = [(inputs[part], labels[part], np.empty_like(logits[:, part]), logits[:, part]) for part in parts]
    velocities = [np.zeros_like(layer) for layer in network.layers]
    for epoch, rate in enumerate(rates, start=1):
        if rng is not None:
            order = rng.permutation(len(labels))
            inputs[:], labels[:] = inputs[order], labels[order]
        if rng is not None or epoch == 1:
            for _, batch_labels, Y, _ in batches:
                np.take(one_hot, batch_labels, axis=1, out=Y, mode="clip")  # clip: they fit, and it checks nothing
        with np.errstate(all="ignore"):  # overflow is reported once, below, and not as a warning
            _pass(network, batches, rate, momentum, velocities)
            judged = _judge(logits.T, labels)
            if test is not None:
                judged += _judge(network.logits(test[0]), test[1])
        if not (np.isfinite(judged).all() and all(np.isfinite(layer).all() for layer in network.layers)):
            raise FloatingPointError(f"training diverged in epoch {epoch}: learning_rate {rate} is perhaps too large")
        yield Epoch(epoch, *judged)


def _pass(network, batches, rate, momentum, velocities):
    """One step for each batch; the logits (k, n) that its examples are judged by are written into its last array."""
    for X, _, Y, logits in batches:
        activations = network.forward(X)
        Z = logits[:] = activations[-1]
        delta = unchecked_softmax(Z)
        delta -= Y
        delta *= rate / len(X)  # δ = (P − Y) / n, times the rate: backward is linear, so its result is rate · gradient
        steps = network.backward(activations, delta)
        for layer, velocity, step in zip(network.layers, velocities, steps, strict=True):
            if momentum:
                velocity *= momentum
                velocity += step
                step = velocity
            layer -= step


def _judge(logits, labels):
    """Loss and accuracy; a loss of NaN where a logit is not finite."""
    loss = unchecked_cross_entropy(logits, labels) if np.isfinite(logits).all() else math.nan
    return float(loss), float(np.mean(logits.argmax(axis=1) == labels))
