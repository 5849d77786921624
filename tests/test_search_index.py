"""What the search finds: what a reader reads on the finished pages, from either renderer."""

import pytest
from math_core import LatexToMathML
from search_index import Tree, one_line, rewrite, text

# f'(x) = 2x and a fraction, as smalldocs' pages have them and as Pandoc writes them for Quarto.
SMALLDOCS = {
    "prime": '<span class="unbroken"><span class="math inline"><math><msup><mi>f</mi><mo>′</mo></msup><mo>(</mo>'
    "<mi>x</mi><mo>)</mo><mo>=</mo><mn>2</mn><mi>x</mi></math></span>.</span>",
    "slope": '<math display="block"><mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi><mi>w</mi></mrow></mfrac>'
    '<mo>=</mo><mover accent="true"><mi>y</mi><mo>ˆ</mo></mover><mo>−</mo><mi>y</mi></math>',
}
QUARTO = {
    "prime": '<span class="unbroken"><span class="math inline"><math display="inline"><semantics><mrow><msup><mi>f</mi>'
    '<mo>′</mo></msup><mo form="prefix">(</mo><mi>x</mi><mo form="postfix">)</mo><mo>=</mo><mn>2</mn><mi>x</mi></mrow>'
    '<annotation encoding="application/x-tex">f\'(x) = 2x</annotation></semantics></math></span>.</span>',
    "slope": '<math display="block"><semantics><mrow><mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi><mi>w</mi>'
    '</mrow></mfrac><mo>=</mo><mover><mi>y</mi><mo accent="true">̂</mo></mover><mo>−</mo><mi>y</mi></mrow><annotation '
    'encoding="application/x-tex">\\frac{\\partial L}{\\partial w} = \\hat y - y</annotation></semantics></math>',
}
PAGE = """<html><head><meta name="generator" content="%s"></head><body><nav>Navigation</nav><main>
<header id="title-block-header"><h1 class="title">The slope</h1><p>Download</p></header>
<p>You will see that {prime}</p>
<section id="steep" class="level2"><h2>How steep is <code>f_x</code>?</h2>
<p>At most 1 &lt; 2 &amp; more.<br>New <em>line</em>s stay apart.</p>
<div class="cell"><pre><code>import numpy</code></pre><button>Copy</button><figure><svg><text>ink</text></svg>
<figcaption>A path.</figcaption></figure><div class="cell-output explorer">Slide <p>here</p></div>
<script>let x</script></div>
<section id="inside" class="level3"><h3>Inside</h3><ul><li>one</li><li>two</li></ul>{slope}</section>
</section></main></body></html>"""


def page_of(renderer: str) -> str:
    return (PAGE % f"{renderer}-1.2.3").format(**(QUARTO if renderer == "quarto" else SMALLDOCS))


def entry(fragment: str = "") -> dict[str, str]:
    href = f"a.html{fragment}"
    return {"objectID": href, "href": href, "title": "?", "section": "?" if fragment else "", "text": r"\(f'(x)\)"}


def test_an_index_of_smalldocs_has_an_entry_for_each_heading():
    entries = [entry(), entry("#steep"), entry("#inside")]
    assert rewrite(entries, {"a.html": page_of("smalldocs")}) == []
    assert {found["title"] for found in entries} == {"The slope"}
    assert [found["section"] for found in entries] == ["", "How steep is f_x?", "Inside"]
    assert [found["text"] for found in entries] == [
        "You will see that f′(x) = 2x.",
        "At most 1 < 2 & more. New lines stay apart. A path.",
        "one two ∂L/∂w = ŷ − y",
    ]


def test_an_index_of_quarto_has_an_entry_for_each_section_and_takes_its_text_as_html():
    entries = [entry() | {"crumbs": ["Chapters"]}, entry("#steep")]
    assert rewrite(entries, {"a.html": page_of("quarto")}) == []
    assert [found["text"] for found in entries] == [
        "You will see that f′(x) = 2x.",
        "At most 1 &lt; 2 &amp; more. New lines stay apart. A path. Inside one two ∂L/∂w = ŷ − y",
    ]
    assert [(found["title"], found["section"]) for found in entries] == [
        ("The slope", ""),
        ("The slope", "How steep is f_x?"),
    ]
    assert list(entries[0]) == ["objectID", "href", "title", "section", "text", "crumbs"]
    assert entries[0]["crumbs"] == ["Chapters"]


def test_an_address_that_leads_nowhere_is_named():
    missing = rewrite([entry("#gone"), entry() | {"href": "b.html"}], {"a.html": page_of("quarto")})
    assert len(missing) == 2
    assert any("a.html" in line and "#gone" in line for line in missing)
    assert any("b.html" in line for line in missing)


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"f'(x) = 2x", "f′(x) = 2x"),
        (r"-\nabla f", "−∇f"),
        (r"\alpha < 1", "α < 1"),
        (r"(4, -10^{-12})", "(4, −10^−12)"),
        (r"\frac{f(x+h) - f(x)}{2h}", "(f(x + h) − f(x))/(2h)"),
        (r"\sum_{i=1}^{n} x_i^2", "∑ i = 1…n xi^2"),
        (r"a^{(2)} = \tanh z", "a^(2) = tanh z"),
        (r"\hat y \approx \sqrt{2v}", "ŷ ≈ √(2v)"),
        (r"\underbrace{uv}_{\text{through } u}", "uv through u"),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", "a = b = c"),
    ],
)
def test_a_formula_is_one_line_of_plain_text(tex, line):
    mathml = LatexToMathML().convert_with_local_state(tex, displaystyle=True)
    assert one_line(text(Tree(mathml).root)) == line
