"""What chapter 10's figures and its explorer draw and say."""

import difflib
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline

from show import plots
from show.chapter_9 import draw_ink
from show.explorer import Explorer, Label, Panel, Path

NUM_PLACES = 130  # on the form
SHADES = 4  # of grey
SHOWN = 6  # mistakes of a sheet that the explorer shows
CHANCES = ["images", "starts", "hands"]  # what may be drawn again


# Digits and sheets


def two_hands(images, rows, others):
    """A figure of two rows of ten images (n, 8, 8)."""
    fig, ax = plt.subplots(figsize=(4.8, 1.6))
    _draw_grid(ax, [[images[row] for row in rows], [images[row] for row in others]], row_step=12)
    ax.set_title("Two hands")
    return fig


def form(labels, sheet):
    """A figure of all labels: a row for each sheet, a column for each place on the form; returns it."""
    whole = "".join(map(str, labels[sheet == 1]))
    picture = np.full((sheet.max(), NUM_PLACES), -1)
    for number in range(1, sheet.max() + 1):
        written = "".join(map(str, labels[sheet == number]))
        for block in difflib.SequenceMatcher(None, whole, written, autojunk=False).get_matching_blocks():
            found = [int(digit) for digit in written[block.b : block.b + block.size]]
            picture[number - 1, block.a : block.a + block.size] = found
    slip = 3, NUM_PLACES  # the sheet and the place where a 3 stands for the others' 8
    picture[slip[0] - 1, slip[1] - 1] = 3
    fig, ax = plt.subplots(figsize=(4.8, 3.4))
    for digit in [-1, *range(1, 10)]:  # a 0 is the paper
        boxes = []
        for row, place in np.argwhere(picture == digit):
            top, bottom = row + 0.54, row + 1.46
            boxes.append(Outline([(place, top), (place + 1, top), (place + 1, bottom), (place, bottom), (place, top)]))
        look = {"facecolor": "black", "alpha": digit / 9} if digit > 0 else {"facecolor": plots.PATH}
        ax.add_patch(PathPatch(Outline.make_compound_path(*boxes), linewidth=0, **look))
    ax.set(xlim=(0, NUM_PLACES), ylim=(14.6, 0.4), xlabel="place on the form", ylabel="sheet")
    ax.plot(
        slip[1] - 0.5,
        slip[0],
        "o",
        markersize=13,
        markeredgewidth=1.6,
        color=plots.GRADIENT,
        fillstyle="none",
        clip_on=False,
    )
    ax.set_yticks([1, 3, 5, 8, 11, 14])
    ax.set_xticks([0, 30, 60, 90, 120])
    ax.grid(visible=False)
    ax.set_title("One form, filled in fourteen times")
    return fig


def hands(images, labels, sheet, digit=1):
    """A figure of the first three images of a digit on each sheet: a column for each sheet."""
    columns = [images[(labels == digit) & (sheet == number)][:3] for number in range(1, sheet.max() + 1)]
    fig, ax = plt.subplots(figsize=(4.8, 1.75))
    _draw_grid(ax, zip(*columns, strict=True))
    for number in range(1, sheet.max() + 1):
        ax.text(9.5 * number - 5.5, -30.5, str(number), ha="center", va="center")
    ax.set_ylim(-33, 1)
    ax.set_title("Each column is one sheet")
    return fig


def mistakes(X, rows, P, labels, sheet):
    """A figure of eight images without their labels; below them, what each is, what the network says, how sure it is.

    The answers stand apart, so that one can read the images before.
    """
    fig, ax = plt.subplots(figsize=(4.8, 4.1))
    pictures = [16 * X[row].reshape(8, 8) for row in rows]
    _draw_grid(ax, [pictures[:4], pictures[4:]], column_step=12, row_step=12.5)
    for place, (letter, row) in enumerate(zip("abcdefgh", rows, strict=True)):
        down, along = divmod(place, 4)
        ax.text(12 * along + 4, -12.5 * down - 9.4, letter, ha="center", va="center")
        answer = f"{letter}: {labels[row]}, said {P[row].argmax()} ({P[row].max():.2f}), sheet {sheet[row]}"
        ax.text(24 * down, -26.5 - 2.6 * along, answer, va="center")
    ax.set_ylim(-35.5, 0.5)
    ax.set_title("Eight confident mistakes")
    return fig


def _draw_grid(ax, grid, column_step=9.5, row_step=9.5):
    placed = []
    for row, images in enumerate(grid):
        placed += [(image / 16, (column_step * column, -row_step * row)) for column, image in enumerate(images)]
    draw_ink(ax, placed)
    right, bottom = np.max([place for _, (place, _) in placed]), np.min([place for _, (_, place) in placed])
    ax.set(xlim=(-0.5, right + 8.5), ylim=(bottom - 8.5, 0.5), aspect="equal")
    ax.axis("off")


# Accuracies


def heap(redrawn, mean, error):
    """A figure of the accuracies of re-drawn test parts, with their mean and their standard deviation."""
    fig, ax = plt.subplots(figsize=(4.8, 3.2))
    counts = {accuracy: np.sum(np.isclose(redrawn, accuracy)) for accuracy in np.unique(np.round(redrawn, 9))}
    for accuracy, count in counts.items():
        near = abs(accuracy - mean) < error
        look = {"facecolor": plots.LOSS} if near else {"facecolor": plots.LOSS, "alpha": 0.35}
        ax.add_patch(Rectangle((accuracy - 0.45 / 359, 0), 0.9 / 359, count, linewidth=0, **look))
    top = 1.3 * max(counts.values())
    ax.axvline(mean, color="black", linewidth=1)
    ax.annotate("", (mean + error, 0.87 * top), (mean, 0.87 * top), arrowprops={"arrowstyle": "<->"})
    ax.text(mean + error / 2, 0.9 * top, f"{error:.3f}", ha="center", va="bottom")
    ax.set(xlim=(0.912, 0.992), ylim=(0, top), xlabel="accuracy", ylabel="test parts", yticks=[0, 100, 200])
    ax.set_title("2,000 test parts that might have come")
    return fig


def what_each_covers(rows, hands, least):
    """A figure of rows (name, mean, error, how many of CHANCES were drawn again), the last the mean of these hands.

    Below them stands what a single hand reaches at least, nineteen times in twenty.
    """
    fig, (ax, boxes) = plt.subplots(1, 2, figsize=(4.8, 4.6), width_ratios=[4, 1])
    for row, (name, mean, error, drawn) in enumerate(rows):
        colour = _say_and_tick(ax, boxes, row, f"{name}: {mean:.3f} ± {error:.3f}", drawn)
        ax.add_patch(Rectangle((mean - error, row), 2 * error, 0.24, color=colour, linewidth=0))
    ax.plot([mean, mean], [-0.1, row], ":", color=colour, zorder=1)
    hands = np.sort(hands)
    below = np.zeros(len(hands))
    for k in range(1, len(hands)):  # what would hide the one before goes below it
        below[k] = 0.1 * (hands[k] - hands[k - 1] < 0.004 and not below[k - 1])
    ax.plot(hands, row + 0.33 + below, "o", color=colour, markersize=4, fillstyle="none")

    colour = _say_and_tick(ax, boxes, row + 1, f"you: {least:.3f} or more", len(CHANCES))
    look = {"width": 0.24, "head_width": 0.5, "head_length": 0.01, "color": colour, "alpha": 0.35, "linewidth": 0}
    ax.arrow(least, row + 1.12, 1 - least, 0, length_includes_head=True, **look)
    ax.set(xlim=(0.84, 1.002), xticks=[0.85, 0.9, 0.95, 1], ylim=(row + 1.5, -0.5), yticks=[], xlabel="accuracy")
    ax.spines.left.set_visible(False)
    ax.set_title("A ± covers what was drawn again")
    boxes.set(xlim=(-0.5, len(CHANCES) - 0.5), ylim=ax.get_ylim(), yticks=[])
    boxes.xaxis.tick_top()
    boxes.set_xticks(range(len(CHANCES)), CHANCES, rotation=90)
    boxes.tick_params(length=0)
    boxes.grid(visible=False)
    boxes.spines[:].set_visible(False)
    return fig


def _say_and_tick(ax, boxes, row, text, drawn):
    """Write the text of a row and fill as many boxes as were drawn again; return the row's colour."""
    colour = plots.LOSS if drawn < len(CHANCES) else plots.PATH
    ax.text(0.843, row - 0.25, text, va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
    for place in range(len(CHANCES)):
        fill = colour if place < drawn else "none"
        boxes.add_patch(Rectangle((place - 0.35, row - 0.3), 0.7, 0.45, facecolor=fill, edgecolor=plots.NEUTRAL))
    return colour


def calibration(curves):
    """A figure: curves[name] is (mean confidence, share that is right, its error) of bins, known hands and then new."""
    fig, ax = plt.subplots(figsize=(4.6, 4.4))
    ax.plot([0.3, 1], [0.3, 1], ":", color=plots.NEUTRAL)
    looks = ("o--", plots.LOSS, -0.006), ("s-", plots.PATH, 0.006)  # side by side: the bars would hide each other
    for (name, (confidence, share, error)), (line, colour, beside) in zip(curves.items(), looks, strict=True):
        ax.errorbar(confidence + beside, share, error, fmt=line, color=colour, label=name, linewidth=0.9)
    ax.set(xlabel="how sure the network is", ylabel="how often it is right", aspect="equal")
    ax.legend(loc="upper left")
    ax.set_title("Modest with known hands, above 0.5")
    return fig


# The explorer


class _Ink:
    """The cells of one shade in an image (64,) whose upper left corner is at (x, y); no image draws nothing."""

    def __init__(self, name, x, y, pixel, shade):
        self.name, self.x, self.y, self.pixel, self.shade = name, x, y, pixel, shade

    def value(self, columns, axes):
        (left, _), (right, _) = axes.transData.transform([(self.x, self.y), (self.x + self.pixel, self.y)])
        top = axes.figure.bbox.height - axes.transData.transform((self.x, self.y))[1]
        size, left, top = round(right - left), round(left), round(top)
        outline = f"M{left} {top}"
        if columns[self.name] is not None:
            for row, pixels in enumerate(np.rint(SHADES * columns[self.name].reshape(8, 8)).astype(int)):
                ends = [0, *(np.flatnonzero(np.diff(pixels)) + 1), 8]
                for first, last in pairwise(ends):
                    if pixels[first] == self.shade:
                        width = size * (last - first)
                        outline += f"M{left + size * first} {top + size * row}h{width}v{size}h-{width}z"
        return outline

    def element(self, slot, value):
        ink = f'fill="currentColor" fill-opacity="{self.shade / SHADES:.2f}"'
        return f'<path {ink} d="{value}" data-slot="{slot}" data-set="d"/>'


def sheet_left_out(read, X, labels, accuracies):
    """The explorer of a sheet that is left out: read(number) gives its rows and what a network says to them, (m, 10).

    accuracies: {classifier: one accuracy for each sheet}, for the table.
    """
    numbers = range(1, len(accuracies["network"]) + 1)
    shares, sizes = [], []
    for number in numbers:
        rows, P = read(number)
        shares.append(np.mean(P.argmax(axis=1) == labels[rows]))
        sizes.append(len(rows))
    mean = float(np.mean(shares))
    chance = float(np.sqrt(mean * (1 - mean) / np.mean(sizes)))

    def columns(number):
        rows, P = read(int(number))
        said, sure = P.argmax(axis=1), P.max(axis=1)
        wrong = np.flatnonzero(said != labels[rows])
        wrong = wrong[np.argsort(-sure[wrong], kind="stable")]
        found = {"sheet": [number], "share": [np.mean(said == labels[rows])], "m": len(rows), "wrong": len(wrong)}
        for place in range(SHOWN):
            has = place < len(wrong)
            one = wrong[place] if has else None
            found[f"image {place}"] = X[rows[one]] if has else None
            found[f"text {place}"] = f"{labels[rows[one]]}, said {said[one]}" if has else ""
        found["classifier"] = list(accuracies)[::-1]
        found["accuracy"] = [accuracies[name][int(number) - 1] for name in found["classifier"]]
        return found

    def message(number, found):
        count = f"{found['m'] - found['wrong']} of {found['m']} read correctly, {found['share'][0]:.3f}."
        apart = (found["share"][0] - mean) / chance
        if apart < -2:
            return "warning", f"{count} Below the band: this hand was hard for the network, or had bad luck."
        if apart > 2:
            return "note", f"{count} Above the band: this hand was easy for the network, or had good luck."
        return "note", f"{count} Inside the band: chance alone can explain that."

    def draw(ax):
        ax.axhspan(mean - 2 * chance, mean + 2 * chance, color=plots.NEUTRAL, alpha=0.25, linewidth=0)
        ax.axhline(mean, color=plots.NEUTRAL, linewidth=1)
        ax.plot(numbers, shares, "o", color=plots.LOSS)
        ax.set_xticks([1, 5, 10, 14])

    hands = Panel(
        "Each sheet, read by strangers",
        "sheet left out",
        "accuracy",
        (0.3, 14.7),
        (0.84, 1.005),
        [Path("sheet", "share")],
        draw,
        alt="The accuracy on each sheet of a network that has learned from the others, the sheet chosen marked, and a "
        "band as wide as chance explains.",
    )
    traces = []
    for place in range(SHOWN):
        x, y = 1.0 * (place % 3), -1.25 * (place // 3)
        traces += [_Ink(f"image {place}", x + 0.09, y, 0.8 / 8, shade) for shade in range(1, SHADES + 1)]
        traces.append(Label(f"text {place}", x + 0.49, y - 0.97))
    title = "The mistakes it is surest of"
    pictures = Panel(
        title,
        "",
        "",
        (0, 3),
        (-2.4, 0.15),
        traces,
        lambda ax: ax.set_title(title, x=0.01),
        bare=True,
        alt="Up to six images of the sheet that the network misreads, each with its label and what the network says.",
    )
    return Explorer(
        columns,
        values=list(numbers),
        start=4,
        panels=[hands, pictures],
        message=message,
        table={"classifier": ("classifier", "s"), "accuracy": ("accuracy on this sheet", ".3f")},
        name="sheet left out",
        symbol="sheet",
        number=".0f",
        marks={1: "1", 5: "5", 10: "10", 14: "14"},
        live="values",
        steps=("previous sheet", "next sheet"),
    )
