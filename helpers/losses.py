"""What a network is judged by: the loss, one number, and its gradient with respect to the network's last numbers.

The cross-entropies take logits, not probabilities: a probability that has been rounded to 0 has lost its logarithm.
All accept complex numbers in place of predictions and logits, for the complex step.
"""

import numpy as np

from helpers.activations import sigmoid, softmax


def half_squared_error(y_hat, y):
    """L = (1/n) Σ ½(ŷ − y)²: mean over the n points, in squared units of y. The ½ cancels the 2 of the derivative.

    y_hat, y: predictions and targets of the same shape, one entry a point: n is the number of entries.
    Raises ValueError for unequal shapes, no points, NaN or inf.
    """
    y_hat, y = _pairs("y_hat", y_hat, y)
    return np.mean((y_hat - y) ** 2) / 2


def half_squared_error_gradient(y_hat, y):
    """∂L/∂ŷ = (ŷ − y) / n: same shape as y_hat. The order ŷ − y matters: y − ŷ would climb. Raises as above."""
    y_hat, y = _pairs("y_hat", y_hat, y)
    return (y_hat - y) / y.size


def binary_cross_entropy(logits, y):
    """L = (1/n) Σ −y ln p − (1 − y) ln(1 − p) with p = σ(z): mean over the n points, in nats, from the logits z.

    logits, y: the same shape, one entry a point; each y is 0 or 1, or a probability between them.
    Computed as max(z, 0) − yz + ln(1 + e^(−|z|)): the same function, and exact where p rounds to 0 or 1.
    Raises ValueError for unequal shapes, no points, NaN or inf, a y outside [0, 1].
    """
    z, y = _pairs("logits", logits, _probabilities(y))
    size = np.where(z.real < 0, -z, z)  # |z|, analytic on both sides of 0
    with np.errstate(under="ignore"):  # e^(−800) is 0 in float64, and that is the right value here
        return np.mean(np.where(z.real < 0, 0, z) - y * z + np.log1p(np.exp(-size)))


def binary_cross_entropy_gradient(logits, y):
    """∂L/∂z = (p − y) / n with p = σ(z): same shape as logits. Raises as above."""
    z, y = _pairs("logits", logits, _probabilities(y))
    return (sigmoid(z) - y) / y.size


def cross_entropy(logits, labels):
    """L = (1/n) Σ −ln p[label] with p = softmax(z): mean over the n examples, in nats, from the logits z.

    logits: (n, k). labels: (n,) whole numbers from 0 to k − 1.
    Computed as ln Σ e^(zᵢ) − z[label], after the largest logit of each row is subtracted so that no e^z overflows.
    Raises ValueError for shapes that do not fit, no examples, NaN or inf, a label that is not one of the k classes.
    """
    Z, labels = _examples(logits, labels)
    Z = Z - Z.real.max(axis=1, keepdims=True)
    with np.errstate(under="ignore"):
        return np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(labels)), labels])


def cross_entropy_gradient(logits, labels):
    """∂L/∂z = (P − Y) / n with P = softmax(z) and Y the labels one-hot: (n, k) as the logits. Raises as above."""
    Z, labels = _examples(logits, labels)
    Y = np.eye(Z.shape[1])[labels]
    return (softmax(Z) - Y) / len(Z)


def check_labels(labels, num_examples, num_classes):
    """labels as an array (num_examples,) of whole numbers from 0 to num_classes − 1, or ValueError."""
    labels = np.asarray(labels)
    if labels.shape != (num_examples,):
        raise ValueError(f"labels must have shape ({num_examples},), one label an example; got {labels.shape}")
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels must be whole numbers; got {labels.dtype}")
    if np.any(outside := (labels < 0) | (labels >= num_classes)):
        raise ValueError(f"labels must be classes from 0 to {num_classes - 1}; got {labels[outside][0]}")
    return labels


def _examples(logits, labels):
    Z = _numbers(logits)
    if Z.ndim != 2 or Z.size == 0:
        raise ValueError(f"logits must have shape (n, k), with at least one example and one class; got {Z.shape}")
    _check_finite("logits", Z)
    return Z, check_labels(labels, *Z.shape)


def _pairs(name, predictions, y):
    """Both as arrays of the same shape: NumPy would broadcast (n,) against (n, 1) to n² errors."""
    predictions, y = _numbers(predictions), _numbers(y)
    if predictions.shape != y.shape:
        raise ValueError(f"{name} must have the shape of y, {y.shape}; got {predictions.shape}")
    if y.size == 0:
        raise ValueError(f"y must hold at least one point; got shape {y.shape}")
    _check_finite(name, predictions)
    _check_finite("y", y)
    return predictions, y


def _probabilities(y):
    y = np.asarray(y, dtype=float)
    if np.any(outside := (y < 0) | (y > 1)):
        raise ValueError(f"y must lie between 0 and 1; got {y[outside][0]}")
    return y


def _numbers(values):
    return np.asarray(values, dtype=complex if np.iscomplexobj(values) else float)


def _check_finite(name, values):
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite; got {values[~np.isfinite(values)][0]}")
