"""What chapter 5 draws: errors as arrows, arrays as rows of boxes, a wrong way beside the right one, its explorer."""

from functools import cache

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from helpers.activations import sigmoid
from show import plots
from show.explorer import Explorer, Panel, Path

POINTS = [(0.5, 1.0), (0.8, 1.2), (1.5, 1.2), (0.4, 0.6), (0.4, 0.5), (1.0, 1.1), (1.9, 1.3)]  # as in the chapter
DIGITS = (1, 1.5, 2, 3, 4, 5, 7)
RATES = [*(float(f"{digit}e{power}") for power in (-1, 0, 1) for digit in DIGITS), 100.0]
HORIZONS = (20, 200, 2000)
ROWS = [0, 1, 5, 20, 50, 200, 500, 2000]  # updates in the explorer's table: as many as it shows without scrolling
DRAWN = sorted({*np.geomspace(1, 2000, 110).round().astype(int).tolist(), *ROWS[1:]})  # updates on its curve
LOW = 0.03  # the loss below which a run has left every plateau
DASHES = {20: "1 4", 200: "6 4", 2000: ""}  # of the curves after so many updates, as SVG has them
LOOKS = {"published": (plots.PATH, "s"), "corrected": (plots.LOSS, "o")}  # colour and marker of the two runs
MARKED = [20, 200, 469, 2000]  # updates with a marker
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1}
OPEN_HEAD = "-|>,head_width=0.45,head_length=0.75"  # to be seen on a line of its own colour
LINES = {20: ":", 200: "--", 2000: "-"}  # the same, as matplotlib has them


def draw_the_start(ax):
    """The chapter's points and its neuron before training, which stand there before the chapter's own code."""
    X, y = np.array(POINTS).T
    xs = np.linspace(0, 2, 101)
    ax.plot(xs, sigmoid(0.3 * xs + 0.1), color=plots.FORWARD, label=r"prediction $\hat y$")
    draw_residuals(ax, X, y, sigmoid(0.3 * X + 0.1))
    ax.set(xlabel="$x$", ylabel=r"$y$ and $\hat y$", ylim=(0.2, 1.4), xticks=[0, 0.5, 1, 1.5, 2])
    ax.set_title("Seven points, seven errors, one curve")
    ax.legend(loc="lower right")


def draw_residuals(ax, X, y, y_hat, label="target $y_i$"):
    """The targets, and for each an arrow that leads to it from its prediction; at one input, arrows side by side."""
    for i, (x_i, y_i, y_hat_i) in enumerate(zip(X, y, y_hat, strict=True)):
        others = np.flatnonzero(x_i == X)
        beside = x_i + 0.07 * (list(others).index(i) - (len(others) - 1) / 2)
        arrow = {"arrowstyle": "-|>", "color": plots.LOSS, "lw": 1.6, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9}
        ax.annotate("", (beside, y_i), (beside, y_hat_i), arrowprops=arrow)
    ax.plot(X, y, "ko", markersize=4, label=label, zorder=3)
    ax.axhline(1, color=plots.NEUTRAL, linestyle="--", linewidth=1)


def draw_rows(ax, rows, columns=7):
    """Arrays as rows of boxes: rows is [(name, shape, numbers)]; one number before `columns` boxes is drawn stretched.

    A row that holds one number and is the last has one box: there the numbers have become one.
    """
    for k, (name, shape, numbers) in enumerate(rows):
        height = -1.45 * k
        stretched = len(numbers) == 1 and k < len(rows) - 1
        ax.text(-0.25, height + 0.5, name, ha="right", va="center")
        ax.text(columns + 0.25, height + 0.5, shape, va="center", color=plots.NEUTRAL)
        for place in range(columns if stretched else len(numbers)):
            ghost = stretched and place > 0
            ink = plots.NEUTRAL if ghost else "black"
            line = {"linestyle": ":" if ghost else "-", "linewidth": 1.1, "edgecolor": ink}
            ax.add_patch(Rectangle((place, height), 1, 1, facecolor="none", **line))
            ax.text(place + 0.5, height + 0.5, f"{numbers[0 if stretched else place]:.2f}", ha="center", va="center")
            ax.texts[-1].set_color(ink)
    ax.set(xlim=(-1.35, columns + 1.15), ylim=(-1.45 * (len(rows) - 1) - 0.1, 1.1))
    ax.axis("off")


def draw_two_ways(ax, loss, runs, gradients, angle_between):
    """Two runs on contour lines of loss(point), and along the published one the two ways down, with their angle.

    runs and gradients have the names "published" and "corrected". The ways are drawn all with one length.
    """
    ax.set(xlabel="$w$", ylabel="$b$", xlim=(-0.3, 2.4), ylim=(-0.22, 3.0), aspect="equal")
    ax.set_title("Downhill at 23° off, uphill from 90° on")
    published = runs["published"]
    lowest = int(np.argmin([loss(point) for point in published]))  # from here on it leads uphill
    touched = loss(published[lowest])
    levels = [0.0305, 0.0325, touched, 0.0395, 0.045, 0.053, 0.063, 0.075, 0.09, 0.105]
    widths = [2.6 if level == touched else 0.8 for level in levels]
    surface = np.vectorize(lambda w, b: loss((w, b)))
    plots.draw_contours(ax, surface, ax.get_xlim(), ax.get_ylim(), levels=levels, points=61, linewidths=widths)
    for name, run in runs.items():
        color, marker = LOOKS[name]
        ax.plot(*run.T, color=color, marker=marker, markevery=MARKED)
    arrow = {"arrowstyle": OPEN_HEAD, "facecolor": "white", "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    for k in (0, 200, lowest, 2000):
        here = published[k]
        for name, gradient in gradients.items():
            way = -gradient(here)
            tip = here + 0.45 * way / np.linalg.norm(way)
            ax.annotate("", tip, here, arrowprops=arrow | {"edgecolor": LOOKS[name][0]})
        angle = f"{k:,}: {angle_between(*(gradient(here) for gradient in gradients.values())):.0f}°"
        text = f"{angle},\nthen uphill" if k == lowest else angle
        ax.annotate(text, here, (-10, 0), textcoords="offset points", ha="right", va="center", bbox=PAPER)
    ax.plot(*published[0], "ko", zorder=4)
    ax.text(1.8, 2.86, "published", color=plots.PATH, bbox=PAPER)
    ax.text(1.54, 0.97, "corrected", color=plots.LOSS, ha="center", bbox=PAPER)
    ax.text(2.36, 1.64, f"loss {touched:.4f}", color=plots.NEUTRAL, ha="right")
    ax.text(2.36, 0.35, "lower loss", color=plots.NEUTRAL, ha="right", bbox=PAPER)
    ax.add_patch(Rectangle((0.25, 0.05), 0.185, 0.27, fill=False, linewidth=1))  # updates 0 to 20, published
    line = {"arrowstyle": "-", "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)}
    ax.annotate("all that the source prints", (0.435, 0.05), (0.62, -0.1), va="center", bbox=PAPER, arrowprops=line)


def draw_two_losses(ax, loss, runs):
    """The losses of the two runs over updates by powers of ten, with the twenty that the source prints shaded."""
    ax.axvspan(1, 20, color=plots.NEUTRAL, alpha=0.15, linewidth=0)
    for name, run in runs.items():
        color, marker = LOOKS[name]
        losses = np.array([loss(point) for point in run])
        ax.plot(range(1, len(run)), losses[1:], color=color, marker=marker, markevery=[k - 1 for k in MARKED])
        above = name == "published"
        for k in {int(np.argmin(losses)), len(run) - 1}:
            place = {"xytext": (0, 7 if above else -7), "va": "bottom" if above else "top"}
            ax.annotate(f"{losses[k]:.4f}", (k, losses[k]), textcoords="offset points", ha="center", **place)
    ax.set(xscale="log", xlabel="updates", ylabel="loss", xlim=(1, 2700), ylim=(0, 0.12), yticks=[0, 0.04, 0.08, 0.12])
    ax.set_xticks([1, *MARKED], [f"{k:,}" for k in (1, *MARKED)])
    ax.minorticks_off()
    ax.set_title("The loss hardly shows it")


def learning_rate_and_horizon(run, loss, X, y):
    """The explorer of the learning rate: run(learning_rate) gives the points of 2,000 updates, loss(point) their loss.

    Its loss is drawn against the logarithm of the updates, so that 20, 200 and 2,000 of them fit into one picture.
    """

    @cache
    def columns(rate):
        points = run(rate)
        w, b = points.T
        losses = np.array([loss(point) for point in points])
        y_hat = sigmoid(np.outer(w, X) + b[:, None])
        slopes = np.mean(y_hat * (1 - y_hat), axis=1)
        xs = np.linspace(0, 2, 41)
        found = {"k": ROWS, "loss": losses[ROWS], "w": w[ROWS], "b": b[ROWS]}
        found |= {"drawn k": DRAWN, "drawn loss": losses[DRAWN], "xs": xs}
        found |= {"low": next((k for k, value in enumerate(losses) if value < LOW), None)}
        for k in HORIZONS:
            found |= {f"at {k}": [k], f"loss {k}": losses[[k]], f"slope {k}": slopes[k]}
            found |= {f"curve {k}": sigmoid(w[k] * xs + b[k])}
        return found | {"slope 1": slopes[1]}

    lowest = {k: min(RATES, key=lambda rate: columns(rate)[f"loss {k}"][0]) for k in HORIZONS}
    marks = [Path(f"at {k}", f"loss {k}", role="loss") for k in HORIZONS]
    losses = Panel(
        "Average loss, updates by powers of ten",
        "updates",
        "loss",
        (1, 2200),
        (0, 0.12),
        [Path("drawn k", "drawn loss", role="loss", dots=False), *marks],
        lambda ax: _draw_losses(ax, y, columns(RATES[0])["loss"][0]),
        xscale="log",
        alt="The average loss from update 1 to 2,000, on a logarithmic axis; dotted lines mark 20, 200 and 2,000 "
        "updates, a dashed one the loss where every ŷ is 1.",
    )
    curves = [Path("xs", f"curve {k}", role="forward", dots=False, dashes=DASHES[k]) for k in HORIZONS]
    fit = Panel(
        "The neuron among the points",
        "x",
        "y and ŷ",
        (0, 2),
        (0, 1.4),
        curves,
        lambda ax: _draw_fit(ax, X, y),
        alt="The data points, and the neuron's curve after 20 updates (dotted), 200 (dashed) and 2,000 (plain).",
    )
    return Explorer(
        columns,
        values=RATES,
        start=0.1,
        panels=[losses, fit],
        message=lambda rate, found: _message(rate, found, lowest),
        table={
            "k": ("updates", ",d"),
            "loss": ("loss", ".4f"),
            "w": ("w", "z.4f"),
            "b": ("b", "z.4f"),
        },
        number=".3g",
        marks={0.1: "0.1", 1: "1", 10: "10", 40: "40", 100: "100"},
        live="values",
    )


def _draw_losses(ax, y, start_loss):
    for k in HORIZONS:
        ax.axvline(k, color=plots.NEUTRAL, linestyle=":", linewidth=0.8)
        ax.text(k * 0.93, 0.1135, f"{k:,}", ha="right", va="center", color=plots.NEUTRAL)
    ax.axhline(np.mean((1 - y) ** 2) / 2, color=plots.NEUTRAL, linestyle="--", linewidth=1)
    ax.text(1.1, 0.006, "dashed: every ŷ = 1, 0.0421", va="center", color=plots.NEUTRAL)
    ax.plot(1, start_loss, ">", color=plots.NEUTRAL, markersize=6, clip_on=False)
    ax.text(1.12, 0.1165, "start", va="center", color=plots.NEUTRAL)


def _draw_fit(ax, X, y):
    ax.plot(X, y, "ko", markersize=4)
    ax.axhline(1, color=plots.NEUTRAL, linestyle="--", linewidth=1)
    looks = [Line2D([], [], color=plots.FORWARD, linestyle=LINES[k], label=f"after {k:,}") for k in HORIZONS]
    ax.legend(handles=looks, loc="lower right", frameon=True, framealpha=1)


def _message(rate, found, lowest):
    best = [f"{k:,}" for k in HORIZONS if lowest[k] == rate]
    praise = f" After {' and '.join(best)} updates no rate here is lower." if best else ""
    if found["slope 2000"] < 0.01:
        return "warning", "A plateau for all 2,000 updates: every ŷ is nearly 1, and every slope nearly 0."
    if found["low"] is None:
        return "note", f"Slow: the loss is not yet below {LOW} after 2,000 updates.{praise}"
    if found["slope 20"] < 0.01:
        start = "A plateau, then an escape: after 20 updates every ŷ is still nearly 1."
    elif found["slope 1"] < 0.05:
        start = "The first step overshoots to where the slopes are small, and the run comes back."
    else:
        start = "A steady descent."
    return "note", f"{start} The loss is below {LOW} from update {found['low']:,} on.{praise}"
