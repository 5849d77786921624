"""A multilayer perceptron in matrices, one example a row, with the gradient of chapter 9.

With one hidden layer: Z1 = X W1 + b1, A1 = σ(Z1), Z2 = A1 W2 + b2, P = softmax(Z2).
"""

import zipfile
from itertools import chain, pairwise
from types import MappingProxyType

import numpy as np

from helpers.activations import sigmoid
from helpers.losses import cross_entropy, cross_entropy_gradient

ACTIVATIONS = {  # name: the function of Z, and its slope written in the activation A, both elementwise
    "sigmoid": (sigmoid, lambda A: A * (1 - A)),
    "tanh": (np.tanh, lambda A: 1 - A**2),
}


class Network:
    """Layers of the given sizes, from the inputs d to the classes k: Network([64, 32, 10], rng) has 32 hidden units.

    The weights start as in Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks
    (2010), known as Xavier's start: uniform in ±√(6 / (inputs + outputs of the layer)). The biases start at 0.
    activation: of the hidden layers, "sigmoid" or "tanh". Two sizes alone make softmax regression.

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
        self.sizes, self.activation = sizes, activation
        self.function, self.slope = ACTIVATIONS[activation]
        self.layers = []
        for num_in, num_out in pairwise(sizes):
            bound = np.sqrt(6 / (num_in + num_out))
            self.layers.append((rng.uniform(-bound, bound, size=(num_in, num_out)), np.zeros(num_out)))

    @property
    def parameters(self):
        """{"W1": (d, h), "b1": (h,), "W2": (h, k), …}: the network's own arrays, to be changed in place."""
        names = [f"{name}{number}" for number in range(1, len(self.sizes)) for name in "Wb"]
        return MappingProxyType(dict(zip(names, chain(*self.layers), strict=True)))

    def forward(self, X):
        """What enters each layer, and last the logits: [X, A1, …, Z], one example a row."""
        activations = [X]
        for W, b in self.layers[:-1]:
            activations.append(self.function(activations[-1] @ W + b))  # (n, d) @ (d, h) -> (n, h)
        W, b = self.layers[-1]
        return [*activations, activations[-1] @ W + b]  # (n, h) @ (h, k) -> (n, k)

    def backward(self, activations, delta):
        """[∂L/∂W1, ∂L/∂b1, ∂L/∂W2, …] from what forward gave and delta = ∂L/∂Z of the logits, (n, k)."""
        gradients = []
        for layer in reversed(range(len(self.layers))):
            A = activations[layer]
            gradients = [A.T @ delta, delta.sum(axis=0), *gradients]  # (h, n) @ (n, k) -> (h, k)
            if layer > 0:
                W, _ = self.layers[layer]
                delta = (delta @ W.T) * self.slope(A)  # (n, k) @ (k, h) -> (n, h)
        return gradients

    def gradient(self, X, labels):
        """∂L/∂W and ∂L/∂b of the mean cross-entropy: named as the parameters, of the same shapes."""
        activations = self.forward(self.inputs(X))
        delta = cross_entropy_gradient(activations[-1], labels)
        return dict(zip(self.parameters, self.backward(activations, delta), strict=True))

    def loss(self, X, labels):
        """Mean cross-entropy of the labels (n,), in nats."""
        return cross_entropy(self.logits(X), labels)

    def logits(self, X):
        """(n, k): softmax of a row gives the probabilities of the classes."""
        return self.forward(self.inputs(X))[-1]

    def predict(self, X):
        """(n,): the most probable class of each example."""
        return self.logits(X).argmax(axis=1)

    def inputs(self, X):
        """X as float64 (n, d), or ValueError."""
        X = np.asarray(X, dtype=float)
        if X.ndim != 2 or X.shape[1] != self.sizes[0] or len(X) == 0:
            raise ValueError(f"X must have shape (n, {self.sizes[0]}), with at least one example; got {X.shape}")
        if not np.isfinite(X).all():
            raise ValueError(f"X must be finite; got {X[~np.isfinite(X)][0]}")
        return X

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
        if (name := str(arrays.pop("activation", "none"))) != self.activation:
            raise ValueError(f"{path} must hold a network with activation {self.activation}; got {name}")
        if arrays.keys() != self.parameters.keys():
            raise ValueError(f"{path} must hold {', '.join(self.parameters)}; got {', '.join(arrays) or 'nothing'}")
        for name, own in self.parameters.items():
            array, shape = arrays[name], own.shape
            if array.shape != shape or array.dtype != float:
                raise ValueError(f"{name} in {path} must be float64 of shape {shape}; got {array.dtype}, {array.shape}")
            if not np.isfinite(array).all():
                raise ValueError(f"{name} in {path} must be finite; got {array[~np.isfinite(array)][0]}")
        for name, array in arrays.items():
            self.parameters[name][...] = array
