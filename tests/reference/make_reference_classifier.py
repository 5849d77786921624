"""Write chapter_9.json: a run of chapter 9's network, by PyTorch and by scikit-learn. See chapter_9.md beside it.

Nothing of this project is imported: the network is written from its definition, the gradient comes from autograd, and
scikit-learn has its own. The images come from the copy that scikit-learn ships.
"""

import json
import platform
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import sklearn
import torch
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

SIZES = (64, 32, 10)
SEED = 0
NUM_TRAIN = 1437
BATCH_SIZE = 32
LEARNING_RATE = 0.5
NUM_EPOCHS = 50

digits = load_digits()
X, X_TEST = np.split(digits.data / 16, [NUM_TRAIN])
LABELS, LABELS_TEST = np.split(digits.target, [NUM_TRAIN])


def start():
    """W1, b1, W2, b2: weights uniform in ±√(6 / (inputs + outputs)), biases 0."""
    rng = np.random.default_rng(SEED)
    d, h, k = SIZES
    W1 = rng.uniform(-np.sqrt(6 / (d + h)), np.sqrt(6 / (d + h)), size=(d, h))
    W2 = rng.uniform(-np.sqrt(6 / (h + k)), np.sqrt(6 / (h + k)), size=(h, k))
    return {"W1": W1, "b1": np.zeros(h), "W2": W2, "b2": np.zeros(k)}


def by_torch():
    parameters = {name: torch.tensor(array, requires_grad=True) for name, array in start().items()}
    W1, b1, W2, b2 = parameters.values()
    inputs, labels = torch.tensor(X), torch.tensor(LABELS)

    def logits(inputs):
        return torch.sigmoid(inputs @ W1 + b1) @ W2 + b2

    def loss_of(inputs, labels):
        return torch.nn.functional.cross_entropy(logits(inputs), labels)

    loss = loss_of(inputs, labels)
    gradient = torch.autograd.grad(loss, parameters.values())
    at_start = {"loss": loss.item(), "gradient": dict(zip(parameters, map(torch.Tensor.tolist, gradient), strict=True))}

    optimizer = torch.optim.SGD(parameters.values(), lr=LEARNING_RATE)
    losses = []
    for _ in range(NUM_EPOCHS):
        total = 0.0
        for batch in torch.arange(NUM_TRAIN).split(BATCH_SIZE):
            optimizer.zero_grad()
            loss = loss_of(inputs[batch], labels[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / NUM_TRAIN)
    num_right = int((logits(torch.tensor(X_TEST)).argmax(dim=1).numpy() == LABELS_TEST).sum())
    return {"start": at_start, "losses": losses, "num_right_of_test": num_right}


class FromStart(MLPClassifier):
    """scikit-learn draws its own start; this one begins where the others do."""

    def _initialize(self, y, layer_units, dtype):
        super()._initialize(y, layer_units, dtype)
        W1, b1, W2, b2 = start().values()
        self.coefs_, self.intercepts_ = [W1, W2], [b1, b2]


def by_sklearn():
    classifier = FromStart(
        hidden_layer_sizes=SIZES[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=BATCH_SIZE,
        learning_rate_init=LEARNING_RATE,
        max_iter=NUM_EPOCHS,
        shuffle=False,
        tol=0,
        n_iter_no_change=NUM_EPOCHS,
        momentum=0,
        nesterovs_momentum=False,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)  # the number of epochs is fixed here
        classifier.fit(X, LABELS)
    num_right = int((classifier.predict(X_TEST) == LABELS_TEST).sum())
    return {"losses": list(map(float, classifier.loss_curve_)), "num_right_of_test": num_right}


def main():
    torch.set_num_threads(1)
    reference = {
        "made": {
            "date": date.today().isoformat(),
            "torch": torch.__version__,
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "dtype": "float64",
        },
        "sizes": SIZES,
        "seed": SEED,
        "num_train": NUM_TRAIN,
        "batch_size": BATCH_SIZE,
        "learning_rate": LEARNING_RATE,
        "num_epochs": NUM_EPOCHS,
        "sums_of_start": {name: float(array.sum()) for name, array in start().items()},
        "torch": by_torch(),
        "scikit-learn": by_sklearn(),
    }
    target = Path(__file__).with_name("chapter_9.json")
    target.write_text(json.dumps(reference, separators=(",", ":")).replace("],[", "],\n[") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
