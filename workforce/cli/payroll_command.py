"""``workforce payroll``: run a month, look at it, verify it, and take it to its close."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import click

from workforce.cli.support import State, pass_state

Function = TypeVar("Function", bound=Callable[..., Any])


@click.group("payroll")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Compute a month's pay and take it through review, approval, payment and close.

    Whoever makes a run neither reviews nor approves it. A run made without --by has no named
    maker: then two different accounts review and approve it. PERIOD is a month, a half of one
    (2026-10-H1), or a run ordered beside the regular one (2026-12#1).
    """


def _chosen(function: Function) -> Function:
    """Take the month, and one company or all."""
    function = click.option("--all", "everywhere", is_flag=True, help="Every company in reach.")(
        function
    )
    function = click.option("--company", metavar="CODE", help="The company's code.")(function)
    return click.argument("period", metavar="PERIOD")(function)


_by = click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")
_by_whom = click.option("--by", metavar="ACCOUNT", required=True, help="Login name of who acts.")


def _actions() -> ModuleType:
    """Load what needs the database and the engine: not for ``--help``."""
    from workforce.cli import payroll_actions  # noqa: PLC0415

    return payroll_actions


@COMMAND.command("run", epilog="Example: workforce payroll run 2026-10 --company QZ --by zhao")
@_chosen
@click.option("--preview", is_flag=True, help="Compute and show, write nothing.")
@_by
@pass_state
def run(
    state: State,
    period: str,
    company: str | None,
    by: str | None,
    *,
    everywhere: bool,
    preview: bool,
) -> None:
    """Compute the pay of PERIOD (2026-10); an unapproved run is replaced.

    2026-10-H1 and 2026-10-H2 are the halves of a month: they pay the part-time people who are paid
    by half months, and the month pays all others.

    A person who cannot be computed is listed with the reason and loses nobody else's pay; such a
    run stays a draft. Exits with 2 if a company could not be computed at all.
    """
    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    _actions().run(state, choice, preview=preview)


@COMMAND.command(
    "show", epilog="Example: workforce payroll show 2026-10 --company QZ --employee A7"
)
@_chosen
@click.option("--employee", metavar="NO", help="Show this payslip's lines and why they are so.")
@click.option("--notes", is_flag=True, help="Show the remarks on payslips, person by person.")
@pass_state
def show(
    state: State,
    period: str,
    company: str | None,
    employee: str | None,
    *,
    everywhere: bool,
    notes: bool,
) -> None:
    """Show the runs of PERIOD: state, totals, hashes, payslips, faults, adjustments and remarks."""
    choice = _actions().Choice.of(period, company, everywhere=everywhere)
    _actions().show(state, choice, employee, notes=notes)


@COMMAND.command("verify", epilog="Example: workforce payroll verify 2026-10 --all")
@_chosen
@pass_state
def verify(state: State, period: str, company: str | None, *, everywhere: bool) -> None:
    """Compute the stored runs of PERIOD again and compare them bit by bit.

    Names every difference and exits with 1 if there is one.
    """
    choice = _actions().Choice.of(period, company, everywhere=everywhere)
    _actions().verify(state, choice)


@COMMAND.command(
    "audit-pack",
    epilog="Example: workforce payroll audit-pack 2026-10 --company QZ --receiver 'Labour bureau' "
    "--out pack.zip",
)
@click.argument("period", metavar="PERIOD")
@click.option("--company", metavar="CODE", required=True, help="The company's code.")
@click.option(
    "--receiver",
    metavar="NAME",
    default="own file",
    show_default=True,
    help="To whom it is handed; kept in it.",
)
@click.option(
    "--identity",
    type=click.Choice(["masked", "keyed", "full"]),
    default="masked",
    show_default=True,
    help="Who people are: number and initial, a keyed number, or name and ID number.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The archive to write.",
)
@_by
@pass_state
def audit_pack(
    state: State,
    period: str,
    company: str,
    receiver: str,
    identity: str,
    out: Path,
    by: str | None,
) -> None:
    """Write the approved run of PERIOD (2026-10, 2026-12#1) as an archive that anybody can recompute.

    It holds the facts, the law, the payslips and a checker that needs nothing but Python:
    unpack it and run python3 check.py.
    """
    from workforce.cli import payroll_pack  # noqa: PLC0415 - loads the database

    choice = _actions().Choice.of(period, company, everywhere=False, by=by)
    payroll_pack.audit_pack(state, choice, identity, receiver, out)


@COMMAND.command("variances", epilog="Example: workforce payroll variances 2026-10 --company QZ")
@_chosen
@pass_state
def variances(state: State, period: str, company: str | None, *, everywhere: bool) -> None:
    """List what is out of the ordinary in the runs of PERIOD, and who has looked at it.

    Against the month before: new and gone people, large changes, other prices and contribution
    bases; by itself: no pay, less than nothing, raised to the minimum wage.
    """
    choice = _actions().Choice.of(period, company, everywhere=everywhere)
    _actions().variances(state, choice)


@COMMAND.command(
    "tick", epilog="Example: workforce payroll tick 2026-10 --company QZ --kind new --by qian"
)
@_chosen
@_by_whom
@click.option(
    "--kind",
    type=click.Choice(["negative", "zero", "large", "new", "gone", "floor", "price", "base"]),
    help="Only this kind; default: all.",
)
@click.option("--note", default="", help="What was found; it is kept with each.")
@pass_state
def tick(
    state: State,
    period: str,
    company: str | None,
    by: str,
    kind: str | None,
    note: str,
    *,
    everywhere: bool,
) -> None:
    """Say that the variances of PERIOD were looked at, by somebody else than the run's maker.

    A run is reviewed when all are ticked. Calculating again voids the ticks of what it changed.
    """
    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    _actions().tick(state, choice, kind, note)


@COMMAND.command(
    "review", epilog="Example: workforce payroll review 2026-10 --company QZ --by qian"
)
@_chosen
@_by_whom
@pass_state
def review(state: State, period: str, company: str | None, by: str, *, everywhere: bool) -> None:
    """Mark a calculated run as reviewed."""
    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    _actions().act(state, choice, "review")


@COMMAND.command(
    "approve", epilog="Example: workforce payroll approve 2026-10 --company QZ --by sun"
)
@_chosen
@_by_whom
@pass_state
def approve(state: State, period: str, company: str | None, by: str, *, everywhere: bool) -> None:
    """Approve a reviewed run; refused if anything it was made from has changed.

    From now on imports cannot change the month any more.
    """
    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    _actions().act(state, choice, "approve")


@COMMAND.command(
    "pay",
    epilog="Example: workforce payroll pay 2026-10 --company QZ --on 2026-11-13 "
    "--total 19881.80 --reference 'ICBC 7781' --by sun",
)
@click.argument("period", metavar="PERIOD")
@click.option("--company", metavar="CODE", required=True, help="The company's code.")
@_by_whom
@click.option(
    "--on",
    "paid_on",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The day on which the money left the account.",
)
@click.option("--total", required=True, help="How much left the account, in yuan.")
@click.option("--reference", required=True, help="The bank's reference or the voucher's number.")
@pass_state
def pay(
    state: State,
    period: str,
    company: str,
    by: str,
    paid_on: dt.datetime,
    total: str,
    reference: str,
) -> None:
    """Record that the approved run of PERIOD was paid: all of it, to the fen."""
    choice = _actions().Choice.of(period, company, everywhere=False, by=by)
    _actions().pay(state, choice, paid_on.date(), total, reference)


@COMMAND.command(
    "publish", epilog="Example: workforce payroll publish 2026-10 --company QZ --by zhao"
)
@_chosen
@_by_whom
@click.option("--no-mail", is_flag=True, help="Show payslips on people's pages only.")
@pass_state
def publish(
    state: State, period: str, company: str | None, by: str, *, everywhere: bool, no_mail: bool
) -> None:
    """Show the payslips of the approved run of PERIOD to their people, once; mail them, too.

    Until then nobody sees the own payslip. A published run cannot be returned. The worker sends the
    mails, where the installation has a mail server.
    """
    from workforce.cli import delivery_actions  # noqa: PLC0415

    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    delivery_actions.publish(state, choice, with_mail=not no_mail)


@COMMAND.command("close", epilog="Example: workforce payroll close 2026-10 --company QZ --by sun")
@_chosen
@_by_whom
@pass_state
def close(state: State, period: str, company: str | None, by: str, *, everywhere: bool) -> None:
    """Close the month of a paid run: nothing of it changes any more."""
    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    _actions().act(state, choice, "close")


@COMMAND.command(
    "return",
    epilog="Example: workforce payroll return 2026-10 --company QZ --by sun --reason 'b9 recounted'",
)
@_chosen
@_by_whom
@click.option("--reason", required=True, help="Why; it is kept in the audit.")
@pass_state
def give_back(
    state: State, period: str, company: str | None, by: str, reason: str, *, everywhere: bool
) -> None:
    """Give a reviewed run back to its maker, who can run it again.

    An approved one needs two people (``reopen``); a paid run cannot be returned.
    """
    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    _actions().act(state, choice, "return", reason)


@COMMAND.command(
    "reopen",
    epilog="Example: workforce payroll reopen 2026-10 --company QZ --by sun --reason 'b9 recounted'",
)
@_chosen
@_by_whom
@click.option("--reason", help="Why, when asking; it is kept in the audit.")
@click.option("--grant", "answer", flag_value="grant", help="Grant what another person asked.")
@click.option("--refuse", "answer", flag_value="refuse", help="Refuse it, or take it back.")
@pass_state
def reopen(
    state: State,
    period: str,
    company: str | None,
    by: str,
    reason: str | None,
    answer: str | None,
    *,
    everywhere: bool,
) -> None:
    """Open an approved run again before it is paid: one person asks, another one grants.

    The run then goes back to its maker, and the month is open for imports again.
    """
    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    _actions().reopen(state, choice, reason or "", answer)


@COMMAND.group("order")
def order() -> None:
    """Order runs beside the regular one: a bonus, or another payment of named amounts.

    An order gives its run the name PERIOD#NUMBER, by which the other verbs take it on.
    """


def _orders() -> ModuleType:
    """Load what orders need: not for ``--help``."""
    from workforce.cli import payroll_order  # noqa: PLC0415

    return payroll_order


_company = click.option("--company", metavar="CODE", required=True, help="The company's code.")
_reason = click.option("--reason", required=True, help="Why; it is kept with the order.")
_pay_on = click.option(
    "--pay-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of payment; default: today.",
)


@order.command(
    "new",
    epilog="Example: workforce payroll order new 2026-12 --company QZ --title Bonus "
    "--reason 'Board decision' --lines bonus.csv --by zhao",
)
@click.argument("period", metavar="PERIOD")
@_company
@click.option(
    "--purpose",
    type=click.Choice(["bonus", "other"]),
    default="bonus",
    show_default=True,
    help="What it is for.",
)
@click.option("--title", required=True, help="Its title, once in a period.")
@_reason
@_pay_on
@click.option(
    "--lines",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Text file: employee number, item and amount on each line.",
)
@_by_whom
@pass_state
def order_new(
    state: State,
    period: str,
    company: str,
    purpose: str,
    title: str,
    reason: str,
    pay_on: dt.datetime | None,
    lines: Path,
    by: str,
) -> None:
    """Order a run of PERIOD for the people and amounts of a file."""
    choice = _actions().Choice.of(period, company, everywhere=False, by=by)
    day = None if pay_on is None else pay_on.date()
    _orders().new(state, choice, purpose, title, reason, day, lines)


@order.command("list", epilog="Example: workforce payroll order list 2026-12 --company QZ")
@click.argument("period", metavar="PERIOD")
@_company
@pass_state
def order_list(state: State, period: str, company: str) -> None:
    """List what is ordered for PERIOD."""
    _orders().listing(state, _actions().Choice.of(period, company, everywhere=False))


@order.command(
    "withdraw",
    epilog="Example: workforce payroll order withdraw 2026-12#1 --company QZ --reason 'wrong list' "
    "--by zhao",
)
@click.argument("period", metavar="PERIOD#NUMBER")
@_company
@_reason
@_by_whom
@pass_state
def order_withdraw(state: State, period: str, company: str, reason: str, by: str) -> None:
    """Take an order back, with its run; an approved one stands."""
    choice = _actions().Choice.of(period, company, everywhere=False, by=by)
    _orders().withdraw(state, choice, reason)


@COMMAND.command(
    "final-pay",
    epilog="Example: workforce payroll final-pay 2026-11 A7 --company QZ --severance-wage 6000 "
    "--reason 'agreement of 12 November' --by zhao",
)
@click.argument("period", metavar="PERIOD")
@click.argument("employee", metavar="NO")
@_company
@_reason
@_pay_on
@click.option("--leave-days", type=int, help="Days of leave paid out; default: what is left.")
@click.option("--severance-wage", metavar="YUAN", help="Average wage by which severance is due.")
@click.option("--severance-agreed", metavar="YUAN", help="What both agreed on instead.")
@_by_whom
@pass_state
def final_pay(
    state: State,
    period: str,
    employee: str,
    company: str,
    reason: str,
    pay_on: dt.datetime | None,
    leave_days: int | None,
    severance_wage: str | None,
    severance_agreed: str | None,
    by: str,
) -> None:
    """Order the final pay of employee NO, who leaves in PERIOD: the whole month, at once."""
    choice = _actions().Choice.of(period, company, everywhere=False, by=by)
    day = None if pay_on is None else pay_on.date()
    figures = (leave_days, severance_wage, severance_agreed)
    _orders().settle(state, choice, employee, reason, day, figures)


@COMMAND.command("bases", epilog="Example: workforce payroll bases 2026-01 --company QZ --by zhao")
@click.argument("period", metavar="SINCE")
@_company
@click.option(
    "--lines",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Text file: employee number and base in yuan, where another than the average is declared.",
)
@click.option(
    "--apply", "is_applied", is_flag=True, help="Store it; without it nothing is written."
)
@_by_whom
@pass_state
def bases(
    state: State, period: str, company: str, lines: Path | None, by: str, *, is_applied: bool
) -> None:
    """Declare last year's average wages as insurance bases from the month SINCE on.

    They hold from the next open month; what the months since SINCE were charged otherwise is settled
    with it. Prints who changes and by how much.
    """
    choice = _actions().Choice.of(period, company, everywhere=False, by=by)
    _orders().bases(state, choice, lines, is_applied=is_applied)
