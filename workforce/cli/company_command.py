"""``workforce company``: bring companies, their teams, task types and pay policies into the system."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.cli.text_files import load_text
from workforce.core.errors import DomainError
from workforce.core.permissions import Permission
from workforce.core.text import Text


@click.group("company")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Set up companies: their teams, task types and agreed pay rules."""


@COMMAND.command("apply", epilog="Example: workforce company apply docs/company-example.yaml")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")
@pass_state
def apply(state: State, file: Path, by: str | None) -> None:
    """Bring a company to what FILE says; safe to repeat, refused as a whole if a field is wrong."""
    from workforce.cli.acting import acting  # noqa: PLC0415 - loads Flask
    from workforce.imports.company_file import apply_company_file  # noqa: PLC0415
    from workforce.platform.db import unit_of_work  # noqa: PLC0415

    try:
        content = load_text(file)
        with state.app(), unit_of_work() as session:
            actor, _ = acting(session, by, Permission.ACCOUNT_MANAGE)
            said = apply_company_file(session, actor, content)
    except DomainError as error:
        raise error.at(str(file)) from None
    for line in said or [Text("没有变化", "Nothing changed")]:
        state.say(line)


@COMMAND.command("list", epilog="Example: workforce company list")
@pass_state
def list_companies(state: State) -> None:
    """List the companies and their teams."""
    from workforce.companies import queries  # noqa: PLC0415 - loads Flask
    from workforce.platform.db import db  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    with state.app():
        scope = Scope.base()
        teams = list(db.session.scalars(queries.teams(scope)))
        for company in db.session.scalars(queries.companies(scope)):
            own = "、".join(f"{t.code} {t.name}" for t in teams if t.company_id == company.id)
            state.say(f"{company.code}  {company.name}  {company.credit_code}  {own}")


@COMMAND.command("show", epilog="Example: workforce company show KM --yaml > KM.yaml")
@click.argument("code", metavar="CODE")
@click.option("--yaml", "is_yaml", is_flag=True, help="As a file that company apply reads back.")
@pass_state
def show(state: State, code: str, *, is_yaml: bool) -> None:
    """Show company CODE: its teams and its pay policies over time."""
    import yaml  # noqa: PLC0415 - needed for one of two forms

    from workforce.imports.company_file import company_content  # noqa: PLC0415 - loads Flask
    from workforce.platform.db import db  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    with state.app():
        content = company_content(db.session(), Scope.base(), code)
    if is_yaml:
        state.say(yaml.safe_dump(content, allow_unicode=True, sort_keys=False).rstrip())
        return
    company = content["company"]
    state.say(
        f"{company['code']}  {company['name']}  {company['credit_code']}  {company['region']}"
    )
    for team in content["teams"]:
        state.say(f"  {team['code']}  {team['name']}")
    for policy in content["policies"]:
        terms = ", ".join(f"{key} {value}" for key, value in policy.items() if _is_agreed(value))
        state.say(f"  {terms}")


def _is_agreed(value: object) -> bool:
    """Tell whether a term of a policy is worth a word: what is not paid is not."""
    return bool(value) and value != "0.00" and not isinstance(value, list)
