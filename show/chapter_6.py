"""What chapter 6 draws: the chain, the boxes that shrink under it, and what its two explorers show and say."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, Rectangle

from show import plots
from show.explorer import Explorer, Panel, Path

# The chain as it is drawn: where its circles lie, and which parameters stand on an edge.
NODES = {"x": 0.5, "z1": 3.0, "a1": 4.8, "z2": 7.3, "a2": 9.1}
LABELS = {
    "x": "$x$",
    "z1": "$z^{(1)}$",
    "a1": "$a^{(1)}$",
    "z2": "$z^{(2)}$",
    "a2": r"$\hat y$",
    "w1": "$w^{(1)}$",
    "b1": "$b^{(1)}$",
    "w2": "$w^{(2)}$",
    "b2": "$b^{(2)}$",
}
RADIUS = 0.42
BOXES_AT = -1.7  # the height of their centres


def draw_question(ax):
    """Two neurons between an input and a loss: the error is known at one end and needed at the other."""
    places = {"$x$": 0.6, "neuron\n1": 3.2, "neuron\n2": 6.0, "$\\hat y$": 8.4}
    for text, x in places.items():
        radius = 0.85 if "neuron" in text else 0
        if radius:
            ax.add_patch(Circle((x, 0), radius, facecolor="none", edgecolor="black"))
        ax.text(x, 0, text, ha="center", va="center", linespacing=1.1)
    for start, end in [(0.95, 2.35), (4.05, 5.15), (6.85, 8.0)]:
        _arrow(ax, (start, 0), (end, 0), plots.FORWARD)
    _box(ax, 8.4, -1.75, "the error is\nknown here")
    _box(ax, 3.2, -1.75, "and needed\nhere")
    _arrow(ax, (7.05, -1.75), (4.5, -1.75), plots.GRADIENT, linestyle="dashed")
    ax.text(5.8, -1.5, "how?", ha="center", va="bottom", color=plots.GRADIENT)
    ax.set(xlim=(0, 10), ylim=(-2.55, 1.0), aspect="equal")
    ax.axis("off")


def draw_boxes(ax, values, slopes):
    """The chain with its values, and below each place but x a box whose area is the size of the loss's slope there.

    values    {name: number} of x, z1, a1, z2, a2 and of w1, b1, w2, b2
    slopes    {name: ∂L/∂name} of the same names but x
    """
    for name, x in NODES.items():
        ax.add_patch(Circle((x, 0), RADIUS, facecolor="none", edgecolor="black"))
        ax.text(x, 0, LABELS[name], ha="center", va="center")
        form = ".1f" if name == "x" else ".4f"
        ax.text(x, 0.62, f"{values[name]:{form}}", ha="center", va="bottom", color=plots.FORWARD)
    for start, end in [("x", "z1"), ("z1", "a1"), ("a1", "z2"), ("z2", "a2")]:
        _arrow(ax, (NODES[start] + RADIUS, 0), (NODES[end] - RADIUS, 0), plots.NEUTRAL)
    for layer, x in (("1", 1.75), ("2", 6.05)):
        ax.text(x, 0.14, LABELS[f"w{layer}"], ha="center", va="bottom")
        ax.text(x, -0.14, LABELS[f"b{layer}"], ha="center", va="top")
    for x in (3.9, 8.2):
        ax.text(x, 0.14, r"$\sigma$", ha="center", va="bottom")

    chain = ["a2", "z2", "a1", "z1"]
    sides = {name: 2 * np.sqrt(abs(slopes[name])) for name in chain}
    for name in chain:
        side = sides[name]
        corner = NODES[name] - side / 2, BOXES_AT - side / 2
        ax.add_patch(Rectangle(corner, side, side, facecolor=plots.GRADIENT, linewidth=0))  # an edge would add area
        ax.text(NODES[name], BOXES_AT - 0.8, _minus(slopes[name]), ha="center", va="top", color=plots.GRADIENT)
    for later, earlier in pairwise(chain):
        middle = (NODES[later] - sides[later] / 2 + NODES[earlier] + sides[earlier] / 2) / 2  # of the gap between boxes
        _arrow(ax, (middle + 0.3, BOXES_AT), (middle - 0.3, BOXES_AT), plots.GRADIENT)
        ax.text(middle, BOXES_AT + 0.15, f"÷ {slopes[later] / slopes[earlier]:.0f}", ha="center", va="bottom")

    for layer, entering, x in (("1", "x", NODES["z1"]), ("2", "a1", NODES["z2"])):
        ax.text(x, -0.55, rf"$\delta^{{({layer})}}$", ha="center", va="top", color=plots.GRADIENT)
        taken_in = f"{values[entering]:.1f}" if entering == "x" else f"{values[entering]:.4f}"
        lines = [
            rf"{LABELS[name]}: {factor}$\delta$ = {_minus(slopes[name])}"
            for name, factor in ((f"b{layer}", ""), (f"w{layer}", f"{taken_in} "))
        ]
        left = x - 0.5 if layer == "1" else x  # or the two frames would touch
        _box(ax, left, -3.95, "\n".join(lines))
        _arrow(ax, (x, -3.0), (x, -3.3), plots.NEUTRAL)
    ax.set(xlim=(0, 10), ylim=(-4.8, 1.2), aspect="equal")
    ax.axis("off")


def draw_forks(ax, answers):
    """What chains answer to two points, a pair of lines each: {neurons: answers (updates, 2)} to 0.2 and to 0.8."""
    for target in (0.2, 0.8):
        ax.axhline(target, color=plots.NEUTRAL, linestyle=":", linewidth=1.5)
    longest = max(answers)
    for neurons, pair in answers.items():
        updates = np.arange(1, len(pair) + 1)
        if neurons == longest:
            ax.plot(updates, pair, "--", color=plots.PATH, linewidth=2.6)
            ax.text(updates[-1], pair[-1, 0] + 0.02, f"{neurons} ", ha="right", va="bottom", color=plots.PATH)
            continue
        ax.plot(updates, pair, "-", color=plots.FORWARD)
        falling = int(np.argmax(pair[:, 0] < 0.3))
        label = "1 neuron" if neurons == 1 else f"{neurons}"
        ground = {"boxstyle": "square,pad=0.15", "facecolor": "white", "linewidth": 0}  # on its line, so whose it is
        ax.text(updates[falling], 0.3, label, ha="center", va="center", color=plots.FORWARD, bbox=ground)
    ax.set(xscale="log", xlim=(1, len(pair)), ylim=(0, 1), xlabel="updates", ylabel=r"$\hat y$")
    ax.set_xticks([1, 10, 100, 500], ["1", "10", "100", "500"])


def _arrow(ax, start, end, color, **style):
    arrow = {"arrowstyle": "-|>", "color": color, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0} | style
    ax.annotate("", end, start, arrowprops=arrow)


def _minus(number):
    return f"{number:.4f}".replace("-", "−")


def _box(ax, x, y, text):
    box = {"boxstyle": "square,pad=0.25", "facecolor": "white", "edgecolor": plots.GRADIENT, "linewidth": 0.8}
    ax.text(x, y, text, ha="center", va="center", color=plots.GRADIENT, bbox=box, linespacing=1.2)


# The first explorer: a chain of sigmoids with weight 8 and bias −4, and its input

NEAR = (1e-5, 1e-4, 0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1)  # how far from the edge, on either side


def input_on_the_edge(slopes_of_chains):
    """The explorer of the input x: slopes_of_chains(x) gives ŷ and ∂ŷ/∂z1 of chains of 1, 2, … neurons."""

    def columns(x):
        outputs, slopes = slopes_of_chains(x)
        return {"n": np.arange(1, len(slopes) + 1), "a": outputs, "slope": slopes}

    def level(ax):
        ax.axhline(0.5, color=plots.NEUTRAL, linestyle="--", linewidth=1)

    def one(ax):
        ax.axhline(1, color=plots.NEUTRAL, linestyle="--", linewidth=1)
        ax.set_yticks([1e5, 1, 1e-5, 1e-10, 1e-15])

    ends = (0.5, 20.5)
    activations = Panel(
        "The activation of each neuron",
        "neuron",
        "a",
        ends,
        (-0.05, 1.05),
        [Path("n", "a", role="forward")],
        level,
        alt="The activation of each of twenty neurons in a chain; a dashed line marks 0.5.",
    )
    slope = Path("n", "slope", role="gradient")
    slopes = Panel(
        "The slope ∂ŷ/∂z⁽¹⁾ of n neurons",
        "neurons n",
        "",
        ends,
        (1e-15, 1e7),
        [slope],
        one,
        yscale="log",
        alt="The slope of chains of one to twenty neurons, on a logarithmic axis; a dashed line marks 1.",
    )
    return Explorer(
        columns,
        values=[0.5 - step for step in reversed(NEAR)] + [0.5] + [0.5 + step for step in NEAR],
        start=0.5,
        panels=[activations, slopes],
        message=_edge_message,
        table={"n": ("n", "d"), "a": ("a", ".4f"), "slope": ("slope", ".1e")},
        name="input",
        symbol="x",
        number=".5g",
        marks={0.4: "0.4", 0.5: "0.5", 0.6: "0.6"},
        live="values",
    )


def _edge_message(x, run):
    slopes = run["slope"]
    largest = int(np.argmax(slopes))
    if np.allclose(slopes[1:] / slopes[:-1], 2):
        ends = f"to {slopes[9]:.0f} after ten, to {slopes[-1]:.0f} after twenty"
        return "note", f"Explodes: the first neuron brings ¼, and each one after it doubles that, {ends}."
    ends = f"with twenty it is {_short(slopes[-1])}"
    if slopes[largest] > 1:
        return (
            "note",
            f"The slope grows for {largest + 1} neurons, to {_short(slopes[largest])}, and then shrinks: {ends}.",
        )
    return "note", f"The slope peaks at {_short(slopes[largest])}, with {largest + 1} neurons; {ends}."


def _short(number):
    return f"{number:.1e}" if number < 0.001 else f"{number:.0f}" if number >= 10 else f"{number:.2g}"


# The second explorer: the learning rate of two neurons

RATES = [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50]


def learning_rate_of_two_neurons(run):
    """The explorer of the learning rate: run(learning_rate) gives losses (epochs + 1,) and w1, w2 (epochs + 1, 2)."""

    def columns(rate):
        losses, weights = run(rate)
        moved = np.abs(np.array(weights) - weights[0])[1:]  # on a logarithmic axis there is no place for the start
        return {
            "epoch": range(len(losses)),
            "loss": losses,
            "w1": [w1 for w1, _ in weights],
            "w2": [w2 for _, w2 in weights],
            "after": range(1, len(losses)),
            "w1 moved": moved[:, 0],
            "w2 moved": moved[:, 1],
        }

    def name_lines(ax):
        dotted = plt.Line2D([], [], color=plots.PATH, marker="o", label="w2")
        plain = plt.Line2D([], [], color=plots.FORWARD, label="w1")
        ax.legend(handles=[dotted, plain], loc="lower right")

    ends = (-0.5, 20.5)
    loss = Panel(
        "The loss",
        "epoch",
        "loss L",
        ends,
        (1e-7, 1),
        [Path("epoch", "loss", role="loss")],
        yscale="log",
        alt="The loss after each epoch, on a logarithmic axis.",
    )
    moved = Panel(
        "How far each weight has moved",
        "epoch",
        "moved",
        ends,
        (1e-6, 10),
        [Path("after", "w2 moved"), Path("after", "w1 moved", role="forward", dots=False)],
        name_lines,
        yscale="log",
        alt="How far w1 (a line) and w2 (dots) have moved after each epoch, on a logarithmic axis.",
    )
    return Explorer(
        columns,
        values=RATES,
        start=0.1,
        panels=[loss, moved],
        message=_rate_message,
        table={"epoch": ("epoch", "d"), "loss": ("loss", ".2e"), "w1": ("w1", ".4f"), "w2": ("w2", ".4f")},
        number=".3g",
        marks={0.1: "0.1", 1: "1", 10: "10"},
        live="log",
    )


def _rate_message(rate, run):
    losses = run["loss"]
    ratio = run["w2 moved"][-1] / run["w1 moved"][-1]
    ends = f"ends at {_short(losses[-1])}, and w2 has moved {ratio:.0f} times as far as w1"
    if losses[-1] > losses[0] / 2:
        return "note", f"Slow: the loss {ends}."
    if losses[0] - losses[1] > 0.98 * (losses[0] - losses[-1]):
        return "note", f"One step does nearly all of it: the loss {ends}."
    return "note", f"20 epochs divide the loss by {losses[0] / losses[-1]:.0f}: it {ends}."
