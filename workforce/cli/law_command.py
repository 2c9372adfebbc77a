"""``workforce law``: look the law data up, and add to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from workforce.cli.support import State, pass_state
from workforce.cli.tables import print_table
from workforce.core.errors import ForbiddenError
from workforce.core.law import LawBook, ParameterValue, approved_overlays, wording
from workforce.core.law.wording import Additions
from workforce.core.permissions import Permission, Role, is_allowed
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.core.work_calendar import CalendarYear
from workforce.platform import clock

_COLUMNS: Final = ("code", "name", "value", "in_force", "region", "confidence", "instrument")
_YEAR_COLUMNS: Final = ("calendar", "confidence", "instrument")

_on = click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to look at; default: today."
)
_region = click.option(
    "--region", default=wording.HOME_REGION, show_default=True, help="GB/T 2260 code, or national."
)


@click.group("law")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Look up the figures of the law that pay is computed with, and add new ones."""


@COMMAND.command("list", epilog="Example: workforce law list --estimates")
@click.option("--estimates", is_flag=True, help="Only unverified values; of all days without --on.")
@_on
@_region
@pass_state
def list_values(state: State, on: dt.datetime | None, region: str, *, estimates: bool) -> None:
    """List the values in force on a day, with their instruments."""
    book, additions = _book(state)
    values: list[ParameterValue] = []
    for parameter in book.parameters():
        history = book.history(parameter.code, region)
        current = wording.in_force(history, _day(on))
        if estimates and on is None:
            values += history
        elif current is not None:
            values.append(current)
    shown = [value for value in values if value.is_estimate or not estimates]
    for _, heading, found in wording.by_subject(shown, lambda value: value.parameter.subject):
        state.say(heading)
        _print_values(state, found, additions)
    years = book.calendar().years.values()
    _print_years(state, [year for year in years if year.is_estimate or not estimates], additions)


@COMMAND.command("show", epilog="Example: workforce law show minimum_wage_month --on 2024-12-31")
@click.argument("code")
@_on
@_region
@pass_state
def show_value(state: State, code: str, on: dt.datetime | None, region: str) -> None:
    """Show one value with its source, and all values that CODE ever had."""
    book, additions = _book(state)
    label = book.parameter(code).label.in_locale(state.locale)
    history = book.history(code, region)
    state.say(f"{code} · {label}")
    value = wording.in_force(history, _day(on))
    if value is None:
        state.say(Text(f"{_day(on)} 没有取值", f"No value on {_day(on)}"))
    else:
        for name, said in (
            *((term("law_field.value"), line) for line in wording.lines(value)),
            *wording.facts(value, additions),
        ):
            state.say(Text(f"{name.zh}：{said.zh}", f"{name.en}: {said.en}"))
    state.say("")
    _print_values(state, history, additions)


@COMMAND.command("add", epilog="Example: workforce law add 2027.toml --by zhang --approved-by li")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="Login name of who adds it.")
@click.option("--approved-by", required=True, help="Login name of who approves it: someone else.")
@pass_state
def add_file(state: State, file: Path, by: str, approved_by: str) -> None:
    """Add a law file: next year's calendar, or new values.

    The files law-overlay-example.toml and law-values-example.toml in docs/ show how to write one.
    """
    from workforce.accounts.queries import account_named  # noqa: PLC0415 - loads Flask
    from workforce.accounts.service import actor_of  # noqa: PLC0415
    from workforce.law_pages import changes  # noqa: PLC0415
    from workforce.platform.db import unit_of_work  # noqa: PLC0415

    content = file.read_bytes()
    changed = changes.changed_by(_folder(state), file.name, content)
    with state.app(), unit_of_work() as session:
        adder = account_named(session, by)
        approver = account_named(session, approved_by)
        for account, permission, message in (
            (adder, Permission.LAW_PROPOSE, "law.may_not_add"),
            (approver, Permission.LAW_APPROVE, "law.may_not_approve"),
        ):
            if not is_allowed(Role(account.role), permission):
                raise ForbiddenError(message, login_name=account.login_name)
        path = changes.keep(
            session, _folder(state), file.name, content, actor_of(adder), actor_of(approver)
        )
    state.say(Text(f"已加入：{path}", f"Added: {path}"))
    _print_values(state, changed.values, Additions.of(changed.after, changed.before))
    _print_years(state, changed.years, Additions.of(changed.after, changed.before))


def _folder(state: State) -> Path:
    return state.instance / "law"


def _book(state: State) -> tuple[LawBook, Additions]:
    """Return the law of the installation, and what of it was added there."""
    overlays = approved_overlays(_folder(state))
    book = LawBook.load(overlays)
    return book, Additions.of(book, LawBook.load() if overlays else book)


def _day(on: dt.datetime | None) -> dt.date:
    return on.date() if on else clock.today()


def _print_values(state: State, values: Sequence[ParameterValue], additions: Additions) -> None:
    rows = [
        (
            value.code,
            value.parameter.label.in_locale(state.locale),
            wording.shown(value).in_locale(state.locale),
            wording.dates(value),
            value.region,
            wording.confidence(value.is_estimate).in_locale(state.locale),
            _marked(state, value.source.reference, is_added=additions.has(value)),
        )
        for value in values
    ]
    print_table(state.locale, [term(f"law_field.{name}") for name in _COLUMNS], rows)


def _print_years(state: State, years: Sequence[CalendarYear], additions: Additions) -> None:
    rows = [
        (
            str(year.year),
            wording.confidence(year.is_estimate).in_locale(state.locale),
            _marked(state, year.title, is_added=year.year in additions.years),
        )
        for year in years
    ]
    print_table(state.locale, [term(f"law_field.{name}") for name in _YEAR_COLUMNS], rows)


def _marked(state: State, instrument: str, *, is_added: bool) -> str:
    """Say of what instrument a value is, and whether it came here by ``law add``."""
    origin = term("law_origin.added").in_locale(state.locale)
    return f"{instrument} [{origin}]" if is_added else instrument
