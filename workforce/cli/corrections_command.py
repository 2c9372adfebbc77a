"""``workforce corrections``: late facts of approved months, reversing and issuing payslips anew."""

from __future__ import annotations

import datetime as dt
from types import ModuleType

import click

from workforce.cli.support import State, pass_state

_company = click.option("--company", metavar="CODE", required=True, help="The company's code.")
_by = click.option("--by", metavar="ACCOUNT", required=True, help="Login name of who acts.")
_reason = click.option("--reason", metavar="TEXT", required=True, help="Why; people read it.")
_employee = click.option("--employee", metavar="NO", required=True, help="The employee number.")


@click.group("corrections")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Correct what is approved: by late facts, or by a payslip that is reversed and issued anew.

    Nothing of an approved month changes. One person enters or proposes, another one approves.
    """


def _actions() -> ModuleType:
    """Load what needs the database and the engine: not for ``--help``."""
    from workforce.cli import corrections_actions  # noqa: PLC0415

    return corrections_actions


@COMMAND.command(
    "enter",
    epilog="Example: workforce corrections enter shift --company QZ --employee A7 "
    "--set on=2026-10-17 --set shift_act=add --set starts_at=09:00 --set ends_at=17:00 "
    "--reason forgotten --by zhao",
)
@click.argument("kind", metavar="KIND")
@_company
@click.option("--employee", metavar="NO", help="The employee number; not for what is of everybody.")
@click.option("--set", "values", metavar="NAME=VALUE", multiple=True, help="A value of the fact.")
@_reason
@_by
@pass_state
def enter(
    state: State,
    kind: str,
    company: str,
    employee: str | None,
    values: tuple[str, ...],
    reason: str,
    by: str,
) -> None:
    """Enter what was found late of approved months.

    KIND is shift, leave, output, inspection, price, pay_entry, base_pay or hire; the values are
    those of the page's form, by the same names.
    """
    _actions().enter(state, company, by, kind, employee, values, reason)


@COMMAND.command("show", epilog="Example: workforce corrections show 2026-10 --company QZ")
@click.argument("period", metavar="PERIOD")
@_company
@click.option("--by", metavar="ACCOUNT", help="Login name of who looks.")
@pass_state
def show(state: State, period: str, company: str, by: str | None) -> None:
    """List PERIOD's late facts and what they make due, line by line."""
    _actions().show(state, company, by, period)


@COMMAND.command(
    "approve", epilog="Example: workforce corrections approve 2026-10 --company QZ --by qian"
)
@click.argument("period", metavar="PERIOD")
@_company
@_by
@pass_state
def approve(state: State, period: str, company: str, by: str) -> None:
    """Approve PERIOD's late facts; the differences are paid in the next open month."""
    _actions().approve(state, company, by, period)


@COMMAND.command(
    "reverse",
    epilog="Example: workforce corrections reverse 2026-10 --company QZ --employee A7 "
    "--reason 'wrong card' --by zhao",
)
@click.argument("period", metavar="PERIOD")
@_company
@_employee
@_reason
@_by
@pass_state
def reverse(state: State, period: str, company: str, employee: str, reason: str, by: str) -> None:
    """Propose to reverse a person's payslip of PERIOD."""
    _actions().reverse(state, company, by, period, employee, reason)


@COMMAND.command(
    "approve-reversal",
    epilog="Example: workforce corrections approve-reversal 2026-10 --company QZ --employee A7 --by qian",
)
@click.argument("period", metavar="PERIOD")
@_company
@_employee
@_by
@pass_state
def approve_reversal(state: State, period: str, company: str, employee: str, by: str) -> None:
    """Put the reversal of a person's payslip of PERIOD in force."""
    _actions().approve_reversal(state, company, by, period, employee)


@COMMAND.command(
    "reissue",
    epilog="Example: workforce corrections reissue 2026-10 --company QZ --pay-on 2026-11-20 "
    "--reason 'issued anew' --by zhao",
)
@click.argument("period", metavar="PERIOD")
@_company
@click.option("--pay-on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The pay day.")
@_reason
@_by
@pass_state
def reissue(
    state: State, period: str, company: str, pay_on: dt.datetime, reason: str, by: str
) -> None:
    """Order a run that issues all reversed payslips of PERIOD anew."""
    _actions().reissue(state, company, by, period, pay_on.date(), reason)
