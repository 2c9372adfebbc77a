"""``workforce import``: look at a file from elsewhere, then take it in as a whole."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from workforce.cli.support import EXIT_USER, State, describe, pass_state
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.registry import module_names
from workforce.core.text import Locale, Text
from workforce.imports import sources
from workforce.platform.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workforce.imports.refusals import Refusal
    from workforce.imports.service import Preview
    from workforce.imports.source import Options, Part, Source, SourceFile

_SHOWN_REFUSALS: Final = 50
_SHOWN_CHANGES: Final = 10
_LOOKED: Final = Text("以上是预览；加上 --apply 才会写入", "This was a preview; --apply writes it")

_SOURCES: Final = ", ".join(name.rpartition(".")[2] for name in module_names(sources))
"""Modules bear the codes of their sources, so that nothing need be loaded to list them."""

_file = click.Path(dir_okay=False, path_type=Path)


@click.command(
    "import",
    epilog=f"Sources: {_SOURCES}; docs/formats.md says what each of them can tell. "
    "Example: workforce import dingtalk 考勤报表.xlsx --company QZ --apply",
)
@click.argument("source", metavar="SOURCE")
@click.argument("file", type=_file, required=False)
@click.option("--company", metavar="CODE", help="The company's code; not for tables of the base.")
@click.option("--apply", "is_applied", is_flag=True, help="Import; without it, only look.")
@click.option(
    "--keep-good-rows", is_flag=True, help="Import the good rows though some are refused."
)
@click.option("--mapping", type=_file, help="CSV or YAML: user of the tool, employee number.")
@click.option("--task-type", metavar="CODE", help="Task type of the file's output.")
@click.option("--batch", metavar="CODE", help="Batch of rows that name none.")
@click.option("--server", metavar="NAME", help="Which server of the tool, if there are several.")
@click.option(
    "--control", "controls", multiple=True, metavar="COLUMN", help="Label column of a CSV export."
)
@click.option(
    "--whole-from",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The price list is whole from this day on: what it does not name ends.",
)
@click.option("--period", metavar="MONTH", help="The month of a result of filing: 2026-10.")
@click.option("--accepted", is_flag=True, help="The output counts as accepted on its own day.")
@click.option(
    "--break",
    "break_minutes",
    type=click.IntRange(0, 600),
    metavar="MINUTES",
    help="Break of each shift, where the file tells no hours worked.",
)
@click.option(
    "--shift",
    "shifts",
    multiple=True,
    metavar="START-END/BREAK",
    help="A shift of the firm, for files of bare punches: 09:00-18:00/60. May be repeated.",
)
@click.option(
    "--longest",
    "longest_hours",
    type=click.IntRange(1, 24),
    metavar="HOURS",
    help="Longest shift that is believed of bare punches (16).",
)
@click.option("--users", type=_file, help="The clock's user.dat: names for its numbers.")
@click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")
@click.option("--full", is_flag=True, help="Show every refused row and every change.")
@click.option(
    "--template",
    "template_path",
    type=_file,
    metavar="FILE",
    help="Write a filled example of the source's table and end.",
)
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State,
    source: str,
    file: Path | None,
    company: str | None,
    mapping: Path | None,
    task_type: str | None,
    batch: str | None,
    server: str | None,
    controls: tuple[str, ...],
    whole_from: dt.datetime | None,
    period: str | None,
    break_minutes: int | None,
    shifts: tuple[str, ...],
    longest_hours: int | None,
    users: Path | None,
    by: str | None,
    template_path: Path | None,
    *,
    is_applied: bool,
    keep_good_rows: bool,
    accepted: bool,
    full: bool,
) -> None:
    """Import FILE of the format SOURCE; without --apply only show what would change.

    The same file again changes nothing. A row that cannot be used is refused with
    its place and a remedy, and then nothing is imported unless --keep-good-rows is said. Ends with
    2 where rows are refused.
    """
    from workforce.imports.clock_users import read_user_names  # noqa: PLC0415
    from workforce.imports.mapping import read_mapping  # noqa: PLC0415 - loads the database
    from workforce.imports.service import source_named  # noqa: PLC0415
    from workforce.imports.source import Options  # noqa: PLC0415
    from workforce.imports.stated_shift import planned_shift  # noqa: PLC0415

    chosen = source_named(source)
    if template_path is not None:
        _write_template(state, chosen, template_path)
        return
    if file is None:
        raise InputError("option.source_missing", source=source)
    if company is None and not chosen.is_of_base:
        raise InputError("option.missing", source=source, option="--company")
    options = Options(
        mapping=read_mapping(load_file(mapping)) if mapping else {},
        task_type=task_type,
        batch=batch,
        server=server,
        controls=controls,
        whole_from=whole_from.date() if whole_from else None,
        is_accepted=accepted,
        period=PayPeriod.parse_month(period) if period else None,
        break_minutes=break_minutes,
        planned=tuple(map(planned_shift, shifts)),
        longest_minutes=longest_hours * 60 if longest_hours else None,
        users=read_user_names(load_file(users).content) if users else {},
    )
    take_in(
        state,
        chosen,
        load_file(file),
        company,
        by,
        options,
        is_applied=is_applied,
        keep=keep_good_rows,
        full=full,
    )


def take_in(
    state: State,
    source: Source,
    given: SourceFile,
    company: str | None,
    by: str | None,
    options: Options,
    *,
    is_applied: bool,
    keep: bool = False,
    full: bool = False,
    looked: Text = _LOOKED,
) -> None:
    """Look at a file or import it, and say what came of it; ``looked`` ends a mere look.

    Ends the program with 2 where rows are refused.
    """
    with state.app():
        seen = _run(source, given, company, by, options, is_applied=is_applied, keep=keep)
        # Names of people and task types are still read from the database here.
        _show(state, seen, full=full)
    _conclude(state, seen, looked, is_applied=is_applied, keep=keep)


def _run(
    source: Source,
    file: SourceFile,
    company_code: str | None,
    by: str | None,
    options: Options,
    *,
    is_applied: bool,
    keep: bool,
) -> Preview:
    """Look at the file or import it, as the account named, in its own company."""
    from workforce.cli.acting import acting  # noqa: PLC0415 - loads the database
    from workforce.companies.service import company_named  # noqa: PLC0415
    from workforce.imports import service  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415

    session = db.session()
    actor, scope = acting(session, by, source.permission)
    company_id = company_named(session, scope, company_code).id if company_code else None
    try:
        if is_applied:
            return service.apply(
                source,
                file,
                company_id=company_id,
                actor=actor,
                options=options,
                keep_good_rows=keep,
                reach=scope,
            )
        return service.preview(
            session,
            source,
            file,
            company_id=company_id,
            actor=actor,
            options=options,
            reach=scope,
        )
    except InputError as error:
        raise error.at(file.name) from None


def load_file(path: Path) -> SourceFile:
    """Read a file; one that is far too large is not even read."""
    from workforce.imports.service import SIZE_LIMIT_BYTES  # noqa: PLC0415
    from workforce.imports.source import SourceFile  # noqa: PLC0415

    try:
        with path.open("rb") as stream:
            content = stream.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        raise InputError("file.missing", path=str(path)) from error
    return SourceFile(path.name, content)


def _write_template(state: State, source: Source, path: Path) -> None:
    from workforce.imports.templates import template  # noqa: PLC0415

    content = template(source, state.locale)
    suffix = ".xlsx" if source.sample is None else source.suffixes[0]
    if path.suffix.lower() != suffix:
        # A workbook under the name of a text would open as rubbish.
        raise InputError("option.template_suffix", path=path.name, suffix=suffix)
    write_bytes(path, content)
    state.say(Text(f"已写出模板 {path}", f"Example written: {path}"))


def _show(state: State, seen: Preview, *, full: bool) -> None:
    counts = seen.counts
    good = seen.proposal.good_count
    label = seen.source.label.in_locale(state.locale)
    state.say(
        Text(
            f"{label} {seen.file_name}：可用 {good} 行，拒绝 {counts.refused} 行",
            f"{label} {seen.file_name}: {good} rows good, {counts.refused} refused",
        ),
    )
    shown = None if full else _SHOWN_REFUSALS
    lines = _refusal_lines(seen.refusals, state.locale)
    for line in islice(lines, shown):
        state.say(f"  × {line}")
    _say_rest(state, len(lines), shown)
    for notice in islice(seen.notices, shown):
        place = f"{notice.place.text(state.locale)}: " if notice.place else ""
        state.say(f"  ! {place}{notice.text.in_locale(state.locale)}")
    _say_rest(state, len(seen.notices), shown)
    for part in seen.parts:
        _show_part(state, part, full=full)


def _refusal_lines(refusals: Sequence[Refusal], locale: Locale) -> list[str]:
    """Say why rows are refused; what is wrong in many rows in the same way is said once."""
    alike: dict[tuple[str, str, str, str], list[Refusal]] = {}
    for refusal in refusals:
        reason = refusal.error.message(locale)
        key = (refusal.place.sheet, refusal.place.column, refusal.value, reason)
        alike.setdefault(key, []).append(refusal)
    return [_refusal_line(rows[0], len(rows) - 1, locale) for rows in alike.values()]


def _refusal_line(refusal: Refusal, more: int, locale: Locale) -> str:
    value = f" “{refusal.value}”" if refusal.value else ""
    others = ""
    if more:
        others = {"zh": f"(另有 {more} 行相同)", "en": f" (and {more} rows more)"}[locale]
    stop = "。" if locale == "zh" else ". "
    reason = stop.join(
        text for text in (refusal.error.message(locale), refusal.error.hint(locale)) if text
    )
    return f"{refusal.place.text(locale)}{value}{others}: {reason}"


def _show_part(state: State, part: Part, *, full: bool) -> None:
    from workforce.imports.service import described  # noqa: PLC0415
    from workforce.imports.wording import label, wording  # noqa: PLC0415

    plan = part.plan
    if plan.is_empty and not plan.unchanged:
        return
    name = part.label.in_locale(state.locale)
    state.say(
        Text(
            f"{name}:新增 {len(plan.added)},更改 {len(plan.changed)},"
            f"不变 {plan.unchanged},删除 {len(plan.removed)}",
            f"{name}: {len(plan.added)} added, {len(plan.changed)} changed, "
            f"{plan.unchanged} unchanged, {len(plan.removed)} removed",
        ),
    )
    shown = None if full else _SHOWN_CHANGES
    for sign, row, differing in islice(described(part), shown):
        details = "; ".join(
            f"{label(column, state.locale)} {wording(column, before, state.locale)}"
            f" → {wording(column, after, state.locale)}"
            for column, (before, after) in differing.items()
        )
        state.say(f"  {sign} {row}{f': {details}' if details else ''}")
    _say_rest(state, len(plan.added) + len(plan.changed) + len(plan.removed), shown)


def _say_rest(state: State, count: int, shown: int | None) -> None:
    if shown is not None and count > shown:
        rest = count - shown
        state.say(
            Text(f"  … 另有 {rest} 条(--full 全部列出)", f"  … {rest} more (--full lists all)")
        )


def _conclude(state: State, seen: Preview, looked: Text, *, is_applied: bool, keep: bool) -> None:
    """Say what was done; refused rows that hold the file back are the user's to correct."""
    counts = seen.counts
    if seen.refusals and not keep:
        error = InputError("import.refused", count=counts.refused)
        state.say(describe(error, state.locale), error=True)
        click.get_current_context().exit(EXIT_USER)
    if not (counts.added or counts.changed or counts.removed):
        state.say(Text("没有变化", "Nothing changes"))
    elif is_applied:
        state.say(Text("已导入", "Imported"))
    else:
        state.say(looked)
