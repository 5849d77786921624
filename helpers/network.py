"""A multilayer perceptron: matrices, an activation function between them, and the gradient derived in chapter 9.

With one hidden layer of h units, inputs X (n, d), one example a row, and k classes:

    Z1 = X W1 + b1,  A1 = σ(Z1),  Z2 = A1 W2 + b2,  P = softmax(Z2)

Inside, all this is turned on its side, one example a column: Z1ᵀ = W1ᵀ Xᵀ + b1ᵀ. A bias is the weight of an input that
is always 1. So a layer is one matrix, (W1ᵀ | b1ᵀ), and what enters it has a last row of ones: one product does the work
of a product and a sum, forward and backward. All of an activation but its ones is then one block of memory.
"""

import zipfile
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from helpers.losses import cross_entropy, cross_entropy_gradient

ONE = np.array(1.0)  # NumPy would convert a plain 1 at each call, for a third of a microsecond


def _sigmoid(Z, out):
    """σ(z) = 1 / (1 + e^(−z)), step by step in the memory of out.

    Where e^(−z) overflows to inf, 1 / inf is 0, and that is right. helpers.activations.sigmoid keeps the digits of
    values next to 0 too, which a hidden unit does not need, and takes several times as long.
    """
    np.negative(Z, out=out)
    np.exp(out, out=out)
    out += ONE
    np.reciprocal(out, out=out)


def _sigmoid_slope(A):
    slope = ONE - A
    slope *= A  # in place: a second new array takes half as long again
    return slope


ACTIVATIONS = {  # name: the function of Z, and its slope written in the activation A, both elementwise
    "sigmoid": (_sigmoid, _sigmoid_slope),
    "tanh": (np.tanh, lambda A: 1 - A * A),
}


class Network:
    """Layers of the given sizes, from the inputs d to the classes k: Network([64, 32, 10], rng) has 32 hidden units.

    The weights start as in Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks
    (2010), known as Xavier's start: uniform in ±√(6 / (inputs + outputs of the layer)). The biases start at 0.
    activation: of the hidden layers, "sigmoid" or "tanh". Two sizes alone make softmax regression.
    layers: the matrices (Wᵀ | bᵀ), (outputs, inputs + 1) each.

    Raises ValueError for sizes, an activation, inputs or labels that do not fit.
    """

    def __init__(self, sizes, rng, activation="sigmoid"):
        sizes = tuple(sizes)
        if len(sizes) < 2 or not all(isinstance(size, int | np.integer) and size > 0 for size in sizes):
            raise ValueError(f"sizes must hold at least two positive whole numbers; got {sizes}")
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {activation!r}")
        if not isinstance(rng, np.random.Generator):
            raise ValueError(f"rng must be a generator such as np.random.default_rng(0); got {rng!r}")
        self.sizes = sizes
        self.activation = activation
        self.layers = []
        for num_in, num_out in pairwise(sizes):
            bound = np.sqrt(6 / (num_in + num_out))
            W = rng.uniform(-bound, bound, size=(num_in, num_out))
            self.layers.append(np.vstack([W, np.zeros(num_out)]).T.copy())

    @property
    def parameters(self):
        """{"W1": (d, h), "b1": (h,), "W2": (h, k), …}: the network's own arrays, to be changed in place."""
        return MappingProxyType(_named(self.layers))

    def forward(self, inputs):
        """[Xᵀ, A1ᵀ, …, Zᵀ]: what enters each layer, each with its row of ones, and last the logits (k, n).

        inputs: X (n, d + 1) as self.inputs makes it, not checked again. The caller silences NumPy's overflow.
        """
        function, _ = ACTIVATIONS[self.activation]
        activations = [inputs.T]
        for layer in self.layers[:-1]:
            A = np.empty((len(layer) + 1, len(inputs)))
            A[-1] = ONE
            Z = A[:-1]
            np.dot(layer, activations[-1], out=Z)  # Z1ᵀ = W1ᵀ Xᵀ + b1ᵀ  (h, d + 1) @ (d + 1, n) -> (h, n)
            function(Z, out=Z)  # A1 = σ(Z1), in the same place
            activations.append(A)
        activations.append(np.dot(self.layers[-1], activations[-1]))  # Z2ᵀ = W2ᵀ A1ᵀ + b2ᵀ
        return activations

    def backward(self, activations, delta):
        """The gradient of every layer, a matrix as in self.layers, from delta = (∂L/∂Z)ᵀ of the logits, (k, n).

        activations: from forward. All is linear in delta: twice the delta gives twice the gradient.
        """
        _, slope = ACTIVATIONS[self.activation]
        gradients = []
        for layer, A in zip(self.layers[::-1], activations[-2::-1], strict=True):
            gradients.append(np.dot(delta, A.T))  # dW2ᵀ = δ2ᵀ A1, and db2 = Σ δ2 by the ones  (k, n) @ (n, h + 1)
            if layer is not self.layers[0]:
                WT, A = layer[:, :-1], A[:-1]
                delta = np.dot(WT.T, delta)  # δ1ᵀ = (W2 δ2ᵀ) ⊙ σ′(A1)ᵀ  (h, k) @ (k, n) -> (h, n)
                delta *= slope(A)
        return gradients[::-1]

    def gradient(self, X, labels):
        """∂L/∂W and ∂L/∂b of the loss: a dictionary named as the parameters, with arrays of the same shapes."""
        activations = self._activations(X)
        delta = cross_entropy_gradient(activations[-1].T, labels)  # δ2 = (P − Y) / n
        return _named(self.backward(activations, delta.T))

    def loss(self, X, labels):
        """Mean cross-entropy of the labels (n,), in nats."""
        return cross_entropy(self.logits(X), labels)

    def logits(self, X):
        """(n, k): softmax of a row gives the probabilities of the classes."""
        return self._activations(X)[-1].T

    def predict(self, X):
        """(n,): the most probable class of each example."""
        return self.logits(X).argmax(axis=1)

    def inputs(self, X):
        """X (n, d) as float64 with a column of ones, (n, d + 1), or ValueError."""
        X = np.asarray(X, dtype=float)
        if X.ndim != 2 or X.shape[1] != self.sizes[0] or len(X) == 0:
            raise ValueError(f"X must have shape (n, {self.sizes[0]}), with at least one example; got {X.shape}")
        if not np.isfinite(X).all():
            raise ValueError(f"X must be finite; got {X[~np.isfinite(X)][0]}")
        return np.column_stack([X, np.ones(len(X))])

    def _activations(self, X):
        with np.errstate(over="ignore"):
            return self.forward(self.inputs(X))

    def save(self, path):
        """Write the parameters and the name of the activation to path, as .npz."""
        with open(path, "wb") as file:  # given a name, np.savez would append .npz to it
            np.savez(file, activation=self.activation, **self.parameters)

    def load(self, path):
        """Take over the parameters in path, which must fit exactly; or raise ValueError and leave all as it is."""
        try:
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as npz:
                arrays = {name: npz[name] for name in npz.files}
        except (ValueError, EOFError, TypeError, AttributeError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} must be a whole .npz file: {error}") from error
        activation = str(arrays.pop("activation", "none"))
        if activation != self.activation:
            raise ValueError(f"{path} must hold a network with activation {self.activation}; got {activation}")
        if arrays.keys() != self.parameters.keys():
            raise ValueError(f"{path} must hold {', '.join(self.parameters)}; got {', '.join(arrays) or 'nothing'}")
        for name, array in arrays.items():
            shape = self.parameters[name].shape
            if array.shape != shape or array.dtype != np.float64:
                raise ValueError(f"{name} in {path} must be float64 of shape {shape}; got {array.dtype}, {array.shape}")
            if not np.isfinite(array).all():
                raise ValueError(f"{name} in {path} must be finite; got {array[~np.isfinite(array)][0]}")
        for name, array in arrays.items():
            self.parameters[name][...] = array


def _named(matrices):
    """(Wᵀ | bᵀ) of each layer, taken apart: {"W1": …, "b1": …, "W2": …, …}, without copying."""
    named = {}
    for number, matrix in enumerate(matrices, start=1):
        named[f"W{number}"], named[f"b{number}"] = matrix[:, :-1].T, matrix[:, -1]
    return named
