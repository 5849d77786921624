"""A multilayer perceptron: matrices, an activation function between them, and the gradient derived in chapter 9.

Inputs X are (n, d), one example a row. With one hidden layer of h units and k classes:

    Z1 = X W1 + b1,  A1 = σ(Z1),  Z2 = A1 W2 + b2,  P = softmax(Z2)
"""

import zipfile
from itertools import pairwise

import numpy as np

from helpers.losses import cross_entropy, cross_entropy_gradient


def _sigmoid(Z):
    # Where e^(−z) overflows to inf, 1 / inf is 0, and 0 is right. helpers.activations.sigmoid keeps the last digits of
    # tiny values too; that takes three times as long, and a hidden unit does not need them.
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-Z))


ACTIVATIONS = {  # name: the function of z, and its slope, both elementwise; the slope is written in the activation a
    "sigmoid": (_sigmoid, lambda A: A * (1 - A)),
    "tanh": (np.tanh, lambda A: 1 - A * A),
}


class Network:
    """Layers of the given sizes, from the inputs d to the classes k: Network([64, 32, 10], rng) has 32 hidden units.

    parameters: {"W1": (d, h), "b1": (h,), "W2": (h, k), "b2": (k,)}, and so on for more hidden layers.
    They start as in Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks": W uniform in ±√(6 / (inputs + outputs of the layer)), which is Xavier's start, and b = 0.
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
        self.sizes = sizes
        self.activation = activation
        self.parameters = {}
        for layer, (num_in, num_out) in enumerate(pairwise(sizes), start=1):
            bound = np.sqrt(6 / (num_in + num_out))
            self.parameters[f"W{layer}"] = rng.uniform(-bound, bound, size=(num_in, num_out))
            self.parameters[f"b{layer}"] = np.zeros(num_out)

    @property
    def num_layers(self):
        return len(self.sizes) - 1

    def forward(self, X):
        """[X, A1, …, Z]: what each layer hands to the next, and last the logits Z (n, k). X is not checked."""
        function, _ = ACTIVATIONS[self.activation]
        activations = [X]
        for layer in range(1, self.num_layers + 1):
            Z = activations[-1] @ self.parameters[f"W{layer}"]  # (n, d) @ (d, h) -> (n, h)
            Z += self.parameters[f"b{layer}"]
            activations.append(function(Z) if layer < self.num_layers else Z)
        return activations

    def backward(self, activations, delta):
        """∂L/∂W and ∂L/∂b of every layer, named as the parameters, from delta = ∂L/∂Z of the logits.

        activations: from forward, not checked. All is linear in delta: twice the delta gives twice the gradient.
        """
        _, slope = ACTIVATIONS[self.activation]
        gradient = {}
        for layer in range(self.num_layers, 0, -1):
            A = activations[layer - 1]
            gradient[f"W{layer}"] = A.T @ delta  # dW2 = A1ᵀ δ2         (h, n) @ (n, k) -> (h, k)
            gradient[f"b{layer}"] = delta.sum(axis=0)  # db2 = Σ δ2           (n, k) -> (k,)
            if layer > 1:
                delta = (delta @ self.parameters[f"W{layer}"].T) * slope(A)  # δ1 = (δ2 W2ᵀ) ⊙ σ′(A1)  (n, h)
        return gradient

    def logits(self, X):
        """(n, k): softmax of a row gives the probabilities of the classes."""
        return self.forward(self.check_inputs(X))[-1]

    def predict(self, X):
        """(n,): the most probable class of each example."""
        return self.logits(X).argmax(axis=1)

    def loss(self, X, labels):
        """Mean cross-entropy of the labels (n,), in nats."""
        return cross_entropy(self.logits(X), labels)

    def gradient(self, X, labels):
        """∂L/∂W and ∂L/∂b of every layer: a dictionary named as the parameters, with arrays of the same shapes."""
        activations = self.forward(self.check_inputs(X))
        delta = cross_entropy_gradient(activations[-1], labels)  # δ2 = (P − Y) / n
        return self.backward(activations, delta)

    def check_inputs(self, X):
        """X as a float64 array (n, d), or ValueError."""
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
        """Take over the parameters in path, or leave all as it is and raise ValueError: the file must fit exactly."""
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
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
        self.parameters = arrays
