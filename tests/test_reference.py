"""Chapters 4 to 7 give the losses, gradients and runs that PyTorch gives: see tests/reference/README.md."""

import json
from pathlib import Path

import chapters
import numpy as np
import pytest

from helpers.autodiff import Value
from helpers.descent import gradient_descent

REFERENCE = json.loads((Path(__file__).parent / "reference" / "chapters_4_to_7.json").read_text(encoding="utf-8"))

NETWORKS = {  # name: its chapter, its start
    "identity": ("04-one-neuron", [0.5, 1.0]),
    "sigmoid": ("04-one-neuron", [0.3, 0.1]),
    "mean": ("05-many-points", [0.3, 0.1]),
    "sequence": ("06-two-neurons-in-sequence", [0.3, 0.2, 0.1, 0.2]),
    "layer": ("07-two-neurons-in-a-layer", [0.3, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2]),
}

of_every_network = pytest.mark.parametrize("name", NETWORKS)


def of_chapter(name, what):
    """The loss or the gradient of a network, as its chapter defines it."""
    chapter, _ = NETWORKS[name]
    return chapters.namespace(chapter)[f"{name}_{what}"]


def reference(name):
    """Parameters, losses and gradients of the 21 epochs, as arrays."""
    epochs = REFERENCE["networks"][name]["epochs"]
    return [np.array([epoch[what] for epoch in epochs]) for what in ("parameters", "loss", "gradient")]


def assert_equal_to_12_digits(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=0)


# The reference itself


def test_the_reference_says_how_it_was_made():
    assert set(REFERENCE["made"]) == {"date", "torch", "python", "dtype"}
    assert REFERENCE["made"]["dtype"] == "float64"
    assert REFERENCE["learning_rate"] == 0.1


def test_the_reference_holds_every_network_from_its_start_and_no_other():
    found = {name: (run["chapter"], run["epochs"][0]["parameters"]) for name, run in REFERENCE["networks"].items()}
    assert found == NETWORKS


@of_every_network
def test_the_reference_holds_21_epochs_of_every_number(name):
    parameters, losses, gradients = reference(name)
    size = len(NETWORKS[name][1])
    assert [epoch["epoch"] for epoch in REFERENCE["networks"][name]["epochs"]] == list(range(21))
    assert len(REFERENCE["networks"][name]["parameters"]) == size
    assert (parameters.shape, losses.shape, gradients.shape) == ((21, size), (21,), (21, size))
    assert all(np.isfinite(numbers).all() for numbers in (parameters, losses, gradients))
    assert gradients.all()
    assert (np.diff(losses) < 0).all()


# The chapters


@of_every_network
def test_the_loss_is_that_of_pytorch_at_every_epoch(name):
    parameters, losses, _ = reference(name)
    assert_equal_to_12_digits([of_chapter(name, "loss")(point) for point in parameters], losses)


@of_every_network
def test_the_gradient_by_hand_is_that_of_pytorch_at_every_epoch(name):
    parameters, _, gradients = reference(name)
    assert_equal_to_12_digits([of_chapter(name, "gradient")(point) for point in parameters], gradients)


@of_every_network
def test_the_run_is_that_of_pytorch(name):
    _, start = NETWORKS[name]
    run = list(gradient_descent(of_chapter(name, "gradient"), start, 0.1, tolerance=0, max_steps=20))
    parameters, _, gradients = reference(name)
    assert_equal_to_12_digits([step.point for step in run], parameters)
    assert_equal_to_12_digits([step.gradient for step in run], gradients)


# Value


def of_sigmoid_neuron(w, b):
    return ((w * 0.5 + b).sigmoid() - 1) ** 2 / 2


def of_many_points(w, b):
    names = chapters.namespace("05-many-points")
    errors = [(w * x + b).sigmoid() - y for x, y in zip(names["X"], names["y"], strict=True)]
    return sum(error**2 / 2 for error in errors) / len(errors)


def of_sequence(w1, w2, b1, b2):
    a1 = (w1 * 0.5 + b1).sigmoid()
    return ((w2 * a1 + b2).sigmoid() - 1) ** 2 / 2


def of_layer(w1_1, w2_1, w1_2, w2_2, b1_1, b2_1, b1_2, b2_2):
    a1_1, a2_1 = (w1_1 * 0.5 + b1_1).sigmoid(), (w2_1 * 0.5 + b2_1).sigmoid()
    return (((w1_2 * a1_1 + b1_2) + (w2_2 * a2_1 + b2_2)).sigmoid() - 1) ** 2 / 2


@pytest.mark.parametrize(
    ("name", "loss_of"),
    [("sigmoid", of_sigmoid_neuron), ("mean", of_many_points), ("sequence", of_sequence), ("layer", of_layer)],
)
def test_value_gives_the_loss_and_the_gradient_of_pytorch_at_every_epoch(name, loss_of):
    for point, loss, gradient in zip(*reference(name), strict=True):
        leaves = [Value(number) for number in point]
        result = loss_of(*leaves)
        result.backward()
        assert_equal_to_12_digits(result.data, loss)
        assert_equal_to_12_digits([leaf.grad for leaf in leaves], gradient)


# The same number everywhere


def test_the_neuron_of_chapter_4_is_the_first_hidden_neuron_of_chapters_6_and_7_to_the_last_bit():
    one, sequence, layer = (chapters.namespace(NETWORKS[name][0]) for name in ("sigmoid", "sequence", "layer"))
    _, of_chapter_6, *_ = sequence["forward"](NETWORKS["sequence"][1])
    of_chapter_7, *_ = layer["forward"](NETWORKS["layer"][1])
    assert one["sigmoid"](0.3 * 0.5 + 0.1) == of_chapter_6 == of_chapter_7
    assert one["sigmoid_loss"]([0.3, 0.1]) == (of_chapter_6 - 1) ** 2 / 2


def test_the_neuron_of_chapter_4_is_chapter_5_with_one_point_to_the_last_bit():
    _, start = NETWORKS["sigmoid"]
    one_point = np.array([0.5]), np.array([1.0])
    assert of_chapter("mean", "loss")(start, *one_point) == of_chapter("sigmoid", "loss")(start)
    assert np.array_equal(of_chapter("mean", "gradient")(start, *one_point), of_chapter("sigmoid", "gradient")(start))
