"""``workforce law``: look the law data up, and add to them."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from workforce.cli.support import State, pass_state
from workforce.cli.tables import print_table
from workforce.core.errors import ForbiddenError, InputError
from workforce.core.law import LawBook, ParameterValue, approved_overlays
from workforce.core.law.overlay import Approval, approval_path, next_overlay_path
from workforce.core.permissions import Permission, Role, is_allowed
from workforce.core.text import Text
from workforce.core.work_calendar import CalendarYear
from workforce.platform import clock
from workforce.platform.files import write_bytes

_DEFAULT_REGION: Final = "500236"
_CONFIDENCE: Final = {"official": Text("有依据", "official"), "estimate": Text("估计", "estimate")}
_EVIDENCE: Final = {
    "A": Text("已核对官方文本", "the official text was seen"),
    "B": Text("引用该文件的二手资料", "a secondary source cites it"),
    "C": Text("未经核实", "not verified"),
}

_on = click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to look at; default: today."
)
_region = click.option(
    "--region", default=_DEFAULT_REGION, show_default=True, help="GB/T 2260 code, or national."
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
    book = _book(state)
    values: list[ParameterValue] = []
    for parameter in book.parameters():
        history = book.history(parameter.code, region)
        values += history if estimates and on is None else _in_force(history, _day(on))
    _print_values(state, [value for value in values if value.is_estimate or not estimates])
    years = book.calendar().years.values()
    _print_years(state, [year for year in years if year.is_estimate or not estimates])


@COMMAND.command("show", epilog="Example: workforce law show minimum_wage_month --on 2024-12-31")
@click.argument("code")
@_on
@_region
@pass_state
def show_value(state: State, code: str, on: dt.datetime | None, region: str) -> None:
    """Show one value with its source, and all values that CODE ever had."""
    book = _book(state)
    label = book.parameter(code).label.in_locale(state.locale)
    history = book.history(code, region)
    state.say(f"{code} · {label}")
    for value in _in_force(history, _day(on)):
        for line in _described(value):
            state.say(line)
    if not _in_force(history, _day(on)):
        state.say(Text(f"{_day(on)} 没有取值", f"No value on {_day(on)}"))
    state.say("")
    _print_values(state, history)


@COMMAND.command("add", epilog="Example: workforce law add 2027.toml --by zhang --approved-by li")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="Login name of who adds it.")
@click.option("--approved-by", required=True, help="Login name of who approves it: someone else.")
@pass_state
def add_file(state: State, file: Path, by: str, approved_by: str) -> None:
    """Add a law file: next year's calendar, or new values.

    The files law-overlay-example.toml and law-values-example.toml in docs/ show how to write one.
    """
    content = file.read_bytes()
    before, after = _books(state, file.name, content)
    if before.hash == after.hash:
        raise InputError("law.adds_nothing", place=file.name)
    with state.app():
        path = _keep(state, file.name, content, by, approved_by, (before.hash, after.hash))
    state.say(Text(f"已加入：{path}", f"Added: {path}"))
    known = set(before.values())
    _print_values(state, [value for value in after.values() if value not in known])
    years = before.calendar().years
    changed = [year for year in after.calendar().years.values() if years.get(year.year) != year]
    _print_years(state, changed)


def _folder(state: State) -> Path:
    return state.instance / "law"


def _book(state: State) -> LawBook:
    return LawBook.load(approved_overlays(_folder(state)))


def _day(on: dt.datetime | None) -> dt.date:
    return on.date() if on else clock.today()


def _in_force(history: Iterable[ParameterValue], on: dt.date) -> list[ParameterValue]:
    """Return the one value that counts on a day, or none; the nearest region comes first."""
    return [value for value in history if value.in_force(on)][:1]


def _books(state: State, name: str, content: bytes) -> tuple[LawBook, LawBook]:
    """Return the law as it is, and as it would be with a further file."""
    known = approved_overlays(_folder(state))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)  # errors speak of the file by its own name
        path.write_bytes(content)
        return LawBook.load(known), LawBook.load([*known, path])


def _keep(
    state: State, name: str, content: bytes, by: str, approved_by: str, hashes: tuple[str, str]
) -> Path:
    """Check who acts, write the file and its record, and note it in the audit."""
    from workforce.accounts.queries import account_named  # noqa: PLC0415 - loads Flask
    from workforce.accounts.service import actor_of  # noqa: PLC0415
    from workforce.platform import audit  # noqa: PLC0415
    from workforce.platform.db import unit_of_work  # noqa: PLC0415

    with unit_of_work() as session:
        adder = account_named(session, by)
        approver = account_named(session, approved_by)
        if adder.id == approver.id:
            raise ForbiddenError("law.same_person")
        for account, permission, message in (
            (adder, Permission.LAW_PROPOSE, "law.may_not_add"),
            (approver, Permission.LAW_APPROVE, "law.may_not_approve"),
        ):
            if not is_allowed(Role(account.role), permission):
                raise ForbiddenError(message, login_name=account.login_name)
        approval = Approval.of(
            content,
            added_by=adder.login_name,
            approved_by=approver.login_name,
            added_at=clock.now().isoformat(timespec="seconds"),
        )
        path = next_overlay_path(_folder(state), name)
        audit.record(
            session,
            actor_of(adder),
            "law.add",
            "law",
            path.name,
            before={"law_hash": hashes[0]},
            after={"law_hash": hashes[1], **approval.to_mapping()},
        )
        # The record first: a file without one would stop every calculation.
        write_bytes(approval_path(path), approval.to_bytes())
        write_bytes(path, content)
    return path


def _described(value: ParameterValue) -> Iterator[Text]:
    """Say all that is known of a value, a line each."""
    source, trust, grade = value.source, _CONFIDENCE[value.confidence], _EVIDENCE[value.evidence]
    shown = value.shown()
    yield Text(f"取值：{shown.zh}", f"Value: {shown.en}")
    yield Text(f"期间：{_dates(value)}", f"In force: {_dates(value)}")
    yield Text(f"地区：{value.region}", f"Region: {value.region}")
    yield Text(
        f"文件：{source.title}{source.article}", f"Instrument: {source.title}{source.article}"
    )
    yield Text(
        f"链接：{source.link or '无，' + source.no_link_reason.zh}",
        f"Link: {source.link or 'none: ' + source.no_link_reason.en}",
    )
    yield Text(
        f"可信度：{trust.zh}（{value.evidence}，{grade.zh}；核对于 {source.checked_on}）",
        f"Confidence: {trust.en} ({value.evidence}, {grade.en}; checked on {source.checked_on})",
    )
    if value.note.zh:
        yield Text(f"说明：{value.note.zh}", f"Note: {value.note.en}")


def _print_values(state: State, values: Sequence[ParameterValue]) -> None:
    rows = [
        (
            value.code,
            value.parameter.label.in_locale(state.locale),
            value.shown().in_locale(state.locale),
            _dates(value),
            value.region,
            _CONFIDENCE[value.confidence].in_locale(state.locale),
            value.source.reference,
        )
        for value in values
    ]
    heads = (
        Text("代码", "Code"),
        Text("名称", "Name"),
        Text("取值", "Value"),
        Text("期间", "In force"),
        Text("地区", "Region"),
        Text("可信度", "Confidence"),
        Text("文件", "Instrument"),
    )
    print_table(state.locale, heads, rows)


def _dates(value: ParameterValue) -> str:
    last = "" if value.valid_to is None else value.valid_to - dt.timedelta(days=1)
    return f"{value.valid_from} – {last}"


def _print_years(state: State, years: Sequence[CalendarYear]) -> None:
    rows = [
        (str(year.year), _CONFIDENCE[year.confidence].in_locale(state.locale), year.title)
        for year in years
    ]
    heads = (
        Text("工作日历", "Work calendar"),
        Text("可信度", "Confidence"),
        Text("文件", "Instrument"),
    )
    print_table(state.locale, heads, rows)
