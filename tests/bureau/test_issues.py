"""Published issues: frozen, revised with exactly what changed, and never telling of a few alone."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.bureau.world import create_base
from tests.engines import both_engines
from tests.factories.seating import create_office
from tests.statistics.seed import OCTOBER, create_run
from tests.together import AT_ONCE, Other
from workforce.bureau.issues import issues, kept, publishing
from workforce.bureau.issues.differences import Changes, Difference
from workforce.bureau.issues.kept import Months
from workforce.bureau.jobs import KEEP_STATISTICS
from workforce.bureau.models import StatisticsIssue, StatisticsSnapshot
from workforce.bureau.seats import months as seat_months
from workforce.core.errors import InputError, StateError
from workforce.payroll.models import PayrollRun
from workforce.people.models import Person
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.jobs import Progress, Task
from workforce.statistics import cube_json
from workforce.statistics.cube import TOTAL, CellRef
from workforce.statistics.tables import Cell, CellState


def close(session: Session) -> None:
    session.execute(update(PayrollRun).values(state="closed"))
    session.commit()


def create_closed(session: Session) -> None:
    """Make the base of 23 people, all of education 30, with October closed and computed."""
    create_base(session)
    close(session)
    compute(session)


def compute(session: Session) -> None:
    session.rollback()
    months = Months(session)
    for month in reversed(months.closed):
        kept.refresh(session, months, month)


def correct(session: Session, first: int, last: int, **values: Any) -> None:
    """Change what is known of some people, by number; odd numbers are men."""
    ids = session.scalars(select(Person.id).order_by(Person.id)).all()[first - 1 : last]
    session.execute(update(Person).where(Person.id.in_(ids)).values(**values))
    session.commit()
    compute(session)


def shown(value: int) -> Cell:
    return Cell(CellState.SHOWN, value)


def newest(session: Session) -> issues.Issue:
    found = issues.published(session, OCTOBER)
    assert found is not None
    return found


@pytest.mark.feature("OFF-9")
@both_engines
def test_an_issue_is_frozen_in_the_database(session: Session) -> None:
    create_closed(session)
    create_office(session, None, 1)
    session.commit()
    assert publishing.publish(OCTOBER, CLI) == 1
    assert seat_months.months(session) == [OCTOBER]
    assert newest(session).cubes.cell(CellRef("whole", "jobs_end", ())) == shown(23)
    for statement in (update(StatisticsIssue).values(note="x"), delete(StatisticsIssue)):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(statement)
        session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action.like("%.publish"))).one()
    assert entry.subject_type == "statistics_issue"


@pytest.mark.feature("OFF-9")
@both_engines
def test_a_correction_gives_a_revised_issue_with_exactly_its_cells(session: Session) -> None:
    create_closed(session)
    publishing.publish(OCTOBER, CLI)
    first = newest(session)
    correct(session, 1, 12, education="10")
    publishing.publish(OCTOBER, CLI, note="学历登记更正")

    second = newest(session)
    assert (second.number, second.note) == (2, "学历登记更正")
    # Of 23, the first 12 (6 men, 6 women) move; 6 men and 5 women stay.
    told = {
        one.ref: (one.old, one.new) for one in second.changes.cells if one.ref.measure == "jobs_end"
    }
    assert told == {
        CellRef("education", "jobs_end", ("10",)): (shown(0), shown(12)),
        CellRef("education", "jobs_end", ("30",)): (shown(23), shown(11)),
        CellRef("sex_education", "jobs_end", ("1", "10")): (shown(0), shown(6)),
        CellRef("sex_education", "jobs_end", ("2", "10")): (shown(0), shown(6)),
        CellRef("sex_education", "jobs_end", (TOTAL, "10")): (shown(0), shown(12)),
        CellRef("sex_education", "jobs_end", ("1", "30")): (shown(12), shown(6)),
        CellRef("sex_education", "jobs_end", ("2", "30")): (shown(11), shown(5)),
        CellRef("sex_education", "jobs_end", (TOTAL, "30")): (shown(23), shown(11)),
    }
    assert {one.ref.cube for one in second.changes.cells} == {"education", "sex_education"}
    # Nobody's wages have changed: no total of them has.
    assert not [one for one in second.changes.cells if set(one.ref.groups) <= {TOTAL}]
    assert second.changes.kept_back == ()
    # The first issue says what it said.
    assert issues.issue(session, OCTOBER, 1) == first
    for one in second.changes.cells:
        assert second.cubes.cell(one.ref) == one.new


def test_a_revised_issue_needs_a_reason_and_a_correction(session: Session) -> None:
    create_closed(session)
    publishing.publish(OCTOBER, CLI)
    with pytest.raises(StateError) as nothing:
        publishing.publish(OCTOBER, CLI, note="无")
    assert nothing.value.code == "issue.no_change"
    correct(session, 1, 12, education="10")
    with pytest.raises(InputError) as silent:
        publishing.publish(OCTOBER, CLI, note=" ")
    assert silent.value.code == "issue.no_note"
    assert newest(session).number == 1


@pytest.mark.feature("OFF-6")
def test_a_correction_of_a_few_waits_until_it_is_about_enough(session: Session) -> None:
    """With both issues at hand, 23 → 22 would tell the education of the one who was corrected."""
    create_closed(session)
    publishing.publish(OCTOBER, CLI)
    correct(session, 1, 1, education="10")
    draft = publishing.draft(session, Months(session), OCTOBER)
    assert draft is not None
    assert draft.changes.cells == ()
    assert ("education", "jobs_end") in draft.changes.kept_back

    # Something else is told meanwhile, and the few are not told with it, then or afterwards.
    correct(session, 1, 12, township="500236118")
    publishing.publish(OCTOBER, CLI, note="户籍更正")
    second = newest(session)
    assert {one.ref.cube for one in second.changes.cells} >= {"township"}
    assert (
        second.cubes.tables["education"]
        == issues.issue(session, OCTOBER, 1).cubes.tables["education"]
    )
    draft = publishing.draft(session, Months(session), OCTOBER)
    assert draft is not None
    assert draft.changes.cells == ()

    # Once there are twelve they are told, compared with the issue that told education last.
    correct(session, 1, 12, education="10")
    publishing.publish(OCTOBER, CLI, note="学历更正")
    third = newest(session)
    assert third.cubes.cell(CellRef("education", "jobs_end", ("10",))) == shown(12)
    assert third.cubes.cell(CellRef("education", "jobs_end", ("30",))) == shown(11)


@pytest.mark.feature("OFF-6")
def test_what_an_issue_withheld_stays_withheld(session: Session) -> None:
    create_closed(session)
    # 3 of 23 are graduates: withheld, and with them what would tell.
    correct(session, 21, 23, education="10")
    publishing.publish(OCTOBER, CLI)
    first = newest(session)
    few = CellRef("education", "jobs_end", ("10",))
    assert first.cubes.cell(few).state is CellState.WITHHELD
    correct(session, 1, 8, education="10")
    draft = publishing.draft(session, Months(session), OCTOBER)
    assert draft is not None
    # 11 could be shown now, if nobody had seen the first issue.
    assert draft.snapshot.cubes.cell(few) == shown(11)
    assert draft.cubes.cell(few).state is CellState.WITHHELD


@both_engines
def test_a_snapshot_made_anew_is_the_same(session: Session) -> None:
    create_closed(session)
    before = kept.snapshot(session, OCTOBER)
    assert before is not None
    assert cube_json.from_json(cube_json.to_json(before.cubes)) == before.cubes
    assert cube_json.sha256_of(cube_json.to_json(before.cubes)) == before.content_sha256
    months = Months(session)
    assert not kept.refresh(session, months, OCTOBER)
    session.execute(delete(StatisticsSnapshot))
    session.commit()
    task = Task(job_id=0, kind=KEEP_STATISTICS.code, company_id=None, params={}, actor=CLI)
    assert KEEP_STATISTICS.run(task, Progress(task)) == {"months": 1, "made": 1}
    after = kept.snapshot(session, OCTOBER)
    assert after is not None
    assert (after.content_sha256, after.input_hash) == (before.content_sha256, before.input_hash)


def test_only_what_is_closed_computed_and_looked_at_is_published(session: Session) -> None:
    def refused(**arguments: Any) -> str:
        with pytest.raises(StateError) as error:
            publishing.publish(OCTOBER, CLI, **arguments)
        return error.value.code

    create_base(session)
    assert refused() == "issue.not_closed"
    close(session)
    assert refused() == "issue.not_computed"
    compute(session)
    assert refused(digest="0" * 64) == "issue.changed"
    session.execute(update(Person).values(education="10"))
    session.commit()
    assert refused() == "issue.out_of_date"
    assert issues.published_months(session) == []


def test_months_are_published_in_their_order(session: Session) -> None:
    """A later month that is published is known: an earlier one could fill its gaps."""
    company = create_base(session)["BIG"]
    create_run(session, company, OCTOBER.previous())
    close(session)
    compute(session)
    draft = publishing.draft(session, Months(session), OCTOBER)
    assert draft is not None
    assert draft.skipped == (OCTOBER.previous(),)
    publishing.publish(OCTOBER, CLI)
    assert publishing.waiting(Months(session), issues.published_months(session)) == []
    with pytest.raises(StateError) as error:
        publishing.publish(OCTOBER.previous(), CLI, note="首期")
    assert error.value.code == "issue.later_published"


@both_engines
def test_publishing_at_once_makes_one_issue(app: Flask, session: Session) -> None:
    create_closed(session)
    others = [Other(app, lambda: publishing.publish(OCTOBER, CLI)) for _ in range(AT_ONCE)]
    for other in others:
        other.start()
    for other in others:
        other.join(60)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(StatisticsIssue)) == 1
    assert [other.error for other in others].count(None) == 1


def test_what_would_only_be_withheld_is_no_correction() -> None:
    """Everybody has the earlier issue: withholding more of it afterwards hides nothing."""
    ref = CellRef("sex", "jobs_end", ("1",))
    withheld = Difference(ref, shown(12), Cell(CellState.WITHHELD))
    assert Changes((withheld,)).count == 0
    assert Changes((withheld, Difference(ref, shown(12), shown(17)))).count == 2
