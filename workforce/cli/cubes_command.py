"""``workforce cubes``: write every table of a month for another program."""

from __future__ import annotations

from pathlib import Path

import click

from workforce.cli.support import State, pass_state
from workforce.core.period import PayPeriod
from workforce.core.text import Text


@click.command("cubes", epilog="Example: workforce cubes 2026-10 --out cubes.json")
@click.argument("period")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File to write; its ending chooses the kind: .json (with definitions) or .csv.",
)
@click.option("--issue", help="Number of the issue; default: the newest of the month.")
@click.option("--company", help="Code of one company: its own figures, unprotected.")
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State, period: str, out: Path, issue: str | None, company: str | None
) -> None:
    """Write every table of PERIOD (2026-10) as it is published, small figures withheld.

    With --company these are the company's own figures of the month: for its own use only.
    """
    month = PayPeriod.parse_month(period)
    # The slices take a second to load: only when there is something to write.
    from workforce.bureau import service  # noqa: PLC0415
    from workforce.bureau.explorer.cubes import check_ending, write_cubes  # noqa: PLC0415
    from workforce.platform.db import db  # noqa: PLC0415
    from workforce.platform.files import write_bytes  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    ending = out.suffix.removeprefix(".").lower()
    check_ending(ending)
    asked = {"period": [str(month)], "issue": [issue] if issue else []}
    with state.app():
        session, scope = db.session(), Scope.base()
        if company is not None:
            scope = service.company_scope(session, scope, company)
        content, _month = write_cubes(session, scope, ending, lambda name: asked.get(name, []))
        write_bytes(out, content)
    state.say(Text(f"已写出 {month} 的全部表：{out}", f"All tables of {month} written: {out}"))
