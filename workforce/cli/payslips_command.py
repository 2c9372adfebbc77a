"""``workforce payslips``: the payslips of a month as PDF, one for each person."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workforce.cli.progress import progress
from workforce.cli.support import EXIT_FAILED, State, describe, pass_state
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.text import Locale, Text

if TYPE_CHECKING:
    from workforce.documents.service import Written


@click.command(
    "payslips", epilog="Example: workforce payslips 2026-10 --company QZ --employee A007"
)
@click.argument("period", metavar="PERIOD")
@click.option("--company", metavar="CODE", help="The company's code.")
@click.option("--all", "everywhere", is_flag=True, help="Every company with a run of the month.")
@click.option("--employee", metavar="NO", help="Only the person with this employee number.")
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the payslips.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder; default: produced/PERIOD/CODE/payslips in the instance folder.",
)
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State,
    period: str,
    company: str | None,
    employee: str | None,
    lang: Locale,
    out: Path | None,
    *,
    everywhere: bool,
) -> None:
    """Write the payslips of PERIOD (2026-10) as PDF.

    A run that is not approved yet gives payslips marked as drafts. With --all and --out each
    company has its own folder. Exits with 1 if a payslip could not be drawn; the others are written.
    """
    if employee is not None and everywhere:
        raise InputError("document.employee_of_all")
    month = PayPeriod.parse(period)
    with state.app():
        from workforce.cli.chosen_runs import chosen_runs  # noqa: PLC0415 - loads the database
        from workforce.documents import service  # noqa: PLC0415
        from workforce.platform import audit  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        has_failed = False
        for run in chosen_runs(db.session(), month, company, everywhere=everywhere):
            folder = out / run.company_code if out and everywhere else out
            title = Text(f"{run.company_code} 工资条", f"{run.company_code} payslips")
            with progress(title, total=1 if employee else run.payslip_count) as advance:
                written = service.write_payslips(
                    db.session(),
                    run.scope,
                    run.run_id,
                    audit.CLI,
                    locale=lang,
                    employee_no=employee,
                    folder=folder,
                    advance=advance,
                )
            _report(state, written)
            has_failed = has_failed or bool(written.failures)
    if has_failed:
        sys.exit(EXIT_FAILED)


def _report(state: State, written: Written) -> None:
    for employee_no, error in written.failures:
        state.say(f"{employee_no}: {describe(error, state.locale)}", error=True)
    if len(written.paths) == 1:
        state.say(str(written.paths[0]))
    elif written.paths:
        count, folder = len(written.paths), written.paths[0].parent
        state.say(Text(f"{count} 份工资条：{folder}", f"{count} payslips: {folder}"))
