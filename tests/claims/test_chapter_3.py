"""What chapter 3 claims, each sentence above its proof."""

import ast
import inspect
import json
import math
import re
import timeit
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import chapters
import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp

from claims import claim, positions
from helpers import autodiff
from helpers.activations import sigmoid
from helpers.gradients import central_difference, check_gradient, check_update
from show import chapter_3

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


def functions_of(cell):
    """{name: the syntax tree} of the functions that a cell of the chapter defines."""
    path = next(path for path in chapters.NOTEBOOKS if path.stem == STEM)
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]}
    return {node.name: node for node in ast.parse(cells[cell]).body if isinstance(node, ast.FunctionDef)}


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


@claim("In a product, each factor's slope is the other factor. In a sum, each slope is 1.")
def test_local_slopes_of_product_and_sum():
    for a in np.linspace(-2, 2, 9):
        for b in np.linspace(-2, 2, 9):
            point = np.array([a, b])
            assert central_difference(np.prod, point) == pytest.approx([b, a], abs=1e-8)
            assert central_difference(np.sum, point) == pytest.approx([1, 1], abs=1e-8)


@claim("where nudging ran everything six times: up and down for each knob.")
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


@claim("Here $\\partial v/\\partial q$ is the local slope of the direct arrow, with $u$ held still: 1, not 4.")
def test_the_direct_arrow_s_slope_is_not_how_far_v_moves_in_all():
    for q in np.linspace(-2, 2, 9):
        u = 3 * q
        assert central_difference(lambda q, u=u: u + q, q) == pytest.approx(1)
        assert central_difference(lambda q: 3 * q + q, q) == pytest.approx(4)
        v = u + q
        assert central_difference(named("joined_loss")[0], q) == pytest.approx(2 * v * 3 + 2 * v * 1, abs=1e-7)


@claim("and an arrow from it to every number that is computed directly from it, one for each use.")
def test_a_number_that_is_used_twice_in_a_step_has_two_arrows():
    loss_value, v_value = named("loss_value", "v_value")
    assert loss_value.parents == (v_value, v_value)
    assert sum(loss_value.slopes) == 8, "with both uses held together; each alone is 4"


@claim("Along a path slopes multiply; where a path forks, they add on the way back.")
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
    u, v, loss, dL_dL, dL_dv, dL_du, from_v, dL_dr, from_u, dL_dq = names()["two_passes"](1, 3)
    texts = outputs()[1]["fig-both-passes"]
    wanted = list(map(str, [1, 3, u, v, loss, dL_dL, dL_dv, dL_du, dL_dr, "?"]))
    for number in set(wanted):
        assert texts.count(number) == wanted.count(number), number
    assert not any(str(dL_dq) in text for text in texts), "the reader is to find it"
    slopes = [text for text in texts if text.startswith("×")]
    assert sorted(slopes) == sorted([f"× 3 = {from_u}", f"× 1 = {from_v}", "× 1", "× 1", "× 8"])


def test_the_two_passes_are_right_for_any_knobs():
    for q in np.linspace(-2, 2, 9):
        for r in np.linspace(-2, 2, 9):
            *_, dL_dr, _, dL_dq = names()["two_passes"](q, r)
            slopes = central_difference(lambda p: (p[0] * p[1] + p[0]) ** 2, np.array([q, r]))
            assert [dL_dq, dL_dr] == pytest.approx(slopes, abs=1e-7)


# The explorer


@claim("It has received an 8, and that is one share of two, not yet the slope of $q$.", "and stage 10 adds them up.")
def test_q_has_its_slope_at_the_last_stage_alone():
    shown = {value: frame.columns["∂q"] for value, frame in positions(STEM)}
    parts = {7: "8 + …", 8: "8 + …", 9: "8 + 24", 10: "8 + 24 = 32"}
    assert shown == {k: parts.get(k, "") for k in range(1, 11)}


@claim("Its ten lines are the ten stages of the slider, where ▾ marks a slope.")
def test_each_message_says_what_its_stage_computes():
    results = names()["two_passes"](1, 3)
    lines = functions_of("two-passes")["two_passes"].body[:-1]
    assert len(results) == len(lines) == 10
    for n, ((value, frame), result) in enumerate(zip(positions(STEM), results, strict=True)):
        assert frame.state == "note"
        assert frame.message.startswith("Forward" if value <= 3 else "Backward")
        assert re.search(rf"\b{result}\b", frame.message), frame.message
        assert list(frame.columns["stage"]) == list(range(n + 1, 0, -1)), "the newest is on top, where it is seen"
        assert frame.columns["result"] == list(reversed(results[: n + 1]))
    assert [frame.columns["q→u"] > 0 for _, frame in positions(STEM)] == [True] * 10
    assert [frame.columns["q←u"] > 0 for _, frame in positions(STEM)] == [False] * 8 + [True] * 2


def test_the_slider_starts_at_the_first_stage():
    (explorer,) = chapters.run(next(path for path in chapters.NOTEBOOKS if path.stem == STEM))[1]
    assert explorer.start == explorer.values[0] == 1
    assert len(explorer.values) == 10


def test_a_local_slope_is_shown_with_the_arrow_back_and_not_before():
    for value, frame in positions(STEM):
        back = sum(frame.columns[name] > 0 for name in frame.columns if "←" in name)
        assert sum(text.startswith("× ") for text in frame.traces) == back, value


# The order


@claim(
    "It finds 20, and no error tells you that this is wrong.",
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


@claim("In the tricky graph, $a$ waits for two shares and $s$ for one: the order is $L$, $s$, $a$, 1, $q$.")
def test_the_order_that_waits_in_the_tricky_graph():
    Value, count_uses, children_first, tricky_loss = named("Value", "count_uses", "children_first", "tricky_loss")
    knob = Value(2)
    loss = tricky_loss(knob)
    a, s = loss.parents
    one = next(parent for parent in s.parents if parent is not a)
    assert one.data == 1
    assert children_first(loss) == [loss, s, a, one, knob]
    assert (count_uses(loss)[a], count_uses(loss)[s]) == (2, 1)


@claim(
    "some intermediate number must come up in the queue before one that is computed from it, as in expression C.",
    "(With $L = (a + 1)\\,a$ it would be $s$, and all would come right, by luck.)",
)
def test_which_graphs_show_that_the_order_is_wrong():
    Value, hand_back, level_by_level, expressions = named("Value", "hand_back", "level_by_level", "expressions")

    def comes_up_early(result):
        order = level_by_level(result)
        place = {node: n for n, node in enumerate(order)}
        arrows = [(node, parent) for node in order for parent in node.parents if parent.parents]
        return any(place[parent] < place[node] for node, parent in arrows)

    def one_step_longer(q):
        a = q * q
        return (a + 1) * a

    def two_steps_longer(q):
        a = q * q
        return ((a + 1) + 1) * a

    def two_steps_longer_and_harmless(q):  # the ways from L to a have 2, 3 and 4 steps
        a = q * q
        p = a + 1
        return ((p + 1) * p) * (a * 1)

    for loss, by_level, right in (
        (named("tricky_loss")[0], 20, 36),
        (one_step_longer, 36, 36),
        (two_steps_longer, 24, 40),
        (two_steps_longer_and_harmless, 296, 296),
    ):
        knob = Value(2)
        result = loss(knob)
        hand_back(level_by_level(result))
        assert knob.grad == by_level
        assert central_difference(loss, 2.0) == pytest.approx(right)
        assert comes_up_early(result) == (by_level != right)
    early = {name: comes_up_early(f(Value(0.7), Value(1.1))) for name, f in expressions.items()}
    assert [name for name in early if early[name]] == ["C"]


@claim("A number that hands on only once must wait until each of its arrows towards $L$ has brought its share.")
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


@claim("A number that hands on only once must wait until each of its arrows towards $L$ has brought its share.")
def test_an_arrow_that_does_not_lead_to_the_result_is_not_waited_for():
    Value, hand_back, count_uses, children_first = named("Value", "hand_back", "count_uses", "children_first")
    q = Value(2)
    a = q * q
    aside = a + 7
    result = a * 3
    assert aside not in count_uses(result)
    assert count_uses(result)[a] == 1
    hand_back(children_first(result))
    assert q.grad == 12


@claim(
    "Handing on each share as it comes, without an order, is right too, but visits a number once for every path to $L$."
)
def test_handing_on_each_share_at_once_is_right_and_visits_once_for_each_path():
    Value, tricky_loss = named("Value", "tricky_loss")

    def at_once(result):
        waiting, slopes, visits = [(result, 1.0)], {}, 0
        while waiting:
            node, share = waiting.pop(0)
            visits += 1
            slopes[node] = slopes.get(node, 0) + share
            pairs = zip(node.parents, node.slopes, strict=True)
            waiting += [(parent, share * slope) for parent, slope in pairs]
        return slopes, visits

    knob = Value(2)
    assert at_once(tricky_loss(knob))[0][knob] == 36
    for length in (1, 5, 10):
        start = doubled = Value(1)
        for _ in range(length):
            doubled = doubled + doubled
        slopes, visits = at_once(doubled)
        assert (slopes[start], visits) == (2**length, 2 ** (length + 1) - 1)
        assert len(paths(doubled, start)) == 2**length


@claim("Our first function was lucky too: the only number whose shares came at different times was the knob $q$")
def test_why_level_by_level_was_right_the_first_time():
    level_by_level, loss_value, q_value = named("level_by_level", "loss_value", "q_value")
    received = {}
    for time, node in enumerate(level_by_level(loss_value)):
        for parent in node.parents:
            received.setdefault(parent, set()).add(time)
    assert [node for node, times in received.items() if len(times) > 1] == [q_value]
    assert q_value.parents == ()


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


def test_no_list_is_searched_for_a_number(monkeypatch):
    """That would take time that grows with the square of the graph, and the chapter's price would not be its own."""
    Value, children_first = named("Value", "children_first")
    for kind in (Value, autodiff.Value):
        start = total = kind(0.5)
        for _ in range(300):
            total = total + start * 2
        compared = []

        def equal(one, other, compared=compared):
            compared.append(1)
            return one is other

        monkeypatch.setattr(kind, "__eq__", equal, raising=False)
        monkeypatch.setattr(kind, "__hash__", object.__hash__, raising=False)
        assert len(children_first(total)) == 901
        assert len(autodiff.children_first(total)) == 901
        assert len(compared) < 901, "a search through the list compares 400,000 times"


# Ours and the helper's


@claim("The helper's backward pass is ours, line by line.")
def test_the_helper_s_backward_pass_is_the_chapter_s():
    for cell in ("hand-back", "level-by-level", "children-first"):
        for name, ours in functions_of(cell).items():
            (helper,) = ast.parse(inspect.getsource(getattr(autodiff, name))).body
            assert isinstance(helper.body.pop(0).value, ast.Constant), "its docstring"
            assert ast.dump(helper) == ast.dump(ours), name


@claim("one with a trap for the order:")
def test_one_of_the_five_expressions_tells_a_wrong_order():
    Value, hand_back, level_by_level, expressions = named("Value", "hand_back", "level_by_level", "expressions")
    wrong = []
    for name, f in expressions.items():
        inputs = [Value(0.7), Value(1.1)]
        result = f(*inputs)
        hand_back(level_by_level(result))
        by_level = [node.grad for node in inputs]
        result.backward()
        if by_level != pytest.approx([node.grad for node in inputs]):
            wrong.append(name)
    assert wrong == ["C"]


@claim("where a product of ours becomes too large and goes on as `inf`, it stops with a message.")
def test_the_helper_stops_where_ours_goes_on():
    assert (names()["Value"](1e200) * 1e200).data == math.inf
    with pytest.raises(ValueError, match="finite; got inf"):
        autodiff.Value(1e200) * 1e200


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


@claim(
    "To keep $\\hat y$ between 0 and 1, and to bend, which matters once neurons are chained.",
    "Weigh twice in a row, $w_2(w_1 x + b_1) + b_2$, and you have weighed once, with other numbers: a straight line.",
)
def test_a_chain_of_neurons_that_only_weigh_is_straight():
    x = np.linspace(-3, 3, 13)
    for seed in SEEDS:
        line, squashed = x, x
        for w, b in np.random.default_rng(seed).normal(size=(5, 2)):
            line, squashed = w * line + b, sigmoid(w * squashed + b)
        assert np.diff(line, 2) == pytest.approx(0, abs=1e-10)
        assert np.ptp(np.diff(squashed)) > 0, "with a sigmoid it bends"
        assert (squashed > 0).all()
        assert (squashed < 1).all()


@claim(
    "The graph finds the slope $\\sigma(z)(1 - \\sigma(z))$ at all five.",
    "It is never larger than a quarter.",
    "And $\\sigma(1 - \\sigma) = \\tfrac14 - (\\sigma - \\tfrac12)^2$, a quarter less a square.",
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
    z, a = sp.symbols("z a")
    g = 1 + sp.exp(-z)
    assert sp.simplify(sp.diff(1 / g, z) - (g - 1) / g**2) == 0
    assert sp.expand(a * (1 - a) - (sp.Rational(1, 4) - (a - sp.Rational(1, 2)) ** 2)) == 0
    assert max(slopes) == pytest.approx(1 / 4)
    assert slopes[200] == max(slopes)
    assert outputs()[0]["sigmoid-slope"].count("z =") == 5


@claim("The sigmoid is made of $e^z$, the function of chapter 1 that is its own slope.")
def test_e_to_the_z_is_its_own_slope():
    z = sp.Symbol("z")
    assert sp.exp(z).diff(z) == sp.exp(z)


@claim(
    "it falls: $e^{-z}$ is huge where $z$ is far below 0, is 1 at 0, and is nearly 0 where $z$ is large.",
    "So the fraction below climbs from nearly 0 to nearly 1, a smooth ramp:",
    "The sigmoid: a ramp, never quite flat",
)
def test_the_sigmoid_climbs_because_e_to_the_minus_z_falls():
    z = np.linspace(-12, 12, 97)
    falling = np.exp(-z)
    assert (np.diff(falling) < 0).all()
    assert (falling[0] > 1e5, falling[48], falling[-1] < 1e-5) == (True, 1, True)
    rising = 1 / (1 + falling)
    assert (np.diff(rising) > 0).all()
    assert [rising[0], rising[-1]] == pytest.approx([0, 1], abs=1e-5)
    assert min(central_difference(lambda one: float(sigmoid(one)), end) for end in (-6.0, 6.0)) > 0.002


@claim(
    "so that the slope is the miss itself, $\\hat y - y$.", "the larger the miss, the steeper the loss in $\\hat y$."
)
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


@claim(
    "By nudging, each knob goes up, then down, and every run passes along all seven arrows.",
    "so every run takes the bold end again.",
    "In operations, as counted below, it is 120 against 56.",
    "it takes the end once, to $\\delta$, and from there each knob is one multiplication away.",
)
def test_the_picture_shows_what_nudging_and_the_walk_back_do():
    texts = outputs()[1]["fig-ten-runs"]
    knobs, result = names()["wide_neuron"](4)
    result.backward()
    bias, *weights = knobs
    z = bias.data + sum(weight.data / n for n, weight in enumerate(weights, start=1))
    y_hat = sigmoid(z)
    delta = (y_hat - 1) * y_hat * (1 - y_hat)
    factors = [float(Fraction(text.removeprefix("δ × "))) for text in texts if text.startswith("δ × ")]
    slopes = [knob.grad for knob in [*weights, bias]]
    assert slopes == pytest.approx([delta * factor for factor in factors], rel=1e-12)
    assert {"δ", "ŷ − 1", "1"} <= set(texts)

    fig, ax = plt.subplots()
    chapter_3.draw_ten_runs_and_one_walk(ax)
    drawn = [np.isfinite(line.get_ydata()) for line in ax.lines if line.get_linestyle() == "-"]
    steps = sum(int((one[1:] & one[:-1]).sum()) for one in drawn)  # a line is broken where it is not finite
    nudged = [tuple(line.get_xydata()[0]) for line in ax.lines if line.get_marker() in "^v"]
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    plt.close(fig)
    assert (len(set(nudged)), steps, len(arrows)) == (2 * len(knobs), 70, 14)
    assert {"10 × 7 = 70 arrows", "2 × 7 = 14 arrows"} <= set(texts)
    assert counts(4)[1:] == (56, 120)


def counts(num_weights):
    """Of the wide neuron: operations of the loss, of the backward pass with its run, and of nudging."""
    wide_neuron, children_first = named("wide_neuron", "children_first")
    knobs, result = wide_neuron(num_weights)
    order = children_first(result)
    operations = sum(bool(node.parents) for node in order)
    return operations, operations + 2 * sum(len(node.parents) for node in order), 2 * len(knobs) * operations


@claim("By about a hundred with nudging, and by about ten with the backward pass.")
def test_the_price_of_ten_times_as_many_weights():
    (_, back_100, nudging_100), (_, back_1000, nudging_1000) = counts(100), counts(1000)
    assert back_1000 / back_100 == pytest.approx(10, rel=0.03)
    assert nudging_1000 / nudging_100 == pytest.approx(100, rel=0.03)
    for n in (1, 2, 5, 30):
        assert counts(n) == (2 * n + 4, 10 * n + 16, 2 * (n + 1) * (2 * n + 4))


@claim(
    "Nudging computes the loss twice for each knob.",
    "and multiplies once and adds once for each arrow.",
)
def test_the_wide_neuron_s_slopes_by_nudging_and_backward_and_what_each_does():
    for n in (1, 10):
        knobs, result = names()["wide_neuron"](n)
        result.backward()
        inputs, runs = 1 / np.arange(1, n + 1), []

        def loss(point, inputs=inputs, runs=runs):
            runs.append(point)
            return (sigmoid(inputs @ point[1:] + point[0]) - 1) ** 2 / 2

        slopes = central_difference(loss, np.array([knob.data for knob in knobs]))
        assert [knob.grad for knob in knobs] == pytest.approx(slopes, abs=1e-8)
        assert len(knobs) == n + 1
        assert len(runs) == 2 * len(knobs)

    calls = []

    class Counted(float):
        def __mul__(self, other):
            calls.append("multiply")
            return Counted(float(self) * float(other))

        def __add__(self, other):
            calls.append("add")
            return Counted(float(self) + float(other))

        __radd__ = __add__

    order = names()["children_first"](result)
    for node in order:
        node.slopes = tuple(Counted(slope) for slope in node.slopes)
    names()["hand_back"](order)
    arrows = sum(len(node.parents) for node in order)
    assert (calls.count("multiply"), calls.count("add")) == (arrows, arrows)


@claim(
    "A thousand weights and a bias cost four million operations by nudging, and ten thousand by the backward pass, its "
    "run included."
)
def test_the_printed_price_of_a_thousand_slopes():
    rows = [line.replace(",", "").split() for line in outputs()[0]["price-table"].strip().splitlines()[1:]]
    assert [tuple(map(int, row)) for row in rows] == [(n, *counts(n)) for n in (1, 10, 100, 1000)]
    assert counts(1000)[1:] == (pytest.approx(10_000, rel=0.01), pytest.approx(4e6, rel=0.01))


@claim("Our Python objects cost far more than their arithmetic.")
def test_values_cost_far_more_than_numbers():
    weights, inputs = [0.3] * 1000, [1 / n for n in range(1, 1001)]

    def loss():
        z = 0.1
        for weight, x in zip(weights, inputs, strict=True):
            z = z + weight * x
        return (sigmoid(z) - 1) ** 2 / 2

    def both_passes():
        names()["wide_neuron"](1000)[1].backward()

    arithmetic = 5 * min(timeit.repeat(loss, number=1, repeat=5))
    assert min(timeit.repeat(both_passes, number=1, repeat=5)) > 5 * arithmetic


@claim(
    "One run and one walk back find all slopes, with at most five operations, as counted here, for each "
    "operation of the loss.",
    "An operation has one parent or two, so one arrow or two, and each arrow costs two operations.",
    "That holds for any number of knobs: a thousand slopes, or a million, for the price of computing the loss a few "
    "times.",
)
def test_the_two_passes_take_at_most_five_operations_for_an_operation():
    Value, children_first = named("Value", "children_first")
    x, y = Value(0.7), Value(1.1)
    made = [x + y, x - y, x * y, x / y, x**3, x.exp(), 1 - x, 2 / x, 3 * x]
    x, y = autodiff.Value(0.7), autodiff.Value(1.1)
    made += [x + y, x - y, x * y, x / y, x**3, -x, x.exp(), x.log(), x.tanh(), x.sigmoid(), 1 - x, 2 / x]
    assert {len(node.parents) for result in made for node in children_first(result) if node.parents} == {1, 2}
    for num_inputs in (1, 3, 10, 100):
        _, result = random_graph(autodiff.Value, np.random.default_rng(0), num_inputs, num_steps=300)
        order = children_first(result)
        operations = sum(bool(node.parents) for node in order)
        assert operations + 2 * sum(len(node.parents) for node in order) <= 5 * operations


@claim("Forward mode is as exact as the walk back, but it needs a walk for each knob, as nudging does.")
def test_forward_mode_finds_the_same_slopes_a_knob_at_a_time():
    for seed in SEEDS:
        inputs, result = random_graph(autodiff.Value, np.random.default_rng(seed))
        result.backward()
        for knob in inputs:
            slope_of = {}
            for node in reversed(autodiff.children_first(result)):
                pairs = zip(node.parents, node.slopes, strict=True)
                slope_of[node] = (node is knob) + sum(slope * slope_of[parent] for parent, slope in pairs)
            assert slope_of[result] == pytest.approx(knob.grad, rel=1e-12)


# Training


@claim("Backpropagation computes a gradient, and gradient descent uses it.", "After step 3 no parameter has moved.")
def test_backward_moves_no_number():
    for seed in SEEDS:
        inputs, result = random_graph(autodiff.Value, np.random.default_rng(seed))
        before = [node.data for node in inputs]
        result.backward()
        assert [node.data for node in inputs] == before
        assert any(node.grad for node in inputs)


@claim(
    "Two hundred epochs moved the loss from 0.0958 to 0.0153.",
    "The loss falls.",
    "Each line shows the number of updates so far, and where they have led.",
    "Here are two hundred, every fiftieth printed, and one more round that only measures:",
)
def test_the_printed_losses_fall():
    x, y = named("x", "y")
    lines = re.findall(r"(\d+): w = ([\d.]+), b = ([\d.]+), L = ([\d.]+)", outputs()[0]["four-steps"])
    assert [int(line[0]) for line in lines] == [0, 50, 100, 150, 200]
    w, b, expected = 0.3, 0.1, []
    for updates in range(201):
        y_hat = sigmoid(w * x + b)
        if updates % 50 == 0:
            expected.append([w, b, (y_hat - y) ** 2 / 2])
        delta = (y_hat - y) * y_hat * (1 - y_hat)
        w, b = w - 0.1 * delta * x, b - 0.1 * delta
    printed = [[float(number) for number in line[1:]] for line in lines]
    assert np.array(printed) == pytest.approx(np.array(expected), abs=5.1e-5)
    assert [printed[0][2], printed[-1][2]] == [0.0958, 0.0153]
    assert names()["parameters"] == pytest.approx(expected[-1][:2], abs=1e-12), "two hundred updates, none after"
    assert all(later[2] < earlier[2] for earlier, later in pairwise(printed))


@claim("With $w = b$ neither would notice in this one step, just as the forgotten factor would not show at $x = 1$.")
def test_with_equal_numbers_neither_mistake_shows():
    y, loss_of = named("y", "loss_of")
    for seed in SEEDS:
        w, b = np.random.default_rng(seed).normal(size=2)
        x = names()["x"]
        y_hat = sigmoid(w * x + w)
        delta = (y_hat - y) * y_hat * (1 - y_hat)
        right, old = np.array([delta * x, delta]), np.array([w, w])
        from_b = np.array([old[1], old[1]]) - 0.1 * right
        assert check_gradient(loss_of, right, old).agrees
        assert check_update(old, from_b, right, 0.1).agrees

        y_hat = sigmoid(w + b)  # x = 1
        delta = (y_hat - y) * y_hat * (1 - y_hat)
        at_one = check_gradient(
            lambda p: (sigmoid(p[0] + p[1]) - y) ** 2 / 2, np.array([delta, delta]), np.array([w, b])
        )
        assert at_one.agrees


@claim("The last row is the error relative to the larger slope: 0.0539 of 0.1078, a half.")
def test_the_relative_error_of_the_forgotten_factor():
    assert "5.0e-01" in outputs()[0]["mistake-backward"]
    delta, x = named("delta", "x")
    assert abs(delta - delta * x) == pytest.approx(0.0539, abs=5e-5)
    assert abs(delta) == pytest.approx(0.1078, abs=5e-5)


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


@claim(
    "You will meet both mistakes, the first kind in chapter 5 and the second in chapter 6, each behind a falling loss."
)
@pytest.mark.parametrize("name", ["05-many-points", "06-two-neurons-in-sequence"])
def test_both_mistakes_hide_behind_a_loss_that_falls(name):
    text = (TABLES / f"{name}.txt").read_text("utf-8")
    losses = [float(number) for number in re.findall(r"(?i)loss\D*?([\d.]+\d)", text)]
    assert len(losses) == 20
    assert all(later <= earlier for earlier, later in pairwise(losses))
    assert losses[-1] < losses[0]
