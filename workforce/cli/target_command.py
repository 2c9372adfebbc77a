"""``workforce target``: what measures are to reach by which month."""

from __future__ import annotations

import click

from workforce.cli.support import State, pass_state
from workforce.cli.tables import print_table
from workforce.core.money import parse_decimal
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text

_FIELDS = ("measure", "period", "target", "figure", "standing", "reason")
_BY = click.option("--by", metavar="LOGIN", help="Account of whoever acts.")
_REASON = click.option("--reason", required=True, help="Why: the document that says so.")


@click.group("target")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Set targets of measures of the whole base, and show how far they are."""


@COMMAND.command("list", epilog="Example: workforce target list")
@pass_state
def list_targets(state: State) -> None:
    """List the targets beside what is published."""
    with state.app():
        # The slices take a second to load.
        from workforce.bureau.report import plain  # noqa: PLC0415
        from workforce.bureau.target_views import target_rows  # noqa: PLC0415
        from workforce.platform import clock  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        rows = target_rows(db.session(), clock.today())

    print_table(
        state.locale,
        [term(f"target_field.{name}") for name in _FIELDS],
        [
            (
                one.measure.label.in_locale(state.locale),
                str(one.target.period),
                f"{one.target.bound.sign} {plain(one.target.value, one.measure.unit.decimals)}",
                "—"
                if one.progress.value is None
                else plain(one.progress.value, one.measure.unit.decimals),
                term(f"target_standing.{one.progress.standing}").in_locale(state.locale),
                one.target.reason,
            )
            for one in rows
        ],
    )


@COMMAND.command("measures", epilog="Example: workforce target measures")
@pass_state
def list_measures(state: State) -> None:
    """List the codes of the measures that a target can be set for, with their units."""
    from workforce.statistics.targets import targeted  # noqa: PLC0415

    for code, one in targeted().items():
        state.say(
            Text(
                f"{code}  {one.label.zh}（{one.unit.label.zh}）",
                f"{code}  {one.label.en} ({one.unit.label.en})",
            )
        )


@COMMAND.command(
    "set",
    epilog='Example: workforce target set jobs_end 2026-12 1200 --reason "县府发〔2026〕8号" --by admin',
)
@click.argument("measure", metavar="MEASURE")
@click.argument("period", metavar="PERIOD")
@click.argument("value", metavar="VALUE")
@click.option(
    "--at-most", is_flag=True, help="VALUE is not to be exceeded; default: to be reached."
)
@_REASON
@_BY
@pass_state
def set_one(
    state: State,
    measure: str,
    period: str,
    value: str,
    reason: str,
    by: str | None,
    *,
    at_most: bool,
) -> None:
    """Set what MEASURE is to reach by PERIOD (2026-12): VALUE in its own unit, such as 1200 or 95.5."""
    with state.app():
        from workforce.cli.acting import acting  # noqa: PLC0415
        from workforce.core.errors import InputError  # noqa: PLC0415
        from workforce.core.permissions import Permission  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.statistics import targets  # noqa: PLC0415

        known = targets.targeted()
        if measure not in known:
            raise InputError("target.measure", code=measure)
        actor, _scope = acting(db.session(), by, Permission.STATISTICS_TARGET)
        targets.set_target(
            measure,
            PayPeriod.parse_month(period),
            targets.Bound.AT_MOST if at_most else targets.Bound.AT_LEAST,
            parse_decimal(value, known[measure].unit.decimals),
            reason,
            actor,
        )
    state.say(Text("目标已保存", "Target saved"))


@COMMAND.command(
    "withdraw",
    epilog='Example: workforce target withdraw jobs_end 2026-12 --reason "文件已废止" --by admin',
)
@click.argument("measure", metavar="MEASURE")
@click.argument("period", metavar="PERIOD")
@_REASON
@_BY
@pass_state
def withdraw(state: State, measure: str, period: str, reason: str, by: str | None) -> None:
    """Withdraw the target of MEASURE for PERIOD (2026-12)."""
    with state.app():
        from workforce.cli.acting import acting  # noqa: PLC0415
        from workforce.core.permissions import Permission  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.statistics import targets  # noqa: PLC0415

        actor, _scope = acting(db.session(), by, Permission.STATISTICS_TARGET)
        targets.withdraw_target(measure, PayPeriod.parse_month(period), reason, actor)
    state.say(Text("目标已撤销", "Target withdrawn"))
