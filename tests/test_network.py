"""A network computes what its formulas say, its gradient is right in every entry, files that do not fit are refused."""

import numpy as np
import pytest

from helpers.activations import sigmoid, softmax
from helpers.datasets import load_digits
from helpers.gradients import central_difference, check_gradient
from helpers.network import Network


def rng(seed=0):
    return np.random.default_rng(seed)


def small(activation="sigmoid", sizes=(3, 4, 4, 4), num_examples=5, seed=0):
    """Square layers on purpose: a transpose too many or too few then fits in shape, and only the numbers betray it."""
    network = Network(sizes, rng(seed), activation)
    for array in network.parameters.values():
        array += rng(seed + 1).normal(0, 0.5, array.shape)  # biases that are not 0 too
    return network, rng(2).normal(size=(num_examples, sizes[0])), rng(3).integers(sizes[-1], size=num_examples)


def five_digits():
    images, labels = load_digits()
    return images[:5].reshape(-1, 64) / 16, labels[:5]


def numerical(network, name, X, labels):
    """Central differences of the loss with each entry of one parameter."""
    array = network.parameters[name]
    start = array.copy()

    def loss(values):
        array[...] = values
        return network.loss(X, labels)

    slopes = central_difference(loss, start)
    array[...] = start
    return slopes


# The start


def test_the_parameters_are_named_and_shaped_layer_by_layer():
    shapes = {name: array.shape for name, array in Network([64, 32, 16, 10], rng()).parameters.items()}
    assert shapes == {"W1": (64, 32), "b1": (32,), "W2": (32, 16), "b2": (16,), "W3": (16, 10), "b3": (10,)}
    assert list(shapes) == ["W1", "b1", "W2", "b2", "W3", "b3"]


def test_weights_start_uniform_within_the_bound_of_glorot_and_bengio_and_biases_at_0():
    parameters = Network([300, 200], rng()).parameters
    bound = np.sqrt(6 / 500)
    assert abs(parameters["W1"]).max() == pytest.approx(bound, rel=1e-3)
    assert parameters["W1"].std() == pytest.approx(bound / np.sqrt(3), rel=0.01)
    assert parameters["W1"].mean() == pytest.approx(0, abs=0.001)
    assert not parameters["b1"].any()


def test_a_seed_gives_one_network_and_another_seed_another():
    first, again, other = (Network([4, 3], rng(seed)).parameters["W1"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


def test_parameters_are_changed_in_place_and_cannot_be_swapped():
    network, X, _ = small()
    before = network.logits(X)
    network.parameters["b3"][:] += 1
    np.testing.assert_allclose(network.logits(X), before + 1, rtol=1e-14)
    with pytest.raises(TypeError):
        network.parameters["b3"] = np.zeros(4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([64], rng()), r"sizes must hold at least two positive whole numbers; got \(64,\)"),
        (([64, 0, 10], rng()), r"sizes must hold at least two positive whole numbers; got \(64, 0, 10\)"),
        (([64, 2.5], rng()), r"sizes must hold at least two positive whole numbers; got \(64, 2.5\)"),
        (([64, 10], rng(), "relu"), "activation must be one of sigmoid, tanh; got 'relu'"),
        (([64, 10], 0), r"rng must be a generator such as np\.random\.default_rng\(0\); got 0"),
    ],
)
def test_a_network_that_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Network(*arguments)


# Forward


@pytest.mark.parametrize(("activation", "function"), [("sigmoid", sigmoid), ("tanh", np.tanh)])
def test_the_logits_are_those_of_the_formulas(activation, function):
    network, X, _ = small(activation)
    W1, b1, W2, b2, W3, b3 = network.parameters.values()
    by_formula = function(function(X @ W1 + b1) @ W2 + b2) @ W3 + b3
    np.testing.assert_allclose(network.logits(X), by_formula, rtol=1e-13)
    np.testing.assert_array_equal(network.predict(X), by_formula.argmax(axis=1))


def test_forward_gives_what_enters_each_layer_and_last_the_logits():
    network, X, _ = small(sizes=(3, 4, 2))
    W1, b1, _, _ = network.parameters.values()
    entered, hidden, logits = network.forward(X)
    np.testing.assert_array_equal(entered, X)
    np.testing.assert_allclose(hidden, sigmoid(X @ W1 + b1), rtol=1e-14)
    np.testing.assert_array_equal(logits, network.logits(X))


def test_two_sizes_make_softmax_regression():
    network, X, labels = small(sizes=(3, 4))
    W, b = network.parameters.values()
    probabilities = softmax(X @ W + b)
    assert network.loss(X, labels) == pytest.approx(-np.log(probabilities[range(5), labels]).mean(), rel=1e-14)


def test_the_loss_of_a_network_of_zeros_is_ln_k():
    network = Network([64, 32, 10], rng())
    for array in network.parameters.values():
        array[...] = 0
    assert network.loss(*five_digits()) == pytest.approx(np.log(10), rel=1e-15)


def test_the_order_of_the_examples_changes_nothing():
    network, X, labels = small(num_examples=9)
    order = rng().permutation(9)
    assert network.loss(X[order], labels[order]) == pytest.approx(network.loss(X, labels), rel=1e-14)
    shuffled = network.gradient(X[order], labels[order])
    for name, slope in network.gradient(X, labels).items():
        np.testing.assert_allclose(shuffled[name], slope, rtol=1e-10, atol=1e-15)


def test_saturated_units_overflow_nowhere():
    network, X, labels = small()
    for W, b in network.layers[:-1]:
        W *= 1e5
        b *= 1e5
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(network.loss(X, labels))
        assert all(np.isfinite(slope).all() for slope in network.gradient(X, labels).values())


@pytest.mark.parametrize("method", ["logits", "predict", "loss", "gradient"])
@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.ones(3), r"X must have shape \(n, 3\), with at least one example; got \(3,\)"),
        (np.ones((2, 4)), r"X must have shape \(n, 3\), with at least one example; got \(2, 4\)"),
        (np.ones((0, 3)), r"X must have shape \(n, 3\), with at least one example; got \(0, 3\)"),
        ([[1, np.nan, 2]], "X must be finite; got nan"),
        ([[1, 2, -np.inf]], "X must be finite; got -inf"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(method, X, message):
    network, _, _ = small()
    labels = [[0] * len(X)] if method in ("loss", "gradient") else []
    with pytest.raises(ValueError, match=message):
        getattr(network, method)(X, *labels)


@pytest.mark.parametrize("method", ["loss", "gradient"])
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], r"labels must have shape \(5,\), one label an example; got \(2,\)"),
        ([0, 1, 2, 3, 4], "labels must be classes from 0 to 3; got 4"),
        ([0.0] * 5, "labels must be whole numbers; got float64"),
    ],
)
def test_labels_that_do_not_fit_are_refused(method, labels, message):
    network, X, _ = small()
    with pytest.raises(ValueError, match=message):
        getattr(network, method)(X, labels)


# The gradient


def test_every_one_of_the_2410_slopes_agrees_with_central_differences():
    network = Network([64, 32, 10], rng())
    X, labels = five_digits()
    gradient = network.gradient(X, labels)
    assert sum(slope.size for slope in gradient.values()) == 2410
    for name, slope in gradient.items():
        reference = numerical(network, name, X, labels)
        error = np.linalg.norm(slope - reference) / np.linalg.norm(reference)
        assert error <= 1e-7, f"{name}: {error:.1e}"


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("sizes", [(3, 4), (3, 4, 4), (3, 4, 4, 4), (4, 4, 4, 4, 4)])
def test_the_gradient_agrees_at_every_depth_with_square_layers(activation, sizes):
    network, X, labels = small(activation, sizes)
    for name, slope in network.gradient(X, labels).items():
        np.testing.assert_allclose(slope, numerical(network, name, X, labels), rtol=1e-6, atol=1e-9, err_msg=name)


def test_the_gradient_is_the_mean_over_the_examples():
    network, X, labels = small()
    one_by_one = [network.gradient(X[[i]], labels[[i]]) for i in range(5)]
    for name, slope in network.gradient(X, labels).items():
        np.testing.assert_allclose(slope, np.mean([one[name] for one in one_by_one], axis=0), rtol=1e-10, atol=1e-15)


def test_check_gradient_prints_a_table_for_one_bias():
    network, X, labels = small(sizes=(3, 4, 2))
    labels = labels % 2
    b2 = network.parameters["b2"]
    start = b2.copy()

    def loss(values):
        b2[...] = values
        return network.loss(X, labels)

    assert check_gradient(loss, network.gradient(X, labels)["b2"], start, complex_step=False).agrees


# Saving and loading


def test_a_saved_network_comes_back_to_the_last_bit(tmp_path):
    network, X, _ = small()
    network.save(tmp_path / "weights")  # the name is kept as it is
    other, _, _ = small(seed=7)
    other.load(tmp_path / "weights")
    np.testing.assert_array_equal(other.logits(X), network.logits(X))


def altered(tmp_path, **changes):
    """The file of small() with some arrays replaced, or left out where the change is None."""
    network, _, _ = small()
    arrays = {"activation": "sigmoid", **network.parameters, **changes}
    np.savez(tmp_path / "weights.npz", **{name: array for name, array in arrays.items() if array is not None})
    return tmp_path / "weights.npz"


def refusal(path):
    """What load says about path; the network must be as before."""
    network, _, _ = small(seed=7)
    before = {name: array.copy() for name, array in network.parameters.items()}
    with pytest.raises(ValueError) as caught:  # noqa: PT011, the message is what is returned
        network.load(path)
    for name, array in network.parameters.items():
        np.testing.assert_array_equal(array, before[name])
    return str(caught.value).replace(str(path), "FILE")


def test_the_unaltered_file_is_accepted(tmp_path):
    network, _, _ = small(seed=7)
    network.load(altered(tmp_path))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"W2": np.ones((4, 5))}, "W2 in FILE must be float64 of shape (4, 4); got float64, (4, 5)"),
        ({"b3": np.ones((4, 1))}, "b3 in FILE must be float64 of shape (4,); got float64, (4, 1)"),
        ({"b3": np.ones(4, np.float32)}, "b3 in FILE must be float64 of shape (4,); got float32, (4,)"),
        ({"b3": np.array([1, 2, np.nan, 4])}, "b3 in FILE must be finite; got nan"),
        ({"W3": np.full((4, 4), np.inf)}, "W3 in FILE must be finite; got inf"),
        ({"b3": None}, "FILE must hold W1, b1, W2, b2, W3, b3; got W1, b1, W2, b2, W3"),
        ({"W4": np.ones(4)}, "FILE must hold W1, b1, W2, b2, W3, b3; got W1, b1, W2, b2, W3, b3, W4"),
        ({"activation": "tanh"}, "FILE must hold a network with activation sigmoid; got tanh"),
        ({"activation": None}, "FILE must hold a network with activation sigmoid; got none"),
    ],
)
def test_a_file_that_does_not_fit_changes_nothing(tmp_path, changes, message):
    assert refusal(altered(tmp_path, **changes)) == message


@pytest.mark.parametrize("damage", ["text", "empty", "truncated", "flipped", "objects", "one array"])
def test_what_is_no_whole_npz_changes_nothing(tmp_path, damage):
    path = altered(tmp_path)
    whole = path.read_bytes()
    if damage == "text":
        path.write_text("W1, b1")
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "truncated":
        path.write_bytes(whole[:-100])
    elif damage == "flipped":
        middle = whole.index(network_bytes()) + 3
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :])
    elif damage == "objects":
        altered(tmp_path, W1=np.array([{}], dtype=object))
    elif damage == "one array":
        with path.open("wb") as file:
            np.save(file, np.ones(3))
    assert refusal(path).startswith("FILE must be a whole .npz file: ")


def network_bytes():
    """The first weights, as they lie in the file."""
    network, _, _ = small()
    return np.ascontiguousarray(network.parameters["W1"]).tobytes()


def test_a_missing_file_is_named(tmp_path):
    network, _, _ = small()
    with pytest.raises(FileNotFoundError, match=r"weights\.npz"):
        network.load(tmp_path / "weights.npz")
