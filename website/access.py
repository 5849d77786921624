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
    return add_script(keep_sections_open(name_landmarks(add_skip_link(page))), SCRIPT, folder, site)


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
