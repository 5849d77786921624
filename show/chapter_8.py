"""What chapter 8 draws: two clouds and lines between them, hidden space, and what its two explorers show and say."""

from functools import cache

import numpy as np

from show import plots, svg
from show.explorer import Explorer, Label, Panel, Path

EPOCHS = [0, 20, 40, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 180, 200, 250, 300, 400, 600, 1000]
PLANE = (-2, 2)  # of the points
SQUARE = (-0.06, 1.06)  # of the activations of two sigmoids
CORNER = np.array([0.95, 0.98])  # of that square, where no point comes: what the output says there
KNOWS_NOTHING = np.log(2)


# Figures


def draw_classes(ax, X, y):
    """Class 1 as filled squares, class 0 as hollow circles, which come last: a square would hide them."""
    ax.plot(*X[y == 1].T, "s", color=plots.FORWARD, markersize=3.5)
    ax.plot(*X[y == 0].T, "o", color=plots.NEUTRAL, fillstyle="none", markersize=4.5)


def draw_line(ax, w1, w2, offset, style="-", color=plots.PATH):
    """The line w1 x1 + w2 x2 + offset = 0, as far as the picture reaches."""
    ax.plot(*_across(w1, w2, offset, ax.get_xlim(), ax.get_ylim()), style, color=color)


def draw_on_the_ramp(axes, early, late, y):
    """Each point on the ramp of its loss, early above and late below; what those wrong early cost, and the others.

    early, late: (n,), the z of a point of class 1 and the −z of one of class 0, so that right of 0 an answer is right.
    """
    wrong = early <= 0
    texts = [(f"{sum(wrong)} wrong", f"{sum(~wrong)} right"), (f"the same {sum(wrong)}", f"the other {sum(~wrong)}")]
    ramp = np.linspace(-3, 8.3, 114)
    for ax, margins, (left, right) in zip(axes, (early, late), texts, strict=True):
        losses = np.logaddexp(0, -margins)
        ax.set(xlim=(-3, 8.3), ylim=(-0.25, 2.6), xticks=range(-2, 9, 2), yticks=[0, 1, 2], ylabel="loss")
        ax.plot(ramp, np.logaddexp(0, -ramp), color=plots.NEUTRAL, linewidth=1)
        ax.axvline(0, color="black", linewidth=1)
        draw_classes(ax, np.column_stack([margins, losses]), y)
        ax.text(-2.85, 0, f"{left}\ncost {losses[wrong].sum():.1f}")
        ax.text(3, 0.5, f"{right}\ncost {losses[~wrong].sum():.1f}")
    for m in late[~wrong & (late <= 0)]:
        at = (m, np.logaddexp(0, -m))
        axes[1].plot(*at, "o", color=plots.PATH, fillstyle="none", markersize=9)
        axes[1].annotate("a circle has slipped over", at, (1, 1.8), arrowprops={"arrowstyle": "->", "shrinkB": 6})
    axes[1].set_xlabel("$z$ of a square, $-z$ of a circle")


def draw_before_and_after(axes, X, y, hidden, lines, output_line):
    """The points above, in their own plane, with a line for each hidden neuron; below, in the plane of the activations.

    hidden: (n, 2), the activations. lines: (w1, w2, b) of each hidden neuron. output_line: (w1, w2, b) below.
    """
    before, after = axes
    before.set(xlim=PLANE, ylim=PLANE, aspect="equal", xticks=range(-2, 3), yticks=range(-2, 3))
    before.set(xlabel="$x_1$", ylabel="$x_2$")
    draw_classes(before, X, y)
    for line in lines:
        draw_line(before, *line, "--", plots.LOSS)
    after.set(xlim=(-0.15, 1.15), ylim=(-0.3, 1.15), aspect="equal", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    after.set(xlabel="$a_1^{(1)}$", ylabel="$a_2^{(1)}$")
    draw_classes(after, hidden, y)
    draw_line(after, *output_line)
    after.text(-0.07, -0.25, "from (1, −1)\nand (−1, 1)")
    after.text(0.72, 0.07, "from (1, 1)")
    after.text(0.07, 0.95, "from (−1, −1)")


def _across(w1, w2, offset, xlim, ylim):
    """Both ends, as (xs, ys), of the line w1 x + w2 y + offset = 0 in a rectangle; a corner where it misses it."""
    ends = [(x, -(offset + w1 * x) / w2) for x in xlim if w2] + [(-(offset + w2 * y) / w1, y) for y in ylim if w1]
    slack = 1e-9
    inside = [
        (x, y) for x, y in ends if xlim[0] - slack <= x <= xlim[1] + slack and ylim[0] - slack <= y <= ylim[1] + slack
    ]
    inside = sorted(inside) or [(xlim[0], ylim[0])]
    return np.transpose([inside[0], inside[-1]] if len(inside) > 1 else inside)


# The first explorer: drag a logit


def drag_a_logit(run):
    """The explorer of one logit among three: run(logit) gives the logits, p and the loss; class 2 is the true one."""

    def columns(logit):
        logits, p, loss = run(logit)
        y = np.array([0, 1, 0])
        slopes = p - y
        shown = {"class": [1, 2, 3], "z": logits, "p": p, "y": y, "slope": slopes, "loss": [loss], "logit": [logit]}
        for k in range(3):
            shown |= {f"left{k}": [k + 0.79] * 2, f"right{k}": [k + 1.21] * 2}
            shown |= {f"p{k}": [0, p[k]], f"slope{k}": [0, slopes[k]]}
            shown |= {
                f"p text{k}": f"{p[k]:.3f}",
                f"slope text{k}": f"{'↑' if slopes[k] < 0 else '↓'} {slopes[k]:z.3f}".replace("-", "−"),
            }
        return shown

    bar = {"dots": False, "width": 32, "cap": "butt"}
    bars = [Path(f"left{k}", f"p{k}", role="forward", **bar) for k in range(3)]
    bars += [Path(f"right{k}", f"slope{k}", role="gradient", **bar) for k in range(3)]
    texts = [Label(f"p text{k}", k + 0.79, 1.12, role="forward") for k in range(3)]
    # Their arrows, the way in which a step pushes the logit, are mark enough.
    texts += [Label(f"slope text{k}", k + 1.21, -1.12, role="gradient", mark="") for k in range(3)]
    chances = Panel(
        "Left bars: p. Right bars: p − y",
        "class",
        "",
        (0.5, 3.5),
        (-1.25, 1.25),
        bars + texts,
        _targets,
        alt="Two bars for each of three classes: p, and p − y, the slope of its logit, with an arrow for the way in "
        "which a step pushes the logit.",
    )
    ramp = Panel(
        "The loss against z₂",
        "logit of class 2",
        "loss L",
        (-6.5, 8.5),
        (-0.4, 9),
        [Path("logit", "loss", role="loss")],
        _ramp(run),
        alt="The loss against the logit of class 2, with a dot at the logit chosen.",
    )
    return Explorer(
        columns,
        values=np.linspace(-6, 8, 57),
        start=-6,
        panels=[chances, ramp],
        message=_message_of_a_logit,
        table={
            "class": ("class", "d"),
            "z": ("z", "z.2f"),
            "p": ("p", ".4f"),
            "y": ("y", "d"),
            "slope": ("p − y", "z.4f"),
        },
        name="logit of the true class",
        symbol="z₂",
        number=".2f",
        marks={-6: "−6", -3: "−3", 0: "0", 2: "2", 5: "5", 8: "8"},
    )


def _targets(ax):
    """What p should be: 1 for class 2, and 0 for the others."""
    ax.axhline(0, color=plots.NEUTRAL, linewidth=1)
    ax.plot([1.59, 1.59, 1.99, 1.99], [0, 1, 1, 0], "k--", linewidth=1)
    ax.set_xticks([1, 2, 3])
    ax.set_yticks([-1, 0, 1])


def _ramp(run):
    def draw(ax):
        logits = np.linspace(-6.5, 8.5, 61)
        ax.plot(logits, [run(logit)[2] for logit in logits], color=plots.NEUTRAL, linewidth=1.4)

    return draw


def _message_of_a_logit(_, run):
    p, loss = run["p"], run["loss"][0]
    slope = f"The slope of z₂ is {run['slope'][1]:.2f}".replace("-", "−")
    if p.argmax() != 1:
        return "note", f"Wrong: class {p.argmax() + 1} is ahead. Loss {loss:.2f}. {slope}: a step pushes z₂ up."
    if p[1] < 0.9:
        return "note", f"Right, but not sure. Loss {loss:.2f}. {slope}."
    return "note", f"Right and sure. Loss {loss:.4f}. Little is left to learn: no slope is larger than 0.1 in size."


# The second explorer: hidden space over the epochs


class Circles(Path):
    """Points without a line, as hollow circles."""

    def __init__(self, x, y, *, role):
        super().__init__(x, y, role=role, dots=False)

    def element(self, slot, value):
        name = f"{svg.own_name(value)}-ring"
        ring = f'<circle r="2" fill="none" stroke="{svg.colour(self.role)}"/>'
        size = 'markerUnits="userSpaceOnUse" style="overflow: visible"'
        at = " ".join(f'marker-{place}="url(#{name})"' for place in ("start", "mid", "end"))
        return (
            f'<defs><marker id="{name}" {size}>{ring}</marker></defs>'
            f'<path fill="none" {at} data-slot="{slot}" data-set="d" d="{value}"/>'
        )


def hidden_space(run, X, y):
    """The explorer of training: run(num_epochs) gives the parameters W1, b1, W2, b2 and the loss; X (n, 2), y (n,)."""

    @cache  # the explorer asks for each run several times
    def columns(num_epochs):
        (W1, b1, W2, b2), hidden, p, loss = run(int(num_epochs))
        shown = {"epoch": [int(num_epochs)], "loss": [loss], "right": [int(np.sum((p > 0.5) == (y == 1)))]}
        for label in (0, 1):
            shown[f"a1 of {label}"], shown[f"a2 of {label}"] = hidden[y == label].T
        for k in (0, 1):
            shown[f"x1 of {k}"], shown[f"x2 of {k}"] = _across(W1[0, k], W1[1, k], b1[k], PLANE, PLANE)
        shown["a1"], shown["a2"] = _across(W2[0, 0], W2[1, 0], b2[0], SQUARE, SQUARE)
        shown["corner"] = "yes" if CORNER @ W2[:, 0] + b2[0] > 0 else "no"
        return shown

    dashes = ("", "6 4")
    lines = [Path(f"x1 of {k}", f"x2 of {k}", role="loss", dots=False, dashes=dashes[k]) for k in (0, 1)]
    before = Panel(
        "The lines of a₁ and (dashed) a₂",
        "x₁",
        "x₂",
        PLANE,
        PLANE,
        lines,
        lambda ax: draw_classes(ax, X, y),
        equal=True,
        size=(4.2, 3.9),
        alt="The points in their own plane, and the line of each of the two hidden neurons, dashed for the second.",
    )
    moved = [
        Circles("a1 of 0", "a2 of 0", role="neutral"),
        Path("a1 of 1", "a2 of 1", role="forward", width=0, cap="square"),
        Path("a1", "a2", dots=False),
        Label("corner", *CORNER, role="path"),
    ]
    after = Panel(
        "Where the neurons put the points",
        "a₁",
        "a₂",
        SQUARE,
        SQUARE,
        moved,
        equal=True,
        size=(4.2, 3.9),
        alt="The points in the plane of the two activations, class 0 as circles, class 1 as squares, and the line of "
        "the output neuron, and in a corner what it says on that side.",
    )
    return Explorer(
        columns,
        values=EPOCHS,
        start=0,
        panels=[after, before],
        message=lambda _, run: _message_of_an_epoch(run, len(y)),
        table={"epoch": ("epoch", "d"), "loss": ("loss", ".4f"), "right": (f"right of {len(y)}", "d")},
        name="training",
        symbol="epochs",
        number=".0f",
        marks={0: "0", 60: "60", 100: "100", 150: "150", 250: "250", 1000: "1000"},
        live="values",
        steps=("less training", "more training"),
    )


def _message_of_an_epoch(run, n):
    loss, right = run["loss"][0], run["right"][0]
    if right == n:
        return "note", f"A line is enough: all {n} points are on the correct side. Loss {loss:.4f}."
    if loss > 0.99 * KNOWS_NOTHING:
        return (
            "note",
            f"Nothing learned yet: {right} of {n} points are right, and the loss is {loss:.4f} (ln 2 is 0.6931).",
        )
    return "note", f"The points are on their way: {right} of {n} are right. Loss {loss:.4f}."
