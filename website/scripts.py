"""Scripts that work when a page is opened from a file, where nothing may be fetched."""

import base64
import re
from pathlib import Path

OFFLINE_SEARCH = Path(__file__).with_name("offline_search.js")


def add_offline_search(page: str) -> str:
    """The page with the script that lets search work when the site is opened from files."""
    if 'id="offline-search"' in page:
        return page
    return page.replace(
        "</head>", f'<script id="offline-search">\n{OFFLINE_SEARCH.read_text("utf-8")}</script>\n</head>', 1
    )


def module_as_data(path: Path) -> str:
    """A module, with the modules it imports inside it, as a data address."""
    source = re.sub(
        r'(\bfrom\s*")(\.{1,2}/[^"]+)"',
        lambda match: f'{match[1]}{module_as_data(path.parent / match[2])}"',
        path.read_text("utf-8"),
    )
    return f"data:text/javascript;base64,{base64.b64encode(source.encode()).decode()}"


def embed_modules(page: str, folder: Path) -> str:
    """The page with its module scripts inside it: opened from a file, it may not load them from beside it."""
    return re.sub(
        r'(<script\b[^>]*\bsrc=")([^":]+)("[^>]*\btype="module")',
        lambda match: match[1] + module_as_data(folder / match[2]) + match[3],
        page,
    )
