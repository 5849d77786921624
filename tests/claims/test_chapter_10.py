"""Chapter 10, what an accuracy is worth."""

import re
from collections import Counter
from itertools import combinations

import chapters
import mpmath
import numpy as np
import pytest

from claims import claim, positions
from exercises import chapter_10 as checks
from helpers.activations import softmax
from helpers.datasets import sheets, split
from helpers.network import Network
from helpers.training import train

STEM = "10-what-is-its-accuracy-worth"
NUMBERS = range(1, 15)
CORRECTION = np.sqrt(1 / 10 + 359 / 1438)


def setup_module():
    """The chapter runs before its first test, not at the import: each process imports the claims of all chapters."""
    global NAMES, X, LABELS, SHEET, N, SPLITS, ON_SPLITS, TEN, STRANGERS, NEW, GAIN, DISTANCES, VOTES
    NAMES = chapters.namespace(STEM)
    X, LABELS, SHEET, N = NAMES["X"], NAMES["labels"], NAMES["sheet"], NAMES["n"]
    SPLITS, ON_SPLITS, TEN = NAMES["splits"], NAMES["on_splits"], NAMES["ten"]
    STRANGERS, NEW, GAIN = NAMES["strangers"], NAMES["new"], NAMES["gain"]
    DISTANCES, VOTES = NAMES["distances"], NAMES["votes"]


def error(values):
    """The standard error of the mean of independent results."""
    return np.std(values, ddof=1) / np.sqrt(len(values))


def times_its_error(differences):
    return np.mean(differences) / error(differences)


def student(degrees, questions=1):
    """What chance goes beyond, to either side, once in twenty times in the given number of questions together."""

    def density(t):
        return (1 + t**2 / degrees) ** (-(degrees + 1) / 2)

    whole = mpmath.quad(density, [-mpmath.inf, 0, mpmath.inf])
    beyond = 0.025 / questions
    return float(mpmath.findroot(lambda t: mpmath.quad(density, [t, mpmath.inf]) / whole - beyond, 2.5))


def share_of_each_sheet(right, rows=None):
    rows = np.arange(N) if rows is None else rows
    return np.array([right[SHEET[rows] == number].mean() for number in NUMBERS])


# A number is one draw


@claim("By about one point.", "So write 0.955 ± 0.011.")
def test_another_test_part_moves_the_accuracy_by_about_one_point():
    heap = np.array(NAMES["redrawn"])
    assert len(heap) == 2000
    assert heap.std(ddof=1) == pytest.approx(0.011, abs=0.0005)
    assert np.sqrt(343 * 16 / 359**3) == pytest.approx(0.011, abs=0.0005)
    assert f"{343 / 359:.3f}" == "0.955"
    # Within one deviation are about two thirds, as the figure says; a tenth of a point or five are far from it.
    assert np.mean(abs(heap - heap.mean()) < heap.std()) == pytest.approx(2 / 3, abs=0.04)
    assert np.mean(abs(heap - heap.mean()) < 0.001) < 0.15
    assert np.mean(abs(heap - heap.mean()) > 0.05) < 0.005


@claim(
    "About one number in three lies further off than its error, but only about one in twenty further than *two* errors."
)
def test_what_a_standard_error_promises():
    rng = np.random.default_rng(seed=5)
    for p in (0.5, 0.8, 0.955):
        own = np.sqrt(p * (1 - p) / 359)
        off = abs(rng.binomial(359, p, size=100_000) / 359 - p)
        assert np.mean(off > own) == pytest.approx(1 / 3, abs=0.05)
        assert np.mean(off > 2 * own) == pytest.approx(1 / 20, abs=0.015)
    heap = abs(np.array(NAMES["redrawn"]) - 343 / 359)
    assert np.mean(heap > 2 * np.sqrt(343 * 16 / 359**3)) == pytest.approx(1 / 20, abs=0.015)


@claim(
    "A number is one draw",
    "We had drawn an unlucky split.",
    "Chapter 9's 0.955 is one of these ten, the lowest, two deviations below their mean.",
)
def test_chapter_9_drew_an_unlucky_split():
    network = TEN["network"]
    assert network[0] == network.min() == 343 / 359
    assert (network.mean() - network[0]) / network.std(ddof=1) == pytest.approx(2, abs=0.1)
    assert f"{network.mean():.3f}" == "0.972"
    known, asked = SPLITS[0]
    for start in range(1, 5):  # it was not the start
        correct = NAMES["network"](known, start).predict(X[asked]) == LABELS[asked]
        assert correct.mean() < sorted(network)[1]


@claim("(A share is such a mean, of $m$ ones and zeros with the deviation $\\sqrt{p(1-p)}$.)")
def test_a_share_is_a_mean_of_ones_and_zeros():
    for m, right in ((359, 343), (10, 3)):
        ones = np.repeat([1, 0], [right, m - right])
        assert ones.std() == pytest.approx(np.sqrt(right / m * (1 - right / m)))


@claim(
    "For the share of $m$ images, each read correctly with the probability $p$, *independently* of the others, the "
    "standard deviation is known without drawing:"
)
def test_the_shortcut_needs_independent_images():
    rng = np.random.default_rng(seed=7)
    for p in (0.5, 0.8, 0.955):
        shortcut = np.sqrt(p * (1 - p) / 360)
        alone = rng.binomial(360, p, size=50_000) / 360
        assert alone.std() == pytest.approx(shortcut, rel=0.02)
        by_hand = rng.binomial(36, p, size=50_000) / 36  # ten images of each hand, all of them right or all wrong
        assert by_hand.std() > 3 * shortcut


@claim(
    "The five lie closer to their own mean than to the true one: dividing by 5 would come out too small.",
    "As their deviations add up to 0, only four are free: five numbers have four degrees of freedom.",
)
def test_dividing_by_the_free_deviations_is_right_on_average():
    rng = np.random.default_rng(seed=0)
    draws = rng.normal(size=(200_000, 5))
    assert (np.var(draws, axis=1) <= np.mean(draws**2, axis=1)).all()  # the true mean is 0
    assert np.mean(np.var(draws, axis=1, ddof=1)) == pytest.approx(1, abs=0.01)
    assert np.mean(np.var(draws, axis=1)) == pytest.approx(4 / 5, abs=0.01)  # divided by five it is too small
    deviations = draws - draws.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(deviations[:, 4], -deviations[:, :4].sum(axis=1), atol=1e-12)


@claim("four times as many halve the standard error.")
@pytest.mark.parametrize("p", [0.1, 0.5, 0.955, 0.99])
def test_four_times_as_many_images_halve_the_error(p):
    rng = np.random.default_rng(seed=1)
    for m in (50, 359):
        few, many = (rng.binomial(size, p, size=40_000) / size for size in (m, 4 * m))
        assert few.std() / many.std() == pytest.approx(2, rel=0.03)
        assert few.std() == pytest.approx(np.sqrt(p * (1 - p) / m), rel=0.02)


@claim("A ± covers what was drawn again, and nothing else.")
def test_what_all_results_share_is_not_in_their_spread():
    rng = np.random.default_rng(seed=2)
    results = rng.normal(0.9, 0.04, size=14)
    for luck in (-0.05, 0.02):
        assert error(results + luck) == pytest.approx(error(results), rel=1e-12)
        assert np.mean(results + luck) - np.mean(results) == pytest.approx(luck)


# Ten seeds


@claim(
    "For ten results, nine degrees of freedom, it is 2.26: if there were no gain at all, the ratio would pass it, up "
    "or down, once in twenty times.",
    "and for those Student's bar is 2.16.",
)
def test_students_table():
    assert f"{student(9):.2f}" == "2.26"
    assert f"{student(13):.2f}" == "2.16"
    rng = np.random.default_rng(seed=0)
    by_chance = rng.normal(size=(100_000, 10))
    beyond = abs(by_chance.mean(axis=1) / by_chance.std(axis=1, ddof=1) * np.sqrt(10)) > 2.26
    assert beyond.mean() == pytest.approx(0.05, abs=0.003)


@claim("Is 3.0 times the error much?", "That the improved network is better on random splits is not shown.")
def test_the_gain_passes_by_the_naive_count_and_not_by_the_corrected_one():
    assert f"{times_its_error(GAIN):.1f}" == "3.0"
    assert times_its_error(GAIN) > 1.2 * student(9)
    corrected = np.mean(GAIN) / (np.std(GAIN, ddof=1) * CORRECTION)
    assert f"{corrected:.1f}" == "1.6"
    assert 0 < corrected < 0.8 * student(9)


@claim(
    "It becomes a tenth as large, and we would know next to nothing more.",
    "The second stays, however many you make.",
    "Four fifths of what one network learns from, the next one learns from as well, and the test parts overlap too.",
)
def test_a_thousand_splits_are_not_a_hundred_times_as_much_knowledge():
    assert np.sqrt(10 / 1000) == pytest.approx(1 / 10)
    for count in (10**3, 10**6, 10**9):
        assert np.sqrt(1 / count + 359 / 1438) > 0.499
    for one, other in combinations(SPLITS, 2):
        assert len(np.intersect1d(one.train, other.train)) / len(one.train) == pytest.approx(0.8, abs=0.02)
        assert len(np.intersect1d(one.test, other.test)) > 40


@claim(
    "It rests on a guess: one fifth of a result's squared error, the share of the images that are judged, is common "
    "to all splits.",
    "$s^2$ shows only the other four fifths; the missing fifth is a quarter of those, and 359/1438 is that quarter.",
)
def test_the_second_term_is_what_the_splits_share():
    for judged, learned in ((359, 1438), (60, 240), (500, 500)):
        common = judged / (judged + learned)
        assert judged / learned == pytest.approx(common / (1 - common))
        rng = np.random.default_rng(seed=8)
        shared, own = rng.normal(0, np.sqrt(common), (40_000, 1)), rng.normal(0, np.sqrt(1 - common), (40_000, 10))
        results = shared + own
        seen = results.var(axis=1, ddof=1).mean()
        assert seen == pytest.approx(1 - common, rel=0.02)
        assert np.mean(results.mean(axis=1) ** 2) == pytest.approx(seen * (1 / 10 + judged / learned), rel=0.03)
    assert f"{1797 / 359:.1f} {1438 / 359:.1f}" == "5.0 4.0"


def test_the_correction_is_near_the_truth_where_the_truth_can_be_known():
    """Results that depend on which rows are judged: mean of a random fifth, from data sets that are drawn anew."""
    rng = np.random.default_rng(seed=3)
    means, naive, corrected = [], [], []
    for _ in range(400):
        scores = rng.normal(size=300)
        parts = [rng.permutation(300)[:60] for _ in range(10)]
        results = [scores[part].mean() for part in parts]
        means.append(np.mean(results))
        naive.append(np.var(results, ddof=1) / 10)
        corrected.append(np.var(results, ddof=1) * (1 / 10 + 60 / 240))
    assert np.mean(naive) < 0.5 * np.var(means)
    assert np.mean(corrected) == pytest.approx(np.var(means), rel=0.2)


# The form


@claim(
    "They follow a pattern, and one that repeats.",
    "No.",
    "Line 6 is line 1.",
    "Line 7 is line 2, line 8 is line 3, and line 9 is line 4 with two digits missing.",
)
def test_the_labels_are_no_throws_of_a_die():
    text = "".join(map(str, LABELS))
    lines = [text[26 * line : 26 * line + 26] for line in range(11)]
    assert lines[5:8] == lines[:3]
    assert lines[3][:9] + lines[3][11:] == lines[8][:24]
    agreement = np.mean(LABELS[130:] == LABELS[:-130])
    assert agreement > 0.5
    rng = np.random.default_rng(seed=0)
    for _ in range(100):
        thrown = rng.permutation(LABELS)
        assert np.mean(thrown[130:] == thrown[:-130]) < 0.2


@claim("Fourteen times, 130 rows apart or a few less.")
def test_the_piece_comes_fourteen_times():
    places = np.array(NAMES["places"])
    assert len(places) == 14
    assert set(SHEET[places]) == set(NUMBERS)
    assert np.diff(places).min() > 120
    assert np.diff(places).max() == 130
    np.testing.assert_array_equal(SHEET, sheets())


@claim("(Look at the ringed box of sheet 3: a 3, where the others have an 8, or on sheet 11 nothing.")
def test_the_slip_of_the_pen():
    last = [LABELS[number == SHEET][-1] for number in NUMBERS]
    assert [number for number in NUMBERS if last[number - 1] != 8] == [3]
    assert last[2] == 3
    row = np.flatnonzero(SHEET == 3)[-1]
    nearest = np.argsort(DISTANCES[row])[1:9]
    assert (LABELS[nearest] == 3).all()  # the image agrees with its label: it was written as a 3


@claim("Down a column they are mostly alike; some columns resemble each other.")
def test_ones_of_a_sheet_are_mostly_alike():
    ones = np.flatnonzero(LABELS == 1)
    among = DISTANCES[np.ix_(ones, ones)] + np.diag(np.full(len(ones), np.inf))
    own_sheet = np.mean(SHEET[ones[among.argmin(axis=1)]] == SHEET[ones])
    assert 0.5 < own_sheet < 0.6


@claim("which two, the file does not say, and the images only hint.")
def test_two_sheets_choose_each_other_most_but_not_by_far():
    nearest = np.where(SHEET[:, np.newaxis] == SHEET, np.inf, DISTANCES).argmin(axis=1)
    chosen = np.array([np.bincount(SHEET[nearest[number == SHEET]], minlength=15)[1:] for number in NUMBERS])
    chosen = chosen / chosen.sum(axis=1, keepdims=True)
    each_other = {(a, b): chosen[a - 1, b - 1] + chosen[b - 1, a - 1] for a, b in combinations(NUMBERS, 2)}
    first, second = sorted(each_other, key=each_other.get)[:-3:-1]
    assert (first, second) == ((8, 12), (1, 2))
    assert 2.5 * 2 / 13 < each_other[second] < each_other[first] < 1.2 * each_other[second]


@claim(
    "More than half of all images have their nearest neighbour on their own sheet, where chance would put one in "
    "fourteen.",
    "So its 0.989 owes something to acquaintance: it knew the hands.",
)
def test_neighbours_share_a_sheet():
    squares = ((X[:, np.newaxis, :8] - X[:3, :8]) ** 2).sum(axis=2)  # the chapter's formula for distances is right
    assert squares.shape == (N, 3)
    np.testing.assert_allclose(DISTANCES[:, :3], [[((a - b) ** 2).sum() for b in X[:3]] for a in X], atol=1e-10)
    nearest = (DISTANCES + np.diag(np.full(N, np.inf))).argmin(axis=1)
    assert np.mean(SHEET[nearest] == SHEET) == pytest.approx(0.54, abs=0.005)
    rng = np.random.default_rng(seed=0)
    by_chance = [np.mean(SHEET[rng.permutation(N)] == SHEET) for _ in range(50)]
    assert np.mean(by_chance) == pytest.approx(1 / 14, abs=0.003)
    # On the random splits it loses most where the neighbour is not on the same sheet.
    right, same = [], []
    for part in SPLITS:
        found = part.train[DISTANCES[part.test][:, part.train].argmin(axis=1)]
        right.append(LABELS[found] == LABELS[part.test])
        same.append(SHEET[found] == SHEET[part.test])
    right, same = np.concatenate(right), np.concatenate(same)
    assert 1 - right[~same].mean() > 2.5 * (1 - right[same].mean())


# Leave one sheet out


@claim(
    "Both halves vote for both changes: each would have chosen the improved network for the other.",
    "And see how little is shown: no loss in the last column is even twice its error.",
)
def test_the_vote():
    both = VOTES["both"]
    for name, halves in VOTES.items():
        if name != "both":
            for own, best in zip(halves, both, strict=True):
                assert best.mean() - own.mean() > 0.002
            assert times_its_error(np.concatenate(both) - np.concatenate(halves)) < 1.9


def test_no_network_has_seen_the_sheet_that_it_reads_or_that_chose_for_it(monkeypatch):
    seen = []

    def spy(known, seed):
        seen.append(set(SHEET[known]))
        return Network([64, 10], np.random.default_rng(seed))

    for pool in (range(1, 8), range(8, 15), NUMBERS):
        seen.clear()
        NAMES["read_by_strangers"](spy, 0, pool)
        assert seen == [set(pool) - {number} for number in pool]


@claim(
    "Leave out the sheets 1 to 3 and then 4 to 7, or 8 to 10 and then 11 to 14: of 0.1, 0.5 and 2, either half gives "
    "0.5 the lowest loss, for softmax regression, for the network and for the improved one.",
    "Leave out every other sheet instead, and for the first two the sheets 1 to 7 prefer 2, by a little.",
)
@pytest.mark.parametrize("name", ["softmax regression", "network", "improved network"])
def test_either_half_would_have_chosen_the_rate_by_a_little(name):
    def fit(known, seed, rate):
        rng = np.random.default_rng(seed)
        model = Network([64, 10] if name == "softmax regression" else [64, 32, 10], rng)
        if name == "improved network":
            for epoch in range(40):
                options = {"num_epochs": 1, "batch_size": 32, "learning_rate": rate * 0.96**epoch, "momentum": 0.9}
                list(train(model, NAMES["shifted"](known, rng), LABELS[known], rng=rng, **options))
        else:
            options = NAMES["settings"] | {"learning_rate": rate}
            list(train(model, X[known], LABELS[known], rng=rng, **options))
        return model

    def losses(one, other):
        found = {}
        for rate in (0.1, 0.5, 2):
            on_each = []
            for asked, read in ((one, other), (other, one)):
                model = fit(np.flatnonzero(np.isin(SHEET, read)), asked[0], rate)
                on_each += [model.loss(X[number == SHEET], LABELS[number == SHEET]) for number in asked]
            found[rate] = np.mean(on_each)
        return found

    for one, other in (([1, 2, 3], [4, 5, 6, 7]), ([8, 9, 10], [11, 12, 13, 14])):
        found = losses(one, other)
        assert found[0.5] < 0.99 * min(found[0.1], found[2])
    if name != "improved network":
        found = losses([1, 3, 5, 7], [2, 4, 6])
        assert 0.93 * found[0.5] < found[2] < 0.99 * found[0.5]


@claim(
    "About two to three times as many, for each of the four.",
    "Nearest neighbour has the largest factor, 3.2. That its factor is really the largest is not shown.",
    "On new hands each of the four makes more mistakes, about two to three times as many.",
    "That it is more is shown, for all four.",
    "its own standard error is 0.4 to 0.9",
    "And the ± of the random splits, for the network $0.0082\\sqrt{1/10 + 359/1438} = 0.005$, had not warned us.",
)
def test_new_hands_cost_more_mistakes():
    times = {name: (1 - NEW[name].mean()) / (1 - TEN[name].mean()) for name in NEW}
    assert len(times) == 4
    assert 2 < min(times.values()) < max(times.values()) == times["nearest neighbour"]
    assert f"{times['nearest neighbour']:.1f}" == "3.2"
    assert sum(factor > 3 for factor in times.values()) == 1  # hence "about"
    thousand = [round(1000 * (1 - TEN[name].mean())) for name in NAMES["ladder"]]
    assert thousand == [33, 28, 21, 11]

    rows = np.concatenate([part.test for part in SPLITS])
    known = {name: np.concatenate(P).argmax(axis=1) == LABELS[rows] for name, P in ON_SPLITS.items()}
    known["nearest neighbour"] = np.concatenate(
        [LABELS[p.train][DISTANCES[p.test][:, p.train].argmin(axis=1)] == LABELS[p.test] for p in SPLITS]
    )
    on_known = {name: share_of_each_sheet(right, rows) for name, right in known.items()}
    for name in NAMES["ladder"][:3]:  # how much larger it is, leaving out a sheet at a time

        def more(kept, name=name):
            first, own = (
                (1 - NEW[each])[kept].mean() / (1 - on_known[each])[kept].mean() for each in ("nearest neighbour", name)
            )
            return first - own

        without = [more(np.arange(14) != k) for k in range(14)]
        assert 0 < more(np.arange(14)) < student(13) * np.std(without) * np.sqrt(13)
    for name, right in known.items():
        np.testing.assert_array_equal(right, NAMES["as_known"][name])
        on_each = on_known[name]
        assert times_its_error(on_each - NEW[name]) > 3.5 > 1.15 * student(13, 4)
        without = [np.delete(1 - NEW[name], k).mean() / np.delete(1 - on_each, k).mean() for k in range(14)]
        assert 0.35 < np.std(without) * np.sqrt(13) < 0.95  # the jackknife's standard error of the factor
    own_error = TEN["network"].std(ddof=1) * CORRECTION
    assert f"{TEN['network'].std(ddof=1):.4f} {own_error:.3f}" == "0.0082 0.005"
    assert TEN["network"].mean() - NEW["network"].mean() > 7 * own_error


# What is shown


@claim("On sheet 13 all four stay below 0.92, on sheet 3 all pass 0.98.")
def test_a_sheet_is_hard_or_easy_for_all_four():
    on_each = np.array(list(NEW.values()))  # (4, 14)
    assert on_each[:, 13 - 1].max() < 0.92
    assert on_each[:, 3 - 1].min() > 0.98
    for one, other in combinations(on_each, 2):  # so that sheet by sheet the differences spread less than the results
        assert (one - other).std() < 0.95 * np.hypot(one.std(), other.std())


@claim("So each has to pass the bar that chance passes once in sixty times, 2.75 (Carlo Bonferroni's rule).")
def test_three_questions():
    assert f"{student(13, 3):.2f}" == "2.75"
    rng = np.random.default_rng(seed=4)
    tries = rng.normal(size=(60_000, 3, 14))
    t = abs(tries.mean(axis=2) / tries.std(axis=2, ddof=1) * np.sqrt(14))
    assert (t > student(13)).any(axis=1).mean() > 0.12  # a false alarm in one of three
    assert (t > 2.75).any(axis=1).mean() == pytest.approx(0.05, abs=0.005)
    assert (t > 2.75).mean() == pytest.approx(1 / 60, abs=0.002)


@claim(
    "With these two starts, no single step is shown; from bottom to top it is.",
    "As the only question it would pass, 2.4 against 2.16; as one of three it is a good hint.",
    "the gain is 0.020, where random splits gave 0.007 (that these two differ is not shown either).",
    "It would pass even if all six pairs had been asked (3.1).",
)
def test_the_ladder():
    softmax_regression, network, improved, neighbour = (NEW[name] for name in NAMES["ladder"])
    hidden, better, lead = network - softmax_regression, improved - network, neighbour - improved
    assert times_its_error(hidden) < 1.5
    assert 1.05 * student(13) < times_its_error(better) < 0.95 * student(13, 3)
    assert times_its_error(lead) < 1.8
    assert f"{times_its_error(better):.1f}" == "2.4"
    assert f"{better.mean():.3f} {GAIN.mean():.3f}" == "0.020 0.007"
    assert better.mean() - GAIN.mean() < 1.5 * np.hypot(error(better), GAIN.std(ddof=1) * CORRECTION)
    assert f"{student(13, 6):.1f}" == "3.1"
    assert times_its_error(neighbour - softmax_regression) > 1.1 * student(13, 6)


@claim(
    "More starts, and more images of these hands, would narrow such errors part of the way.",
    "With others, one might pass.",
)
def test_starts_and_images_are_part_of_the_error():
    ladder = NAMES["ladder"]
    for better, worse in zip(ladder[1:], ladder, strict=False):
        runs = [[P.argmax(axis=1) == LABELS for P in STRANGERS[name]] for name in (better, worse)]
        lead = (runs[0][0].astype(float) + runs[0][1] - runs[1][0] - runs[1][1]) / 2  # of each image
        of_images = np.mean([lead[number == SHEET].var(ddof=1) / np.sum(number == SHEET) for number in NUMBERS])
        whole = share_of_each_sheet(lead).var(ddof=1)
        assert 0.2 < of_images / whole < 0.95
    single = [
        times_its_error(
            share_of_each_sheet(P.argmax(axis=1) == LABELS) - share_of_each_sheet(Q.argmax(axis=1) == LABELS)
        )
        for P, Q in zip(STRANGERS["improved network"], STRANGERS["network"], strict=True)
    ]
    assert min(single) < student(13) < student(13, 3) < max(single)  # one start fails, the other passes


def by_neighbours(rows, closed):
    """Nearest neighbour among these rows, with pairs of rows out of bounds: whether each is named rightly."""
    distances = np.where(closed, np.inf, DISTANCES[np.ix_(rows, rows)])
    return LABELS[rows][distances.argmin(axis=1)] == LABELS[rows]


@claim("Over 300 such divisions they were as far apart as their standard errors say, to within a tenth.")
def test_errors_over_sheets_hold_between_halves_that_share_nothing():
    # The nearest image of each sheet to each image, once for all divisions.
    on = [np.flatnonzero(number == SHEET) for number in NUMBERS]
    nearest = np.array([rows[DISTANCES[:, rows].argmin(axis=1)] for rows in on]).T  # (n, 14)
    far = np.take_along_axis(DISTANCES, nearest, axis=1)
    far[np.arange(N), SHEET - 1] = np.inf

    def judged(half):
        half = np.array(half)
        rows = np.flatnonzero(np.isin(SHEET, half))
        chosen = half[far[np.ix_(rows, half - 1)].argmin(axis=1)] - 1
        right = LABELS[nearest[rows, chosen]] == LABELS[rows]
        return [right[SHEET[rows] == number].mean() for number in half]

    np.testing.assert_array_equal(judged(NUMBERS), NEW["nearest neighbour"])
    rng = np.random.default_rng(seed=0)
    between, said = [], []
    for _ in range(300):
        mixed = rng.permutation(14) + 1
        results = [judged(mixed[:7]), judged(mixed[7:])]
        between.append((np.mean(results[0]) - np.mean(results[1])) ** 2 / 2)
        said.append(np.mean([error(values) ** 2 for values in results]))
    assert np.sqrt(np.mean(between) / np.mean(said)) == pytest.approx(1, abs=0.1)


@claim(
    "Whichever two they are: if both are left out together, the mean of nearest neighbour falls by half a point at "
    "most."
)
def test_two_sheets_by_one_writer_would_change_little():
    everything, same = np.arange(N), SHEET[:, np.newaxis] == SHEET
    apart = np.where(same, np.inf, DISTANCES)
    usual = share_of_each_sheet(by_neighbours(everything, same))
    np.testing.assert_array_equal(usual, NEW["nearest neighbour"])
    for one, other in combinations(NUMBERS, 2):
        pair = usual.copy()
        for own, twin in ((one, other), (other, one)):
            rows = np.flatnonzero(own == SHEET)
            distances = np.where(twin == SHEET, np.inf, apart[rows])
            pair[own - 1] = np.mean(LABELS[distances.argmin(axis=1)] == LABELS[rows])
        assert pair.mean() > usual.mean() - 0.0055


# Mistakes


@claim(
    "Mistakes of one kind tend to crowd on a few sheets.",
    "But seven times a 1 was read as a 9, and all seven are on one sheet.",
    "An 8 that is taken for a 1 comes from half of the sheets.",
)
def test_mistakes_of_one_kind_share_sheets():
    said, wrong = NAMES["said"], NAMES["wrong"]

    def pairs_on_one_sheet(sheet):
        kinds = Counter(zip(LABELS[wrong], said[wrong], sheet[wrong], strict=True))
        return sum(count * (count - 1) // 2 for count in kinds.values())

    rng = np.random.default_rng(seed=0)
    by_chance = []
    for _ in range(300):
        dealt = SHEET.copy()
        for digit in range(10):  # as if each image could have come from any sheet with that digit
            rows = np.flatnonzero(digit == LABELS)
            dealt[rows] = rng.permutation(SHEET[rows])
        by_chance.append(pairs_on_one_sheet(dealt))
    assert pairs_on_one_sheet(SHEET) > 2 * max(by_chance)
    ones = wrong[(LABELS[wrong] == 1) & (said[wrong] == 9)]
    assert (len(ones), len(set(SHEET[ones]))) == (7, 1)
    eights = wrong[(LABELS[wrong] == 8) & (said[wrong] == 1)]
    assert len(set(SHEET[eights])) == 7


def test_the_pictured_mistakes_are_the_surest():
    said, sure, surest = NAMES["said"], NAMES["sure"], NAMES["surest"]
    assert len(surest) == 8
    assert (said[surest] != LABELS[surest]).all()
    assert sure[surest].min() > 0.97
    others = np.setdiff1d(NAMES["wrong"], surest)
    assert sure[others].max() < sure[surest].min()


# Calibration


@claim(
    "The modesty with known hands is shown, 3.8 times its error.",
    "With new hands there is less of it, perhaps none: the difference is 3.1 times its error.",
    "That the network is *too sure* there is not shown, −1.1 times the error.",
    "What its sureness is worth depends on whose hand it reads.",
    "With hands that it knows, the network is modest: wherever it is more than half sure, it is right more often than "
    "it says.",
    "With new ones it is the other way round between 0.5 and 0.9.",
    "But the bars are long.",
)
def test_calibration_turns_round():
    modest, modest_new = np.array(NAMES["modest"]), np.array(NAMES["modest_new"])
    own_error = modest.std(ddof=1) * CORRECTION
    assert f"{modest.mean() / own_error:.1f}" == "3.8"
    assert modest.mean() / own_error > 1.5 * student(9)
    assert f"{times_its_error(modest_new):.1f}" == "-1.1"
    assert abs(times_its_error(modest_new)) < 0.7 * student(13)
    assert modest_new.mean() < 0 < modest_new.mean() + student(13) * error(modest_new)  # some may be left
    turn = modest.mean() - modest_new.mean()
    assert f"{turn / np.hypot(own_error, error(modest_new)):.1f}" == "3.1"
    assert 3.05 > 1.3 * student(9) > 1.3 * student(13)
    known, new = NAMES["known_hands"], NAMES["new_hands"]
    assert (known[2, 1:] > known[1, 1:]).all()
    assert (new[2, 1:5] < new[1, 1:5]).all()
    assert known[2, 0] < known[1, 0]  # and below one half neither holds, nor above 0.9 the second
    assert (new[2, [0, 5]] > new[1, [0, 5]]).all()
    assert (abs(new[2] - new[1]) < 2 * new[3]).all()  # no bin of new hands shows it
    assert known[0].sum() == 3590
    assert new[0].sum() == 2 * N


@claim("Each bar is one standard error, over the splits (corrected) or over the sheets:")
def test_the_bars_of_the_calibration():
    for P, rows, group, bins, factor in (
        (ON_SPLITS, [part.test for part in SPLITS], np.repeat(np.arange(10), 359), NAMES["known_hands"], CORRECTION**2),
        (STRANGERS, [np.arange(N)] * 2, np.tile(SHEET, 2), NAMES["new_hands"], 1 / 14),
    ):
        sure = np.concatenate(P["network"])
        hit, sure = sure.argmax(axis=1) == LABELS[np.concatenate(rows)], sure.max(axis=1)
        for number, low, high in zip(range(6), [0, 0.5, 0.6, 0.7, 0.8, 0.9], [0.5, 0.6, 0.7, 0.8, 0.9, 2], strict=True):
            inside = (low <= sure) & (sure < high)
            count = len(set(group))
            without = [hit[inside & (group != one)].mean() for one in set(group)]
            jackknife = np.std(without) * np.sqrt((count - 1) * count * factor)
            assert bins[3, number] == pytest.approx(jackknife, rel=0.15)
    assert NAMES["known_hands"][3].max() == pytest.approx(0.13, abs=0.005)  # as the figure says


# The explorer


@claim(
    "The hands differ by more than chance.",
    "Five of fourteen are outside.",
    "The grey band reaches two standard errors of a sheet's 128 images to each side of the mean, 0.932;",
    "about one sheet in twenty would fall outside: fewer than one of fourteen.",
)
def test_hands_differ_by_more_than_chance():
    right = STRANGERS["network"][0].argmax(axis=1) == LABELS
    shares, sizes = share_of_each_sheet(right), np.bincount(SHEET)[1:]
    mean = shares.mean()
    chance = np.sqrt(mean * (1 - mean) / sizes.mean())
    assert np.sum(abs(shares - mean) > 2 * chance) == 5
    assert f"{mean:.3f} {sizes.mean():.0f}" == "0.932 128"
    assert (abs(abs(shares - mean) / chance - 2) > 0.1).all()  # none of them is a close call
    rng = np.random.default_rng(seed=0)
    dealt = np.array([share_of_each_sheet(rng.permutation(right)) for _ in range(1000)])
    assert shares.std(ddof=1) > 1.1 * dealt.std(axis=1, ddof=1).max()
    outside = np.sum(abs(dealt - mean) > 2 * chance, axis=1)
    assert 0.4 < outside.mean() < 1
    assert np.mean(outside >= 5) < 0.005


@claim(
    "The network reads new hands at 0.933 ± 0.011, but that is about the *mean* of all hands.",
    "You are one hand, and single sheets spread by $s = 0.041$, the luck of their 128 images included.",
    "If you write as these people do, expect 0.86 or more, nineteen times in twenty:",
    "(Under the root: 1 for your own hand, 1/14 for the mean of the fourteen.",
    "Only results that are too low count here, and for these alone Student's bar is 1.77.",
)
def test_a_single_hand_is_less_certain_than_the_mean():
    network = NEW["network"]
    assert f"{network.mean():.3f} {error(network):.3f} {network.std(ddof=1):.3f}" == "0.933 0.011 0.041"
    assert f"{network.min():.2f} {network.max():.2f}" == "0.86 0.98"
    assert f"{student(13, 0.5):.2f}" == "1.77"  # one side alone: there chance may go beyond twice as often
    least = network.mean() - 1.77 * network.std(ddof=1) * np.sqrt(1 + 1 / 14)
    assert f"{least:.3f}" == "0.858"
    rng = np.random.default_rng(seed=6)  # where the truth is known, a fifteenth is no lower nineteen times in twenty
    draws = rng.normal(size=(50_000, 15))
    first, last = draws[:, :14], draws[:, 14]
    below = (first.mean(axis=1) - last) / (first.std(axis=1, ddof=1) * np.sqrt(1 + 1 / 14))
    assert np.mean(below < 1.77) == pytest.approx(0.95, abs=0.005)


@claim(
    "Below, the narrowest bar misses the new hands by fifteen of its errors, more than any other:",
    "Ten splits: a very narrow bar about 0.972, and corrected one nearly twice as wide",
    "New hands: a bar about 0.933, left of all these, over fourteen circles from 0.86 to 0.98",
)
def test_the_narrowest_bar_is_the_furthest_off_in_its_errors():
    bars = {name: (mean, error) for name, mean, error, _ in NAMES["answers_so_far"]}
    hands, own = bars.pop("new hands, mean")
    assert f"{hands:.3f} {own:.3f}" == "0.933 0.011"
    misses = {name: (mean - hands) / error for name, (mean, error) in bars.items()}
    narrowest = min(bars, key=lambda name: bars[name][1])
    assert narrowest == max(misses, key=misses.get) == "ten splits, naive"
    assert misses[narrowest] == pytest.approx(15, abs=0.5)
    others = [miss for name, miss in misses.items() if name != narrowest]
    assert sorted(others) == pytest.approx([2, 8], abs=0.5)
    assert bars[narrowest][0] == bars["ten splits, corrected"][0]  # in accuracy it is no further off than this one
    assert bars["ten splits, corrected"][1] / bars[narrowest][1] == pytest.approx(1.87, abs=0.01)
    assert hands + own < min(mean - error for mean, error in bars.values())
    assert f"{NAMES['least']:.3f}" == "0.858"


@claim("Counted by image the error is half as large, and wrong")
def test_counting_by_image_halves_the_error_on_new_hands():
    right = STRANGERS["network"][0].argmax(axis=1) == LABELS
    _, by_sheet = checks._by_group(right, SHEET)
    _, by_image = checks._by_group(right, SHEET, error=checks._of_images)
    assert by_sheet / by_image == pytest.approx(2, abs=0.1)
    assert "it is twice the error that counting by image gives" in checks.EXERCISES["10.5"].why


def test_each_message_is_true_of_its_sheet():
    shares = [np.mean(frame.columns["share"]) for _, frame in positions(STEM)]
    mean = np.mean(shares)
    seen = set()
    for value, frame in positions(STEM):
        rows = np.flatnonzero(value == SHEET)
        said = STRANGERS["network"][0][rows].argmax(axis=1)
        right = int(np.sum(said == LABELS[rows]))
        assert frame.message.startswith(f"{right} of {len(rows)} read correctly, {right / len(rows):.3f}. ")
        apart = (right / len(rows) - mean) / np.sqrt(mean * (1 - mean) / (N / 14))
        kind = "hard" if apart < -2 else "easy" if apart > 2 else "within"
        seen.add(kind)
        assert {"hard": "Below the band", "easy": "Above the band", "within": "Inside the band"}[kind] in frame.message
        assert (frame.state == "warning") == (kind == "hard")
        shown = [frame.columns[f"text {place}"] for place in range(6)]
        wrong = [f"{label}, said {other}" for label, other in zip(LABELS[rows], said, strict=True) if label != other]
        assert sum(map(bool, shown)) == min(6, len(wrong))
        assert not Counter(filter(None, shown)) - Counter(wrong)
        for place in range(6):
            image = frame.columns[f"image {place}"]
            assert (image is not None) == bool(shown[place])
            if image is not None:
                assert (X[rows[said != LABELS[rows]]] == image).all(axis=1).any()
    assert seen == {"hard", "easy", "within"}


def test_the_pictures_of_the_explorer_hold_the_ink_of_their_image():
    for _, frame in positions(STEM):
        pictures = frame.traces[1:]  # after the mark in the first panel: four shades and a text for each
        assert len(pictures) == 6 * 5
        for place in range(6):
            image = frame.columns[f"image {place}"]
            for shade, outline in enumerate(pictures[5 * place : 5 * place + 4], start=1):
                runs = re.findall(r"h(\d+)v(\d+)", outline)
                cells = sum(int(width) / int(height) for width, height in runs)
                assert cells == (0 if image is None else np.sum(np.rint(4 * image) == shade))


# What it does not know


@claim(
    "One pixel to the right, and it reads less than half of the digits.",
    "and only part of what is learned at one place helps at the next.",
    "Even an empty page is a 7 for it rather than nothing.",
)
def test_other_pictures():
    known, asked = split(LABELS, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(asked, SPLITS[0].test)
    model = NAMES["network"](known, 0)
    moved = np.pad(X[asked].reshape(-1, 8, 8), ((0, 0), (0, 0), (1, 0)))[:, :, :8].reshape(-1, 64)
    np.testing.assert_array_equal(moved, NAMES["to_the_right"])
    assert np.mean(model.predict(moved) == LABELS[asked]) < 0.49
    for place in (1, 3, 5, 7):  # one pixel in each direction: far above chance, far below 0.955
        assert 0.3 < np.mean(model.predict(NAMES["moved"][asked, place]) == LABELS[asked]) < 0.55
    empty = softmax(model.logits(np.zeros((1, 64))))[0]
    assert empty.argmax() == 7
    assert empty[7] > 1.2 * np.sort(empty)[-2]
