"""Chapter 6, two neurons in sequence."""

EXERCISES = {}
