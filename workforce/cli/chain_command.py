"""``workforce chain``: the industry chain's figures of a year up to a month."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.cli.tables import print_table
from workforce.core.errors import StateError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform.files import write_bytes


@click.command("chain", epilog="Example: workforce chain 2026-10 --out chain.xlsx")
@click.argument("period")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the months of the year and the contracts as a spreadsheet, too.",
)
@click.option(
    "--protected",
    is_flag=True,
    help="What officials are told: published months, sums of few withheld.",
)
@pass_state
def COMMAND(state: State, period: str, out: Path | None, *, protected: bool) -> None:  # noqa: N802 - for the registry
    """Show output by link, purchases within the chain, consolidated output and jobs, whole unless asked."""
    last = PayPeriod.parse_month(period)
    with state.app():
        # The slices take a second to load.
        from workforce.chain import output, published, sheet  # noqa: PLC0415
        from workforce.chain.consolidation import line_codes  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        session, first = db.session(), PayPeriod(last.year, 1)
        if protected:
            told = published.told_months(session, first, last)
            years = published.years_told(told, last)
            contracts = published.contracts_told(told, last.year)
        else:
            years = output.read_years(session, first, last)
            contracts = output.read_contracts(session, last)
        if last.year not in years:
            raise StateError("chain.not_told", period=last)
        year = years[last.year]
        newest = str(year.last)
        print_table(
            state.locale,
            [sheet.FIGURE, Text(newest, newest), sheet.SO_FAR],
            [
                (
                    output.line_label(code).in_locale(state.locale),
                    sheet.written(year.months[year.last].cells[code], output.line_decimals(code)),
                    sheet.written(year.so_far.cells[code], output.line_decimals(code)),
                )
                for code in line_codes()
            ],
        )
        missing = year.so_far.of.missing
        if missing:
            state.say(
                Text(
                    f"不完整：年初以来还缺 {missing} 家次的产值，缺的不当作 0。",
                    f"Incomplete: output of {missing} company months of the year is missing and does not count as 0.",
                )
            )
        if out is None:
            return
        author = term("audit_actor.cli").in_locale(state.locale)
        write_bytes(out, sheet.write_output(year, contracts, author, state.locale))
    state.say(Text(f"已写入 {out}", f"Written: {out}"))
