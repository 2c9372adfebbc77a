"""The kinds of special additional deductions: what each needs, and what it may come to by law.

国发〔2018〕41号, 国发〔2022〕8号, 国发〔2023〕13号. Serious illness is none of them: it belongs to the
yearly settlement that everybody makes alone, never to payroll.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.core.errors import InputError
from workforce.core.money import MICRO, format_fen, round_half_up
from workforce.core.rules.tax_deductions import CERTIFICATE, HOUSING_LOAN, RENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workforce.core.law import LawBook
    from workforce.core.law.parameter import ParameterValue
    from workforce.core.period import PayPeriod

WHOLE: Final = MICRO
HALF: Final = MICRO // 2
OWN_AMOUNT: Final = 0
"""In a form's list of shares: the person states the amount, as brothers and sisters agreed it."""

_ASKED_BY: Final = "declarations"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of deduction.

    ``parameter``: of the month's amount (of a certificate the year's). ``shares``: the parts of it that
    one may take, in millionths; ``OWN_AMOUNT`` where an agreed part of at most
    ``shared_parameter`` is stated. ``is_single``: at most one holds at a time. ``is_once``: taken in
    one month.
    """

    code: str
    parameter: str
    shares: tuple[int, ...] = (WHOLE,)
    shared_parameter: str | None = None
    is_single: bool = False
    is_once: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind("child_education", "deduction_limit_child_education", (WHOLE, HALF)),
        Kind("infant_care", "deduction_limit_infant_care", (WHOLE, HALF)),
        Kind(
            "elderly_support",
            "deduction_limit_elderly_support",
            (WHOLE, OWN_AMOUNT),
            "deduction_limit_elderly_support_shared",
            is_single=True,
        ),
        Kind("continuing_education", "deduction_limit_continuing_education", is_single=True),
        Kind(CERTIFICATE, "deduction_limit_professional_certificate", is_single=True, is_once=True),
        Kind(HOUSING_LOAN, "deduction_limit_housing_loan_interest", (WHOLE, HALF), is_single=True),
        Kind(RENT, "deduction_limit_rent", is_single=True),
    )
}
"""By code, in the order of the form."""

EXCLUSIVE: Final = frozenset({RENT, HOUSING_LOAN})
"""Kinds of which one calendar year knows one only."""


def kind_of(code: str) -> Kind:
    """Return a kind.

    Raises:
        InputError: there is none with this code.
    """
    if code not in KINDS:
        raise InputError("declaration.code", place="code", value=code)
    return KINDS[code]


def limit_of(book: LawBook, region: str, kind: Kind, month: PayPeriod) -> ParameterValue:
    """Return the amount of a kind in force in a month.

    Raises:
        LawMissingError: the law data have none.
    """
    return book.value(kind.parameter, region, month.last_on, _ASKED_BY)


def monthly_amount(
    book: LawBook, region: str, kind: Kind, share: int, stated: int | None, month: PayPeriod
) -> tuple[int, int]:
    """Return what a declaration comes to a month, in fen, and the part of the whole in millionths.

    Args:
        book: the law.
        region: the company's.
        kind: which deduction.
        share: one of the kind's shares.
        stated: fen, where the share is ``OWN_AMOUNT``.
        month: the first month that it is for.

    Raises:
        InputError: the kind does not know the share, or the stated amount is none or over its limit.
        LawMissingError: the law data have no amount for the month.

    """
    if share not in kind.shares:
        raise InputError("declaration.share", place="share")
    whole = limit_of(book, region, kind, month).integer
    if share != OWN_AMOUNT:
        return round_half_up(whole * share, MICRO), share
    if not stated or stated <= 0:
        raise InputError("declaration.amount", place="amount")
    parameter = kind.shared_parameter
    assert parameter is not None, "a kind with stated amounts has their limit"  # noqa: S101
    limit = book.value(parameter, region, month.last_on, _ASKED_BY).integer
    if stated > limit:
        raise InputError(
            "declaration.over_limit",
            place="amount",
            amount=format_fen(stated),
            limit=format_fen(limit),
        )
    return stated, max(round_half_up(stated * MICRO, whole), 1)
