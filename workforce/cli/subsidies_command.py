"""``workforce subsidies``: who qualifies for support, and claims: made, checked, frozen, written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workforce.cli.support import EXIT_USER, State, pass_state
from workforce.core.money import format_fen
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope
    from workforce.subsidies.queries import ClaimRow, FindingRow
    from workforce.subsidies.scheme import Assessed

_EPILOG = "Example: workforce subsidies assess expansion --company QZ --from 2026-01 --to 2026-10"
_COMPANY = click.option("--company", metavar="CODE", required=True, help="The company's code.")
_BY = click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")


def _months(command: Callable[..., None]) -> Callable[..., None]:
    first = click.option("--from", "first", metavar="MONTH", required=True, help="First month.")
    last = click.option("--to", "last", metavar="MONTH", required=True, help="Last month.")
    return first(last(command))


def _acting(by: str | None, company: str, *permissions: Permission) -> tuple[Actor, Scope]:
    """Return who acts, and the company as reach."""
    from workforce.cli.acting import acting  # noqa: PLC0415 - loads the database
    from workforce.companies.service import company_named  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    actor, scope = acting(db.session(), by, *permissions)
    reach = Scope.company(company_named(db.session(), scope, company).id)
    db.session.rollback()
    return actor, reach


@click.group("subsidies", epilog=_EPILOG)
def COMMAND() -> None:  # noqa: N802 - what the registry asks
    """Support for employers: who qualifies, and claims whose headcount is checked first."""


@COMMAND.command("assess", epilog=_EPILOG)
@click.argument("scheme")
@_COMPANY
@_months
@pass_state
def assess(state: State, scheme: str, company: str, first: str, last: str) -> None:
    """Say of everybody whether they qualify for SCHEME, and what is missing.

    It names people, and is recorded in the audit log.
    """
    with state.app():
        from workforce.platform import audit  # noqa: PLC0415 - loads the database
        from workforce.platform.db import db, unit_of_work  # noqa: PLC0415
        from workforce.platform.law_book import law_book  # noqa: PLC0415
        from workforce.subsidies import checking  # noqa: PLC0415
        from workforce.subsidies.schemes import person_scheme  # noqa: PLC0415

        actor, scope = _acting(None, company)
        rows = checking.assess_people(
            db.session(),
            scope,
            person_scheme(scheme),
            PayPeriod.parse_month(first),
            PayPeriod.parse_month(last),
            law_book(),
        )
        with unit_of_work() as session:
            audit.record(
                session,
                actor,
                "subsidy_scheme.read",
                "subsidy_scheme",
                scheme,
                company_id=scope.company_id,
            )
    for one in rows:
        state.say(_assessed(one))


def _assessed(one: Assessed) -> Text:
    label = term(f"subsidy_verdict.{one.verdict}")
    answers = [answer.reason for _, answer in (one.open_answers or one.answers)]
    amount = one.estimate.amount if one.estimate else None
    shown = "" if amount is None else f" {format_fen(amount)}"
    who = f"{one.person.employee_no} {one.person.name}"
    return Text(
        f"{who}：{label.zh}{shown}（{'；'.join(answer.zh for answer in answers)}）",
        f"{who}: {label.en}{shown} ({'; '.join(answer.en for answer in answers)})",
    )


@COMMAND.command(
    "claim",
    epilog="Example: workforce subsidies claim expansion --company QZ --from 2026-08 --to 2026-10",
)
@click.argument("scheme")
@_COMPANY
@_months
@_BY
@pass_state
def claim(state: State, scheme: str, company: str, first: str, last: str, by: str | None) -> None:
    """Make a claim under SCHEME for everybody who qualifies in these months."""
    with state.app():
        from workforce.platform.db import db  # noqa: PLC0415 - loads the database
        from workforce.platform.law_book import law_book  # noqa: PLC0415
        from workforce.subsidies import queries, service  # noqa: PLC0415

        actor, scope = _acting(by, company, Permission.SUBSIDY_PREPARE)
        months = PayPeriod.parse_month(first), PayPeriod.parse_month(last)
        key = service.make(scope, scheme, *months, actor, law_book())
        state.say(_line(queries.claim_row(db.session(), scope, key)))


@COMMAND.command("check", epilog="Example: workforce subsidies check 1 --company QZ")
@click.argument("number", type=int)
@_COMPANY
@_BY
@pass_state
def check(state: State, number: int, company: str, by: str | None) -> None:
    """Check the headcount of claim NUMBER: work, insurance, payment, accounts, double claims.

    Ends with 2 while a finding stops the claim.
    """
    with state.app():
        from workforce.platform.law_book import law_book  # noqa: PLC0415 - loads the database
        from workforce.subsidies import queries, service  # noqa: PLC0415

        actor, scope = _acting(by, company, Permission.SUBSIDY_PREPARE)
        session, key = _claim(scope, number)
        found = service.check(scope, key, actor, law_book())
        for row in queries.finding_rows(session, scope, key):
            state.say(_finding(row))
        state.say(_line(queries.claim_row(session, scope, key)))
    if found.blocking:
        click.get_current_context().exit(EXIT_USER)


def _claim(scope: Scope, number: int) -> tuple[Session, int]:
    from workforce.platform.db import db  # noqa: PLC0415 - loads the database
    from workforce.subsidies import queries  # noqa: PLC0415

    session = db.session()
    return session, queries.claim_id_numbered(session, scope, number)


def _finding(row: FindingRow) -> Text:
    mark = "✗" if row.kind.is_blocking else "!"
    about = " ".join((*row.months, *row.others))
    who = f"{mark} {row.employee_no} {row.name}"
    kind = row.kind
    return Text(
        f"{who}：{kind.label.zh} {about} · {kind.remedy.zh}",
        f"{who}: {kind.label.en} {about} · {kind.remedy.en}",
    )


def _line(row: ClaimRow) -> Text:
    one = row.one
    state = term(f"subsidy_claim_state.{one.state}")
    scheme = term(f"subsidy_scheme.{one.scheme}")
    amount = Text("金额不掌握", "amount not known here")
    if one.amount is not None:
        amount = Text(
            f"估算 {format_fen(one.amount)} 元", f"estimate {format_fen(one.amount)} yuan"
        )
    return Text(
        f"申报 {one.number} {scheme.zh} {one.first_month} 至 {one.last_month}：{state.zh}，"
        f"{one.people} 人，{amount.zh}；必须解决 {one.blocking_count} 处，提醒 {one.warning_count} 处",
        f"Claim {one.number} {scheme.en} {one.first_month} to {one.last_month}: {state.en}, "
        f"{one.people} people, {amount.en}; {one.blocking_count} to be solved, "
        f"{one.warning_count} warnings",
    )


@COMMAND.command("freeze", epilog="Example: workforce subsidies freeze 1 --company QZ --by admin")
@click.argument("number", type=int)
@_COMPANY
@click.option("--note", default="", metavar="TEXT", help="What was found out about warnings.")
@_BY
@pass_state
def freeze(state: State, number: int, company: str, note: str, by: str | None) -> None:
    """Make the checked claim NUMBER final; not by whoever made it."""
    with state.app():
        from workforce.platform.law_book import law_book  # noqa: PLC0415 - loads the database
        from workforce.subsidies import queries, service  # noqa: PLC0415

        actor, scope = _acting(by, company, Permission.SUBSIDY_FREEZE)
        session, key = _claim(scope, number)
        service.freeze(scope, key, note, actor, law_book())
        state.say(_line(queries.claim_row(session, scope, key)))


@COMMAND.command(
    "export", epilog="Example: workforce subsidies export 1 --company QZ --out claim.xlsx"
)
@click.argument("number", type=int)
@_COMPANY
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The xlsx file."
)
@pass_state
def export(state: State, number: int, company: str, out: Path) -> None:
    """Write the frozen claim NUMBER as a spreadsheet to be stamped."""
    with state.app():
        from workforce.platform import audit  # noqa: PLC0415 - loads the database
        from workforce.platform.db import unit_of_work  # noqa: PLC0415
        from workforce.platform.files import PRIVATE, write_bytes  # noqa: PLC0415
        from workforce.subsidies import facts, queries  # noqa: PLC0415
        from workforce.subsidies.sheet import write_claim  # noqa: PLC0415

        actor, scope = _acting(None, company)
        session, key = _claim(scope, number)
        one = queries.claim_row(session, scope, key).one
        name = facts.company_of(session, scope).company_name
        contents = queries.frozen_contents(session, key)
        findings = queries.finding_rows(session, scope, key)
        write_bytes(out, write_claim(one, name, contents, findings, state.locale), mode=PRIVATE)
        company_id = one.company_id
        with unit_of_work() as writing:
            audit.record(
                writing,
                actor,
                "subsidy_claim.export",
                "subsidy_claim",
                key,
                company_id=company_id,
            )
    state.say(str(out))
