"""What all exercises have in common: an answer is judged, and nothing in it can stop the notebook."""

import contextlib
import warnings
from abc import ABC, abstractmethod

import numpy as np

from exercises import mistakes
from exercises.calling import Nowhere, said
from exercises.messages import NOT_ATTEMPTED, Complaint, Message, wrong
from exercises.places import places

INCOMPLETE = "Not complete yet. To be filled in: {names}."


class Exercise(ABC):
    """why: one or two sentences that a right answer is shown."""

    why = ""

    def judge(self, answer) -> Message:
        with (
            np.errstate(all="ignore"),
            warnings.catch_warnings(action="ignore"),
            contextlib.redirect_stdout(Nowhere()),
            contextlib.redirect_stderr(Nowhere()),
        ):
            try:
                return self._missing(answer) or self._judge(answer)
            except Complaint as complaint:
                return complaint.message
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # whatever it is: sys.exit() and a broken __repr__ too
                return wrong(mistakes.RAISES, f"Judging it stops with {said(error)}.")

    def _missing(self, answer):
        parts = places(answer)
        unfilled = [place for place, part in parts if part is ...]
        if len(unfilled) < len(parts):
            return Message(None, INCOMPLETE.format(names=", ".join(unfilled))) if unfilled else None
        return NOT_ATTEMPTED if unfilled else None

    @abstractmethod
    def _judge(self, answer) -> Message: ...
