"""``workforce delivery``: who got a month's payslips, has read and signed for them."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state


@click.command(
    "delivery", epilog="Example: workforce delivery 2026-10 --company QZ --show unsigned"
)
@click.argument("period", metavar="PERIOD")
@click.option("--company", metavar="CODE", help="The company's code.")
@click.option("--all", "everywhere", is_flag=True, help="Every company in reach.")
@click.option(
    "--show",
    "whom",
    type=click.Choice(
        ["all", "unread", "unsigned", "not_mailed", "failed", "unknown", "no_address"]
    ),
    default="unsigned",
    show_default=True,
    help="Whom to list.",
)
@click.option(
    "--list",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the list on which people sign on paper (xlsx, without amounts).",
)
@click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State,
    period: str,
    company: str | None,
    whom: str,
    out: Path | None,
    by: str | None,
    *,
    everywhere: bool,
) -> None:
    """Say who got the payslips of PERIOD by mail, has read and signed for them."""
    from workforce.cli import delivery_actions  # noqa: PLC0415 - loads the database
    from workforce.cli.payroll_work import Choice  # noqa: PLC0415

    choice = Choice.of(period, company, everywhere=everywhere, by=by)
    delivery_actions.show(state, choice, whom, out)
