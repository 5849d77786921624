"""The thin package behind the notebooks: one module for each idea, plain NumPy functions on float64."""
