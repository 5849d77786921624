"""The sigmoid and its slope, and the softmax. They work on float64, and on complex for the complex step."""

import numpy as np


def sigmoid(z):
    """σ(z) = 1 / (1 + e^(−z)), elementwise: any real number becomes a number between 0 and 1.

    z: number or array of any shape; the result has the same shape, a scalar gives a NumPy scalar.
    Never warns: where e^(−z) is more than float64 can hold it becomes inf, and 1 / inf is 0, as it should be.
    """
    z = np.asarray(z, dtype=complex if np.iscomplexobj(z) else float)
    with np.errstate(over="ignore", under="ignore"):
        return 1 / (1 + np.exp(-z))


def sigmoid_slope(a):
    """dσ/dz = a(1 − a), from the activation a = σ(z), not from z: the forward pass has already computed a.

    a: number or array of any shape; the result has the same shape. NaN stays NaN.
    Raises ValueError for a real a outside [0, 1], which is how a z passed by mistake usually shows itself.
    """
    a = np.asarray(a, dtype=complex if np.iscomplexobj(a) else float)
    if np.isrealobj(a) and np.any(outside := (a < 0) | (a > 1)):
        raise ValueError(f"a must be an activation between 0 and 1 (not the pre-activation z); got {a[outside][0]}")
    return a * (1 - a)


def softmax(logits):
    """pⱼ = e^(zⱼ) / Σ e^(zᵢ): k real numbers become k probabilities that sum to 1, row by row.

    logits: (n, k), or (k,) for one example; the result has the same shape. NaN in a row makes that row NaN.
    The largest logit of each row is subtracted first: that changes no probability, and e^z then cannot overflow.
    Raises ValueError for another number of dimensions, or no classes.
    """
    Z = np.asarray(logits, dtype=complex if np.iscomplexobj(logits) else float)
    if Z.ndim not in (1, 2) or Z.shape[-1] == 0:
        raise ValueError(f"logits must have shape (n, k) or (k,) with at least one class; got {Z.shape}")
    P = np.exp(Z - Z.real.max(axis=-1, keepdims=True))
    P /= P.sum(axis=-1, keepdims=True)
    return P
