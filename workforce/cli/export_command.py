"""``workforce export``: a company's records as the table that the import of the same name reads."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.platform.files import write_bytes


@click.command("export", epilog="Example: workforce export output 产量.xlsx --company KM")
@click.argument("source", metavar="SOURCE")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--company", metavar="CODE", help="The company's code; not for tables of the base.")
@click.option("--month", metavar="PERIOD", help="Only the records of this month (2026-10).")
@click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State, source: str, file: Path, company: str | None, month: str | None, by: str | None
) -> None:
    """Write the records of SOURCE into FILE, an .xlsx or .csv that workforce import reads back.

    SOURCE is the code of one of your own tables; docs/formats.md lists them. Importing the file
    unchanged changes nothing; so it may be corrected in a spreadsheet and imported again.
    """
    from workforce.cli.acting import acting  # noqa: PLC0415 - loads the database
    from workforce.companies.service import company_named  # noqa: PLC0415
    from workforce.imports.exports import export  # noqa: PLC0415
    from workforce.imports.service import source_named  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415

    chosen = source_named(source)
    period = PayPeriod.parse_month(month) if month else None
    with state.app():
        session = db.session()
        # Who may import a table may have it back, if also what identifies people.
        needed = [chosen.permission]
        if any(column.is_secret for column in chosen.columns):
            needed.append(Permission.IDENTITY_UNMASK)
        actor, scope = acting(session, by, *needed)
        if company is None and not chosen.is_of_base:
            raise InputError("option.missing", source=source, option="--company")
        content = export(
            session,
            chosen,
            file.suffix.lower(),
            company_id=company_named(session, scope, company).id if company else None,
            period=period,
            actor=actor,
            reach=scope,
        )
    write_bytes(file, content)
    state.say(Text(f"已写出 {file}", f"Written: {file}"))
