"""What the search finds: the text of each section of the finished pages.

The renderers write their index before a page is finished, with TeX or each formula twice, and with all code. Here its
entries keep their addresses and get their texts anew, from what a reader sees, and words that are only searched.
"""

import html
import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser

from search_words import WORDS

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What may stand inside a word or touch one; anything else ends it.
INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
NOT_SEARCHED = {"annotation", "button", "head", "nav", "noscript", "pre", "script", "style", "svg", "textarea"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
SPACED = set("=+−-±·⋅×⊙<>≤≥≈≠∈∣→←⇒⟺")  # operators with a space on both sides, unless they are a sign
SIGNS = set("+−-±")
ACCENTS = {"^": "\u0302", "ˆ": "\u0302", "¯": "\u0304", "‾": "\u0304", "~": "\u0303", "˜": "\u0303"}


@dataclass
class Element:
    """An element of a page: its children are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    def find(self, wanted) -> "Element | None":
        """The first element, this one or one inside it, of which wanted is true."""
        if wanted(self):
            return self
        inside = (child.find(wanted) for child in self.children if isinstance(child, Element))
        return next(filter(None, inside), None)


class Tree(HTMLParser):
    """Reads a page into elements."""

    def __init__(self, page: str):
        super().__init__()
        self.root = Element("")
        self.open = [self.root]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attributes})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, text: str) -> None:
        self.open[-1].children.append(text)


# Formulas


def formula(element: Element) -> str:
    """A formula, or a part of one, in a line of plain text: f′(x) = 2x."""
    parts = [formula(child) if isinstance(child, Element) else child for child in element.children]
    match element.tag, parts:
        case "annotation" | "annotation-xml", _:
            return ""
        case "mi" | "mn" | "mo", _:
            invisible = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064\u200b⏞⏟"))
            return "".join("".join(parts).translate(invisible).split())
        case "mtext", _:
            return "".join(parts)
        case "mspace", _:
            return " " if "width" in element.attributes else ""
        case "mtr", _:
            return f" {row(parts)} "
        case "mfrac", [above, below]:
            return f"{together(above)}/{together(below)}"
        case "msup", [base, above]:
            return base + exponent(above)
        case "msub", [base, below]:
            return base + compact(below)
        case "msubsup", [base, below, above]:
            return base + compact(below) + exponent(above)
        case "mover", [base, above]:
            return unicodedata.normalize("NFC", base + ACCENTS.get(above, above))
        case "munder", [base, below]:
            return f"{base} {below} "
        case "munderover", [base, below, above]:
            return f"{base} {below}…{above} "
        case "msqrt", _:
            return f"√{together(row(parts))}"
    return row(parts)


def row(parts: list[str]) -> str:
    """Parts of a formula in a row, with room around an operator between two of them, and behind a name such as ln."""
    line = name = ""
    for part in filter(None, parts):
        is_sign = part in SIGNS and (not line.strip() or line.strip()[-1] in SPACED | set("([{,|"))
        if part == ",":
            line += ", "
        elif part in SPACED and not is_sign:
            line += f" {part} "
        else:
            line += f" {part}" if len(name) > 1 and name.isalpha() and part[0].isalnum() else part
        name = part
    return line


def together(part: str) -> str:
    """A part of a formula that stands for one thing, in brackets if it could be read as several."""
    part = part.strip()
    bracketed = part[:1] in ("(", "[") and part[-1:] in (")", "]")
    return f"({part})" if not bracketed and (" " in part or re.search(r"\d[^\W\d]", part)) else part


def exponent(part: str) -> str:
    return part if part.strip("′″‴*") == "" else f"^{together(part)}"


def compact(part: str) -> str:
    return "".join(part.split())


# Pages


def text(element: Element, stop_at: frozenset[str] = frozenset()) -> str:
    """What a reader reads in an element, without blocks of code, pictures, and the elements with ids in stop_at."""
    if element.tag == "math":
        return formula(element)
    inside = []
    for child in element.children:
        if isinstance(child, str):
            inside.append(child)
        elif child.tag not in NOT_SEARCHED and "explorer" not in child.attributes.get("class", "").split():
            inside.append("" if child.id in stop_at and child.id else text(child, stop_at))
    joined = "".join(inside)
    return joined if element.tag in INLINE else f" {joined} "


def one_line(words: str) -> str:
    return " ".join(words.split())


def section_of(page: Element, fragment: str) -> tuple[Element, Element | None]:
    """The part of a page that an address leads to, and its heading; ValueError if there is none."""
    main = page.find(lambda element: element.tag == "main") or page
    if not fragment:
        return main, main.find(lambda element: element.tag == "h1")
    section = main.find(lambda element: element.id == fragment)
    if section is None:
        raise ValueError(f"the search index names a section #{fragment}, which is not there")
    return section, section.find(lambda element: element.tag in HEADINGS)


def rewrite(entries: list[dict[str, str]], pages: dict[str, str]) -> list[str]:
    """Give each entry of the index title, section and text from the finished page that its address leads to.

    `pages` are the finished pages by their address in the site. Returns what addresses do not lead to.
    """
    ids: dict[str, set[str]] = {}
    for entry in entries:
        name, _, fragment = entry["href"].partition("#")
        ids.setdefault(name, set()).add(fragment)
    missing = [f"search.json names {name}, which is not there" for name in ids if name not in pages]
    trees = {name: Tree(pages[name]).root for name in ids if name in pages}
    for entry in entries:
        name, _, fragment = entry["href"].partition("#")
        if name not in trees:
            continue
        try:
            section, heading = section_of(trees[name], fragment)
        except ValueError as error:
            missing.append(f"{name}: {error}")
            continue
        _, title = section_of(trees[name], "")
        for key, element in (("title", title), ("section", heading if fragment else None)):
            if element is not None:
                entry[key] = one_line(text(element))
        body = Element("", children=[child for child in section.children if child is not heading])
        words = one_line(text(body, frozenset(ids[name] - {fragment}) | {"title-block-header"}))
        # Quarto puts the text into its results as HTML, smalldocs as text.
        is_quarto = '<meta name="generator" content="quarto' in pages[name]
        entry["text"] = html.escape(words, quote=False) if is_quarto else words
        if fragment in WORDS.get(name, {}):
            entry["words"] = WORDS[name][fragment]
    return missing
