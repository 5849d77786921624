"""What the chapters claim, a module a chapter: the sentence, to the letter, above the test that proves it.

A guard holds both directions (`every_claim_is_proved`, `every_proof_quotes_the_chapter`): each bold sentence and each
answer to a prediction has a test, and each quotation stands in the chapter or is said by its explorer.
"""

import ast
from functools import cache
from pathlib import Path

import explorers

HERE = Path(__file__).parent


def claim(*sentences):
    """Mark the test below as the proof of these sentences, quoted to the letter from the chapter of its module."""

    def mark(test):
        test.claims = sentences
        return test

    return mark


def positions(stem, n=0):
    """Each position of a chapter's explorer (its n-th, from 0) as (value, frame)."""
    (notebook,) = (path for path in explorers.NOTEBOOKS if path.stem == stem)
    explorer = explorers.of(notebook, n)
    return [(value, explorer.frame(value)) for value in explorer.values]


@cache
def quoted(chapter):
    """The sentences that the module of a chapter quotes, or None if there is no such module yet."""
    module = HERE / f"test_chapter_{chapter}.py"
    if not module.exists():
        return None
    calls = [node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call)]
    claims = [call.args for call in calls if getattr(call.func, "id", None) == "claim"]
    return [" ".join(ast.literal_eval(sentence).split()) for arguments in claims for sentence in arguments]
