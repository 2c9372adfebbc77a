"""A company with five employees, two task types, and the means to import files into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import (
    create_company,
    create_employment,
    create_pay_policy,
    create_person,
    create_task_type,
    create_team,
)
from tests.factories.seating import create_example_seats
from tests.factories.training import create_example_class
from workforce.companies.models import Company
from workforce.imports import service
from workforce.imports.service import Preview
from workforce.imports.source import Options, SourceFile
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.audit import CLI
from workforce.platform.db import Base
from workforce.platform.scope import Scope

SAMPLES = Path(__file__).parent / "samples"
NOW = dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC)
NAMES = ("李晨", "王欣怡", "张𬭎", "欧阳㛃", "阿依古丽·买买提")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """Fix the day: 2026-11-26 at the base."""
    with clock.fixed(NOW):
        yield


@dataclass(frozen=True)
class World:
    """What a test imports into."""

    session: Session
    company: Company
    employments: Mapping[str, Employment]

    def preview(
        self,
        source: str,
        name: str,
        content: bytes | str,
        *,
        reach: Scope | None = None,
        **options: Any,
    ) -> Preview:
        """Look at a file; ``reach``: as somebody who reaches no further."""
        return service.preview(
            self.session,
            service.source_named(source),
            _file(name, content),
            company_id=self.company.id,
            actor=CLI,
            options=Options(**options),
            reach=reach,
        )

    def apply(
        self, source: str, name: str, content: bytes | str, *, keep: bool = False, **options: Any
    ) -> Preview:
        """Import a file."""
        return service.apply(
            service.source_named(source),
            _file(name, content),
            company_id=self.company.id,
            actor=CLI,
            options=Options(**options),
            keep_good_rows=keep,
        )

    def rows(self, model: type[Base]) -> list[Any]:
        """Read all rows of a table anew."""
        self.session.expire_all()
        return list(self.session.scalars(select(model).order_by(model.__table__.c.id)))

    def count(self, model: type[Base]) -> int:
        """Count the rows of a table."""
        return self.session.scalar(select(func.count()).select_from(model)) or 0


def _file(name: str, content: bytes | str) -> SourceFile:
    return SourceFile(name, content.encode() if isinstance(content, str) else content)


@pytest.fixture
def make_world(session: Session) -> Callable[..., World]:
    """Make a world whose policy accepts output in the way given."""

    def make(acceptance: str = "at_once") -> World:
        company = create_company(session, code="SL")
        create_pay_policy(session, company, acceptance=acceptance)
        for code in ("bbox_2d", "polygon"):
            create_task_type(session, code=code, name_zh=f"任务{code}")
        employments = {}
        for number, name in enumerate(NAMES, start=1):
            no = f"A{number:04d}"
            employments[no] = create_employment(
                session, company, create_person(session, name=name), employee_no=no
            )
        session.commit()
        return World(session, company, employments)

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """The world whose output is accepted at once."""
    return make_world()


@pytest.fixture
def place(world: World) -> Callable[[str], World]:
    """Make the place for a source's example: its teams, its batch, or a company without people."""

    def make(code: str) -> World:
        found = world
        if code == "employees":
            # The world's people have their numbers already.
            found = World(world.session, create_company(world.session, code="XY"), {})
        for number, name in enumerate(("标注一组", "标注二组"), start=1):
            create_team(world.session, found.company, name=name, code=f"T{number}")
        if code in {"practice_work", "exam_results"}:
            create_example_class(world.session, found.company, list(found.employments.values()))
        if code == "seat_assignments":
            create_example_seats(world.session, found.company)
        world.session.commit()
        if code not in {"output", "employees"}:
            line = "A0001,2026-10-01,bbox_2d,B2026-10-A,1"
            found.apply("output", "批次.csv", f"工号,日期,任务类型,批次,合格数量\n{line}\n")
        return found

    return make


def reasons(preview: Preview) -> list[tuple[int | None, str]]:
    """Say row and code of each refusal."""
    return [(refusal.place.row, refusal.error.code) for refusal in preview.refusals]
