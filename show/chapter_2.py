"""What chapter 2's explorer draws and says."""

import numpy as np

from show import plots
from show.explorer import Explorer, Panel, Path

LIMITS = (-5, 5)


def learning_rate_on_the_bowl(run):
    """The explorer of the learning rate on x² + 3y²: run(learning_rate) gives the points of a descent, (steps, 2)."""

    def columns(rate):
        x, y = _until_it_leaves(run(rate)).T
        return {"k": range(len(x)), "x": x, "y": y, "f": x**2 + 3 * y**2}

    path = Panel("The path", "x", "y", LIMITS, LIMITS, [Path("x", "y")], _draw_bowl, equal=True)
    loss = Path("k", "f", role="loss")
    curve = Panel("f at each step", "step k", "f(x, y)", (0, 20), (1e-13, 1e4), [loss], yscale="log")
    return Explorer(
        columns,
        values=sorted({*(k / 100 for k in range(1, 41)), 1 / 6, 1 / 3}),
        start=0.2,
        panels=[path, curve],
        message=_message,
        table={"k": ("step", "d"), "x": ("x", "z.4f"), "y": ("y", "z.4f"), "f": ("f(x, y)", "z.4f")},
        marks={1 / 6: "1/6", 1 / 4: "1/4", 1 / 3: "1/3"},
    )


def _until_it_leaves(points, bound=50):
    """The points up to the first one far outside the picture: what a diverging run computes after it says nothing."""
    outside = np.flatnonzero(np.abs(points).max(axis=1) > bound)
    return points[: outside[0] + 1] if len(outside) else points


def _draw_bowl(ax):
    plots.draw_contours(ax, lambda x, y: x**2 + 3 * y**2, LIMITS, LIMITS, points=61, linewidths=0.6)


def _message(rate, run):
    if rate > 1 / 3:
        return "warning", "Diverges: above 1/3 each step makes y larger."
    if rate == 1 / 3:
        return "warning", "At the threshold: y bounces between −4 and 4 for ever."
    if rate == 1 / 4:
        return "note", "The fastest: each step halves both x and y."
    if rate == 1 / 6:
        return "note", "y arrives in one step; x keeps two thirds of its value."
    if rate > 1 / 6:
        return "note", "Converges: y overshoots at every step, but shrinks."
    return "note", "Converges: x and y shrink and keep their signs."
