"""``workforce seats``: how the seats of the base, or of one company, were used in a month."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.cli.tables import print_table
from workforce.core.period import PayPeriod
from workforce.core.text import Text


@click.command("seats", epilog="Example: workforce seats 2026-10 --out seats.xlsx")
@click.argument("period")
@click.option("--company", metavar="CODE", help="Code of one company: the seats that it rents.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Spreadsheet (.xlsx) to write; default: print the lines.",
)
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State, period: str, company: str | None, out: Path | None
) -> None:
    """Tell how many seats were built, usable and in use in PERIOD (2026-10), counted from attendance.

    The figures are whole and of today's records; officials see what was published, with small figures withheld.
    """
    month = PayPeriod.parse_month(period)
    # The slices take a second to load: only when there is something to tell.
    from workforce.bureau import service  # noqa: PLC0415
    from workforce.bureau.seats import seats  # noqa: PLC0415
    from workforce.bureau.seats import sheet as seat_sheet  # noqa: PLC0415
    from workforce.platform import clock  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415
    from workforce.platform.files import write_bytes  # noqa: PLC0415
    from workforce.platform.law_book import law_book  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    with state.app():
        session, scope = db.session(), Scope.base()
        if company is not None:
            scope = service.company_scope(session, scope, company)
        now = clock.to_base(clock.now()).replace(tzinfo=None)
        found = seats.month_figures(session, scope, month, now, law_book().calendar())
        table = seats.full(month, found)
        if out is not None:
            write_bytes(out, seat_sheet.seat_sheet(table, state.locale, clock.now()))
            state.say(Text(f"已写出 {month} 的工位使用：{out}", f"Seats of {month} written: {out}"))
            return
    print_table(
        state.locale,
        seat_sheet.HEADS,
        [
            (
                "  " * line.level + (line.name or seat_sheet.WHOLE.in_locale(state.locale)),
                *map(str, seat_sheet.cells_of(line, state.locale)),
            )
            for line in (*table.places, *table.companies)
        ],
    )
