"""The mistakes that the checks know by name, and what they say to whoever made them. No text gives the answer away."""

from typing import NamedTuple


class Mistake(NamedTuple):
    name: str
    text: str


# In a gradient
WRONG_SIGN = Mistake("wrong sign", "It looks like a wrong sign: the size is right, the direction is the opposite.")
FACTOR_TWO = Mistake("factor two", "It is twice as large as it should be: is there a half that got lost?")
HALF = Mistake("half", "It is half as large as it should be: is there a factor of two that got lost?")
SUMMED = Mistake("summed, not averaged", "It is too large by the number of points: it looks summed and not averaged.")
NO_SLOPE = Mistake("missing slope", "It looks as if the slope of the activation function is missing from the chain.")
SLOPE_AT_Z = Mistake(
    "slope at z, not a",
    "It looks as if the slope was computed from z, and not from the activation a as a(1 - a) needs.",
)
SLOPE_AT_A = Mistake(
    "slope at a, not z", "It looks as if the slope was taken at the activation a, where it belongs to z."
)
BIAS_FROM_WEIGHT = Mistake(
    "bias from weight", "The slope of the bias looks like that of the weight: what does a bias multiply?"
)
WEIGHT_FROM_BIAS = Mistake(
    "weight from bias", "The slope of the weight looks like that of the bias: what does the weight multiply?"
)
STALE_INPUT = Mistake(
    "stale input", "It looks as if the same input was used every time: one that is left over from before."
)
TRANSPOSED = Mistake("transposed", "It looks transposed: rows and columns have changed places.")
NO_TARGET = Mistake("no target", "It looks as if the target is missing: does the error still depend on it?")

# In a step or a loop
WRONG_PARAMETER = Mistake(
    "wrong parameter", "It looks as if a parameter was updated from another parameter, and not from itself."
)
STALE_GRADIENT = Mistake(
    "new weight in an old gradient",
    "It looks as if a gradient was computed after one of its parameters had already moved.",
)
UPHILL = Mistake("uphill", "It goes uphill: each step adds the gradient.")
NO_ABS = Mistake(
    "stop rule without abs", "The rule looks at the gradient, not at its size: a steep way down stops it too."
)
OFF_BY_ONE = Mistake("off by one", "It is off by one: look at where the count begins and where it ends.")

# In a function, whatever it computes
ROUNDED = Mistake("rounded", "It is right but for rounding: let the result keep all its digits.")
REORDERED = Mistake("another order", "What is right stands in another order than the task asks for.")
FIRST_ROUND = Mistake("ends in its first round", "A loop never comes to a second round: does `return` stand inside it?")
RETURNED = Mistake("returned, not raised", "A returned error is a value like any other. `raise` stops the caller.")
NEAR = Mistake("nearly right", "It is nearly right everywhere: is something rounded or approximated on the way?")
MISSING_CALL = Mistake("missing call", "A function is called by brackets behind its name.")

# In a number, a shape or a dictionary of these
PERCENT = Mistake("percent", "It is a hundred times as large as it should be: is it in percent?")
OTHER_ENTRY = Mistake("another entry", "What stands there would be right in another entry.")
NO_COMMA = Mistake("no comma", "A tuple with one entry needs a comma: (2) is the number 2, and (2,) is a tuple.")

# In how the answer is given: any exercise can meet these
NOT_A_FUNCTION = Mistake("not a function", "The check needs the function itself, by its name and without brackets.")
RAISES = Mistake("raises", "Run it by itself, outside the check, to see where.")
PRINTS = Mistake("prints and does not return", "Nothing comes back from print: end the function with `return`.")
ENDLESS = Mistake("endless", "Is there a loop in it that never ends?")
RETURNS_NOTHING = Mistake("returns nothing", "End it with `return`.")
WRONG_TYPE = Mistake("wrong type", "")
WRONG_SHAPE = Mistake("wrong shape", "")
NOT_FINITE = Mistake("not finite", "That is not a finite number.")
CHANGES_INPUT = Mistake("changes its input", "Work on a copy.")
COARSE = Mistake("rounded too coarsely", "As far as it goes that is right, but it is rounded too coarsely.")
NOT_AN_OPTION = Mistake("not an option", "")
UNKNOWN = Mistake("unknown", "I do not recognise this mistake. The hint below gives a way in.")


def ignores(names: list[str]) -> Mistake:
    listed = " and ".join(f"`{name}`" for name in names)
    text = f"It gives the same result whatever {listed} {'is' if len(names) == 1 else 'are'}."
    return Mistake("argument ignored", text)


def too_large(size: str) -> Mistake:
    return Mistake("too large by a size", f"It is too large by the factor `{size}`: is it summed and not averaged?")


def too_small(size: str) -> Mistake:
    return Mistake("too small by a size", f"It is too small by the factor `{size}`: is it averaged once too often?")


def fixed(size: str) -> Mistake:
    return Mistake("a size written in", f"It is right for one `{size}` only: is that number written in, or left over?")


def one_of(fits: list[Mistake]) -> Mistake:
    """What to say where any of these mistakes explains an answer: of more than two nothing is known."""
    if len(fits) > 2:
        return UNKNOWN
    either, *other = fits
    if not other:
        return either
    return Mistake(f"{either.name} or {other[0].name}", f"Two mistakes lead there. {either.text} Or: {other[0].text}")
