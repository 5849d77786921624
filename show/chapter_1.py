"""What chapter 1's explorer and its longer figures draw and say."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle

from show import plots
from show.explorer import Explorer, Panel, Path

DIAL = 1.6  # a dial's pointer goes from -DIAL to DIAL, three quarters of a turn
STEPS = sorted(float(f"{digit}e-{k}") for k in range(17) for digit in (1, 3) if digit == 1 or k)
SAME_TO_THE_EYE = 0.02  # two lines whose slopes differ by less lie on each other in the picture


# The machine with knobs


def machine_and_loss(machine, before, after, dots, losses):
    """The knobs of a machine, its answers, and its loss, one above the other.

    machine(knobs, xs) gives the answers; before, after: its knobs; dots: (xs, ys) that the answers should meet;
    losses: one before each round, in which all knobs are turned, and one after the last.
    """
    fig, (dials, answers, loss) = plt.subplots(3, figsize=(4.8, 5), height_ratios=(1.35, 2.5, 1.8))
    _draw_dials(dials, before, after)
    xs = np.linspace(-3.4, 3.4, 81)
    answers.plot(xs, machine(before, xs), "--", color=plots.NEUTRAL)
    answers.plot(xs, machine(after, xs), color=plots.PATH)
    answers.plot(*dots, "o", color="black")
    answers.text(xs[0], machine(before, xs[0]) + 0.12, "before", color=plots.NEUTRAL)
    answers.text(1.3, 1.4, f"after {len(losses) - 1} rounds", color=plots.PATH)
    answers.set(xlabel="what goes in", ylabel="what comes out")
    loss.plot(losses, color=plots.LOSS)
    loss.set(xlabel="rounds", ylabel="loss", ylim=(0, None), title="The loss falls in every round")
    return fig


def _draw_dials(ax, before, after):
    for place, (start, end) in enumerate(zip(before, after, strict=True)):
        ax.add_patch(Circle((place, 0), 0.38, facecolor="none", edgecolor="black"))
        for knob, colour, width in ((start, plots.NEUTRAL, 1.5), (end, plots.PATH, 2.5)):
            angle = np.pi / 2 - knob / DIAL * 3 / 4 * np.pi  # zero points up, and clockwise is more
            ax.plot([place, place + 0.38 * np.cos(angle)], [0, 0.38 * np.sin(angle)], color=colour, linewidth=width)
        ax.plot([place, place], [0.38, 0.46], color="black", linewidth=1)  # the mark of zero
        ax.text(place, -0.45, place + 1, ha="center", va="top")
    ax.set(xlim=(-0.5, len(before) - 0.5), ylim=(-0.85, 0.5), aspect="equal", title="Seven knobs, before and after")
    ax.axis("off")


# The chain rule: number lines, one below the other


def chain_of_nudges(lines, slopes, gradients=None, title=None):
    """A chain of functions as number lines, the first on top: how far a nudge reaches on each of them.

    lines      [(name, nudge, text)], from the input to the result. The name is what stands at the left, such as
               "x = 1". The nudges, in any unit, are drawn to one scale, with a tick at each whole unit; the text is
               what stands at the arrow.
    slopes     what each line passes on to the next, as text for the picture: one fewer than lines, such as "× 3".
    gradients  texts for boxes at the right, one a line, with arrows that lead from the last line back to the first.

    Raises ValueError unless slopes and gradients are as many as the lines need.
    """
    if len(slopes) != len(lines) - 1 or (gradients and len(gradients) != len(lines)):
        got = f"{len(lines)} lines, {len(slopes)} slopes, {len(gradients or [])} gradients"
        raise ValueError(f"slopes and gradients: expected one slope between two lines, one gradient a line, got {got}")
    nudges = [nudge for _, nudge, _ in lines]
    low, high = min(0, *nudges), max(0, *nudges)
    unit = (high - low) / 24  # the widths of texts are measured in it
    fig, ax = plt.subplots(figsize=(4.8, 0.5 + 0.95 * len(lines)))
    for row, (name, nudge, text) in enumerate(lines):
        _draw_line(ax, -row, name, nudge, text, (low - unit, high + unit))
    for row, slope in enumerate(slopes):
        for x, next_x in ((0, 0), (nudges[row], nudges[row + 1])):
            ax.plot([x, next_x], [-row - 0.06, -row - 0.9], ":", color=plots.NEUTRAL, linewidth=1.2)
        ax.text(low - 1.2 * unit, -row - 0.5, slope, ha="right", va="center")
    right = high + unit
    if gradients:
        right += 9 * unit
        _draw_gradients(ax, high + 5.5 * unit, gradients, slopes)
    ax.set(xlim=(low - 8 * unit, right), ylim=(-len(lines) + 0.6, 0.45))
    ax.axis("off")
    if title:
        ax.set_title(title)
    return fig


def _draw_line(ax, y, name, nudge, text, ends):
    ax.plot(ends, [y, y], color="black", linewidth=0.8)
    ticks = np.arange(np.ceil(ends[0]), ends[1] + 1e-9)
    if len(ticks) <= 40:
        ax.plot(ticks, np.full(len(ticks), y), "|", color="black", markersize=6, markeredgewidth=0.7)
    ax.plot(0, y, "o", color=plots.FORWARD, markersize=6, zorder=3)
    arrow = {"arrowstyle": "-|>,head_width=0.3,head_length=0.5", "lw": 3, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (nudge, y), (0, y), arrowprops={**arrow, "color": plots.FORWARD})
    # Beside a short arrow, over a long one: there no dotted line crosses the text.
    side = -1 if nudge < 0 else 1
    at = nudge if 2 * abs(nudge) < ends[1] - ends[0] else 0
    align = "left" if side > 0 else "right"
    ax.annotate(text, (at, y), (5 * side, 6), textcoords="offset points", ha=align)
    ax.annotate(name, (ends[0], y), (-4, 0), textcoords="offset points", ha="right", va="center", color=plots.FORWARD)


def _draw_gradients(ax, x, gradients, slopes):
    box = {"boxstyle": "square,pad=0.25", "facecolor": "white", "edgecolor": plots.GRADIENT, "linewidth": 0.9}
    for row, text in enumerate(gradients):
        ax.text(x, -row, text, ha="center", va="center", color=plots.GRADIENT, bbox=box)
    for row, slope in enumerate(slopes):
        back = {"arrowstyle": "-|>", "color": plots.GRADIENT, "lw": 1.6, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (x, -row - 0.25), (x, -row - 0.75), arrowprops=back)
        ax.annotate(slope, (x, -row - 0.5), (6, 0), textcoords="offset points", va="center", color=plots.GRADIENT)


# The slope in every direction: a map, and a wave


def slope_in_every_direction(f, point, gradient, measured):
    """A map round the point with arrows of length 1, and below it the slope of f in every direction from there.

    f(x, y) takes arrays; gradient: its own at the point; measured: {degrees: slope}, the arrows of the map and their
    dots on the wave. The first arrow casts a shadow on the gradient, which is drawn at a quarter of its length.
    """
    fig, (world, wave) = plt.subplots(2, figsize=(4.8, 6.7), height_ratios=(3.6, 2.4))
    best = max(measured, key=measured.get)
    _draw_map(world, f, point, gradient, list(measured), f"Of the seven, {best}° climbs fastest")
    _draw_wave(wave, gradient, measured)
    return fig


def _draw_map(ax, f, point, gradient, directions, title):
    xlim, ylim = (point[0] - 1.4, point[0] + 1.7), (point[1] - 1, point[1] + 1.6)
    level = f(*point)
    plots.draw_contours(ax, f, xlim, ylim, levels=level + np.array([-6, 6, 12, 18]))
    plots.draw_contours(ax, f, xlim, ylim, levels=[level], colors="black", linewidths=1.8)
    along = gradient / np.linalg.norm(gradient)
    first = _arrow(directions[0])
    foot = (first @ along) * along
    ax.plot(*zip(point, point + foot, strict=True), color=plots.FORWARD, linewidth=9, alpha=0.45, solid_capstyle="butt")
    ax.plot(*zip(point + first, point + foot, strict=True), "--", color=plots.NEUTRAL, linewidth=1.4)
    ax.annotate("shadow", point + 0.53 * first, (0, 4), textcoords="offset points", ha="center", color=plots.FORWARD)
    ax.plot(*zip(point, point - along, strict=True), ":", color=plots.GRADIENT, linewidth=2)
    ax.annotate("fastest down", point - along, (8, 0), textcoords="offset points", color=plots.GRADIENT)
    plots.draw_arrow(ax, point, gradient / 4)
    ax.annotate("gradient", point + gradient / 4, (5, -4), textcoords="offset points", color=plots.GRADIENT)
    for degrees in directions:
        arrow = _arrow(degrees)
        plots.draw_arrow(ax, point, arrow, color=plots.PATH)
        label = ax.text(*(point + 1.15 * arrow), f"{degrees}°", ha="center", va="center", color=plots.PATH, zorder=2.5)
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # hides the contour line, no arrow
    ax.plot(*point, "o", color="black")
    ax.set(xlim=xlim, ylim=ylim, xlabel="$x$", ylabel="$y$", aspect="equal", title=title)
    ax.grid(visible=False)


def _draw_wave(ax, gradient, measured):
    degrees = np.arange(361)
    length, own = np.hypot(*gradient), np.degrees(np.arctan2(*gradient[::-1]))
    first, slope = next(iter(measured.items()))
    ax.plot([first, first], [0, slope], color=plots.FORWARD, linewidth=9, alpha=0.45, solid_capstyle="butt")
    ax.text(first + 9, 0.7, f"{length:.2f} × shadow", color=plots.FORWARD)
    ax.plot(degrees, gradient @ _arrow(degrees), color=plots.GRADIENT)
    ax.plot(*zip(*measured.items(), strict=True), "o", color=plots.PATH, markersize=7)
    ax.plot([own, own + 180], [length, -length], "D", color=plots.GRADIENT, markersize=6)
    ax.plot([own + 90, own + 270], [0, 0], "s", color="black", markersize=6)
    ax.text(own - 20, length + 1.2, f"{length:.2f}, along the gradient")
    ax.text(own + 180, 0.7, "0, along the contour", ha="center")
    ax.text(own + 180, -length - 1.2, f"−{length:.2f}, fastest down", ha="center", va="top")
    ax.axhline(0, color=plots.NEUTRAL, linewidth=1, zorder=1)
    ax.set(xlabel="direction in degrees", ylabel="slope", ylim=(-11, 10.5), title="Slopes of all directions: one wave")
    ax.set_xticks(range(0, 361, 60))


def _arrow(degrees):
    angle = np.radians(degrees)
    return np.array([np.cos(angle), np.sin(angle)])


# The explorer


def step_of_the_secant(f, secant_slope):
    """The explorer of the step h: the secant of f, x² + 1, through x = 1 and 1 + h beside the tangent of slope 2.

    secant_slope(f, x, h) is the slope of the secant as the computer finds it.
    """

    def columns(h):
        slope = secant_slope(f, 1, h)
        way = [step for step in reversed(STEPS) if step > h] + [h]  # the valley shows as far as the slider has come
        return {
            "h": [h],
            "taken": [(1 + h) - 1],
            "slope": [slope],
            "error": [abs(slope - 2)],
            "way": way,
            "errors": [_on_the_axis(secant_slope(f, 1, step)) for step in way],
            "drawn error": [_on_the_axis(slope)],
            "line x": [0.0, 2.4],
            "line": [2 - slope, 2 + 1.4 * slope],
            "points x": [1.0, 1.0 + h],
            "points": [f(1.0), f(1.0 + h)],
        }

    best = min(abs(secant_slope(f, 1, h) - 2) for h in STEPS)

    def draw_curve(ax):
        xs = np.linspace(0, 2.4, 41)
        ax.plot(xs, f(xs), color=plots.LOSS)
        ax.plot([0, 2.4], [0, 4.8], color=plots.GRADIENT, linewidth=7, alpha=0.35)  # seen under the secant too
        ax.text(2.36, 3.5, "tangent", ha="right", va="top", color=plots.GRADIENT)

    def set_ticks(ax):
        ax.set_xticks([1e-16, 1e-12, 1e-8, 1e-4, 1])
        ax.set_yticks([1e-8, 1e-6, 1e-4, 1e-2, 1])
        ax.minorticks_off()

    line = [Path("line x", "line", dots=False), Path("points x", "points")]
    return Explorer(
        columns,
        values=STEPS,
        start=1.0,
        panels=[
            Panel(
                "The secant (thin), the tangent (broad)",
                "x",
                "f(x)",
                (0, 2.4),
                (-2.2, 7),
                line,
                draw_curve,
                alt="The curve of f, its tangent at x = 1, and the secant through the points at 1 and 1 + h.",
            ),
            Panel(
                "How far its slope is from 2",
                "step h",
                "error",
                (3e-17, 3),
                (3e-9, 10),
                [Path("way", "errors", role="neutral"), Path("h", "drawn error")],
                set_ticks,
                "log",
                "log",
                alt="The error of the secant's slope for every step from 1 down to h, on logarithmic axes.",
            ),
        ],
        message=lambda h, run: _message(h, run, best),
        table={
            "h": ("h", ".3g"),
            "slope": ("slope", ".8f"),
            "error": ("off by", ".2g"),
        },
        name="step",
        symbol="h",
        number=".3g",
        marks={1e-16: "1e-16", 1e-8: "1e-8", 1.0: "1"},
        live="log",
    )


def _on_the_axis(slope):
    # A logarithmic axis has no zero, and a live slider may come across a step without any error.
    return max(abs(slope - 2), 4e-9)


def _message(h, run, best):
    taken, slope, error = (run[name][0] for name in ("taken", "slope", "error"))
    if taken == 0:
        return "warning", "1 + h is 1 again: the two points are one, and the slope comes out as 0."
    if abs(slope - (2 + h)) < 0.2 * h:  # as algebra has it
        if error >= SAME_TO_THE_EYE:
            return "note", f"The secant cuts the curve in two points. Its slope is {slope:.4g}, the tangent's is 2."
        return "note", "To the eye the secant is the tangent. Its slope is off by about h."
    if error <= best:
        return "note", f"Not one of the steps 1, 0.3, 0.1 and so on does better: the slope is off by {error:.2g}."
    if error < 5e-7:
        return "note", "Six decimals are right. Below them it is no longer h that decides, but rounding."
    seen = "you can see it" if error >= SAME_TO_THE_EYE else "too little to see"
    return "warning", f"1 + h is rounded: the step taken is {taken:.3e}, and the slope is off by {error:.2g}, {seen}."
