"""``workforce demo``: made-up companies, their files, three months of pay, documents, a report."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from workforce.cli.init_command import initialise
from workforce.cli.progress import progress
from workforce.cli.support import State, pass_state
from workforce.config import default_instance
from workforce.core.errors import InputError
from workforce.core.law import LawBook
from workforce.core.terms import term
from workforce.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from workforce.demo.telling import Tale


@click.command("demo", epilog="Example: workforce --instance /tmp/demo demo --size small")
@click.option(
    "--size",
    type=click.Choice(["small", "base", "county", "load"]),
    default="small",
    show_default=True,
    help="small: 3 companies of 40 people and their files, August to October 2026. "
    "base: 35 companies of 100 people, the same months, without files. "
    "county: 35 companies inside and 60 outside over four years: their returns, then half a year of "
    "pay of 4 400 people (some minutes). "
    "load: for measuring, 10 000 people in 50 companies, two years to October 2026 (26 million output "
    "records; a quarter of an hour and 10 GB of disk).",
)
@click.option(
    "--no-serve", is_flag=True, help="Accepted for scripts: the demo never serves, it ends."
)
@pass_state
def COMMAND(state: State, size: str, *, no_serve: bool) -> None:  # noqa: N802 - for the registry
    """Make made-up data, compute every month of it and write the documents.

    Everything lies in the instance folder. Run again, it changes nothing that is there already.
    """
    del no_serve
    settings = initialise(state)
    from workforce.demo import telling  # noqa: PLC0415 - loads Flask and ReportLab

    book = LawBook.load(settings.law_overlays)
    tale, companies = _tale(size, settings.instance, book)
    with state.app():
        _refuse_real_data(companies)
        telling.note_accounts(settings.instance, tale.told_at)
        weights = sum(step.weight for step in tale.steps())
        with progress(tale.title, total=weights) as advance:
            for step in telling.tell(tale):
                advance(step.weight)
    say = state.say
    say(Text("\n做出来的东西：", "\nWhat was made:"))
    if size == "small":
        say(
            Text(
                f"  企业自己的文件   {settings.instance / 'demo'}",
                f"  companies' files   {settings.instance / 'demo'}",
            )
        )
    for path in tale.made:
        say(f"  {path}")
    say(
        Text(
            f"\n账号（密码都是 {telling.PASSWORD}）：", f"\nAccounts (password {telling.PASSWORD}):"
        )
    )
    for account in telling.ACCOUNTS:
        role = term(f"role.{account.role}")
        say(
            Text(
                f"  {account.login_name:<12}{role.zh}：{account.sees.zh}",
                f"  {account.login_name:<12}{role.en}: {account.sees.en}",
            )
        )
    serve = "make serve"
    if settings.instance != default_instance().resolve():
        serve = f"workforce --instance {shlex.quote(str(settings.instance))} serve"
    say(
        Text(
            f"\n看网页：{serve}，然后打开它显示的地址。",
            f"\nFor the web pages: {serve}, then open the address it shows.",
        )
    )


def _tale(size: str, instance: Path, book: LawBook) -> tuple[Tale, list[str]]:
    """Return the story of a size, and the codes of its companies."""
    from workforce.demo import chain, outside  # noqa: PLC0415 - loads Flask and ReportLab

    codes = [company.code for company in outside.COMPANIES]
    codes += [company.code for company in chain.COMPANIES]
    if size == "small":
        from workforce.demo.story import Story  # noqa: PLC0415
        from workforce.demo.world import COMPANIES  # noqa: PLC0415

        return Story(instance, book), [*codes, *(company.code for company in COMPANIES)]
    from workforce.demo.bulk_story import BulkStory  # noqa: PLC0415
    from workforce.demo.bulk_world import SIZES  # noqa: PLC0415
    from workforce.demo.history import filers_of  # noqa: PLC0415

    tale = BulkStory(instance, book, SIZES[size])
    codes += [company.code for company in tale.companies]
    codes += [company.code for company in filers_of(tale.size, tale.companies)]
    return tale, codes


def _refuse_real_data(demo_codes: Iterable[str]) -> None:
    """Keep the demo's accounts, whose password everybody knows, away from other companies' data.

    Raises:
        InputError: a company is none of the demo's.
    """
    from workforce.companies import queries as companies  # noqa: PLC0415 - loads Flask
    from workforce.platform.db import db  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    rows = db.session.execute(companies.company_facts(Scope.base()))
    others = sorted({row.company_code for row in rows} - set(demo_codes))
    if others:
        raise InputError("demo.real_data", companies=", ".join(others))
