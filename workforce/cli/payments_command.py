"""``workforce payments``: batches for the bank, what came of them, and who is still owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from workforce.cli.support import State, VerbGroup, pass_state
from workforce.core.errors import InputError
from workforce.core.money import format_fen, parse_fen
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text, plural

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.payments.service import Made
    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_PAY: Final = Permission.PAYROLL_RUN_PAY
_day = click.DateTime(["%Y-%m-%d"])
_company = click.option("--company", metavar="CODE", required=True, help="The company's code.")
_by = click.option("--by", metavar="ACCOUNT", required=True, help="Login name of who acts.")
_reason = click.option("--reason", required=True, help="Why, in a sentence.")
_STANDINGS: Final = (
    "open",
    "all",
    "failed",
    "held",
    "no_account",
    "not_due",
    "overdue",
    "overpaid",
    "pending",
    "settled",
)
_number = click.argument("number", type=click.IntRange(min=1))


@click.group("payments", cls=VerbGroup)
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Pay people by batches; see who is still owed, and why."""


@contextmanager
def _opened(
    state: State, company: str, by: str | None, permission: Permission
) -> Iterator[tuple[Session, Scope, Actor]]:
    """Open the installation and reach one company as an account (or, by nobody, as the operator)."""
    with state.app():
        from workforce.cli.acting import acting  # noqa: PLC0415 - loads the database
        from workforce.companies import queries as companies  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.platform.scope import Scope  # noqa: PLC0415

        session = db.session()
        actor, reach = acting(session, by, permission)
        known = session.scalars(companies.company_by_code(reach, company)).one_or_none()
        if known is None:
            raise InputError("document.company_unknown", company=company)
        yield session, Scope.company(known.id), actor


@COMMAND.command("list", epilog="Example: workforce payments list --company QZ")
@_company
@pass_state
def list_batches(state: State, company: str) -> None:
    """List the batches, the newest first."""
    with _opened(state, company, None, Permission.PAYSLIP_READ) as (session, scope, _):
        from workforce.cli.tables import print_table  # noqa: PLC0415 - loads rich
        from workforce.payments import queries  # noqa: PLC0415

        heads = [term(f"audit_field.{name}") for name in ("number", "paid_on", "payment_count")]
        heads += [term("audit_field.total_amount"), term("audit_field.state")]
        rows = [
            (
                str(batch.number),
                str(batch.paid_on or batch.pay_on),
                str(batch.payment_count),
                format_fen(batch.total_amount),
                term(f"batch_state.{batch.state}").in_locale(state.locale),
            )
            for batch in session.scalars(queries.batches(scope))
        ]
        print_table(state.locale, heads, rows)


@COMMAND.command("make", epilog="Example: workforce payments make 2026-10 --company QZ --by sun")
@click.argument("period", metavar="PERIOD")
@_company
@_by
@pass_state
def make(state: State, period: str, company: str, by: str) -> None:
    """Make the batch of the approved run of PERIOD (2026-10, 2026-12#1); say whom it leaves out."""
    with _opened(state, company, by, _PAY) as (session, scope, actor):
        from workforce.cli.chosen_runs import chosen_runs  # noqa: PLC0415 - loads the database
        from workforce.payments import service  # noqa: PLC0415
        from workforce.platform.law_book import law_book  # noqa: PLC0415

        (run,) = chosen_runs(session, period, company, everywhere=False)
        _say_made(state, service.make_batch(scope, run.run_id, actor, law_book()))


@COMMAND.command("arrears", epilog="Example: workforce payments arrears --company QZ --by sun")
@_company
@_by
@pass_state
def arrears(state: State, company: str, by: str) -> None:
    """Make a batch of all that paid months still owe and that can be paid now."""
    with _opened(state, company, by, _PAY) as (_, scope, actor):
        from workforce.payments import rules, service  # noqa: PLC0415 - loads the database

        company_id = rules.company_in(scope)
        _say_made(state, service.make_arrears_batch(scope, company_id, actor))


def _say_made(state: State, made: Made) -> None:
    total = format_fen(made.total)
    state.say(
        Text(
            f"发放批 {made.number}：{made.count} 笔，{total} 元",
            f"Payment batch {made.number}: {made.count} {plural(made.count, 'payment', 'payments')}, {total} yuan",
        )
    )
    for part in made.left_out:
        why = term(f"pay_standing.{part.why}")
        amount = format_fen(part.amount)
        state.say(
            Text(
                f"  不在本批：{part.employee_no} {part.name} {amount} {why.zh}",
                f"  not in it: {part.employee_no} {part.name} {amount} {why.en}",
            )
        )


def _on_batch(
    state: State,
    number: int,
    company: str,
    by: str,
    act: Callable[[Scope, int, Actor], object],
) -> None:
    """Act on a company's batch, then say how it stands."""
    with _opened(state, company, by, _PAY) as (session, scope, actor):
        from workforce.payments import queries  # noqa: PLC0415 - loads the database

        batch = session.scalars(queries.batch_numbered(scope, number)).one_or_none()
        if batch is None:
            raise InputError("payments.reply_no_batch", number=number)
        act(scope, batch.id, actor)
        now = session.scalars(queries.batch_numbered(scope, number)).one()
        label = term(f"batch_state.{now.state}")
        state.say(
            Text(
                f"发放批 {number}：{label.zh}，{format_fen(now.total_amount)} 元",
                f"Payment batch {number}: {label.en}, {format_fen(now.total_amount)} yuan",
            )
        )


@COMMAND.command(
    "confirm",
    epilog="Example: workforce payments confirm 3 --company QZ --on 2026-11-13 --total 19881.80 "
    "--reference 'ICBC 7781' --by sun",
)
@_number
@_company
@_by
@click.option("--on", "paid_on", type=_day, required=True, help="The day of payment.")
@click.option("--total", required=True, help="How much left the account, in yuan.")
@click.option("--reference", required=True, help="The bank's reference or the voucher's number.")
@pass_state
def confirm(
    state: State,
    number: int,
    company: str,
    by: str,
    paid_on: dt.datetime,
    total: str,
    reference: str,
) -> None:
    """Record that the bank has paid batch NUMBER, to the fen."""
    amount = parse_fen(total)

    def act(scope: Scope, batch_id: int, actor: Actor) -> None:
        from workforce.payments import service  # noqa: PLC0415 - loads the database
        from workforce.payroll.service import Payment  # noqa: PLC0415

        payment = Payment(paid_on=paid_on.date(), amount=amount, reference=reference)
        service.confirm_batch(scope, batch_id, payment, actor)

    _on_batch(state, number, company, by, act)


@COMMAND.command(
    "cancel",
    epilog="Example: workforce payments cancel 3 --company QZ --reason 'system down' --by sun",
)
@_number
@_company
@_by
@_reason
@pass_state
def cancel(state: State, number: int, company: str, by: str, reason: str) -> None:
    """Cancel batch NUMBER, which the bank has not paid."""

    def act(scope: Scope, batch_id: int, actor: Actor) -> None:
        from workforce.payments import service  # noqa: PLC0415 - loads the database

        service.cancel_batch(scope, batch_id, reason, actor)

    _on_batch(state, number, company, by, act)


@COMMAND.command(
    "hold",
    epilog="Example: workforce payments hold A0003 --company QZ --reason 'account frozen' --by sun",
)
@click.argument("employee_no", metavar="NUMBER")
@_company
@_by
@_reason
@pass_state
def hold(state: State, employee_no: str, company: str, by: str, reason: str) -> None:
    """Hold back the pay of employee NUMBER from now on."""
    with _opened(state, company, by, _PAY) as (session, scope, actor):
        from workforce.payments import holding  # noqa: PLC0415 - loads the database

        person = _person(session, scope, employee_no)
        holding.hold_pay(scope, person.employment_id, reason, actor)
        state.say(
            Text(f"{employee_no} {person.name}：已暂缓发放", f"{employee_no}: pay is held back")
        )


@COMMAND.command(
    "release",
    epilog="Example: workforce payments release A0003 --company QZ --reason 'account works' --by sun",
)
@click.argument("employee_no", metavar="NUMBER")
@_company
@_by
@_reason
@pass_state
def release(state: State, employee_no: str, company: str, by: str, reason: str) -> None:
    """Release the pay of employee NUMBER; a batch of arrears then pays what is owed."""
    with _opened(state, company, by, _PAY) as (session, scope, actor):
        from workforce.payments import holding, queries  # noqa: PLC0415 - loads the database

        person = _person(session, scope, employee_no)
        known = session.execute(queries.holds(scope, person.employment_id)).first()
        if known is None or known.released_at is not None:
            raise InputError("payments.not_held", employee_no=employee_no)
        holding.release_pay(scope, known.id, reason, actor)
        state.say(
            Text(f"{employee_no} {person.name}：已解除暂缓", f"{employee_no}: pay is released")
        )


def _person(session: Session, scope: Scope, employee_no: str) -> Any:
    from sqlalchemy import select  # noqa: PLC0415 - loads the database

    from workforce.people import queries as people  # noqa: PLC0415

    payee = people.payees(scope).subquery()
    found = session.execute(select(payee).where(payee.c.employee_no == employee_no)).one_or_none()
    if found is None:
        raise InputError("employment.unknown", employee_no=employee_no)
    return found


@COMMAND.command(
    "ledger",
    epilog="Example: workforce payments ledger --company QZ; "
    "workforce payments ledger --company QZ --span 2026-10 --why all --out ledger.xlsx",
)
@_company
@click.option("--span", metavar="YEAR|PERIOD|all", default="all", help="Default: all years.")
@click.option(
    "--why",
    type=click.Choice(_STANDINGS),
    default="open",
    show_default=True,
    help="Only these; open: what somebody must see to.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A spreadsheet.")
@pass_state
def show_ledger(state: State, company: str, span: str, why: str, out: Path | None) -> None:
    """Say what is due, paid and owed, by person and month."""
    with _opened(state, company, None, Permission.PAYSLIP_READ) as (session, scope, actor):
        from workforce.cli.tables import print_table  # noqa: PLC0415 - loads rich
        from workforce.payments import ledger, rules  # noqa: PLC0415
        from workforce.platform import audit, clock  # noqa: PLC0415
        from workforce.platform.db import unit_of_work  # noqa: PLC0415
        from workforce.platform.files import write_bytes  # noqa: PLC0415

        known = ledger.decided_periods(session, scope)
        wanted, today = ledger.Wanted(span=span, why=why), clock.today()
        sums = ledger.wanted_sums(session, scope, wanted, known, today)
        rows = ledger.ledger_rows(session, scope, wanted, known, today)
        company_id = rules.company_in(scope)
        with unit_of_work() as writing:
            audit.record(
                writing, actor, "arrears.read", "company", company_id, company_id=company_id
            )
        if out is not None:
            content = ledger.workbook(
                rows, sums, company=company, created=clock.now(), locale=state.locale
            )
            write_bytes(out, content)
            state.say(str(out))
            return
        names = ("employee_no", "name", "period", "due", "paid", "owed", "overpaid", "standing")
        labels = ledger.labels()
        money = {"due", "paid", "owed", "overpaid"}
        cells = [ledger.cells(row, state.locale) for row in rows]
        print_table(
            state.locale,
            [labels[name] for name in names],
            [
                tuple(format_fen(one[name]) if name in money else str(one[name]) for name in names)  # type: ignore[arg-type]  # fen
                for one in cells
            ],
        )
        state.say(
            Text(
                f"应发 {format_fen(sums.due)}，已付 {format_fen(sums.paid)}，"
                f"未付 {format_fen(sums.owed)}，多付 {format_fen(sums.overpaid)}",
                f"due {format_fen(sums.due)}, paid {format_fen(sums.paid)}, "
                f"owed {format_fen(sums.owed)}, paid too much {format_fen(sums.overpaid)}",
            )
        )
