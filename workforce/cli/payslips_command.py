"""``workforce payslips``: the payslips of a month as PDF, one for each person or all in one file."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workforce.cli.progress import progress
from workforce.cli.support import EXIT_FAILED, State, describe, pass_state
from workforce.core.errors import InputError
from workforce.core.text import Locale, Text

if TYPE_CHECKING:
    from workforce.cli.chosen_runs import ChosenRun
    from workforce.cli.progress import Advance
    from workforce.documents.bulk_parts import Form
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
@click.option("--zip", "is_zip", is_flag=True, help="One archive of all payslips.")
@click.option("--one-pdf", is_flag=True, help="One PDF for the printer: two to a sheet, by team.")
@click.option("--encrypted", is_flag=True, help="Each PDF opens with its person's password only.")
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
    is_zip: bool,
    one_pdf: bool,
    encrypted: bool,
) -> None:
    """Write the payslips of PERIOD as PDF: a month (2026-10), or a run ordered beside it (2026-12#1).

    A run that is not approved yet gives payslips marked as drafts. With --all and --out each
    company has its own folder. --zip and --one-pdf make one file, which is kept for a week in the
    instance folder and copied to --out; what was drawn before a kill is not drawn again. Exits with 1
    if a payslip could not be drawn; the others are written.
    """
    if employee is not None and everywhere:
        raise InputError("document.employee_of_all")
    if (is_zip and one_pdf) or (one_pdf and encrypted) or (employee and (is_zip or one_pdf)):
        raise InputError("document.one_form")
    with state.app():
        from workforce.cli.chosen_runs import chosen_runs  # noqa: PLC0415 - loads the database
        from workforce.documents import service  # noqa: PLC0415
        from workforce.documents.bulk_parts import Form  # noqa: PLC0415
        from workforce.platform import audit  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        form = Form.PAGES if one_pdf else Form.LOCKED_ZIP if encrypted else Form.ZIP
        has_failed = False
        for run in chosen_runs(db.session(), period, company, everywhere=everywhere):
            folder = out / run.company_code if out and everywhere else out
            title = Text(f"{run.company_code} 工资条", f"{run.company_code} payslips")
            with progress(title, total=1 if employee else run.payslip_count) as advance:
                if is_zip or one_pdf:
                    written = _one_file(run, form, lang, folder, advance)
                else:
                    written = service.write_payslips(
                        db.session(),
                        run.scope,
                        run.run_id,
                        audit.CLI,
                        locale=lang,
                        employee_no=employee,
                        folder=folder,
                        is_locked=encrypted,
                        advance=advance,
                    )
            _report(state, written)
            has_failed = has_failed or bool(written.failures)
    if has_failed:
        sys.exit(EXIT_FAILED)


def _one_file(
    run: ChosenRun, form: Form, locale: Locale, folder: Path | None, advance: Advance
) -> Written:
    """Make one file of a run's payslips, and copy it where it is wanted."""
    from workforce.documents import bulk, service  # noqa: PLC0415 - loads the database
    from workforce.platform import audit  # noqa: PLC0415
    from workforce.platform.db import db, unit_of_work  # noqa: PLC0415
    from workforce.platform.files import PRIVATE, atomic_write  # noqa: PLC0415

    wanted = bulk.Wanted(run.run_id, form, locale)
    made = bulk.make(db.session(), run.scope, wanted, advance=advance)
    with unit_of_work() as session:
        about = service.MadeOf(run.run_id, run.company_id, made.result_hash)
        service.note_made(session, audit.CLI, "payslip.produce", about, made.count)
    path = made.path
    if folder is not None:
        path = folder / made.name
        with made.path.open("rb") as source, atomic_write(path, mode=PRIVATE) as file:
            shutil.copyfileobj(source, file)
    failures = tuple((each.employee_no, each.error) for each in made.failures)
    return service.Written((path,), failures)


def _report(state: State, written: Written) -> None:
    for employee_no, error in written.failures:
        state.say(f"{employee_no}: {describe(error, state.locale)}", error=True)
    if len(written.paths) == 1:
        state.say(str(written.paths[0]))
    elif written.paths:
        count, folder = len(written.paths), written.paths[0].parent
        state.say(Text(f"{count} 份工资条：{folder}", f"{count} payslips: {folder}"))
