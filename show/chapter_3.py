"""What chapter 3 draws, and what its explorer draws and says."""

import numpy as np

from show import plots
from show.diagrams import Diagram
from show.explorer import Explorer

# An edge has its local slope for a name. Blanks at the end tell equal slopes apart and are not seen.
JOINED = Diagram(
    {"r": (0, -1.1), "q": (0, 0.7), "u": (2.3, -0.6), "v": (3.6, 0.4), "L": (4.7, 0.4)},
    [("q", "u", "× 3"), ("r", "u", "× 1"), ("u", "v", "× 1 "), ("q", "v", "× 1  "), ("v", "L", "× 8")],
)
TRICKY = Diagram(
    {"q": (0, 0), "a": (1.5, 0), "s": (3, 0.8), "L": (4.4, 0)},
    [("q", "a", "× 4"), ("a", "s", "× 1"), ("s", "L", "× 4 "), ("a", "L", "× 5")],
)

# The knobs of a neuron with the inputs 1, 1/2, 1/3 and 1/4, and how fast z moves with each.
WEIGHING = {"w₁": "1", "w₂": "1/2", "w₃": "1/3", "w₄": "1/4", "b": "1"}


def neuron(x, w, y_hat, y):
    """The neuron's graph with its local slopes at these numbers."""
    squash = y_hat * (1 - y_hat)
    local = {
        ("x", "z"): f"× {w:.1f}",
        ("w", "z"): f"× {x:.1f}",
        ("b", "z"): "× 1",
        ("z", "ŷ"): f"× {squash:.4f}",
        ("ŷ", "L"): f"× (−{y - y_hat:.4f})",
        ("y", "L"): f"× {y - y_hat:.4f}",
    }
    places = {
        "x": (0, 1.2),
        "w": (0, 0),
        "b": (0, -1.2),
        "z": (1.5, 0),
        "ŷ": (2.95, 0),
        "y": (2.95, -1.2),
        "L": (4.7, 0),
    }
    return Diagram(places, [(start, end, factor) for (start, end), factor in local.items()])


def draw_both_passes(ax):
    """The chapter's picture: values of L = (q r + q)² at q = 1, r = 3 forward, its slopes back to where they meet."""
    values = {"q": "1", "r": "3", "u": "3", "v": "4", "L": "16"}
    gradients = {"q": "?", "r": "8", "u": "8", "v": "8", "L": "1"}
    shares = {"× 1  ": "× 1 = 8", "× 3": "× 3 = 24"}
    edges = [(start, end, shares.get(name, name)) for start, end, name in JOINED.edges]
    Diagram(JOINED.nodes, edges).draw(ax, values, gradients, flow=True)
    ax.text(0.72, 0.02, "$u = q r$\n$v = u + q$\n$L = v^2$", transform=ax.transAxes, linespacing=1.5)
    ax.set_title("Slopes flow back, and two meet at q")


def draw_number_lines(ax, names, factors):
    """A nudge of the first number that reaches the others, each `factors` times as far as the one before; backward the
    slopes of the last number. The numbers stand one below the other.
    """
    moves, slopes = [1], [1]
    for factor in factors:
        moves.append(moves[-1] * factor)
    for factor in reversed(factors):
        slopes.insert(0, slopes[0] * factor)
    end = max(moves)
    left, right = -0.1 * end, 1.3 * end
    box = {"boxstyle": "square,pad=0.25", "facecolor": "white", "edgecolor": plots.GRADIENT, "linewidth": 0.8}
    for row, (name, move, slope) in enumerate(zip(names, moves, slopes, strict=True)):
        ax.text(2 * left, -row, f"${name}$", ha="center", va="center")
        ax.plot([0, end], [-row, -row], color=plots.NEUTRAL, linewidth=0.7)
        ax.plot([0, 0], [-row - 0.1, -row + 0.1], color=plots.NEUTRAL, linewidth=1)
        style = {"arrowstyle": "-|>", "color": plots.FORWARD, "linewidth": 2.4, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (move, -row), (0, -row), arrowprops=style)
        text = "$h$" if move == 1 else f"${move}h$"
        ax.text(move, -row + 0.16, text, ha="center", va="bottom", color=plots.FORWARD)
        ax.text(right, -row, f"{slope}", ha="center", va="center", color=plots.GRADIENT, bbox=box)
    for row, factor in enumerate(factors):
        for x, start, tip, colour in ((left, row, row + 1, plots.FORWARD), (right, row + 1, row, plots.GRADIENT)):
            down = 0.27 if tip > start else -0.27
            style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", (x, -tip + down), (x, -start - down), arrowprops=style)
            ax.text(x + 0.02 * end, -row - 0.5, f"× {factor}", ha="left", va="center", color=colour)
    ax.set(xlim=(2.5 * left, 1.48 * end), ylim=(0.5 - len(names), 0.6))
    ax.axis("off")


def draw_ten_runs_and_one_walk(ax):
    """Why the walk back is cheap, for a neuron with four weights and a bias: above, the ten runs of nudging; below, one
    run and the walk back. Lengths are points: the axes are as large as a figure of 4.8 by 5 inches, but for its title.
    """
    ax.set(xlim=(0, 340), ylim=(0, 324))
    ax.axis("off")
    ax.set_title("Five slopes: ten runs, or once there and back")
    _draw_ten_runs(ax)
    _draw_one_walk(ax)


def _draw_ten_runs(ax):
    branches, ends, heads, circles, gap = [], [], [], [], (np.nan, np.nan)
    for middle, marker in ((276, "^"), (219, "v")):  # a row of nudges up, a row of nudges down
        for nudged in range(5):
            left = 8 + 67 * nudged
            knobs = [(left, middle + height) for height in (20, 10, 0, -10, -20)]
            z, y_hat, loss = ((left + along, middle) for along in (20, 37, 54))
            branches += [place for knob in knobs for place in (knob, z, gap)]
            ends += [z, y_hat, loss, gap]
            heads += [(x - 5, y) for x, y in (y_hat, loss)]
            ax.plot(*knobs.pop(nudged), marker, color=plots.PATH, markersize=10, zorder=3)
            circles += [*knobs, z, y_hat, loss]
    ax.plot(*zip(*branches, strict=True), color=plots.FORWARD, linewidth=0.9)
    ax.plot(*zip(*ends, strict=True), color=plots.FORWARD, linewidth=2.4)
    ax.plot(*zip(*heads, strict=True), ">", color=plots.FORWARD, markersize=7, markeredgewidth=0)
    ax.plot(*zip(*circles, strict=True), "o", markersize=5, markeredgewidth=0.8, **_circle(ax))
    ax.text(0, 312, "Nudging: each knob up, each down", va="center")
    ax.text(340, 312, "10 × 7 = 70 arrows", va="center", ha="right")


def _draw_one_walk(ax):
    places = {"z": (203, 78), "ŷ": (264, 78), "L": (325, 78)}
    gradients = {"z": "δ", "ŷ": "ŷ − 1", "L": "1"}
    edges, fan = [("z", "ŷ", 2.4), ("ŷ", "L", 2.4)], {}
    for row, (knob, local_slope) in enumerate(WEIGHING.items()):
        places[knob] = 84, 142 - 32 * row
        gradients[knob] = f"δ × {local_slope}"
        edges.append((knob, "z", 1.2))
        around = np.radians(32 * (2 - row))  # the arrows at z are spread along its circle
        fan[knob] = places["z"] + 15 * np.array([-np.cos(around), np.sin(around)])
    box = {"boxstyle": "square,pad=0.2", "facecolor": "white", "edgecolor": plots.GRADIENT, "linewidth": 0.8}
    for name, (x, y) in places.items():
        ax.plot(x, y, "o", markersize=22, **_circle(ax))
        ax.text(x, y, name, ha="center", va="center_baseline")
        beside, side = ((x - 18, y), "right") if name in WEIGHING else ((x, y - 28), "center")
        ax.text(*beside, gradients[name], ha=side, va="center", color=plots.GRADIENT, bbox=box)
    for tail, tip, width in edges:
        goal = fan.get(tail, places[tip])
        along = np.subtract(goal, places[tail])
        along = along / np.hypot(*along)
        near, far = places[tail] + 12 * along, goal if tail in fan else goal - 12 * along
        aside = 3 * np.array([-along[1], along[0]])  # to the left, as one walks: each way has its own side
        for ends, colour in (
            ((far + aside, near + aside), plots.FORWARD),
            ((near - aside, far - aside), plots.GRADIENT),
        ):
            arrow = f"-|>,head_width={0.1 + 0.09 * width},head_length=0.45"
            style = {"arrowstyle": arrow, "color": colour, "linewidth": width, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", *ends, arrowprops=style)
    ax.text(0, 174, "Backward: one run, one walk back", va="center")
    ax.text(340, 174, "2 × 7 = 14 arrows", va="center", ha="right")


def _circle(ax):
    return {"markerfacecolor": "white", "markeredgecolor": ax.title.get_color()}


def stages_of_the_two_passes(run):
    """The explorer of the stages of L = (q r + q)²: run(q, r) gives u, v, L, ∂L/∂L, ∂L/∂v, ∂L/∂u, q's share from v,
    ∂L/∂r, q's share from u and ∂L/∂q, one for each stage.
    """
    q, r = 1, 3
    results = run(q, r)
    u, v, loss, dl, dv, du, from_v, dr, from_u, dq = results
    both = f"{from_v} + {from_u} = {dq}"
    # What each stage computes: its line, the arrows it uses, the text it writes and where, what there is to say.
    stages = [
        ("u = q · r", ["q→u", "r→u"], {"u": u}, f"Forward: u = q · r = {u}."),
        ("v = u + q", ["u→v", "q→v"], {"v": v}, f"Forward: v = u + q = {v}. Here q is used a second time."),
        ("L = v²", ["v→L"], {"L": loss}, f"Forward: L = v² = {loss}. All values are there, and no slope yet."),
        ("∂L/∂L = 1", [], {"∂L": dl}, f"Backward: it starts at the end with {dl}, for L moves exactly as far as L."),
        ("∂L/∂v = ∂L/∂L · 2v", ["v←L"], {"∂v": dv}, f"Backward: v receives {dl} · 2v = {dv}."),
        (
            "∂L/∂u = ∂L/∂v · 1",
            ["u←v"],
            {"∂u": du},
            f"Backward: u receives {dv} · 1 = {du}. A sum hands on all.",
        ),
        (
            "to q: ∂L/∂v · 1",
            ["q←v"],
            {"∂q": f"{from_v} + …"},
            f"Backward: q receives {dv} · 1 = {from_v}, one share of two. This is not its slope yet.",
        ),
        ("∂L/∂r = ∂L/∂u · q", ["r←u"], {"∂r": dr}, f"Backward: r receives {du} · q = {dr}. It needs no more."),
        (
            "to q: ∂L/∂u · r",
            ["q←u"],
            {"∂q": f"{from_v} + {from_u}"},
            f"Backward: q receives {du} · r = {from_u}. Now both shares are in.",
        ),
        ("∂L/∂q: the sum", [], {"∂q": both}, f"Backward: the shares of q add up, {both}. That is its slope."),
    ]
    names = ["q", "r", "u", "v", "L"]
    arrows = [f"{start}{arrow}{end}" for start, end, _ in JOINED.edges for arrow in "→←"]

    def columns(stage):
        done = stages[: int(stage)]
        shown = dict.fromkeys([*names, *(f"∂{name}" for name in names)], "") | {"q": q, "r": r}
        for *_, texts, _ in done:
            shown |= texts
        used = [arrow for _, some, _, _ in done[:-1] for arrow in some]
        now = done[-1][1]
        numbers = range(len(done), 0, -1)  # the newest first: the table shows fewer rows than there are stages
        return {
            "stage": numbers,
            "formula": [stages[n - 1][0] for n in numbers],
            "result": [results[n - 1] for n in numbers],
            **{name: str(text) for name, text in shown.items()},
            **{arrow: 2.4 if arrow in now else 1.2 if arrow in used else 0 for arrow in arrows},
        }

    longest = {**dict.fromkeys(names, "16"), **{f"∂{name}": "8" for name in names}, "∂q": both}
    return Explorer(
        columns,
        values=range(1, len(stages) + 1),
        start=1,
        panels=[
            JOINED.panel(
                "Values forward, slopes ▾ back",
                flow=True,
                longest=longest,
                size=(4.8, 3.4),
                alt="The graph of L = (q r + q)²: q and r lead to u, u and q to v, v to L. Values stand above the "
                "circles, slopes below, as far as the stages have come.",
            )
        ],
        message=lambda stage, run: ("note", stages[int(stage) - 1][-1]),
        table={"stage": ("stage", "d"), "formula": ("computes", ""), "result": ("result", "d")},
        name="stage",
        symbol="s",
        number=".0f",
        marks={1: "start", 4: "turn", 10: "end"},
        live="values",
        steps=("previous stage", "next stage"),
    )
