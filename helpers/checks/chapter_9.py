"""Chapter 9, the classifier from scratch."""

EXERCISES = {}
