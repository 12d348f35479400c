"""FEEL numbers: decimals with 34 significant digits, as IEEE 754 decimal128."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

# No traps: an impossible operation gives NaN or Infinity, which `finite` turns into null.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, capitals=1, clamp=0, flags=[], traps=[])

ZERO = Decimal(0)
ONE = Decimal(1)

# How many steps of an expression a logarithm, or a power with a fraction, takes as long as.
SLOW = 400

add = CONTEXT.add
subtract = CONTEXT.subtract
multiply = CONTEXT.multiply
divide = CONTEXT.divide
minus = CONTEXT.minus


def of(value: int | float | str | Decimal) -> Decimal | None:
    """A FEEL number, rounded to 34 digits; None for what is no finite number.

    A float means its shortest decimal writing: 0.1 is one tenth.
    """
    if isinstance(value, float):
        value = repr(value)
    elif isinstance(value, int) and not -(10**34) < value < 10**34 and value.bit_length() > 21000:
        return None
    number = CONTEXT.create_decimal(value)
    return number if number.is_finite() else None


def finite(number: Decimal) -> Decimal | None:
    """The number, or None when the operation had no finite result."""
    return number if number.is_finite() else None


def power(base: Decimal, exponent: Decimal) -> Decimal | None:
    """`base ** exponent`; None where it is undefined or too large."""
    if not base and not exponent:
        return ONE
    result = CONTEXT.power(base, exponent)
    return result if result.is_finite() else None


def whole(number: Decimal) -> int | None:
    """The integer a number stands for, None when it has a fraction or is absurdly large."""
    if number.adjusted() > 40:
        return None
    integer = int(number)
    return integer if integer == number else None


def text(number: Decimal) -> str:
    """Plain digits without an exponent and without superfluous zeros: 1E+2 is "100", 1.50 is "1.5"."""
    if not number:
        return "0"
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain
