"""``workforce init``: make or renew an installation."""

from __future__ import annotations

import stat
from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.config import Settings, create_keys, database_url, missing_keys
from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.platform.files import READABLE


@click.command("init", epilog="Example: workforce --instance /srv/base init")
@pass_state
def COMMAND(state: State) -> None:  # noqa: N802 - the name that the registry looks for
    """Make the keys and the tables of an installation, or bring its tables up to date.

    Safe to run again: existing keys and data stay. Keep a copy of the keys folder apart from the
    database: without it ID numbers and bank accounts cannot be read.
    """
    initialise(state)
    _tell_of_first_account(state)


def _tell_of_first_account(state: State) -> None:
    """Say how to go on where nobody can sign in yet."""
    from workforce.accounts.queries import accounts  # noqa: PLC0415 - loads the database
    from workforce.platform.db import db  # noqa: PLC0415

    with state.app():
        if db.session().scalar(accounts().limit(1)) is None:
            command = "workforce account add admin --name 姓名 --role base_admin"
            state.say(
                Text(
                    f"还没有账号。下一步，建立基地管理员：{command}\n然后运行 workforce serve，在网页上登录。",
                    f"There is no account yet. Next, make the base's administrator: {command}\n"
                    "Then run workforce serve and sign in on its pages.",
                )
            )


def initialise(state: State) -> Settings:
    """Make what an installation lacks and return its settings."""
    from workforce.app import create_app  # noqa: PLC0415 - loads Flask
    from workforce.migrations import upgrade  # noqa: PLC0415
    from workforce.people.keys import keys_fit  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415

    _refuse_lost_keys(state.instance)
    created = create_keys(state.instance)
    settings = state.settings()
    _keep_from_others(settings.database_url)
    with create_app(settings).app_context():
        upgrade(db.engine)
        is_fitting = keys_fit(db.session())
        db.session.remove()
        db.engine.dispose()
    if not is_fitting:
        raise InputError("config.keys_of_others", path=str(settings.instance / "keys"))
    if created:
        folder = settings.instance / "keys"
        state.say(Text(f"已生成密钥：{folder}（请另行备份）", f"Keys made: {folder} (keep a copy)"))
    state.say(
        Text(f"数据库已就绪：{settings.instance}", f"The database is ready: {settings.instance}")
    )
    return settings


def _keep_from_others(url: str) -> None:
    """Let nobody else of this machine read the database's file: names and pay stand there in plain.

    What SQLite lays beside it is read by the same people.
    """
    from sqlalchemy import make_url  # noqa: PLC0415 - loads the database

    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database:
        return
    path = Path(parts.database)
    path.touch(READABLE)
    path.chmod(stat.S_IMODE(path.stat().st_mode) & ~stat.S_IRWXO)


def _refuse_lost_keys(instance: Path) -> None:
    """Make no new keys beside data that the lost ones encrypted.

    With another lookup key a known person would be entered a second time, unseen.

    Raises:
        InputError: persons are stored, and a key of theirs is missing.
    """
    from sqlalchemy import create_engine, inspect, text  # noqa: PLC0415 - loads the database

    if not {"fields", "lookup"} & set(missing_keys(instance)):
        return
    instance.mkdir(parents=True, exist_ok=True)
    engine = create_engine(database_url(instance))
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("person"):
                return
            if connection.scalar(text("SELECT count(*) FROM person")):
                raise InputError("config.keys_lost", path=str(instance / "keys"))
    finally:
        engine.dispose()
