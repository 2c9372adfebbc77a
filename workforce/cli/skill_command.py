"""``workforce skill``: who holds which certificate, and which tasks of a company need one."""

from __future__ import annotations

import datetime as dt

import click

from workforce.cli.support import State, pass_state
from workforce.cli.tables import print_table
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text

_COMPANY = click.option("--company", metavar="CODE", required=True, help="The company's code.")
_BY = click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")
_HEAD = (
    Text("工号", "Number"),
    Text("姓名", "Name"),
    Text("最高等级", "Highest level"),
    Text("能做的任务", "Opens"),
    Text("最早到期", "First to end"),
)


@click.group("skill")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """List skill certificates, and say which tasks need one."""


@COMMAND.command("list", epilog="Example: workforce skill list --company QZ --show expiring")
@_COMPANY
@click.option(
    "--show",
    type=click.Choice(["all", "expiring", "without"]),
    default="all",
    show_default=True,
    help="Everybody, whose certificate ends within 60 days, or who has no valid one.",
)
@_BY
@pass_state
def list_people(state: State, company: str, show: str, by: str | None) -> None:
    """List the people of a company with the certificates that are valid today."""
    with state.app():
        # The slices take a second to load.
        from workforce.cli.acting import acting  # noqa: PLC0415
        from workforce.companies.service import company_named  # noqa: PLC0415
        from workforce.platform import clock  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.platform.scope import Scope  # noqa: PLC0415
        from workforce.training import certificate_queries as queries  # noqa: PLC0415

        session, today = db.session(), clock.today()
        _actor, reach = acting(session, by, Permission.SKILL_CERTIFICATE_READ)
        scope = Scope.company(company_named(session, reach, company).id)
        rows = session.execute(queries.holders(scope, today, show)).all()
        found = queries.with_papers(session, scope, rows, today)

    print_table(
        state.locale,
        _HEAD,
        [
            (
                one.employee_no,
                one.name,
                "—"
                if one.level is None
                else term(f"skill_level.{one.level}").in_locale(state.locale),
                "、".join(text.in_locale(state.locale) for text in one.opens) or "—",
                str(one.ends_on or "—"),
            )
            for one in found
        ],
    )


@COMMAND.command(
    "rule", epilog="Example: workforce skill rule bbox_2d blocks --from 2026-12-01 --company QZ"
)
@click.argument("task_type", metavar="TASK")
@click.argument("effect", type=click.Choice(["blocks", "warns", "none"]))
@click.option(
    "--from",
    "valid_from",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The first day of work on which it holds.",
)
@_COMPANY
@_BY
@pass_state
def set_rule(
    state: State, task_type: str, effect: str, valid_from: dt.datetime, company: str, by: str | None
) -> None:
    """Say whether TASK needs a certificate: output is refused without one, only warned of, or none is needed."""
    with state.app():
        from workforce.certification import service  # noqa: PLC0415
        from workforce.cli.acting import acting  # noqa: PLC0415
        from workforce.companies.service import company_named  # noqa: PLC0415
        from workforce.platform.db import unit_of_work  # noqa: PLC0415
        from workforce.production.service import task_type_named  # noqa: PLC0415

        with unit_of_work() as session:
            actor, reach = acting(session, by, Permission.SKILL_RULE_SET)
            is_new = service.set_requirement(
                session,
                actor,
                company_named(session, reach, company).id,
                task_type_named(session, task_type).id,
                None if effect == "none" else effect,
                valid_from.date(),
            )
    state.say(Text("已保存", "Saved") if is_new else Text("没有变化", "No change"))
