"""Chapter 1, derivatives: what it says, and why that is so."""

import itertools
import math
from fractions import Fraction

import chapters
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


@claim("After forty such turns the curve runs close to every dot.")
def test_forty_turns_bring_the_machine_close_to_every_dot_and_before_it_was_far(chapter):
    def distances(knobs):
        return abs(chapter["network"](knobs, chapter["dots_x"]) - chapter["dots_y"])

    assert len(chapter["losses"]) == 41
    assert distances(chapter["knobs"]).max() < 0.1
    assert distances(chapter["start"]).max() > 1


@claim("Then each knob is turned the way in which the loss falls, and the faster it falls, the further.")
def test_the_loss_falls_at_every_turn_and_each_knob_moves_against_its_own_slope(chapter):
    losses = np.array(chapter["losses"])
    assert (np.diff(losses) < 0).all()
    slopes = complex_step(chapter["loss"], chapter["start"])
    assert (slopes != 0).all()
    for k, slope in enumerate(slopes):
        knobs = chapter["start"].copy()
        knobs[k] -= 1e-3 * slope
        assert chapter["loss"](knobs) < losses[0]  # this knob alone, turned so, lets it fall


@claim("The network of chapter 9, which reads handwriting, has 2,410 knobs.")
def test_the_classifier_of_chapter_9_has_2410_parameters():
    d, h, k = 64, 32, 10
    assert d * h + h + h * k + k == 2410
    prose = (chapters.NOTEBOOKS[0].parent / "09-classifier-from-scratch.ipynb").read_text("utf-8")
    assert "2,410" in prose or "2410" in prose


# Secant and limit


@claim(
    "The slope is 2.01, then 2.001: it is heading for 2.",
    "The knob has moved by 0.1 and the result by 0.21: 2.1 times as far.",
    "For $h = 0.1$ the slope was 2.1, too large by exactly 0.1.",
)
def test_the_secant_s_slope_is_2_and_the_step(chapter):
    for h in [Fraction(1, n) for n in (1, 10, 100, 1000, 10**9)]:
        assert chapter["secant_slope"](chapter["f"], Fraction(1), h) == 2 + h
    assert chapter["secant_slope"](chapter["f"], Fraction(1), Fraction(1, 10)) == Fraction(21, 10)


@claim(
    "The slope is −4: negative, because the curve falls from left to right there, and twice as steep as at $x = 1$.",
    "And the 1 in $x^2 + 1$ has gone: lifting a curve does not make it steeper.",
)
def test_the_limit_is_2x_for_every_x_and_every_lift(chapter):
    x, h, lift = sp.symbols("x h c")
    slope = sp.limit((((x + h) ** 2 + lift) - (x**2 + lift)) / h, h, 0)
    assert sp.expand(slope - 2 * x) == 0
    assert (slope.subs(x, -2), slope.subs(x, 1)) == (-4, 2)
    around = np.linspace(-2.5, -1.5, 50)
    assert (np.diff(chapter["f"](around)) < 0).all()


@claim(
    "A small nudge of the knob moves the result slope times as far:",
    "The smaller the nudge, the less the rest matters.",
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


@claim("At $x = 1$ a nudge of 0.001 should lift $f$ by $2 \\cdot 0.001$, to 2.002. In truth it is 2.002001.")
def test_the_nudge_of_a_thousandth(chapter):
    assert chapter["f"](Fraction(1001, 1000)) == Fraction(2002001, 10**6)


# The slider


@claim("It comes closer down to about $h = 10^{-8}$, then it gets worse, and at $10^{-16}$ the slope is 0.")
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
    # And it is not the positions that make it so: no step below 1e-9 does better either.
    f, secant = chapters.namespace(STEM)["f"], chapters.namespace(STEM)["secant_slope"]
    between = 10 ** np.linspace(-9, -16, 500)
    assert np.median([abs(secant(f, 1, h) - 2) for h in between]) > 1e-6


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
    "Each time $h$ shrinks to a tenth, so does the error, as algebra says.",
    "Below $10^{-8}$ the computer runs out of digits.",
)
def test_the_error_is_the_step_until_rounding_takes_over():
    for h, frame in positions(STEM):
        rounding = abs(frame.columns["slope"][0] - (2 + h))
        assert rounding < 0.1 * h if h >= 3e-8 else rounding > h


@claim("A limit is for algebra; a computer needs a step that is small, but not too small.")
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
        assert f"Its slope is {2 + h:.4g}: too large by h." in message
        assert error == pytest.approx(h, rel=1e-9)
    elif message.startswith("To the eye"):
        assert error < 0.021
        assert error == pytest.approx(h, rel=0.2)
    elif message.startswith("Hardly any step"):
        assert error <= best
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
    "Hardly any step does better: the slope is off by",
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
    assert [h for h, frame in shown if frame.message.startswith("Hardly any")] == [1e-8]
    # With a live kernel the slider takes any step.
    explorer = chapter_1.step_of_the_secant(chapter["f"], chapter["secant_slope"])
    live = {h: explorer.frame(h) for h in 10 ** np.linspace(-16, 0, 400)}
    for h, frame in live.items():
        message_is_true(h, frame.columns, frame.message, frame.state, best)
    assert sum(frame.columns["error"][0] < best for frame in live.values()) < 0.03 * len(live)


# Rules


@claim("Each of these rules was proved by a limit, once and for all:")
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


@claim(
    "Somewhere between 2.5 and 3 lies the base for which the number is exactly 1.",
    "The slope of $b^x$ is $b^x$ itself, times a number that has nothing to do with $x$.",
)
def test_e_is_the_base_whose_slope_at_0_is_1():
    for base in (2, 2.5, math.e, 3):
        at_0 = complex_step(lambda x, base=base: base**x, 0.0)
        assert at_0 == pytest.approx(math.log(base), abs=1e-14)
        for x in np.linspace(-3, 3, 13):
            assert complex_step(lambda x, base=base: base**x, x) == pytest.approx(base**x * at_0, rel=1e-12)
    assert math.log(2.5) < 1 < math.log(3)
    assert f"{math.e:.6f}" == "2.718282"


# The chain rule


@claim(
    "$v$ moves by 0.003 and $u$ by about 0.024.",
    "It does, but for a crumb of 0.000009, and the crumb shrinks faster than $h$.",
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


@claim("One is to forget the inner slope: 8.", "$2 \\cdot 1 \\cdot 3 = 6$")
def test_what_the_chain_rule_excludes():
    inner, outer = CHAINS[0]
    whole = complex_step(lambda x: outer(inner(x)), 1.0)
    assert whole == pytest.approx(24)
    assert complex_step(outer, inner(1.0)) == pytest.approx(8)  # without the inner slope
    assert complex_step(outer, 1.0) * complex_step(inner, 1.0) == pytest.approx(6)  # outer slope at x
    assert complex_step(outer, inner(1.0)) + complex_step(inner, 1.0) == pytest.approx(11)  # a sum


@claim("A third gear with slope ½ would turn 24 into 12, and so on: a chain of ten links has ten factors.")
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
    "Along the gradient, and along no other direction as much.",
    "The gradient points where the function grows fastest, and its length says how fast.",
    "Straight against it, the function falls fastest.",
    "So no direction beats the gradient's own.",
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


@claim("The gradient meets every contour line at a right angle.")
def test_a_walk_along_a_contour_line_is_across_the_gradient(chapter):
    for level in (1, 4, 7, 40):
        for t in np.linspace(0, 2 * np.pi, 24):

            def walk(t, level=level):
                return np.array([np.sqrt(level) * np.cos(t), np.sqrt(level / 3) * np.sin(t)])

            assert chapter["g"](walk(t)) == pytest.approx(level)
            way = np.array([complex_step(lambda t, k=k: walk(t)[k], t) for k in (0, 1)])
            assert way @ chapter["gradient_g"](walk(t)) == pytest.approx(0, abs=1e-9 * level)


@claim("So where they lie close together the surface is steep, and there the arrows are long.")
def test_lines_at_even_heights_lie_closer_where_the_gradient_is_longer(chapter):
    levels = np.arange(4, 44, 4)
    distances, lengths = [], []
    for angle in np.radians([0, 30, 60, 90]):
        direction = np.array([np.cos(angle), np.sin(angle)])
        radii = np.sqrt(levels / chapter["g"](direction))
        assert (np.diff(radii, 2) < 0).all()  # closer and closer on the way out
        middle = (radii[1:] + radii[:-1]) / 2
        # The height gained on the way is the slope in that direction times the distance.
        slopes = [chapter["gradient_g"](r * direction) @ direction for r in middle]
        np.testing.assert_allclose(np.diff(radii) * slopes, 4, rtol=1e-9)
        distances += list(np.diff(radii))
        lengths += slopes
    assert (np.diff(np.array(distances)[np.argsort(lengths)]) <= 0).all()


# Numerical slopes


@claim("For $x^2 + 1$ it cancels to the last crumb:")
def test_the_central_difference_of_the_parabola_is_exact(chapter):
    for x in (Fraction(1), Fraction(-7, 3)):
        for h in (Fraction(1), Fraction(1, 10), Fraction(1, 10**6)):
            assert chapter["central_slope"](chapter["f"], x, h) == 2 * x


@claim(
    "The central error becomes a hundred times smaller.",
    "and the error of the forward difference becomes about ten times smaller.",
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


@claim("Left to itself it takes a step of about $6 \\cdot 10^{-6}$, and it is right to about ten digits.")
def test_the_helper_s_step_and_its_digits():
    asked = []
    central_difference(lambda x: asked.append(float(x)) or x, 0.0)
    assert max(asked) == pytest.approx(6e-6, rel=0.02)
    for f in SMOOTH:
        for x in (0.3, 1.0, 1.7):
            slope = complex_step(f, x)
            assert abs(central_difference(f, x) - slope) < 5e-10 * max(1, abs(slope))


@claim(
    "So with $h = 10^{-10}$ the second point lies not at a distance of $10^{-10}$, but of "
    "$1.00000008 \\cdot 10^{-10}$.",
    "Just above 1, the numbers it knows lie $2.2 \\cdot 10^{-16}$ apart",
)
def test_the_step_really_taken():
    assert f"{((1 + 1e-10) - 1) / 1e-10:.8f}" == "1.00000008"
    assert math.nextafter(1, 2) - 1 == pytest.approx(2.2e-16, rel=0.01)
    assert 1 + 1e-16 == 1


@claim(
    "Divide by that, and for this function at this point the slope is 2 to the last digit, for every step between "
    "$10^{-8}$ and $10^{-15}$ in the table.",
    "At other places the values of $f$ are rounded as well, and then a part of the error stays.",
)
def test_dividing_by_the_step_taken_cures_it_here_and_only_in_part_elsewhere(chapter):
    f = chapter["f"]

    def error(x, h, taken):
        return abs((f(x + h) - f(x)) / ((x + h) - x if taken else h) - 2 * x)

    for h in [digit * 10.0**-k for k in range(9, 16) for digit in (1, 2, 3, 5, 7)]:
        assert error(1, h, True) == 0
    assert error(1, 1e-8, True) == 0
    assert all(error(1, 10.0**-k, False) > 1e-9 for k in range(8, 16))
    others = [error(x, 1e-10, True) for x in np.linspace(0.3, 1.9, 50)]
    assert np.median(others) > 1e-8


@claim("Divide by the step really taken, and at these three steps the forward error is 0 here too.")
def test_the_flat_piece_of_the_valley_is_x_plus_h(chapter):
    cubic = chapter["cubic_value"]
    plateau = [chapter["secant_slope"](cubic, 1.0, h) - 48 for h in (1e-9, 1e-10, 1e-11)]
    assert plateau == pytest.approx([4e-6] * 3, rel=0.01)
    for h in (1e-9, 1e-10, 1e-11):
        assert (cubic(1 + h) - cubic(1.0)) / ((1 + h) - 1) == 48


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
    "Nothing was subtracted from anything nearly equal, so no digits were lost, and $h$ can be as small as $10^{-20}$."
)
def test_the_complex_step_does_not_rise_again(chapter):
    for f in [*SMOOTH, chapter["cubic_value"]]:
        for x in (0.3, 1.0):
            slope = complex_step(f, x)
            for h in [10.0**-k for k in range(8, 21)]:
                assert abs(complex_step(f, x, h) - slope) <= 1e-14 * max(1, abs(slope))
    with pytest.raises(TypeError):
        complex_step(abs, 1.0)


# The exercises


@claim(
    "The first is 0: the two values differ by $2.4 \\cdot 10^{-5}$, less than the distance between two numbers there, "
    "and round to the same one.",
    "With $h = 1$ the answer is exact.",
)
def test_the_lifted_parabola():
    def lifted(x):
        return x**2 + 1e12

    asked = []
    assert central_difference(lambda x: asked.append(float(x)) or lifted(x), 1.0) == 0
    assert Fraction(max(asked)) ** 2 - Fraction(min(asked)) ** 2 == pytest.approx(2.4e-5, rel=0.02)
    assert math.ulp(1e12) > 2.5e-5
    assert lifted(max(asked)) == lifted(min(asked))
    assert central_difference(lifted, 1.0, 1.0) == 2


@pytest.mark.parametrize(("h", "right"), [(0.05, False), (0.1, True), (0.25, True), (1e5, True), (0.01, False)])
def test_the_check_of_exercise_1_5_wants_three_decimals(h, right):
    assert EXERCISES["1.5"].judge(h).right is right
