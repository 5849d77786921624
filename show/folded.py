"""A long table under its title, to be opened: a picture beside it says more, and the lines are still there to check."""

import contextlib
import io
from html import escape


class Folded:
    """text, a text or its lines, that a page shows folded under a title, and a plain output in full."""

    def __init__(self, title, text):
        self.title, self.text = title, text if isinstance(text, str) else "\n".join(text)

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        lines = escape(self.text, quote=False)
        return f"<details><summary>{escape(self.title)}</summary><pre>{lines}</pre></details>"


def folded(title, function, *arguments):
    """What function(*arguments) prints, to be opened under a title."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        function(*arguments)
    return Folded(title, printed.getvalue().rstrip("\n"))
