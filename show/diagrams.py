"""Diagrams of networks and computational graphs: values above, gradients in a box below, in a second colour."""

from dataclasses import dataclass

import numpy as np
from matplotlib.patches import Circle

from show import plots
from show.explorer import Edge, Label, Panel

RADIUS = 0.3


@dataclass
class Diagram:
    """Nodes with their places and the edges between them, drawn from left to right.

    nodes   {name: (x, y)}; neighbours lie about 1.6 apart in x and 1.2 in y. A name is what the circle shows, such as
            "z₁"; a trailing apostrophe is not shown, so that two nodes may look alike (two bias inputs "1" and "1'").
    edges   [(from, to, name)]; the name is the edge's parameter or operation, "" for none. Names are used once.

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

    def draw(self, ax, values=None, gradients=None):
        """Draw the diagram with values {name: number or text} above and gradients {name: ∂L/∂name} in boxes below.

        Names are those of nodes and of edges. What is missing is drawn without a number; another name is a ValueError.
        """
        self._draw_structure(ax)
        for name, text in (values or {}).items():
            x, y = self._place(name, +1)
            ax.text(x, y, _text(text), ha="center", va="center", fontsize=11.5, color=plots.FORWARD)
        box = {"boxstyle": "square,pad=0.2", "facecolor": "white", "edgecolor": plots.GRADIENT, "linewidth": 0.8}
        for name, text in (gradients or {}).items():
            x, y = self._place(name, -1)
            ax.text(x, y, _text(text), ha="center", va="center", fontsize=11.5, color=plots.GRADIENT, bbox=box)

    def panel(self, title, *, widths=(), size=None):
        """The diagram as a panel of an explorer.

        A run gives a text for each name, its value, and for each "∂name", its gradient; "" shows nothing. For each edge
        in `widths` it also gives "width name", in points.
        """
        names = [*self.nodes, *(name for *_, name in self.edges if name)]
        traces = [Edge(f"width {name}", *self._ends(start, end)) for start, end, name in self.edges if name in widths]
        for name in names:
            traces.append(Label(name, *self._place(name, +1), role="forward", size=11.5))
            traces.append(Label(f"∂{name}", *self._place(name, -1), role="gradient", size=11.5))
        (left, right), (bottom, top) = self._limits()
        size = size or (1.05 * (right - left), 1.05 * (top - bottom) + 0.4)
        return Panel(title, "", "", (left, right), (bottom, top), traces, self._draw_structure, size=size, bare=True)

    def _draw_structure(self, ax):
        ink = ax.title.get_color()
        for start, end, name in self.edges:
            arrow = {"arrowstyle": "-|>", "color": plots.NEUTRAL, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0}
            a, b = self._ends(start, end)
            ax.annotate("", b, a, arrowprops=arrow)
            if name:
                ax.text(*self._beside(start, end, 0.15), name, ha="center", va="center", fontsize=11.5, style="italic")
        for name, place in self.nodes.items():
            ax.add_patch(Circle(place, RADIUS, facecolor="none", edgecolor=ink))
            ax.text(*place, name.rstrip("'"), ha="center", va="center", fontsize=11.5)
        xlim, ylim = self._limits()
        ax.set(xlim=xlim, ylim=ylim, aspect="equal")
        ax.axis("off")

    def _limits(self):
        xs, ys = zip(*self.nodes.values(), strict=True)
        return (min(xs) - 0.6, max(xs) + 0.6), (min(ys) - 0.75, max(ys) + 0.7)

    def _ends(self, start, end):
        """Where the edge leaves one circle and meets the other."""
        a, b = np.array(self.nodes[start], float), np.array(self.nodes[end], float)
        margin = RADIUS * (b - a) / np.linalg.norm(b - a)
        return a + margin, b - margin

    def _beside(self, start, end, distance):
        """The point beside the middle of an edge, above it for a positive distance."""
        a, b = self._ends(start, end)
        across = np.array([a[1] - b[1], b[0] - a[0]]) / np.linalg.norm(b - a)
        across *= 1 if across[1] > 0 else -1
        # A text is wider than high, so it needs more room beside a steep edge.
        return (a + b) / 2 + across * (distance + np.sign(distance) * 0.25 * abs(across[0]))

    def _place(self, name, side):
        """Where the value (side +1) or the gradient (side −1) of a node or an edge is written."""
        if name in self.nodes:
            x, y = self.nodes[name]
            return x, y + side * (RADIUS + 0.17)
        for start, end, edge in self.edges:
            if edge == name:
                # A value stands above the name of its edge, a gradient on the edge's other side.
                x, y = self._beside(start, end, 0.15 if side > 0 else -0.2)
                return x, y + 0.22 * (side > 0)
        raise ValueError(f"values or gradients: expected names of nodes and edges, got {name!r}")


def _text(value):
    return value if isinstance(value, str) else f"{value:z.4f}"
