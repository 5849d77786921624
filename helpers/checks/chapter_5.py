"""Chapter 5, many points."""

EXERCISES = {}
