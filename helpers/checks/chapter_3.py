"""Chapter 3, backpropagation."""

EXERCISES = {}
