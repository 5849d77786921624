"""Chapter 2, gradient descent: its sentences, and what proves each."""

import contextlib
import html
import io
import re
from fractions import Fraction
from itertools import pairwise

import chapters
import explorers
import matplotlib.pyplot as plt
import numpy as np
import pytest

from claims import claim, positions
from exercises.chapter_2 import _run as reference_run
from helpers.descent import gradient_descent
from helpers.gradients import check_gradient, check_update, complex_step
from show.chapter_2 import overtaking
from show.folded import folded

STEM = "02-gradient-descent"
STARTS = [Fraction(4), Fraction(-4), Fraction(1_000_000), Fraction(1, 7)]
START = np.array([4.0, -4.0])


@pytest.fixture(scope="module")
def chapter():
    return chapters.namespace(STEM)


def slope(x):
    return 2 * x


def multipliers(rate):
    return 1 - 2 * rate, 1 - 6 * rate


def f_after(steps, rate, parts):
    """f on the bowl after so many steps, by the closed form, from a start where x² and 3y² are these parts."""
    of_x, of_y = multipliers(rate)
    return parts[0] * of_x ** (2 * steps) + parts[1] * of_y ** (2 * steps)


def bowl_after(steps, rate):
    """f after so many steps from (4, −4); exact for fractions."""
    return f_after(steps, rate, (16, 48))


def steps_until_level(gradient, start, rate, tolerance=0.01):
    return list(gradient_descent(gradient, start, rate, tolerance=tolerance, max_steps=5000))[-1].index


def steps_to_the_finish(rate):
    return next(k for k in range(5000) if bowl_after(k, rate) < 0.00001)


def printed(function, *arguments):
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        function(*arguments)
    return stream.getvalue()


# One step, and the loop


@claim("To the right, and you land at −2.4.", "One formula points downhill on both sides")
def test_a_step_goes_downhill_on_both_sides(chapter):
    assert chapter["descend"](chapter["parabola_slope"], -4.0, 0.2, 1)[1] == pytest.approx(-2.4)
    for x in np.linspace(-9, 9, 37):
        after = x - 0.2 * slope(x)
        assert after**2 < x**2 or x == 0
        assert np.sign(after - x) == -np.sign(x)
        # With the sign forgotten, the left side climbs.
        assert x >= 0 or (x - 0.2 * abs(slope(x))) ** 2 > x**2


@claim("The steps get shorter by themselves, 1.6 first, then 0.96, then 0.576")
def test_the_steps_get_shorter(chapter):
    lengths = -np.diff(chapter["first_descent"])
    np.testing.assert_allclose(lengths[:3], [1.6, 0.96, 0.576])
    assert (np.diff(lengths) < 0).all()


@claim("With steps of one fixed length you would, as a rule, end up hopping to and fro across the bottom")
def test_steps_of_one_length_end_in_hops_across_the_bottom():
    for length in (Fraction(3, 10), Fraction(7, 10), Fraction(3)):
        x, visited = Fraction(4), []
        for _ in range(100):
            x -= length if x > 0 else -length
            visited.append(x)
        assert all(a * b < 0 for a, b in pairwise(visited[-50:]))
        assert visited[-1] == visited[-3] != visited[-2]
    assert 4 - 8 * Fraction(1, 2) == 0  # the exception: a length that lands on the bottom to the digit


# One multiplication


@claim(
    "Every step multiplies $x$ by the same number",
    "Whether you start at 4 or at a million, the fate is the same",
    r"x_k = (1 - 2\alpha)^k\, x_0",
)
def test_every_step_multiplies_by_the_same_number(chapter):
    for x in STARTS:
        for rate in [Fraction(k, 100) for k in range(1, 150, 7)]:
            visited = chapter["descend"](chapter["parabola_slope"], x, rate, 12)
            assert {b / a for a, b in pairwise(visited) if a} == {1 - 2 * rate}
            assert visited == [(1 - 2 * rate) ** k * x for k in range(13)]
    # Not so on another curve, where the slope is no multiple of x.
    a, b, c = chapter["descend"](lambda x: 4 * x**3, Fraction(1, 2), Fraction(1, 5), 2)
    assert b / a != c / b


@claim("It jumps from side to side and still settles.", "One step is enough when $m = 0$")
def test_what_the_rates_0_9_and_one_half_do(chapter):
    visited = np.array(chapter["descend"](slope, 4.0, 0.9, 80))
    assert (visited[1:] * visited[:-1] < 0).all()
    assert (np.diff(abs(visited)) < 0).all()
    assert abs(visited[-1]) < 1e-6
    for rate in [Fraction(k, 100) for k in range(1, 150)]:
        for x in STARTS:
            assert (x - rate * slope(x) == 0) == (rate == Fraction(1, 2))


def fate(visited):
    """What a run of exact numbers does, by the points alone."""
    sizes = [abs(x) for x in visited]
    if visited[1] == 0:
        return "arrives in one step"
    if sizes[1] == sizes[0]:
        assert visited[::2] == visited[:1] * len(visited[::2])
        assert visited[1::2] == [-visited[0]] * len(visited[1::2])
        return "bounces for ever"
    if sizes[1] > sizes[0]:
        assert all(b > a for a, b in pairwise(sizes))
        return "runs away: it *diverges*"
    assert all(b < a for a, b in pairwise(sizes))
    return "comes down one side" if all(x * visited[0] > 0 for x in visited) else "overshoots and settles"


@claim(
    r"| $0 < \alpha < 1/2$ | between 0 and 1 | comes down one side |",
    r"| $\alpha = 1/2$ | 0 | arrives in one step |",
    r"| $1/2 < \alpha < 1$ | between −1 and 0 | overshoots and settles |",
    r"| $\alpha = 1$ | −1 | bounces for ever |",
    r"| $\alpha > 1$ | below −1 | runs away: it *diverges* |",
    "A run on $x^2$ can only go one of these five ways, unless it starts at the bottom:",
    "The multiplier $1 - \\alpha f''$, on a parabola that opens upwards and along each axis of our bowl. "
    "It decides between the five fates, and sets the limit $2/f''$.",
)
def test_the_rate_alone_decides_between_five_fates(chapter):
    def expected(multiplier):
        if multiplier > 0:
            return "comes down one side"
        if multiplier == 0:
            return "arrives in one step"
        if multiplier > -1:
            return "overshoots and settles"
        return "bounces for ever" if multiplier == -1 else "runs away: it *diverges*"

    for share in [*(Fraction(k, 40) for k in range(1, 100)), Fraction(999_999, 10**6), Fraction(1_000_001, 10**6)]:
        for x in STARTS:  # on x² the share of the limit is the rate itself
            assert fate(chapter["descend"](chapter["parabola_slope"], x, share, 20)) == expected(1 - 2 * share)
        for curvature in (Fraction(1, 3), Fraction(6)):
            run = chapter["descend"](lambda x, bend=curvature: bend * x, Fraction(4), share * 2 / curvature, 9)
            assert fate(run) == expected(1 - 2 * share)
            assert (fate(run) == "runs away: it *diverges*") == (share > 1)
    # A parabola that opens downwards knows one fate only, and a term with xy changes the limit: along both axes of
    # x² + y² + 1.8xy the multiplier is −0.8 at 0.9, and yet the run goes away.
    assert all(b > a for a, b in pairwise(chapter["descend"](lambda x: -2 * x, 4.0, 0.1, 9)))
    far = chapter["descend"](lambda p: 2 * p + 1.8 * p[::-1], np.array([4.0, -3.0]), 0.9, 100)[-1]
    assert abs(far).max() > 1e37


def test_the_figure_s_five_rates_are_one_of_each(chapter):
    found = [fate(chapter["descend"](slope, Fraction(4), Fraction(str(rate)), 9)) for rate in chapter["fates"]]
    assert [words.split()[0] for words in found] == [words.split()[0].strip(",") for words in chapter["fates"].values()]


# When to stop


@claim("on paper no power of 0.6 is ever 0")
def test_no_power_of_0_6_is_0_on_paper():
    assert all(Fraction(3, 5) ** k > 0 for k in (1, 20, 1460, 5000))
    assert 0.6**1460 == 0  # not so in floating point


@claim(
    "A run ends on level ground, because patience has run out, or because its numbers overflowed",
    "The first two runs stop after 14 steps, one on each side.",
    "The third was still on a slope of 1.06 when our patience ended it.",
    "The slope at the end tells you; a count of 100 does not.",
    "(Here numbers too large for Python become `inf`, one step later `nan`, and `nan >= 0.01` is false. "
    "A power stops with an error instead.)",
)
def test_a_run_ends_on_level_ground_or_without_patience_or_with_an_overflow(chapter):
    run = chapter["descend_until_level"]
    ends = set()
    for rate in (0.01, 0.1, 0.2, 0.5, 0.9, 0.99, 1.0, 1.1, 10.0, 600.0, 700.0, 1000.0, 1e300):
        for start in (4.0, -4.0, 0.001):
            end, steps = run(slope, start, rate, 0.01)
            before = chapter["descend"](slope, start, rate, steps)
            np.testing.assert_equal(before[-1], end)
            assert all(abs(slope(x)) >= 0.01 for x in before[:-1])
            ends.add("level" if abs(slope(end)) < 0.01 else "overflow" if np.isnan(slope(end)) else "patience")
            assert abs(slope(end)) < 0.01 or np.isnan(slope(end)) or steps == 100
            assert np.isnan(end) == (len(before) > 1 and np.isinf(before[-2]))
            assert not np.isnan(before[:-1]).any()
    assert ends == {"level", "patience", "overflow"}
    assert not (np.nan >= 0.01)
    with pytest.raises(OverflowError):
        run(lambda x: 4 * x**3, 4.0, 1.0, 0.01)
    assert run(slope, 4.0, 1000.0, 0.01)[1] == 95  # neither level nor out of patience
    assert run(slope, 4.0, 600.0, 0.01) == (np.inf, 100)
    for start in (4.0, -4.0):
        end, steps = run(slope, start, 0.2, 0.01)
        assert (steps, round(end, 4)) == (14, np.copysign(0.0031, start))
    end, steps = run(slope, 4.0, 0.01, 0.01)
    assert (steps, round(slope(end), 2)) == (100, 1.06)
    # Another run gets there with its hundredth step: the same number, and level ground.
    end, steps = run(slope, 4.0, 0.0325, 0.01)
    assert steps == 100
    assert abs(slope(end)) < 0.01


@claim(
    "The helper `gradient_descent` of later chapters is this loop for any number of inputs; "
    "it reports an overflow as an error."
)
def test_the_helper_is_the_chapter_s_loop(chapter):
    for rate in (0.01, 0.2, 0.5, 0.9, 1.0):
        for start in (4.0, -4.0, 0.001):
            for tolerance in (0.01, 1.0, 1e-5):
                last = list(gradient_descent(slope, start, rate, tolerance=tolerance))[-1]
                assert (last.point, last.index) == chapter["descend_until_level"](slope, start, rate, tolerance)
    steps = list(gradient_descent(chapter["bowl_gradient"], START, 0.3, tolerance=0, max_steps=20))
    np.testing.assert_array_equal([step.point for step in steps], chapter["bowl_path"](0.3))
    for rate in (700.0, 1000.0, 1e300):
        with pytest.raises(ValueError, match="diverged"):
            list(gradient_descent(slope, 4.0, rate))


@claim("The tolerance limits the slope, not the distance that is left.")
def test_the_tolerance_limits_the_slope(chapter):
    for curvature in (0.1, 1, 2, 50):
        for tolerance in (0.01, 1e-4):
            run = chapter["descend_until_level"]
            end, steps = run(lambda x, bend=curvature: bend * x, 4.0, 0.3 / curvature, tolerance)
            assert steps < 100
            assert curvature * end < tolerance  # so on a flat curve the bottom may be ten times as far
            assert (end > 3 * tolerance) == (curvature == 0.1)


@claim(
    "A slope of 0 does not promise a minimum.",
    "For $x^2$ it does, because the curve nowhere bends downwards",
)
def test_level_ground_may_be_no_minimum():
    assert complex_step(lambda x: x**3, 0.0) == pytest.approx(0, abs=1e-30)
    assert (-0.1) ** 3 < 0
    assert (complex_step(lambda p: p[0] ** 2 - p[1] ** 2, np.zeros(2)) == 0).all()
    for convex, bottom in [(lambda x: x**2, 0.0), (lambda x: x**4, 0.0), (lambda x: np.exp(x) - x, 0.0)]:
        assert complex_step(convex, bottom) == pytest.approx(0, abs=1e-30)
        assert all(convex(x) > convex(bottom) for x in np.linspace(-3, 3, 60))


@claim(
    "a deep one near $-1.06$ and a shallow one near $0.93$",
    "With $\\alpha = 0.01$ a run from $-2$ ends in the deep one, and a run from 2 in the shallow one",
)
def test_of_two_valleys_the_run_ends_in_the_one_it_comes_into(chapter):
    def curve(x):
        return x**4 - 2 * x**2 + x / 2

    left, right = (chapter["descend"](lambda x: complex_step(curve, x), x, 0.01, 2000)[-1] for x in (-2.0, 2.0))
    assert (round(left, 2), round(right, 2)) == (-1.06, 0.93)
    assert curve(left) < curve(right) < curve(right - 0.01)
    assert curve(right) < curve(right + 0.01)
    assert curve(left) < min(curve(left - 0.01), curve(left + 0.01))


# Curvature


@claim(
    "What sets the limit is how fast the slope changes, not how steep it is.",
    "Above 1, just as on $x^2$.",
    r"each step multiplies the distance from the bottom by $1 - \alpha f''$, "
    "where a minus sign means a change of sides",
    r"\alpha < \frac{2}{f''}",
    "If this is 1, you land on the bottom. If it is 2, you land just as far away on the other side. "
    "Beyond 2 you land farther out than you were.",
    "$x^2 + 1000x = (x + 500)^2 - 250000$ is the same parabola in another place",
)
def test_the_curvature_sets_the_limit():
    for curvature in (Fraction(1, 3), Fraction(2), Fraction(6), Fraction(1000)):
        for steepness in (Fraction(0), Fraction(1000), Fraction(-50)):  # f = curvature x² / 2 + steepness x
            bottom = -steepness / curvature
            for x in STARTS:
                for share in [Fraction(k, 10) for k in range(1, 41)]:  # αf″, the step as a share of the way
                    rate = share / curvature
                    step = rate * (curvature * x + steepness)
                    assert step == share * (x - bottom)
                    assert x - step - bottom == (1 - rate * curvature) * (x - bottom)
                    before, after = abs(x - bottom), abs(x - step - bottom)
                    assert (after < before) == (rate < 2 / curvature)
                    assert (after == before) == (share == 2)
                    assert (after == 0) == (share == 1)
    assert all(x**2 + 1000 * x == (x + 500) ** 2 - 250000 for x in STARTS)
    # What it excludes: 126 times as steep at 4, and the same limit; 1008 times as bent, and another.
    assert (2 * 4 + 1000) / slope(4) == 126
    assert abs(4 - 0.9 * 1008 + 500) < 504
    assert abs(4 - 0.9 * 1008 * 4) > 4  # on 504x², which has the slope 4032 at 4


@claim("and in this field also the curvature: it says how sharply the curve bends at its bottom.")
def test_at_a_bottom_the_second_derivative_says_how_sharply_the_curve_bends():
    def bend(curve, x, h=1e-3):
        """One over the radius of the circle through three points of the curve close to x."""
        a, b, c = (complex(place, curve(place)) for place in (x - h, x, x + h))
        area = abs(((b - a).conjugate() * (c - a)).imag) / 2
        return 4 * area / (abs(a - b) * abs(b - c) * abs(c - a))

    for curve, bottom, second in [(lambda x: x**2, 0, 2), (lambda x: x**2 + 1000 * x, -500, 2), (np.cosh, 0, 1)]:
        assert bend(curve, bottom) == pytest.approx(second, rel=1e-3)
    # On the steep part of the same parabola the circle is far larger, though f″ is 2 there, too.
    assert bend(lambda x: x**2, 4) < 0.01


@claim(
    "What counts then is $f''$ at the bottom, if it is positive there.",
    r"With $\alpha$ below $2/f''$ a run that comes close enough is drawn in.",
    r"With $\alpha$ above it a run that comes close, but not onto the bottom itself, is pushed away, though "
    "perhaps not far: it may go on bouncing nearby for ever.",
)
def test_on_other_curves_the_limit_holds_near_the_bottom():
    curves = [  # slope, bottom, f″ there
        (np.sinh, 0.0, 1.0),
        (np.tanh, 0.0, 1.0),
        (lambda x: np.exp(x) - 1, 0.0, 1.0),
        (lambda x: 4 * x**3 - 4 * x, 1.0, 8.0),
        (lambda x: 2 * x / (1 + x**2) ** 2, 0.0, 2.0),
    ]
    for slope_there, bottom, curvature in curves:
        assert complex_step(slope_there, bottom) == pytest.approx(curvature)
        for share in (0.3, 0.9, 1.5, 1.9, 2.1, 2.5, 3.0):
            x = bottom + 1e-6
            for _ in range(200):
                x = x - share / curvature * slope_there(x)
                if left := abs(x - bottom) > 2e-6:
                    break
            assert left == (share > 2)
    # Pushed away, and not far: with 2.01 on log cosh a run goes back and forth between −0.1225 and 0.1225.
    x = 1e-6
    for _ in range(20_000):
        x = x - 2.01 * np.tanh(x)
    assert abs(x) == pytest.approx(0.1225, abs=1e-4)
    assert x - 2.01 * np.tanh(x) == pytest.approx(-x)
    # Where f″ is 0 at the bottom there is no such limit: on x⁴ a run creeps in with any rate.
    x = 0.01
    for _ in range(100):
        x, before = x - 1000 * 4 * x**3, x
        assert 0 < x < before


# Two inputs


@claim(
    "This bowl is two descents that share one learning rate.",
    "the slope of $x$ depends on $x$ alone, and the slope of $y$ on $y$ alone",
    "A term with $xy$ would tie them together: then the direction that bends most lies aslant, "
    "and its curvature sets the limit.",
)
def test_the_bowl_is_two_descents(chapter):
    for rate in (0.05, 0.2, 0.3, 1 / 3, 0.4):
        run = np.array(chapter["descend"](chapter["bowl_gradient"], START, rate, 20))
        np.testing.assert_array_equal(run[:, 0], chapter["descend"](lambda x: 2 * x, 4.0, rate, 20))
        np.testing.assert_array_equal(run[:, 1], chapter["descend"](lambda y: 6 * y, -4.0, rate, 20))
    # Not every function is: with a term xy each coordinate feels the other.
    tilted = np.array(chapter["descend"](lambda p: np.array([2 * p[0] + p[1], 6 * p[1] + p[0]]), START, 0.2, 5))
    assert not np.allclose(tilted[:, 0], chapter["descend"](lambda x: 2 * x, 4.0, 0.2, 5))

    angles = np.linspace(0, np.pi, 1801)
    ways = np.array([np.cos(angles), np.sin(angles)])
    for along_x, along_y, tie in [(2, 6, 1), (2, 6, -3), (2, 6, 0.2), (2, 2, 1.8)]:
        bend = np.array([[along_x, tie], [tie, along_y]])
        curvatures = (ways * (bend @ ways)).sum(axis=0)
        most = curvatures.argmax()
        assert abs(ways[:, most]).min() > 0.03  # along neither axis
        assert curvatures[most] > max(along_x, along_y)
        for share in (0.99, 1.01):  # of the limit of that direction
            point = np.array([3.0, 1.0])
            for _ in range(800):
                point = point - share * 2 / curvatures[most] * (bend @ point)
            assert (abs(point).max() > 100) == (share > 1)


@claim(
    "The direction that bends most sets the limit for all.",
    r"from a start where neither $x$ nor $y$ is 0, descent converges to $(0, 0)$, coming as near as you like, "
    r"exactly when $0 < \alpha < 1/3$.",
    "(What is 0 stays 0, and never feels its limit.)",
)
def test_the_largest_curvature_sets_the_limit():
    third = Fraction(1, 3)
    for rate in [Fraction(k, 300) for k in range(1, 400)]:
        of_x, of_y = map(abs, multipliers(rate))
        assert (max(of_x, of_y) < 1) == (rate < third)  # powers of a number below 1 go to 0, others do not
    for small, large in [(1, 3), (2, 6), (1, 100), (5, 5)]:
        for share in [Fraction(k, 50) for k in range(1, 150)]:  # α as a share of 2 / large
            rate = share * 2 / Fraction(large)
            assert (max(abs(1 - rate * small), abs(1 - rate * large)) < 1) == (share < 1)
    # On an axis there is one direction only.
    assert abs(1 - 2 * Fraction(2, 5)) < 1 < abs(1 - 6 * Fraction(2, 5))


@claim("Each step leaves at a right angle to the contour line on which it begins.")
def test_a_step_leaves_at_a_right_angle_to_the_contour_line(chapter):
    for (x, y), (x_new, y_new) in pairwise(chapter["zigzag"]):
        # The contour line x = a cos t, y = b sin t with a² = f, b² = f/3 has this direction in (x, y).
        along = np.array([-np.sqrt(3) * y, x / np.sqrt(3)])
        assert along @ np.array([x_new - x, y_new - y]) == pytest.approx(0, abs=1e-12)


# The best learning rate


@claim(
    "if neither $x$ nor $y$ starts at 0, then in the long run no rate kept throughout beats 1/4.",
    "name any other rate, and from some step on $f$ is lower at 1/4 and stays lower.",
    "The larger one, drawn thick, decides in the long run. It is lowest at 1/4.",
    "Up to 1/4 the larger size is $1 - 2\\alpha$, that of $x$, and it falls as $\\alpha$ grows.",
    "From there on it is $6\\alpha - 1$, that of $y$, and it rises.",
)
def test_in_the_long_run_no_rate_beats_one_quarter():
    quarter = Fraction(1, 4)
    rates = [Fraction(k, 1200) for k in range(1, 600)]
    larger = {rate: max(map(abs, multipliers(rate))) for rate in rates}
    for a, b in pairwise(rates):
        assert (larger[b] < larger[a]) == (b <= quarter)
        assert larger[a] == (1 - 2 * a if a <= quarter else 6 * a - 1)
    assert larger[quarter] == Fraction(1, 2)
    for x_part, y_part in [(16, 48), (16, 3e-6), (1e-6, 48)]:  # of f at the start
        ahead_from = []
        for rate in [0.01, 1 / 6, 0.24, 0.249, 0.251, 0.26, 1.0]:
            # f in units of what it is at 1/4 by then, where both parts have shrunk alike.
            k = np.arange(5000)
            of_x, of_y = (abs(2 * multiplier) for multiplier in multipliers(rate))
            with np.errstate(over="ignore"):
                f = (x_part * of_x ** (2.0 * k) + y_part * of_y ** (2.0 * k)) / (x_part + y_part)
            ahead_from.append(np.flatnonzero(f <= 1)[-1] + 1)
            assert ahead_from[-1] < 4000
            with np.errstate(invalid="ignore"):
                assert not (np.diff(f[ahead_from[-1] :]) <= 0).any()  # so it stays ahead for ever
        assert len(set(ahead_from)) > 1
    # No one step serves for all rates: after any number of steps some rate just below 1/4 is ahead.
    for k in (1, 5, 20, 50, 100):
        assert bowl_after(k, quarter - Fraction(1, 100 * k**2)) < bowl_after(k, quarter)
    # It must be one rate throughout: 1/6 for a step and then 1/2 for a step end on the bottom.
    point = np.array([Fraction(4), Fraction(-4)])
    for rate in (Fraction(1, 6), Fraction(1, 2)):
        point = point - rate * np.array([2, 6]) * point
    assert (point == 0).all()
    # And with y = 0 at the start 1/4 is not the best rate.
    assert f_after(9, Fraction(2, 5), (16, 0)) < f_after(9, quarter, (16, 0))


@claim(
    r"$0.6^{20} \approx 0.00004$ of $x$ is left, and $0.2^{20} \approx 0.00000000000001$ of $y$",
    "So in the long run only the multiplier that is *larger in size* counts.",
)
def test_what_is_left_after_20_steps():
    assert round(0.6**20, 5) == 0.00004
    assert round(0.2**20, 14) == 1e-14
    for rate in [Fraction(1, 10), Fraction(1, 5), Fraction(3, 10)]:
        largest = max(map(abs, multipliers(rate)))
        assert float(bowl_after(100, rate) / bowl_after(99, rate)) == pytest.approx(float(largest**2))


@claim(
    r"that is at $\alpha = 2/(s + l)$",
    "The larger the ratio $l/s$, the nearer is the multiplier there, $(l - s)/(l + s)$ in size, to 1",
)
def test_the_best_rate_for_two_curvatures():
    sizes = []
    for ratio in (1, 2, 3, 10, 100):
        s, l = Fraction(2), Fraction(2 * ratio)  # noqa: E741
        best = 2 / (s + l)
        size = (l - s) / (l + s)
        assert max(abs(1 - best * s), abs(1 - best * l)) == size
        for other in (best * Fraction(k, 100) for k in range(1, 300) if k != 100):
            assert max(abs(1 - other * s), abs(1 - other * l)) > size
        sizes.append(size)
    assert sizes == sorted(sizes)
    assert sizes[-1] < 1


@claim("No, 1/4 takes 12 steps.", "Every rate from 0.240 to 0.246 takes 11 steps and beats 1/4.")
def test_one_quarter_loses_the_short_race(chapter):
    assert steps_to_the_finish(0.25) == 12
    scan = np.arange(0.0200, 0.3300, 0.0001)
    counts = {round(rate, 4): steps_to_the_finish(rate) for rate in scan}
    assert min(counts.values()) == 11  # none needs fewer
    eleven = [rate for rate, count in counts.items() if count == 11]
    assert 0.2394 < min(eleven) <= 0.24
    assert 0.246 <= max(eleven) < 0.2475
    assert all((count == 11) == (min(eleven) <= rate <= max(eleven)) for rate, count in counts.items())
    for rate in (0.1, 0.2, 0.245, 0.25, 0.3):  # the closed form is the chapter's run
        heights = [chapter["bowl"](point) for point in chapter["bowl_path"](rate)]
        assert [height < 0.00001 for height in heights] == [k >= steps_to_the_finish(rate) for k in range(21)]


@claim(
    "From step 35 on $f$ is smaller at 1/4 than at 0.245, and it stays so.",
    "A step keeps 0.47 of $y$ instead of 0.50, and 0.51 of $x$ instead of 0.50; in $f$ these are squared.",
    "At the start $y$ holds 48 of the 64, three quarters of $f$.",
    r"&= \frac14 \left(\frac{0.51}{0.50}\right)^{2k} + \frac34 \left(\frac{0.47}{0.50}\right)^{2k} \\ "
    r"&= \frac14 \cdot 1.0404^k + \frac34 \cdot 0.8836^k",
    "The second part dies, the first grows past 1.",
    "Rates below 1/4 and still nearer to it hold out longer, 0.249 until step 172, but each is overtaken.",
)
def test_from_step_35_on_f_is_smaller_at_one_quarter():
    quarter, just_below = Fraction(1, 4), Fraction(49, 200)
    ahead = [bowl_after(k, 0.25) < bowl_after(k, 0.245) for k in range(1, 500)]
    assert ahead.index(True) + 1 == 35
    assert all(ahead[34:])
    of_x, of_y = multipliers(just_below)
    assert (of_x, abs(of_y)) == (Fraction(51, 100), Fraction(47, 100))
    assert Fraction(48, bowl_after(0, quarter)) == Fraction(3, 4)
    for k in range(100):
        of_x, of_y = Fraction(1, 4) * Fraction("1.0404") ** k, Fraction(3, 4) * Fraction("0.8836") ** k
        assert bowl_after(k, just_below) / bowl_after(k, quarter) == of_x + of_y
    assert of_y < 1e-5 < 1 < of_x
    lasts = []
    for rate in [0.245, 0.247, 0.249, 0.2495]:
        ahead = [bowl_after(k, rate) < bowl_after(k, 0.25) for k in range(1, 500)]
        lasts.append(ahead.index(False))
        assert not any(ahead[lasts[-1] :])
    assert lasts == sorted(lasts)
    assert (lasts[0], lasts[2]) == (34, 172)


@claim(
    "The part of y dies away, the part of x grows at every step. "
    "The dots are steps 11 and 12, where first 0.245 and then 1/4 crosses the finishing line.",
    "On the scale of the slider's second picture both parts are straight lines:",
    "A dashed straight line, the part of y, starts at three quarters",
    "A solid straight line, the part of x, starts at one quarter",
    "dips to 0.57 at step 14, bends up to the solid line and crosses 1 between steps 34 and 35. "
    "At step 60 it is at 2.7.",
)
def test_the_picture_of_the_overtaking_shows_the_runs_and_their_parts(chapter):
    ratio = chapter["ratio"]
    assert (ratio.argmin(), round(ratio.min(), 2), round(ratio[60], 1)) == (14, 0.57, 2.7)
    assert list(np.flatnonzero(ratio >= 1)) == [0, *range(35, 61)]
    figure = overtaking(ratio)
    (axes,) = figure.axes
    _, of_y, of_x, both, finish = (line.get_ydata() for line in axes.lines)
    plt.close(figure)
    assert axes.get_yscale() == "log"
    assert (of_y[0], of_x[0]) == (0.75, 0.25)
    assert [line.get_linestyle() for line in axes.lines[1:3]] == ["--", "-"]
    for part, sign in [(of_y, -1), (of_x, 1)]:
        bends = np.diff(np.log(part))
        assert np.ptp(bends) < 1e-12  # straight
        assert np.sign(bends[0]) == sign
    np.testing.assert_allclose(both, of_x + of_y, rtol=1e-12)
    assert list(axes.lines[-1].get_xdata()) == [steps_to_the_finish(0.245), steps_to_the_finish(0.25)] == [11, 12]
    np.testing.assert_array_equal(finish, ratio[[11, 12]])


@claim(
    "for two different curvatures the best rate in the long run lies in the upper half of what is allowed, "
    "where the direction that bends most already overshoots and still settles"
)
def test_the_best_rate_lies_in_the_upper_half_of_what_is_allowed():
    for small, large in [(2, 6), (1, 1.5), (1, 10), (1, 1000), (3, 4)]:
        rates = np.linspace(0, 2 / large, 200_001)[1:-1]
        larger = np.maximum(abs(1 - small * rates), abs(1 - large * rates))
        best = rates[larger.argmin()]
        assert best == pytest.approx(2 / (small + large), rel=1e-4)
        assert 1 / large < best < 2 / large
        assert -1 < 1 - large * best < 0
    # With one curvature alone it is the middle.
    assert abs(1 - 2 * Fraction(1, 2)) == 0


# The explorer


@claim(
    "At 1/4 every step halves $x$ and $y$, while $y$ changes sides: "
    "$f$ is multiplied by 1/4 from the first step to the last.",
    "At 1/6 the first step puts $y$ at 0, where it stays; from there $x$ alone draws a straight line.",
    "At 1/3 the path zigzags between $y = -4$ and $y = 4$ while $x$ goes to 0, so the line levels off at $f = 48$.",
)
def test_what_happens_at_the_marks(chapter):
    said = {rate: frame for rate, frame in positions(STEM) if rate in (1 / 6, 1 / 4, 1 / 3)}
    path = chapter["bowl_path"](1 / 4)
    assert (path[1:] == path[:-1] * [1 / 2, -1 / 2]).all()
    assert (said[1 / 4].columns["f"] == 64 / 4.0 ** np.arange(21)).all()
    path = chapter["bowl_path"](1 / 6)
    assert abs(path[1:, 1]).max() < 1e-15
    f = said[1 / 6].columns["f"]
    np.testing.assert_allclose(f[2:] / f[1:-1], (2 / 3) ** 2)
    assert f[1] / f[0] < 0.2  # the first step is steeper
    path = chapter["bowl_path"](1 / 3)
    np.testing.assert_allclose(path[:, 1], -4 * (-1.0) ** np.arange(21), rtol=1e-12)
    assert (np.diff(path[:, 0]) < 0).all()
    assert 0 < path[-1, 0] < 1e-8
    f = said[1 / 3].columns["f"]
    assert (np.diff(f) <= 0).all()
    assert f[-1] == pytest.approx(48)


def drawn_heights(frame):
    """Where the picture of the height has its points, in its own units, downwards."""
    outline = frame.traces[1].split("T")[0]
    return np.array([float(point.split()[1]) for point in outline.removeprefix("M").split("L")])


@claim(
    "On its scale an equal drop is an equal multiplication, so a constant multiplier draws a straight line.",
)
def test_a_constant_multiplier_draws_a_straight_line():
    frames = {round(rate, 4): frame for rate, frame in positions(STEM)}
    per_factor = None
    for rate, multiplier in [(0.25, 0.25), (0.2, 0.36), (0.3, 0.64), (0.1, 0.64), (0.1667, 4 / 9)]:
        drops = np.diff(drawn_heights(frames[rate]))[10:]
        assert np.ptp(drops) < 0.21  # coordinates are rounded to a tenth
        per_factor = per_factor or drops.mean() / np.log(1 / multiplier)
        assert drops.mean() == pytest.approx(per_factor * np.log(1 / multiplier), rel=0.01)
    assert np.ptp(np.diff(drawn_heights(frames[0.25]))) < 0.21
    assert np.diff(drawn_heights(frames[0.2]))[0] > 1.5 * np.diff(drawn_heights(frames[0.2]))[-1]
    # What it excludes: with a multiplier that changes the line is not straight.
    bent = np.diff(drawn_heights(frames[0.02]))
    assert bent[0] > 1.5 * bent[-1] > 0
    (explorer,) = (explorers.of(path) for path in explorers.NOTEBOOKS if path.stem == STEM)
    axes = explorer._axes[1]
    np.testing.assert_allclose(np.diff(np.log10([y for y in axes.get_yticks() if 1e-13 <= y <= 1e4])), 2)


@claim("Each run has 20 steps, or fewer if $f$ leaves the second picture.")
def test_a_run_of_the_explorer_ends_after_20_steps_or_above_the_second_picture():
    (explorer,) = (explorers.of(path) for path in explorers.NOTEBOOKS if path.stem == STEM)
    top = explorer._axes[1].get_ylim()[1]
    ended_early = 0
    for _, frame in positions(STEM):
        *f, last = frame.columns["f"]
        assert max(f) <= top
        assert last > top or len(f) == 20
        ended_early += len(f) < 20
    assert ended_early


def test_the_message_is_true_at_every_position(chapter):
    for rate, frame in positions(STEM):
        of_x, of_y = multipliers(rate)
        x, y = chapter["bowl_path"](rate).T
        text = frame.message.replace("−", "-")
        numbers = re.search(r"Each step: x times (\S+), y times (\S+)\. ", text)
        assert [float(number) for number in numbers.groups()] == pytest.approx([of_x, of_y], abs=0.00501)
        shown = frame.columns["f"]
        assert [format(b / a, ".2f") for a, b in pairwise(shown)] == list(frame.columns["times"][1:])
        assert [float(height) for height in frame.columns["height"]] == pytest.approx(list(shown), rel=0.051)
        straight = re.search(r"\. A straight line (all the way|after step (\d+)): f times (\S+)\.$", text)
        ratios = shown[1:] / shown[:-1]
        assert text.endswith(". The line for f still bends.") == (straight is None)
        if straight:
            rest = ratios[int(straight[2] or 0) :]
            assert 2 * len(rest) >= len(ratios)
            assert rest == pytest.approx(float(straight[3]), abs=0.0101)
            assert rest[-1] == pytest.approx(max(abs(of_x), abs(of_y)) ** 2, abs=0.0051)
        else:
            assert np.ptp(ratios[len(ratios) // 2 :]) > 0.005
        assert (straight is not None and straight[1] == "all the way") == (rate == 1 / 4)
        assert text.startswith("Diverges") == (rate > 1 / 3)
        assert text.startswith("Bounces: y goes from -4 to 4 and back for ever.") == (rate == 1 / 3)
        assert (frame.state == "warning") == (rate >= 1 / 3)
        if rate >= 1 / 3:
            assert abs(y[-1]) >= 4
            continue
        needed = steps_to_the_finish(rate)
        counted = re.match(r"(\d+) steps until f is below 0\.00001: ", text)
        assert (int(counted[1]) == needed) if counted else needed > 20
        if not counted:
            still = float(re.match(r"After 20 steps f is still (\S+): ", text)[1])
            assert still == pytest.approx(float(bowl_after(20, rate)), rel=0.0051)
            assert still > 0.00001
        assert ("x and y stay on their sides" in text) == (y < 0).all()
        assert ("y lands on the axis at once" in text) == (abs(y[1:]).max() < 1e-12) == (rate == 1 / 6)
        assert ("y overshoots and settles" in text) == (rate > 1 / 6)
        assert "overshoots" not in text or (y[1:] * y[:-1] < 0).all()
        assert (x > 0).all()


@claim("steps until f is below 0.00001")
def test_the_explorer_shows_that_rates_below_one_quarter_are_first():
    said = {round(rate, 3): frame.message for rate, frame in positions(STEM)}
    assert said[0.25].startswith("12 steps")
    assert {rate for rate, text in said.items() if text.startswith("11 steps")} == {0.24, 0.245}


def test_the_finishing_line_is_where_the_message_counts_to():
    (explorer,) = (explorers.of(path) for path in explorers.NOTEBOOKS if path.stem == STEM)
    axes = explorer._axes[1]
    (line,) = axes.lines
    assert set(line.get_ydata()) == {0.00001}
    end = axes.transData.transform((0, 0.00001))[1]
    height = axes.figure.bbox.height - end
    for _, frame in positions(STEM):
        below = [k for k, place in enumerate(drawn_heights(frame)) if place > height + 0.05]
        counted = re.match(r"(\d+) steps until", frame.message)
        assert bool(below) == bool(counted)
        assert not below or below[0] == int(counted[1])


# Two checks


@claim("at $x = 4$ even a wrong $x^2/2$ in place of $2x$ gives the right 8.")
def test_the_start_of_the_run_is_no_place_for_the_check(chapter):
    def wrong(point):
        x, y = point
        return np.array([x**2 / 2, 6 * y])

    assert check_gradient(chapter["bowl"], wrong(START), START).agrees
    somewhere = chapter["somewhere"]
    assert not check_gradient(chapter["bowl"], wrong(somewhere), somewhere).agrees
    assert chapter["gradient_check"].agrees


@claim(
    "A wrong gradient and a wrong update are two mistakes, and each needs a check of its own.",
    "If a typo moves $y$ by the slope of $x$, the gradient check does not notice.",
)
def test_each_check_is_blind_to_the_other_mistake(chapter):
    bowl, gradient = chapter["bowl"], chapter["bowl_gradient"]
    rng = np.random.default_rng(0)
    for old in rng.uniform(-5, 5, size=(20, 2)):
        right, wrong = gradient(old), 2 * old  # as of x² + y²
        assert check_gradient(bowl, right, old).agrees
        assert not check_gradient(bowl, wrong, old).agrees
        assert check_update(old, old - 0.2 * wrong, wrong, 0.2).agrees  # rightly used, though wrong
        assert not check_update(old, old - 0.2 * right[0], right, 0.2).agrees
        assert check_update(old, old - 0.2 * right, right, 0.2).agrees


# As printed


@claim(
    "It stops after one step and calls −2.4 the optimal value.",
    'it says "arrived" wherever the function falls to the right: on the whole left side',
)
def test_the_printed_rule_stops_at_once_on_the_left(chapter):
    for start in (-0.01, -1.0, -4.0, -300.0):
        said = printed(chapter["descend_as_printed"], start)
        assert said.count("Iteration") == 1
        assert "Stopping early" in said
    assert printed(chapter["descend_as_printed"], -4.0).endswith("Optimal value of x: -2.4000\n")


def printed_with(rule, start, rate):
    """The lines of the printed loop on x², with this stop rule."""
    lines, x = [], start
    for k in range(20):
        before = 2 * x
        x = x - rate * before
        lines.append(f"Iteration {k + 1}: x = {x: .4f}")
        if rule(before):
            break
    return lines


@claim(
    "The table betrays the smaller one: our run stopped after 14 steps at 0.0031, this one after 15 at 0.0019. "
    "The larger one leaves no trace in it at all.",
    "A start on the right, with a rate that never crosses the bottom, hid it.",
)
def test_what_the_printed_table_shows_of_the_two_mistakes(chapter):
    def signed(slope_there):
        return slope_there < 0.01

    def by_size(slope_there):
        return abs(slope_there) < 0.01

    assert len(printed_with(signed, 4.0, 0.2)) == printed(chapter["descend_as_printed"], 4.0).count("Iteration") == 15
    for start in (0.3, 4.0, 300.0):
        for rate in (0.01, 0.1, 0.2, 0.3, 0.45, 0.5):  # from the right, never across
            assert printed_with(signed, start, rate) == printed_with(by_size, start, rate)
        for rate in (0.6, 0.9, 1.5):  # across: it stops after the second step
            assert len(printed_with(signed, start, rate)) == 2 < len(printed_with(by_size, start, rate))
    assert printed_with(signed, 4.0, 0.9)[-1].endswith("x =  2.5600")
    lines = re.findall(r"Iteration (\d+): x = +(\S+),", printed(chapter["descend_as_printed"], 4.0))
    assert lines[-2:] == [("14", "0.0031"), ("15", "0.0019")]


@claim("wherever the function falls to the right")
def test_the_printed_rule_needs_many_steps_on_the_right(chapter):
    for start in (1.0, 4.0, 300.0):
        assert printed(chapter["descend_as_printed"], start).count("Iteration") > 10


@claim(
    "The loop steps first and tests afterwards, with the slope from *before* the step.",
    "At the end it tests 0.0063, the slope at $x = 0.0031$, and reports 0.0019, a place it has not tested.",
)
def test_the_printed_rule_makes_a_step_too_many(chapter):
    visited = chapter["descend"](slope, 4.0, 0.2, 15)
    assert (round(visited[14], 4), round(slope(visited[14]), 4), round(visited[15], 4)) == (0.0031, 0.0063, 0.0019)
    tested = [abs(slope(x)) < 0.01 for x in visited]
    assert tested.index(True) == 14
    assert chapter["descend_until_level"](slope, 4.0, 0.2, 0.01)[1] == 14


@claim(
    "the multiplier of $y$ is $1 - 6 \\cdot 0.2 = -0.2$, and the sign changes at every step, even where four decimals "
    "show nothing but zeros.",
    "has both mistakes again: from $(-4, -4)$ it stops after one step, at $(-2.4, 0.8)$.",
)
def test_the_printed_descent_on_the_bowl(chapter):
    said = printed(chapter["descend_bowl_as_printed"], 4.0, -4.0)
    signs = ["-" in y for y in re.findall(r"y = ([- ]\d\.\d{4}), f", said)]
    assert signs == [k % 2 == 0 for k in range(1, 16)]
    assert "-0.0000" in said
    starts = [(4.0, 4.0), (4.0, -4.0), (-4.0, -4.0), (-4.0, 4.0)]
    counts = {start: printed(chapter["descend_bowl_as_printed"], *start).count("Iteration") for start in starts}
    assert counts == {(4.0, 4.0): 15, (4.0, -4.0): 15, (-4.0, -4.0): 1, (-4.0, 4.0): 2}
    stopped = printed(chapter["descend_bowl_as_printed"], -4.0, -4.0)
    assert stopped.endswith("Optimal value of x, y is (-2.4000,  0.8000)\n")


def test_what_is_folded_is_what_is_printed(chapter):
    shown = folded("All of it", chapter["descend_bowl_as_printed"], 4.0, -4.0)
    assert repr(shown) + "\n" == printed(chapter["descend_bowl_as_printed"], 4.0, -4.0)
    lines = re.search("<pre>(.*)</pre></details>$", shown._repr_html_(), re.DOTALL)[1]
    assert html.unescape(lines) == repr(shown)
    assert "&amp;" in lines


# The exercises


@claim(
    "With the rate 0.2 it now stops after 14 steps from every start",
    "With 0.01 it gives up after 20, far from the bottom.",
    "a run may also get there with its twentieth step.",
)
def test_the_repaired_run():
    for start in [(4.0, 4.0), (4.0, -4.0), (-4.0, -4.0), (-4.0, 4.0)]:
        *end, steps = reference_run(*start, 0.2)
        assert steps == 14
        assert np.abs(end).max() < 0.005
    x, y, steps = reference_run(4.0, -4.0, 0.01)
    assert steps == 20
    assert np.hypot(x, y) > 2
    x, y, steps = reference_run(4.0, -4.0, 0.145)
    assert steps == 20
    assert max(abs(2 * x), abs(6 * y)) < 0.01


@claim(
    "after 40 steps $|y|$ is still below $10^{-6}$",
    "It takes 83 steps until $|y|$ exceeds 1, since $1.4^{83}$ is the first power of 1.4 above $10^{12}$.",
    "after 5 steps both slopes are below 0.01 in size.",
)
def test_divergence_hides_for_82_steps():
    growth = Fraction(7, 5)
    assert growth**40 < 10**6
    assert growth**82 < 10**12 < growth**83
    assert reference_run(4.0, 1e-12, 0.4)[2] == 5


@claim(
    "so each step multiplies $x$ by $1 - 2\\alpha$ and $y$ by $1 - 8\\alpha$",
    "at 1/5, and any other rate makes one of them larger",
    "Between 1/8 and 1/4 $y$ oscillates and converges; above 1/4 it grows.",
)
def test_the_rates_for_another_bowl():
    def sizes(rate):
        return abs(1 - 2 * rate), abs(1 - 8 * rate)

    for rate in [Fraction(k, 400) for k in range(1, 400)]:
        x, y = Fraction(4), Fraction(-4)
        assert (x - rate * 2 * x, y - rate * 8 * y) == (x * (1 - 2 * rate), y * (1 - 8 * rate))
        assert (max(sizes(rate)) > Fraction(3, 5)) == (rate != Fraction(1, 5))
        assert (-1 < 1 - 8 * rate < 0) == (Fraction(1, 8) < rate < Fraction(1, 4))
        assert (sizes(rate)[1] > 1) == (rate > Fraction(1, 4))
    assert sizes(Fraction(1, 5)) == (Fraction(3, 5), Fraction(3, 5))
