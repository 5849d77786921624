"""What chapter 7's figures of matrices and of the twins, and its two explorers, draw and say."""

from functools import cache
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from show import plots
from show.explorer import Explorer, Panel, Path

NO_HILL = 0.032  # what no curve that only rises or only falls gets below on the five points
FLAT = 0.0448  # the loss of the flat line 0.42, the best that a single sigmoid neuron can do on them
BLOCK = 20  # of so many updates the smallest and the largest loss are drawn; even, see _columns
TWINS = [0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1]
RATES = [0.5, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 17, 20, 22, 28, 30, 35, 40, 50, 60]


# Matrices as grids of numbers


def draw_product(ax, left, right, row, column):
    """left @ right, with the row and the column that make one entry of the result."""
    result = left @ right
    _grid(ax, 0, left, [(row, k) for k in range(left.shape[1])], plots.FORWARD)
    _grid(ax, 2.9, right, [(k, column) for k in range(right.shape[0])], plots.LOSS, "--")
    _grid(ax, 5.8, result, [(row, column)], plots.PATH)
    middle = -len(left) / 2
    ax.text(2.45, middle, "@", ha="center", va="center")
    ax.text(5.35, middle, "=", ha="center", va="center")
    pairs = zip(left[row], right[:, column], strict=True)
    terms = " + ".join(f"{a} · {b}" if b >= 0 else f"{a} · ({b})" for a, b in pairs)
    words = f"row {row + 1} with column {column + 1}:  {terms} = {result[row, column]}".replace("-", "−")
    ax.text(3.9, -2.75, words, ha="center", va="center")
    _bare(ax, (-0.2, 8.0), (-3.1, 0.2))


def draw_column_and_column(ax, A1, delta2, neuron):
    """One entry of A1.T @ delta2: a row for each example, their products, and the sum at the foot."""
    n = len(A1)
    products = A1[:, [neuron]] * delta2
    shaded = [(i, 0) for i in range(n)]
    _grid(ax, 2.1, A1, [(i, neuron) for i in range(n)], plots.FORWARD)
    _grid(ax, 4.9, delta2, shaded, plots.GRADIENT, "--")
    _grid(ax, 6.9, products, [])
    _grid(ax, 6.9, products.sum(axis=0, keepdims=True), [(0, 0)], plots.PATH, top=-n - 0.5)
    for i in range(n):
        ax.text(1.9, -i - 0.5, f"example {i + 1}", ha="right", va="center")
    number = neuron + 1
    heads = {2.6: "$a_1^{(1)}$", 3.6: "$a_2^{(1)}$", 5.4: r"$\delta^{(2)}$"}
    heads[7.4] = rf"$a_{number}^{{(1)}}\delta^{{(2)}}$"
    for x, head in heads.items():
        ax.text(x, 0.15, head, ha="center", va="bottom")
    ax.text(4.5, -n / 2, r"$\odot$", ha="center", va="center")
    ax.text(6.4, -n / 2, "=", ha="center", va="center")
    slope = rf"their sum:  $\partial L/\partial w_{number}^{{(2)}}$ ="
    ax.text(6.7, -n - 1, slope, ha="right", va="center")
    _bare(ax, (-0.1, 8.0), (-n - 1.7, 0.9))


def _grid(ax, left, numbers, shaded, colour=plots.NEUTRAL, line="-", top=0.0):
    """A matrix of numbers, a unit for each; what is shaded has a thick border too, for who sees no colours."""
    for (i, j), number in np.ndenumerate(numbers):
        corner = (left + j, top - i - 1)
        ax.add_patch(_square(corner, plots.NEUTRAL, 0.6))
        if (i, j) in shaded:
            ax.add_patch(_square(corner, colour, 0, fill=colour, alpha=0.25))
        text = f"{number:.4g}".replace("-", "−")
        ax.text(left + j + 0.5, top - i - 0.5, text, ha="center", va="center")
    if shaded:
        rows, columns = np.transpose(shaded)
        corner = (left + columns.min(), top - rows.max() - 1)
        ax.add_patch(_square(corner, colour, 2, np.ptp(columns) + 1, np.ptp(rows) + 1, line=line))


def _square(corner, colour, width, columns=1, rows=1, fill="none", alpha=None, line="-"):
    look = {"edgecolor": colour, "linewidth": width, "facecolor": fill, "alpha": alpha, "linestyle": line}
    return Rectangle(corner, columns, rows, **look)


def _bare(ax, xlim, ylim):
    ax.set(xlim=xlim, ylim=ylim)
    ax.axis("off")


# The twins


def how_the_twins_part(gaps, followed, moments, x_axis, X, Y):
    """The gap at each update, and four moments of one run: what its neurons send to the output, and what comes out.

    gaps: {difference at the start: the gap at each update}, and `followed` is the one whose moments are shown.
    moments: {update: (what each hidden neuron sends (n, 2), prediction (n, 1), loss)}, over x_axis (n, 1).
    """
    figure = plt.figure(figsize=(4.8, 5.6))
    grid = figure.add_gridspec(3, len(moments), height_ratios=[2.2, 1.2, 1])
    _draw_gaps(figure.add_subplot(grid[0, :]), gaps, followed, list(moments))
    above = below = None
    for column, (update, (sent, curve, loss)) in enumerate(moments.items()):
        above = figure.add_subplot(grid[1, column], sharey=above)
        below = figure.add_subplot(grid[2, column], sharey=below)
        above.plot(x_axis, sent[:, 0], "--", color=plots.FORWARD)
        above.plot(x_axis, sent[:, 1], ":", color=plots.LOSS, linewidth=2.5)
        below.plot(x_axis, curve, color=plots.PATH, linewidth=2.2)
        below.plot(X, Y, "ks", markersize=3.5)
        above.set_title(f"{update:,}", loc="center", fontsize="medium")
        below.set(xlabel=f"$x$\n{loss:.5f}", ylim=(0, 1), yticks=[0, 1])
        for ax in (above, below):
            ax.set_xticks([-1, 0, 1])
            ax.tick_params(labelbottom=False, labelleft=column == 0)
        if column == 0:
            above.set_ylabel("$w^{(2)} a^{(1)}$")
            below.set_ylabel(r"$\hat y$")
            above.text(-0.3, 1.12, "update", transform=above.transAxes, ha="right")
            below.text(-0.3, -0.5, "loss", transform=below.transAxes, ha="right")


def _draw_gaps(ax, gaps, followed, updates):
    for difference, gap in gaps.items():
        colour, width = (plots.PATH, 2.6) if difference == followed else (plots.NEUTRAL, 1.4)
        every = range(0, len(gap), 20)
        ax.plot(every, [gap[k] for k in every], color=colour, linewidth=width)
    ax.plot(updates, [gaps[followed][k] for k in updates], "o", color=plots.PATH, clip_on=False)
    decades = [10.0**k for k in range(-4, 2)]
    ax.set(yscale="log", xlim=(0, 2000), ylim=(5e-5, 40), xticks=range(0, 2001, 500))
    ax.set_yticks(decades, [f"{decade:g}" for decade in decades])
    ax.minorticks_off()
    ax.set(xlabel="update", ylabel="gap", title="A thousandth sets the twins free")


# The explorers


def difference_of_the_twins(run, x_axis, X, Y):
    """The explorer of the twins: run(difference) gives the last curve, over x_axis, and the loss at each update."""
    return Explorer(
        _columns(run, x_axis),
        values=TWINS,
        start=0,
        panels=[_curve(x_axis, X, Y), _loss(0.07)],
        message=_message_of_a_difference,
        table=TABLE,
        name="difference at the start",
        symbol="ε",
        number="g",
        marks={0: "0", 1e-4: "0.0001", 0.01: "0.01", 0.1: "0.1", 1: "1"},
        live="values",
    )


def learning_rate_of_the_twins(run, x_axis, X, Y):
    """The explorer of the learning rate: run(learning_rate) gives what the run of the other explorer gives."""
    return Explorer(
        _columns(run, x_axis),
        values=RATES,
        start=5,
        panels=[_curve(x_axis, X, Y), _loss(0.14)],
        message=_message_of_a_rate,
        table=TABLE,
        number="g",
        marks={1: "1", 5: "5", 10: "10", 20: "20", 60: "60"},
        live="values",
    )


TABLE = {"at": ("update", "d"), "loss at": ("loss", ".7f")}


def _columns(run, x_axis):
    @cache  # the explorer asks for each run several times
    def columns(value):
        curve, losses = run(value)
        # Every n-th loss of a run that jumps at each update would draw slow waves that are not there, and miss peaks.
        # So all of the first block are drawn, and of each later one the smallest and the largest. Where it jumps that
        # makes a band; from odd blocks high and low would come in turns, and draw slow waves again.
        update = list(range(BLOCK))
        for block in (range(k, min(k + BLOCK, len(losses))) for k in range(BLOCK, len(losses), BLOCK)):
            update += sorted({f(block, key=losses.__getitem__) for f in (min, max)})
        at = [0, 1, 500, 1000, 1500, 1999, 2000]  # odd and even, so that a jump shows
        return {
            "x": np.ravel(x_axis),
            "ŷ": np.ravel(curve),
            "update": update,
            "loss": [losses[k] for k in update],
            "at": at,
            "loss at": [losses[k] for k in at],
            "losses": losses,
        }

    return columns


def _curve(x_axis, X, Y):
    def targets(ax):
        ax.plot(X, Y, "ks", markersize=6)

    limits = float(np.min(x_axis)), float(np.max(x_axis))
    line = Path("x", "ŷ", dots=False)
    alt = "The five points, and the curve of the network's predictions after 2,000 updates."
    return Panel("The curve after 2,000 updates", "x", "prediction ŷ", limits, (0, 1), [line], targets, alt=alt)


def _loss(highest):
    def floor(ax):
        ax.axhline(NO_HILL, color=plots.NEUTRAL, linestyle=":", linewidth=1.4)
        ax.text(2200, NO_HILL - 0.02 * highest, "no hill: 0.032 ", ha="right", va="top", color=plots.NEUTRAL)
        ax.axhline(FLAT, color=plots.NEUTRAL, linestyle=":", linewidth=1.4)
        ax.text(2200, FLAT + 0.02 * highest, "flat line: 0.0448 ", ha="right", va="bottom", color=plots.NEUTRAL)

    line = Path("update", "loss", role="loss", dots=False)
    alt = "The loss at each update up to 2,000. A dotted line marks 0.032: no curve without a hill gets below it."
    alt += " Another marks 0.0448, the loss of the flat line."
    return Panel("The loss", "update", "loss L", (0, 2200), (0, highest), [line], floor, alt=alt)


def _message_of_a_difference(difference, run):
    losses = run["losses"]
    if difference == 0:
        return "warning", f"Twins: the curve only rises, and the loss ends at {losses[-1]:.4f}, above 0.032."
    if losses[-1] > NO_HILL:
        return "note", f"Not yet: the twins have begun to part, but the loss is still {losses[-1]:.4f}."
    return "note", f"{_solved(losses)} The loss ends at {_small(losses[-1])}."


def _message_of_a_rate(rate, run):
    losses = run["losses"]
    if losses[-1] < NO_HILL:
        return "note", f"{_solved(losses)} The loss ends at {_small(losses[-1])}."
    if not any(_rises(losses)):
        return "note", f"Not yet: the loss has fallen at every update, but only to {losses[-1]:.4f}."
    if any(_rises(losses[-100:])):
        return "warning", "Far too large: after 2,000 updates the loss still jumps up and down."
    return (
        "warning",
        f"Too large: the first step makes the loss rise, and after 2,000 updates it is still {losses[-1]:.4f}.",
    )


def _solved(losses):
    first = next(update for update, loss in enumerate(losses) if loss < NO_HILL)
    return f"A hill: below 0.032 from update {first:,} on."


def _small(loss):
    return "less than a millionth" if loss < 1e-6 else f"{loss:.6f}"


def _rises(losses):
    return [after > before for before, after in pairwise(losses)]
