"""What a network is judged by: the loss, one number, and its gradient with respect to the predictions."""

import numpy as np


def half_squared_error(y_hat, y):
    """L = (1/n) Σ ½(ŷ − y)²: mean over the n points, in squared units of y. The ½ cancels the 2 of the derivative.

    y_hat, y: predictions and targets of the same shape, one entry a point: n is the number of entries.
    Accepts complex numbers for the complex step. Raises ValueError for unequal shapes, no points, NaN or inf.
    """
    return np.mean(_errors(y_hat, y) ** 2) / 2


def half_squared_error_gradient(y_hat, y):
    """∂L/∂ŷ = (ŷ − y) / n: same shape as y_hat. The order ŷ − y matters: y − ŷ would climb. Raises as above."""
    errors = _errors(y_hat, y)
    return errors / errors.size


def _errors(y_hat, y):
    """ŷ − y, after the checks. Shapes must be equal: NumPy would broadcast (n,) against (n, 1) to n² errors."""
    y_hat, y = (np.asarray(v, dtype=complex if np.iscomplexobj(v) else float) for v in (y_hat, y))
    if y_hat.shape != y.shape:
        raise ValueError(f"y_hat must have the shape of y, {y.shape}; got {y_hat.shape}")
    if y.size == 0:
        raise ValueError(f"y must hold at least one point; got shape {y.shape}")
    for name, values in (("y_hat", y_hat), ("y", y)):
        if not np.isfinite(values).all():
            raise ValueError(f"{name} must be finite; got {values[~np.isfinite(values)][0]}")
    return y_hat - y
