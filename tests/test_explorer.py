"""The explorers without a browser: what their frames say, what the HTML block carries, what the live slider shows."""

import gzip
import math
import re
from collections import Counter
from html import unescape

import explorers
import matplotlib as mpl
import numpy as np
import pytest

from show import explorer as module
from show.explorer import Explorer, Panel, Path

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PINNED = (explorers.NOTEBOOKS[0].parent.parent / "requirements.txt").read_text(encoding="utf-8").splitlines()
CHAPTER_2 = next(path for path in explorers.NOTEBOOKS if path.name.startswith("02-"))


@pytest.fixture(params=explorers.ALL, ids=explorers.name)
def chapter(request):
    """The explorers of the chapters in turn."""
    return explorers.of(*request.param)


@pytest.fixture
def descent():
    """The explorer of chapter 2, gradient descent on x² + 3y² from (4, −4)."""
    return explorers.of(CHAPTER_2)


def paths(explorer, frame):
    """(trace, panel, axes, outline) for each line that moves."""
    outlines = iter(frame.traces)
    for panel, axes in zip(explorer.panels, explorer._axes, strict=True):
        for trace in panel.traces:
            outline = next(outlines)
            if isinstance(trace, Path):
                yield trace, panel, axes, outline


def points(outline):
    """The outline's points, the one where it meets the frame included."""
    return np.array([pair.split() for pair in re.split("[LT]", outline.removeprefix("M"))], float)


def steps(outline):
    """The outline's points that are steps of the run."""
    return points(outline.partition("T")[0])


def small(**changes):
    """An explorer with three values, as short as it gets."""
    panel = Panel("Line", "x", "y", (0, 1), (0, 1), [Path("x", "y")], alt="A line.")
    arguments = {
        "run": lambda slope: {"x": [0, 0.5], "y": [0, slope * 0.5]},
        "values": [0.5, 1, 2],
        "start": 1,
        "panels": [panel],
        "message": lambda slope, run: ("note", "A line."),
        "table": {"x": ("x", "z.2f"), "y": ("y", "z.2f")},
    }
    return Explorer(**(arguments | changes))


# Frames


def test_nothing_that_a_frame_shows_is_nan_infinite_or_minus_zero(chapter):
    wrong = re.compile(r"(?i)\b(nan|inf|none)\b|(?<!e)[-−]0(\.0*)?(e[-+]\d+)?(?![\d.])")
    for value in chapter.values:
        assert [text for text in chapter.frame(value).slots if wrong.search(text)] == []


def test_every_traced_point_lies_inside_its_picture_s_frame(chapter):
    for value in chapter.values:
        for _, _, axes, outline in paths(chapter, chapter.frame(value)):
            left, top, right, bottom = module._frame(axes)
            x, y = points(outline).T
            assert (left - 0.55 <= x).all()
            assert (x <= right + 0.55).all()
            assert (top - 0.55 <= y).all()
            assert (y <= bottom + 0.55).all()


def test_a_run_that_leaves_its_picture_carries_a_warning(chapter):
    for value in chapter.values:
        frame = chapter.frame(value)
        cut = any("T" in outline for trace, *_, outline in paths(chapter, frame) if trace.dots)
        assert not cut or frame.state == "warning", frame.readout


def test_each_position_has_a_message_a_note_or_a_warning(chapter):
    for value in chapter.values:
        frame = chapter.frame(value)
        assert frame.state in ("note", "warning")
        assert frame.message


def test_a_negative_number_has_the_sign_that_axes_have(chapter):
    hyphen = re.compile(r"(?<![\w.])-\d")
    texts = [text for value in chapter.values for text in chapter.frame(value).slots]
    texts = [text for text in texts if not text.startswith("M")]  # an outline is no text
    assert [text for text in [*texts, *chapter.marks.values(), repr(chapter)] if hyphen.search(text)] == []


def test_points_of_the_picture_turn_back_into_the_numbers_of_the_run(chapter):
    def back(share, limits, scale):
        low, high = np.log10(limits) if scale == "log" else limits
        number = low + share * (high - low)
        return 10**number if scale == "log" else number

    for value in chapter.values:
        frame = chapter.frame(value)
        for trace, panel, axes, outline in paths(chapter, frame):
            left, top, right, bottom = module._frame(axes)
            x, y = steps(outline).T
            for place, end, other_end, column, limits, scale in (
                (x, left, right, trace.x, panel.xlim, panel.xscale),
                (y, bottom, top, trace.y, panel.ylim, panel.yscale),
            ):
                numbers = np.array(frame.columns[column], float)[: len(place)]
                ends = [back((place + half - end) / (other_end - end), limits, scale) for half in (-0.5, 0.5)]
                assert (np.minimum(*ends) <= numbers).all(), (frame.readout, column)
                assert (numbers <= np.maximum(*ends)).all(), (frame.readout, column)


def test_the_background_s_tick_marks_stand_where_a_point_with_their_number_would(chapter):
    svgs = explorers.pictures(chapter._html())
    for panel, axes, svg in zip(chapter.panels, chapter._axes, svgs, strict=True):
        if panel.bare:
            continue
        marks = np.array(re.findall(r'<use xlink:href="#[\w-]+" x="([\d.]+)" y="([\d.]+)"', svg), float)
        (x0, x1), (y0, y1) = panel.xlim, panel.ylim
        ticks = [(x, y0) for x in axes.get_xticks() if x0 <= x <= x1]
        ticks += [(x0, y) for y in axes.get_yticks() if y0 <= y <= y1]
        assert len(ticks) >= 4
        for place in module._to_picture(axes, *zip(*ticks, strict=True)):
            assert np.abs(marks - place).max(axis=1).min() < 0.1


def test_the_table_shows_the_numbers_of_the_run_and_then_nothing(chapter):
    for value in chapter.values:
        frame = chapter.frame(value)
        rows = [frame.cells[k : k + len(chapter.table)] for k in range(0, len(frame.cells), len(chapter.table))]
        numbers = zip(*(frame.columns[column] for column in chapter.table), strict=True)
        forms = [form for _, form in chapter.table.values()]
        expected = [
            [re.sub("^-", "−", format(number, form)) for number, form in zip(row, forms, strict=True)]
            for row in numbers
        ]
        assert rows[: len(expected)] == expected
        assert not any(map(any, rows[len(expected) :]))


@pytest.mark.parametrize("rate", [0.01, 1 / 6, 0.2, 1 / 4, 0.3, 1 / 3, 0.34, 0.4, 0.1234])
def test_descent_in_chapter_2_follows_its_closed_form(descent, rate):
    frame = descent.frame(rate)
    k = np.arange(len(frame.columns["k"]))
    x, y = 4 * (1 - 2 * rate) ** k, -4 * (1 - 6 * rate) ** k
    np.testing.assert_allclose(frame.columns["x"], x, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(frame.columns["y"], y, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(frame.columns["f"], x**2 + 3 * y**2, rtol=1e-11)
    # Where a picture of 4.6 by 3.9 inches, 72 points each, has the axes 0.79 and 0.74 of it with equal units.
    size = 0.74 * 3.9 * 72 / 10
    middle = 4.6 * 72 * (0.18 + 0.79 / 2), 3.9 * 72 * (1 - 0.16 - 0.74 / 2)
    inside = (abs(y) <= 5).cumprod().astype(bool)
    expected = np.column_stack([middle[0] + size * x, middle[1] - size * y])[inside]
    np.testing.assert_allclose(steps(frame.traces[0]), expected, atol=0.06)


@pytest.mark.parametrize("rate", [0.34, 0.35, 0.36, 0.37, 0.38, 0.39, 0.4])
def test_a_diverging_rate_ends_at_the_frame_and_warns(descent, rate):
    frame = descent.frame(rate)
    assert frame.state == "warning"
    assert "iverges" in frame.message
    path = frame.traces[0]
    assert path.count("T") == 1
    *_, top, _, bottom = module._frame(descent._axes[0])
    end = points(path)[-1]
    assert min(abs(end[1] - top), abs(end[1] - bottom)) < 0.06
    assert abs(frame.columns["y"][len(steps(path))]) > 5


@pytest.mark.parametrize("rate", [0.01, 1 / 6, 1 / 4, 0.33])
def test_a_converging_rate_stays_in_the_picture_and_is_a_note(descent, rate):
    frame = descent.frame(rate)
    assert frame.state == "note"
    assert "T" not in "".join(frame.traces)


# Cutting a line at the frame


def cut(*places):
    inside, crossing = module._cut(np.array(places, float), left=0, top=0, right=10, bottom=20)
    return inside.tolist(), None if crossing is None else crossing.tolist()


def test_a_line_that_stays_is_whole():
    assert cut((1, 1), (9, 19), (10, 20)) == ([[1, 1], [9, 19], [10, 20]], None)


@pytest.mark.parametrize(
    ("outside", "crossing"),
    [((25, 10), (10, 10)), ((-5, 10), (0, 10)), ((5, 40), (5, 20)), ((5, -10), (5, 0)), ((25, 30), (10, 15))],
    ids=["right", "left", "below", "above", "aslant"],
)
def test_a_line_that_leaves_ends_on_the_border(outside, crossing):
    assert cut((5, 10), outside) == ([[5, 10]], list(crossing))


def test_a_line_through_a_corner_ends_in_the_corner():
    assert cut((5, 15), (15, 25)) == ([[5, 15]], [10, 20])


def test_a_line_that_comes_back_is_not_taken_up_again():
    assert cut((5, 10), (25, 10), (5, 12)) == ([[5, 10]], [10, 10])


def test_a_line_along_the_border_leaves_at_its_corner():
    assert cut((10, 10), (10, 30)) == ([[10, 10]], [10, 20])


def test_a_line_never_starts_outside():
    with pytest.raises(ValueError, match=r"first point inside the picture's limits, got \[-3\. +5\.\]"):
        cut((-3, 5), (5, 5))


# Bad input


@pytest.mark.parametrize("values", [[], [1, 1], [0.5, 2, 1], [1, math.nan]])
def test_values_must_increase(values):
    with pytest.raises(ValueError, match="values: expected at least one number, each larger"):
        small(values=values)


def test_the_start_is_one_of_the_values():
    with pytest.raises(ValueError, match=r"start: expected one of the explorer's values, got 0\.7"):
        small(start=0.7)


def test_each_mark_is_one_of_the_values():
    with pytest.raises(ValueError, match=r"marks: expected one of the explorer's values, got 3"):
        small(marks={1: "1", 3: "3"})


def test_a_run_that_starts_outside_its_picture_is_refused():
    with pytest.raises(ValueError, match="first point inside the picture's limits"):
        small(run=lambda slope: {"x": [2, 0.5], "y": [0, 0.5]})._html()


def test_a_logarithmic_axis_wants_positive_numbers():
    with pytest.raises(ValueError, match=r"logarithmic axis: expected positive numbers, got 0\.0"):
        small(panels=[Panel("Line", "x", "y", (0, 1), (0.1, 1), [Path("x", "y")], yscale="log", alt="")])._html()


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_numbers_that_cannot_be_drawn_are_refused(number):
    with pytest.raises(ValueError, match=f"a trace: expected finite numbers, got {number}"):
        small(run=lambda slope: {"x": [0, 0.5], "y": [0, number]})._html()


# The block of HTML


def test_the_block_shows_the_frame_at_the_start(chapter):
    html = chapter._html()
    frame = chapter.frame(chapter.start)
    found = explorers.slots(html + "".join(explorers.pictures(html)))
    assert {slot for slot, *_ in found} == set(range(len(frame.slots)))
    assert found == explorers.wanted(frame.slots, found)


def test_the_block_carries_the_frame_of_every_value(chapter):
    assert explorers.frames(chapter._html()) == [chapter.frame(value).slots for value in chapter.values]


@pytest.mark.skipif(f"matplotlib=={mpl.__version__}" not in PINNED, reason="another matplotlib draws other pictures")
@pytest.mark.parametrize("place", explorers.ALL, ids=explorers.name)
def test_the_block_is_to_the_byte_the_one_that_another_process_has_stored(place):
    notebook, n = place
    assert explorers.of(notebook, n)._html() == explorers.stored(notebook)[n]


def test_the_block_is_at_most_130_kB_and_35_kB_compressed(chapter):
    html = chapter._html().encode()
    assert len(html) <= 130_000
    assert len(gzip.compress(html, mtime=0)) <= 35_000


def test_the_block_has_no_ids_but_those_a_picture_refers_to(chapter):
    html = chapter._html()
    assert not re.search(r"\sid=", html)
    for svg in explorers.pictures(html):
        assert set(re.findall(r'\sid="([^"]*)"', svg)) <= set(re.findall(r'"(?:url\()?#([^")]*)', svg))


@pytest.mark.parametrize("notebook", explorers.NOTEBOOKS, ids=lambda path: path.stem)
def test_no_two_pictures_of_a_page_share_an_id(notebook):
    pictures = [svg for block in explorers.stored(notebook) for svg in explorers.pictures(block)]
    ids = [found for svg in pictures for found in re.findall(r'\sid="([^"]*)"', svg)]
    assert ids
    assert len(ids) == len(set(ids))


def test_each_picture_says_what_it_shows_as_an_image_and_in_the_page(chapter):
    html = chapter._html()
    said = [panel.alt for panel in chapter.panels]
    assert all(
        len(alt) > len(panel.title) and alt.endswith(".") for alt, panel in zip(said, chapter.panels, strict=True)
    )
    assert [unescape(alt) for alt in re.findall(r'<img alt="([^"]*)"', html)] == said
    named = [re.match(r'<svg role="img" aria-label="([^"]*)"', svg)[1] for svg in explorers.pictures(html)]
    assert [unescape(name) for name in named] == said


def test_each_image_has_the_shape_of_its_picture(chapter):
    html = chapter._html()
    given = [tuple(map(float, size)) for size in re.findall(r'<img [^>]*width="(\d+)" height="(\d+)"', html)]
    for svg, (width, height) in zip(explorers.pictures(html), given, strict=True):
        points = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
        assert (width, height) == pytest.approx([float(size) * 96 / 72 for size in points.groups()], abs=0.5)


def test_the_block_asks_no_other_host_for_anything(chapter):
    html = chapter._html()
    names = r'xmlns(:\w+)?="http://www\.w3\.org/[\w/]+"'
    for text in (html, *explorers.pictures(html)):
        assert not re.search(r"(?:https?:|[\"'(=])//|@import", re.sub(names, "", text))


def test_the_picture_s_ink_is_the_page_s_ink(chapter):
    for svg in explorers.pictures(chapter._html()):
        assert "currentColor" in svg
        assert "black" not in svg
        assert "#ffffff" not in svg  # a white ground would hide light ink


@pytest.mark.parametrize("text", ["</script><b>", "<!--<script", "\"'&`<\u2028"])
def test_a_text_is_text_and_not_markup_wherever_it_stands(text):
    panel = Panel(text, "x", "y", (0, 1), (0, 1), [Path("x", "y")], alt=text)
    explorer = small(
        message=lambda slope, run: ("note", text),
        table={"x": (text, "z.2f"), "y": ("y", "z.2f")},
        panels=[panel],
        name=text,
        symbol=text,
        marks={1: text},
        steps=(text, text),
    )
    html = explorer._html()
    assert explorers.frames(html)[0][1] == text
    assert "<" not in re.search(r'class="explorer-frames">(.*?)</script>', html, re.DOTALL)[1]
    assert (1, "text", text) in explorers.slots(html)
    tags = Counter(re.findall(r"<[!/\w]+", "".join([html, *explorers.pictures(html)])))
    plain = small(marks={1: "1"})._html()
    assert tags == Counter(re.findall(r"<[!/\w]+", "".join([plain, *explorers.pictures(plain)])))


# Static and live


def live_bundle(explorer, monkeypatch):
    monkeypatch.setattr(module, "_kernel_is_live", lambda: True)
    return explorer._repr_mimebundle_()


def test_without_a_kernel_there_is_no_widget(chapter, monkeypatch):
    monkeypatch.delenv("EXPLORER", raising=False)
    assert set(chapter._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_a_kernel_that_only_stores_outputs_makes_no_widget(chapter, monkeypatch):
    monkeypatch.setenv("EXPLORER", "static")
    assert set(live_bundle(chapter, monkeypatch)) == {"text/plain", "text/html"}


def test_a_live_kernel_gets_one_widget_besides_the_block(chapter, monkeypatch):
    monkeypatch.delenv("EXPLORER", raising=False)
    bundle = live_bundle(chapter, monkeypatch)
    assert set(bundle) == {"text/plain", "text/html", WIDGET_VIEW}
    assert bundle["text/html"] == chapter._html()
    assert bundle["text/plain"] == repr(chapter)


def positions(explorer):
    """Places for the live slider: the ends, and where it can stand between the block's values."""
    a, b = explorer.values[2:4]
    between = {"linear": [(a + b) / 2], "log": [math.sqrt(a * b)], "values": []}[explorer.live]
    return [explorer.values[-1], *between, explorer.values[0], explorer.start]


def test_the_live_slider_shows_exactly_the_frame_of_its_value_and_prints_nothing(chapter, capsys):
    _, slider, *panes = chapter.widget().children
    for value in [chapter.start, *positions(chapter)]:
        slider.value = value
        frame = chapter.frame(value)
        found = explorers.slots("".join(pane.value for pane in panes))
        # The slider is ipywidgets' own: it shows its value, slot 0, by itself.
        assert {slot for slot, *_ in found} == set(range(1, len(frame.slots)))
        assert found == explorers.wanted(frame.slots, found)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("stands_at", "value"), [(0.3333, 1 / 3), (0.1667, 1 / 6), (0.25 + 1e-15, 1 / 4), (0.2501, 0.2501)]
)
def test_the_live_slider_shows_the_value_of_the_block_that_is_half_a_step_away(descent, stands_at, value):
    _, slider, *panes = descent.widget().children
    slider.value = stands_at
    found = explorers.slots("".join(pane.value for pane in panes))
    assert found == explorers.wanted(descent.frame(value).slots, found)


def test_the_live_slider_reaches_from_the_first_value_to_the_last(chapter):
    _, slider, *_ = chapter.widget().children
    if chapter.live == "values":
        assert [value for _, value in slider.options] == chapter.values
    else:
        ends = (10**slider.min, 10**slider.max) if chapter.live == "log" else (slider.min, slider.max)
        assert ends == pytest.approx((chapter.values[0], chapter.values[-1]), rel=1e-12)
