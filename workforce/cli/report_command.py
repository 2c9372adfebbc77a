"""``workforce report``: fill a report form and write it to a file."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.text import Locale, Text


@click.group("report")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Fill a report form and write it as PDF or Excel file."""


@COMMAND.command(
    "employment", epilog="Example: workforce report employment 2026-10 --out report.pdf"
)
@click.argument("period")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; its ending chooses the kind: .pdf or .xlsx.",
)
@click.option("--company", help="Code of one company; default: all companies of the base.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; default: the terminal's.")
@click.option(
    "--view",
    type=click.Choice(["company", "official"]),
    default="company",
    show_default=True,
    help="company: full figures; official: the whole base, small figures withheld.",
)
@pass_state
def employment(
    state: State, period: str, out: Path, company: str | None, lang: Locale | None, view: str
) -> None:
    """Write the employment report of PERIOD (2026-10): headcount, wages, insurance.

    The full report is the company's or the base's own; pass on only the official one.
    """
    month = PayPeriod.parse_month(period)
    is_protected = view == "official"
    if is_protected and company is not None:
        raise InputError("report.official_is_whole")
    _write(
        state, "employment", month, out, company, lang or state.locale, is_protected=is_protected
    )


def _write(
    state: State,
    code: str,
    period: PayPeriod,
    out: Path,
    company: str | None,
    locale: Locale,
    *,
    is_protected: bool,
) -> None:
    # ReportLab and the slices take a second to load: only when a report is written.
    from workforce.bureau import service  # noqa: PLC0415
    from workforce.bureau.kept import Months, kept_report  # noqa: PLC0415
    from workforce.platform import clock  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415
    from workforce.platform.files import write_bytes  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    ending = out.suffix.removeprefix(".").lower()
    service.check_ending(ending)
    with state.app():
        session = db.session()
        scope = Scope.base()
        if company is not None:
            scope = service.company_scope(session, scope, company)
        if is_protected:
            # What an official reads on the page.
            report, _made_at = kept_report(session, code, Months(session), period)
        else:
            report = service.fill_report(
                session, scope, period, code=code, is_protected=False, filled_on=clock.today()
            )
        write_bytes(out, service.write_report(report, ending, locale))
    title = report.title.in_locale(locale)
    state.say(Text(f"已生成{title}（{period}）：{out}", f"{title} for {period} written: {out}"))
