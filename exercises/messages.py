"""What a check answers, and how it ends early."""

from typing import NamedTuple

from exercises.mistakes import Mistake


class Message(NamedTuple):
    """right: True, False, or None for an answer not given yet. mistake: its name in exercises.mistakes."""

    right: bool | None
    text: str
    mistake: str = ""


NOT_ATTEMPTED = Message(None, "Not attempted yet.")


def right(why=""):
    return Message(True, f"Right. {why}".strip())


def wrong(mistake: Mistake, facts=""):
    """Not right: first the facts, a sentence, and on the next line what they look like."""
    facts = facts.strip()
    lines = [f"Not yet. {facts[:1].upper()}{facts[1:]}".strip(), mistake.text]
    return Message(False, "\n".join(filter(None, lines)), mistake.name)


class Complaint(Exception):
    """Carries a message out of the depths of a check."""

    def __init__(self, message: Message):
        self.message = message


def complain(mistake: Mistake, facts=""):
    """End the check here with this mistake."""
    raise Complaint(wrong(mistake, facts))
