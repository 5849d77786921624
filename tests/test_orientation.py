"""What the last step of a render writes for orientation and access, into the pages of both renderers."""

import json
import re
from pathlib import Path

import pytest
from access import ease_access
from orientation import description, number_of, orient, reading_minutes

CHAPTER = Path("notebooks/06-two-neurons-in-sequence.html")

FOLD = 'data-bs-toggle="collapse" data-bs-target="#s" role="navigation" aria-expanded="true"'
LAYOUT = """<html><head><title>Two neurons in sequence – Series</title></head><body class="nav-sidebar docked">{header}
<nav id="quarto-sidebar" class="sidebar collapse"><ul>
<li>{start}</li>
<li><div class="sidebar-item-container"><a class="sidebar-item-text sidebar-link text-start" {fold}>{space}<span \
class="menu-text">Chapters</span></a>{space}<a class="sidebar-item-toggle text-start" {fold}>\
{space}<i class="bi bi-chevron-right ms-2"></i></a></div><ul id="s" class="collapse show">
<li><a href="{up}notebooks/01-derivatives.html" class="sidebar-item-text sidebar-link">{space}<span class="menu-text">\
Derivatives</span></a></li>
<li><a href="{up}notebooks/10-what-is-its-accuracy-worth.html" class="sidebar-item-text sidebar-link">{space}<span \
class="menu-text">What is its accuracy worth?</span></a></li></ul></li></ul></nav>
<nav id="TOC" role="doc-toc" class="toc-active"><h2 id="toc-title">On this page</h2>{space}<ul>
<li><a href="#a" id="toc-a" class="nav-link" data-scroll-target="#a">One <code>w</code></a><ul{collapse}>
<li><a href="#b" id="toc-b" class="nav-link" data-scroll-target="#b">Two</a></li></ul></li></ul>
</nav>
<main class="content" id="quarto-document-content">
<header id="title-block-header" class="quarto-title-block default"><div class="quarto-title">
<h1 class="title">Two neurons in sequence</h1></div></header>
<p>A neuron sat next to its loss. How does the error reach <em>one</em> that “never” sees it? And then?</p>
<div class="explorer"></div><div class="drawing-pad"></div><div class="explorer"></div>
<nav class="page-navigation"><a href="{up}notebooks/05-many-points.html" class="pagination-link"{label}>\
<i class="bi"></i> <span class="nav-page-text">Many points</span></a></nav></main>
<nav><ul><li>Elsewhere</li></ul></nav></body></html>"""
SMALLDOCS = LAYOUT.format(
    header='<nav class="quarto-secondary-nav"><button class="quarto-btn-toggle"></button></nav>',
    start='<a href="../index.html" class="sidebar-link"><span class="menu-text">Start here</span></a>',
    fold=FOLD, space="", up="", collapse="", label="",
)  # fmt: skip
QUARTO = LAYOUT.format(
    header='<nav class="quarto-secondary-nav">\n<button class="quarto-btn-toggle"></button>'
    '<h1 class="quarto-secondary-nav-title">Two neurons in sequence</h1></nav>',
    start='<a href="../index.html" class="sidebar-link">\n <span class="menu-text">Start here</span></a>',
    fold=FOLD, space="\n ", up="../", collapse=' class="collapse"', label=' aria-label="Many points"',
)  # fmt: skip
RENDERERS = pytest.mark.parametrize("page", [SMALLDOCS, QUARTO], ids=["smalldocs", "quarto"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a chapter of 1300 words, half of them folded."""
    words = "word " * 650
    cell = {"cell_type": "markdown", "source": [f"{words}\n<details>\n", f"{words}\n</details>\n"]}
    code = {"cell_type": "code", "source": [words]}
    (tmp_path / CHAPTER.parent).mkdir()
    (tmp_path / CHAPTER.with_suffix(".ipynb")).write_text(json.dumps({"cells": [cell, code]}), "utf-8")
    (tmp_path / "_site").mkdir()
    return tmp_path


def oriented(page: str, project: Path, name: Path = CHAPTER) -> str:
    return orient(page, name, project / "_site", project)


def facts(page: str) -> str:
    return re.search(r'<ul class="page-facts">.*?</ul>', page)[0]


def meta(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]*)" content="([^"]*)">', page))


@pytest.mark.parametrize(
    ("address", "number"),
    [("../notebooks/06-two-neurons.html", "6"), ("10-worth.ipynb", "10"), ("../index.html", ""), ("404.html", "")],
)
def test_the_number_of_a_chapter_is_that_of_its_file(address, number):
    assert number_of(address) == number


@RENDERERS
def test_chapters_have_their_number_in_navigation_title_and_heading(page, project):
    page = oriented(page, project)
    visible = [
        " ".join(re.sub("<[^>]+>", " ", link).split()) for link in re.findall(r"<a\b[^>]*>.*?</a>", page, re.DOTALL)
    ]
    assert [text for text in visible if text in ("Start here", "Chapters")] == ["Start here", "Chapters"]
    assert {"1 Derivatives", "10 What is its accuracy worth?", "5 Many points"} <= set(visible)
    assert 'aria-label="Many points"' not in page
    assert "<title>6 Two neurons in sequence – Series</title>" in page
    titles = re.findall(r"<h1\b[^>]*>(.*?)</h1>", page)
    assert set(titles) == {'<span class="chapter-number">6</span> Two neurons in sequence'}


def test_a_page_that_is_no_chapter_has_no_number(project):
    page = oriented(SMALLDOCS, project, Path("notation.html"))
    assert "<title>Two neurons in sequence – Series</title>" in page
    assert '<h1 class="title">Two neurons in sequence</h1>' in page


@pytest.mark.parametrize(
    ("more", "minutes"),
    [
        ([], 10),
        ([("markdown", "word " * 600)], 15),
        ([("markdown", "<details>\n" + "word " * 600 + "\n</details>")], 10),
        ([("code", "x = 1\n" * 30)], 15),
        ([("code", "#| code-fold: true\n" + "x = 1\n" * 30)], 10),
        ([("code", "x = 1\n" * 30 + 'check("1.1", x)')], 10),
        ([("markdown", "> **Predict first.** A?\n" * 5)], 15),
        ([("markdown", "## Try it\n\n" + "word " * 600), ("markdown", "## What you now have")], 10),
    ],
)
def test_the_time_counts_open_words_shown_code_and_predictions_but_no_exercises(tmp_path, more, minutes):
    cells = [("markdown", "word " * 1200), *more]
    path = tmp_path / "chapter.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": kind, "source": [text]} for kind, text in cells]}), "utf-8")
    assert reading_minutes(path) == minutes


@RENDERERS
def test_under_its_title_a_chapter_says_how_long_it_is_and_leads_to_what_moves(page, project):
    page = oriented(page, project)
    assert facts(page) == (
        '<ul class="page-facts"><li>About 5 minutes, without the exercises</li>'
        '<li><a href="#slider">Jump to the first slider</a></li>'
        '<li><a href="#pad">Jump to the drawing pad</a></li><li><a class="download-notebook" '
        'href="06-two-neurons-in-sequence.ipynb" download>Download this notebook</a></li></ul>'
    )
    blocks = (
        '<div id="slider" class="explorer"></div><div id="pad" class="drawing-pad"></div><div class="explorer"></div>'
    )
    assert blocks in page


def test_a_chapter_with_one_slider_leads_to_the_slider(project):
    page = SMALLDOCS.replace('class="explorer"', 'class="other"', 1)
    assert "Jump to the slider" in oriented(page, project)


def test_a_chapter_without_a_slider_leads_to_none(project):
    page = SMALLDOCS.replace('class="explorer"', 'class="other"').replace('class="drawing-pad"', 'class="other"')
    assert "Jump" not in oriented(page, project)


@RENDERERS
def test_the_contents_are_there_a_second_time_without_their_ids(page, project):
    page = oriented(page, project)
    contents = re.search(
        r'<details class="page-contents"><summary>On this page</summary>(.*?)</details>', page, re.DOTALL
    )
    links = '<li><a href="#a">One <code>w</code></a><ul> <li><a href="#b">Two</a></li></ul></li>'
    assert " ".join(contents[1].split()) == f"<ul> {links}</ul>"
    assert page.index("page-contents") < page.index("</header>")


def test_the_home_page_shows_its_slider_and_not_its_contents(project):
    assert "page-contents" not in oriented(SMALLDOCS, project, Path("index.html"))


def test_a_page_is_described_by_the_question_it_asks(project):
    page = SMALLDOCS.replace("</head>", '<meta name="description" content="of the whole site"></head>')
    question = "How does the error reach one that “never” sees it?"
    page = oriented(page, project)
    assert page.count('name="description"') == 1
    assert meta(page) == {
        "description": question,
        "og:type": "article",
        "og:title": "6 Two neurons in sequence – Series",
        "og:description": question,
        "twitter:card": "summary",
    }


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("<p>One sentence. Two.</p><p>Three?</p>", "One sentence."),
        ('<h2>A</h2><p>a &lt; b &amp; "c"</p>', 'a < b & "c"'),
        ("", ""),
    ],
)
def test_a_page_that_asks_nothing_is_described_by_its_first_sentence(text, described):
    assert description(f"<main><header><p>by me</p></header>{text}</main>") == described


def test_a_description_is_escaped(project):
    page = re.sub("<p>A neuron.*</p>", '<p>a &lt; b &amp; "c"</p>', SMALLDOCS)
    assert 'content="a &lt; b &amp; &quot;c&quot;"' in oriented(page, project)


def test_a_link_that_others_show_has_a_picture_once_the_site_has_an_address(project):
    (project / "images").mkdir()
    (project / "images/explorer.png").write_bytes(b"picture")
    (project / "_quarto.yml").write_text('website:\n  site-url: "https://a.example/course/"  # ours\n', "utf-8")
    found = meta(oriented(SMALLDOCS, project))
    assert found["og:url"] == f"https://a.example/course/{CHAPTER.as_posix()}"
    assert found["og:image"] == "https://a.example/course/images/explorer.png"
    assert found["twitter:card"] == "summary_large_image"
    assert (project / "_site/images/explorer.png").read_bytes() == b"picture"


BINDER = "https://mybinder.org/v2/gh/{}?labpath=notebooks%2F06-two-neurons-in-sequence.ipynb"


@pytest.mark.parametrize(
    ("settings", "goal"),
    [
        ("  repo-url: https://github.com/ada/series\n", "ada/series/main"),
        ("  repo-url: 'https://github.com/ada/series/'\n  repo-branch: v1/draft\n", "ada/series/v1%2Fdraft"),
        ("  repo-url: https://example.org/ada/series\n", None),
        ("  # repo-url: https://github.com/ada/series\n", None),
    ],
)
def test_a_chapter_can_be_run_on_binder_if_the_project_names_its_repository(project, settings, goal):
    (project / "_quarto.yml").write_text(f"website:\n{settings}", "utf-8")
    offered = facts(oriented(SMALLDOCS, project))
    assert re.findall(r'<a href="(https[^"]*)">Run it on Binder</a>', offered) == (
        [BINDER.format(goal)] if goal else []
    )


@RENDERERS
def test_navigations_have_names_and_nothing_in_them_folds(page, project):
    page = ease_access(page, project / "_site/notebooks", project / "_site")
    names = re.findall(r'<nav [^>]*aria-label="([^"]*)"', page)
    assert names == ["Menu", "Chapters", "On this page", "Previous and next page"]
    assert 'role="navigation"' not in page
    assert re.search(
        r'<span class="sidebar-item-text sidebar-link">\s*<span class="menu-text">Chapters</span></span>', page
    )
    assert page.count('class="menu-text"') == 4


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '<button class="quarto-btn-toggle btn" role="button" aria-label="Toggle sidebar navigation">',
            '<button class="quarto-btn-toggle btn" role="button" aria-label="Menu">',
        ),
        (
            '<a class="quarto-color-scheme-toggle sidebar-tool" href="" title="Toggle dark mode" data-calls="f">'
            "<i></i></a>",
            '<button type="button" title="Dark colours" aria-label="Dark colours" '
            'class="quarto-color-scheme-toggle sidebar-tool" data-calls="f"><i></i></button>',
        ),
        (
            '<a href="" class="quarto-color-scheme-toggle px-1" data-calls="f" title="Toggle dark mode"><i></i></a>',
            '<button type="button" title="Dark colours" aria-label="Dark colours" '
            'class="quarto-color-scheme-toggle px-1" data-calls="f"><i></i></button>',
        ),
        (
            '<button title="Copy to Clipboard" class="code-copy-button"><i class="bi"></i></button>',
            '<button type="button" title="Copy code" aria-label="Copy code" class="code-copy-button">'
            '<i class="bi"></i></button>',
        ),
        (
            '<thead>\n<tr class="header"><th>Name</th><th scope="col">Meaning</th></tr></thead>'
            "<tbody><tr><th>w</th></tr>",
            '<thead>\n<tr class="header"><th scope="col">Name</th><th scope="col">Meaning</th></tr></thead>'
            "<tbody><tr><th>w</th></tr>",
        ),
    ],
)
def test_buttons_and_columns_are_named(tmp_path, before, after):
    once = ease_access(f"<head></head>{before}", tmp_path, tmp_path)
    assert once.endswith(f"</head>{after}")
    assert ease_access(once, tmp_path, tmp_path) == once


@RENDERERS
def test_the_first_link_of_a_page_leads_past_its_navigation(page, project):
    page = ease_access(page, project / "_site/notebooks", project / "_site")
    assert re.search(r'<body[^>]*><a class="skip-link" href="#quarto-document-content">', page)


@RENDERERS
def test_the_bar_of_a_phone_has_the_title_once(page, project):
    bar = re.search(r'<nav class="quarto-secondary-nav".*?</nav>', oriented(page, project), re.DOTALL)[0]
    assert bar.count('<span class="chapter-number">6</span> Two neurons in sequence</') == 1


@RENDERERS
def test_a_second_time_changes_nothing(page, project):
    once = ease_access(oriented(page, project), project / "_site/notebooks", project / "_site")
    assert ease_access(oriented(once, project), project / "_site/notebooks", project / "_site") == once
