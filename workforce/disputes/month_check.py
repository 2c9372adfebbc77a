"""Disputes as a check of a month's pay: good to know before the next month is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce.core.text import Text
from workforce.disputes import queries
from workforce.payroll.stages.finders import MOST_NAMED, NOTHING, Found, Named, Place

if TYPE_CHECKING:
    from workforce.payroll.stages.finders import Asked


def open_disputes(asked: Asked) -> Found:
    """Disputes of the company that nobody has answered, about whatever month."""
    rows = queries.dispute_rows(
        asked.session, asked.scope, *queries.of_state("open"), rows=slice(0, MOST_NAMED)
    )
    if not rows:
        return NOTHING
    is_all = len(rows) < MOST_NAMED
    count = len(rows) if is_all else queries.state_counts(asked.session, asked.scope)["open"]
    return Found(
        count,
        tuple(
            Named(
                f"{row.employee_no} {row.person_name}",
                Text(
                    f"{row.period} {row.line_label.zh}，{row.due_on} 前答复",
                    f"{row.period} {row.line_label.en}, to be answered by {row.due_on}",
                ),
                Place("disputes.answer", {"dispute_id": row.dispute_id}),
            )
            for row in rows
        ),
        Place("disputes.company_disputes"),
    )
