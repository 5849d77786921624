"""What a page borrows from the chapters: pictures and sliders that their notebooks store, so that none is made twice.

A page names what it wants in an empty element, `<div data-notebook="notebooks/02-….ipynb" data-output="fig-path">`: the
figure of that label, without its caption, or "explorer" or "drawing-pad" for the first block of that class.
"""

import json
import re
from functools import cache
from pathlib import Path

PLACE = re.compile(r"<(?P<tag>div|span)\b(?P<attributes>[^>]*\bdata-notebook=[^>]*)>\s*</(?P=tag)>")


def bring(page: str, project: Path) -> str:
    """The page with everything that it borrows; ValueError names what is not there."""

    def fill(match: re.Match) -> str:
        given = dict(re.findall(r'\b(data-notebook|data-output)="([^"]*)"', match["attributes"]))
        content = _output(project / given["data-notebook"], given.get("data-output", ""))
        return f"<{match['tag']}{match['attributes']}>{content}</{match['tag']}>"

    return PLACE.sub(fill, page)


@cache
def _output(notebook: Path, wanted: str) -> str:
    if not notebook.is_file():
        raise ValueError(f"borrows from {notebook.name}, which does not exist")
    for block in _html_outputs(notebook):
        if wanted in ("explorer", "drawing-pad") and f'class="{wanted}"' in block:
            return block
        if block.startswith(f'<figure class="figure" id="{wanted}">'):
            image = re.search(r"<img\b[^>]*>", block)[0]
            # The words beside it say what it shows: it is not read out.
            return re.sub(r'\balt="[^"]*"', 'alt="" aria-hidden="true"', image)
    raise ValueError(f"borrows {wanted or 'something'} from {notebook.name}, which stores no such output")


def _html_outputs(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return ["".join(output.get("data", {}).get("text/html", "")) for c in cells for output in c.get("outputs", [])]
