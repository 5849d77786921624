"""Answers that learners could give and that are wrong, as they would write them, with the mistake each one makes.

WRONG = {"1.1": [(mistake, code), …], …} in each chapter's module, at least four different ones for each exercise. The
code runs after all cells of the chapter and defines the name that the exercise checks.
"""
