from exercises import chapter_1, mistakes

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
        (chapter_1.ROUNDING, "step_for_a_lifted_parabola = 1e-5"),
        (chapter_1.ROUNDING, "step_for_a_lifted_parabola = 1e-3"),
        (mistakes.WRONG_TYPE, "step_for_a_lifted_parabola = 0"),
        (mistakes.WRONG_TYPE, "step_for_a_lifted_parabola = '1'"),
        (mistakes.NOT_FINITE, "step_for_a_lifted_parabola = float('inf')"),
    ],
}
