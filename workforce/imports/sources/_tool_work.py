"""What annotation tools have in common: pieces of work by users, whose payees a map names."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.imports.planning import (
    map_users,
    refuse_faults,
    refuse_future,
    refuse_own,
    take_own_acceptance,
    to_facts,
    users_part,
)
from workforce.imports.reading.tables import Placed
from workforce.imports.refusals import Notice
from workforce.imports.source import Context, Options, Proposal
from workforce.imports.sources._tool_time import Claim, tool_time_notices
from workforce.imports.sources.output import accepted_at_once, output_part
from workforce.production import service as production
from workforce.production.service import OutputFact

MINIMAL: Final = "minimal"
"""Evidence that does not say what was skipped, a reference or imported."""
ASSIGNEE: Final = "assignee"
"""Evidence that does not say who did the work, only to whom it was given."""

UNIT_LIMIT: Final = 100_000
_SERVER: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")

VOID_REASONS: Final = {
    "skipped": Text("跳过的", "skipped"),
    "empty": Text("空的", "empty"),
    "reference": Text("参考答案", "reference answers"),
    "imported": Text("导入的", "imported"),
}


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work as it was read. ``void``: why it is not payable."""

    key: str
    users: tuple[str, ...]
    """How its maker may be known to the map, the best name first."""
    work_on: dt.date
    version: str
    units: int
    void: str | None = None
    batch: str | None = None
    is_rewritten: bool = False
    """The last writer is another than the first."""
    evidence: str | None = None
    claimed_seconds: int = 0
    """What the tool's page measured: compared with shifts, never paid by."""


def source_name(code: str, options: Options) -> str:
    """Return under which name records are kept: each server of a tool has ids of its own.

    Raises:
        InputError: the server's name will not do.

    """
    if options.server is None:
        return code
    if _SERVER.fullmatch(options.server) is None:
        raise InputError("option.server", server=options.server)
    return f"{code}@{options.server}"


def require_task_type(code: str, options: Options) -> None:
    """Refuse a file whose kind of work is not said.

    Raises:
        InputError: so it is.

    """
    if options.task_type is None:
        raise InputError("option.missing", source=code, option="--task-type")


def check_units(units: int) -> int:
    """Return a count of units that somebody can have made in one piece of work.

    Raises:
        InputError: it cannot be.

    """
    if units > UNIT_LIMIT:
        raise InputError("cell.absurd", value=units, limit=UNIT_LIMIT)
    return units


def plan_work(
    session: Session, context: Context, code: str, rows: Sequence[Placed[Work]]
) -> Proposal:
    """Compare a tool's work with what is stored. Writes nothing."""
    source = source_name(code, context.options)
    users_plan, users, refusals = map_users(session, context, source)
    task_type_id = context.directory.task_type(context.options.task_type or "")
    # What nobody is paid for needs no payee.
    concerned = [row for row in rows if not row.row.void or _payee(row.row, users) is not None]
    facts, faults = to_facts(
        concerned,
        lambda row: _fact(context, row, users, task_type_id),
        lambda fact: fact.source_key,
    )
    plan = production.plan_output(
        session,
        context.company_id,
        source,
        [fact for _, fact in facts.values()],
        has_ordered_versions=True,
    )
    own = take_own_acceptance(context, plan.records)
    refusals += [*faults, *refuse_faults(facts, plan.faults), *refuse_own(facts, own)]

    def store(session: Session, batch_id: int) -> None:
        production.store_source_users(session, context.company_id, source, users_plan)
        production.store_output(session, context.company_id, plan, batch_id)

    return Proposal(
        parts=[
            users_part(context.directory, users_plan),
            output_part(context, plan.records),
        ],
        refusals=refusals,
        notices=[
            *_notices([placed.row for placed in rows]),
            *tool_time_notices(session, context, _claims(context, rows, users)),
        ],
        good_count=len(facts) - len(plan.faults) - len(own),
        store=store,
    )


def _claims(
    context: Context, rows: Sequence[Placed[Work]], users: Mapping[str, int]
) -> Iterator[Claim]:
    """Say what the tool claims of people in reach: whose days others are, a team's leader is not told."""
    for placed in rows:
        payee, on = _payee(placed.row, users), placed.row.work_on
        if payee is not None and context.directory.is_in_reach(payee, on):
            yield payee, on, placed.row.claimed_seconds


def _payee(row: Work, users: Mapping[str, int]) -> int | None:
    return next((users[user] for user in row.users if user in users), None)


def _fact(context: Context, row: Work, users: Mapping[str, int], task_type_id: int) -> OutputFact:
    employment_id = _payee(row, users)
    if employment_id is None:
        raise InputError("tool.user_unmapped", user=" / ".join(row.users))
    employee = context.directory.names[employment_id]
    refuse_future(row.work_on, context.today, "created_at")
    context.directory.employee(employee.employee_no, row.work_on)
    return OutputFact(
        employment_id=employment_id,
        task_type_id=task_type_id,
        batch_code=context.options.batch or row.batch,
        work_on=row.work_on,
        submitted_qty=row.units,
        accepted_on=None if row.void else accepted_at_once(context, row.work_on),
        source_key=row.key,
        source_version=row.version,
        is_void=row.void is not None,
        evidence=row.evidence,
    )


def _notices(rows: Sequence[Work]) -> Iterator[Notice]:
    """Count what is not payable and why, and what others than the annotator wrote last."""
    counts = Counter(row.void for row in rows if row.void is not None)
    for reason, count in sorted(counts.items()):
        label = VOID_REASONS[reason]
        yield Notice(Text(f"不计薪：{label.zh} {count} 条", f"Not payable: {count} {label.en}"))
    rewritten = sum(row.is_rewritten and row.void is None for row in rows)
    if rewritten:
        yield Notice(
            Text(
                f"{rewritten} 条最后由他人修改，仍记在首位标注员名下，请复核",
                f"{rewritten} were last changed by somebody else and stay with the first annotator; review them",
            ),
        )


def whole(fields: Mapping[str, Any], name: str) -> int:
    """Read an id: a whole number above 0.

    Raises:
        InputError: it is none.

    """
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise InputError("tool.field", field=name)
    return value


def instant(fields: Mapping[str, Any], name: str) -> dt.datetime:
    """Read an instant that says its zone, as UTC.

    Raises:
        InputError: it is none.

    """
    value = fields.get(name)
    try:
        found = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is None or found.tzinfo is None:
            raise InputError("tool.field", field=name)
        return found.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise InputError("tool.field", field=name) from error


def version_of(written_at: dt.datetime) -> str:
    """Return the version of work that was last written at an instant: later ones sort later."""
    return written_at.isoformat(timespec="microseconds")
