"""What chapter 3 claims, each sentence above its proof."""

import json
import math
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import chapters
import numpy as np
import pytest
import sympy as sp

from claims import claim, positions
from helpers import autodiff
from helpers.activations import sigmoid
from helpers.gradients import central_difference, check_gradient, check_update

STEM = "03-backpropagation"
TABLES = Path(__file__).parent.parent / "source_tables"


@cache
def names():
    return chapters.namespace(STEM)


def named(*wanted):
    return [names()[name] for name in wanted]


@cache
def outputs():
    """{cell id: what it printed}, and {label of a figure: its texts}."""
    path = next(path for path in chapters.NOTEBOOKS if path.stem == STEM)
    printed, figures = {}, {}
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            printed[cell["id"]] = printed.get(cell["id"], "") + "".join(output.get("text", ""))
            html = "".join(output.get("data", {}).get("text/html", ""))
            if found := re.search(r'id="(fig-[\w-]+)".*?svg\+xml,([^"]*)', html):
                texts = re.findall(r"<text\b[^>]*>(.*?)</text>", unquote(found[2]), re.S)
                figures[found[1]] = [re.sub(r"<[^>]*>", "", text).strip() for text in texts]
    return printed, figures


def random_graph(kind, rng, num_inputs=3, num_steps=12):
    """A graph of sums and products of random earlier numbers; the last one adds up what nothing has used."""
    inputs = [kind(number) for number in rng.uniform(0.5, 1.5, num_inputs)]
    nodes, unused = list(inputs), set(range(num_inputs))
    for _ in range(num_steps):
        i, j = rng.integers(len(nodes), size=2)
        unused -= {int(i), int(j)}
        unused.add(len(nodes))
        nodes.append(nodes[i] * nodes[j] * 0.5 if rng.random() < 0.5 else nodes[i] + nodes[j])
    result = nodes[unused.pop()]
    for k in unused:
        result = result + nodes[k]
    return inputs, result


def by_sympy(seed, point, num_steps):
    """The slopes of the same graph, from its formula."""
    symbols = sp.symbols(f"x:{len(point)}")
    unread = iter(symbols)
    _, formula = random_graph(lambda number: next(unread), np.random.default_rng(seed), len(point), num_steps)
    at = dict(zip(symbols, point, strict=True))
    return [float(sp.diff(formula, symbol).subs(at)) for symbol in symbols]


def paths(node, goal):
    """The product of the slopes along each path back from a node to a goal."""
    if node is goal:
        return [1.0]
    pairs = zip(node.parents, node.slopes, strict=True)
    return [slope * rest for parent, slope in pairs for rest in paths(parent, goal)]


SEEDS = range(25)


# The tiny graph


@claim("By 0.003, 0.003 and very nearly 0.024.")
def test_the_nudge_of_q_arrives_as_predicted():
    moved = [float(number) for number in re.findall(r"by ([\d.]+)", outputs()[0]["nudge"])]
    assert moved == pytest.approx([0.003, 0.003, 0.024], abs=1e-5)
    for h in (1e-2, 1e-3, 1e-4):
        assert ((1 + h) * 3 + 1) ** 2 - 16 - 24 * h == pytest.approx(9 * h**2, rel=1e-6), "the crumb"


@claim("In a product, each factor has the other one for a slope. A sum hands on what it gets.")
def test_local_slopes_of_product_and_sum():
    for a in np.linspace(-2, 2, 9):
        for b in np.linspace(-2, 2, 9):
            point = np.array([a, b])
            assert central_difference(np.prod, point) == pytest.approx([b, a], abs=1e-8)
            assert central_difference(np.sum, point) == pytest.approx([1, 1], abs=1e-8)


@claim("Three slopes in one walk, where nudging walked six times: up and down for each knob.")
def test_nudging_evaluates_twice_for_each_knob():
    calls = []

    def counted(knobs):
        calls.append(knobs)
        return names()["tiny_loss"](knobs)

    slopes = central_difference(counted, np.array([1.0, 3.0, 1.0]))
    assert len(calls) == 6
    assert slopes == pytest.approx(named("dL_dq", "dL_dr", "dL_dt"))


# Fan-out


@claim(
    "It is 32, the sum of the two.",
    "So $v$ moves by $4h$ and $L$ by eight times that.",
)
def test_the_slope_of_the_joined_knob():
    joined, tiny = named("joined_loss", "tiny_loss")
    assert central_difference(joined, 1.0) == pytest.approx(32)
    for q in np.linspace(-2, 2, 17):  # and at any setting, the joined slope is the sum of the single ones
        single = central_difference(tiny, np.array([q, 3.0, q]))
        assert central_difference(joined, q) == pytest.approx(single[0] + single[2], abs=1e-7)


@claim("Along a path slopes multiply; where paths meet, gradients add.")
def test_a_gradient_is_the_sum_over_paths_of_the_products_along_them():
    fan_outs = 0
    for seed in SEEDS:
        inputs, result = random_graph(autodiff.Value, np.random.default_rng(seed), num_steps=8)
        products = [paths(result, node) for node in inputs]
        fan_outs += sum(len(along) > 1 for along in products)
        exact = by_sympy(seed, [node.data for node in inputs], num_steps=8)
        assert [sum(along) for along in products] == pytest.approx(exact, rel=1e-10), "the rule"
        result.backward()
        assert [node.grad for node in inputs] == pytest.approx(exact, rel=1e-10), "the helper"
    assert fan_outs > 20, "where nothing is used twice, a rule without the sum would pass"


def test_the_picture_shows_what_the_two_passes_compute():
    u, v, loss, dL_dv, dL_du, from_v, dL_dr, from_u = names()["two_passes"](1, 3)
    texts = outputs()[1]["fig-both-passes"]
    wanted = [u, v, loss, dL_dv, dL_du, dL_dr, from_v, from_u, f"{from_v} + {from_u} = {from_v + from_u}"]
    for number in set(map(str, wanted)):
        assert texts.count(number) >= list(map(str, wanted)).count(number), number
    slopes = [text for text in texts if text.startswith("×")]
    assert sorted(slopes) == sorted(["× 3", "× 1", "× 1", "× 1", "× 8"])


def test_the_two_passes_are_right_for_any_knobs():
    for q in np.linspace(-2, 2, 9):
        for r in np.linspace(-2, 2, 9):
            *_, from_v, dL_dr, from_u = names()["two_passes"](q, r)
            slopes = central_difference(lambda p: (p[0] * p[1] + p[0]) ** 2, np.array([q, r]))
            assert [from_v + from_u, dL_dr] == pytest.approx(slopes, abs=1e-7)


# The explorer


@claim("Only at the last one, stage 9.", "At stages 7 and 8 the box at $q$ shows an 8: one share of two")
def test_q_has_its_slope_at_the_last_stage_alone():
    shown = {value: frame.columns["∂q"] for value, frame in positions(STEM)}
    assert shown == {k: "" if k < 7 else "8" if k < 9 else "8 + 24 = 32" for k in range(1, 10)}


def test_each_message_says_what_its_stage_computes():
    u, v, loss, dL_dv, dL_du, from_v, dL_dr, from_u = names()["two_passes"](1, 3)
    results = [u, v, loss, 1, dL_dv, dL_du, from_v, dL_dr, from_u]
    for (value, frame), result in zip(positions(STEM), results, strict=True):
        assert frame.state == "note"
        assert frame.message.startswith("Forward" if value <= 3 else "Backward")
        assert re.search(rf"\b{result}\b", frame.message), frame.message
        assert frame.columns["result"][-1] == result
    assert [frame.columns["q→u"] > 0 for _, frame in positions(STEM)] == [True] * 9
    assert [frame.columns["q←u"] > 0 for _, frame in positions(STEM)] == [False] * 8 + [True]


def test_the_slider_starts_at_the_first_stage():
    (explorer,) = chapters.run(next(path for path in chapters.NOTEBOOKS if path.stem == STEM))[1]
    assert explorer.start == explorer.values[0] == 1
    assert len(explorer.values) == 9


# The order


@claim(
    "No, it finds 20, and nothing tells you that this is wrong.",
    "Multiplied out, $L = q^4 + q^2$, and its slope is $4q^3 + 2q = 36$.",
)
def test_level_by_level_finds_20_where_36_is_right():
    Value, hand_back, level_by_level, children_first, tricky_loss = named(
        "Value", "hand_back", "level_by_level", "children_first", "tricky_loss"
    )
    q = sp.Symbol("q")
    assert sp.expand(tricky_loss(q)) == q**4 + q**2
    assert sp.diff(tricky_loss(q), q).subs(q, 2) == 36
    knob = Value(2)
    hand_back(level_by_level(tricky_loss(knob)))
    assert knob.grad == 20
    hand_back(children_first(tricky_loss(knob)))
    assert knob.grad == 36


@claim("A number may hand its gradient on only when every arrow that leaves it has brought its share.")
def test_orders_that_wait_are_right_and_one_that_does_not_is_wrong():
    Value, hand_back, level_by_level, children_first = named("Value", "hand_back", "level_by_level", "children_first")
    waited = []
    for seed in SEEDS:
        inputs, result = random_graph(Value, np.random.default_rng(seed), num_steps=1 + seed % 10)
        slopes = [sum(paths(result, node)) for node in inputs]
        for make_order in (children_first, level_by_level):
            order = make_order(result)
            place = {node: n for n, node in enumerate(order)}
            # An input hands nothing on, so it may receive a share at any time.
            arrows = [(node, parent) for node in order for parent in node.parents if parent.parents]
            waits = all(place[node] < place[parent] for node, parent in arrows)
            assert waits or make_order is level_by_level
            hand_back(order)
            right = np.allclose([node.grad for node in inputs], slopes, rtol=1e-12)
            assert right or not waits
            if make_order is level_by_level:
                assert right == waits, seed
                waited.append(waits)
    assert set(waited) == {True, False}


def test_children_first_reaches_every_number_once_and_a_long_chain_is_no_trouble():
    Value, children_first, level_by_level = named("Value", "children_first", "level_by_level")
    for seed in SEEDS:
        _, result = random_graph(Value, np.random.default_rng(seed))
        order = children_first(result)
        assert len(order) == len(set(order))
        assert set(order) == set(level_by_level(result))
    start = total = Value(0.5)
    for _ in range(2000):
        total = total + start
    total.backward()
    assert start.grad == 2001


# Ours and the helper's


@claim("Both agree to twelve digits.")
def test_our_value_is_the_helper_s():
    Value, expressions = named("Value", "expressions")
    for name, f in expressions.items():
        for point in [(0.7, 1.1), (-1.3, 0.6), (2.1, -0.4)]:
            found = []
            for kind in (Value, autodiff.Value):
                inputs = [kind(number) for number in point]
                f(*inputs).backward()
                found.append([node.grad for node in inputs])
            assert found[0] == pytest.approx(found[1], rel=1e-12), name
            x, y = sp.symbols("x y")
            exact = [float(f(x, y).diff(s).subs({x: point[0], y: point[1]})) for s in (x, y)]
            assert found[0] == pytest.approx(exact, rel=1e-12), name
    for seed in SEEDS:
        both = [random_graph(kind, np.random.default_rng(seed)) for kind in (Value, autodiff.Value)]
        for _, result in both:
            result.backward()
        ours, helper = ([node.grad for node in inputs] for inputs, _ in both)
        assert ours == pytest.approx(helper, rel=1e-12)


# The neuron


@claim("Weighing alone can only draw straight lines, and a chain of such neurons again draws a straight line.")
def test_a_chain_of_neurons_that_only_weigh_is_straight():
    x = np.linspace(-3, 3, 13)
    for seed in SEEDS:
        line, squashed = x, x
        for w, b in np.random.default_rng(seed).normal(size=(5, 2)):
            line, squashed = w * line + b, sigmoid(w * squashed + b)
        assert np.diff(line, 2) == pytest.approx(0, abs=1e-10)
        assert np.ptp(np.diff(squashed)) > 0, "with a sigmoid it bends"


@claim(
    "From its parts, the graph finds the slope $\\sigma(z)(1 - \\sigma(z))$ at every $z$ that we ask for.",
    "It is never larger than a quarter.",
)
def test_the_slope_of_the_sigmoid_from_its_parts():
    Value, from_parts = named("Value", "sigmoid_from_parts")
    slopes = []
    for number in np.linspace(-20, 20, 401):
        z = Value(number)
        a = from_parts(z)
        a.backward()
        assert a.data == pytest.approx(sigmoid(number), rel=1e-12)
        assert z.grad == pytest.approx(sigmoid(number) * sigmoid(-number), rel=1e-9)
        slopes.append(z.grad)
    assert max(slopes) == pytest.approx(1 / 4)
    assert slopes[200] == max(slopes)
    assert outputs()[0]["sigmoid-slope"].count("z =") == 5


@claim("The sigmoid is made of $e^z$, the function of chapter 1 that is its own slope, with $e$ about 2.718.")
def test_e_to_the_z_is_its_own_slope():
    z = sp.Symbol("z")
    assert sp.exp(z).diff(z) == sp.exp(z)
    assert math.e == pytest.approx(2.718, abs=5e-4)


@claim("so that the slope is the miss itself, $\\hat y - y$.", "the larger the miss, the steeper the loss.")
def test_half_the_square_has_the_miss_for_a_slope():
    misses = np.linspace(-2, 2, 41)
    slopes = np.array([central_difference(lambda y_hat: (y_hat - 0.5) ** 2 / 2, 0.5 + miss) for miss in misses])
    assert slopes == pytest.approx(misses, abs=1e-9)
    assert (np.diff(np.abs(slopes[misses >= 0])) > 0).all()


@claim("Both slopes are negative: a larger $w$ and a larger $b$ would make this loss smaller.")
def test_a_larger_weight_and_a_larger_bias_make_this_loss_smaller():
    loss_of, w, b = named("loss_of", "w", "b")
    now = loss_of((w, b))
    for step in (1e-3, 0.1, 1, 10):
        assert loss_of((w + step, b)) < now
        assert loss_of((w, b + step)) < now


# The price


def counts(num_weights):
    wide_neuron, children_first, forward_mode = named("wide_neuron", "children_first", "forward_mode")
    weights, result = wide_neuron(num_weights)
    order = children_first(result)
    reverse = sum(len(node.parents) for node in order)
    forward = sum(forward_mode(order, weight)[1] for weight in weights)
    return sum(bool(node.parents) for node in order), reverse, forward


@claim("By about ten in reverse mode, and by about a hundred in forward mode.")
def test_the_price_of_ten_times_as_many_weights():
    (_, reverse_10, forward_10), (_, reverse_100, forward_100) = counts(10), counts(100)
    assert reverse_100 / reverse_10 == pytest.approx(10, rel=0.15)
    assert forward_100 / forward_10 == pytest.approx(100, rel=0.15)
    for num_weights in (1, 2, 5, 30):
        operations, reverse, forward = counts(num_weights)
        assert (operations, reverse, forward) == (2 * num_weights + 4, 4 * num_weights + 6, num_weights * reverse)


@claim("But a thousand slopes take four million multiplications forward, and four thousand backward.")
def test_the_printed_price_of_a_thousand_slopes():
    *_, last = outputs()[0]["price-table"].strip().splitlines()
    weights, operations, reverse, forward = (int(number.replace(",", "")) for number in last.split())
    assert (weights, operations, reverse, forward) == (1000, 2004, 4006, 4006000)


@claim(
    "One backward pass finds all slopes, for at most two multiplications an operation.",
    "An operation has one parent or two, so it has one arrow or two.",
    "It does not matter how many knobs there are.",
)
def test_the_backward_pass_multiplies_at_most_twice_for_an_operation():
    Value, children_first = named("Value", "children_first")
    x, y = Value(0.7), Value(1.1)
    made = [x + y, x - y, x * y, x / y, x**3, x.exp(), 1 - x, 2 / x, 3 * x]
    x, y = autodiff.Value(0.7), autodiff.Value(1.1)
    made += [x + y, x - y, x * y, x / y, x**3, -x, x.exp(), x.log(), x.tanh(), x.sigmoid(), 1 - x, 2 / x]
    assert {len(node.parents) for result in made for node in children_first(result) if node.parents} == {1, 2}
    for num_inputs in (1, 3, 10, 100):
        _, result = random_graph(autodiff.Value, np.random.default_rng(0), num_inputs, num_steps=300)
        order = children_first(result)
        assert sum(len(node.parents) for node in order) <= 2 * sum(bool(node.parents) for node in order)


# Training


@claim("Backpropagation computes a gradient, and gradient descent uses it.", "After step 3 no parameter has moved.")
def test_backward_moves_no_number():
    for seed in SEEDS:
        inputs, result = random_graph(autodiff.Value, np.random.default_rng(seed))
        before = [node.data for node in inputs]
        result.backward()
        assert [node.data for node in inputs] == before
        assert any(node.grad for node in inputs)


@claim("Three epochs moved the loss from 0.0958 to 0.0930.", "The loss falls.")
def test_the_printed_losses_fall():
    losses = [float(number) for number in re.findall(r"L = ([\d.]+)", outputs()[0]["four-steps"])]
    assert losses == [0.0958, 0.0944, 0.0930]


@claim("Only the update check.", "The gradient check never sees an update.")
def test_each_check_sees_its_own_kind_of_mistake():
    x, y = named("x", "y")
    for seed in SEEDS:
        w, b = old = np.random.default_rng(seed).normal(size=2)
        y_hat = sigmoid(w * x + b)
        delta = (y_hat - y) * y_hat * (1 - y_hat)
        right, without_x = np.array([delta * x, delta]), np.array([delta, delta])
        loss_of = names()["loss_of"]
        assert not check_gradient(loss_of, without_x, old).agrees
        assert check_update(old, old - 0.1 * without_x, without_x, 0.1).agrees
        assert check_gradient(loss_of, right, old).agrees
        assert not check_update(old, np.array([b, b]) - 0.1 * right, right, 0.1).agrees
        assert check_update(old, old - 0.1 * right, right, 0.1).agrees


@claim("You will meet both mistakes in the wild, the first kind in chapter 5 and the second in chapter 6")
@pytest.mark.parametrize("name", ["05-many-points", "06-two-neurons-in-sequence"])
def test_both_mistakes_hide_behind_a_loss_that_falls(name):
    text = (TABLES / f"{name}.txt").read_text("utf-8")
    losses = [float(number) for number in re.findall(r"(?i)loss\D*?([\d.]+\d)", text)]
    assert len(losses) == 20
    assert all(later <= earlier for earlier, later in pairwise(losses))
    assert losses[-1] < losses[0]
