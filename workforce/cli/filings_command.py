"""``workforce filings``: how far the reconciliation of a month's filings is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workforce.cli.support import EXIT_USER, State, pass_state
from workforce.core.money import format_fen
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text

if TYPE_CHECKING:
    from workforce.filings.queries import DifferenceRow, KindState


@click.command("filings", epilog="Example: workforce filings 2026-10 --company QZ")
@click.argument("period", metavar="PERIOD")
@click.option("--company", metavar="CODE", required=True, help="The company's code.")
@pass_state
def COMMAND(state: State, period: str, company: str) -> None:  # noqa: N802 - what the registry asks
    """Show what came back for PERIOD (2026-10) and which differences are not settled.

    Ends with 2 while a difference is open, a task is not done, or pay has changed since the comparison.
    """
    month = PayPeriod.parse_month(period)
    with state.app():
        from workforce.companies.service import company_named  # noqa: PLC0415 - loads the database
        from workforce.filings import queries  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.platform.scope import Scope  # noqa: PLC0415

        session = db.session()
        scope = Scope.company(company_named(session, Scope.base(), company).id)
        kinds = queries.month_states(session, scope, month)
        for kind in kinds:
            state.say(_line(kind))
            if kind.result is None:
                continue
            for row in queries.difference_rows(session, scope, kind.result.id):
                if row.one.state != "settled":
                    state.say(_difference(row))
    if any(kind.unsettled or kind.is_stale for kind in kinds):
        click.get_current_context().exit(EXIT_USER)


def _line(kind: KindState) -> Text:
    label = term(f"file_group.{kind.kind}")
    if kind.result is None:
        return Text(f"{label.zh}：还没有导入结果", f"{label.en}: nothing read back")
    if kind.is_stale:
        return Text(
            f"{label.zh}：工资有变动，须重新核对", f"{label.en}: pay has changed, compare again"
        )
    equal, count = kind.result.people_equal, kind.unsettled
    return Text(
        f"{label.zh}：一致 {equal} 项，未说明 {count} 处",
        f"{label.en}: {equal} agree, {count} not settled",
    )


def _difference(row: DifferenceRow) -> Text:
    one = row.one
    item, cause = term(f"filing_item.{one.item}"), term(f"filing_cause.{one.cause}")
    amount = format_fen(one.amount)
    return Text(
        f"  {one.employee_no} {one.name} · {item.zh} · {cause.zh} · {amount}",
        f"  {one.employee_no} {one.name} · {item.en} · {cause.en} · {amount}",
    )
