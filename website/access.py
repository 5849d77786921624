"""For readers with a keyboard or a screen reader: what both renderers leave to be done."""

import re
from pathlib import Path

from scripts import add_script

SCRIPT = Path(__file__).with_name("page.js")
TEXT = "quarto-document-content"  # the id that both renderers give to <main>
LANDMARKS = {  # what a screen reader lists, by what tells it apart
    r'\bid="quarto-sidebar"': "Chapters",
    r'\bclass="quarto-secondary-nav"': "Menu",
    r'\bid="TOC"': "On this page",
    r'\bclass="page-navigation\b': "Previous and next page",
}


def ease_access(page: str, folder: Path, site: Path) -> str:
    """The page, which lies in `folder`, with all of this, and the script for its menu and for boxes that scroll."""
    page = keep_sections_open(name_landmarks(add_skip_link(page)))
    return add_script(name_columns(name_buttons(page)), SCRIPT, folder, site)


def name_buttons(page: str) -> str:
    """The page with buttons that are buttons, and say what they do in the words that a reader would use."""
    page = re.sub(r'(<button\b[^>]*\bclass="quarto-btn-toggle\b[^>]*\baria-label=)"[^"]*"', r'\1"Menu"', page)
    copy = r'<button title="[^"]*" (?=class="code-copy-button")'
    page = re.sub(copy, f'<button type="button" {titled("Copy code")} ', page)
    switch = r'<a\b([^>]*\bclass="quarto-color-scheme-toggle\b[^>]*)>(.*?)</a>'

    def as_button(link: re.Match) -> str:
        attributes = re.sub(r' (?:href|title)="[^"]*"', "", link[1])
        return f'<button type="button" {titled("Dark colours")}{attributes}>{link[2]}</button>'

    return re.sub(switch, as_button, page, flags=re.DOTALL)


def titled(name: str) -> str:
    """The attributes that name an element for a mouse and for a screen reader: a renderer's script changes titles."""
    return f'title="{name}" aria-label="{name}"'


def name_columns(page: str) -> str:
    """The page with the headings of tables bound to their columns."""

    def with_scope(head: re.Match) -> str:
        return re.sub(r"<th\b(?![^>]*\bscope=)", '<th scope="col"', head[0])

    return re.sub(r"<thead\b.*?</thead>", with_scope, page, flags=re.DOTALL)


def name_landmarks(page: str) -> str:
    """The page with a name on each of its navigations: several without one cannot be told apart."""
    for mark, name in LANDMARKS.items():
        page = re.sub(rf"<nav\b(?![^>]*\baria-label=)([^>]*{mark}[^>]*)>", rf'<nav\1 aria-label="{name}">', page)
    return page


def add_skip_link(page: str) -> str:
    """The page with a link past its navigation, as the first stop of the Tab key."""
    if 'class="skip-link"' in page or f'id="{TEXT}"' not in page:
        return page
    link = f'<a class="skip-link" href="#{TEXT}">Skip to the text</a>'
    return re.sub(r"<body\b[^>]*>", rf"\g<0>{link}", page, count=1)


def keep_sections_open(page: str) -> str:
    """The page with plain headings in its navigation: those that fold are no links, and no key reaches them."""
    fold = r'<a class="sidebar-item-text[^"]*"[^>]*\bdata-bs-toggle="collapse"[^>]*>(.*?)</a>\s*'
    arrow = r'<a class="sidebar-item-toggle\b[^>]*>.*?</a>'
    return re.sub(fold + arrow, r'<span class="sidebar-item-text sidebar-link">\1</span>', page, flags=re.DOTALL)
