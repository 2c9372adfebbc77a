"""Gathering what the base shows of itself, and deciding what of it everybody sees.

Two steps, because they differ in who takes them: the worker *gathers* every exhibit, which reads the
statistics; whoever marks an exhibit *shows* what was gathered, which reads a file. So what is withdrawn
leaves the screen at once, also where no worker is at work.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workforce.board.models import BoardMark
from workforce.board.queries import marks, public_codes
from workforce.board.snapshot import (
    Shown,
    Snapshot,
    gathered_path,
    kept,
    public_path,
    read,
    write,
)
from workforce.bureau.issues.issues import published_months
from workforce.companies.base_name import base_name
from workforce.core.errors import InputError
from workforce.core.report_period import ReportPeriod
from workforce.platform import audit, clock, locks
from workforce.platform.db import unit_of_work
from workforce.platform.exhibits import exhibit_sources

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was gathered, and the codes of the exhibits that could not be made."""

    snapshot: Snapshot
    failed: tuple[str, ...]


def newest_period(session: Session) -> ReportPeriod | None:
    """Return the newest published month, of which the screen tells; None: nothing is published."""
    months = published_months(session)
    return ReportPeriod(months[0]) if months else None


def gather(session: Session) -> Gathered | None:
    """Make every exhibit of the newest published month; None: nothing is published.

    One that fails is left out, and said: the others go on.
    """
    period = newest_period(session)
    if period is None:
        return None
    shown, failed = [], []
    for code, source in exhibit_sources().items():
        try:
            exhibit = source.build(session, period)
        except Exception:  # noqa: BLE001 - whatever one slice does wrong, the screen goes on
            _log.exception("the exhibit %s of %s cannot be made", code, period)
            # PostgreSQL answers nothing more in a transaction in which a statement failed.
            session.rollback()
            failed.append(code)
            continue
        if exhibit is not None and exhibit.columns and exhibit.rows:
            shown.append(Shown(code, source.topic, exhibit))
    snapshot = Snapshot(clock.now(), period, tuple(shown), base_name(session))
    return Gathered(snapshot, tuple(failed))


def refresh(session: Session, instance: Path) -> Gathered | None:
    """Gather, keep what was gathered, and show what of it is public; None: nothing is published."""
    found = gather(session)
    if found is not None:
        write(gathered_path(instance), found.snapshot)
        show(instance)
    return found


def gathered(instance: Path) -> Snapshot | None:
    """Return what was gathered last, public or not; None: nothing yet."""
    return read(kept(gathered_path(instance)))


def show(instance: Path) -> Snapshot | None:
    """Let everybody see what is marked public of what was gathered; None: nothing is gathered."""
    with unit_of_work() as session:
        # Who is last reads every mark that was made before: nothing that was withdrawn comes back.
        locks.hold_board(session)
        snapshot = gathered(instance)
        if snapshot is None:
            return None
        public = snapshot.only(public_codes(session))
        write(public_path(instance), public)
        return public


def mark(wanted: Mapping[str, bool], actor: Actor, instance: Path) -> list[str]:
    """Make exhibits public (True) or withdraw them, and show it; return the codes that changed.

    Raises:
        InputError: there is no exhibit of a code; nothing is changed.
    """
    unknown = sorted(set(wanted) - set(exhibit_sources()))
    if unknown:
        raise InputError("board.unknown", codes=", ".join(unknown))
    with unit_of_work() as session:
        locks.hold_board(session)
        public = {code: known.is_public for code, known in marks(session).items()}
        changed = [
            code for code, is_public in wanted.items() if is_public != public.get(code, False)
        ]
        for code in changed:
            row = BoardMark(
                code=code,
                is_public=wanted[code],
                marked_by_id=actor.account_id,
                marked_by_name=actor.name,
                marked_at=clock.now(),
            )
            session.add(row)
            audit.record(
                session,
                actor,
                "board.show" if wanted[code] else "board.withdraw",
                "exhibit",
                code,
                before={"is_public": not wanted[code]},
                after={"is_public": wanted[code]},
            )
    show(instance)
    return changed
