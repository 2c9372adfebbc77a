"""``workforce issue``: publishing the statistics of a month, and what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workforce.cli.support import State, pass_state
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text

if TYPE_CHECKING:
    from workforce.bureau.issues.issues import Issue


@click.group("issue")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Publish the statistics of closed months, and show what is published."""


@COMMAND.command("list", epilog="Example: workforce issue list")
@pass_state
def list_months(state: State) -> None:
    """List the months: published, waiting, or not closed."""
    with state.app():
        # The slices take a second to load.
        from workforce.bureau.issues import kept  # noqa: PLC0415
        from workforce.bureau.issues import views as issue_views  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        session = db.session()
        states = issue_views.month_states(session, kept.Months(session))
    for one in states:
        label = term(f"issue_month.{one.kind}")
        number = "" if one.number is None else str(one.number)
        zh = f"{one.period}  {label.zh}" + (f"  第 {number} 期" if number else "")
        en = f"{one.period}  {label.en}" + (f"  issue {number}" if number else "")
        if one.changed_count:
            zh += f"  更正 {one.changed_count} 处"
            en += f"  {one.changed_count} corrections"
        state.say(Text(zh, en))


@COMMAND.command("compute", epilog="Example: workforce issue compute")
@pass_state
def compute(state: State) -> None:
    """Bring the figures of closed months up to date now, as the worker does every hour."""
    with state.app():
        from workforce.bureau.issues import kept  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        session, made = db.session(), 0
        months = kept.Months(session)
        for month in reversed(months.closed):
            is_new = kept.refresh(session, months, month)
            made += is_new
            words = ("重新计算", "computed anew") if is_new else ("没有变化", "unchanged")
            state.say(Text(f"{month}  {words[0]}", f"{month}  {words[1]}"))
    state.say(Text(f"重新计算 {made} 个月", f"months computed anew: {made}"))


@COMMAND.command(
    "publish", epilog='Example: workforce issue publish 2026-10 --by official --note "更正工资"'
)
@click.argument("period", metavar="PERIOD")
@click.option("--by", metavar="LOGIN", help="Account of the official who publishes.")
@click.option("--note", default="", help="What is said of it; a revised issue needs the reason.")
@pass_state
def publish(state: State, period: str, by: str | None, note: str) -> None:
    """Publish the next issue of PERIOD (2026-10): its first, or a revised one.

    An issue can be neither changed nor withdrawn. Look at ``show`` and at the page first.
    """
    month = PayPeriod.parse_month(period)
    with state.app():
        from workforce.bureau.issues import issues, publishing  # noqa: PLC0415
        from workforce.cli.acting import acting  # noqa: PLC0415
        from workforce.core.permissions import Permission  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        actor, _scope = acting(db.session(), by, Permission.STATISTICS_PUBLISH)
        number = publishing.publish(month, actor, note=note)
        _tell(state, issues.issue(db.session(), month, number))


@COMMAND.command("show", epilog="Example: workforce issue show 2026-10 --number 1")
@click.argument("period", metavar="PERIOD")
@click.option("--number", type=click.IntRange(min=1), help="Which issue; default: the newest.")
@pass_state
def show(state: State, period: str, number: int | None) -> None:
    """Show an issue of PERIOD (2026-10): its hashes, its note, and what it corrects."""
    month = PayPeriod.parse_month(period)
    with state.app():
        from workforce.bureau.issues import issues  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        told = {one.number: one for one in issues.issues_of(db.session(), month)}
        wanted = number or max(told, default=1)
        if wanted not in told:
            raise NotFoundError("issue.unknown", period=month, number=wanted)
        _tell(state, told[wanted])


def _tell(state: State, issue: Issue) -> None:
    # Loads the slices, too.
    from workforce.bureau.issues.views import shown_differences  # noqa: PLC0415
    from workforce.platform.formatting import moment  # noqa: PLC0415

    at = moment(issue.published_at)
    state.say(
        Text(
            f"{issue.period} 第 {issue.number} 期，{at} 由 {issue.published_by.zh} 发布",
            f"{issue.period} issue {issue.number}, published {at} by {issue.published_by.en}",
        )
    )
    if issue.note:
        state.say(Text(f"说明：{issue.note}", f"Note: {issue.note}"))
    state.say(
        Text(
            f"内容 {issue.content_sha256}\n法规 {issue.law_hash}\n程序 {issue.code_version}",
            f"Content {issue.content_sha256}\nLaw {issue.law_hash}\nProgram {issue.code_version}",
        )
    )
    for one in shown_differences(issue.changes.cells, [issue.cubes], issue.definitions):
        zh = " · ".join([one.table.zh, *(group.zh for group in one.groups), one.measure.label.zh])
        en = " · ".join([one.table.en, *(group.en for group in one.groups), one.measure.label.en])
        state.say(Text(f"  {zh}：{one.old} → {one.new}", f"  {en}: {one.old} → {one.new}"))
    for cube, measure in issue.changes.kept_back:
        table, label = issue.cubes.tables[cube].title, issue.definitions[measure].label
        state.say(
            Text(
                f"  {table.zh} · {label.zh}：更正涉及的岗位太少，保持上一期的数字",
                f"  {table.en} · {label.en}: too few jobs behind the correction, as it was",
            )
        )
