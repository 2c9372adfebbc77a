"""``workforce init``: make or renew an installation."""

from __future__ import annotations

import click

from workforce.cli.support import State, pass_state
from workforce.config import Settings, create_keys
from workforce.core.text import Text


@click.command("init", epilog="Example: workforce --instance /srv/base init")
@pass_state
def COMMAND(state: State) -> None:  # noqa: N802 - the name that the registry looks for
    """Make the keys and the tables of an installation, or bring its tables up to date.

    Safe to run again: existing keys and data stay. Keep a copy of the keys folder apart from the
    database: without it ID numbers and bank accounts cannot be read.
    """
    initialise(state)


def initialise(state: State) -> Settings:
    """Make what an installation lacks and return its settings."""
    from workforce.app import create_app  # noqa: PLC0415 - loads Flask
    from workforce.migrations import upgrade  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415

    created = create_keys(state.instance)
    settings = state.settings()
    with create_app(settings).app_context():
        upgrade(db.engine)
        db.engine.dispose()
    if created:
        folder = settings.instance / "keys"
        state.say(Text(f"已生成密钥：{folder}（请另行备份）", f"Keys made: {folder} (keep a copy)"))
    state.say(
        Text(f"数据库已就绪：{settings.instance}", f"The database is ready: {settings.instance}")
    )
    return settings
