"""The network of chapter 9 trains as PyTorch and scikit-learn train it: see tests/reference/chapter_9.md."""

import json
from pathlib import Path

import numpy as np
import pytest

from helpers.datasets import load_digits
from helpers.network import Network
from helpers.training import train

REFERENCE = json.loads((Path(__file__).parent / "reference" / "chapter_9.json").read_text(encoding="utf-8"))
NUM_TRAIN = REFERENCE["num_train"]

both = pytest.mark.parametrize("library", ["torch", "scikit-learn"])


def digits():
    """X, labels to learn from, and X, labels of the rest."""
    images, labels = load_digits()
    X = images.reshape(-1, 64) / 16
    return X[:NUM_TRAIN], labels[:NUM_TRAIN], X[NUM_TRAIN:], labels[NUM_TRAIN:]


def network():
    return Network(REFERENCE["sizes"], np.random.default_rng(REFERENCE["seed"]))


@pytest.fixture(scope="module")
def run():
    """Our losses, and the network that the run has made."""
    ours = network()
    X, labels, _, _ = digits()
    hyperparameters = {name: REFERENCE[name] for name in ("num_epochs", "batch_size", "learning_rate")}
    return [epoch.loss for epoch in train(ours, X, labels, shuffle=False, **hyperparameters)], ours


def test_the_reference_says_how_it_was_made():
    assert set(REFERENCE["made"]) == {"date", "torch", "scikit-learn", "numpy", "python", "dtype"}
    assert REFERENCE["made"]["dtype"] == "float64"


def test_the_reference_is_the_run_that_the_chapter_describes():
    names = ("sizes", "num_train", "batch_size", "learning_rate", "num_epochs")
    assert [REFERENCE[name] for name in names] == [[64, 32, 10], 1437, 32, 0.5, 50]


def test_the_seed_still_gives_the_same_start():
    sums = {name: array.sum() for name, array in network().parameters.items()}
    assert sums == pytest.approx(REFERENCE["sums_of_start"], rel=1e-12)


def test_the_loss_at_the_start_is_that_of_torch():
    X, labels, _, _ = digits()
    assert network().loss(X, labels) == pytest.approx(REFERENCE["torch"]["start"]["loss"], rel=1e-12)


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2"])
def test_the_gradient_at_the_start_is_that_of_torch(name):
    X, labels, _, _ = digits()
    theirs = np.array(REFERENCE["torch"]["start"]["gradient"][name])
    ours = network().gradient(X, labels)[name]
    assert ours.shape == theirs.shape
    assert np.linalg.norm(ours - theirs) / np.linalg.norm(theirs) <= 1e-12


@both
def test_the_losses_over_50_epochs_are_theirs(run, library):
    losses, _ = run
    np.testing.assert_allclose(losses, REFERENCE[library]["losses"], rtol=0, atol=1e-10)


@both
def test_as_many_digits_of_the_rest_are_read_correctly(run, library):
    _, ours = run
    _, _, X, labels = digits()
    assert np.sum(ours.predict(X) == labels) == REFERENCE[library]["num_right_of_test"]
