"""A long table under its title, to be opened: a picture beside it says more, and the lines are still there to check."""

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
