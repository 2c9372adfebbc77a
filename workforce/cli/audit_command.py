"""``workforce audit``: whether the record of acts is whole."""

from __future__ import annotations

import click

from workforce.cli.support import EXIT_FAILED, State, pass_state
from workforce.core.text import Text


@click.group("audit")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Check the record of who did what."""


@COMMAND.command("verify", epilog="Example: workforce audit verify")
@pass_state
def verify(state: State) -> None:
    """Look for entries that were edited, removed or slipped in; exits with 1 where there are any.

    Entries that are not yet chained are counted, and cannot be judged: the worker chains them.
    """
    from workforce.platform import audit  # noqa: PLC0415 - loads Flask
    from workforce.platform.db import db  # noqa: PLC0415

    with state.app():
        breaches = list(audit.verify(db.session()))
        waiting = audit.unsealed_count(db.session())
    for breach in breaches:
        words = _WORDS[breach.kind]
        state.say(
            Text(
                f"第 {breach.position} 环，记录 {breach.entry_id}：{words.zh}",
                f"link {breach.position}, entry {breach.entry_id}: {words.en}",
            )
        )
    if breaches:
        raise SystemExit(EXIT_FAILED)
    state.say(
        Text(
            f"记录完整；{waiting} 条还没有封存",
            f"The record is whole; {waiting} entries are not chained yet",
        )
    )


_WORDS = {
    "missing": Text("已被删除", "removed"),
    "edited": Text("已被改动", "edited"),
    "unchained": Text("链在这里断开", "the chain is broken here"),
}
