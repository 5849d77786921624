"""Training takes the steps that its rule says, tells what happened, and stops with one clear error when it diverges."""

import warnings

import numpy as np
import pytest

from helpers.datasets import load_digits, make_moons, make_xor, split
from helpers.gradients import check_update
from helpers.network import Network
from helpers.training import Epoch, train


def rng(seed=0):
    return np.random.default_rng(seed)


def problem(num_examples=10):
    """A small network, inputs and labels of two classes."""
    X, labels = make_moons(num_examples, 0.1, rng=rng())
    return Network([2, 4, 2], rng()), X, labels


def run(network, X, labels, **arguments):
    """All epochs; full batches in the given order unless told otherwise."""
    defaults = {"num_epochs": 1, "batch_size": len(labels), "learning_rate": 0.5, "shuffle": False}
    return list(train(network, X, labels, **{**defaults, **arguments}))


def numbers(named):
    return np.concatenate([array.ravel() for array in named.values()])


def trained(X, labels, **arguments):
    """The parameters of the small network after a run."""
    network = Network([2, 4, 2], rng())
    run(network, X, labels, **arguments)
    return numbers(network.parameters)


# The steps


def test_one_batch_moves_every_parameter_by_minus_rate_times_gradient():
    network, X, labels = problem()
    old, gradient = numbers(network.parameters), numbers(network.gradient(X, labels))
    run(network, X, labels, learning_rate=0.3)
    assert check_update(old, numbers(network.parameters), gradient, 0.3).agrees


def test_each_batch_steps_from_where_the_last_one_led_and_the_last_may_be_smaller():
    network, X, labels = problem()
    by_hand = Network([2, 4, 2], rng())
    for batch in (slice(0, 4), slice(4, 8), slice(8, 10)):
        for name, slope in by_hand.gradient(X[batch], labels[batch]).items():
            by_hand.parameters[name][...] -= 0.5 * slope
    run(network, X, labels, batch_size=4)
    np.testing.assert_allclose(numbers(network.parameters), numbers(by_hand.parameters), rtol=1e-12, atol=1e-15)


def test_momentum_keeps_part_of_the_last_step_and_decay_shrinks_the_rate():
    network, X, labels = problem()
    by_hand = Network([2, 4, 2], rng())
    velocity = {name: np.zeros_like(array) for name, array in by_hand.parameters.items()}
    for rate in (0.5, 0.5 * 0.8, 0.5 * 0.8**2):
        for name, slope in by_hand.gradient(X, labels).items():
            velocity[name] = 0.9 * velocity[name] + rate * slope
            by_hand.parameters[name][...] -= velocity[name]
    run(network, X, labels, num_epochs=3, momentum=0.9, decay=0.8)
    np.testing.assert_allclose(numbers(network.parameters), numbers(by_hand.parameters), rtol=1e-12, atol=1e-15)


def test_a_batch_larger_than_the_data_is_the_full_batch():
    _, X, labels = problem()
    np.testing.assert_array_equal(trained(X, labels, batch_size=99), trained(X, labels, batch_size=10))


def test_shuffling_is_repeatable_and_another_seed_takes_another_way():
    _, X, labels = problem()
    first, again, other = (
        trained(X, labels, batch_size=3, num_epochs=2, shuffle=True, rng=rng(seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


def test_shuffling_keeps_each_label_with_its_example_and_uses_each_once():
    """A full batch has the same gradient in any order; a lost, doubled or mislabelled example would change it."""
    _, X, labels = problem()
    in_order = trained(X, labels, num_epochs=5)
    np.testing.assert_allclose(trained(X, labels, num_epochs=5, shuffle=True, rng=rng()), in_order, rtol=1e-10)


def test_each_epoch_draws_a_new_order():
    _, X, labels = problem()
    one_run = trained(X, labels, batch_size=1, num_epochs=2, shuffle=True, rng=rng())
    network = Network([2, 4, 2], rng())
    for _ in range(2):
        run(network, X, labels, batch_size=1, shuffle=True, rng=rng())
    assert (numbers(network.parameters) != one_run).all()


def test_the_inputs_and_labels_stay_as_they_are():
    network, X, labels = problem()
    before = X.copy(), labels.copy()
    run(network, X, labels, num_epochs=3, batch_size=3, shuffle=True, rng=rng(), X_test=X, labels_test=labels)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(labels, before[1])


def test_equal_hidden_units_stay_equal_for_ever():
    network, X, labels = problem()
    for array in network.parameters.values():
        array[...] = 0
    run(network, X, labels, num_epochs=20, batch_size=3, shuffle=True, rng=rng())
    W1 = network.parameters["W1"]
    np.testing.assert_array_equal(W1, W1[:, :1].repeat(4, axis=1))


# The record


def test_an_epoch_records_the_loss_and_accuracy_before_the_full_batch_step():
    network, X, labels = problem()
    for epoch in train(network, X, labels, num_epochs=0, batch_size=10, learning_rate=0.5, rng=rng()):
        raise AssertionError(epoch)
    loss, accuracy = network.loss(X, labels), np.mean(network.predict(X) == labels)
    assert run(network, X, labels) == [Epoch(1, pytest.approx(loss, rel=1e-14), accuracy)]


def test_an_epoch_of_batches_judges_each_example_before_its_own_step():
    network, X, labels = problem()
    follower = Network([2, 4, 2], rng())
    losses, hits = [], []
    for batch in (slice(0, 5), slice(5, 10)):
        losses.append(follower.loss(X[batch], labels[batch]))
        hits.append(np.mean(follower.predict(X[batch]) == labels[batch]))
        run(follower, X[batch], labels[batch])
    assert run(network, X, labels, batch_size=5) == [
        Epoch(1, pytest.approx(np.mean(losses), rel=1e-13), pytest.approx(np.mean(hits)))
    ]


def test_test_examples_are_judged_after_the_epoch_and_not_learnt_from():
    _, X, labels = problem()
    network = Network([2, 4, 2], rng())
    X_test, labels_test = make_moons(7, 0.1, rng=rng(1))
    [epoch] = run(network, X, labels, X_test=X_test, labels_test=labels_test)
    assert epoch.test_loss == network.loss(X_test, labels_test)
    assert epoch.test_accuracy == np.mean(network.predict(X_test) == labels_test)
    np.testing.assert_array_equal(numbers(network.parameters), trained(X, labels))


def test_labels_are_judged_by_the_number_of_classes_and_by_no_other_layer_s_size():
    for sizes in ([5, 2, 3], [2, 5, 3], [9, 9, 3]):
        network, X = Network(sizes, rng()), np.ones((2, sizes[0]))
        run(network, X, np.array([0, 2]), X_test=X, labels_test=[2, 0])
        for labels, labels_test in (([0, 3], [0, 1]), ([0, 1], [0, 3])):
            with pytest.raises(ValueError, match="labels must be classes from 0 to 2; got 3"):
                run(network, X, np.array(labels), X_test=X, labels_test=labels_test)


def test_records_hold_plain_numbers_and_count_from_1():
    network, X, labels = problem()
    epochs = run(network, X, labels, num_epochs=3, X_test=X, labels_test=labels)
    assert [epoch.epoch for epoch in epochs] == [1, 2, 3]
    assert {type(number) for epoch in epochs for number in epoch[1:]} == {float}


def test_the_network_has_moved_by_one_epoch_whenever_a_record_comes():
    network, X, labels = problem()
    at_each = [numbers(network.parameters) for _ in train(network, X, labels, num_epochs=2, batch_size=5,
                                                          learning_rate=0.5, shuffle=False)]  # fmt: skip
    np.testing.assert_array_equal(at_each[0], trained(X, labels, batch_size=5))
    np.testing.assert_array_equal(at_each[1], trained(X, labels, batch_size=5, num_epochs=2))


def test_training_prints_nothing(capsys):
    run(*problem(), num_epochs=3)
    assert capsys.readouterr() == ("", "")


# What it learns


@pytest.mark.parametrize("make", [make_moons, make_xor])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_hidden_layer_separates_what_no_line_can(make, activation):
    X, labels = make(200, 0.1, rng=rng())
    network = Network([2, 16, 2], rng(), activation)
    epochs = run(network, X, labels, num_epochs=300, batch_size=20, shuffle=True, rng=rng(), momentum=0.9)
    assert epochs[-1].accuracy >= 0.99


def test_without_a_hidden_layer_xor_stays_at_chance():
    X, labels = make_xor(200, rng=rng())
    network = Network([2, 2], rng())
    run(network, X, labels, num_epochs=100)
    assert np.mean(network.predict(X) == labels) <= 0.75  # a line gets at most three of the four corners
    assert network.loss(X, labels) == pytest.approx(np.log(2), rel=1e-3)


def test_five_digits_are_learnt_by_heart():
    images, labels = load_digits()
    X, labels = images[:5].reshape(-1, 64) / 16, labels[:5]
    network = Network([64, 32, 10], rng())
    run(network, X, labels, num_epochs=500)
    assert network.loss(X, labels) < 0.01
    np.testing.assert_array_equal(network.predict(X), labels)


def test_over_ten_seeds_the_digits_are_read_with_an_accuracy_of_at_least_0_965():
    images, labels = load_digits()
    X = images.reshape(-1, 64) / 16
    accuracies = []
    for seed in range(10):
        generator = rng(seed)
        learn, test = split(labels, rng=generator)
        network = Network([64, 32, 10], generator)
        run(network, X[learn], labels[learn], num_epochs=50, batch_size=32, shuffle=True, rng=generator)
        accuracies.append(np.mean(network.predict(X[test]) == labels[test]))
    assert np.mean(accuracies) >= 0.965, accuracies


# Errors


@pytest.mark.parametrize("shape", [[2, 4, 2], [2, 4, 4, 2], [2, 2]])
def test_divergence_is_one_error_that_names_epoch_and_rate_and_no_warning(shape):
    _, X, labels = problem()
    epochs = train(Network(shape, rng()), 1e3 * X, labels, num_epochs=9, batch_size=5, learning_rate=1e308, rng=rng())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(
            FloatingPointError, match=r"training diverged in epoch \d: learning_rate 1e\+308 is perhaps"
        ):
            list(epochs)


def test_divergence_in_the_last_step_is_noticed_too():
    _, X, labels = problem()
    with pytest.raises(FloatingPointError, match="training diverged in epoch 1:"):
        run(Network([2, 2], rng()), 1e10 * X, labels, learning_rate=1e308)


def test_divergence_on_the_test_examples_is_noticed_too():
    _, X, labels = problem()
    arguments = {"learning_rate": 1e300, "X_test": np.full((1, 2), 1e300), "labels_test": [0]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FloatingPointError, match="training diverged in epoch 1:"):
            run(Network([2, 2], rng()), X, labels, **arguments)


def test_numpy_warns_as_before_while_the_run_is_paused():
    network, X, labels = problem()
    before = np.geterr()
    epochs = train(network, X, labels, num_epochs=2, batch_size=5, learning_rate=0.5, rng=rng())
    next(epochs)
    assert np.geterr() == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"X": np.ones((10, 3))}, r"X must have shape \(n, 2\), with at least one example; got \(10, 3\)"),
        ({"X": np.full((10, 2), np.nan)}, "X must be finite; got nan"),
        ({"labels": np.zeros(9, int)}, r"labels must have shape \(10,\), one label an example; got \(9,\)"),
        ({"labels": np.full(10, 2)}, "labels must be classes from 0 to 1; got 2"),
        ({"num_epochs": -1}, "num_epochs must be a whole number that is not negative; got -1"),
        ({"num_epochs": 1.5}, "num_epochs must be a whole number that is not negative; got 1.5"),
        ({"batch_size": 0}, "batch_size must be a positive whole number; got 0"),
        ({"batch_size": 2.0}, "batch_size must be a positive whole number; got 2.0"),
        ({"learning_rate": 0}, "learning_rate must be a positive, finite number; got 0"),
        ({"learning_rate": -0.5}, "learning_rate must be a positive, finite number; got -0.5"),
        ({"learning_rate": np.inf}, "learning_rate must be a positive, finite number; got inf"),
        ({"learning_rate": np.nan}, "learning_rate must be a positive, finite number; got nan"),
        ({"momentum": 1.0}, "momentum must be at least 0 and less than 1; got 1.0"),
        ({"momentum": -0.1}, "momentum must be at least 0 and less than 1; got -0.1"),
        ({"decay": 0.0}, "decay must be more than 0 and at most 1; got 0.0"),
        ({"decay": 1.1}, "decay must be more than 0 and at most 1; got 1.1"),
        ({"rng": None}, r"rng must be a generator such as np\.random\.default_rng\(0\); got None"),
        ({"rng": 0}, r"rng must be a generator such as np\.random\.default_rng\(0\); got 0"),
        ({"X_test": np.ones((2, 2))}, "X_test and labels_test must be given together; got one of them"),
        ({"labels_test": [0, 1]}, "X_test and labels_test must be given together; got one of them"),
        ({"X_test": np.ones((2, 2)), "labels_test": [0]}, r"labels must have shape \(2,\), .*; got \(1,\)"),
        ({"X_test": np.ones((2, 3)), "labels_test": [0, 1]}, r"X must have shape \(n, 2\), .*; got \(2, 3\)"),
    ],
)
def test_train_refuses_bad_arguments_at_the_call_and_changes_nothing(changes, message):
    network, X, labels = problem()
    before = numbers(network.parameters)
    good = {"X": X, "labels": labels, "num_epochs": 1, "batch_size": 5, "learning_rate": 0.5, "rng": rng()}
    with pytest.raises(ValueError, match=message):
        train(network, **{**good, **changes})
    np.testing.assert_array_equal(numbers(network.parameters), before)
