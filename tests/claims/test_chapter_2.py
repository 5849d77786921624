"""Chapter 2, gradient descent: its sentences, and what proves each."""

import contextlib
import io
import re
from fractions import Fraction
from itertools import pairwise

import chapters
import numpy as np
import pytest

from claims import claim, positions
from helpers.descent import gradient_descent
from helpers.gradients import check_gradient, check_update, complex_step

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


def bowl_after(steps, rate):
    """f on the bowl after so many steps from (4, −4), by the closed form; exact for fractions."""
    of_x, of_y = multipliers(rate)
    return 16 * of_x ** (2 * steps) + 48 * of_y ** (2 * steps)


def steps_until_level(gradient, start, rate, tolerance=0.01):
    return list(gradient_descent(gradient, start, rate, tolerance=tolerance, max_steps=5000))[-1].index


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


# One multiplication


@claim(
    "Every step multiplies $x$ by the same number",
    "Whether you start at 4 or at a million makes no difference",
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
    return "creeps down one side" if all(x * visited[0] > 0 for x in visited) else "overshoots and settles"


@claim(
    r"| $0 < \alpha < 1/2$ | between 0 and 1 | creeps down one side |",
    r"| $\alpha = 1/2$ | 0 | arrives in one step |",
    r"| $1/2 < \alpha < 1$ | between −1 and 0 | overshoots and settles |",
    r"| $\alpha = 1$ | −1 | bounces for ever |",
    r"| $\alpha > 1$ | below −1 | runs away: it *diverges* |",
    "Five fates, and all a run on $x^2$ can meet, unless it starts at the bottom:",
)
def test_the_rate_alone_decides_between_five_fates(chapter):
    for rate in [*(Fraction(k, 40) for k in range(1, 100)), Fraction(999_999, 10**6), Fraction(1_000_001, 10**6)]:
        expected = (
            ["creeps down one side", "arrives in one step", "overshoots and settles"][
                (rate >= Fraction(1, 2)) + (rate > Fraction(1, 2))
            ]
            if rate < 1
            else ["bounces for ever", "runs away: it *diverges*"][rate > 1]
        )
        for x in STARTS:
            assert fate(chapter["descend"](chapter["parabola_slope"], x, rate, 20)) == expected


def test_the_figure_s_five_rates_are_one_of_each(chapter):
    found = [fate(chapter["descend"](slope, Fraction(4), Fraction(str(rate)), 9)) for rate in chapter["fates"]]
    assert [words.split()[0] for words in found] == [words.split()[0].strip(",") for words in chapter["fates"].values()]


# When to stop


@claim(
    "A run ends on level ground or because patience has run out",
    "The first two runs stop after 14 steps, one on each side.",
    "It was still on a slope of 1.06 when `max_steps` ended it.",
    "A smaller tolerance stops nearer.",
)
def test_a_run_ends_on_level_ground_or_at_max_steps():
    for max_steps in (0, 1, 5, 20, 100):
        for rate in (0.01, 0.1, 0.2, 0.5, 0.9, 0.99, 1.0):
            for start in (4.0, -4.0, 0.001):
                *before, last = gradient_descent(slope, start, rate, max_steps=max_steps)
                assert all(abs(step.gradient) >= 0.01 for step in before)
                assert abs(last.gradient) < 0.01 or last.index == max_steps
    for start in (4.0, -4.0):
        last = list(gradient_descent(slope, start, 0.2))[-1]
        assert (last.index, round(last.point, 4)) == (14, np.copysign(0.0031, start))
    # What it excludes: that the last step has always passed the test.
    last = list(gradient_descent(slope, 4.0, 0.01, max_steps=100))[-1]
    assert (last.index, round(last.gradient, 2)) == (100, 1.06)
    ends = [abs(list(gradient_descent(slope, 4.0, 0.2, tolerance=10.0**-k))[-1].point) for k in range(1, 9)]
    assert (np.diff(ends) < 0).all()
    assert min(ends) > 0


@claim("A slope of 0 does not promise a minimum.")
def test_level_ground_may_be_no_minimum():
    assert complex_step(lambda x: x**3, 0.0) == pytest.approx(0, abs=1e-30)
    assert (-0.1) ** 3 < 0
    assert (complex_step(lambda p: p[0] ** 2 - p[1] ** 2, np.zeros(2)) == 0).all()


# Curvature


@claim(
    "What sets the limit is how fast the slope changes, not how steep it is.",
    "Above 1, just as on $x^2$.",
    r"the distance from the bottom is multiplied by $1 - \alpha f''$ in each step",
    r"\alpha < \frac{2}{f''}",
    "If this is 1, you arrive. If it is 2, you land just as far away on the other side. "
    "Beyond 2 you land farther out than you were.",
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
    # What it excludes: 126 times as steep at 4, and the same limit; 1008 times as bent, and another.
    assert (2 * 4 + 1000) / slope(4) == 126
    assert abs(4 - 0.9 * 1008 + 500) < 504
    assert abs(4 - 0.9 * 1008 * 4) > 4  # on 504x², which has the slope 4032 at 4


@claim(
    "There $2/f''$, with the $f''$ of the bottom, tells you whether a run that has come close to the bottom stays "
    "close."
)
def test_on_other_curves_the_limit_holds_near_the_bottom():
    curves = [  # slope, bottom, f″ there
        (np.sinh, 0.0, 1.0),
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


# Two inputs


@claim(
    "This bowl is two descents that share one learning rate.",
    "the step of $x$ depends on $x$ alone, and the step of $y$ on $y$ alone",
)
def test_the_bowl_is_two_descents(chapter):
    for rate in (0.05, 0.2, 0.3, 1 / 3, 0.4):
        run = np.array(chapter["descend"](chapter["bowl_gradient"], START, rate, 20))
        np.testing.assert_array_equal(run[:, 0], chapter["descend"](lambda x: 2 * x, 4.0, rate, 20))
        np.testing.assert_array_equal(run[:, 1], chapter["descend"](lambda y: 6 * y, -4.0, rate, 20))
    # Not every function is: with a term xy each coordinate feels the other.
    tilted = np.array(chapter["descend"](lambda p: np.array([2 * p[0] + p[1], 6 * p[1] + p[0]]), START, 0.2, 5))
    assert not np.allclose(tilted[:, 0], chapter["descend"](lambda x: 2 * x, 4.0, 0.2, 5))


@claim(
    "The direction that bends most sets the limit for all.",
    r"from a start off the axes, descent arrives at $(0, 0)$ exactly when $0 < \alpha < 1/3$",
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


@claim("Each step leaves at a right angle to the contour line of its start.")
def test_a_step_leaves_at_a_right_angle_to_the_contour_line(chapter):
    for (x, y), (x_new, y_new) in pairwise(chapter["zigzag"]):
        # The contour line x = a cos t, y = b sin t with a² = f, b² = f/3 has this direction in (x, y).
        along = np.array([-np.sqrt(3) * y, x / np.sqrt(3)])
        assert along @ np.array([x_new - x, y_new - y]) == pytest.approx(0, abs=1e-12)


# The best learning rate


@claim(
    "in the long run no learning rate beats 1/4.",
    "The larger one, drawn thick, decides in the long run. It is lowest at 1/4.",
    "the larger size is $1 - 2\\alpha$, that of $x$, and it falls as $\\alpha$ grows",
    "it is $6\\alpha - 1$, that of $y$, and it rises",
)
def test_in_the_long_run_no_rate_beats_one_quarter():
    quarter = Fraction(1, 4)
    rates = [Fraction(k, 1200) for k in range(1, 600)]
    larger = {rate: max(map(abs, multipliers(rate))) for rate in rates}
    for a, b in pairwise(rates):
        assert (larger[b] < larger[a]) == (b <= quarter)
        assert larger[a] == (1 - 2 * a if a <= quarter else 6 * a - 1)
    assert larger[quarter] == Fraction(1, 2)
    for rate in [Fraction(1, 5), Fraction(49, 200), Fraction(31, 125), Fraction(253, 1000), Fraction(3, 10)]:
        ahead = [bowl_after(steps, quarter) < bowl_after(steps, rate) for steps in range(1, 400)]
        assert all(ahead[200:])  # and for good: the ratio grows from there
        ratios = [bowl_after(steps, rate) / bowl_after(steps, quarter) for steps in (200, 300, 400)]
        assert ratios == sorted(ratios)
    # And so in steps, if the race is long enough.
    steps = {rate: next(k for k in range(9999) if bowl_after(k, rate) < 1e-250) for rate in np.linspace(0.2, 0.3, 101)}
    assert min(steps, key=steps.get) == pytest.approx(1 / 4)
    assert list(steps.values()).count(min(steps.values())) == 1


@claim(
    "No, 1/4 takes 12 steps, and every rate from 0.228 to 0.248 takes 11.",
    "After 20 steps $f$ is smaller at 0.245, too.",
)
def test_one_quarter_loses_the_short_race(chapter):
    gradient = chapter["bowl_gradient"]
    assert steps_until_level(gradient, START, 0.25) == 12
    scan = [*np.linspace(0.02, 0.22, 101), *np.linspace(0.2201, 0.2601, 801), *np.linspace(0.26, 0.33, 71)]
    counts = {rate: steps_until_level(gradient, START, rate) for rate in scan}
    eleven = [rate for rate, count in counts.items() if count == 11]
    assert min(counts.values()) == 11  # none needs fewer
    assert 0.2275 < min(eleven) < 0.228
    assert 0.248 <= max(eleven) < 0.2485
    assert all((count == 11) == (min(eleven) <= rate <= max(eleven)) for rate, count in counts.items())
    ends = {rate: chapter["bowl"](chapter["bowl_path"](rate)[-1]) for rate in (0.245, 0.25)}
    assert ends[0.245] < ends[0.25]
    assert ends[0.245] == pytest.approx(float(bowl_after(20, Fraction(49, 200))), rel=1e-9)


@claim(
    "from step 35 on $f$ is smaller at 1/4, and it stays so.",
    "$0.51/0.5 = 1.02$ is interest on a debt, and it compounds",
    "At the start $y$ has the larger share of $f$, 48 of 64.",
)
def test_from_step_35_on_f_is_smaller_at_one_quarter():
    ahead = [bowl_after(k, Fraction(1, 4)) < bowl_after(k, Fraction(49, 200)) for k in range(1, 600)]
    assert ahead.index(True) + 1 == 35
    assert all(ahead[34:])
    of_x, of_y = multipliers(Fraction(49, 200))
    assert (of_x / Fraction(1, 2), of_y) == (Fraction(102, 100), Fraction(-47, 100))
    assert 16 * Fraction(102, 100) ** 70 < 64 < 16 * Fraction(102, 100) ** 72  # x's part alone, from then on growing
    assert (4**2, 3 * 4**2) == (16, 48)


@claim(
    "the best rate in the long run lies in the upper half of what is allowed, where the direction that bends most "
    "already overshoots and still settles"
)
def test_the_best_rate_lies_in_the_upper_half_of_what_is_allowed():
    for small, large in [(2, 6), (1, 1.5), (1, 10), (1, 1000), (3, 4)]:
        rates = np.linspace(0, 2 / large, 200_001)[1:-1]
        larger = np.maximum(abs(1 - small * rates), abs(1 - large * rates))
        best = rates[larger.argmin()]
        assert best == pytest.approx(2 / (small + large), rel=1e-4)
        assert 1 / large < best < 2 / large
        assert -1 < 1 - large * best < 0


# The explorer


@claim(
    "At 1/6 the first step puts $y$ on the axis, where it stays.",
    "At 1/3 the path zigzags between $y = -4$ and $y = 4$ while $x$ goes to 0.",
)
def test_what_happens_at_the_marks(chapter):
    path = chapter["bowl_path"](1 / 6)
    assert abs(path[1:, 1]).max() < 1e-15
    path = chapter["bowl_path"](1 / 3)
    np.testing.assert_allclose(path[:, 1], -4 * (-1.0) ** np.arange(21), rtol=1e-12)
    assert (np.diff(path[:, 0]) < 0).all()
    assert 0 < path[-1, 0] < 1e-8


def test_the_message_is_true_at_every_position(chapter):
    for rate, frame in positions(STEM):
        of_x, of_y = multipliers(rate)
        x, y = chapter["bowl_path"](rate).T
        text = frame.message.replace("−", "-")
        numbers = re.search(r"Each step: x times (\S+), y times (\S+)\.$", text)
        assert [float(number) for number in numbers.groups()] == pytest.approx([of_x, of_y], abs=0.00501)
        assert text.startswith("Diverges") == (rate > 1 / 3)
        assert text.startswith("Bounces: y goes from -4 to 4 and back for ever.") == (rate == 1 / 3)
        assert (frame.state == "warning") == (rate >= 1 / 3)
        if rate >= 1 / 3:
            assert abs(y[-1]) >= 4
            continue
        needed = steps_until_level(chapter["bowl_gradient"], START, rate)
        counted = re.match(r"(\d+) steps until the gradient is shorter than 0\.01: ", text)
        assert (int(counted[1]) == needed) if counted else needed > 20
        if not counted:
            length = float(re.match(r"After 20 steps the gradient is still (\S+) long: ", text)[1])
            assert length == pytest.approx(np.hypot(2 * x[-1], 6 * y[-1]), abs=0.000501)
        assert ("both creep" in text) == (y < 0).all()
        assert ("y lands on the axis at once" in text) == (abs(y[1:]).max() < 1e-12) == (rate == 1 / 6)
        assert ("y overshoots and settles" in text) == (rate > 1 / 6)
        assert "overshoots" not in text or (y[1:] * y[:-1] < 0).all()


@claim("steps until the gradient is shorter than 0.01")
def test_the_explorer_shows_that_rates_below_one_quarter_arrive_a_step_earlier():
    said = {round(rate, 3): frame.message for rate, frame in positions(STEM)}
    assert said[0.25].startswith("12 steps")
    assert {rate for rate, text in said.items() if text.startswith("11 steps")} == {0.23, 0.24, 0.245}


# Two checks


@claim("A wrong gradient and a wrong update are two mistakes, and each needs a check of its own.")
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
    for start in (1.0, 4.0, 300.0):
        assert printed(chapter["descend_as_printed"], start).count("Iteration") > 10


@claim(
    "Our run stopped after 14 steps at 0.0031, this one after 15 at 0.0019.",
    "At the end it tests 0.0063, the slope at $x = 0.0031$, and reports 0.0019, a place it has not tested.",
)
def test_the_printed_rule_makes_a_step_too_many(chapter):
    lines = re.findall(r"Iteration (\d+): x = +(\S+),", printed(chapter["descend_as_printed"], 4.0))
    assert lines[-2:] == [("14", "0.0031"), ("15", "0.0019")]
    last = list(gradient_descent(slope, 4.0, 0.2))[-1]
    assert (last.index, round(last.point, 4), round(last.gradient, 4)) == (14, 0.0031, 0.0063)


@claim(
    "The multiplier of $y$ is $1 - 6 \\cdot 0.2 = -0.2$: the sign changes at every step, even where four decimals show "
    "nothing but zeros.",
    "And the stop rule has its old fault twice.",
)
def test_the_printed_descent_on_the_bowl(chapter):
    said = printed(chapter["descend_bowl_as_printed"], 4.0, -4.0)
    signs = ["-" in y for y in re.findall(r"y = ([- ]\d\.\d{4}), f", said)]
    assert signs == [k % 2 == 0 for k in range(1, 16)]
    assert "-0.0000" in said
    starts = [(4.0, 4.0), (4.0, -4.0), (-4.0, -4.0), (-4.0, 4.0)]
    counts = {start: printed(chapter["descend_bowl_as_printed"], *start).count("Iteration") for start in starts}
    assert counts == {(4.0, 4.0): 15, (4.0, -4.0): 15, (-4.0, -4.0): 1, (-4.0, 4.0): 2}
    assert printed(chapter["descend_bowl_as_printed"], -4.0, -4.0).count("Stopping early") == 1


# The exercises


@claim(
    "after 40 steps $|y|$ is still below $10^{-6}$",
    "It takes 83 steps until it shows, since $1.4^{83}$ is the first power above $10^{12}$.",
)
def test_divergence_hides_for_82_steps():
    growth = Fraction(7, 5)
    assert growth**40 < 10**6
    assert growth**82 < 10**12 < growth**83
