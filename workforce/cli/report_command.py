"""``workforce report``: fill a report form and write it to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workforce.cli.support import State, pass_state
from workforce.core.errors import InputError
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Locale, Text

if TYPE_CHECKING:
    from workforce.bureau.report import Report


@click.command(
    "report", epilog="Example: workforce report wages 2026-Q3 --out wages.xlsx --view official"
)
@click.argument("form", required=False)
@click.argument("period", required=False)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; its ending chooses the kind: .pdf, .xlsx, .csv or .json.",
)
@click.option("--company", help="Code of one company; default: all companies of the base.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; default: the terminal's.")
@click.option(
    "--view",
    type=click.Choice(["company", "official"]),
    default="company",
    show_default=True,
    help="company: full figures; official: the whole base as published, small figures withheld.",
)
@click.option("--list", "is_list", is_flag=True, help="List the forms and their periods.")
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State,
    form: str | None,
    period: str | None,
    out: Path | None,
    company: str | None,
    lang: Locale | None,
    view: str,
    *,
    is_list: bool,
) -> None:
    """Fill FORM for PERIOD (2026-10, 2026-Q3 or 2026) and write it to a file.

    The full report is the company's or the base's own; pass on only the official one. Forms that name
    people need --company, are recorded in the audit log, and are for the company's own use only.
    """
    if is_list:
        _list(state)
        return
    if form is None or period is None or out is None:
        raise InputError("report.say_what")
    is_official = view == "official"
    if is_official and company is not None:
        raise InputError("report.official_is_whole")
    _write(state, form, ReportPeriod.parse(period), out, company, lang, is_official=is_official)


def _list(state: State) -> None:
    from workforce.bureau.forms import forms  # noqa: PLC0415

    for form in forms().values():
        numbers = "、".join(number.in_locale(state.locale) for number in form.numbers.values())
        named = (
            Text("（含个人信息）", " (names people)")
            if form.audience == "company"
            else Text("", "")
        )
        title = form.title.in_locale(state.locale) + named.in_locale(state.locale)
        state.say(Text(f"{form.code}  {title}  {numbers}", f"{form.code}  {title}  {numbers}"))


def _write(
    state: State,
    code: str,
    period: ReportPeriod,
    out: Path,
    company: str | None,
    lang: Locale | None,
    *,
    is_official: bool,
) -> None:
    # ReportLab and the slices take a second to load: only when a report is written.
    from workforce.bureau import service  # noqa: PLC0415
    from workforce.platform.files import PRIVATE, READABLE, write_bytes  # noqa: PLC0415

    locale = lang or state.locale
    ending = out.suffix.removeprefix(".").lower()
    service.check_ending(ending)
    with state.app():
        report = _filled(code, period, company, is_official=is_official)
        mode = PRIVATE if report.is_named else READABLE
        write_bytes(out, service.write_report(report, ending, locale), mode=mode)
    title = report.title.in_locale(locale)
    state.say(Text(f"已生成{title}（{period}）：{out}", f"{title} for {period} written: {out}"))


def _filled(code: str, period: ReportPeriod, company: str | None, *, is_official: bool) -> Report:
    from workforce.bureau import service  # noqa: PLC0415
    from workforce.platform import audit, clock  # noqa: PLC0415
    from workforce.platform.db import db, unit_of_work  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    session, today = db.session(), clock.today()
    scope = Scope.base()
    if company is not None:
        scope = service.company_scope(session, scope, company)
    form = service.any_form(code)
    if form.audience == "company":
        if is_official:
            raise InputError("report.named_is_own", title=form.title)
        report = service.fill_named(session, form, scope, period)
        session.rollback()
        with unit_of_work() as writing:
            audit.record(
                writing,
                audit.CLI,
                "report.read_named",
                "report",
                f"{code} {period}",
                company_id=scope.company_id,
            )
        return report
    source = (
        service.published_source(session)
        if is_official
        else service.own_source(session, scope, today)
    )
    return service.fill_report(form, source, period, filled_on=today)
