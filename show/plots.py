"""Figures with one shared look: a style file, colours with fixed roles, contour lines and the path of a descent."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from show import svg

STYLE = Path(__file__).with_name("series.mplstyle")

PATH, LOSS, FORWARD, GRADIENT, NEUTRAL = svg.ROLES.values()


def use_style():
    """Give every figure drawn from here on the look of the series; a notebook stores it as SVG."""
    plt.style.use(STYLE)
    svg.show_figures_as_svg()


def draw_contours(ax, f, xlim, ylim, *, levels=12, points=101, **style):
    """Draw contour lines of f(x, y), which takes arrays, over a rectangle; return the contour set.

    `levels` is a number of evenly spaced levels or the levels themselves, `points` how many points are computed on a
    side; `style` goes to `Axes.contour`.
    """
    X, Y = np.meshgrid(np.linspace(*xlim, points), np.linspace(*ylim, points))
    Z = f(X, Y)
    if isinstance(levels, int):
        levels = np.linspace(Z.min(), Z.max(), levels + 2)[1:-1]
    return ax.contour(X, Y, Z, levels=levels, **({"colors": NEUTRAL, "linewidths": 0.8} | style))


def draw_path(ax, xs, ys, **style):
    """Draw the points that a descent visited, in order, joined by a line."""
    return ax.plot(xs, ys, **({"color": PATH, "marker": "o", "markersize": 4, "linewidth": 1.5} | style))


def draw_arrow(ax, point, vector, *, color=GRADIENT, label=None):
    """Draw a vector (2,) as an arrow from a point (2,), in the units of the axes, with an optional label at its tip."""
    point, vector = np.asarray(point, float), np.asarray(vector, float)
    ax.annotate(
        "",
        point + vector,
        point,
        arrowprops={"arrowstyle": "-|>", "color": color, "lw": 1.8, "shrinkA": 0, "shrinkB": 0},
    )
    if label:
        ax.annotate(label, point + vector, xytext=(5, 5), textcoords="offset points", color=color)
