"""What chapter 9's figures and its explorer draw and say."""

import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path as Outline

from show import plots
from show.explorer import Explorer, Panel, Path

RATES = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 10, 20, 50]
AT = (1, 2, 5, 10, 20, 50)  # the epochs of the table
SHADES = 4  # of grey: an eye sees no more in so small a picture


def code_of(method):
    """The lines of a method in its module, without docstring and comments, which would not fit a telephone."""
    lines = [line.split("  #")[0] for line in dedent(inspect.getsource(method)).splitlines()]
    return "\n".join(line for line in lines if not line.lstrip().startswith(('"""', "#")))


# Digits in the page's ink


def digits(images, labels, rows=6):
    """A figure of some images (n, 8, 8) of each digit, with pixels from 0 to 16: a column for each digit."""
    fig, ax = plt.subplots(figsize=(4.8, 0.48 * rows + 0.35))
    placed = []
    for digit in range(10):
        for row, image in enumerate(images[labels == digit][: 30 * rows : 30] / 16):
            placed.append((image, (9.5 * digit, -9.5 * row)))
    draw_ink(ax, placed)
    _bare(ax, (-0.5, 94), (-9.5 * rows + 1, 0.5))
    return fig


def misread(images, labels, said):
    """A figure of images (n, 64), and below each its digit and the one that was said."""
    columns = 4
    rows = -(-len(images) // columns)
    fig, ax = plt.subplots(figsize=(4.8, 1.5 * rows))
    placed = []
    for i, (image, label, answer) in enumerate(zip(images, labels, said, strict=True)):
        left, top = 9.5 * (i % columns), -11.5 * (i // columns)
        placed.append((np.reshape(image, (8, 8)), (left, top)))
        ax.add_patch(Rectangle((left, top - 8), 8, 8, fill=False, edgecolor=plots.NEUTRAL, linewidth=0.8))
        ax.text(left + 4, top - 9.2, f"{label} → {answer}", ha="center", va="center")
    draw_ink(ax, placed)
    _bare(ax, (-0.5, 9.5 * columns - 1), (-11.5 * rows + 1, 0.5))
    return fig


def draw_ink(ax, placed):
    """Images (8, 8) at their upper left corners. A raster image would not follow the page into the dark."""
    outlines = {shade: [] for shade in range(1, SHADES + 1)}
    for image, (left, top) in placed:
        for row, pixels in enumerate(np.rint(SHADES * np.asarray(image)).astype(int)):
            ends = [0, *(np.flatnonzero(np.diff(pixels)) + 1), len(pixels)]
            for first, last in pairwise(ends):
                if pixels[first]:
                    y = top - row
                    corners = [(left + first, y), (left + last, y), (left + last, y - 1), (left + first, y - 1)]
                    outlines[pixels[first]].append(Outline([*corners, corners[0]], closed=True))
    for shade, boxes in outlines.items():
        if boxes:
            outline = Outline.make_compound_path(*boxes)
            ax.add_patch(PathPatch(outline, facecolor="black", linewidth=0, alpha=shade / SHADES))


# One image on its way through


def passage(image, activations, probabilities, title):
    """A figure: 64 pixels, 32 hidden units as full as their activation, ten bars, as full as their probability."""
    fig, ax = plt.subplots(figsize=(4.8, 3.0))
    draw_ink(ax, [(np.reshape(image, (8, 8)), (0, 10))])
    ax.add_patch(Rectangle((0, 2), 8, 8, fill=False, edgecolor=plots.NEUTRAL, linewidth=0.8))
    for unit, activation in enumerate(activations):
        place = (11.4 + 1.4 * (unit % 4), 11 - 1.4 * (unit // 4))
        ax.add_patch(Circle(place, 0.55, facecolor=plots.FORWARD, alpha=float(activation), linewidth=0))
        ax.add_patch(Circle(place, 0.55, fill=False, edgecolor=plots.FORWARD, linewidth=0.8))
    best = int(np.argmax(probabilities))
    for digit, p in enumerate(probabilities):
        y = 11.3 - 1.16 * digit
        ax.text(19, y, str(digit), ha="center", va="center")
        ax.add_patch(Rectangle((19.8, y - 0.4), 4.6 * float(p), 0.8, facecolor=plots.PATH, linewidth=0))
        ax.add_patch(Rectangle((19.8, y - 0.4), 4.6, 0.8, fill=False, edgecolor=plots.PATH, linewidth=0.8))
        if digit == best:
            ax.text(24.7, y, f"{p:.2f}", va="center")
    for x, name in ((4, "64 pixels"), (13.5, "32 hidden"), (21.9, "10 digits")):
        ax.text(x, -0.9, name, ha="center", va="center")
    for x in (8.5, 16.4):
        plots.draw_arrow(ax, (x, 6), (1.8, 0), color=plots.NEUTRAL)
    ax.set_title(title)
    _bare(ax, (-0.2, 26.6), (-1.6, 12.1))
    return fig


# Gates


def gates(caught):
    """A figure of a table: caught[mistake][gate] is true where the gate stops the mistake, None where it cannot."""
    mistakes = list(caught)
    names = list(caught[mistakes[0]])
    fig, ax = plt.subplots(figsize=(4.8, 3.1))
    for column, mistake in enumerate(mistakes):
        ax.text(column + 0.5, 0.15, mistake.replace(" ", "\n", 1), ha="center", va="bottom")
        for row, gate in enumerate(names):
            stops = caught[mistake][gate]
            look = {"facecolor": plots.PATH, "alpha": 0.35} if stops else {"fill": False}
            ax.add_patch(Rectangle((column, -row - 1), 1, 1, edgecolor=plots.NEUTRAL, linewidth=0.8, **look))
            weight = "bold" if stops else "normal"
            word = {None: "blind", True: "caught", False: "passes"}[stops]
            ax.text(column + 0.5, -row - 0.5, word, ha="center", va="center", weight=weight)
    for row, gate in enumerate(names):
        ax.text(-0.1, -row - 0.5, gate, ha="right", va="center")
    ax.set_title("Four mistakes at five gates")
    _bare(ax, (-1.25, len(mistakes) + 0.05), (-len(names) - 0.1, 1.15), equal=False)
    return fig


# Trainings with a mistake in them


def trainings(losses):
    """A figure of the losses after 0, 1, 2, … epochs of several trainings {letter: losses}; A ends highest."""
    fig, ax = plt.subplots(figsize=(4.8, 3.0))
    room = 0.0
    for style, (letter, values) in zip(("--", "-", ":", "-."), reversed(losses.items()), strict=True):
        ax.plot(values, style, color=plots.LOSS, linewidth=1.6)
        end = len(values) - 1
        room = max(1.3 * room, values[-1])  # at the end of its line, or above the letter below
        ax.plot([end, end + 1], [values[-1], room], color=plots.NEUTRAL, linewidth=0.8)
        ax.text(end + 1.2, room, letter, va="center")
    ax.set(xlabel="epoch", ylabel="loss", yscale="log", xlim=(0, 21.8), ylim=(0.1, 3.5), xticks=range(0, 21, 5))
    ax.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    ax.minorticks_off()
    ax.set_title("Only one has the right gradient")
    return fig


# What a hidden unit looks for


def unit(weights, images, activations):
    """A figure of the weights (64,) into a hidden unit, and of images {name: (64,)} with its activation for each."""
    fig, ax = plt.subplots(figsize=(4.8, 1.9))
    for pixel, weight in enumerate(weights / abs(weights).max()):
        side = 0.9 * np.sqrt(abs(weight))  # so that its area is the weight
        corner = (pixel % 8 + 0.5 - side / 2, 7.5 - pixel // 8 - side / 2)
        look = {"facecolor": plots.FORWARD} if weight > 0 else {"fill": False}
        ax.add_patch(Rectangle(corner, side, side, edgecolor=plots.FORWARD, linewidth=0.8, **look))
    below = ["64 weights", *(f"{name}: {a:.2f}" for name, a in zip(images, activations, strict=True))]
    draw_ink(ax, [(np.reshape(image, (8, 8)), (10 * i, 8)) for i, image in enumerate(images.values(), start=1)])
    for i, text in enumerate(below):
        ax.add_patch(Rectangle((10 * i, 0), 8, 8, fill=False, edgecolor=plots.NEUTRAL, linewidth=0.8))
        ax.text(10 * i + 4, -1.1, text, ha="center", va="center")
    _bare(ax, (-0.2, 28.2), (-1.9, 8.2))
    return fig


# Learning curves


def learning_curves(history):
    """A figure of loss and accuracy over the epochs, on the images learned from and on the validation part."""
    epochs = [record.epoch for record in history]
    fig, axes = plt.subplots(2, figsize=(4.8, 5.0), sharex=True)
    for ax, name in zip(axes, ("loss", "accuracy"), strict=True):
        ax.plot(epochs, [getattr(record, name) for record in history], color=plots.LOSS, label="learned from")
        new = [getattr(record, f"test_{name}") for record in history]
        ax.plot(epochs, new, "--", color=plots.PATH, label="validation part")
    axes[0].set(ylabel="loss", yscale="log")
    axes[0].set_title("The two losses part")
    axes[1].set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1.02))
    end = history[-1]
    axes[1].set_title(f"The accuracies part too: {end.accuracy:.3f} and {end.test_accuracy:.3f}")
    axes[1].legend(loc="lower right")
    return fig


def _bare(ax, xlim, ylim, *, equal=True):
    ax.set(xlim=xlim, ylim=ylim)
    if equal:
        ax.set_aspect("equal")
    ax.axis("off")


# The explorer


def learning_rate_on_the_digits(run, loss_at_start):
    """The explorer of the learning rate: run(learning_rate) yields the records of the epochs, one after the other."""

    @cache  # the explorer asks for each run several times
    def columns(rate):
        history = []
        for record in run(rate):
            history.append(record)
            if history[0].loss > loss_at_start:  # from here on the last digits of the machine decide
                break
        at = [epoch for epoch in AT if epoch <= len(history)]
        # The losses learned from are means of whole epochs. A run of one epoch would be no line: it is a dash as long.
        epochs = [record.epoch for record in history]
        line = history if len(history) > 1 else 2 * history
        return {
            "epoch": epochs,
            "line epoch": epochs if len(history) > 1 else [0, 1],
            "line loss": [record.loss for record in line],
            "line accuracy": [record.accuracy for record in line],
            "loss": [record.loss for record in history],
            "accuracy": [record.accuracy for record in history],
            "new loss": [record.test_loss for record in history],
            "new accuracy": [record.test_accuracy for record in history],
            "at": at,
            "loss at": [history[epoch - 1].loss for epoch in at],
            "new loss at": [history[epoch - 1].test_loss for epoch in at],
            "new accuracy at": [history[epoch - 1].test_accuracy for epoch in at],
        }

    return Explorer(
        columns,
        values=RATES,
        start=0.05,
        panels=[
            _panel("The loss", "loss", (2e-3, 120), _name_the_lines, yscale="log"),
            _panel("The accuracy", "accuracy", (0, 1.02)),
        ],
        message=_message,
        table={
            "at": ("epoch", "d"),
            "loss at": ("loss", ".4f"),
            "new loss at": ("new: loss", ".4f"),
            "new accuracy at": ("new: accuracy", ".3f"),
        },
        number="g",
        marks={0.005: "0.005", 0.05: "0.05", 0.5: "0.5", 2: "2", 4: "4", 50: "50"},
        live="values",
    )


def _panel(title, column, limits, draw=None, **options):
    # The plain line comes last: where the two are close, the dots would hide it.
    lines = [Path("epoch", f"new {column}", dots=True), Path("line epoch", f"line {column}", role="loss", dots=False)]
    axis = ", on a logarithmic axis" * ("yscale" in options)
    alt = f"{title} after each epoch{axis}: a line for the images learned from, dots for new images."
    return Panel(title, "epoch", column, (0, 51), limits, lines, draw, alt=alt, **options)


def _name_the_lines(ax):
    plain = plt.Line2D([], [], color=plots.LOSS, label="learned from")
    dotted = plt.Line2D([], [], color=plots.PATH, marker="o", label="new images")
    ax.legend(handles=[plain, dotted], loc="upper right")


def _message(_, run):
    """How well it reads new images at the end, and whether their loss has turned: all of it read off the run."""
    new_loss, accuracy = run["new loss"], run["new accuracy"][-1]
    if len(new_loss) < AT[-1]:
        return "warning", f"Too large: in the first epoch the mean loss is {run['loss'][0]:.1f}. The run is stopped."
    read = f"After 50 epochs it reads {100 * accuracy:.1f} % of the new images."
    turn = int(np.argmin(new_loss))
    if turn < len(new_loss) - 1:
        lowest = f"{new_loss[turn]:.4f}, at epoch {run['epoch'][turn]}"
        return "note", f"{read} Their loss was lowest, {lowest}; it ends at {new_loss[-1]:.4f}."
    if run["loss"][-1] > 0.5 * run["loss"][0]:
        return "note", f"{read} It goes the right way, and 50 epochs are far too few."
    return "note", f"{read} Both losses are still falling."
