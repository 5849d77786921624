"""Diagrams of networks and computational graphs: values above, gradients in a box below, in a second colour."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.textpath import TextPath

from show import plots
from show.explorer import Edge, Label, Panel

# All lengths are points: a circle, a text and the gap between them are as large in a wide figure as in a narrow one.
SIZE = 11.5
LINE = 14  # the height of a line of text, or of a gradient's box
GAP = 4
TITLE = 30
ANY_NUMBER = "-0.0000"  # as wide as the numbers that an explorer will show


@dataclass
class Diagram:
    """Nodes with their places and the edges between them, drawn from left to right.

    nodes   {name: (x, y)}, in any unit: the drawing is stretched to fill its axes. A name is what the circle shows,
            such as "z₁" or "z1_1"; a trailing apostrophe is not shown, so that two nodes may look alike (two inputs
            "1" and "1'"). All circles of a diagram are as large as its longest name needs.
    edges   [(from, to, name)]; the name is the edge's parameter or operation, "" for none. Names are used once; blanks
            at the end of a name are not seen. A name such as "× 3" is a local slope: with `flow` it belongs to the
            arrow on which the gradient comes back.

    On a figure 4.8 inches wide five columns of nodes have room for numbers of four decimals, and a row of nodes needs
    about 0.9 inches of height, the title 0.4.

    Raises ValueError for an edge that starts or ends nowhere and for a name used twice.
    """

    nodes: dict[str, tuple[float, float]]
    edges: list[tuple[str, str, str]]

    def __post_init__(self):
        names = [*self.nodes, *(name for *_, name in self.edges if name)]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"nodes and edges: expected each name once, got {sorted(twice)} more often")
        for start, end, _ in self.edges:
            if missing := {start, end} - set(self.nodes):
                raise ValueError(f"edges: expected ends among the nodes {list(self.nodes)}, got {sorted(missing)}")
        self.radius = max(12.0, *(_width(name.rstrip("'")) / 2 + 4 for name in self.nodes))

    def draw(self, ax, values=None, gradients=None, *, flow=False):
        """Draw the diagram with values {name: number or text} above and gradients {name: ∂L/∂name} in boxes below.

        Names are those of nodes and of edges. What is missing is drawn without a number; another name is a ValueError.
        The diagram fills its part of the figure, below a title. With `flow` the arrows have the colour of the values,
        and gradients flow back on arrows of their own: to each node that has a gradient, and to the middle of an edge
        whose parameter has one.
        """
        values = {name: _text(text) for name, text in (values or {}).items()}
        gradients = {name: _text(text) for name, text in (gradients or {}).items()}
        layout = _Layout(self, *_fill(ax), values, gradients, flow)
        layout.structure(ax, flow=flow)
        for name, text in values.items():
            ax.text(*layout.place(name, +1), text, ha="center", va="center", fontsize=SIZE, color=plots.FORWARD)
        box = {"boxstyle": "square,pad=0.2", "facecolor": "white", "edgecolor": plots.GRADIENT, "linewidth": 0.8}
        for name, text in gradients.items():
            x, y = layout.place(name, -1)
            ax.text(x, y, text, ha="center", va="center", fontsize=SIZE, color=plots.GRADIENT, bbox=box)

    def panel(self, title, *, alt, widths=(), size=(4.8, 3.4), flow=False, longest=None):
        """The diagram as a panel of an explorer; alt says what it shows, as for any panel.

        A run gives a text for each name, its value, and for each "∂name", its gradient; "" shows nothing. `longest`,
        if given, says which of these there are: {"w": the longest text to be shown there, "∂w": …}. For each edge in
        `widths` the run also gives "width name", in points. With `flow` it gives for each edge from a to b the widths
        of the arrow forward, "a→b", and of the one on which the gradient comes back, "a←b"; 0 shows none. A local
        slope is shown with the arrow back.
        """
        names = [*self.nodes, *(name for *_, name in self.edges if name)]
        if longest is None:
            longest = {mark + name: ANY_NUMBER for name in names for mark in ("", "∂")}
        values = {name: longest[name] for name in names if name in longest}
        gradients = {name: longest[f"∂{name}"] for name in names if f"∂{name}" in longest}
        gradients = {name: f"▾ {text}" for name, text in gradients.items()}  # as Label has it
        # Panel.axes leaves a tenth of the height to the title.
        layout = _Layout(self, 72 * size[0], 0.9 * 72 * size[1], values, gradients, flow)
        traces = [Edge(f"width {name}", *layout.ends(start, end)) for start, end, name in self.edges if name in widths]
        if flow:
            for start, end, _ in self.edges:
                traces.append(_Arrow(f"{start}→{end}", *layout.ends(start, end, +FLOW), role="forward"))
                traces.append(_Arrow(f"{start}←{end}", *layout.ends(start, end, -FLOW)[::-1], role="gradient"))
            factors = [(start, end, name) for start, end, name in self.edges if layout.is_factor(name)]
            traces += [_Factor(f"{start}←{end}", name.strip(), *layout.place(name, 0)) for start, end, name in factors]
        traces += [Label(name, *layout.place(name, +1), role="forward", size=SIZE) for name in values]
        traces += [Label(f"∂{name}", *layout.place(name, -1), role="gradient", size=SIZE) for name in gradients]
        return Panel(title, "", "", layout.xlim, layout.ylim, traces, layout.structure, size=size, bare=True, alt=alt)


FLOW = 3.0  # how far the arrow forward and the arrow back lie from the middle between them


@dataclass
class _Layout:
    """Where everything is, in the units of the nodes, on axes of a width and a height in points."""

    diagram: Diagram
    width: float
    height: float
    values: Mapping[str, str]
    gradients: Mapping[str, str]
    flow: bool

    def __post_init__(self):
        names = [*self.diagram.nodes, *(name for *_, name in self.diagram.edges)]
        if unknown := (set(self.values) | set(self.gradients)) - set(names):
            raise ValueError(f"values or gradients: expected names of nodes and edges, got {sorted(unknown)}")
        self._set_scales()
        self._spread_texts()

    def _set_scales(self):
        xs, ys = np.array(list(self.diagram.nodes.values()), float).T
        radius = self.diagram.radius
        # A figure of the values and one of values and gradients have their circles in the same places.
        above = below = radius + 2 + (LINE + 6) * bool(self.values or self.gradients)
        halves = np.array([max(radius, self._half(name)) + 2 for name in self.diagram.nodes])
        left = right = halves.max()
        span, rise = np.ptp(xs), np.ptp(ys)
        for _ in range(10):  # the scale depends on the margins, and what a node needs of a margin on the scale
            scale = (self.width - left - right) / (span or 1)
            left = np.max(halves - (xs - xs.min()) * scale)
            right = np.max(halves - (xs.max() - xs) * scale)
        self.points = np.array([scale, (self.height - above - below) / (rise or 1)])  # in one unit of the nodes
        if min(self.points) <= 0:
            room = f"{self.width:.0f} × {self.height:.0f}"
            raise ValueError(f"a figure for a diagram: expected more room than {room} points")
        margins = np.array([left if span else self.width / 2, below if rise else self.height / 2])
        self.low = np.array([xs.min(), ys.min()]) - margins / self.points
        high = self.low + np.array([self.width, self.height]) / self.points
        self.xlim, self.ylim = zip(self.low, high, strict=True)

    def structure(self, ax, *, flow=False):
        """Circles, edges and names: all that stands still. Arrows that a panel will draw are lines without a head."""
        ink = ax.title.get_color()
        later = self.flow and not flow
        for start, end, name in self.diagram.edges:
            colour = plots.FORWARD if flow else plots.NEUTRAL
            self._arrow(ax, *self.ends(start, end, FLOW * self.flow), colour, head=not later)
            if flow and (back := self._way_back(start, end, name)):
                self._arrow(ax, *back, plots.GRADIENT)
            if name and not (later and self.is_factor(name)):
                style = {"color": plots.GRADIENT if self.is_factor(name) else ink, "style": "italic"}
                ax.text(*self.place(name, 0), name.strip(), ha="center", va="center", fontsize=SIZE, **style)
        for name, place in self.diagram.nodes.items():
            circle = {"markersize": 2 * self.diagram.radius, "markerfacecolor": "white", "markeredgewidth": 1}
            ax.plot(*place, "o", markeredgecolor=ink, clip_on=False, **circle)
            ax.text(*place, name.rstrip("'"), ha="center", va="center_baseline", fontsize=SIZE)
        ax.set(xlim=self.xlim, ylim=self.ylim)
        ax.axis("off")

    def is_factor(self, name):
        """Whether the name of an edge is a local slope, which multiplies what comes back."""
        return self.flow and name.startswith("×")

    def ends(self, start, end, side=0.0):
        """Where the edge leaves one circle and meets the other, `side` points above the line between the centres."""
        a, b = self._at(start), self._at(end)
        along = (b - a) / np.linalg.norm(b - a)
        margin = along * np.sqrt(self.diagram.radius**2 - side**2)
        aside = side * _upward(along)
        return self._in_units(a + margin + aside), self._in_units(b - margin + aside)

    def place(self, name, side):
        """Where the value (side +1) or gradient (−1) of a node or an edge is written, and the name of an edge (0)."""
        if name in self.diagram.nodes or side < 0:
            return self._in_units(self.centres[name, side])
        lines = self.texts[name, 1][1] / LINE  # the value of an edge is one line above its name
        return self._in_units(self.centres[name, 1] + np.array([0, LINE * (side - 0.5) * (lines - 1)]))

    def _at(self, node):
        return (np.array(self.diagram.nodes[node], float) - self.low) * self.points

    def _in_units(self, place):
        return self.low + place / self.points

    def _way_back(self, start, end, name):
        """The arrow on which a gradient comes back along an edge, or None."""
        if end not in self.gradients or not (start in self.gradients or name in self.gradients):
            return None
        head, tail = self.ends(start, end, -FLOW)[::-1]
        # A parameter is in the middle of its edge.
        return head, tail if start in self.gradients else head + 0.6 * (tail - head)

    # Texts: each has a few places to choose from, and takes the one where it meets least.

    def _spread_texts(self):
        self.texts, self.centres, choices = {}, {}, {}
        for name in self.diagram.nodes:
            for side, texts, more in ((1, self.values, 0), (-1, self.gradients, 5)):
                if name in texts:
                    self.texts[name, side] = _width(texts[name]) + more, LINE + more / 2
                    choices[name, side] = self._around(name, side)
        for start, end, name in self.diagram.edges:
            if name:
                width = max(_width(name.strip()), _width(self.values.get(name, "")))
                self.texts[name, 1] = width, LINE * (1 + (name in self.values))
                choices[name, 1] = self._beside(start, end, self.texts[name, 1], -1 if self.is_factor(name) else 1)
            if name in self.gradients:
                self.texts[name, -1] = _width(self.gradients[name]) + 5, LINE + 3
                choices[name, -1] = self._beside(start, end, self.texts[name, -1], -1)
        self.centres = {key: places[0][1] for key, places in choices.items()}
        lines = self._lines()
        for _ in range(3):
            for key, places in choices.items():
                costs = [dislike + self._meets(key, centre, lines) for dislike, centre in places]
                self.centres[key] = places[int(np.argmin(costs))][1]

    def _around(self, name, side):
        """Places above or below a node as (dislike, centre), the first one straight above or below it."""
        width, height = self.texts[name, side]
        across = [0, *(sign * share * width for share in (0.15, 0.3, 0.45, 0.6) for sign in (1, -1))]
        away = [0, 4, 9, height]
        base = self._at(name) + np.array([0, side * (self.diagram.radius + 3 + height / 2)])
        return [(abs(x) + 1.5 * y, base + np.array([x, side * y])) for x in across for y in away]

    def _beside(self, start, end, size, side):
        """Places beside an edge as (dislike, centre), the first in its middle: above it (side 1) or below it (−1)."""
        a, b = (self._at(node) for node in (start, end))
        up = side * _upward((b - a) / np.linalg.norm(b - a))
        clear = _reach(up, size) + 2 + FLOW * self.flow
        shares = [0.5, *(0.5 + sign * k / 20 for k in range(1, 7) for sign in (1, -1))]
        return [
            (60 * abs(share - 0.5) + 1.5 * more, a + share * (b - a) + up * (clear + more))
            for share in shares
            for more in (0, 4, 9, 14)
        ]

    def _lines(self):
        """Points along all arrows, a step apart."""
        steps = []
        for start, end, name in self.diagram.edges:
            ways = [self.ends(start, end, FLOW * self.flow)]
            if self.flow and (back := self._way_back(start, end, name)):
                ways.append(back)
            for one, other in ways:
                one, other = ((place - self.low) * self.points for place in (one, other))
                steps.append(np.linspace(one, other, 1 + int(np.linalg.norm(other - one))))
        return np.concatenate(steps) if steps else np.empty((0, 2))

    def _meets(self, key, centre, lines):
        """How much a text with this centre would cover of texts, circles and arrows, and what would be outside."""
        size = np.array(self.texts[key])
        others = [(self.centres[k], self.texts[k]) for k in self.centres if k != key]
        others += [(self._at(node), (2 * self.diagram.radius - 2,) * 2) for node in self.diagram.nodes]
        centres, sizes = (np.array(part) for part in zip(*others, strict=True))
        overlaps = np.clip((size + sizes) / 2 + 1.5 - np.abs(centres - centre), 0, None)
        covered = (np.abs(lines - centre) < size / 2 + 1).all(axis=1).sum()
        outside = np.clip(np.abs(centre - self._size / 2) + size / 2 - self._size / 2, 0, None).sum()
        return 3 * np.minimum(overlaps.prod(axis=1), 300).sum() + 4 * covered + 50 * outside

    @property
    def _size(self):
        return np.array([self.width, self.height])

    def _half(self, name):
        """Half the width of what is written above and below a node."""
        return max(_width(self.values.get(name, "")), _width(self.gradients.get(name, "")) + 6) / 2

    def _arrow(self, ax, start, end, colour, *, head=True):
        arrow = "-|>,head_width=0.2,head_length=0.45" if head else "-"
        style = {"arrowstyle": arrow, "color": colour, "linewidth": 1.2}
        ax.annotate("", end, start, arrowprops=style | {"shrinkA": 0, "shrinkB": 0})


class _Arrow(Edge):
    """An edge with a head, in one path: columns[name] is its width in points, 0 for none."""

    def element(self, slot, value):
        (x0, y0), (x1, y1) = self.at
        along = np.array([x1 - x0, y1 - y0]) / np.hypot(x1 - x0, y1 - y0)
        across = np.array([-along[1], along[0]])
        wings = [self.at[1] - 6 * along + 3 * across, self.at[1], self.at[1] - 6 * along - 3 * across]
        head = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in wings)
        return super().element(slot, value).replace('" data-slot', f'{head}" data-slot', 1)


class _Factor(Label):
    """A local slope, shown while the arrow on which the gradient comes back has a width."""

    def __init__(self, arrow, text, x, y):
        super().__init__(f"factor {arrow}", x, y, role="gradient", size=SIZE)
        self.arrow, self.text = arrow, text

    def value(self, columns, axes):
        super().value({self.name: ""}, axes)  # finds the place
        return self.text if columns[self.arrow] else ""


def _fill(ax):
    """Give the axes all of their part of the figure but a line for the title; return their size in points."""
    place = ax.get_subplotspec()
    rows, columns = place.get_gridspec().get_geometry()
    top, left, bottom, right = (
        place.rowspan.start / rows,
        place.colspan.start / columns,
        place.rowspan.stop / rows,
        place.colspan.stop / columns,
    )
    width, height = 72 * ax.figure.get_size_inches()
    x, y = 4 / width, 4 / height
    box = (left + x, 1 - bottom + y, right - left - 2 * x, bottom - top - y - TITLE / height)
    ax.set_position(box)
    return box[2] * width, box[3] * height


def _upward(along):
    """The unit vector across a direction that points up, or to the left of a vertical one."""
    across = np.array([-along[1], along[0]])
    return across if across[1] > 0 or (across[1] == 0 and across[0] < 0) else -across


def _reach(direction, size):
    """How far a rectangle of this size reaches from its centre in a direction."""
    return np.abs(direction) @ np.array(size) / 2


def _width(text):
    return TextPath((0, 0), text, size=SIZE).get_extents().width if text.strip() else 0.0


def _text(value):
    text = value if isinstance(value, str) else f"{value:z.4f}"
    return text.replace("-", "−")  # as axes have it
