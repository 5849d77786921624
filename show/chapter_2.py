"""What chapter 2 draws, and what its explorer says."""

import matplotlib.pyplot as plt
import numpy as np

from show import plots
from show.explorer import Explorer, Panel, Path

LIMITS = (-5, 5)
HEIGHTS = (1e-13, 1e4)
FINISH = 0.00001


def one_step():
    """The tangent of x² at 4, and the step of 0.2 times its slope."""
    xs = np.linspace(-1.5, 5.2, 200)
    fig, ax = plt.subplots()
    ax.plot(xs, xs**2, color=plots.LOSS)
    ax.plot([1.8, 5.3], [-1.6, 26.4], "--", color=plots.GRADIENT, linewidth=1.4)
    for x in (4, 2.4):
        ax.plot([x, x], [0, x**2], ":", color=plots.NEUTRAL)
        ax.plot(x, x**2, "o", color=plots.PATH, markersize=8)
    plots.draw_arrow(ax, (4, 0), (-1.6, 0), color=plots.PATH)
    ax.text(4, 20.5, "tangent,\nslope 8", ha="right", va="center", color=plots.GRADIENT)
    ax.text(3.3, -2.4, "0.2 · 8", ha="center", va="center", color=plots.PATH)
    ax.set(xlabel="$x$", ylabel="$f(x) = x^2$", ylim=(-4.5, 27))
    ax.set_title("Feel the slope, step against it")
    return fig


def five_fates(fates, f, descend, slope):
    """Runs on f from 4, one small picture each; fates: {learning rate: what becomes of it}."""
    xs = np.linspace(-6.6, 6.6, 200)
    fig, axes = plt.subplots(3, 2, figsize=(4.8, 6.4), sharex=True, sharey=True)
    *places, left_over = axes.flat
    for ax, (rate, fate) in zip(places, fates.items(), strict=True):
        points = np.array(descend(slope, 4.0, rate, 12))
        ax.plot(xs, f(xs), color=plots.LOSS, linewidth=1.3)
        plots.draw_path(ax, points, f(points), linewidth=1.2)
        multiplier = round(points[1] / points[0], 1)
        title = f"{fate}\n" + rf"$\alpha = {rate:g}$, $m = {multiplier:g}$"
        ax.set(title=title, xlim=(-6.6, 6.6), ylim=(-3, 38), xticks=[-4, 0, 4], yticks=[])
        ax.grid(visible=False)
    left_over.axis("off")
    places[-2].tick_params(labelbottom=True)  # no picture below it has the numbers
    left_over.text(0, 18, "Each step:\n$x$ times $m$,\n" + r"$m = 1 - 2\alpha$", ha="center", va="center")
    return fig


def overtaking(ratio):
    """f at the rate 0.245 divided by f at 1/4, (steps,) from step 0 on, and the two parts it is made of."""
    steps = np.arange(len(ratio))
    fig, ax = plt.subplots(figsize=(4.8, 3.8))
    ax.fill_between(steps, ratio, 1, color=plots.NEUTRAL, alpha=0.25, linewidth=0)
    ax.axhline(1, color=plots.NEUTRAL, linewidth=1)
    ax.plot(steps, 0.75 * 0.94 ** (2 * steps), "--", color=plots.PATH)
    ax.plot(steps, 0.25 * 1.02 ** (2 * steps), color=plots.LOSS)
    ax.plot(steps, ratio, "k", linewidth=3)
    ax.plot([11, 12], ratio[[11, 12]], "ko", markersize=6)
    ax.text(9.5, 0.5, "finish", ha="center", va="top")
    ax.text(4.5, 0.82, "0.245 leads", va="center")
    ax.text(59, 1.17, "1/4 leads", ha="right", va="center")
    ax.text(13, 0.2, "part of $y$:\n" + r"$0.75 \cdot 0.88^k$", va="center", color=plots.PATH)
    ax.text(30, 0.53, "part of $x$:\n" + r"$0.25 \cdot 1.04^k$", va="center", color=plots.LOSS)
    ax.set_yscale("log", base=2)
    ax.set_yticks([1 / 4, 1 / 2, 1, 2], ["1/4", "1/2", "1", "2"])
    ax.set(xlabel="step $k$", ylabel="$f$ at 0.245 ÷ $f$ at 1/4", xlim=(0, len(ratio) - 1), ylim=(0.12, 3))
    ax.set_title("0.245 leads for 34 steps, then never again")
    return fig


def learning_rate_on_the_bowl(run):
    """The explorer of the learning rate on x² + 3y²: run(learning_rate) gives the points of a descent, (steps, 2)."""

    def columns(rate):
        x, y = _until_it_leaves(run(rate)).T
        f = _bowl(x, y)
        heights = [f"{height:.2g}" if height < 99.5 else f"{height:.0f}" for height in f]
        times = ["", *(f"{ratio:.2f}" for ratio in f[1:] / f[:-1])]
        return {"k": range(len(x)), "x": x, "y": y, "f": f, "height": heights, "times": times}

    path = Panel(
        "The path, seen from above",
        "x",
        "y",
        LIMITS,
        LIMITS,
        [Path("x", "y")],
        _draw_bowl,
        equal=True,
        alt="The path from (4, −4), a dot for each step, on the contour lines of f; a star marks the lowest point.",
    )
    curve = Panel(
        "Height f: 100 times less per grid line",
        "step k",
        "",
        (0, 20),
        HEIGHTS,
        [Path("k", "f", role="loss")],
        _draw_finish,
        yscale="log",
        alt="The height f after each step, on a logarithmic axis; a dashed line marks the finish, f = 0.00001.",
    )
    return Explorer(
        columns,
        values=sorted({*(k / 100 for k in range(1, 41)), 1 / 6, 0.245, 1 / 3}),
        start=0.2,
        panels=[path, curve],
        message=_message,
        table={
            "k": ("step", "d"),
            "x": ("x", "z.4f"),
            "y": ("y", "z.4f"),
            "height": ("f", "s"),
            "times": ("f times", "s"),
        },
        marks={1 / 6: "1/6", 1 / 4: "1/4", 1 / 3: "1/3"},
    )


def _until_it_leaves(points):
    """The points up to the first one too high for the picture: what a diverging run computes after it says nothing."""
    outside = np.flatnonzero(_bowl(*points.T) > HEIGHTS[1])
    return points[: outside[0] + 1] if len(outside) else points


def _bowl(x, y):
    return x**2 + 3 * y**2


def _draw_bowl(ax):
    plots.draw_contours(ax, _bowl, LIMITS, LIMITS, points=61, linewidths=0.6)
    ax.plot(0, 0, "k*", markersize=8)


def _draw_finish(ax):
    ax.axhline(FINISH, color=plots.NEUTRAL, linestyle="--", linewidth=1.4)
    ax.text(0.3, FINISH / 3, "finish: f = 0.00001", va="top", color=plots.NEUTRAL)


def _message(_, run):
    """What becomes of y, how many steps f takes to the finish, and the multipliers: all of it read off the run."""
    x, y, f = run["x"], run["y"], run["f"]
    of_x, of_y = x[1] / x[0], y[1] / y[0]
    each_step = f"Each step: x times {_signed(of_x)}, y times {_signed(of_y)}. {_line(f[1:] / f[:-1])}"
    if abs(of_y) > 1 + 1e-9:
        return "warning", f"Diverges: y flies across by more every time. {each_step}"
    if abs(of_y) > 1 - 1e-9:
        return "warning", f"Bounces: y goes from {_signed(y[0])} to {_signed(y[1])} and back for ever. {each_step}"
    if abs(of_y) < 1e-9:
        fate = "y lands on the axis at once"
    elif of_y > 0:
        fate = "x and y stay on their sides"
    else:
        fate = "y overshoots and settles"
    finished = np.flatnonzero(f < FINISH)
    if len(finished):
        return "note", f"{finished[0]} steps until f is below 0.00001: {fate}. {each_step}"
    still = np.format_float_positional(f[-1], precision=3, fractional=False, trim="-")  # 0.0000102, not 1e-05
    return "note", f"After {len(f) - 1} steps f is still {still}: {fate}. {each_step}"


def _line(ratios):
    """How straight the line of f is, from what each step multiplies f by."""
    for first in range(len(ratios) // 2 + 1):
        if np.ptp(ratios[first:]) < 0.005:
            since = f"after step {first}" if first else "all the way"
            return f"A straight line {since}: f times {_signed(ratios[-1])}."
    return "The line for f still bends."


def _signed(number):
    return f"{number:z.2f}".replace("-", "−").removesuffix(".00")
