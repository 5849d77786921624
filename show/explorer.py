"""A slider that moves a computation: its path, a message and a table of its steps, with and without a kernel.

`Explorer` shows itself as one block of HTML with precomputed frames (the website, a notebook without a kernel) and,
when a kernel is live, as ipywidgets that take any value between the ends. Both show the same `frame`, so both show the
same numbers. All mathematics is Python: the script in the page copies a frame's texts and outlines, nothing else.
"""

import base64
import json
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path as File

import ipywidgets
import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from show import plots, svg

HERE = File(__file__).parent


class Path:
    """A line through the points (columns[x], columns[y]), with a dot on each point unless `dots` is false.

    width is the line's, in points, 0 for none; dashes are as SVG has them, such as "6 4"; cap, "round", "square" or
    "butt", is how lines and dots end.
    """

    def __init__(self, x, y, *, role="path", dots=True, width=1.6, dashes="", cap="round"):
        self.x, self.y, self.role, self.dots = x, y, role, dots
        self.width, self.dashes, self.cap = width, dashes, cap

    def value(self, columns, axes):
        """Outline of the line in the picture's units, ended where it first leaves the frame."""
        points, crossing = _cut(_to_picture(axes, columns[self.x], columns[self.y]), *_frame(axes))
        outline = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        # Where the line leaves the frame is no step of the run: T is a line too, and gets no dot.
        return outline if crossing is None else f"{outline}T{crossing[0]:.1f} {crossing[1]:.1f}"

    def element(self, slot, value):
        dots = value.split("T")[0].replace("L", "h0M") + "h0"  # a line of length zero is a dot as large as its ends
        dashes = f'stroke-dasharray="{self.dashes}" ' if self.dashes else ""
        line = f'{dashes}stroke-width="{self.width}" data-slot="{slot}" data-set="d" d="{value}"'
        dots = f'stroke-width="5.5" data-slot="{slot}" data-set="dots" d="{dots}"'
        drawn = [line] * bool(self.width) + [dots] * self.dots
        return "".join(_line(self.role, attributes, self.cap) for attributes in drawn)


class Edge:
    """A straight line between two fixed points, in the units of the axes; columns[name] is its width in points."""

    def __init__(self, name, start, end, *, role="forward"):
        self.name, self.start, self.end, self.role = name, start, end, role

    def value(self, columns, axes):
        self.at = _to_picture(axes, *zip(self.start, self.end, strict=True))
        return f"{columns[self.name]:.2f}"

    def element(self, slot, value):
        outline = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in self.at)
        return _line(self.role, f'd="{outline}" data-slot="{slot}" data-set="stroke-width" stroke-width="{value}"')


class Label:
    """The text columns[name] at a fixed point of the picture, in the units of the axes; role None is the page's ink.

    mark stands before each text. A gradient has one that tells it apart, for colour alone would not.
    """

    def __init__(self, name, x, y, *, role=None, size=11.5, mark=None):
        self.name, self.x, self.y, self.role, self.size = name, x, y, role, size
        self.mark = mark if mark is not None else "▾ " if role == "gradient" else ""

    def value(self, columns, axes):
        self.at = _to_picture(axes, [self.x], [self.y])[0]
        text = str(columns[self.name])
        return self.mark + text if text else ""

    def element(self, slot, value):
        colour = svg.colour(self.role) if self.role else "currentColor"
        return (
            f'<text fill="{colour}" x="{self.at[0]:.1f}" y="{self.at[1]:.1f}" font-size="{self.size}" '
            f'text-anchor="middle" dominant-baseline="middle" data-slot="{slot}">{escape(value)}</text>'
        )


def _line(role, attributes, cap="round"):
    return f'<path fill="none" stroke="{svg.colour(role)}" stroke-linecap="{cap}" {attributes}/>'


@dataclass
class Panel:
    """One picture: what stands still, drawn once by `draw(axes)` with matplotlib, and `traces`, which move.

    alt says what is to be seen, to readers who do not see it; it holds at every position, so it gives no result.
    """

    title: str
    xlabel: str
    ylabel: str
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    traces: Sequence
    draw: Callable[[Axes], None] | None = None
    xscale: str = "linear"
    yscale: str = "linear"
    size: tuple[float, float] = (4.6, 3.9)  # inches
    equal: bool = False  # one unit is as long on both axes
    bare: bool = False  # no axes, for diagrams
    alt: str = field(kw_only=True)

    def axes(self):
        """The picture's axes, on a figure of their own."""
        with mpl.style.context(plots.STYLE):
            figure = Figure(self.size, dpi=72, layout="none")
            FigureCanvasSVG(figure)
            axes = figure.add_axes((0, 0, 1, 0.9) if self.bare else (0.18, 0.16, 0.79, 0.74))
            axes.set(xscale=self.xscale, yscale=self.yscale, xlim=self.xlim, ylim=self.ylim)
            axes.set_title(self.title)
            if self.bare:
                axes.axis("off")
            else:
                axes.set(xlabel=self.xlabel, ylabel=self.ylabel)
                axes.yaxis.labelpad = 4 if self.yscale == "linear" else 1  # small powers of ten need the room
                for scale, axis in ((self.xscale, axes.xaxis), (self.yscale, axes.yaxis)):
                    if scale == "linear":
                        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
            if self.draw:
                self.draw(axes)
            axes.set(xlim=self.xlim, ylim=self.ylim)
            if self.equal:
                axes.set_aspect("equal")
                axes.apply_aspect()
        return axes


@dataclass
class Frame:
    """All that one position of the slider shows."""

    columns: Mapping  # what the run computed
    readout: str  # the slider's value
    message: str
    state: str  # "note", or "warning" where the run fails
    traces: list[str]  # outlines, labels and widths, panel by panel
    cells: list[str]  # the table, row by row, empty cells at its end

    @property
    def slots(self):
        """Every text and attribute that the page shows, in the order of its slots."""
        return [self.readout, self.message, self.state, *self.traces, *self.cells]


@dataclass(repr=False)
class Explorer:
    """A slider over `values` of one quantity, with the pictures, the message and the table that belong to each.

    run      value -> {column: sequence}; the only place where anything is computed. It must end by itself: a run that
             diverges stops once it has left the pictures.
    values   the slider's positions, increasing; None of the marks may be missing from them.
    start    the first position, one of the values.
    message  (value, columns) -> (state, text), state "note" or "warning".
    table    {column: (title, format)}, a row for each element of the columns.
    marks    {value: text} to be drawn below the slider, such as {1/3: "1/3"}.
    live     "linear", "log" (any value in between when a kernel is live) or "values" (only the values).
    steps    what the buttons beside the slider are called: "smaller learning rate" and "larger …", unless named.

    Raises ValueError for values that do not increase, and for a start or a mark that is not among them.
    """

    run: Callable[[float], Mapping]
    values: Sequence[float]
    start: float
    panels: Sequence[Panel]
    message: Callable[[float, Mapping], tuple[str, str]]
    table: Mapping[str, tuple[str, str]]
    name: str = "learning rate"
    symbol: str = "α"
    number: str = ".4f"
    marks: Mapping[float, str] = field(default_factory=dict)
    live: str = "linear"
    steps: tuple[str, str] | None = None

    def __post_init__(self):
        self.values = [float(v) for v in self.values]
        if not self.values or not all(a < b for a, b in zip(self.values, self.values[1:], strict=False)):
            raise ValueError(
                f"values: expected at least one number, each larger than the one before, got {self.values}"
            )
        for argument, value in [("start", self.start), *(("marks", mark) for mark in self.marks)]:
            if value not in self.values:
                raise ValueError(f"{argument}: expected one of the explorer's values, got {value}")
        self._axes = [panel.axes() for panel in self.panels]
        with mpl.style.context(plots.STYLE):
            # Two explorers of a chapter may have the same picture.
            self._backgrounds = [svg.element(axes.figure, belongs_to=repr(self)) for axes in self._axes]
        runs = {value: self.run(value) for value in self.values}
        self._rows = max(map(self._length, runs.values()))
        self._longest_message = max((self.message(*run)[1] for run in runs.items()), key=len)

    def __repr__(self):
        low, high = (_minus(format(value, self.number)) for value in (self.values[0], self.values[-1]))
        return f"Explorer: {self.name} {self.symbol}, {len(self.values)} values from {low} to {high}"

    def frame(self, value):
        """What the pictures, the message and the table show for one value."""
        columns = self.run(value)
        state, message = self.message(value, columns)
        readout = f"{self.symbol} = {_minus(format(value, self.number))}"
        traces = [
            trace.value(columns, axes)
            for panel, axes in zip(self.panels, self._axes, strict=True)
            for trace in panel.traces
        ]
        used = self._length(columns)
        cells = [
            _minus(format(columns[column][row], form)) if row < used else ""
            for row in range(max(self._rows, used))
            for column, (_, form) in self.table.items()
        ]
        return Frame(columns, readout, message, state, traces, cells)

    def _length(self, columns):
        return len(columns[next(iter(self.table))])

    # The pieces of the page. Slots are numbered as in Frame.slots: readout, message, state, traces, cells.

    def _pictures(self, frame):
        """The panels as SVG with the frame's traces in them."""
        pictures, slot = [], 3
        for panel, background in zip(self.panels, self._backgrounds, strict=True):
            moving = ""
            for trace in panel.traces:
                moving += trace.element(slot, frame.traces[slot - 3])
                slot += 1
            named = background.replace("<svg ", f'<svg role="img" aria-label="{escape(panel.alt)}" ', 1)
            pictures.append(named.replace("</svg>", moving + "</svg>"))
        return pictures

    def _message(self, frame):
        return (
            # As high as the longest message, so that the pictures stay where they are; on a phone up to four lines.
            f'<div class="explorer-message" data-longest="{escape(self._longest_message)}" role="status" '
            f'aria-live="polite" data-slot="2" data-set="data-state" data-state="{frame.state}">'
            f'<span class="explorer-said"></span><span data-slot="1">{escape(frame.message)}</span></div>'
        )

    def _table(self, frame):
        head = "".join(f'<th scope="col">{escape(title)}</th>' for title, _ in self.table.values())
        width, slot, rows = len(self.table), 3 + len(frame.traces), ""
        for row in range(0, len(frame.cells), width):
            cells = enumerate(frame.cells[row : row + width], slot + row)
            rows += "<tr>" + "".join(f'<td data-slot="{n}">{escape(text)}</td>' for n, text in cells) + "</tr>"
        return (
            '<div class="explorer-table" tabindex="0" role="group" aria-label="Steps of the run">'
            '<!--| quarto-html-table-processing: none --><table data-quarto-disable-processing="true">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _html(self):
        """The whole explorer as one block that needs neither a kernel nor a network."""
        at = self.values.index(float(self.start))
        frame = self.frame(self.values[at])
        images = "".join(
            '<img alt="{}" width="{}" height="{}" src="data:image/svg+xml;base64,{}">'.format(
                escape(panel.alt), *(round(96 * inches) for inches in panel.size), _base64(picture)
            )  # an inch is 96 pixels
            for panel, picture in zip(self.panels, self._pictures(frame), strict=True)
        )
        last = len(self.values) - 1
        ticks = " ".join(
            f'<span style="left:{100 * self.values.index(float(value)) / max(last, 1):.2f}%">{escape(text)}</span>'
            for value, text in self.marks.items()
        )
        frames = json.dumps([self.frame(v).slots for v in self.values], ensure_ascii=False, separators=(",", ":"))
        frames = frames.replace("<", r"\u003c")  # "</script>" or "<!--" in a text would be read as markup
        name, readout = escape(self.name), escape(frame.readout)
        smaller, larger = map(escape, self.steps or (f"smaller {self.name}", f"larger {self.name}"))
        return (
            f'<div class="explorer"><style>{_asset("explorer.css")}</style>'
            # The controls stay in view beside or above the pictures, and not over the table.
            '<div class="explorer-moving"><div class="explorer-controls">'
            # Hidden until the script runs: without it the slider would move nothing.
            f'<div class="explorer-slider" hidden><button type="button" aria-label="{smaller}">−</button>'
            f'<label><span class="explorer-label">{name} '
            f'<span class="explorer-readout" aria-hidden="true" data-slot="0">{readout}</span></span>'
            # JupyterLab would take the arrow keys for itself without the attribute data-lm-suppress-shortcuts.
            f'<input type="range" min="0" max="{last}" step="1" value="{at}" autocomplete="off" '
            'data-lm-suppress-shortcuts="true" data-slot="0" data-set="aria-valuetext" '
            f'aria-valuetext="{readout}"></label><button type="button" aria-label="{larger}">+</button>'
            f'<div class="explorer-marks" aria-hidden="true">{ticks}</div></div>'
            # A notebook that is not trusted shows this line too.
            "<noscript><p>The slider stands still: it needs JavaScript. In JupyterLab, run the cell.</p></noscript>"
            f'{self._message(frame)}</div><div class="explorer-panels">{images}</div></div>{self._table(frame)}'
            f'<script type="application/json" class="explorer-frames">{frames}</script>'
            f"<script>{_asset('explorer.js')}</script></div>"
        )

    def widget(self):
        """The explorer as ipywidgets: a slider for any value between the ends; pictures, message and table as above."""
        frame = self.frame(self.start)
        pictures, message, table = (ipywidgets.HTML() for _ in range(3))
        # Written once: a new style element would make the browser lay out all of JupyterLab again at every step.
        style = ipywidgets.HTML(f"<style>{_asset('explorer.css')}</style>", layout={"display": "none"})
        block = '<div class="explorer" style="margin: 0">'  # the distances are those between widgets

        def show(frame):
            pictures.value = f'{block}<div class="explorer-panels">{"".join(self._pictures(frame))}</div></div>'
            message.value = f"{block}{self._message(frame)}</div>"
            table.value = f"{block}{self._table(frame)}</div>"

        label = {"description": f"{self.name} {self.symbol}", "style": {"description_width": "initial"}}
        low, high = self.values[0], self.values[-1]
        place, step = float, 0
        if self.live == "linear":
            step = 10.0 ** math.floor(math.log10((high - low) / 500))
            if self.number.endswith("f"):  # a step that can be seen
                step = max(step, 10.0 ** -int(self.number.rpartition(".")[2].rstrip("f")))
            slider = ipywidgets.FloatSlider(
                self.start, min=low, max=high, step=step, readout_format=self.number, **label
            )
        elif self.live == "log":
            place, step = math.log10, 0.05
            ends = {"min": place(low), "max": place(high), "step": step}
            slider = ipywidgets.FloatLogSlider(self.start, readout_format=self.number, **ends, **label)
        else:
            options = [(_minus(format(value, self.number)), value) for value in self.values]
            slider = ipywidgets.SelectionSlider(value=float(self.start), options=options, **label)

        def nearest(value):
            """The static value half a step away or less, if there is one: no step leads to 1/3 itself."""
            return next((v for v in self.values if abs(place(v) - place(value)) <= step / 2), value)

        slider.layout.width = "min(100%, 40rem)"
        slider.observe(lambda change: show(self.frame(nearest(change["new"]))), "value")
        show(frame)
        return ipywidgets.VBox([style, slider, message, pictures, table])

    def _repr_mimebundle_(self, **_):
        bundle = {"text/plain": repr(self), "text/html": self._html()}
        if _kernel_is_live() and os.environ.get("EXPLORER") != "static":
            bundle |= self.widget()._repr_mimebundle_()
            bundle["text/plain"] = repr(self)
        return bundle


def _kernel_is_live():
    """Whether a notebook front end is attached that could show widgets."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


def _minus(number):
    """A number's text with the sign that axes have; an exponent keeps its hyphen, as Python writes it."""
    return f"−{number[1:]}" if number.startswith("-") else number


def _base64(text):
    return base64.b64encode(text.encode()).decode()


def _asset(name):
    return (HERE / name).read_text(encoding="utf-8").strip()


def _to_picture(axes, xs, ys):
    """Points in the units of the axes -> points in the units of the picture, whose y axis points down."""
    xs, ys = np.broadcast_arrays(np.asarray(xs, float), np.asarray(ys, float))
    for scale, values in ((axes.get_xscale(), xs), (axes.get_yscale(), ys)):
        if not np.isfinite(values).all():
            raise ValueError(f"a trace: expected finite numbers, got {values[~np.isfinite(values)][0]}")
        if scale == "log" and not np.all(values > 0):
            raise ValueError(f"a trace on a logarithmic axis: expected positive numbers, got {values.min()}")
    points = axes.transData.transform(np.column_stack([xs, ys]))
    points[:, 1] = axes.figure.bbox.height - points[:, 1]
    return points


def _frame(axes):
    """Left, top, right and bottom of the axes, in the units of the picture."""
    box, height = axes.bbox, axes.figure.bbox.height
    return box.x0, height - box.y1, box.x1, height - box.y0


def _cut(points, left, top, right, bottom):
    """The points before the first one outside the rectangle, and where the line crosses the border (or None)."""
    low, high = np.array([left, top]), np.array([right, bottom])
    # Half a unit of slack, so that rounding does not cut a point that lies on the border.
    outside = np.flatnonzero(((points < low - 0.5) | (points > high + 0.5)).any(axis=1))
    if not len(outside):
        return points, None
    first = outside[0]
    if first == 0:
        raise ValueError(f"a trace: expected a first point inside the picture's limits, got {points[0]}")
    start, way = points[first - 1], points[first] - points[first - 1]
    # The share of the way at which each coordinate reaches the border it heads for.
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(way > 0, (high - start) / way, np.where(way < 0, (low - start) / way, np.inf))
    return points[:first], start + np.clip(shares.min(), 0, 1) * way
