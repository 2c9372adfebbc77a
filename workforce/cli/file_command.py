"""``workforce file``: a file that leaves the house, with its control totals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from workforce.cli.support import State, describe, pass_state
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.documents.files.service import Prepared

_MOST_NAMED: Final = 5


@click.command(
    "file",
    epilog="Example: workforce file ledger 2026-10 --company QZ, "
    "workforce file bank_icbc 2026-10 --company QZ --batch 3",
)
@click.argument("form", metavar="FORM")
@click.argument("period", metavar="PERIOD")
@click.option("--company", metavar="CODE", required=True, help="The company's code.")
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="The payment batch, for bank files and payment vouchers.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder; default: produced/PERIOD/CODE in the instance folder.",
)
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State, form: str, period: str, company: str, batch: int | None, out: Path | None
) -> None:
    """Write the file FORM of PERIOD (2026-10): for a bank, the tax client, insurance or the books.

    Prints its control totals and what should be known before it is handed in. A file whose totals do
    not equal the run's or the batch's is not written. An unknown FORM names all there are.
    """
    month = PayPeriod.parse_month(period)
    with state.app():
        from workforce.documents.files import service  # noqa: PLC0415 - loads the database
        from workforce.platform import audit  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.platform.files import safe_name, write_bytes  # noqa: PLC0415
        from workforce.platform.installation import installation  # noqa: PLC0415

        prepared = _prepared(db.session(), form, month, company, batch)
        for control in prepared.controls:
            label = control.label.in_locale(state.locale)
            figure, due = (service.shown(control, one) for one in (control.figure, control.due))
            state.say(
                f"{label}: {figure} = {due}" if control.is_met else f"{label}: {figure} ≠ {due}"
            )
        for group in service.grouped(prepared.remarks):
            people = group.people[:_MOST_NAMED]
            who = ", ".join(people) + (
                f" (+{more})" if (more := len(group.people) - len(people)) else ""
            )
            said = describe(group.error, state.locale)
            state.say(f"{said} {who}".rstrip(), error=True)
        document = service.make_file(prepared, audit.CLI)
        produced = installation().instance / "produced" / str(month) / safe_name(company)
        path = (out or produced) / document.name
        write_bytes(path, document.content)
        state.say(str(path))


def _prepared(
    session: Session, code: str, month: PayPeriod, company: str, number: int | None
) -> Prepared:
    from workforce.companies import queries as companies  # noqa: PLC0415 - loads the database
    from workforce.documents.files import service  # noqa: PLC0415
    from workforce.documents.files.form import Subject  # noqa: PLC0415
    from workforce.payments import queries as payments  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    form = service.form_named(code)
    known = session.scalars(companies.company_by_code(Scope.base(), company)).one_or_none()
    if known is None:
        raise InputError("document.company_unknown", company=company)
    if form.subject is Subject.MONTH:
        return service.prepare_month(session, known.id, form, month)
    if number is None:
        raise InputError("file.of_batches", label=form.label)
    scope = Scope.company(known.id)
    batch = session.scalars(payments.batch_numbered(scope, number)).one_or_none()
    if batch is None:
        raise InputError("file.no_batch", company=company, number=number)
    return service.prepare_batch(session, scope, form, batch.id)
