"""Files that take long are looked at and imported by the worker."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    create_shift,
)
from tests.imports_web.conftest import BAD, GOOD, HEAD, World, text
from workforce.attendance.models import Shift
from workforce.imports.models import ImportBatch
from workforce.platform.job_runs import claim, execute


def run_jobs(session: Session) -> None:
    """Do what waits, as a worker does."""
    session.rollback()
    while progress := claim():
        session.rollback()
        execute(progress)


def test_a_long_file_is_worked_on_in_the_background(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.imports.web.LONG_BYTES", 10)
    preview = world.upload(HEAD, GOOD)
    assert "正在后台处理" in text(world.client, preview)
    run_jobs(world.session)

    assert world.apply(preview) == preview
    assert world.count(Shift) == 0
    run_jobs(world.session)

    assert world.count(Shift) == 1
    assert "/imports/history/" in str(world.client.get(preview).location)


def test_a_long_file_says_in_words_why_it_was_not_imported(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.imports.web.LONG_BYTES", 10)
    preview = world.upload(HEAD, GOOD, BAD)
    run_jobs(world.session)
    world.apply(preview)
    run_jobs(world.session)
    # A row is refused, and the good ones alone were not asked for.
    assert "1 行不能导入" in text(world.client, preview)

    world.apply(preview, rows="good")
    create_shift(
        world.session, world.people[0], dt.date(2026, 10, 8), source="shifts", break_minutes=30
    )
    world.session.commit()
    run_jobs(world.session)
    page = text(world.client, preview)
    assert "预览之后数据有变化" in page
    assert "<del>30</del> → <ins>60</ins>" in page
    assert world.count(ImportBatch) == 0


def test_what_a_look_found_counts_only_for_what_was_said_before_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.imports.web.LONG_BYTES", 10)
    no_break = GOOD.replace(",60", ",")
    preview = world.upload(HEAD, no_break, break_minutes="30")
    world.session.rollback()
    first = claim()
    assert first is not None
    world.client.post_form(f"{preview}/options", {"break_minutes": "45"})
    execute(first)
    assert "正在后台处理" in text(world.client, preview)
    run_jobs(world.session)
    world.apply(preview)
    run_jobs(world.session)
    world.session.rollback()
    assert world.session.scalar(select(Shift.break_minutes)) == 45


def test_a_file_that_nobody_has_finished_looking_at_can_be_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("workforce.imports.web.kept.look", lambda *_: None)
        preview = world.upload(HEAD, GOOD)
    assert "还没有看完" in text(world.client, preview)
    assert world.apply(preview) == preview
    assert world.client.post_form(f"{preview}/discard").location == "/imports"
