"""``workforce account``: who may sign in, as what, for which company."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from workforce.cli.support import State, pass_state
from workforce.core.errors import InputError, NotFoundError
from workforce.core.permissions import Role
from workforce.core.terms import term
from workforce.core.text import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Result = TypeVar("Result")


@click.group("account")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Make and list the accounts with which people sign in, and help those who cannot."""


@COMMAND.command(
    "add", epilog="Example: workforce account add zhao --name 赵敏 --role finance --company KM"
)
@click.argument("login_name")
@click.option("--name", required=True, help="The name shown on pages.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--company", metavar="CODE", help="The company of the account.")
@click.option("--employee", metavar="NO", help="Employee number of an annotator in --company.")
@click.option("--team", "teams", metavar="CODE", multiple=True, help="Team a supervisor leads.")
@click.option(
    "--from",
    "leads_from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day of leading; default: today.",
)
@pass_state
def add(
    state: State,
    login_name: str,
    name: str,
    role: str,
    company: str | None,
    employee: str | None,
    teams: tuple[str, ...],
    leads_from: dt.datetime | None,
) -> None:
    """Make an account and print its password once.

    An annotator's account belongs to the person behind an employee number and sees that person's own
    records, of whatever company. A supervisor sees the teams led, nobody's pay.
    """
    from workforce.accounts.passwords import one_time_password  # noqa: PLC0415 - loads Flask
    from workforce.accounts.service import create_account  # noqa: PLC0415
    from workforce.companies.service import company_named  # noqa: PLC0415
    from workforce.people.queries import person_of_employee  # noqa: PLC0415
    from workforce.platform import clock  # noqa: PLC0415
    from workforce.platform.db import unit_of_work  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    if employee and not company:
        raise InputError("account.employee_company")
    password = one_time_password()
    with state.app(), unit_of_work() as session:
        owner = company_named(session, Scope.base(), company) if company else None
        person_id = None
        if owner is not None and employee:
            person_id = session.scalar(person_of_employee(Scope.company(owner.id), employee))
            if person_id is None:
                raise NotFoundError("employment.unknown", employee_no=employee)
        account = create_account(
            session,
            login_name=login_name,
            display_name=name,
            password=password,
            role=Role(role),
            company_id=None if owner is None or role == Role.ANNOTATOR else owner.id,
            person_id=person_id,
            is_one_time=True,
        )
        if owner is not None and teams:
            since = leads_from.date() if leads_from else clock.today()
            _lead(session, owner.id, teams, account.id, since)
    state.say(
        Text(
            f"账号 {login_name} 已建立，密码 {password}（只显示这一次，首次登录时必须修改）",
            f"Account {login_name} made, password {password} "
            "(shown only this once, to be changed at the first sign-in)",
        )
    )


def _lead(
    session: Session, company_id: int, codes: Sequence[str], account_id: int, since: dt.date
) -> None:
    """Let an account lead teams of its company."""
    from workforce.companies import queries, service  # noqa: PLC0415 - loads Flask
    from workforce.platform import audit  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    known = {team.code: team for team in session.scalars(queries.teams(Scope.company(company_id)))}
    for code in codes:
        if code not in known:
            raise InputError("team.unknown", code=code)
        service.set_leader(
            session, audit.CLI, team=known[code], account_id=account_id, valid_from=since
        )


@COMMAND.command("list", epilog="Example: workforce account list")
@pass_state
def list_accounts(state: State) -> None:
    """List the accounts, their roles and companies."""
    from workforce.accounts.queries import accounts  # noqa: PLC0415 - loads Flask
    from workforce.companies.queries import companies  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    with state.app():
        codes = {each.id: each.code for each in db.session.scalars(companies(Scope.base()))}
        for account in db.session.scalars(accounts()):
            role = term(f"role.{account.role}").in_locale(state.locale)
            company = codes.get(account.company_id or 0, "-")
            state.say(f"{account.login_name}  {account.display_name}  {role}  {company}")


@COMMAND.command("reset", epilog="Example: workforce account reset zhao")
@click.argument("login_name")
@pass_state
def reset(state: State, login_name: str) -> None:
    """Give an account a one-time password, print it once, and end its sessions and lock."""
    from workforce.accounts.service import reset_password  # noqa: PLC0415 - loads Flask

    password = _act(state, login_name, reset_password)
    state.say(
        Text(
            f"账号 {login_name} 的新密码 {password}（只显示这一次，首次登录时必须修改）",
            f"Account {login_name} has the new password {password} "
            "(shown only this once, to be changed at the first sign-in)",
        )
    )


@COMMAND.command("unlock", epilog="Example: workforce account unlock zhao")
@click.argument("login_name")
@pass_state
def unlock(state: State, login_name: str) -> None:
    """End the lock that wrong passwords have brought."""
    from workforce.accounts.service import unlock  # noqa: PLC0415 - loads Flask

    _act(state, login_name, unlock)
    state.say(Text(f"账号 {login_name} 没有锁定", f"Account {login_name} is not locked"))


@COMMAND.command(
    "reset-authenticator", epilog="Example: workforce account reset-authenticator zhao"
)
@click.argument("login_name")
@pass_state
def reset_authenticator(state: State, login_name: str) -> None:
    """Take a lost authenticator app from an account; the next sign-in binds another."""
    from workforce.accounts.service import reset_second_factor  # noqa: PLC0415 - loads Flask

    _act(state, login_name, reset_second_factor)
    state.say(
        Text(f"账号 {login_name} 没有绑定验证器", f"Account {login_name} has no authenticator now")
    )


@COMMAND.command("off", epilog="Example: workforce account off zhao")
@click.argument("login_name")
@pass_state
def off(state: State, login_name: str) -> None:
    """Let an account sign in no more and end its sessions; what it did stays on record."""
    from workforce.accounts.service import switch_off  # noqa: PLC0415 - loads Flask

    _act(state, login_name, switch_off)
    state.say(Text(f"账号 {login_name} 已停用", f"Account {login_name} is switched off"))


@COMMAND.command("on", epilog="Example: workforce account on zhao")
@click.argument("login_name")
@pass_state
def on(state: State, login_name: str) -> None:
    """Let a switched-off account sign in again."""
    from workforce.accounts.service import switch_on  # noqa: PLC0415 - loads Flask

    _act(state, login_name, switch_on)
    state.say(Text(f"账号 {login_name} 已启用", f"Account {login_name} is switched on"))


def _act(state: State, login_name: str, act: Callable[..., Result]) -> Result:
    """Do something to a named account, as the command line, in one unit of work."""
    from workforce.accounts.queries import account_named  # noqa: PLC0415 - loads Flask
    from workforce.accounts.service import COMMAND_LINE  # noqa: PLC0415
    from workforce.platform.db import unit_of_work  # noqa: PLC0415

    with state.app(), unit_of_work() as session:
        return act(session, COMMAND_LINE, account_named(session, login_name, also_off=True))
