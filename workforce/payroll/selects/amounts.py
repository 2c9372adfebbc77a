"""Reading amounts that are agreed or corrected, and what a locked month knew: part of ``queries``."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, case, literal, or_, select, union_all

from workforce.core.period import PayPeriod
from workforce.payroll.models import Adjustment, BaseDifference, PayEntry, PayrollRun
from workforce.people import queries as people
from workforce.platform.scope import Scope

LATE_UNTAXED: Final = "late_untaxed"
"""Code of what is given back of an earlier month after its tax."""
_LAST: Final = 999


def texts_of_month(period: PayPeriod) -> list[str]:
    """Return a month and its halves as they are stored."""
    return [str(period.whole), *map(str, period.halves)]


def pay_entries(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Agreed amounts that hold in a month, ``period`` or the one around it.

    With them what adjustments give back or claim after tax: untaxed earnings, and damages.

    Columns: employment_id, kind, code, period_from, sequence, amount (fen).
    """
    month = str(period.whole)
    agreed = select(
        PayEntry.employment_id,
        PayEntry.kind,
        PayEntry.code,
        PayEntry.period_from,
        PayEntry.sequence,
        PayEntry.amount,
    ).where(
        PayEntry.employment_id.in_(people.employment_ids(scope)),
        PayEntry.period_from <= month,
        or_(PayEntry.period_to.is_(None), PayEntry.period_to > month),
    )
    is_return = Adjustment.kind == "return"
    late = select(
        Adjustment.employment_id,
        case((is_return, "untaxed_earning"), else_="damages"),
        case((is_return, LATE_UNTAXED), else_="damages"),
        literal(month),
        literal(_LAST),
        Adjustment.amount,
    ).where(
        Adjustment.employment_id.in_(people.employment_ids(scope)),
        Adjustment.pay_period.in_(texts_of_month(period)),
        Adjustment.kind != "pay",
    )
    rows = union_all(agreed, late).subquery()
    return select(rows).order_by(rows.c.employment_id, rows.c.kind, rows.c.sequence, rows.c.code)


def base_differences(scope: Scope, period: PayPeriod | None = None) -> Select[*tuple[Any, ...]]:
    """Contribution bases of earlier months that are settled in a month, or in any.

    Columns: employment_id, pay_period, for_period, charged_base_amount, owed_base_amount (fen; NULL:
    the base of the pay month).
    """
    chosen = select(
        BaseDifference.employment_id,
        BaseDifference.pay_period,
        BaseDifference.for_period,
        BaseDifference.charged_base_amount,
        BaseDifference.owed_base_amount,
    ).where(BaseDifference.employment_id.in_(people.employment_ids(scope)))
    if period is not None:
        chosen = chosen.where(BaseDifference.pay_period == str(period))
    return chosen.order_by(
        BaseDifference.employment_id, BaseDifference.pay_period, BaseDifference.for_period
    )


def adjustments(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Corrections of earlier months' pay that are paid in a month, or in its halves, and taxed then.

    Columns: employment_id, for_period, pay_period, amount (fen, either sign), reason.
    """
    return (
        select(
            Adjustment.employment_id,
            Adjustment.for_period,
            Adjustment.pay_period,
            Adjustment.amount,
            Adjustment.reason,
        )
        .where(
            Adjustment.employment_id.in_(people.employment_ids(scope)),
            Adjustment.pay_period.in_(texts_of_month(period)),
            Adjustment.kind == "pay",
        )
        .order_by(Adjustment.employment_id, Adjustment.id)
    )


def employments_with_amounts(scope: Scope, period: PayPeriod) -> Select[int]:
    """Ids of employments with an adjustment, or an amount agreed for the first time, in a month.

    Such a person is paid even if no longer employed; an agreement that merely goes on pays nobody
    who has left.
    """
    in_reach, assigned = people.employment_ids(scope), people.assigned_to(period)
    entries = select(PayEntry.employment_id).where(
        PayEntry.employment_id.in_(in_reach), PayEntry.period_from.in_(assigned)
    )
    corrected = select(Adjustment.employment_id).where(
        Adjustment.employment_id.in_(in_reach), Adjustment.pay_period.in_(assigned)
    )
    return select(entries.union(corrected).subquery().c.employment_id)


def newest_output_when_locked(
    scope: Scope, period: PayPeriod, order_id: int | None = None
) -> Select[int | None]:
    """The newest output record that a locked month knew: no row, or NULL, for an open month.

    ``order_id``: of the run that an order asked for; None: of the regular one.
    """
    return select(PayrollRun.locked_at_output_id).where(
        PayrollRun.company_id == scope.company_id,
        PayrollRun.period == str(period),
        PayrollRun.order_id.is_(None) if order_id is None else PayrollRun.order_id == order_id,
    )
