"""``workforce book``: a quarter's whole picture as one PDF."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.core.errors import InputError
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Locale, Text


@click.command("book", epilog="Example: workforce book 2026-Q3 --out book.pdf")
@click.argument("quarter", required=False)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="PDF file to write.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; default: the terminal's.")
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State, quarter: str | None, out: Path | None, lang: Locale | None
) -> None:
    """Write the book of QUARTER (2026-Q3): jobs, wages, seats, training, output, targets, with charts.

    It is made of published statistics and of what is about no person. Without QUARTER the quarters
    are listed.
    """
    # ReportLab and the slices take a second to load.
    from workforce.book import service  # noqa: PLC0415
    from workforce.platform import clock  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415
    from workforce.platform.files import READABLE, write_bytes  # noqa: PLC0415

    with state.app():
        if quarter is None:
            for one in service.quarters(db.session()):
                state.say(service.standing(one))
            return
        if out is None:
            raise InputError("book.say_where")
        period = ReportPeriod.parse(quarter)
        book = service.make_book(db.session(), period, clock.today())
        write_bytes(out, service.book_pdf(book, lang or state.locale), mode=READABLE)
    state.say(Text(f"已生成 {period} 季度报告：{out}", f"Book of {period} written: {out}"))
