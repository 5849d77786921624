from exercises import chapter_1, mistakes

PRODUCT = "def slope_of_the_product(x):\n    v = 2 * x - 5\n    return "
TWO_KNOBS = "def uphill_q(point):\n    x, y = point\n    return "
ARROW = (
    "def uphill_q(point):\n    x, y = point\n    arrow = np.array([{}, {}])\n    return arrow / np.linalg.norm(arrow)"
)

WRONG = {
    "1.1": [
        (mistakes.WRONG_SIGN, "def slope_of_reciprocal(x):\n    return 1 / x**2"),
        (chapter_1.POWER_TOO_HIGH, "def slope_of_reciprocal(x):\n    return -1 / x"),
        (chapter_1.SECANT, "def slope_of_reciprocal(x):\n    return 1 / (x + 1) - 1 / x"),
        (mistakes.FACTOR_TWO, "def slope_of_reciprocal(x):\n    return -2 / x**2"),
        (mistakes.PRINTS, "def slope_of_reciprocal(x):\n    print(-1 / x**2)"),
        (mistakes.NOT_A_FUNCTION, "slope_of_reciprocal = -1 / 4"),
    ],
    "1.2": [
        (chapter_1.ALGORITHM_IS_NO_PROOF, "corner = 'a'"),
        (chapter_1.LIMIT_FROM_ONE_SIDE, "corner = 'b'"),
        (chapter_1.LIMIT_FROM_ONE_SIDE, "corner = 'c'"),
        (mistakes.NOT_AN_OPTION, "corner = 'e'"),
        (mistakes.NOT_AN_OPTION, "corner = 0"),
    ],
    "1.3": [
        (chapter_1.NO_INNER_SLOPE, PRODUCT + "np.exp(x) * v**3 + np.exp(x) * 3 * v**2"),
        (chapter_1.OUTER_SLOPE_AT_X, PRODUCT + "np.exp(x) * (v**3 + 2 * 3 * x**2)"),
        (chapter_1.POWER_KEPT, PRODUCT + "np.exp(x) * (v**3 + 3 * v**3 * 2)"),
        (chapter_1.HALF_OF_THE_PRODUCT, PRODUCT + "np.exp(x) * 2 * 3 * v**2"),
        (chapter_1.HALF_OF_THE_PRODUCT, PRODUCT + "np.exp(x) * v**3"),
        (chapter_1.POWER_RULE_FOR_E, PRODUCT + "x * np.exp(x - 1) * v**3 + np.exp(x) * 6 * v**2"),
        (mistakes.WRONG_SIGN, PRODUCT + "-np.exp(x) * (v**3 + 6 * v**2)"),
        (mistakes.UNKNOWN, PRODUCT + "6 * v**2"),
    ],
    "1.4": [
        (chapter_1.NOT_OF_LENGTH_1, TWO_KNOBS + "np.array([2 * x * y, x**2 + 3 * y**2])"),
        (chapter_1.DOWNHILL, ARROW.format("-2 * x * y", "-(x**2) - 3 * y**2")),
        (chapter_1.SWAPPED, ARROW.format("x**2 + 3 * y**2", "2 * x * y")),
        (chapter_1.SWAPPED, TWO_KNOBS + "np.array([x**2 + 3 * y**2, 2 * x * y])"),
        (chapter_1.CONSTANT_KEPT, ARROW.format("2 * x * y + y**3", "x**2 + 3 * y**2")),
        (chapter_1.CONSTANT_KEPT, TWO_KNOBS + "np.array([2 * x * y + 3 * y**2, x**2 + 3 * y**2])"),
        (chapter_1.CONSTANT_KEPT, ARROW.format("2 * x * y + x**2", "x**2 + 2 * x * y + 3 * y**2")),
        (mistakes.ignores(["point"]), TWO_KNOBS + "np.array([0.0, 1.0])"),
        (mistakes.WRONG_SHAPE, TWO_KNOBS + "np.array([2 * x * y])"),
    ],
    "1.5": [
        (chapter_1.VALUES_ALIKE, "step_for_a_lifted_parabola = 1e-5"),
        (chapter_1.ROUNDING, "step_for_a_lifted_parabola = 1e-3"),
        (chapter_1.ROUNDING, "step_for_a_lifted_parabola = 0.01"),
        (chapter_1.ROUNDING, "step_for_a_lifted_parabola = 0.05"),
        (mistakes.WRONG_TYPE, "step_for_a_lifted_parabola = 0"),
        (mistakes.WRONG_TYPE, "step_for_a_lifted_parabola = '1'"),
        (mistakes.NOT_FINITE, "step_for_a_lifted_parabola = float('inf')"),
    ],
}
