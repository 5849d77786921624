"""Diagrams fit a telephone: nothing lies on anything else, nothing is cut, and each number is beside its name."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from show import plots
from show.diagrams import Diagram

NEURON = Diagram(
    {"x": (0, 0), "1": (0, -1.9), "z": (2, 0), "ŷ": (3.8, 0), "y": (3.8, -1.9), "L": (5.8, 0)},
    [("x", "z", "w"), ("1", "z", "b"), ("ŷ", "L", ""), ("y", "L", ""), ("z", "ŷ", "σ")],
)
DIAMOND = Diagram(
    {"q": (0, 0), "u": (2, 0.9), "v": (2, -0.9), "L": (4, 0)},
    [("q", "u", "× 3"), ("q", "v", "× 4"), ("u", "L", "× 4 "), ("v", "L", "× 6")],
)
LAYER = Diagram(
    {"x": (0, 0), "z1_1": (3, 1), "z2_1": (3, -1), "ŷ": (6, 0)},
    [("x", "z1_1", "w1_1"), ("x", "z2_1", "w2_1"), ("z1_1", "ŷ", "w1_2"), ("z2_1", "ŷ", "w2_2")],
)
ALL = [(NEURON, 2.75), (DIAMOND, 3), (LAYER, 3.4)]


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def drawn(diagram, height, *, flow):
    names = [*diagram.nodes, *(name for *_, name in diagram.edges if name)]
    numbers = {name: -0.1078 for name in names if name != "σ"}
    gradients = {name: number for name, number in numbers.items() if diagram is not NEURON or name not in "x1y"}
    with plt.style.context(plots.STYLE):
        figure, ax = plt.subplots(figsize=(4.8, height))
        diagram.draw(ax, numbers, gradients, flow=flow)
        ax.set_title("What the figure finds")
        figure.draw_without_rendering()
    return figure, ax


def boxes(ax):
    """Each text and each circle as (artist, its extent in pixels); the name of a node is in its circle."""
    renderer = ax.figure.canvas.get_renderer()
    found = [(line, line.get_window_extent(renderer)) for line in ax.lines]  # the circles
    for text in [*ax.texts, ax.title]:
        if text.get_text() and text.get_va() != "center_baseline":
            patch = text.get_bbox_patch()
            found.append((text, (patch or text).get_window_extent(renderer)))
    return found


@pytest.mark.parametrize("flow", [False, True])
@pytest.mark.parametrize(("diagram", "height"), ALL)
def test_no_text_lies_on_another_or_on_a_circle(diagram, height, flow):
    _, ax = drawn(diagram, height, flow=flow)
    for (one, a), (other, b) in combinations(boxes(ax), 2):
        assert not a.padded(-1.5).overlaps(b.padded(-1.5)), (str(one), str(other))


@pytest.mark.parametrize(("diagram", "height"), ALL)
def test_nothing_is_cut_at_the_edge_of_the_figure(diagram, height):
    figure, ax = drawn(diagram, height, flow=True)
    for artist, box in boxes(ax):
        assert min(box.x0, box.y0) >= 0, str(artist)
        assert box.x1 <= figure.bbox.width, str(artist)
        assert box.y1 <= figure.bbox.height, str(artist)


def test_a_long_name_fits_its_circle():
    _, ax = drawn(LAYER, 3.4, flow=False)
    renderer = ax.figure.canvas.get_renderer()
    widths = [t.get_window_extent(renderer).width for t in ax.texts if t.get_va() == "center_baseline"]
    assert len(widths) == 4
    assert max(widths) < 2 * LAYER.radius * ax.figure.dpi / 72 - 4


def arrows(ax, colour):
    """The arrows of a colour, each as its ends in the units of the nodes."""
    return [
        (np.array(text.xyann), np.array(text.xy))
        for text in ax.texts
        if getattr(text, "arrowprops", None) and text.arrowprops["color"] == colour
    ]


def test_gradients_flow_back_on_arrows_of_their_own():
    _, ax = plt.subplots(figsize=(4.8, 2.75))
    NEURON.draw(ax, {"x": 0.5}, {"L": "1", "ŷ": -0.4, "z": -0.1, "w": -0.05, "b": -0.1}, flow=True)
    assert len(arrows(ax, plots.FORWARD)) == 5
    back = arrows(ax, plots.GRADIENT)
    assert len(back) == 4  # to ŷ, z, w and b; y and the inputs are data and have no gradient here
    assert all(end[0] < start[0] for start, end in back)
    reached = sorted(round(float(end[0]), 1) for _, end in back)
    assert reached[0] > 0.3, "the arrows to w and b end in the middle of their edges"


def test_without_the_option_there_is_one_neutral_arrow_an_edge():
    _, ax = plt.subplots(figsize=(4.8, 2.75))
    NEURON.draw(ax, {"x": 0.5}, {"L": "1", "ŷ": -0.4})
    assert len(arrows(ax, plots.NEUTRAL)) == 5
    assert not arrows(ax, plots.GRADIENT)


def test_each_number_is_nearest_to_the_circle_it_belongs_to():
    _, ax = plt.subplots(figsize=(4.8, 2.75))
    NEURON.draw(ax, {"ŷ": "0.5622", "L": "0.0958"}, {"ŷ": "-0.4378", "L": "1"})
    places = {text.get_text(): text.get_position() for text in ax.texts}
    for number, name, above in [
        ("0.5622", "ŷ", True),
        ("0.0958", "L", True),
        ("−0.4378", "ŷ", False),
        ("1", "L", False),
    ]:
        x, y = NEURON.nodes[name]
        candidates = [place for text, place in places.items() if text == number]
        assert any(abs(px - x) < 0.7 and (py > y) == above for px, py in candidates), number


def test_a_name_that_is_nowhere_in_the_diagram_is_refused():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=r"expected names of nodes and edges, got \['k'\]"):
        NEURON.draw(ax, {"k": 1})
    with pytest.raises(ValueError, match="got \\['u'\\] more often"):
        Diagram({"u": (0, 0), "v": (1, 0)}, [("u", "v", "u")])
    with pytest.raises(ValueError, match="expected ends among the nodes"):
        Diagram({"u": (0, 0)}, [("u", "v", "")])


def test_a_panel_has_a_label_for_each_value_and_gradient_and_an_arrow_each_way():
    panel = DIAMOND.panel("Title", alt="A graph.", flow=True)
    names = {trace.name for trace in panel.traces}
    assert names >= {"q", "∂q", "× 3", "∂× 3", "q→u", "q←u", "v→L", "v←L"}
    axes = panel.axes()
    columns = dict.fromkeys(names, "1.5") | {name: 1.5 for name in names if "→" in name or "←" in name}
    (forward,) = (trace for trace in panel.traces if trace.name == "q→u")
    (back,) = (trace for trace in panel.traces if trace.name == "q←u")
    assert forward.value(columns, axes) == "1.50"
    assert back.value(columns, axes) == "1.50"
    assert forward.at[0][0] < forward.at[1][0]
    assert back.at[0][0] > back.at[1][0]
    assert forward.element(3, "1.50").count("M") == 2


def test_a_local_slope_belongs_to_the_arrow_back():
    _, ax = drawn(DIAMOND, 3, flow=True)
    slopes = [text for text in ax.texts if text.get_text().startswith("×")]
    assert [text.get_text() for text in slopes] == ["× 3", "× 4", "× 4", "× 6"]
    assert {text.get_color() for text in slopes} == {plots.GRADIENT}
    _, ax = drawn(DIAMOND, 3, flow=False)
    assert plots.GRADIENT not in {text.get_color() for text in ax.texts if text.get_text().startswith("×")}


def test_in_a_panel_a_local_slope_is_shown_with_its_arrow_and_the_arrow_alone_has_a_head():
    panel = DIAMOND.panel("Title", alt="A graph.", flow=True, longest={})
    axes = panel.axes()
    (factor,) = (trace for trace in panel.traces if trace.name == "factor q←u")
    assert factor.value({"q←u": 0}, axes) == ""
    assert factor.value({"q←u": 1.2}, axes) == "× 3"
    assert not [text for text in axes.texts if text.get_text().startswith("×")]
    styles = [text.arrow_patch.get_arrowstyle() for text in axes.texts if getattr(text, "arrowprops", None)]
    assert len(styles) == 4
    assert not any("Filled" in type(style).__name__ for style in styles), "a moving head would lie on a still one"
