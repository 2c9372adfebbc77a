"""``workforce study``: try another law, or other prices, on a decided month."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import click

from workforce.cli.support import State, pass_state
from workforce.core.text import Locale

_company = click.option(
    "--company", metavar="CODE", help="Code of one company; default: all companies of the base."
)
_period = click.option(
    "--period", metavar="PERIOD", help="The month, such as 2026-10; default: the newest decided."
)
_view = click.option(
    "--view",
    type=click.Choice(["company", "official"]),
    default="company",
    show_default=True,
    help="company: full figures; official: fixed values, and what is of few companies withheld.",
)


@click.group("study")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Try another law, or another price, on a month that is decided. Nothing of pay changes."""


def _actions() -> ModuleType:
    """Load what needs the database and the engine: not for ``--help``."""
    from workforce.cli import study_actions  # noqa: PLC0415

    return study_actions


@COMMAND.command("levers", epilog="Example: workforce study levers --company KM")
@_period
@_company
@_view
@pass_state
def levers(state: State, period: str | None, company: str | None, view: str) -> None:
    """List what may be tried, with the value in force."""
    _actions().levers(state, period, company, is_protected=view == "official")


@COMMAND.command(
    "try", epilog="Example: workforce study try minimum_wage_month 2500 --out study.pdf"
)
@click.argument("what", metavar="WHAT")
@click.argument("value", metavar="VALUE")
@_period
@_company
@_view
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; its ending chooses the kind: .pdf, .xlsx or .csv.",
)
@click.option("--save", "name", metavar="NAME", help="Keep it under this name.")
@click.option("--by", metavar="ACCOUNT", help="Login name of who keeps it.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; default: the terminal's.")
@pass_state
def attempt(
    state: State,
    what: str,
    value: str,
    period: str | None,
    company: str | None,
    view: str,
    out: Path | None,
    name: str | None,
    by: str | None,
    lang: Locale | None,
) -> None:
    """Compute the month with WHAT (a code of ``study levers``) at VALUE: yuan, or per cent.

    A negative VALUE comes after two dashes: workforce study try --company KM -- price -5
    """
    _actions().attempt(
        state,
        (what, value),
        period,
        company,
        is_protected=view == "official",
        out=out,
        name=name,
        by=by,
        locale=lang or state.locale,
    )


@COMMAND.command("list", epilog="Example: workforce study list --company KM")
@_company
@_view
@pass_state
def listing(state: State, company: str | None, view: str) -> None:
    """List what was kept, the newest first."""
    _actions().listing(state, company, is_protected=view == "official")
