"""The last step of a render: what website/finish.py changes, and what it refuses."""

import json
from pathlib import Path

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


def test_tex_of_both_kinds_becomes_mathml(project):
    inline, display = (
        r'<span class="math inline">\(a &lt; b\)</span>',
        r'<span class="math display">\[\frac{1}{2}\]</span>',
    )
    path = write_page(project, inline + display)
    assert run(project) == []
    page = path.read_text("utf-8")
    assert '<span class="math inline"><math><mi>a</mi><mo>&lt;</mo><mi>b</mi></math></span>' in page
    assert '<span class="math display"><math display="block"><mfrac>' in page


def test_a_formula_keeps_the_punctuation_that_touches_it(project):
    formula = r'<span class="math inline">\(a\)</span>'
    path = write_page(project, f"<p>One ({formula}), two {formula} three {formula}?</p>")
    run(project)
    mathml = '<span class="math inline"><math><mi>a</mi></math></span>'
    once = f'One <span class="unbroken">({mathml}),</span> two {mathml} three <span class="unbroken">{mathml}?</span>'
    assert once in path.read_text("utf-8")
    run(project)
    assert once in path.read_text("utf-8")


def test_mathml_of_quarto_becomes_the_same_as_that_of_smalldocs(project):
    mathml = (
        '<math display="{}" xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>x</mi></mrow>'
        '<annotation encoding="application/x-tex">\\hat y &lt; 1</annotation></semantics></math>'
    )
    path = write_page(project, mathml.format("inline") + " and " + mathml.format("block"))
    assert run(project) == []
    from_quarto = path.read_text("utf-8")
    tex = r'<span class="math inline">\(\hat y &lt; 1\)</span> and <span class="math display">\[\hat y &lt; 1\]</span>'
    path = write_page(project, tex)
    run(project)
    assert from_quarto == path.read_text("utf-8")


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
        "<p onclick=\"fetch('https://a.example')\">x</p>",
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
        '<script>document.createElementNS("http://www.w3.org/2000/svg", "path")</script>',
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
    assert '<a href="01-derivatives.ipynb" download>Download this notebook</a>' in header


def test_a_chapter_without_a_title_is_refused(project):
    (project / "_site/notebooks/01-derivatives.html").write_text("<html><body></body></html>", "utf-8")
    (defect,) = run(project)
    assert "01-derivatives.html has no title block" in defect


def test_links_to_folders_lead_to_pages(project):
    path = write_page(project, '<a href="../">home</a> <a class="x" href="./">here</a>')
    run(project)
    assert '<a href="../index.html">home</a> <a class="x" href="./index.html">here</a>' in path.read_text("utf-8")


def test_the_search_index_can_be_read_from_files(project):
    (project / "_site/search.json").write_text(json.dumps([{"title": "Derivatives"}]), "utf-8")
    path = write_page(project, "")
    run(project)
    assert (project / "_site/search.js").read_text("utf-8") == 'window.searchIndex = [{"title": "Derivatives"}];\n'
    assert path.read_text("utf-8").count('<script id="offline-search">') == 1


def test_module_scripts_carry_what_they_import_into_the_page(project):
    (project / "_site/libs").mkdir()
    (project / "_site/libs/inner.js").write_text("export const x = 1;", "utf-8")
    (project / "_site/libs/outer.js").write_text('import { x } from "./inner.js";', "utf-8")
    path = write_page(project, '<script src="../libs/outer.js" type="module"></script>')
    assert run(project) == []
    assert '<script src="data:text/javascript;base64,' in path.read_text("utf-8")


def test_finishing_twice_changes_nothing(project):
    (project / "_site/search.json").write_text("[]", "utf-8")
    (project / "_site/theme.css").write_text('@import"https://fonts.googleapis.com/css";a{}', "utf-8")
    write_page(project, r'<a href="./">x</a><span class="math inline">\(x\)</span>')
    run(project)
    once = {path: path.read_bytes() for path in (project / "_site").rglob("*") if path.is_file()}
    assert run(project) == []
    assert once == {path: path.read_bytes() for path in (project / "_site").rglob("*") if path.is_file()}
