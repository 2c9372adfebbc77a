"""What is gathered, what is public of it, and who said so."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.board import world
from tests.engines import both_engines
from tests.factories import create_account
from workforce.accounts.service import actor_of
from workforce.board import queries, service, snapshot
from workforce.board.jobs import REFRESH_BOARD
from workforce.board.models import BoardMark
from workforce.config import Settings
from workforce.core.errors import InputError, StateError
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.exhibits import Exhibit, ExhibitSource, Topic, exhibit_sources
from workforce.platform.jobs import Progress, Task

TOLD = ["numbers", "parts", "curves", "bars", "untold", "progress"]
"""In the order of their topics; what has nothing to tell is left out."""


def public(settings: Settings) -> list[str] | None:
    found = snapshot.read(snapshot.kept(snapshot.public_path(settings.instance)))
    return None if found is None else [one.code for one in found.shown]


@pytest.mark.feature("OFF-15")
@both_engines
def test_only_what_is_marked_is_shown_and_what_is_withdrawn_leaves_at_once(
    app: Flask, session: Session, settings: Settings
) -> None:
    world.use_exhibits(app)
    assert service.refresh(session, settings.instance) is None
    assert public(settings) is None
    world.publish_september(session)
    found = service.refresh(session, settings.instance)
    assert found is not None
    assert [one.code for one in found.snapshot.shown] == TOLD
    assert world.asked[-1] == ReportPeriod(world.SEPTEMBER)
    # Nothing is public by itself.
    assert public(settings) == []

    account = create_account(session, Role.BASE_ADMIN, login_name="boss")
    actor = actor_of(account)
    session.commit()
    assert service.mark({"bars": True, "numbers": True}, actor, settings.instance) == [
        "bars",
        "numbers",
    ]
    assert public(settings) == ["numbers", "bars"]
    assert service.mark({"bars": False, "numbers": True}, actor, settings.instance) == ["bars"]
    assert public(settings) == ["numbers"]
    service.refresh(session, settings.instance)
    assert public(settings) == ["numbers"]

    with pytest.raises(InputError) as error:
        service.mark({"parts": True, "nonsense": True}, actor, settings.instance)
    assert error.value.code == "board.unknown"
    assert queries.public_codes(session) == {"numbers"}
    entries = session.execute(
        select(AuditEntry.action, AuditEntry.subject_id, AuditEntry.actor_name)
        .where(AuditEntry.subject_type == "exhibit")
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(entry) for entry in entries] == [
        ("board.show", "bars", "boss"),
        ("board.show", "numbers", "boss"),
        ("board.withdraw", "bars", "boss"),
    ]
    # The ledger stands.
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(delete(BoardMark))
    session.rollback()


def test_a_snapshot_is_read_as_it_was_written(
    app: Flask, session: Session, settings: Settings
) -> None:
    world.use_exhibits(app)
    world.publish_september(session)
    found = service.gather(session)
    assert found is not None
    again = snapshot.from_json(snapshot.to_json(found.snapshot))
    assert again.shown == found.snapshot.shown
    assert again.period == found.snapshot.period
    assert again.generated_at == found.snapshot.generated_at.replace(microsecond=0)
    path = snapshot.public_path(settings.instance)
    path.parent.mkdir(parents=True)
    # Half a file, and one of a version to come, are none.
    for text in (snapshot.to_json(found.snapshot)[:-9], '{"format": 2}'):
        path.write_text(text, "utf-8")
        assert public(settings) is None


def test_one_exhibit_that_fails_is_said_and_the_others_go_on(
    app: Flask, session: Session, settings: Settings
) -> None:
    def fail(session: Session, period: ReportPeriod) -> Exhibit | None:
        raise ZeroDivisionError(f"{session} {period}")

    world.use_exhibits(app, ExhibitSource("broken", Topic.JOBS, fail))
    world.publish_september(session)
    service.mark(dict.fromkeys(exhibit_sources(), True), CLI, settings.instance)
    task = Task(job_id=1, kind=REFRESH_BOARD.code, company_id=None, params={}, actor=CLI)
    with pytest.raises(StateError) as error:
        REFRESH_BOARD.run(task, Progress(task))
    assert error.value.params["codes"] == "broken"
    assert public(settings) == TOLD
    world.use_exhibits(app)
    assert REFRESH_BOARD.run(task, Progress(task)) == {"period": "2026-09", "exhibits": 6}
