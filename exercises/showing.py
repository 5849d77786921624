"""Values as short text, for a message: as much as tells them apart, and as Python reads it."""

from collections.abc import Mapping

import numpy as np

MANY = 12  # entries are more than a reader looks at


def shown(value):
    try:
        return _shown(value)
    except Exception:  # a __repr__ can do anything
        return f"something of type {type(value).__name__}"


def _shown(value):
    if isinstance(value, Mapping):
        return "{" + _joined([f"{name!r}: {shown(entry)}" for name, entry in value.items()]) + "}"
    if isinstance(value, list):
        return f"[{_joined(map(shown, value))}]"
    if isinstance(value, tuple):
        return f"({_joined(map(shown, value))}{',' * (len(value) == 1)})"
    if isinstance(value, np.ndarray) and value.ndim:
        if value.size > MANY:
            return outlined(value)
        return " ".join(np.array2string(value, separator=", ", formatter={"float_kind": "{:z.4g}".format}).split())
    if isinstance(value, np.generic | np.ndarray):
        value = value.item()
    if isinstance(value, float):
        return f"{value:z.6g}"
    return getattr(value, "__name__", None) or repr(value)[:80]


def outlined(value):
    """A value without the numbers in its arrays."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name!r}: {outlined(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, tuple):
        return f"({', '.join(map(outlined, value))})"
    return f"an array of shape {value.shape}" if isinstance(value, np.ndarray) and value.ndim else shown(value)


def _joined(texts):
    texts = list(texts)
    return ", ".join([*texts[:MANY], "…"] if len(texts) > MANY else texts)


def apart(a, b):
    """Two numbers, with as many digits as it takes to tell them apart."""
    digits = next((n for n in range(6, 17) if f"{a:.{n}g}" != f"{b:.{n}g}"), 17)
    return f"{a:.{digits}g}", f"{b:.{digits}g}"
