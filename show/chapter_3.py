"""What chapter 3 draws, and what its explorer draws and says."""

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
        "z": (1.65, 0),
        "ŷ": (2.95, 0),
        "y": (2.95, -1.2),
        "L": (4.7, 0),
    }
    return Diagram(places, [(start, end, factor) for (start, end), factor in local.items()])


def draw_both_passes(ax):
    """The chapter's picture: values of L = (q r + q)² at q = 1, r = 3 forward, its slopes back to where they meet."""
    values = {"q": "1", "r": "3", "u": "3", "v": "4", "L": "16"}
    gradients = {"q": "?", "r": "8", "u": "8", "v": "8", "L": "1"}
    JOINED.draw(ax, values, gradients | {"× 1  ": "8", "× 3": "24"}, flow=True)
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
