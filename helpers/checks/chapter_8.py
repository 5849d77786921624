"""Chapter 8, classification."""

EXERCISES = {}
