"""Withholding of income tax from wages: cumulative in the calendar year at one employer.

国家税务总局公告2018年第61号 art 6: tax = (cumulative income − basic − own insurance and fund − special
additional − other deductions) × rate − quick deduction − withheld so far. A negative month withholds
nothing and stays in the cumulative.
"""

from dataclasses import dataclass

import numpy as np

from workforce.core.law import Table
from workforce.core.money import MICRO, Column, round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """Taxable income, the bracket it falls in, and the tax on it; one row an employee."""

    taxable_fen: Column
    rate_micro: Column
    quick_fen: Column
    tax_fen: Column


def on_table(taxable_micro_fen: Column, table: Table) -> Withholding:
    """Apply a table; a limit belongs to its own bracket.

    Args:
        taxable_micro_fen: taxable income in millionths of a fen (80 % of a fen is exact), ≥ 0.
        table: the brackets.

    """
    return by_bracket(taxable_micro_fen, bracket_of(taxable_micro_fen, table), table)


def bracket_of(income_micro_fen: Column, table: Table) -> Column:
    """Return the index of the bracket of each income, in millionths of a fen."""
    limits = [row.upper_fen * MICRO for row in table if row.upper_fen is not None]
    return np.searchsorted(np.array(limits, np.int64), income_micro_fen, side="left")


def by_bracket(taxable_micro_fen: Column, bracket: Column, table: Table) -> Withholding:
    """Return the tax in given brackets: taxable × rate − quick deduction, rounded once."""
    if not table:  # nobody is taxed on it
        nothing = np.zeros_like(taxable_micro_fen)
        return Withholding(
            taxable_fen=nothing, rate_micro=nothing, quick_fen=nothing, tax_fen=nothing
        )
    rate = np.array([row.rate_micro for row in table], np.int64)[bracket]
    quick = np.array([row.quick_fen for row in table], np.int64)[bracket]
    # Whole fen and the rest of a fen are taxed apart: the product of both would leave int64.
    whole, rest = np.divmod(taxable_micro_fen, MICRO)
    micro_tax = whole * rate - quick * MICRO
    tax = round_half_up(micro_tax + rest * rate // MICRO, MICRO)
    return Withholding(
        taxable_fen=round_half_up(taxable_micro_fen, MICRO),
        rate_micro=rate,
        quick_fen=quick,
        tax_fen=np.maximum(tax, 0),
    )
