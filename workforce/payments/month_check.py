"""What a month's pay still owes, as checks: whose pay is held back, and who is not paid though the run is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workforce.core.terms import term
from workforce.payments import queries
from workforce.payments.queries import OWED, Why
from workforce.payroll.stages.finders import MOST_NAMED, NOTHING, Found, Named, Place
from workforce.platform import clock

if TYPE_CHECKING:
    from collections.abc import Collection

    from workforce.payroll.stages.finders import Asked


def held(asked: Asked) -> Found:
    """People of the run whose pay is held back: it is not paid with the others'."""
    return _found(asked, [Why.HELD])


def unpaid(asked: Asked) -> Found:
    """People whom a paid run still owes: held back, without an account, or sent back by the bank."""
    if asked.run is None or asked.run.state not in {"paid", "closed"}:
        return NOTHING
    return _found(asked, OWED)


def _found(asked: Asked, why: Collection[Why]) -> Found:
    if asked.run is None:
        return NOTHING
    rows = queries.arrears(asked.scope, clock.today(), run_id=asked.run.id).subquery()
    chosen = (
        select(rows, func.count().over().label("total"))
        .where(rows.c.why.in_(why))
        .order_by(rows.c.employee_no)
        .limit(MOST_NAMED)
    )
    found = asked.session.execute(chosen).all()
    if not found:
        return NOTHING
    return Found(
        found[0].total,
        tuple(
            Named(
                f"{row.employee_no} {row.name}",
                term(f"pay_standing.{row.why}"),
                Place("payments.hold", {"employment_id": row.employment_id}),
            )
            for row in found
        ),
        Place("payments.arrears", {"span": asked.run.period}),
    )
