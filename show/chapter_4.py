"""What chapter 4's explorers draw and say, the diagram of its neuron, and the two targets of the second one."""

import numpy as np

from helpers.activations import sigmoid
from show import plots
from show.diagrams import Diagram
from show.explorer import Explorer, Panel, Path

PLANE = ((-1.2, 5), (-0.8, 4))  # of w and b
WIDE_PLANE = ((-1.2, 4.4), (-0.9, 8.2))  # of w and b, where the sigmoid neuron's target is 1
FALLING = np.degrees(np.arctan(-0.5))  # the direction of the lines 0.5w + b = constant


def neuron(activation):
    """The diagram of one neuron with its loss; `activation` is what the edge from z to ŷ is called."""
    nodes = {"x": (0, 0), "1": (0, -1.9), "z": (2, 0), "ŷ": (3.8, 0), "y": (3.8, -1.9), "L": (5.7, 0)}
    edges = [("x", "z", "w"), ("1", "z", "b"), ("z", "ŷ", activation), ("ŷ", "L", ""), ("y", "L", "")]
    return Diagram(nodes, edges)


def draw_two_targets(axes, run_to_0_8, run_to_1):
    """Runs of the sigmoid neuron on x = 0.5 to the targets 0.8 and 1, each as {updates: (w, b)}, in the same plane.

    The last point of the first is so close to its end that what comes later lies under the same dot.
    """
    inner, edge = axes
    _draw_line_of_a_prediction(inner, 0.8, 1.05, "optima: ", color=plots.LOSS, linestyle="--")
    for y_hat in (0.9, 0.99, 0.999):
        _draw_line_of_a_prediction(edge, y_hat, -1.05, color=plots.NEUTRAL, linewidth=1.1)
    *before, end = run_to_0_8.items()
    for ax, run, numbered in [(inner, run_to_0_8, before), (edge, run_to_1, run_to_1.items())]:
        plots.draw_path(ax, *np.transpose(list(run.values())))
        for k, point in numbered:
            beside = {"xytext": (6, -7), "textcoords": "offset points", "rotation_mode": "anchor"}
            ax.annotate(f"{k:,}", point, rotation=FALLING, **beside)
        ax.set(xlabel="$w$", xlim=WIDE_PLANE[0], ylim=WIDE_PLANE[1], aspect="equal")
        ax.grid(visible=False)
    all_here = "\n".join([f"{k:,}" for k in run_to_1 if k >= end[0]] + ["all here"])
    inner.annotate(all_here, end[1], (0.75, 3.2), ha="center", arrowprops={"arrowstyle": "->", "shrinkB": 4})
    *_, last = run_to_1.values()
    plots.draw_arrow(edge, last, (1.3, 2.6), color=plots.PATH)
    inner.set(ylabel="$b$", title="Target 0.8: a line\nto stop at")
    edge.set_title("Target 1: only ever\nanother line")


def _draw_line_of_a_prediction(ax, y_hat, w, name="", **style):
    """The points of the plane where ŷ is this, and above it from w on what it is."""
    z = np.log(y_hat / (1 - y_hat))
    ax.axline((0, z), slope=-0.5, **style)
    label = rf"{name}$\hat y = {y_hat}$"
    ax.text(w, z - 0.5 * w + 0.16, label, rotation=FALLING, rotation_mode="anchor")


def path_to_the_line(run):
    """The identity neuron on (2, 5): run(learning_rate) gives w and b after each update, (updates + 1, 2)."""

    def columns(rate):
        w, b = _until_it_leaves(run(rate)).T
        z = 2 * w + b
        return {"k": range(len(w)), "w": w, "b": b, "z": z, "loss": (z - 5) ** 2 / 2}

    plane = Panel(
        "The path to the line of optima",
        "w",
        "b",
        *PLANE,
        [Path("w", "b")],
        _draw_line,
        equal=True,
        alt="The path of w and b, a dot for each update, and the dashed line of all points where 2w + b = 5.",
    )
    bowl = Panel(
        "Loss against z",
        "z",
        "loss",
        (-2, 12),
        (-0.8, 24.5),
        [Path("z", "loss")],
        _draw_bowl,
        alt="The loss, a parabola over z with its lowest point at 5, and the place of each update on it.",
    )
    return Explorer(
        columns,
        values=[k / 50 for k in range(1, 26)],
        start=0.1,
        panels=[plane, bowl],
        message=_about_the_path,
        table={
            "k": ("updates", "d"),
            "w": ("w", "z.4f"),
            "b": ("b", "z.4f"),
            "z": ("ŷ", "z.4f"),
            "loss": ("loss", "z.4f"),
        },
        number=".2f",
        marks={0.1: "0.1", 0.2: "0.2", 0.3: "0.3", 0.4: "0.4"},
    )


def _until_it_leaves(points):
    """The points up to the first one off the plane: what a diverging run computes after it says nothing.

    Off the plane, 2w + b is more than 7 from 5, so that the point is off the bowl's picture too.
    """
    low, high = np.transpose(PLANE)
    outside = np.flatnonzero(((points < low) | (points > high)).any(axis=1))
    return points[: outside[0] + 1] if len(outside) else points


def _draw_line(ax):
    ax.plot([0.5, 2.9], [4, -0.8], "--", color=plots.LOSS, linewidth=1.6)
    ax.text(1.2, 3.5, "2w + b = 5")


def _draw_bowl(ax):
    z = np.linspace(-2, 12, 141)
    ax.plot(z, (z - 5) ** 2 / 2, color=plots.LOSS, linewidth=1.4)


def _about_the_path(rate, run):
    first, second = run["z"][:2] - 5
    multiplier = second / first
    if abs(multiplier) < 1e-9:
        return "note", "One update, and it is on the line: no rate is faster."
    if abs(abs(multiplier) - 1) < 1e-9:
        return "warning", "At the limit: it jumps to and fro across the line for ever."
    if abs(multiplier) > 1:
        farther = f"Diverges: jumps across the line, each time {-multiplier:.2f} times as far."
        leaves = "" if len(run["k"]) > 20 else f" After {run['k'][-1]} updates it is off both pictures."
        return "warning", farther + leaves
    ends = f"After 20 updates w = {run['w'][-1]:.4f}, b = {run['b'][-1]:.4f}."
    if multiplier < 0:
        return "note", f"Closes in, jumping across the line: {-multiplier:.2f} of the error is left each time. {ends}"
    return "note", f"Closes in from one side: {multiplier:.2f} of the error is left each time. {ends}"


def up_the_sigmoid(run):
    """The sigmoid neuron on (0.5, 1): run(learning_rate) gives w and b after each update, (updates + 1, 2)."""

    def columns(rate):
        w, b = run(rate).T
        z = 0.5 * w + b
        y_hat = sigmoid(z)
        return {"k": range(len(w)), "z": z, "y_hat": y_hat, "missing": 1 - y_hat, "loss": (y_hat - 1) ** 2 / 2}

    climb = Panel(
        "The prediction climbs the sigmoid",
        "z",
        "ŷ",
        (-2, 8),
        (0, 1.05),
        [Path("z", "y_hat", width=0)],  # dots only: a straight line between two of them would leave the curve
        _draw_sigmoid,
        alt="The sigmoid over z, with the prediction after each update on it; a dashed line marks the target 1.",
    )
    fall = Panel(
        "Loss after each update",
        "updates",
        "loss",
        (0, 20),
        (1e-7, 1),
        [Path("k", "loss", role="loss")],
        yscale="log",
        alt="The loss after each update, on a logarithmic axis.",
    )
    return Explorer(
        columns,
        values=[digit * power for power in (0.1, 1, 10) for digit in (1, 1.5, 2, 3, 4, 5, 6, 8) if digit * power <= 50],
        start=2,
        panels=[climb, fall],
        message=_about_the_climb,
        table={
            "k": ("updates", "d"),
            "z": ("z", ".5f"),
            "y_hat": ("ŷ", ".4f"),
            "loss": ("loss", ".7f"),
        },
        number=".4g",
        marks={0.1: "0.1", 1.0: "1", 10.0: "10", 50.0: "50"},
        live="log",
    )


def _draw_sigmoid(ax):
    z = np.linspace(-2, 8, 101)
    ax.plot(z, sigmoid(z), color=plots.FORWARD, linewidth=1.4)
    ax.axhline(1, color=plots.NEUTRAL, linewidth=1.2, linestyle="--")


def _about_the_climb(rate, run):
    gains = np.diff(run["y_hat"])
    last = f"{gains[-1]:.4f}" if gains[-1] >= 0.0001 else "less than 0.0001"
    return "note", (
        f"After 20 updates ŷ = {run['y_hat'][-1]:.4f}, and {run['missing'][-1]:.4f} is still missing. "
        f"The first update added {gains[0]:.4f}, the last one {last}."
    )
