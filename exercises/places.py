"""What a dictionary, a tuple or a list holds, place by place."""

from collections.abc import Mapping

from exercises import mistakes
from exercises.messages import complain


def places(value, name="", inside=()):
    """[(name of the place, what stands there)] of all that a dictionary, tuple or list holds."""
    if not isinstance(value, Mapping | tuple | list):
        return [(name, value)]
    if any(value is outer for outer in inside):
        complain(mistakes.WRONG_TYPE, f"A {type(value).__name__} contains itself.")
    entries = value.items() if isinstance(value, Mapping) else [(name, entry) for entry in value]
    return [place for key, entry in entries for place in places(entry, str(key), (*inside, value))]


def by_place(results):
    """For each place of a result, what stands there in each case."""
    return zip(*([part for _, part in places(result)] for result in results), strict=True)


def changed(value, change):
    """The same collection, with every place of it changed."""
    if isinstance(value, Mapping):
        return {name: changed(entry, change) for name, entry in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(changed(entry, change) for entry in value)
    return change(value)
