"""Write chapters_4_to_7.json: the runs of chapters 4 to 7, computed by PyTorch. See the README.md beside this file.

Nothing of this project is imported: each network is written from its definition, each gradient comes from autograd.
"""

import json
import platform
from datetime import date
from pathlib import Path

import torch

LEARNING_RATE = 0.1
NUM_EPOCHS = 20

X = torch.tensor([0.5, 0.8, 1.5, 0.4, 0.4, 1.0, 1.9], dtype=torch.float64)
Y = torch.tensor([1.0, 1.2, 1.2, 0.6, 0.5, 1.1, 1.3], dtype=torch.float64)


def identity(w, b):
    return 0.5 * (w * 2.0 + b - 5.0) ** 2


def sigmoid(w, b):
    return 0.5 * (torch.sigmoid(w * 0.5 + b) - 1.0) ** 2


def mean(w, b):
    return torch.mean(0.5 * (torch.sigmoid(w * X + b) - Y) ** 2)


def sequence(w1, w2, b1, b2):
    a1 = torch.sigmoid(w1 * 0.5 + b1)
    y_hat = torch.sigmoid(w2 * a1 + b2)
    return 0.5 * (y_hat - 1.0) ** 2


def layer(w1_1, w2_1, w1_2, w2_2, b1_1, b2_1, b1_2, b2_2):
    a1_1 = torch.sigmoid(w1_1 * 0.5 + b1_1)
    a2_1 = torch.sigmoid(w2_1 * 0.5 + b2_1)
    y_hat = torch.sigmoid((w1_2 * a1_1 + b1_2) + (w2_2 * a2_1 + b2_2))
    return 0.5 * (y_hat - 1.0) ** 2


NETWORKS = [
    ("04-one-neuron", identity, {"w": 0.5, "b": 1.0}),
    ("04-one-neuron", sigmoid, {"w": 0.3, "b": 0.1}),
    ("05-many-points", mean, {"w": 0.3, "b": 0.1}),
    ("06-two-neurons-in-sequence", sequence, {"w1": 0.3, "w2": 0.2, "b1": 0.1, "b2": 0.2}),
    (
        "07-two-neurons-in-a-layer",
        layer,
        {"w1_1": 0.3, "w2_1": 0.2, "w1_2": 0.1, "w2_2": 0.2, "b1_1": 0.1, "b2_1": 0.2, "b1_2": 0.1, "b2_2": 0.2},
    ),
]


def train(loss_of, start):
    """What holds at each epoch: parameters, and the loss and the gradient at these parameters."""
    parameters = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in start.values()]
    epochs = []
    for epoch in range(NUM_EPOCHS + 1):
        loss = loss_of(*parameters)
        gradient = torch.autograd.grad(loss, parameters)
        epochs.append(
            {
                "epoch": epoch,
                "parameters": [parameter.item() for parameter in parameters],
                "loss": loss.item(),
                "gradient": [slope.item() for slope in gradient],
            }
        )
        with torch.no_grad():
            for parameter, slope in zip(parameters, gradient, strict=True):
                parameter -= LEARNING_RATE * slope
    return epochs


def main():
    reference = {
        "made": {
            "date": date.today().isoformat(),
            "torch": torch.__version__,
            "python": platform.python_version(),
            "dtype": "float64",
        },
        "learning_rate": LEARNING_RATE,
        "networks": {
            loss_of.__name__: {"chapter": chapter, "parameters": list(start), "epochs": train(loss_of, start)}
            for chapter, loss_of, start in NETWORKS
        },
    }
    target = Path(__file__).with_name("chapters_4_to_7.json")
    target.write_text(json.dumps(reference, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
