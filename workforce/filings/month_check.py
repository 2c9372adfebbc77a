"""Filing as a check of a month's pay: what came back must be compared, and differences answered for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce.core.lifecycle import FINAL
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.filings import queries
from workforce.filings.figures import TAX
from workforce.payroll.deadlines import tax_deadline
from workforce.payroll.stages.finders import NOTHING, Found, Named, Place
from workforce.platform import clock

if TYPE_CHECKING:
    from workforce.filings.queries import KindState
    from workforce.payroll.stages.finders import Asked


def unreconciled(asked: Asked) -> Found:
    """Kinds with open differences or stale comparisons, and tax that nobody read back in time."""
    if asked.run is None or asked.run.state not in FINAL:
        return NOTHING
    month = asked.period.whole
    states = queries.month_states(asked.session, asked.scope, month)
    place = Place("filings.overview", {"period": str(month)})
    named = [
        Named(term(f"file_group.{state.kind}").zh, said, place)
        for state in states
        if (said := _said(asked, state)) is not None
    ]
    return Found(len(named), tuple(named), place)


def _said(asked: Asked, state: KindState) -> Text | None:
    """Say what is left to do of a kind, if anything."""
    if state.result is None:
        deadline = tax_deadline(asked.book, asked.period)
        if state.kind != TAX or clock.today() <= deadline.on:
            return None
        return Text(
            f"申报期限 {deadline.on} 已过，还没有导入扣缴端结果",
            f"due on {deadline.on}, and no result has been read back",
        )
    if state.is_stale:
        return Text("核对以后工资有变动，须重新核对", "pay has changed since: compare again")
    if state.unsettled:
        count = state.unsettled
        return Text(f"{count} 处差异未说明", f"{count} differences not settled")
    return None
