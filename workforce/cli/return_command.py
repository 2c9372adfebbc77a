"""``workforce return``: companies' monthly returns: the template, taking one in, and who is late."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from workforce.cli.import_command import load_file, take_in
from workforce.cli.support import EXIT_USER, State, pass_state
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform.files import write_bytes

if TYPE_CHECKING:
    from workforce.returns.queries import Standing

_LOOKED: Final = Text("以上是预览，没有写入", "This was a preview: nothing was written")
_file = click.Path(dir_okay=False, path_type=Path)
_company = click.option("--company", metavar="CODE", required=True, help="The company's code.")


@click.group("return")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Monthly returns of companies that keep their own books, and confirmed computed ones."""


@COMMAND.command(
    "template",
    epilog="Example: workforce return template 2026-10 --company WB --out 月报.xlsx",
)
@click.argument("period", metavar="PERIOD")
@_company
@click.option("--out", type=_file, required=True, metavar="FILE", help="Where to write it.")
@pass_state
def template(state: State, period: str, company: str, out: Path) -> None:
    """Write the form of PERIOD (2026-10) as a spreadsheet, with last month's figures beside."""
    month = PayPeriod.parse_month(period)
    with state.app():
        from workforce.companies.service import company_named  # noqa: PLC0415 - loads the database
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.platform.scope import Scope  # noqa: PLC0415
        from workforce.returns import queries  # noqa: PLC0415
        from workforce.returns.sheet import write_template  # noqa: PLC0415

        session = db.session()
        scope = Scope.company(company_named(session, Scope.base(), company).id)
        known = queries.draft(session, scope, month) or queries.newest(session, scope, month)
        content = write_template(
            queries.reporter_of(session, scope),
            month,
            queries.figures(session, known.id if known else None),
            queries.former_figures(session, scope, month),
            state.locale,
        )
    write_bytes(out, content)
    state.say(Text(f"已写出模板 {out}", f"Template written: {out}"))


@COMMAND.command("import", epilog="Example: workforce return import 月报.xlsx --company WB")
@click.argument("file", type=_file)
@_company
@click.option(
    "--dry-run", "is_dry", is_flag=True, help="Only look: say what is wrong, cell by cell."
)
@click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")
@pass_state
def import_return(state: State, file: Path, company: str, by: str | None, *, is_dry: bool) -> None:
    """Take in the filled template FILE as the company's return, and print its receipt.

    The same file again is the same return. Ends with 2 where anything of it is refused.
    """
    from workforce.imports.service import source_named  # noqa: PLC0415 - loads the database
    from workforce.imports.source import Options  # noqa: PLC0415
    from workforce.imports.sources.company_return import CODE, month_of  # noqa: PLC0415

    given = load_file(file)
    take_in(
        state,
        source_named(CODE),
        given,
        company,
        by,
        Options(),
        is_applied=not is_dry,
        looked=_LOOKED,
    )
    if is_dry:
        return
    with state.app():
        from workforce.companies.service import company_named  # noqa: PLC0415 - loads the database
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.platform.formatting import moment  # noqa: PLC0415
        from workforce.platform.scope import Scope  # noqa: PLC0415
        from workforce.returns import queries, service  # noqa: PLC0415

        session = db.session()
        scope = Scope.company(company_named(session, Scope.base(), company).id)
        one = queries.newest(session, scope, month_of(given))
        if one is not None and one.submitted_at is not None:
            number = service.receipt_number(company, one)
            at, digest = moment(one.submitted_at), one.content_sha256
            state.say(
                Text(
                    f"回执号 {number}，{at}，SHA-256 {digest}",
                    f"Receipt {number}, {at}, SHA-256 {digest}",
                )
            )


@COMMAND.command("list", epilog="Example: workforce return list 2026-10")
@click.argument("period", metavar="PERIOD")
@pass_state
def list_returns(state: State, period: str) -> None:
    """List where each company stands with the return of PERIOD; ends with 2 while one is late."""
    month = PayPeriod.parse_month(period)
    with state.app():
        from workforce.platform import clock  # noqa: PLC0415 - loads the database
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.platform.law_book import law_book  # noqa: PLC0415
        from workforce.platform.scope import Scope  # noqa: PLC0415
        from workforce.returns import queries  # noqa: PLC0415

        found = queries.standings(
            db.session(), Scope.base(), [month], clock.today(), law_book().calendar()
        )
        shown = [one for one in found if one.reporter.owes(month) or one.newest is not None]
        for one in shown:
            state.say(_line(one))
    if any(one.overdue_days for one in shown):
        click.get_current_context().exit(EXIT_USER)


def _line(one: Standing) -> Text:
    label, reporter = term(f"return_state.{one.state}"), one.reporter
    origin = term("return_origin.typed" if reporter.is_typed else "return_origin.computed")
    late = one.overdue_days
    return Text(
        f"{reporter.code}  {reporter.name}  {origin.zh}  {label.zh}"
        + (f"  逾期 {late} 天" if late else ""),
        f"{reporter.code}  {reporter.name}  {origin.en}  {label.en}"
        + (f"  {late} days late" if late else ""),
    )
