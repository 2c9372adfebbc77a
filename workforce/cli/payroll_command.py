"""``workforce payroll``: run a month, look at it, verify it, and take it to its close."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

import click

from workforce.cli.support import State, pass_state

Function = TypeVar("Function", bound=Callable[..., Any])


@click.group("payroll")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Compute a month's pay and take it through review, approval and close.

    Whoever makes a run neither reviews nor approves it. A run made without --by has no named
    maker: then two different accounts review and approve it.
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
    """Approve a reviewed run; refused if anything it was made from has changed."""
    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    _actions().act(state, choice, "approve")


@COMMAND.command("close", epilog="Example: workforce payroll close 2026-10 --company QZ --by sun")
@_chosen
@_by_whom
@pass_state
def close(state: State, period: str, company: str | None, by: str, *, everywhere: bool) -> None:
    """Close the month of an approved run: imports cannot change it any more."""
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
    """Give a reviewed or approved run back to its maker, who can run it again."""
    choice = _actions().Choice.of(period, company, everywhere=everywhere, by=by)
    _actions().act(state, choice, "return", reason)
