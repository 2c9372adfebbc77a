"""``workforce board``: what the public screen shows, and a copy of it for a hall without a network."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.cli.tables import print_table
from workforce.core.errors import InputError
from workforce.core.terms import term
from workforce.core.text import Text

_FIELDS = (
    Text("代码", "Code"),
    Text("专题", "Topic"),
    Text("内容", "Exhibit"),
    Text("公开", "Public"),
)
_YES, _NO = Text("是", "yes"), Text("否", "no")


@click.command("board", epilog="Example: workforce board --show jobs_now --out /media/usb/board")
@click.option(
    "--show", multiple=True, metavar="CODE", help="Make an exhibit public; may be repeated."
)
@click.option(
    "--withdraw", multiple=True, metavar="CODE", help="Withdraw an exhibit; may be repeated."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for a copy of the screen: open its index.html in a browser.",
)
@click.option("--by", metavar="LOGIN", help="Account of whoever acts.")
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State, show: tuple[str, ...], withdraw: tuple[str, ...], out: Path | None, by: str | None
) -> None:
    """Gather what the base shows of itself, now, and list it with what is public.

    The worker does the same every five minutes. What is public is on /board, which nobody signs in for.
    """
    with state.app():
        # The slices take a second to load.
        from workforce.board import copy, queries, service  # noqa: PLC0415
        from workforce.cli.acting import acting  # noqa: PLC0415
        from workforce.core.permissions import Permission  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        session = db.session()
        actor, _scope = acting(session, by, Permission.BOARD_MANAGE)
        found = service.refresh(session, state.instance)
        if found is None:
            raise InputError("board.nothing_published")
        service.mark(
            dict.fromkeys(show, True) | dict.fromkeys(withdraw, False), actor, state.instance
        )
        public = queries.public_codes(session)
        print_table(
            state.locale,
            list(_FIELDS),
            [
                (
                    one.code,
                    term(f"exhibit_topic.{one.topic}").in_locale(state.locale),
                    one.exhibit.title.in_locale(state.locale),
                    (_YES if one.code in public else _NO).in_locale(state.locale),
                )
                for one in found.snapshot.shown
            ],
        )
        if out is not None:
            shown = found.snapshot.only(public)
            if not shown.shown:
                raise InputError("board.nothing_public")
            copy.write_copy(shown, out)
            state.say(
                Text(
                    f"已写出副本，请打开 {out / 'index.html'}",
                    f"Copy written: open {out / 'index.html'}",
                )
            )
        if found.failed:
            codes = ", ".join(found.failed)
            raise InputError("board.failed", codes=codes)
