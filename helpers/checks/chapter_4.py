"""Chapter 4, one neuron."""

EXERCISES = {}
