"""Which workers are at work: each one writes a sign of life at every tick."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from workforce.platform import clock
from workforce.platform.db import Base, Instant, PrimaryKey, unit_of_work

SILENT_AFTER: Final = dt.timedelta(minutes=1)


class Worker(Base):
    """One process of ``workforce worker``; ``ended_at`` is NULL while it works, or was killed."""

    __tablename__ = "worker"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(120))
    """Host and process number."""
    started_at: Mapped[Instant]
    heartbeat_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]


def begin(name: str) -> int:
    """Write that a worker starts; return its key."""
    now = clock.now()
    with unit_of_work() as session:
        worker = Worker(name=name, started_at=now, heartbeat_at=now)
        session.add(worker)
        session.flush()
        return worker.id


def beat(worker_id: int, *, is_last: bool = False) -> None:
    """Write that a worker lives, or has just ended."""
    now = clock.now()
    values = {"heartbeat_at": now, "ended_at": now} if is_last else {"heartbeat_at": now}
    with unit_of_work() as session:
        session.execute(update(Worker).where(Worker.id == worker_id).values(**values))


def alive(session: Session) -> list[Worker]:
    """Return the workers that gave a sign of life in the last minute, the longest at work first."""
    now = clock.now()
    chosen = (
        select(Worker)
        .where(Worker.ended_at.is_(None))
        .where(Worker.heartbeat_at > now - SILENT_AFTER, Worker.heartbeat_at < now + clock.SLACK)
        .order_by(Worker.id)
    )
    return list(session.scalars(chosen))
