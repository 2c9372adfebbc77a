"""``workforce register``: the payroll register of a month as spreadsheet and PDF."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.core.text import Locale


@click.command("register", epilog="Example: workforce register 2026-10 --company QZ")
@click.argument("period", metavar="PERIOD")
@click.option("--company", metavar="CODE", help="The company's code.")
@click.option("--all", "everywhere", is_flag=True, help="Every company with a run of the month.")
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the register.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder; default: produced/PERIOD/CODE in the instance folder.",
)
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State,
    period: str,
    company: str | None,
    lang: Locale,
    out: Path | None,
    *,
    everywhere: bool,
) -> None:
    """Write the payroll register of PERIOD (2026-10, 2026-12#1): one row a person, totals as in the run."""
    with state.app():
        from workforce.cli.chosen_runs import chosen_runs  # noqa: PLC0415 - loads the database
        from workforce.documents import service  # noqa: PLC0415
        from workforce.platform import audit  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        for run in chosen_runs(db.session(), period, company, everywhere=everywhere):
            paths = service.write_registers(
                db.session(), run.scope, run.run_id, audit.CLI, locale=lang, folder=out
            )
            for path in paths:
                state.say(str(path))
