"""Figures become part of the page: as images they would see none of its colours."""

import html
import re
from urllib.parse import unquote

from search_index import Tree


def inline_figures(page: str) -> str:
    """The page with each SVG figure as an element of it: as an image it would see none of the page's colours."""
    image = r"""<img\b(?:[^>"']|"[^"]*"|'[^']*')*>"""
    page = re.sub(image, lambda match: inline_svg(match[0]), page)

    def drop_second_id(match: re.Match) -> str:
        places = re.findall(rf'<[a-zA-Z][^<>]*\sid="{re.escape(match["id"])}"', page)
        return match["before"] + match["after"] if len(places) > 1 else match[0]

    # smalldocs gives the cell's label to the cell as well, Quarto does not.
    figure = r'(?P<before><figure class="figure")\s+id="(?P<id>[^"]*)"(?P<after>[^>]*><svg class="figure-img")'
    return re.sub(figure, drop_second_id, page)


def inline_svg(image: str) -> str:
    """The SVG of an <img> that is a figure; any other <img> as it is."""
    given = Tree(image).root.children[0].attributes
    kind, _, data = given.get("src", "").partition(",")
    if "figure-img" not in given.get("class", "").split() or kind != "data:image/svg+xml":
        return image
    svg = re.search(r"""<svg\b((?:[^>"']|"[^"]*"|'[^']*')*)>(.*</svg>)""", unquote(data), re.DOTALL)
    alternative = given.get("alt", "")
    if not svg:
        raise ValueError(f"has a figure that is not SVG: {alternative!r}")
    root, drawing = svg.groups()
    if re.search(r"<(?:style|script)\b", drawing):
        raise ValueError(f"has a figure with a style sheet or a script, which would hold for the page: {alternative!r}")
    # matplotlib names an image in a figure after its content: shown twice, it has one id twice. Nothing refers to it.
    drawing = re.sub(r'(<image\b[^>]*?)\sid="[^"]*"', r"\1", drawing)
    drawing = re.sub(r'(?<=\sd=")[^"]*', lambda match: shorter(match[0]), ungrouped(drawing))
    root = re.sub(r"""\s(?:class|role|width|height|aria-label)=(?:"[^"]*"|'[^']*')""", "", root)
    size = "".join(f' {name}="{html.escape(given[name])}"' for name in ("width", "height") if name in given)
    name = f'role="img" aria-label="{html.escape(alternative)}"' if alternative else 'aria-hidden="true"'
    return f'<svg class="figure-img" {name}{size}{root}>{drawing}'


def ungrouped(drawing: str) -> str:
    """The drawing without the groups that say nothing: of the elements that matplotlib writes, they are nearly half."""
    opened = []

    def keep(match: re.Match) -> str:
        if match[0] != "</g>":
            opened.append("" if match[0] == "<g>" else match[0])
            return opened[-1]
        return "</g>" if opened.pop() else ""

    return re.sub(r"<g\b[^>]*(?<!/)>|</g>", keep, drawing.replace("<defs></defs>", ""))


def shorter(outline: str) -> str:
    """The same outline in fewer characters: a picture of pixels is made of thousands of level and upright lines."""
    if re.search(r"[^MLCQz\d\s.-]", outline):
        return outline
    short, last = "", [None, None]
    for letter, rest in re.findall(r"([MLCQz])([^MLCQz]*)", outline):
        point = rest.split()
        if letter == "L" and len(point) == 2 and point[1:] == last[1:]:
            short += f"H{point[0]}"
        elif letter == "L" and len(point) == 2 and point[:1] == last[:1]:
            short += f"V{point[1]}"
        else:
            short += letter + " ".join(point)
        last = point[-2:]
    return short
