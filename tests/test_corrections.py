"""The page of corrections: each entry once, with its section of the source, its place in the chapters and its numbers.

The source is not here. Only what it prints is, in source_tables, so of the quotations only these are compared with it.
"""

import json
import re
from itertools import pairwise
from pathlib import Path

import chapters
import numpy as np
import pytest
import sympy as sp

from helpers.descent import gradient_descent
from helpers.gradients import check_update

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "corrections.qmd").read_text(encoding="utf-8")

SECTIONS = [  # of the source
    "Derivatives",
    "Gradient descent",
    "Backpropagation",
    "Single data point and a single neuron",
    "Multiple data points and a single neuron",
    "Single data point and 2 neurons",
    "Single data point and 2 neurons in a layer",
    "Implementing a neural network classifier from scratch",
]
GROUPS = [  # the gravest first
    "What changes a number or a gradient",
    "What would mislead a reader",
    "Wording, names and order",
    "No mistake, but a trap",
]
IN_CHAPTERS = {*range(1, 10), 11, 12, 14, 15, 21, 22, 26, 28, 29, *range(32, 38), *range(41, 49), *range(53, 58), 61}
WORDS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]

# A term on one line, what is right, and a last paragraph: the section of the source, and the place in the chapters.
ENTRY = re.compile(r"(?s)^\[(\d+)\]\{#n\1\} · ([^\n]+)\n:   (.+?)\n:   Source: ([^.]+)\. (.+)")
PLACE = re.compile(r'chapter (?P<chapter>\d+)|\["(?P<title>[^"]+)"\]\((?P<path>[^)#]+)#(?P<anchor>[^)]+)\)')


def one_line(text):
    return " ".join(text.split())


def entries_of(group):
    """(number, term, text, section of the source, place in the chapters) of each entry of a group, in their order."""
    body = re.split(r"(?m)^## ", PAGE.partition(f"\n## {group}\n")[2])[0]
    blocks = [block for block in body.strip().split("\n\n") if block.startswith("[")]
    matches = [ENTRY.fullmatch(block.strip()) for block in blocks]
    assert all(matches), [block for block, match in zip(blocks, matches, strict=True) if not match]
    return [(int(match[1]), *map(one_line, match.groups()[1:])) for match in matches]


ENTRIES = [entry for group in GROUPS for entry in entries_of(group)]


def links(place):
    """(chapter named before the link or None, title of the section, path, anchor) of each link."""
    chapter, found = None, []
    for match in PLACE.finditer(place):
        chapter = int(match["chapter"]) if match["chapter"] else chapter
        if match["title"]:
            found.append((chapter, match["title"], match["path"], match["anchor"]))
    return found


def markdown(path):
    """The text of a page, or of a chapter without its code."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if not path.endswith(".ipynb"):
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def headings(path):
    return re.findall(r"(?m)^#+ (.+)$", markdown(path))


def slug(heading):
    """The anchor that both renderers give a heading: lower case, no punctuation, from the first letter on."""
    kept = "".join(letter for letter in heading.lower() if letter.isalnum() or letter in " _-.")
    return re.sub(r"^[^a-z]+", "", "-".join(kept.split()))


# The list


def test_every_number_from_1_to_64_has_one_entry():
    assert sorted(number for number, *_ in ENTRIES) == list(range(1, 65))
    assert len(re.findall(r"(?m)^\[\d+\]\{#", PAGE)) == 64  # there is none outside the groups


def test_the_page_has_its_groups_and_counts_their_entries():
    assert re.findall(r"(?m)^## (.+)$", PAGE) == ["By section of the source", *GROUPS]
    counted = re.findall(r"(?m)^- \[(\d+) [^\]]+\]\(#([^)]+)\)", PAGE)
    assert counted == [(str(len(entries_of(group))), slug(group)) for group in GROUPS]


def test_what_made_a_printed_table_wrong_is_in_the_gravest_group():
    gravest = {number for number, *_ in entries_of(GROUPS[0])}
    assert {1, 2, 3, 4} <= gravest
    assert [number for number, *_ in entries_of(GROUPS[-1])] == [64]


def sections(source):
    """The places in SECTIONS that an entry names; those it names as "again later" are left out."""
    if source == "throughout":
        return [len(SECTIONS)]
    names = source.removesuffix(", and again later").split(", ")
    assert all(re.fullmatch(r"\*[^*]+\*", name) for name in names), source
    return [SECTIONS.index(name.strip("*")) for name in names]


@pytest.mark.parametrize("source", [pytest.param(source, id=str(number)) for number, _, _, source, _ in ENTRIES])
def test_each_entry_names_sections_that_the_source_has(source):
    named = sections(source)
    assert named == sorted(set(named))


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_follows_the_course_of_the_source(group):
    course = [sections(source)[0] for _, _, _, source, _ in entries_of(group)]
    assert course == sorted(course)


def test_the_list_by_section_has_every_entry_at_its_first_section():
    overview = PAGE.partition("\n## By section of the source\n")[2].partition("\n## ")[0]
    lines = re.findall(r"(?ms)^- (.+?)(?=^- |\Z)", overview)
    listed = {line.split(":")[0].strip("*"): re.findall(r"\[(\d+)\]\(#n\1\)", line) for line in lines}
    due = {name: [] for name in [*SECTIONS, "throughout"]}
    for number, _, _, source, _ in ENTRIES:
        due[[*SECTIONS, "throughout"][sections(source)[0]]].append(str(number))
    assert listed == due
    assert list(listed) == list(due)


# The places in the chapters


@pytest.mark.parametrize("place", [pytest.param(place, id=str(number)) for number, *_, place in ENTRIES])
def test_each_link_leads_to_the_section_that_it_names(place):
    assert len(links(place)) == place.count("](")
    for chapter, title, path, anchor in links(place):
        assert [slug(heading) for heading in headings(path)].count(anchor) == 1
        assert title in headings(path)
        assert anchor == slug(title)
        if path != "notation.qmd":
            assert Path(path).name.startswith(f"{chapter:02}-")


def test_an_entry_without_a_place_says_so_and_the_introduction_counts_them():
    without = [number for number, *_, place in ENTRIES if not links(place)]
    assert without == [number for number, *_, place in ENTRIES if place == "No place in the chapters."]
    assert f"{WORDS[len(without)]} entries have no place in the chapters" in one_line(PAGE)
    assert all(place.startswith(("Shown", "Right in")) for number, *_, place in ENTRIES if number not in without)


def test_the_mistakes_that_matter_lead_to_a_chapter():
    linked = {number for number, *_, place in ENTRIES if any("notebooks/" in path for _, _, path, _ in links(place))}
    assert not IN_CHAPTERS - linked


def test_a_link_on_the_page_itself_leads_to_an_entry_or_a_group():
    targets = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert targets <= {f"n{number}" for number in range(1, 65)} | set(map(slug, GROUPS))
    assert all(f"[number {number}](#n{number})" in PAGE for number in re.findall(r"\[number (\d+)\]", PAGE))


# The numbers


def says(number, *sentences):
    """Each sentence stands in the term or the text of this entry."""
    (entry,) = (f"{term}\n{text}" for found, term, text, _, _ in ENTRIES if found == number)
    for sentence in sentences:
        assert sentence in entry


def printed_by_the_source():
    tables = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/source_tables").glob("*.txt"))]
    return one_line(" ".join(tables))


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (8, "Optimal value of x: 0.0019"),
        (44, "Epoch: 5, Loss = 0.0176, w = 1.6625, b = 1.5813"),
        (45, "Stopping early at epoch 6"),
        (63, "-0.0000"),
        (64, "Loss = 0.2812"),
        (64, "b = 1.5813"),
    ],
)
def test_a_quoted_output_is_one_of_the_source(number, line):
    says(number, line)
    assert line in printed_by_the_source()


@pytest.fixture
def gradient_descent_chapter():
    return chapters.namespace("02-gradient-descent")


@pytest.fixture
def one_neuron():
    return chapters.namespace("04-one-neuron")


@pytest.fixture
def many_points():
    return chapters.namespace("05-many-points")


@pytest.fixture
def in_sequence():
    return chapters.namespace("06-two-neurons-in-sequence")


@pytest.fixture
def in_a_layer():
    return chapters.namespace("07-two-neurons-in-a-layer")


def test_5_and_6_the_stop_rules_call_these_points_optimal(gradient_descent_chapter, capsys):
    def last_of(name, *arguments):
        gradient_descent_chapter[name](*arguments)
        lines = capsys.readouterr().out.split("\n")
        return sum(line.startswith("Iteration") for line in lines), lines[-2].strip()

    says(5, "From $x = -4$ it stops after one step and calls −2.4 the optimal value.", "it calls 16 the optimal value")
    assert last_of("descend_as_printed", -4.0) == (1, "Optimal value of x: -2.4000")
    assert last_of("descend_as_printed", 4.0, 1.5) == (2, "Optimal value of x:  16.0000")
    says(6, "From $(-4, -4)$ the loop stops after one step at $(-2.4, 0.8)$", "after two at $(-1.44, 0.16)$")
    assert last_of("descend_bowl_as_printed", -4.0, -4.0) == (1, "Optimal value of x, y is (-2.4000,  0.8000)")
    assert last_of("descend_bowl_as_printed", -4.0, 4.0) == (2, "Optimal value of x, y is (-1.4400,  0.1600)")


def test_7_both_loops_make_a_step_too_many(gradient_descent_chapter):
    says(
        7,
        "tests 0.0063, the slope at $x = 0.0031$, and reports $x = 0.0019$, where the slope is 0.0038",
        "one step more",
    )
    *_, last = gradient_descent(lambda x: 2 * x, 4.0, 0.2)
    after = last.point - 0.2 * last.gradient
    assert (f"{last.gradient:.4f}", f"{last.point:.4f}") == ("0.0063", "0.0031")
    assert (f"{after:.4f}", f"{2 * after:.4f}") == ("0.0019", "0.0038")
    *_, last_of_bowl = gradient_descent(gradient_descent_chapter["bowl_gradient"], np.array([4.0, -4.0]), 0.2)
    assert last.index == last_of_bowl.index == 14
    printed = printed_by_the_source()
    assert all(printed.count(f"Iteration {steps}: x = ") == 2 * (steps <= 15) for steps in (14, 15, 16))


def test_32_below_a_third_every_start_arrives_and_from_there_on_none_with_y():
    says(32, "with any rate below 1/3 the run goes to $(0, 0)$ from every start", "from no start with $y \\ne 0$")
    for rate in [*np.linspace(0.001, 0.333, 40), 1 / 3 - 1e-9]:
        assert max(abs(1 - 2 * rate), abs(1 - 6 * rate)) < 1  # what a step leaves of x and of y
    for rate in np.linspace(1 / 3 + 1e-9, 5, 40):
        assert abs(1 - 6 * rate) > 1
    assert sp.Abs(1 - 6 * sp.Rational(1, 3)) == 1


def test_37_one_formula_is_the_whole_column():
    says(37, "$y_k = -4 \\cdot (-0.2)^k$ is the whole column")
    column = re.findall(r"Iteration \d+: x = +\S+, y = +(\S+),", printed_by_the_source())
    assert column == [f"{-4 * (-0.2) ** k:.4f}" for k in range(1, 16)]


def test_44_and_45_the_loss_of_epoch_5_is_the_one_printed_later(one_neuron):
    says(44, "the same $w$ and $b$ have the loss that is theirs, 0.0044")
    assert f"{one_neuron['identity_loss']([1.6625, 1.58125]):.4f}" == "0.0044"


def test_46_and_47_where_the_neurons_with_one_point_are(one_neuron):
    says(46, "The sigmoid neuron would meet it after 298 updates, and 20 are run.")
    assert one_neuron["updates_until"](0.01, one_neuron["sigmoid_loss"], one_neuron["sigmoid_gradient"]) == 298
    says(47, "heads for $w = 1.7$, $b = 1.6$ and stops at 1.6625 and 1.58125", "after 20 epochs it predicts 0.6216")
    run = one_neuron["train"](one_neuron["identity_gradient"], one_neuron["identity_start"], 0.1, 60)
    assert run[5] == pytest.approx([1.6625, 1.58125], abs=1e-12)
    assert run[-1] == pytest.approx([1.7, 1.6], abs=1e-12)
    w, b = one_neuron["train"](one_neuron["sigmoid_gradient"], one_neuron["sigmoid_start"], 0.1)[20]
    assert f"{one_neuron['sigmoid'](w * 0.5 + b):.4f}" == "0.6216"


def test_1_and_2_the_left_overs_and_what_they_do(many_points):
    says(1, "a single number, 0.485288", "one slope, 0.2358,")
    assert f"{many_points['z_left_over']:.6f}" == "0.485288"
    assert f"{many_points['left_over_slope']:.4f}" == "0.2358"
    says(2, "the slope for $w$ is 57.4 % too small at the start, and the slope for $b$ only 0.2 %")
    too_small = 100 * (
        1 - many_points["published"](many_points["start"]) / many_points["mean_gradient"](many_points["start"])
    )
    assert [f"{percent:.1f}" for percent in too_small] == ["57.4", "0.2"]


def test_3_after_another_block_the_last_line_is_another(many_points):
    says(3, "loss 0.1094 instead of 0.0894, $w$ 0.3114 instead of 0.3859")
    for left_overs, printed in [((2, 4.90625), "0.1094 0.3114"), ((0.5, many_points["z_left_over"]), "0.0894 0.3859")]:
        run = many_points["trajectory"](
            lambda point, left_overs=left_overs: many_points["published_gradient"](point, *left_overs),
            many_points["start"],
            0.1,
            20,
        )
        assert f"{many_points['mean_loss'](run[19]):.4f} {run[20][0]:.4f}" == printed


def test_9_11_and_12_the_numbers_of_the_seven_points(many_points):
    loss, start = many_points["mean_loss"], many_points["start"]
    says(9, "goes from 0.1111 up to 0.1679 in 20 updates")
    assert [f"{loss(many_points['climbing'][k]):.4f}" for k in (0, 20)] == ["0.1111", "0.1679"]
    says(11, "at seven times the learning rate", "it is at $w = 0.9982$, where the mean's is at 0.4860")
    assert (f"{many_points['by_sum'][20][0]:.4f}", f"{many_points['right_run'][20][0]:.4f}") == ("0.9982", "0.4860")
    assert many_points["by_sum"] == pytest.approx(many_points["by_mean"], abs=1e-14)
    says(12, "11.1082 instead of 0.1111")
    errors = many_points["sigmoid"](start[0] * many_points["X"] + start[1]) - many_points["y"]
    assert (f"{np.mean((10 * errors) ** 2) / 2:.4f}", f"{loss(start):.4f}") == ("11.1082", "0.1111")


def test_14_and_15_the_bound_is_above_the_threshold(many_points):
    says(14, "`[1.0, 1.2, 1.2, 0.6, 0.5, 1.1, 1.3]`", "Five of the seven are 1 or more", "$37/2800 \\approx 0.0132$")
    assert many_points["y"].tolist() == [1.0, 1.2, 1.2, 0.6, 0.5, 1.1, 1.3]
    assert sum(many_points["y"] >= 1) == 5
    assert many_points["X"][many_points["y"] < 1].tolist() == [0.4, 0.4]
    assert f"{many_points['bound']}" == "37/2800"
    says(15, "the loss stays above 0.0132")
    assert float(many_points["bound"]) > 0.0132 > 0.01


def test_4_and_50_the_numbers_of_the_neurons_in_sequence(in_sequence):
    says(4, "moves by −0.0940 where +0.000254 was due", "a check of the update fails in all 20", "0.0670")
    published, right = in_sequence["published"], in_sequence["points"]
    moves = [run[1][0] - run[0][0] for run in (published, right)]
    assert (f"{moves[0]:.4f}", f"{moves[1]:+.6f}") == ("-0.0940", "+0.000254")
    assert [f"{in_sequence['sequence_loss'](run[19]):.4f}" for run in (published, right)] == ["0.0670", "0.0670"]
    assert len(published) == 21
    for old, new in pairwise(published):
        assert in_sequence["gradient_check"](old).agrees
        assert not check_update(old, new, in_sequence["sequence_gradient"](old), 0.1).agrees
    says(50, "In the corrected run it goes from 0.5622 to 0.5657.")
    assert [f"{in_sequence['forward'](right[k])[1]:.4f}" for k in (0, 20)] == ["0.5622", "0.5657"]


def test_21_and_22_the_numbers_of_the_layer(in_a_layer):
    says(21, "its loss at the start is 0.06515 instead of 0.07386", "nothing in it depends on $b_{1}^{(2)}$")
    start = in_a_layer["start"]
    losses = [in_a_layer[name](start) for name in ("printed_loss", "layer_loss")]
    assert [f"{loss:.5f}" for loss in losses] == ["0.06515", "0.07386"]
    assert in_a_layer["printed_loss"](start + 5.0 * np.eye(8)[6]) == losses[0]  # b1_2 is the seventh
    says(22, "With a single bias of 0.3 the loss printed at epoch 20 is 0.0531, not 0.0445.", "stays 0.1 for ever")
    runs = [in_a_layer[name] for name in ("one_bias", "two_biases")]
    assert [f"{in_a_layer['layer_loss'](run[19]):.4f}" for run in runs] == ["0.0531", "0.0445"]
    assert [point[7] - point[6] for point in in_a_layer["two_biases"]] == pytest.approx([0.1] * 21, abs=1e-15)


def test_55_what_a_pass_and_a_batch_cost():
    says(55, "with 60,000 examples it makes one update in a pass, and batches of 32 make 1,875", "at most four times")
    assert 60_000 / 32 == 1875
    rows = "| forward | $dh + h$ | |\n| backward | $h + h + dh$ | $2h + 3$ |"  # as chapter 7 counts
    assert rows in markdown("notebooks/07-two-neurons-in-a-layer.ipynb")
    ratios = [(h + h + d * h + 2 * h + 3) / (d * h + h) for d in range(1, 100) for h in range(1, 100)]
    assert max(ratios) == 4


def test_59_the_errors_of_names_that_change_their_meaning():
    says(59, "after the first descent this one ends in a `ValueError`")
    x = 4 * 0.6**15
    with pytest.raises(ValueError, match="wrt"):
        sp.diff((x + 3) ** 3, x)


def test_64_two_numbers_lie_halfway():
    says(64, "On paper these are 0.28125 and 1.58125", "The first is printed rounded down, the second rounded up")
    assert (f"{0.28125:.4f}", f"{1.58125:.4f}") == ("0.2812", "1.5813")
    assert sp.Rational(3, 1) ** 2 / 2 / 4**2 == sp.Rational(28125, 100000)  # 4.5 / 4², two updates on
    assert sp.Rational(16, 10) - sp.Rational(6, 10) / 2**5 == sp.Rational(158125, 100000)  # b after five updates
