"""Exact money: integer fen, integer millionths, one named rounding; no binary fractions.

Units: *fen* is a hundredth of a yuan; *micro* is a millionth, used for unit prices in yuan, for
rates and for quantities with a fraction. Rounding is half up, away from zero, so that a reversal
cancels what it reverses.

Columns are int64 arrays. int64 overflows silently, so every function here that could leave its
range checks first and raises `OverflowError`.
"""

import math
import re
from collections.abc import Sequence
from itertools import combinations
from typing import overload

import numpy as np
from numpy.typing import NDArray

from workforce.core.errors import InputError

Column = NDArray[np.int64]

MICRO = 1_000_000
FEN_DECIMALS = 2
MICRO_DECIMALS = 6
MICRO_IN_FEN = MICRO // 10**FEN_DECIMALS
LARGEST = 2**63 - 1

_WHOLE_DIGITS = 12  # a million million: in millionths it still fits int64
_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")


def parse_fen(text: str) -> int:
    """Read an amount of yuan such as ``1234.50`` as fen.

    Raises:
        InputError: not plain decimal digits, over 2 decimals, or over 12 digits before the point.

    """
    return parse_decimal(text, FEN_DECIMALS)


def parse_micro(text: str) -> int:
    """Read a price, rate or quantity such as ``0.125`` as millionths.

    Raises:
        InputError: not plain decimal digits, over 6 decimals, or over 12 digits before the point.

    """
    return parse_decimal(text, MICRO_DECIMALS)


def parse_decimal(text: str, decimals: int) -> int:
    """Read exact decimal text as an integer count of 10**-decimals.

    Raises:
        InputError: not plain decimal digits, too many decimals, or over 12 digits before the point.

    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise InputError("money.not_exact", text=text)
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > decimals:
        raise InputError("money.too_many_decimals", text=text, decimals=decimals)
    if len(whole) > _WHOLE_DIGITS:
        raise InputError("money.too_large", text=text, digits=_WHOLE_DIGITS)
    count = int(whole + fraction.ljust(decimals, "0"))
    return -count if sign else count


def format_fen(fen: int) -> str:
    """Write fen as yuan with two decimals: 123450 → ``1234.50``."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def format_micro(micro: int) -> str:
    """Write millionths without trailing zeros: 125000 → ``0.125``, 2000000 → ``2``."""
    whole, rest = divmod(abs(micro), MICRO)
    fraction = f".{rest:06d}".rstrip("0") if rest else ""
    return f"{'-' if micro < 0 else ''}{whole}{fraction}"


@overload
def round_half_up(numerator: int, denominator: int) -> int: ...
@overload
def round_half_up(numerator: Column, denominator: int | Column) -> Column: ...
def round_half_up(numerator: int | Column, denominator: int | Column) -> int | Column:
    """Divide and round half up, away from zero; works on an int or on a column.

    Raises:
        ZeroDivisionError: a denominator is not positive.

    """
    if np.any(np.less_equal(denominator, 0)):
        raise ZeroDivisionError("the denominator must be positive")
    if isinstance(numerator, int) and isinstance(denominator, int):
        quotient, rest = divmod(abs(numerator), denominator)
        rounded = quotient + (2 * rest >= denominator)
        return rounded if numerator >= 0 else -rounded
    column: Column = np.asarray(numerator)
    is_negative = column < 0
    magnitudes: Column = np.abs(column) if is_negative.any() else column
    quotients = magnitudes // denominator
    rests = magnitudes - quotients * denominator  # `divmod` takes many times as long
    # Compared so, because 2 × rest could leave int64.
    rounded_column = quotients + (rests >= denominator - rests)
    if magnitudes is column:
        return rounded_column
    return np.where(is_negative, -rounded_column, rounded_column)


def checked_product(left: Column, right: Column | int) -> Column:
    """Multiply columns.

    Raises:
        OverflowError: a product could leave int64.

    """
    _check_range(_magnitude(left) * _magnitude(right))
    return np.multiply(left, right)


def round_sum(terms: Sequence[tuple[Column, int]]) -> Column:
    """Add fractions numerator ÷ denominator exactly and round the sum once, half up.

    Each term is split into its whole part and its remainder, and only the remainders are brought
    to the common denominator: large numerators stay far from the limits of int64.

    Raises:
        OverflowError: the sum, or the common denominator, could leave int64.

    """
    common = math.lcm(*(denominator for _, denominator in terms))
    _check_range(2 * common * len(terms))
    _check_range(sum(_magnitude(column) // denominator + 2 for column, denominator in terms))
    whole = rest = np.zeros_like(terms[0][0])
    for column, denominator in terms:
        quotient, remainder = np.divmod(column, denominator)
        whole = whole + quotient
        rest = rest + remainder * (common // denominator)
    whole, rest = whole + rest // common, rest % common
    # The value is whole + rest ÷ common, 0 ≤ rest < common; at a tie go away from zero.
    return whole + np.where(whole >= 0, 2 * rest >= common, 2 * rest > common)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total in whole units by weight; the parts add up to it exactly.

    What the rounded-down shares leave over goes, one unit each, to the largest remainders; a tie
    goes to the lower index. A negative total is split like its opposite.

    Raises:
        ValueError: a weight is negative, or there is something to split and no weight.

    """
    weight_sum = sum(weights)
    if min(weights, default=0) < 0 or (weight_sum == 0 and total):
        raise ValueError("weights must not be negative, and one must be positive")
    if not total:
        return [0] * len(weights)
    shares = [divmod(abs(total) * weight, weight_sum) for weight in weights]
    parts = [whole for whole, _ in shares]
    by_remainder = sorted(range(len(weights)), key=lambda index: -shares[index][1])
    for index in by_remainder[: abs(total) - sum(parts)]:
        parts[index] += 1
    return parts if total > 0 else [-part for part in parts]


def largest_remainder_columns(total: Column, weights: Column) -> Column:
    """Split each element of a column like `largest_remainder`.

    Args:
        total: int64[n].
        weights: int64[k, n], not negative; where all k are 0 the total must be 0.

    Returns:
        int64[k, n]; the sum over k is the total.

    Raises:
        OverflowError: a total × weight could leave int64.
        ValueError: a weight is negative, or there is something to split and no weight.

    """
    weight_sum = weights.sum(axis=0)
    if np.any(weights < 0) or np.any((weight_sum == 0) & (total != 0)):
        raise ValueError("weights must not be negative, and one must be positive")
    _check_range(_magnitude(total) * _magnitude(weight_sum))
    parts, remainders = np.divmod(np.abs(total) * weights, np.maximum(weight_sum, 1))
    left_over = np.abs(total) - parts.sum(axis=0)
    rank = np.zeros_like(parts)  # how many remainders are larger; a tie goes to the lower index
    for lower, higher in combinations(range(len(weights)), 2):
        is_larger = remainders[higher] > remainders[lower]
        rank[lower] += is_larger
        rank[higher] += ~is_larger
    split: Column = np.sign(total) * (parts + (rank < left_over))
    return split


def largest_remainder_groups(total: Column, group: Column, weight: Column) -> Column:
    """Split many totals, each among the rows of its group, like `largest_remainder`.

    Args:
        total: int64[groups], not negative.
        group: int64[rows], the total of which the row gets a part; of equal remainders the earlier
            row goes first.
        weight: int64[rows], not negative.

    Returns:
        int64[rows]; over the rows of each group they add up to its total.

    Raises:
        OverflowError: a total × weight could leave int64.
        ValueError: a weight is negative, or there is something to split and no weight.

    """
    weight_sum = np.zeros_like(total)
    np.add.at(weight_sum, group, weight)
    if np.any(weight < 0) or np.any((weight_sum == 0) & (total != 0)):
        raise ValueError("weights must not be negative, and one must be positive")
    _check_range(_magnitude(total) * _magnitude(weight_sum))
    parts, remainders = np.divmod(total[group] * weight, np.maximum(weight_sum, 1)[group])
    left_over = total.copy()
    np.subtract.at(left_over, group, parts)
    order = np.lexsort((-remainders, group))  # stable: a tie goes to the earlier row
    sorted_group = group[order]
    rank = np.arange(group.size) - np.searchsorted(sorted_group, sorted_group)
    parts[order] += rank < left_over[sorted_group]
    return parts


def _magnitude(values: Column | int) -> int:
    """Return the largest absolute value, as a Python int that cannot overflow."""
    if isinstance(values, int):
        return abs(values)
    return max(abs(int(values.max())), abs(int(values.min()))) if values.size else 0


def _check_range(bound: int) -> None:
    if bound > LARGEST:
        raise OverflowError(f"a value may reach {bound}, beyond 64 bits")
