"""Chapter 1, derivatives: what it says, and why that is so."""

import itertools
import math
from fractions import Fraction

import chapters
import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp

from claims import claim, positions
from exercises.chapter_1 import EXERCISES
from helpers.gradients import central_difference, complex_step
from show import chapter_1

STEM = "01-derivatives"
SMOOTH = [np.sin, np.exp, np.tanh, lambda x: x * x + 1, lambda x: (x + 3) ** 3, lambda x: 1 / (2 + np.cos(x))]
LANDSCAPES = [
    lambda p: p[0] ** 2 + 3 * p[1] ** 2,
    lambda p: p[0] ** 2 * p[1] + p[1] ** 3,
    lambda p: np.exp(p[0]) * np.sin(p[1]),
    lambda p: p[0] - 2 * p[1],
]
CIRCLE = [np.array([math.cos(t), math.sin(t)]) for t in np.radians(np.arange(360))]


@pytest.fixture(scope="module")
def chapter():
    return chapters.namespace(STEM)


def places(n=20):
    return np.random.default_rng(1).uniform(-2, 2, size=(n, 2))


# The machine


@claim("After forty such rounds the curve runs close to every dot.")
def test_forty_rounds_bring_the_machine_close_to_every_dot_and_before_it_was_far(chapter):
    def distances(knobs):
        return abs(chapter["network"](knobs, chapter["dots_x"]) - chapter["dots_y"])

    assert len(chapter["losses"]) == 41
    assert distances(chapter["knobs"]).max() < 0.1
    assert distances(chapter["start"]).max() > 1


@claim("Then each is turned in the direction that lowers the loss, and the faster the loss falls, the further.")
def test_the_loss_falls_in_every_round_and_each_knob_moves_against_its_own_slope(chapter):
    losses = np.array(chapter["losses"])
    assert (np.diff(losses) < 0).all()
    slopes = complex_step(chapter["loss"], chapter["start"])
    assert (slopes != 0).all()
    for k, slope in enumerate(slopes):
        knobs = chapter["start"].copy()
        knobs[k] -= 1e-3 * slope
        assert chapter["loss"](knobs) < losses[0]  # this knob alone, turned so, lets it fall


@claim("Chapter 9's network, which reads handwriting, has 2,410 knobs")
def test_the_classifier_of_chapter_9_has_2410_parameters():
    d, h, k = 64, 32, 10
    assert d * h + h + h * k + k == 2410
    prose = (chapters.NOTEBOOKS[0].parent / "09-classifier-from-scratch.ipynb").read_text("utf-8")
    assert "2,410" in prose or "2410" in prose


@claim(
    "At the dot it falls, at a rate of about 0.34 for each unit to the right, so we turn the knob up.",
    "Knob 7's curve is a parabola, $x^2$ moved and made flatter.",
)
def test_the_loss_against_the_seventh_knob_is_half_a_square_and_falls_where_the_knob_is(chapter):
    settings = np.linspace(-3, 3, 61)
    losses = [chapter["loss_of_knob_7"](setting) for setting in settings]
    coefficients = np.polyfit(settings, losses, 4)
    np.testing.assert_allclose(coefficients[:3], [0, 0, 0.5], atol=1e-12)
    slope = complex_step(chapter["loss"], chapter["start"])[6]
    assert slope == pytest.approx(-0.34, abs=0.005)
    assert chapter["loss_of_knob_7"](chapter["start"][6]) == chapter["losses"][0]
    # What it excludes: not every knob has a parabola.
    of_knob_1 = [chapter["loss"](np.array([setting, *chapter["start"][1:]])) for setting in settings]
    assert abs(np.polyval(np.polyfit(settings, of_knob_1, 2), settings) - of_knob_1).max() > 1e-3


@claim(
    "(As the others move, its curve changes: the knob rises at first, and still ends at 0.01, below its start at 0.2.)"
)
def test_the_seventh_knob_is_first_turned_up_and_ends_lower_than_it_began(chapter):
    start, end = chapter["start"], chapter["knobs"]
    assert (start - 0.5 * complex_step(chapter["loss"], start))[6] > start[6]
    assert (start[6], f"{end[6]:.2f}") == (0.2, "0.01")

    def lowest(knobs):
        """The setting of knob 7 at which the loss is least, while the others stay."""
        return knobs[6] - complex_step(chapter["loss"], knobs)[6]  # half a square has the curvature 1

    assert lowest(start) > start[6]
    assert lowest(end) < start[6]


@claim("With 5, the loss explodes.")
def test_with_0_5_the_loss_falls_and_with_5_it_explodes(chapter):
    knobs, losses = chapter["start"], []
    for _ in range(10):
        knobs = knobs - 5 * complex_step(chapter["loss"], knobs)
        losses.append(chapter["loss"](knobs))
    assert losses[0] > 10 * chapter["losses"][0]
    assert losses[-1] > 1e6


@claim("In a network, a knob does not move the loss directly.", "It moves a number, which moves another,")
def test_the_machine_s_knobs_move_the_loss_through_its_answers_alone(chapter):
    w1, b1, w2, b2, w3, w4, _ = start = chapter["start"]
    xs, n = chapter["dots_x"], len(chapter["dots_x"])
    a1, a2 = np.tanh(w1 * xs + b1), np.tanh(w2 * xs + b2)
    per_answer = (chapter["network"](start, xs) - chapter["dots_y"]) / n  # how the loss moves with each answer
    one = np.ones(n)
    s1, s2 = w3 * (1 - a1**2), w4 * (1 - a2**2)
    answers_move = [s1 * xs, s1 * one, s2 * xs, s2 * one, a1, a2, one]
    through_the_answers = [per_answer @ move for move in answers_move]
    np.testing.assert_allclose(through_the_answers, complex_step(chapter["loss"], start), rtol=1e-12)


@claim("where a number reaches the loss in several ways, their products are added.")
def test_the_first_knob_reaches_the_loss_by_seven_ways_and_their_products_are_added(chapter):
    w1, b1, _, _, w3, _, _ = start = chapter["start"]
    errors = chapter["network"](start, chapter["dots_x"]) - chapter["dots_y"]
    ways = errors / 7 * w3 * (1 - np.tanh(w1 * chapter["dots_x"] + b1) ** 2) * chapter["dots_x"]
    slope = complex_step(chapter["loss"], start)[0]
    assert len(ways) == 7
    assert ways.sum() == pytest.approx(slope, rel=1e-12)
    assert all(abs(way - slope) > 1e-4 for way in ways)  # no single product will do


# Secant and limit


@claim(
    "The slope is 2.01, then 2.001: it is heading for 2.",
    "The knob has moved by 0.1 and the result by 0.21: 2.1 times as far.",
    "for $h = 0.1$ the slope was too large by exactly 0.1.",
)
def test_the_secant_s_slope_is_2_and_the_step(chapter):
    for h in [Fraction(1, n) for n in (1, 10, 100, 1000, 10**9)]:
        assert chapter["secant_slope"](chapter["f"], Fraction(1), h) == 2 + h
    assert chapter["secant_slope"](chapter["f"], Fraction(1), Fraction(1, 10)) == Fraction(21, 10)


@claim(
    "The slope is −4 (the algebra below finds the number): negative, because the curve falls from left to right there, "
    "and twice as steep as at $x = 1$.",
    "And the 1 in $x^2 + 1$ has gone: lifting a curve does not make it steeper.",
    "at $x = 3$ it is 10, and the slope 6.",
)
def test_the_limit_is_2x_for_every_x_and_every_lift(chapter):
    x, h, lift = sp.symbols("x h c")
    slope = sp.limit((((x + h) ** 2 + lift) - (x**2 + lift)) / h, h, 0)
    assert sp.expand(slope - 2 * x) == 0
    assert (slope.subs(x, -2), slope.subs(x, 1), slope.subs(x, 3)) == (-4, 2, 6)
    assert (chapter["f"](1), chapter["f"](3)) == (2, 10)
    around = np.linspace(-2.5, -1.5, 50)
    assert (np.diff(chapter["f"](around)) < 0).all()


@claim("a change of $f$ divided by the change of $x$ that caused it, in the limit.")
def test_the_derivative_is_the_ratio_s_limit_and_not_the_ratio_of_any_change(chapter):
    for h in [Fraction(sign, 10**k) for k in range(1, 20) for sign in (1, -1)]:
        ratio = chapter["secant_slope"](chapter["f"], Fraction(1), h)
        assert 0 < abs(ratio - 2) <= abs(h)


@claim("Go to $x = -2$, on the left branch.", "A parabola, from x = −2.5 to 2.5.")
def test_the_picture_before_the_question_shows_the_branch_it_asks_about(chapter):
    assert (chapter["curve_x"][0], chapter["curve_x"][-1]) == (-2.5, 2.5)


@claim(
    "A small nudge of the knob moves the result by about the slope times the nudge:",
    "The leftover is a thousandth of the nudge, and the smaller the nudge, the smaller that share.",
)
def test_what_a_nudge_leaves_over_is_a_vanishing_share_of_it():
    for f in SMOOTH:
        for x in np.linspace(-1.5, 1.5, 13):
            slope = complex_step(f, x)
            rest = [abs(f(x + h) - f(x) - slope * h) / h for h in (1e-1, 1e-2, 1e-3, 1e-4)]
            assert rest[-1] < 1e-2
            assert all(smaller < 0.5 * larger + 1e-9 for larger, smaller in itertools.pairwise(rest))
    # What it excludes: twice the slope leaves a share that does not vanish, and a corner has no slope that would do.
    assert abs(math.sin(1 + 1e-4) - math.sin(1) - 2 * math.cos(1) * 1e-4) / 1e-4 > 0.5
    for slope in np.linspace(-2, 2, 41):
        assert max(abs(abs(h) - slope * h) / abs(h) for h in (1e-4, -1e-4)) >= 1


@claim("At $x = 1$ a nudge of 0.001 should lift $f$ to 2.002. In truth it is 2.002001.")
def test_the_nudge_of_a_thousandth(chapter):
    nudge = Fraction(1, 1000)
    assert chapter["f"](1 + nudge) == Fraction(2002001, 10**6)
    assert (chapter["f"](1 + nudge) - chapter["f"](1) - 2 * nudge) / nudge == Fraction(1, 1000)


# The slider


@claim(
    "Of the three, $10^{-8}$.",
    "Down to about there the slope comes closer and closer to 2.",
    "Below, it gets worse by and large, and at $10^{-16}$ it is 0.",
    "$1 + 10^{-16}$ lies nearer to 1 than to the next number that it knows, and is rounded to 1:",
)
def test_the_best_step_of_the_slider_is_1e_8_and_on_both_sides_it_is_worse():
    frames = dict(positions(STEM))
    assert (min(frames), max(frames)) == (1e-16, 1)
    errors = {h: frame.columns["error"][0] for h, frame in frames.items()}
    best = min(errors, key=errors.get)
    assert best == 1e-8
    right = [errors[h] for h in sorted(errors) if h >= best]
    assert (np.diff(right) > 0).all()
    assert all(errors[h] > errors[best] for h in errors if h < best)
    assert frames[1e-16].columns["slope"] == [0]
    # By and large: not from each position to the next, but from each decade to the next.
    f, secant = chapters.namespace(STEM)["f"], chapters.namespace(STEM)["secant_slope"]
    decades = [10 ** np.linspace(k, k - 1, 300) for k in range(-8, -16, -1)]
    typical = [np.median([abs(secant(f, 1, h) - 2) for h in steps]) for steps in decades]
    assert (np.diff(typical) > 0).all()
    assert typical[0] > errors[best]
    below = [errors[h] for h in sorted(errors) if h < best]
    assert not (np.diff(below) < 0).all()
    assert Fraction(1, 10**16) < Fraction(math.ulp(1)) / 2
    assert errors[1e-8] < errors[1e-4] < errors[1e-16]


@claim("From $h = 0.01$ down to $10^{-14}$, your eye cannot tell the secant from the tangent.")
def test_where_the_two_lines_are_less_than_a_pixel_apart_and_where_not():
    for h, frame in positions(STEM):
        apart = 1.4 * frame.columns["error"][0]  # at the right end of the line, in units of f
        pixels = apart / 9.2 * 3.9 * 0.77 * 72
        if 1e-14 <= h <= 1e-2:
            assert pixels < 0.8
        elif h >= 0.1 or h in (1e-15, 3e-16, 1e-16):
            assert pixels > 2


@claim(
    "for each one to the left the dots fall by one: each time $h$ shrinks to a tenth, so does the error.",
    "Below $10^{-8}$ the digits run out.",
    "In 1.00000001, half of the sixteen are spent before $h$ begins",
)
def test_the_error_is_the_step_until_rounding_takes_over():
    for h, frame in positions(STEM):
        rounding = abs(frame.columns["slope"][0] - (2 + h))
        assert rounding < 0.1 * h if h >= 3e-8 else rounding > h
    errors = {h: frame.columns["errors"][-1] for h, frame in positions(STEM) if h > 1e-8}
    falls = [np.log10(errors[10.0**k] / errors[float(f"1e{k - 1}")]) for k in range(-6, 1)]
    np.testing.assert_allclose(falls, 1, atol=0.02)  # and not 2, which would be a straight line too
    assert 1 + 1e-8 == 1.00000001
    assert "1.00000001".replace(".", "").index("1", 1) == 8  # eight digits before that of h


@claim("A limit is for algebra; a computer that takes differences needs a step that is small, but not too small.")
def test_a_large_step_and_a_tiny_one_are_both_far_worse_than_one_in_between(chapter):
    for f in SMOOTH:
        for x in (0.3, 1.0, 1.7):
            slope = complex_step(f, x)
            large, middle, tiny = (abs(chapter["secant_slope"](f, x, h) - slope) for h in (0.1, 1e-7, 1e-17))
            assert middle < 1e-3 * large
            assert tiny == pytest.approx(abs(slope))  # nothing rises


def message_is_true(h, columns, message, state, best):
    taken, slope, error = (columns[name][0] for name in ("taken", "slope", "error"))
    assert error == abs(slope - 2)
    assert state == ("warning" if error > 5e-7 and h < 1e-7 else "note")
    if message.startswith("1 + h is 1 again"):
        assert 1 + h == 1
        assert slope == 0
    elif message.startswith("The secant cuts"):
        assert h >= 0.02
        assert f"Its slope is {2 + h:.4g}, the tangent's is 2." in message
        assert error == pytest.approx(h, rel=1e-9)
    elif message.startswith("To the eye"):
        assert error < 0.021
        assert error == pytest.approx(h, rel=0.2)
    elif message.startswith("Not one of"):
        assert error <= best
        assert sorted(chapter_1.STEPS)[:-4:-1] == [1.0, 0.3, 0.1]
        assert f"{error:.2g}" in message
    elif message.startswith("Six decimals are right"):
        assert error < 5e-7
        assert abs(slope - (2 + h)) >= 0.2 * h
    else:
        assert message.startswith("1 + h is rounded: the step taken is ")
        assert f"the step taken is {(1 + h) - 1:.3e}, and the slope is off by {error:.2g}" in message
        assert taken != h
        assert slope * h / taken == pytest.approx(2, abs=2e-7)  # with the step taken, the slope is right
        assert message.endswith("you can see it.") == (error >= 0.02)


@claim(
    "1 + h is 1 again: the two points are one, and the slope comes out as 0.",
    "The secant cuts the curve in two points.",
    "To the eye the secant is the tangent. Its slope is off by about h.",
    "Not one of the steps 1, 0.3, 0.1 and so on does better: the slope is off by",
    "Six decimals are right. Below them it is no longer h that decides, but rounding.",
    "1 + h is rounded: the step taken is",
)
def test_every_message_is_true_of_its_position_and_the_best_is_no_warning(chapter):
    shown = positions(STEM)
    best = min(frame.columns["error"][0] for _, frame in shown)
    kinds = set()
    for h, frame in shown:
        message_is_true(h, frame.columns, frame.message, frame.state, best)
        kinds.add(frame.message[:12])
    assert len(kinds) == 6
    assert [h for h, frame in shown if frame.message.startswith("Not one of")] == [1e-8]
    # With a live kernel the slider takes any step.
    explorer = chapter_1.step_of_the_secant(chapter["f"], chapter["secant_slope"])
    live = {h: explorer.frame(h) for h in 10 ** np.linspace(-16, 0, 400)}
    for h, frame in live.items():
        message_is_true(h, frame.columns, frame.message, frame.state, best)
    assert sum(frame.columns["error"][0] < best for frame in live.values()) < 0.03 * len(live)


# Rules


@claim("Each of these rules was proved by a limit, once and for all:", "$9x^2$ becomes $18x$.")
def test_each_rule_is_the_limit():
    x, h = sp.symbols("x h", positive=True)

    def by_limit(expression):
        return sp.limit((expression.subs(x, x + h) - expression) / h, h, 0)

    assert by_limit(sp.Integer(7)) == 0
    for n in (-2, -1, 1, 2, 3, 5):
        assert sp.simplify(by_limit(x**n) - n * x ** (n - 1)) == 0
    assert sp.simplify(by_limit(sp.exp(x)) - sp.exp(x)) == 0
    u, v = x**2, sp.exp(x)
    assert sp.simplify(by_limit(u + v) - (2 * x + v)) == 0
    assert sp.simplify(by_limit(u * v) - (2 * x * v + u * v)) == 0
    assert sp.simplify(by_limit(7 * v) - 7 * v) == 0
    assert sp.simplify(by_limit(9 * x**2) - 18 * x) == 0


@claim(
    "So the slope of $b^x$ is $b^x$ itself, times a number that depends on the base alone.",
    "That base is called $e$, or 2.71828… to more digits, and so the slope of $e^x$ is $e^x$ and nothing else.",
)
def test_e_is_the_base_whose_slope_at_0_is_1(chapter):
    assert chapter["middle"] == pytest.approx(math.e, abs=2e-6)  # the loop finds it
    for base in (0.5, 2, 2.5, math.e, 3):
        at_0 = complex_step(lambda x, base=base: base**x, 0.0)
        assert at_0 == pytest.approx(math.log(base), abs=1e-14)
        for x in np.linspace(-3, 3, 13):
            assert complex_step(lambda x, base=base: base**x, x) == pytest.approx(base**x * at_0, rel=1e-12)
    assert math.log(2.5) < 1 < math.log(3)
    assert f"{math.e:.6f}" == "2.718282"


# The chain rule


@claim(
    "$v$ moves by 0.003 and $u$ by about 0.024.",
    "It does, apart from a crumb of 0.000009, which shrinks faster than $h$.",
)
def test_a_nudge_through_two_gears(chapter):
    inner, outer = chapter["inner"], chapter["outer"]
    crumbs = []
    for h in (Fraction(1, 1000), Fraction(1, 10**4), Fraction(1, 10**5)):
        assert inner(1 + h) - inner(1) == 3 * h
        crumbs.append((outer(inner(1 + h)) - outer(inner(1)) - 24 * h) / h)
    assert crumbs[0] * Fraction(1, 1000) == Fraction(9, 10**6)
    assert crumbs == sorted(crumbs, reverse=True)
    assert crumbs[-1] < Fraction(1, 10**4)


CHAINS = [
    (lambda x: 3 * x + 1, lambda v: v**2),
    (np.sin, np.exp),
    (lambda x: x**3, np.tanh),
    (np.exp, lambda v: 1 / v),
]


@claim("The slope of a chain is the product of the slopes of its links.")
def test_the_chain_rule():
    for inner, outer in CHAINS:
        for x in np.linspace(-2, 2, 21):
            whole = complex_step(lambda x, inner=inner, outer=outer: outer(inner(x)), x)
            product = complex_step(outer, inner(x)) * complex_step(inner, x)
            assert whole == pytest.approx(product, rel=1e-12, abs=1e-12)


@claim("One forgets the inner slope: 8.", "$2 \\cdot 1 \\cdot 3 = 6$")
def test_what_the_chain_rule_excludes():
    inner, outer = CHAINS[0]
    whole = complex_step(lambda x: outer(inner(x)), 1.0)
    assert whole == pytest.approx(24)
    assert complex_step(outer, inner(1.0)) == pytest.approx(8)  # without the inner slope
    assert complex_step(outer, 1.0) * complex_step(inner, 1.0) == pytest.approx(6)  # outer slope at x
    assert complex_step(outer, inner(1.0)) + complex_step(inner, 1.0) == pytest.approx(11)  # a sum


@claim("A third gear with slope ½ would turn 24 into 12: a chain of ten links has ten factors.")
def test_a_chain_of_ten_links_has_ten_factors():
    links = [lambda x: 3 * x + 1, lambda v: v**2, lambda u: u / 2, *[np.sin, np.tanh, np.exp] * 3][:10]
    number, factors = 1.0, []
    for link in links:
        factors.append(complex_step(link, number))
        number = link(number)

    def chain(x):
        for link in links:
            x = link(x)
        return x

    assert np.prod(factors[:3]) == pytest.approx(12)
    assert complex_step(chain, 1.0) == pytest.approx(math.prod(factors), rel=1e-12)


# The gradient


@claim("with $x = 2.001$, $g$ becomes 7.004001", "with $y = 1.001$, $g$ becomes 7.006003")
def test_one_knob_at_a_time(chapter):
    thousandth = Fraction(1, 1000)
    assert chapter["g"]((2 + thousandth, 1)) == Fraction(7004001, 10**6)
    assert chapter["g"]((2, 1 + thousandth)) == Fraction(7006003, 10**6)


@claim(
    "So no direction has a larger slope than the gradient's own.",
    "The gradient points in the direction in which the function grows fastest, and its length says how fast.",
    "In the opposite direction, the function falls fastest.",
)
def test_of_all_directions_the_gradient_s_own_is_the_steepest():
    for g in LANDSCAPES:
        for point in places():
            gradient = complex_step(g, point)
            length = np.linalg.norm(gradient)
            uphill = gradient / length
            along = [complex_step(lambda t, d=d, point=point, g=g: g(point + t * d), 0.0) for d in [uphill, *CIRCLE]]
            assert along[0] == pytest.approx(length, rel=1e-12)
            assert max(along) == along[0] or max(along) == pytest.approx(along[0], rel=1e-12)
            assert min(along) >= -length * (1 + 1e-12)
            # The gain falls off with the angle: a whole degree away it is less.
            for direction, gain in zip(CIRCLE, along[1:], strict=True):
                assert gain == pytest.approx(length * (direction @ uphill), rel=1e-9, abs=1e-9)
                if direction @ uphill < math.cos(math.radians(1)):
                    assert gain < length


def test_the_larger_partial_derivative_alone_is_not_the_steepest_direction(chapter):
    point = np.array([2.0, 1.0])
    gains = {
        name: complex_step(lambda t, d=d: chapter["g"](point + t * np.array(d)), 0.0)
        for name, d in {"x": (1, 0), "y": (0, 1), "gradient": np.array([4, 6]) / math.sqrt(52)}.items()
    }
    assert gains == pytest.approx({"x": 4, "y": 6, "gradient": 7.21}, abs=0.002)


def best_angle(chapter, length):
    """The direction, in degrees from the x axis, in which a step of this length from (2, 1) gains most."""
    degrees = np.linspace(0, 90, 90001)
    directions = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    return degrees[np.argmax(chapter["g"](np.array([[2.0], [1.0]]) + length * directions))]


@claim(
    "Another one: nearer to $y$ than to $x$, but not all the way.",
    "It is the direction of the arrow $(4, 6)$, and the shorter the step, the more exactly.",
    "Of the seven, 60 degrees is best; the arrow $(4, 6)$ points at 56.3.",
)
def test_the_best_direction_comes_the_closer_to_the_gradient_s_the_shorter_the_step(chapter):
    gradient = math.degrees(math.atan2(6, 4))
    assert f"{gradient:.1f}" == "56.3"
    off = [best_angle(chapter, length) - gradient for length in (0.5, 0.1, 0.01, 0.001)]
    assert off == sorted(off, reverse=True)
    assert off[0] == pytest.approx(6.48, abs=0.01)  # a long step does better beside the gradient
    assert off[-1] == pytest.approx(0.015, abs=0.002)
    assert all(45 < angle + gradient < 90 for angle in off)
    seven = {d: 4 * math.cos(math.radians(d)) + 6 * math.sin(math.radians(d)) for d in range(0, 181, 30)}
    assert max(seven, key=seven.get) == 60
    assert chapter["measured"] == pytest.approx(seven, abs=1e-4)


@claim(
    "Above, the seven directions of the table as arrows of length 1, the gradient at a quarter of its length,",
    "Below, the seven slopes, on one wave: 7.21 times the shadow.",
    "It is highest at 56 degrees, 7.21, along the gradient; zero at 146 and 326, along the contour; lowest at 236, "
    "minus 7.21, fastest down.",
    "At 0 degrees a bar shows 7.21 times the shadow, 4.",
)
def test_the_slopes_of_all_directions_are_one_wave(chapter):
    point, measured = chapter["point"], chapter["measured"]
    fig = chapter_1.slope_in_every_direction(
        lambda x, y: chapter["g"]((x, y)), point, chapter["gradient_g"](point), measured
    )
    world, wave = fig.axes
    plt.close(fig)
    arrows = [arrow for arrow in world.texts if getattr(arrow, "arrow_patch", None)]
    quarter, *seven = [np.subtract(arrow.xy, point) for arrow in arrows if not arrow.get_text()]
    assert quarter == pytest.approx(np.array([4, 6]) / 4)
    assert np.hypot(*np.transpose(seven)) == pytest.approx(1)
    bar, curve, dots, ends, zeros, _ = [line.get_xydata() for line in wave.lines]
    assert dict(dots) == measured
    assert bar.tolist() == [[0, 0], [0, measured[0]]]
    assert measured[0] == pytest.approx(4, abs=1e-5)
    for degrees, slope in curve:  # found without the gradient
        direction = np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
        along = complex_step(lambda t, d=direction: chapter["g"](point + t * d), 0.0)
        assert slope == pytest.approx(along, abs=1e-12)
        assert slope == pytest.approx(52**0.5 * math.cos(math.radians(degrees - 56.3099)), abs=1e-5)
    assert [round(degrees) for degrees, _ in [*ends, *zeros]] == [56, 236, 146, 326]
    assert ends[:, 1] == pytest.approx([52**0.5, -(52**0.5)])
    assert zeros[:, 1].tolist() == [0, 0]
    assert f"{52**0.5:.2f}" == "7.21"


@claim("Seen close up, every smooth function changes by about gradient times step, so this holds for all of them.")
def test_a_smooth_function_of_two_knobs_is_flat_seen_close_up_and_another_need_not_be():
    def left_over(g, point, gradient, length):
        changes = np.array([g(point + length * direction) - g(point) for direction in CIRCLE[::15]])
        return abs(changes / length - np.array(CIRCLE[::15]) @ gradient).max()

    for g in LANDSCAPES:
        for point in places(5):
            gradient = complex_step(g, point)
            shares = [left_over(g, point, gradient, length) for length in (1e-1, 1e-2, 1e-3, 1e-4)]
            assert shares[-1] < 2e-3
            assert all(smaller < 0.2 * larger + 1e-9 for larger, smaller in itertools.pairwise(shares))
    # Without "smooth" it fails: along both axes this one is level at 0, and on the way between them it is steep.
    creased = left_over(lambda p: math.sqrt(abs(p[0] * p[1])), np.zeros(2), np.zeros(2), 1e-4)
    assert creased == pytest.approx(math.sqrt(0.5))


@claim(
    "The dot product is the gradient's length times the shadow's, counted negative where the shadow falls backwards.",
    "The shadow of an arrow of length 1 is the cosine of the angle between the two: 1 where both point the same way, "
    "0 at a right angle, −1 where they are opposed, and never above 1.",
)
def test_the_dot_product_is_the_one_s_length_times_the_other_s_shadow():
    for one, other in zip(places(), places()[::-1], strict=True):
        angle = math.atan2(other[1], other[0]) - math.atan2(one[1], one[0])
        shadow = np.linalg.norm(other) * math.cos(angle)
        assert one[0] * other[0] + one[1] * other[1] == pytest.approx(np.linalg.norm(one) * shadow, abs=1e-12)
        # The shadow's end is where the dashed line of the picture meets the line of the arrow at a right angle.
        foot = shadow * one / np.linalg.norm(one)
        assert (other - foot) @ one == pytest.approx(0, abs=1e-12)
    shadows = [CIRCLE[56] @ arrow for arrow in CIRCLE]
    assert [shadows[56 + turn] for turn in (0, 90, 180)] == pytest.approx([1, 0, -1])
    assert shadows == pytest.approx([math.cos(math.radians(degrees - 56)) for degrees in range(360)])


@claim(
    "At each point, the gradient is at a right angle to the contour line there.",
    "(Where it is zero, as at the lowest point,",
)
def test_a_walk_along_a_contour_line_is_across_the_gradient(chapter):
    for level in (1, 4, 7, 40):
        for t in np.linspace(0, 2 * np.pi, 24):

            def walk(t, level=level):
                return np.array([np.sqrt(level) * np.cos(t), np.sqrt(level / 3) * np.sin(t)])

            assert chapter["g"](walk(t)) == pytest.approx(level)
            way = np.array([complex_step(lambda t, k=k: walk(t)[k], t) for k in (0, 1)])
            assert way @ chapter["gradient_g"](walk(t)) == pytest.approx(0, abs=1e-9 * level)
    assert not chapter["gradient_g"](np.zeros(2)).any()
    # What it excludes: drawn out as far as the next contour line, the arrow at (2, 1) meets that at a slant.
    gradient = chapter["gradient_g"](np.array([2.0, 1.0]))
    (there,) = [t for t in np.roots([gradient[0] ** 2 + 3 * gradient[1] ** 2, gradient @ gradient, 7 - 13]) if t > 0]
    further = chapter["gradient_g"](np.array([2.0, 1.0]) + there * gradient)
    cosine = gradient @ further / np.linalg.norm(gradient) / np.linalg.norm(further)
    assert math.degrees(math.acos(cosine)) > 3
    assert all(chapter["g"](place) > 0 for place in places())


@claim(
    "In the next picture, $g$ grows by 6 from one contour line to the next.",
    "So where they lie close together the surface is steep, and there the arrows are long.",
    "The arrow on the innermost ellipse is the shortest; those where the ellipses lie closest together are the "
    "longest.",
    "the inner three labelled with their heights, and the gradient at five points on them,",
)
def test_lines_at_even_heights_lie_closer_where_the_gradient_is_longer(chapter):
    levels = chapter["heights"]
    assert set(np.diff(levels)) == {6}
    starts = [(1, 0), (2, 1), (np.sqrt(13), 0), (-1, 2), (1, -2)]  # of the picture's arrows
    assert [round(chapter["g"](place), 12) for place in starts] == [1, 7, 13, 13, 13]
    sizes = [np.linalg.norm(chapter["gradient_g"](place)) for place in starts]
    # 6, divided by the length, is how far off the next line lies: closest where the arrow is longest.
    assert sizes == pytest.approx([2, 7.21, 7.21, 12.17, 12.17], abs=0.005)
    assert len(chapter["label_x"]) == 3
    distances, lengths = [], []
    for angle in np.radians([0, 30, 60, 90]):
        direction = np.array([np.cos(angle), np.sin(angle)])
        radii = np.sqrt(levels / chapter["g"](direction))
        assert (np.diff(radii, 2) < 0).all()  # closer and closer on the way out
        middle = (radii[1:] + radii[:-1]) / 2
        # The height gained on the way is the slope in that direction times the distance.
        slopes = [chapter["gradient_g"](r * direction) @ direction for r in middle]
        np.testing.assert_allclose(np.diff(radii) * slopes, 6, rtol=1e-9)
        distances += list(np.diff(radii))
        lengths += slopes
    assert (np.diff(np.array(distances)[np.argsort(lengths)]) <= 0).all()


# Numerical slopes


@claim(
    "Looking both ways takes the average, and most of the bend cancels.",
    "For $x^2 + 1$ all of it does, since $(x+h)^2 - (x-h)^2 = 4xh$.",
)
def test_the_central_difference_is_the_average_and_leaves_little_of_the_bend_and_none_of_the_parabola_s(chapter):
    secant, central, cubic = (chapter[name] for name in ("secant_slope", "central_slope", "cubic_value"))
    for x in (Fraction(1), Fraction(-7, 3)):
        for h in (Fraction(1), Fraction(1, 10), Fraction(1, 10**6)):
            assert central(chapter["f"], x, h) == 2 * x
            assert central(cubic, x, h) == (secant(cubic, x, h) + secant(cubic, x, -h)) / 2
            assert central(cubic, x, h) - 3 * (x + 3) ** 2 == h**2  # of this bend something stays
    left = []
    for f in SMOOTH:
        for x in np.random.default_rng(3).uniform(-2, 2, 100):
            slope = complex_step(f, x)
            left.append(abs(central(f, x, 1e-3) - slope) < 0.1 * abs(secant(f, x, 1e-3) - slope))
    assert np.mean(left) > 0.95


@claim(
    "Here is the gradient of our machine at its start:",
    "All are negative: each knob, turned up a little, lowers the loss, the seventh fastest.",
    "`central_difference` from `helpers` is the same loop.",
)
def test_the_seven_slopes_of_the_machine_and_the_loop_that_finds_them(chapter):
    ours, start, loss = chapter["ours"], chapter["start"], chapter["loss"]
    assert ours == pytest.approx(complex_step(loss, start), abs=2e-7)
    assert ours.argmin() == 6
    for k in range(7):
        knobs = start.copy()
        knobs[k] += 0.01
        assert loss(knobs) < loss(start)
    for f, point in [(loss, start), (loss, chapter["knobs"]), *((g, place) for g in LANDSCAPES for place in places(5))]:
        for h in (0.1, 1e-6):
            np.testing.assert_array_equal(chapter["slope_of_each_knob"](f, point, h), central_difference(f, point, h))


@claim(
    "The error of the central difference is $h^2$, and with a step ten times smaller it is a hundred times smaller.",
    "The forward difference is $3v^2 + 3vh + h^2$; its error shrinks about as fast as $h$.",
    "(On a computer, that lasts until rounding sets in.)",
)
def test_ten_and_a_hundred_times_smaller(chapter):
    cubic = chapter["cubic_value"]
    for x in (Fraction(1), Fraction(5, 2), Fraction(-1)):
        slope = 3 * (x + 3) ** 2
        for h in (Fraction(1, 10), Fraction(1, 100)):
            ahead = [chapter["secant_slope"](cubic, x, step) - slope for step in (h, h / 10)]
            both = [chapter["central_slope"](cubic, x, step) - slope for step in (h, h / 10)]
            assert both == [h**2, h**2 / 100]
            assert ahead == [3 * (x + 3) * h + h**2, 3 * (x + 3) * h / 10 + h**2 / 100]
            assert ahead[0] / ahead[1] == pytest.approx(10, rel=0.02)
    for f in SMOOTH:  # and not for cubics alone
        slope = complex_step(f, 0.7)
        both = [abs(chapter["central_slope"](f, 0.7, h) - slope) for h in (0.01, 0.001)]
        assert both[1] < both[0] / 90 or both[0] < 1e-12
    late = [abs(chapter["central_slope"](cubic, 1.0, h) - 48) for h in (1e-5, 1e-6)]
    assert late[1] > late[0]


@claim(
    "With a small step it is usually better to look both ways",
    "Where the curve ahead is steeper than the tangent, the curve behind is usually flatter.",
)
def test_to_look_both_ways_is_usually_better_but_not_always(chapter):
    closer, opposed = [], []
    for f in SMOOTH:
        for x in np.random.default_rng(2).uniform(-2, 2, 200):
            slope = complex_step(f, x)
            ahead, behind = (chapter["secant_slope"](f, x, h) - slope for h in (1e-3, -1e-3))
            closer.append(abs(chapter["central_slope"](f, x, 1e-3) - slope) < abs(ahead))
            opposed.append(ahead * behind < 0)
    assert np.mean(closer) > 0.99
    assert np.mean(opposed) > 0.99
    # Where x³ bends the other way, the step ahead can hit the slope and the central difference miss it.
    x, h = Fraction(-1, 100), Fraction(3, 100)
    assert chapter["secant_slope"](lambda x: x**3, x, h) == 3 * x**2
    assert chapter["central_slope"](lambda x: x**3, x, h) == 3 * x**2 + h**2


@claim(
    "Left to choose its step, it takes about $6 \\cdot 10^{-6}$.",
    "Where function, slope, knob and bend are all of ordinary size, it is then right to about ten digits.",
)
def test_the_helper_s_step_and_its_digits():
    asked = []
    central_difference(lambda x: asked.append(float(x)) or x, 0.0)
    assert max(asked) == pytest.approx(6e-6, rel=0.02)
    for f in SMOOTH:
        for x in (0.3, 1.0, 1.7):
            slope = complex_step(f, x)
            assert abs(central_difference(f, x) - slope) < 5e-10 * max(1, abs(slope))
    # And where they are not, it is not: a high function, a small knob, a small slope, a sharp bend.
    others = [(lambda x: x * x + 1e6, 1, 2), (np.sqrt, 1e-4, 50), (lambda x: x**3, 1e-3, 3e-6)]
    for f, x, slope in [*others, (lambda x: np.sin(1000 * x) / 1000, 1, np.cos(1000))]:
        assert abs(central_difference(f, x) / slope - 1) > 1e-7


@claim(
    "The last row is the largest difference from the column by hand, relative to the larger of the two numbers.",
    "The −3 is off by 3, half of 6:",
)
def test_the_last_row_of_the_check_is_relative(chapter):
    check = chapter["wrong_check"]
    assert list(check.columns["by hand"]) == [4, -3]
    assert not check.agrees
    for title, column in check.columns.items():
        if title != "by hand":
            assert column[1] == pytest.approx(-6)
            assert check.disagreement(title) == pytest.approx(abs(-3 - column[1]) / max(3, abs(column[1])))
    assert str(check).count("5.0e-01") == 3
    assert chapter["right_check"].agrees


@claim(
    "With $h = 10^{-9}$ the second point lies not at a distance of $10^{-9}$, but of $1.00000008 \\cdot 10^{-9}$.",
    "Just above 1, the numbers that it knows lie $2.2 \\cdot 10^{-16}$ apart",
    "It knows $1 + 2^{-30}$ exactly: with that step, which is even shorter, the slope comes out as exactly 2.",
)
def test_the_step_really_taken(chapter):
    assert f"{((1 + 1e-9) - 1) / 1e-9:.8f}" == "1.00000008"
    assert Fraction(1 + 2**-30) == 1 + Fraction(1, 2**30)
    assert 2**-30 < 1e-9
    assert Fraction(1 + 1e-9) != 1 + Fraction(1e-9)
    f, secant = chapter["f"], chapter["secant_slope"]
    assert all(secant(f, 1, 2.0**-k) == 2 for k in range(26, 53))  # and all its neighbours
    assert abs(secant(f, 1, 1e-9) - 2) > 1e-7
    assert math.nextafter(1, 2) - 1 == pytest.approx(2.2e-16, rel=0.01)
    assert 1 + 1e-16 == 1


@claim(
    "Divide by that, and for this function at this point the slope is 2 to the last digit, for each of the steps "
    "$10^{-8}, 10^{-9}, \\dots, 10^{-15}$.",
    "That is even better than algebra has it.",
    "$f(1 + h)$ is rounded as well, but here this rounding does no more than drop the tiny $h^2$, the bend.",
    "At other points it may change digits that count, and then part of the error stays.",
)
def test_dividing_by_the_step_taken_cures_it_here_and_only_in_part_elsewhere(chapter):
    f = chapter["f"]

    def error(x, h, taken):
        return abs((f(x + h) - f(x)) / ((x + h) - x if taken else h) - 2 * x)

    for h in [digit * 10.0**-k for k in range(9, 16) for digit in (1, 2, 3, 5, 7)]:
        assert error(1, h, True) == 0
    assert error(1, 1e-8, True) == 0
    for k in range(8, 16):
        taken = Fraction((1 + 10.0**-k) - 1)
        exact = (1 + taken) ** 2 + 1
        assert (exact - 2) / taken == 2 + taken  # as algebra has it
        assert Fraction(f(1 + 10.0**-k)) == exact - taken**2  # what the computer makes of it
    assert all(error(1, 10.0**-k, False) > 1e-9 for k in range(8, 16))
    others = [error(x, 1e-10, True) for x in np.linspace(0.3, 1.9, 50)]
    assert np.median(others) > 1e-8


@claim(
    "At $10^{-9}$, $10^{-10}$ and $10^{-11}$ the error is nearly the same.",
    "That is luck: $10^{-11}$ lies very near a number that the computer can step by, and its multiples, "
    "such as $3 \\cdot 10^{-11}$ or $10^{-10}$, share the luck.",
    "Around $10^{-10}$ and $10^{-11}$, steps with random digits are mostly far worse.",
    "Divide by the step really taken, and at these three the forward error is 0.",
)
def test_the_flat_piece_of_the_valley_is_x_plus_h(chapter):
    cubic = chapter["cubic_value"]
    plateau = [chapter["secant_slope"](cubic, 1.0, h) - 48 for h in (1e-9, 1e-10, 1e-11)]
    assert plateau == pytest.approx([4e-6] * 3, rel=0.01)
    for h in (1e-9, 1e-10, 1e-11):
        assert (cubic(1 + h) - cubic(1.0)) / ((1 + h) - 1) == 48
    for h in (3e-11, 5e-11, 3e-10, 7e-10):
        assert chapter["secant_slope"](cubic, 1.0, h) - 48 == pytest.approx(4e-6, rel=0.01)
    assert pytest.approx(1, abs=1e-6) == ((1 + 1e-11) - 1) / 1e-11  # where half a gap would be 1e-5 of it
    for middle in (-10, -11):  # within half a power of ten to either side
        around = 10 ** np.linspace(middle - 0.5, middle + 0.5, 1001)
        errors = np.array([abs(chapter["secant_slope"](cubic, 1.0, h) - 48) for h in around])
        assert np.mean(errors > 10 * plateau[0]) > 0.5


@claim(
    "The forward difference is best near $10^{-8}$.",
    "The central difference has less of a bend to fight, so its valley is deeper and lies further to the right, near "
    "$10^{-5}$.",
)
def test_where_the_valleys_are(chapter):
    steps = 10 ** np.linspace(-12, -2, 201)
    bottoms = {}
    for way in ("secant_slope", "central_slope"):
        errors = np.array([abs(chapter[way](chapter["cubic_value"], 1.0, h) - 48) for h in steps])
        # The typical error of a neighbourhood: a single step may be right by chance.
        typical = [np.median(errors[max(0, k - 10) : k + 11]) for k in range(len(steps))]
        bottoms[way] = steps[np.argmin(typical)], min(typical)
    assert 3e-9 < bottoms["secant_slope"][0] < 1e-7
    assert 2e-6 < bottoms["central_slope"][0] < 5e-5
    assert bottoms["central_slope"][1] < bottoms["secant_slope"][1] / 100


@claim(
    "The complex step, the last column of the check, takes no difference, so here rounding costs it one unit in the "
    "last digit at most.",
    "For the cubic, $3v^2 - h^2$ comes out:",
    "so no digits are lost to it and $h$ can be as small as $10^{-20}$.",
)
def test_the_complex_step_does_not_rise_again(chapter):
    for f in [*SMOOTH, chapter["cubic_value"]]:
        for x in (0.3, 1.0):
            slope = complex_step(f, x)
            for h in [10.0**-k for k in range(8, 21)]:
                assert abs(complex_step(f, x, h) - slope) <= 1e-14 * max(1, abs(slope))
    unit, cubic = math.ulp(48), chapter["cubic_value"]
    assert all(
        abs(complex_step(cubic, 1.0, h) - 48) <= unit for h in 10 ** np.random.default_rng(4).uniform(-30, -9, 2000)
    )
    # "Here": at other points it may cost a few units.
    off = [
        abs(complex_step(cubic, x) - float(3 * (Fraction(x) + 3) ** 2)) / math.ulp(3 * (x + 3) ** 2)
        for x in np.random.default_rng(5).uniform(-2, 3, 500)
    ]
    assert 1 < max(off) <= 5
    assert complex_step(chapter["cubic_value"], 1.0, 0.1) == pytest.approx(48 - 0.01)
    assert chapter["central_slope"](chapter["cubic_value"], 1.0, 0.1) == pytest.approx(48 + 0.01)
    with pytest.raises(TypeError):
        complex_step(abs, 1.0)


# The exercises


@claim(
    "The two values differ by only $2.4 \\cdot 10^{-5}$, and both are rounded to $10^{12} + 1$.",
    "Move $x$ a little, and they may fall on neighbouring numbers instead; then the answer is about 10.",
    "It is 0 or 10, never 2.",
    "With $h = 1$ the answer is exact.",
)
def test_the_lifted_parabola():
    def lifted(x):
        return x**2 + 1e12

    asked = []
    assert central_difference(lambda x: asked.append(float(x)) or lifted(x), 1.0) == 0
    assert Fraction(max(asked)) ** 2 - Fraction(min(asked)) ** 2 == pytest.approx(2.4e-5, rel=0.02)
    assert math.ulp(1e12) > 2.5e-5
    assert lifted(max(asked)) == lifted(min(asked)) == 1e12 + 1
    nearby = {round(central_difference(lifted, x)) for x in np.linspace(0.999, 1.001, 2001)}
    assert nearby == {0, 10}
    assert central_difference(lifted, 1.0, 1.0) == 2


@pytest.mark.parametrize(("h", "right"), [(0.05, False), (0.1, True), (0.25, True), (1e5, True), (0.01, False)])
def test_the_check_of_exercise_1_5_wants_three_decimals(h, right):
    assert EXERCISES["1.5"].judge(h).right is right


@claim(
    "A numerical slope returns a number wherever the function can be computed at the points it visits, "
    "derivative or not."
)
def test_a_numerical_slope_is_a_number_even_where_there_is_no_derivative(chapter):
    assert central_difference(abs, 0.0) == 0
    assert (chapter["secant_slope"](abs, 0.0, 2.0), chapter["secant_slope"](abs, 0.0, -2.0)) == (1, -1)
    assert central_difference(lambda x: 1 / x, 0.0) > 1e10
    with pytest.raises(ValueError, match="math domain error"):  # one of its points lies where there is no square root
        central_difference(math.sqrt, 0.0)
    with pytest.raises(ZeroDivisionError):  # 1/0 cannot be computed
        chapter["secant_slope"](lambda x: 1 / x, 0.0, 1e-5)
