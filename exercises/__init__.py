"""The exercises answer back: check("4.2", answer) says whether an answer is right, and if not, which mistake it shows.

kinds: how an answer is judged (function, exercise). suspects: what a wrong one can come from, whatever the exercise is.
mistakes: the names and texts of the known mistakes. calling, reading: the learner's code is run, and what it gives is
read. messages, showing: what is said. on_page: what the website needs to judge the same. chapter_1 to chapter_10: the
exercises, each with its reference and the wrong answers that are recognised.
"""

from importlib import import_module

from exercises import on_page
from exercises.kinds import NOT_ATTEMPTED, Exercise

CHAPTERS = range(1, 11)


def of_chapter(chapter: int) -> dict[str, Exercise]:
    """The exercises of a chapter by their numbers, {"4.1": …}."""
    return import_module(f"exercises.chapter_{chapter}").EXERCISES


def check(number: str, answer) -> None:
    """Print what the answer to this exercise is worth. Nothing in the answer can stop the notebook.

    number: of the exercise, "4.2" or 4.2. answer: a function (without brackets), a number, a letter, a dictionary: what
    the task asks for; `...` where there is none yet.
    Raises ValueError for a number that no exercise has.
    """
    wanted = str(number).strip()
    chapter = wanted.partition(".")[0]
    known = of_chapter(int(chapter)) if chapter in map(str, CHAPTERS) else {}
    if wanted not in known:
        there = f"chapter {chapter} has {', '.join(known)}" if known else f"the chapters are 1 to {CHAPTERS[-1]}"
        raise ValueError(f'number must be that of an exercise, such as "4.2"; got {number!r}, and {there}')
    exercise = known[wanted]
    message = exercise.judge(answer)
    print(message.text)
    if message is NOT_ATTEMPTED:
        on_page.show(wanted, exercise)
