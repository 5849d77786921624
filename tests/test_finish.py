"""The last step of a render: what website/finish.py changes, and what it refuses."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import figures
import finish
import pytest

PAGE = """<html><head><title>x</title></head><body>
<header id="title-block-header"><h1>Title</h1></header>
{}
</body></html>"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a rendered page, its notebook and a style sheet."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/01-derivatives.ipynb").write_bytes(b'{"cells": []}\n')
    (tmp_path / "_site/notebooks").mkdir(parents=True)
    write_page(tmp_path, "")
    return tmp_path


def write_page(project: Path, body: str) -> Path:
    path = project / "_site/notebooks/01-derivatives.html"
    path.write_text(PAGE.format(body), "utf-8")
    return path


def run(project: Path) -> list[str]:
    return finish.finish(project / "_site", project)


DRAWING = '<path d="M 0 0 L 9 9" style="stroke: var(--figure-path, #c05300)"/><text x="1">a &lt; 1, 50 % &amp; α</text>'
SHORTER = DRAWING.replace("M 0 0 L 9 9", "M0 0L9 9")
SVG = f'<svg style="background: var(--figure-paper, #fff)" viewBox="0 0 9 9" width="9pt" height="9pt">{DRAWING}</svg>'
ALTERNATIVE = "A path that goes &quot;up&quot;: a &lt; b &gt; c"


def figure(name: str, svg: str = SVG, alternative: str = ALTERNATIVE) -> str:
    """A figure as a notebook stores it."""
    image = (
        f'<img class="figure-img" alt="{alternative}" width="480" height="326" src="data:image/svg+xml,{quote(svg)}">'
    )
    return f'<figure class="figure" id="{name}">{image}<figcaption>A path.</figcaption></figure>'


def from_quarto(tex: str, mathml: str, display: str = "inline") -> str:
    """A formula as Pandoc writes it for Quarto."""
    return (
        f'<math display="{display}" xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow>{mathml}</mrow>'
        f'<annotation encoding="application/x-tex">{tex}</annotation></semantics></math>'
    )


def test_a_figure_becomes_part_of_the_page_with_its_size_and_its_alternative_text(project):
    path = write_page(project, f'<div class="cell">{figure("fig-path")}</div>')
    assert run(project) == []
    page = path.read_text("utf-8")
    opening = f'<svg class="figure-img" role="img" aria-label="{ALTERNATIVE}" width="480" height="326" '
    root = 'style="background: var(--figure-paper, #fff)" viewBox="0 0 9 9">'
    assert f'<figure class="figure" id="fig-path">{opening}{root}{SHORTER}</svg><figcaption>' in page
    assert "<img" not in page


def test_a_figure_is_found_whatever_a_renderer_does_to_its_tag(project):
    image = figure("fig-path").partition('<img class="figure-img" alt')[2].partition("<figcaption>")[0]
    as_serialised = image.replace("&lt;", "<").replace("&gt;", ">").removesuffix(">")
    path = write_page(project, f'<figure><img alt{as_serialised} class="img-fluid figure-img" /></figure>')
    assert run(project) == []
    assert f"{SHORTER}</svg></figure>" in path.read_text("utf-8")


def test_an_id_that_the_cell_has_too_is_taken_from_the_figure(project):
    path = write_page(project, f'<div id="fig-path" class="cell">{figure("fig-path")}</div>{figure("fig-other")}')
    run(project)
    assert re.findall(r'id="(fig-[^"]*)"', path.read_text("utf-8")) == ["fig-path", "fig-other"]
    assert '<div id="fig-path" class="cell"><figure class="figure"><svg ' in path.read_text("utf-8")


def test_a_picture_that_a_figure_shows_twice_has_no_id_twice(project):
    path = write_page(project, figure("fig-path", '<svg><image id="a" width="8"/><image width="9" id="a"/></svg>'))
    run(project)
    assert '<image width="8"/><image width="9"/></svg>' in path.read_text("utf-8")


def test_groups_that_say_nothing_are_taken_out_of_a_figure():
    drawing = '<g><g/><g clip-path="url(#a)"><g><path/></g></g><g><text>&lt;g></text></g></g>'
    assert figures.ungrouped(drawing) == '<g/><g clip-path="url(#a)"><path/></g><text>&lt;g></text>'


@pytest.mark.parametrize(
    ("outline", "short"),
    [
        ("M 0 0 L 9 0 L 9 5 L 0 5 L 0 0 ", "M0 0H9V5H0V0"),
        ("M 0 0 L 9 0 z M 9 0 L 9 2", "M0 0H9zM9 0V2"),
        ("M 0 0 L 9 0 z L 9 2", "M0 0H9zL9 2"),
        ("M 1 2 C 1 1 2 2 3.5 -4 L 3.5 0 Q 1 1 2 0 L 3 0", "M1 2C1 1 2 2 3.5 -4V0Q1 1 2 0H3"),
        ("M 1e-05 0 L 1e-05 2", "M 1e-05 0 L 1e-05 2"),
    ],
)
def test_an_outline_is_written_in_fewer_characters(outline, short):
    assert figures.shorter(outline) == short


@pytest.mark.parametrize("image", ['<img src="x.svg">', '<img class="figure-img" src="data:image/png;base64,AAAA">'])
def test_other_images_stay_as_they_are(project, image):
    path = write_page(project, image)
    assert run(project) == []
    assert image in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        ("<p>nothing drawn</p>", "not SVG"),
        ("<svg><style>* { fill: red }</style></svg>", "style sheet"),
        ("<svg><script>alert(1)</script></svg>", "script"),
    ],
)
def test_a_figure_that_cannot_be_part_of_a_page_is_refused(project, svg, reason):
    write_page(project, figure("fig-path", svg, "A red line"))
    (defect,) = run(project)
    assert reason in defect
    assert "01-derivatives.html" in defect
    assert "'A red line'" in defect


def test_without_scripts_the_theme_is_the_light_one(project):
    dark = '<link rel="stylesheet" href="dark.css" media="(prefers-color-scheme: dark){}">'
    path = write_page(project, dark.format("") + dark.replace("(p", "not all and (p").format(""))
    run(project)
    scripted = dark.format(" and (scripting: enabled)")
    assert scripted + scripted.replace("(p", "not all and (p") in path.read_text("utf-8")


def test_tex_of_both_kinds_becomes_mathml(project):
    inline, display = (
        r'<span class="math inline">\(a &lt; b\)</span>',
        r'<span class="math display">\[\frac{1}{2}\]</span>',
    )
    path = write_page(project, inline + display)
    assert run(project) == []
    page = path.read_text("utf-8")
    tex = '<annotation encoding="application/x-tex">a &lt; b</annotation>'
    assert (
        f'inline"><math><semantics><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>{tex}</semantics></math></span>'
        in page
    )
    assert '<span class="math display"><math display="block"><semantics><mfrac>' in page


def test_a_formula_keeps_the_punctuation_that_touches_it(project):
    formula = r'<span class="math inline">\(a\)</span>'
    path = write_page(project, f"<p>One ({formula}), two {formula} three {formula}?</p>")
    run(project)
    tex = '<annotation encoding="application/x-tex">a</annotation>'
    mathml = f'<span class="math inline"><math><semantics><mi>a</mi>{tex}</semantics></math></span>'
    once = f'One <span class="unbroken">({mathml}),</span> two {mathml} three <span class="unbroken">{mathml}?</span>'
    assert once in path.read_text("utf-8")
    run(project)
    assert once in path.read_text("utf-8")


def test_mathml_of_quarto_stays_and_gets_the_same_place_as_that_of_smalldocs(project):
    inline, display = from_quarto(r"\hat y", "<mi>y</mi>"), from_quarto("x^2", "<mi>x</mi>", "block")
    path = write_page(project, f"<p>with {inline}, and</p> {display}")
    assert run(project) == []
    placed = f'with <span class="unbroken"><span class="math inline">{inline}</span>,</span> and</p>'
    assert f'{placed} <span class="math display">{display}</span>' in path.read_text("utf-8")


def test_after_quarto_it_needs_no_package(project):
    formula = from_quarto(r"\alpha &lt; 1", "<mi>α</mi><mo>&lt;</mo><mn>1</mn>")
    path = write_page(project, f'<main><section id="a"><h2>A</h2><p>{formula}</p>{figure("fig-path")}</section></main>')
    entry = {"href": "notebooks/01-derivatives.html#a", "title": "", "section": "", "text": ""}
    (project / "_site/search.json").write_text(json.dumps([entry]), "utf-8")
    without_packages = [sys.executable, "-S", "-E"]
    assert subprocess.run([*without_packages, "-c", "import math_core"], check=False, capture_output=True).returncode
    subprocess.run([*without_packages, finish.__file__], cwd=project, check=True)
    assert f'<span class="math inline">{formula}</span>' in path.read_text("utf-8")
    assert f"{SHORTER}</svg>" in path.read_text("utf-8")
    assert json.loads((project / "_site/search.json").read_text("utf-8"))[0]["text"] == "α < 1 A path."


def test_a_formula_that_cannot_be_converted_is_named_with_its_page(project):
    write_page(project, r'<span class="math inline">\(\unknown{x}\)</span>')
    defects = run(project)
    assert any("01-derivatives.html" in defect and r"\\unknown{x}" in defect for defect in defects)


@pytest.mark.parametrize("text", ["$$x$$", r"\frac{1}{2}", r"\(x\)", r"so \alpha grows"])
def test_tex_left_in_the_text_is_refused(project, text):
    write_page(project, f"<p>{text}</p>")
    (defect,) = run(project)
    assert "01-derivatives.html" in defect
    assert "TeX is left" in defect


def test_tex_and_addresses_in_code_are_left_alone(project):
    write_page(project, r'<pre><code>r"\frac{1}{2}" url(https://a.example) fetch("https://a.example")</code></pre>')
    assert run(project) == []


@pytest.mark.parametrize(
    "body",
    [
        '<script src="https://a.example/x.js"></script>',
        '<script src="//a.example/x.js"></script>',
        '<script type="module">import x from "https://a.example/x.js"</script>',
        '<script>import("https://a.example/x.js")</script>',
        "<script>fetch('https://a.example/data.json')</script>",
        '<script>new WebSocket("wss://a.example")</script>',
        '<script>request.open("GET", "https://a.example")</script>',
        '<script>image.src = "https://a.example/x.png"</script>',
        '<script type="importmap">{"imports": {"x": "https://a.example/x.js"}}</script>',
        '<link rel="stylesheet" href="https://a.example/x.css">',
        '<link rel="icon" href="https://a.example/x.ico">',
        '<link rel="preload" href="https://a.example/x.woff2" as="font">',
        '<link rel="preconnect" href="https://a.example">',
        '<link rel="manifest" href="https://a.example/manifest.json">',
        '<img src="https://a.example/x.png">',
        '<img src="HTTP://a.example/x.png">',
        '<img srcset="x.png 1x, https://a.example/x.png 2x">',
        '<iframe src="https://a.example"></iframe>',
        '<iframe srcdoc="<img src=https://a.example/x.png>"></iframe>',
        '<video poster="https://a.example/x.png"></video>',
        '<object data="https://a.example/x.svg"></object>',
        '<svg><image href="https://a.example/x.png"/></svg>',
        '<svg><use xlink:href="https://a.example/x.svg#a"/></svg>',
        "<style>@font-face { src: url(https://a.example/x.woff2) }</style>",
        '<style>@import "https://a.example/x.css";</style>',
        '<style>@import"https://a.example/x.css";</style>',
        "<p style=\"background: url('https://a.example/x.png')\">x</p>",
        '<meta http-equiv="refresh" content="0; url=https://a.example">',
        '<a href="x.html" ping="https://a.example">x</a>',
        '<base href="https://a.example/">',
    ],
)
def test_a_request_to_another_host_is_refused_with_page_and_address(project, body):
    write_page(project, body)
    defects = run(project)
    assert defects
    assert all("01-derivatives.html" in defect and "a.example" in defect for defect in defects)


@pytest.mark.parametrize(
    "body",
    [
        '<a href="https://a.example">a link that a reader may follow</a>',
        '<img src="data:image/svg+xml;base64,AAAA">',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/></svg>',
        '<link rel="canonical" href="https://a.example/">',
    ],
)
def test_what_requests_nothing_is_accepted(project, body):
    write_page(project, body)
    assert run(project) == []


@pytest.mark.parametrize(
    "css",
    [
        "@font-face{src:url('//a.example/x.woff2')}",
        '@import"https://a.example/x.css";',
        "a{background:url(http://a.example/x)}",
    ],
)
def test_a_style_sheet_that_requests_from_another_host_is_refused(project, css):
    (project / "_site/style.css").write_text(css, "utf-8")
    (defect,) = run(project)
    assert "style.css" in defect
    assert "a.example" in defect


def test_a_script_file_that_requests_from_another_host_is_refused(project):
    (project / "_site/x.js").write_text('const data = await fetch("https://a.example/x.json");', "utf-8")
    (defect,) = run(project)
    assert "x.js" in defect
    assert "https://a.example/x.json" in defect


@pytest.mark.parametrize(
    "font",
    [
        "@import url(https://fonts.googleapis.com/css2?family=Lato:wght@400;700&display=swap);",
        '@import url("https://fonts.googleapis.com/css2?family=Lato");',
        '@import"https://fonts.googleapis.com/css2?family=Source+Sans+Pro:wght@300;400;700&display=swap";',
    ],
)
def test_web_fonts_of_a_theme_are_dropped_and_its_rules_kept(project, font):
    (project / "_site/theme.css").write_text(f"{font}body{{color:red}}", "utf-8")
    assert run(project) == []
    assert (project / "_site/theme.css").read_text("utf-8") == "body{color:red}"


def test_math_library_tags_are_dropped(project):
    cdn = "https://cdn.example/npm/katex@0.16/dist"
    tags = f'<link rel="stylesheet" href="{cdn}/katex.min.css"><script src="{cdn}/katex.min.js" defer></script>'
    path = write_page(project, tags + "<p>kept</p>")
    assert run(project) == []
    assert "katex" not in path.read_text("utf-8")
    assert "<p>kept</p>" in path.read_text("utf-8")


def test_a_chapter_page_offers_a_copy_of_its_notebook(project):
    path = write_page(project, "<p>text</p>")
    run(project)
    assert path.with_suffix(".ipynb").read_bytes() == b'{"cells": []}\n'
    header = path.read_text("utf-8").partition("</header>")[0]
    assert '<a class="download-notebook" href="01-derivatives.ipynb" download>Download this notebook</a>' in header


def test_a_chapter_without_a_title_is_refused(project):
    (project / "_site/notebooks/01-derivatives.html").write_text("<html><body></body></html>", "utf-8")
    (defect,) = run(project)
    assert "01-derivatives.html has no title block" in defect


def test_links_to_folders_lead_to_pages(project):
    path = write_page(project, '<a href="../">home</a> <a class="x" href="./">here</a>')
    run(project)
    assert '<a href="../index.html">home</a> <a class="x" href="./index.html">here</a>' in path.read_text("utf-8")


def test_the_search_index_can_be_read_from_files(project):
    path = write_page(project, "")
    index = [{"href": "notebooks/01-derivatives.html", "title": "", "section": "", "text": ""}]
    (project / "_site/search.json").write_text(json.dumps(index), "utf-8")
    assert run(project) == []
    written = (project / "_site/search.json").read_text("utf-8")
    assert json.loads(written) == [index[0] | {"title": "1 Title"}]
    assert (project / "_site/search.js").read_text("utf-8") == f"window.searchIndex = {written};\n"
    (script,) = re.findall(
        r'<script src="\.\./(site_libs/scripts/offline_search-\w+\.js)" defer>', path.read_text("utf-8")
    )
    assert "window.searchIndex" in (project / "_site" / script).read_text("utf-8")


def test_finishing_twice_changes_nothing(project):
    (project / "_site/theme.css").write_text('@import"https://fonts.googleapis.com/css";a{}', "utf-8")
    formulas = r'<span class="math inline">\(x\)</span>' + from_quarto("x^2", "<mi>x</mi>", "block")
    theme = '<link href="dark.css" media="(prefers-color-scheme: dark)">'
    write_page(project, f'<a href="./">x</a><div id="fig-path">{figure("fig-path")}</div>{formulas}{theme}')
    index = [{"href": "notebooks/01-derivatives.html", "title": "", "section": "", "text": r"\(x\)"}]
    (project / "_site/search.json").write_text(json.dumps(index), "utf-8")
    assert run(project) == []
    once = {path: path.read_bytes() for path in (project / "_site").rglob("*") if path.is_file()}
    assert run(project) == []
    assert once == {path: path.read_bytes() for path in (project / "_site").rglob("*") if path.is_file()}
