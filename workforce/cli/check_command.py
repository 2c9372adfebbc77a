"""``workforce check``: whether all figures of the months tie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workforce.cli.support import EXIT_FAILED, State, pass_state
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.text import Text

if TYPE_CHECKING:
    from workforce.control.service import Checked


@click.command("check", epilog="Example: workforce check 2026-10 --company QZ")
@click.argument("period", metavar="[PERIOD]", required=False)
@click.option("--company", metavar="CODE", help="The company's code; default: every company.")
@click.option(
    "--all-figures", is_flag=True, help="Print what ties as well, not only what does not."
)
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State, period: str | None, company: str | None, *, all_figures: bool
) -> None:
    """Add up every figure of PERIOD (2026-10; default: every month) from two places.

    Output and lines, lines and payslips, payslips and runs, payments, statistics; and whether the
    record of acts is whole. Nothing is changed. Exits with 1 if anything differs.
    """
    month = None if period is None else PayPeriod.parse(period)
    with state.app():
        from workforce.companies import queries as companies  # noqa: PLC0415 - loads the database
        from workforce.control import service  # noqa: PLC0415
        from workforce.control.tie import Asked  # noqa: PLC0415
        from workforce.core.law import LawBook  # noqa: PLC0415
        from workforce.platform import audit  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.platform.scope import Scope  # noqa: PLC0415

        session = db.session()
        book = LawBook.load(state.settings().law_overlays)
        rows = session.execute(companies.company_facts(Scope.base())).all()
        chosen = sorted(
            (row.company_code, row.company_id)
            for row in rows
            if company in {None, row.company_code}
        )
        if company is not None and not chosen:
            raise InputError("company.unknown", code=company)
        count = broken = 0
        for code, company_id in chosen:
            known = service.months_of(session, company_id)
            for one in known if month is None else [month]:
                asked = Asked(session=session, company_id=company_id, month=one, book=book)
                for checked in service.check_month(asked):
                    count += len(checked.ties)
                    broken += _say(state, f"{code} {one}", checked, all_figures=all_figures)
        breaches = len(list(audit.verify(session)))
    state.say(
        Text(
            f"核对 {count} 项，{broken} 项不符；操作记录 {breaches} 处不完整",
            f"{count} figures compared, {broken} differ; {breaches} breaches in the record of acts",
        )
    )
    if broken or breaches:
        raise SystemExit(EXIT_FAILED)


def _say(state: State, place: str, checked: Checked, *, all_figures: bool) -> int:
    """Print a control's figures, those that differ always, and return how many differ."""
    label = checked.control.label.in_locale(state.locale)
    broken = [tie for tie in checked.ties if not tie.holds]
    for tie in checked.ties if all_figures else broken:
        mark = "=" if tie.holds else "≠"
        what = tie.what.in_locale(state.locale)
        figures = f"{tie.text(tie.expected)} {mark} {tie.text(tie.found)}"
        state.say(f"{place} {label} · {what}: {figures}", error=not tie.holds)
    return len(broken)
