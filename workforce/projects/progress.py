"""How far projects are: what is delivered of what was contracted, and whether it will be in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from workforce.core.money import MICRO_IN_FEN, round_half_up
from workforce.core.text import Text
from workforce.production import batch_work
from workforce.projects import queries
from workforce.projects.forecast import Finish

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope


class Standing(StrEnum):
    """How a project stands; labels are the terms ``project_standing.*``."""

    IN_TIME = "in_time"
    AT_RISK = "at_risk"
    """In time at the usual pace, late at a slow one."""
    LATE = "late"
    """Late at the usual pace."""
    OVERDUE = "overdue"
    """The deadline is over, and something is left."""
    UNKNOWN = "unknown"
    """No past to go by, or nothing to deliver is stated."""
    DONE = "done"
    """Nothing is left."""
    FINISHED = "finished"
    """Closed by the company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskProgress:
    """One task type of a project: quantities in its unit, the client's price in millionths of a yuan."""

    task_type_id: int
    code: str
    name: Text
    unit: Text
    unit_price: int
    contracted: int
    batches: int = 0
    accepted: int = 0
    waiting: int = 0
    client_accepted: int = 0
    delivered: int = 0
    finish: Finish | None = None

    @property
    def left(self) -> int:
        """Units that are still to be delivered."""
        return max(0, self.contracted - self.delivered)

    @property
    def percent(self) -> int:
        """Whole per cent of what was contracted, rounded down, so that 100 means all; at most 100."""
        return min(100, self.delivered * 100 // self.contracted)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectProgress:
    """A project with its tasks; ``row`` as in ``queries.projects``."""

    row: Any
    tasks: tuple[TaskProgress, ...]

    @property
    def percent(self) -> int | None:
        """Whole per cent of the contracted work, task types weighed by the client's price; None without any."""
        weights = [task.contracted * task.unit_price for task in self.tasks]
        if not sum(weights):
            return self.tasks[0].percent if len(self.tasks) == 1 else None
        done = sum(min(task.delivered, task.contracted) * task.unit_price for task in self.tasks)
        return done * 100 // sum(weights)

    @property
    def is_done(self) -> bool:
        """Tell whether all that was contracted is delivered."""
        return bool(self.tasks) and not any(task.left for task in self.tasks)

    @property
    def finish(self) -> Finish | None:
        """When the last of its tasks is finished; None where that of one is not known."""
        known = [task.finish for task in self.tasks if task.left]
        if not known or any(one is None for one in known):
            return None
        return Finish(
            *(
                max(days) if all(days) else None
                for days in zip(
                    *((one.early, one.middle, one.late) for one in known if one is not None),
                    strict=True,
                )
            )
        )

    def standing(self, today: dt.date) -> Standing:
        """Return how the project stands on a day."""
        if self.row.finished_on is not None:
            return Standing.FINISHED
        if self.is_done:
            return Standing.DONE
        if today > self.row.due_on:
            return Standing.OVERDUE
        finish = self.finish
        if finish is None:
            return Standing.UNKNOWN
        if finish.middle is None or finish.middle > self.row.due_on:
            return Standing.LATE
        is_sure = finish.late is not None and finish.late <= self.row.due_on
        return Standing.IN_TIME if is_sure else Standing.AT_RISK


def read_progress(
    session: Session,
    scope: Scope,
    rows: Sequence[Any],
    finishes: Mapping[tuple[int, int], Finish] | None = None,
) -> list[ProjectProgress]:
    """Return how far projects are, in the order given; two statements whatever their number.

    ``rows`` as in ``queries.projects``; ``finishes`` by project and task type.
    """
    keys = [row.project_id for row in rows]
    done = {
        (row.project_id, row.task_type_id): row
        for row in session.execute(queries.delivered(scope, keys))
    }
    found: defaultdict[int, list[TaskProgress]] = defaultdict(list)
    for row in session.execute(queries.tasks(keys)):
        key = (row.project_id, row.task_type_id)
        sums = done.get(key)
        found[row.project_id].append(
            TaskProgress(
                task_type_id=row.task_type_id,
                code=row.task_type_code,
                name=Text(row.name_zh, row.name_en),
                unit=Text(row.unit_zh, row.unit_en),
                unit_price=row.unit_price,
                contracted=row.contracted_qty,
                batches=sums.batches if sums else 0,
                accepted=sums.accepted_qty if sums else 0,
                waiting=sums.waiting_qty if sums else 0,
                client_accepted=sums.client_qty if sums else 0,
                delivered=sums.delivered_qty if sums else 0,
                finish=(finishes or {}).get(key),
            )
        )
    return [ProjectProgress(row=row, tasks=tuple(found[row.project_id])) for row in rows]


@dataclass(slots=True)
class Margin:
    """What one task type of a project brings in and what its people are paid for it, in millionths of a yuan.

    ``confirmed``: the client's price × what the client accepted; ``expected``: the same of own accepted output
    of batches of which the client has not said anything. ``paid``: the company's price of the day of the work ×
    own accepted output. ``unpriced``: units of days without a price: then what was paid is not known.
    """

    confirmed: int = 0
    expected: int = 0
    paid: int = 0
    unpriced: int = 0

    @property
    def confirmed_fen(self) -> int:
        """Income that the client has confirmed, in fen."""
        return round_half_up(self.confirmed, MICRO_IN_FEN)

    @property
    def expected_fen(self) -> int:
        """Income that the client has not confirmed yet, in fen."""
        return round_half_up(self.expected, MICRO_IN_FEN)

    @property
    def paid_fen(self) -> int | None:
        """Piece wages in fen; None: not known."""
        return None if self.unpriced else round_half_up(self.paid, MICRO_IN_FEN)

    @property
    def margin_fen(self) -> int | None:
        """Income less piece wages, in fen; None: not known."""
        paid = self.paid_fen
        return None if paid is None else self.confirmed_fen + self.expected_fen - paid


@dataclass(frozen=True, slots=True)
class Work:
    """The money of a project by task type, and what was delivered by the day of the work."""

    margins: dict[int, Margin]
    by_day: dict[tuple[int, dt.date], int] = field(default_factory=dict)
    """Own accepted units by task type and day."""


def read_work(session: Session, project: ProjectProgress, batches: Sequence[Any]) -> Work:
    """Read what a project has brought in and cost so far; ``batches`` as in ``queries.batches``."""
    prices = {task.task_type_id: task.unit_price for task in project.tasks}
    work = Work({task_type_id: Margin() for task_type_id in prices})
    for batch in batches:
        margin, price = work.margins[batch.task_type_id], prices[batch.task_type_id]
        if batch.client_qty is None:
            margin.expected += batch.accepted_qty * price
        else:
            margin.confirmed += batch.client_qty * price
    days = batch_work.priced_work_by_day(
        project.row.company_id, queries.batch_ids([project.row.project_id])
    )
    for row in session.execute(days):
        margin = work.margins[row.task_type_id]
        if row.unit_price is None:
            margin.unpriced += row.accepted_qty
        else:
            margin.paid += row.accepted_qty * row.unit_price
        key = (row.task_type_id, row.work_on)
        work.by_day[key] = work.by_day.get(key, 0) + row.accepted_qty
    return work


def weighted_percent(project: ProjectProgress, units: Mapping[int, int]) -> Fraction | None:
    """Return units by task type as per cent of what was contracted, weighed as in ``ProjectProgress.percent``."""
    weights = {
        task.task_type_id: (task.contracted, task.unit_price or int(len(project.tasks) == 1))
        for task in project.tasks
    }
    whole = sum(contracted * price for contracted, price in weights.values())
    if not whole:
        return None
    done = sum(
        min(units.get(key, 0), contracted) * price for key, (contracted, price) in weights.items()
    )
    return Fraction(done * 100, whole)
