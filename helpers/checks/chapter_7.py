"""Chapter 7, two neurons in a layer."""

EXERCISES = {}
