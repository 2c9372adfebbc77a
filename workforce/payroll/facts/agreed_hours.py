"""Agreements about hours joined to an assembled month: what no single table of it tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from workforce.payroll.facts.columns import Positions
from workforce.payroll.facts.hours import HoursAgreements
from workforce.payroll.facts.hours_reading import read_hours
from workforce.payroll.facts.lieu_balance import read_balances
from workforce.payroll.facts.reading import books

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.payroll.facts.assemble import Assembled
    from workforce.payroll.facts.reading import MonthTables

_ASKED_BY: Final = "overtime"


def with_agreed_hours(
    session: Session,
    tables: MonthTables,
    assembled: Assembled,
    region: str,
    book: LawBook,
    person_id: int | None = None,
) -> Assembled:
    """Return the month with rosters, lieu days, periods of hours and balances of time in lieu.

    ``person_id``: the one whose month it is, if it is not that of all.

    Raises:
        LawMissingError: a day that counts has no calendar, or the month no normal working time.
    """
    scope, period = books(assembled.company_id, person_id), assembled.period
    calendar = book.calendar()
    daily = book.value("daily_work_minutes", region, period.last_on, _ASKED_BY).integer
    made = tables.output, tables.shares
    read = read_hours(session, scope, period, calendar, tables.employments, *made)
    positions = Positions(np.array(assembled.employment_ids, dtype=np.int64))
    agreements = HoursAgreements(tables=read, calendar=calendar, daily_minutes=daily)
    facts = agreements.joined_to(assembled.facts, positions)
    balances = read_balances(session, scope, period, facts, positions, calendar, daily)
    return replace(assembled, facts=facts.checked(), lieu=balances)
