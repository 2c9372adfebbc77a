"""Returns: what can be true, by when it is due, and how it goes between company and bureau."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests import factories
from tests.delivery.conftest import Mailbox
from tests.engines import both_engines
from tests.factories.jobs import do_now
from tests.factories.returns import FIGURES, create_return
from tests.statistics.seed import create_payslip
from workforce.companies.models import Company
from workforce.core.errors import DomainError, InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.audit import CLI, Actor, AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.returns import jobs, queries, service
from workforce.returns.checks import check
from workforce.returns.deadlines import Deadline, DueRule, deadline
from workforce.returns.models import CompanyReturn, ReturnReminder
from workforce.returns.queries import ReturnState
from workforce.statistics.cube import CubeSet, CubeTable, PayrollCoverage
from workforce.statistics.tables import Cell, CellState

OCTOBER = PayPeriod(2026, 10)


def codes(found: list[Any]) -> list[tuple[str, str, bool]]:
    return [(one.item.code, one.error.code, one.is_must) for one in found]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"joined": None}, [("joined", "return.missing", True)]),
        # 40 + 6 − 5 = 41.
        ({"jobs_end": 40}, [("jobs_end", "return.end", True)]),
        ({"end_women": 42}, [("end_women", "return.part", True)]),
        # The parts come to 20 250 000.
        ({"bonus_wages": 1_249_999}, [("total_wages", "return.wages", True)]),
        ({"arrears_people": 2}, [("arrears_amount", "return.arrears", False)]),
        # 46 people at most in the month.
        ({"average_headcount": 4_601}, [("average_headcount", "return.average", False)]),
        # 12 150.01 hours ÷ 40.50 = 300.0002…, rounded 300.00; a hundred times that is not.
        ({"worked_hours": 1_215_001}, []),
        ({"worked_hours": 121_500_100}, [("worked_hours", "return.hours", False)]),
    ],
)
def test_what_cannot_be_true_is_told_apart_from_what_may_be(
    changed: dict[str, int | None], expected: list[tuple[str, str, bool]]
) -> None:
    merged: dict[str, int | None] = {**FIGURES, **changed}
    figures = {code: value for code, value in merged.items() if value is not None}

    assert codes(check(figures)) == expected


def test_a_month_is_compared_with_the_one_before_and_with_the_minimum_wage() -> None:
    # 5 000.00 a head now; 3 846.16 before is 30.0000 % less, 3 846.15 a little more than that.
    before = {"jobs_end": 40, "average_headcount": 100, "total_wages": 384_616}
    assert codes(check(FIGURES, before, 500_000)) == []
    less = {"jobs_end": 39, "average_headcount": 100, "total_wages": 384_615}
    assert codes(check(FIGURES, less, 500_001)) == [
        ("jobs_start", "return.start", False),
        ("total_wages", "return.wage_change", False),
        ("total_wages", "return.below_minimum", False),
    ]


@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [
        # The 5th of October lies in the break of the 1st to the 7th: Thursday the 8th.
        (PayPeriod(2026, 9), 5, Deadline(dt.date(2026, 10, 8), is_moved=True)),
        # The 10th of October is a Saturday on which people work.
        (PayPeriod(2026, 9), 10, Deadline(dt.date(2026, 10, 10), is_moved=False)),
        # Spring Festival lasts until Monday the 23rd of February.
        (PayPeriod(2026, 1), 15, Deadline(dt.date(2026, 2, 24), is_moved=True)),
        # An ordinary Saturday.
        (PayPeriod(2026, 10), 14, Deadline(dt.date(2026, 11, 16), is_moved=True)),
    ],
)
@pytest.mark.feature("OFF-11")
def test_the_deadline_moves_over_holidays(
    month: PayPeriod, day: int, expected: Deadline, session: Session
) -> None:
    del session
    rules = [DueRule("2026-01", day), DueRule("2026-12", 28)]

    assert deadline(month, rules, law_book().calendar()) == expected


def test_without_a_rule_returns_are_due_on_the_10th(session: Session) -> None:
    del session
    assert deadline(OCTOBER, [], law_book().calendar()).on == dt.date(2026, 11, 10)


def submit(company: Company, month: PayPeriod, **changes: Any) -> CompanyReturn:
    """Submit `FIGURES` with changes, as the company."""
    more = {"remark": "已核实", "submit_key": None, **changes}
    figures = {**FIGURES, **more.pop("figures", {})}
    remark = more.pop("remark")
    with unit_of_work() as session:
        return service.submit(
            session, Scope.company(company.id), month, figures, remark, CLI, **more
        )


def decide(return_id: int, actor: Actor = CLI, *, is_accepted: bool) -> None:
    with unit_of_work() as session:
        service.decide(
            session, Scope.base(), return_id, actor, is_accepted=is_accepted, reason="女性人数不对"
        )


def state(session: Session, company: Company, month: PayPeriod = OCTOBER) -> queries.Standing:
    session.rollback()
    scope, calendar = Scope.company(company.id), law_book().calendar()
    return queries.standings(session, scope, [month], clock.today(), calendar)[0]


@pytest.mark.feature("OFF-11", "OFF-16")
def test_submitting_and_deciding_in_any_order(session: Session, outside: Company) -> None:
    """Every two acts after a return, and longer ways, each in a month of its own, beside a small model."""
    acts, month = ("A", "B", "accept", "give back"), PayPeriod(2020, 1)
    outside.returns_from = str(month)
    session.commit()
    long = ("A", "give back", "B", "accept", "give back", "B", "A", "A", "accept", "B", "give back")
    for order in [("accept", "A"), *(("A", *two) for two in product(acts, repeat=2)), long]:
        said, answer, count, newest_id = "", "", 0, 0
        for act in order:
            expected: type[Exception] | None = None
            if act in {"A", "B"}:
                if act == said:
                    expected = StateError if answer == "give back" else None
                else:
                    said, answer, count = act, "", count + 1
            elif not said:
                continue
            elif answer in {"give back", act}:
                expected = StateError
            else:
                answer = act
            try:
                if act in {"A", "B"}:
                    women = 25 if act == "A" else 24
                    newest_id = submit(outside, month, figures={"end_women": women}).id
                else:
                    decide(newest_id, is_accepted=act == "accept")
                seen: type[Exception] | None = None
            except DomainError as error:
                seen = type(error)
            assert seen is expected, (order, act)
        found = state(session, outside, month)
        names = {"": "submitted", "accept": "accepted", "give back": "returned"}
        assert found.state == (names[answer] if said else "not_due"), order
        assert (found.newest.version if found.newest else 0) == count, order
        month = month.next()


@both_engines
@pytest.mark.feature("OFF-11", "OFF-16")
def test_a_return_stands_once_it_is_submitted(session: Session, outside: Company) -> None:
    scope = Scope.company(outside.id)
    with unit_of_work() as working:
        # A draft may be as wrong as it likes, and changes.
        service.save_draft(working, scope, OCTOBER, {"jobs_end": 7}, "", CLI)
    assert (state(session, outside).state, state(session, outside).has_draft) == ("due", True)
    first = submit(outside, OCTOBER, submit_key="k1")
    assert queries.figures(session, first.id) == FIGURES
    assert service.receipt_number("WB", first) == "2026-10-WB-1"

    # The same content is the same return; no draft stays behind.
    again = submit(outside, OCTOBER, submit_key="k1")
    assert (again.id, submit(outside, OCTOBER).id) == (first.id, first.id)
    found = state(session, outside)
    assert (found.state, found.has_draft) == (ReturnState.SUBMITTED, False)
    for statement in (
        "UPDATE company_return SET remark = 'x'",
        "DELETE FROM company_return",
        "UPDATE return_figure SET value = 1 WHERE item = 'jobs_end'",
        "DELETE FROM return_figure",
    ):
        with pytest.raises(DatabaseError, match="it stands"):
            session.execute(text(statement))
        session.rollback()
    decide(first.id, is_accepted=True)
    with pytest.raises(DatabaseError, match="it stands"):
        session.execute(text("UPDATE return_decision SET is_accepted = false"))
    session.rollback()

    # Corrected all the same, in the form that was gone back to: another version, the first one is kept.
    second = submit(outside, OCTOBER, submit_key="k1", figures={"end_women": 24})
    assert (second.version, state(session, outside).state) == (2, ReturnState.SUBMITTED)
    # What the browser sends a second time is still the first one.
    assert submit(outside, OCTOBER, submit_key="k1").id == first.id
    with pytest.raises(StateError):
        decide(first.id, is_accepted=False)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [action for action in actions if action.startswith("return.")] == [
        "return.save",
        "return.save",
        "return.submit",
        "return.accept",
        "return.save",
        "return.submit",
    ]


def test_a_doubtful_figure_is_explained_and_a_wrong_one_is_not_taken(
    session: Session, outside: Company
) -> None:
    doubtful = {"arrears_people": 2}
    for changes, code in (
        ({"figures": doubtful, "remark": ""}, "return.unexplained"),
        ({"figures": {"jobs_end": 40}}, "return.end"),
    ):
        with pytest.raises(InputError) as caught:
            submit(outside, OCTOBER, **changes)
        assert caught.value.code == code
    assert submit(outside, OCTOBER, figures=doubtful).version == 1
    with pytest.raises(StateError, match="not over"):
        submit(outside, PayPeriod(2026, 11))
    with pytest.raises(StateError, match="No return of 2026-08"):
        submit(outside, PayPeriod(2026, 8))
    inside = factories.create_company(session)
    session.commit()
    with pytest.raises(StateError, match="computed"):
        submit(inside, OCTOBER)


@pytest.mark.feature("OFF-11")
def test_who_is_late_is_told_by_days_and_reminded_once_a_week(
    session: Session, outside: Company
) -> None:
    create_return(session, outside, period="2026-09")
    session.commit()

    def on(day: int) -> tuple[str, int]:
        with clock.fixed(dt.datetime(2026, 11, day, 4, tzinfo=dt.UTC)):
            found = state(session, outside)
            return found.state, found.overdue_days

    assert [on(10), on(11), on(17)] == [("due", 0), ("overdue", 1), ("overdue", 7)]
    reminded = []
    for day in (6, 7, 8, 13, 14, 15, 21):
        with clock.fixed(dt.datetime(2026, 11, day, 4, tzinfo=dt.UTC)):
            reminded.append(do_now(session, jobs.REMIND)["reminded"])
            session.rollback()
    # From three days before the deadline on, then every seven days.
    assert reminded == [0, 1, 0, 0, 1, 0, 1]
    assert session.scalars(select(ReturnReminder.times)).all() == [3]

    # What is given back after the deadline is late since then.
    late = create_return(session, outside)
    session.commit()
    with clock.fixed(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)):
        decide(late.id, is_accepted=False)
    assert [on(22), on(24)] == [("returned", 0), ("returned", 2)]


def employ(session: Session, company: Company, sex: str, **dates: dt.date) -> Employment:
    person = factories.create_person(session, sex=sex)
    return factories.create_employment(session, company, person, **dates)


@pytest.fixture
def inside(session: Session) -> Company:
    """Seven women and two men all month, a man from the 17th on; September is not asked for.

    Average: 9 + 15 ÷ 31 = 9.4838…, 9.48. October is approved: each has 3 000.00, the first one a bonus
    of 500.00 besides, all women are insured.
    """
    company = factories.create_company(session, code="NB", returns_from="2026-10")
    run = factories.create_run(session, company)
    joined = dt.date(2026, 10, 17)
    people = [employ(session, company, "2") for _ in range(7)]
    people += [employ(session, company, "1"), employ(session, company, "1")]
    people += [employ(session, company, "1", hired_on=joined)]
    for number, one in enumerate(people):
        parts = {"time": 300_000, **({"bonus": 50_000} if number == 0 else {})}
        create_payslip(session, run, one, parts, insured=number < 7)
    session.commit()
    return company


def confirm(session: Session, company: Company, remark: str = "") -> CompanyReturn:
    session.rollback()
    scope = Scope.company(company.id)
    _, digest = service.computed_return(session, queries.reporter_of(session, scope), OCTOBER)
    with unit_of_work() as working:
        return service.confirm(working, scope, OCTOBER, digest, remark, CLI)


@both_engines
@pytest.mark.feature("OFF-11")
def test_a_computed_return_is_confirmed_and_again_when_it_changes(
    session: Session, inside: Company
) -> None:
    one = confirm(session, inside)
    figures = queries.figures(session, one.id)
    expected = {
        "jobs_start": 9,
        "joined": 1,
        "left": 0,
        "jobs_end": 10,
        "end_women": 7,
        "average_headcount": 948,
        "total_wages": 3_050_000,
        "time_wages": 3_000_000,
        "bonus_wages": 50_000,
        "piece_wages": 0,
        "insured": 7,
        "arrears_amount": 0,
    }
    assert {code: figures[code] for code in expected} == expected
    assert queries.behind(session, one.id)["bonus_wages"] == 1
    assert confirm(session, inside).id == one.id
    assert do_now(session, jobs.COMPUTE) == {"months": 1}
    assert state(session, inside).state == ReturnState.SUBMITTED

    late = session.scalars(select(Employment).order_by(Employment.id.desc())).first()
    assert late is not None
    late.hired_on = dt.date(2026, 10, 16)
    session.commit()
    do_now(session, jobs.COMPUTE)
    assert state(session, inside).state == ReturnState.CHANGED
    scope, shown = Scope.company(inside.id), one.content_sha256 or ""
    with pytest.raises(StateError, match="have changed"), unit_of_work() as working:
        service.confirm(working, scope, OCTOBER, shown, "", CLI)
    second = confirm(session, inside)
    # 9 + 16 ÷ 31 = 9.5161…
    assert queries.figures(session, second.id)["average_headcount"] == 952
    assert (second.version, state(session, inside).state) == (2, ReturnState.SUBMITTED)


def test_a_month_that_is_not_decided_is_not_confirmed(session: Session, outside: Company) -> None:
    company = factories.create_company(session)
    factories.create_employment(session, company)
    session.commit()
    with pytest.raises(StateError, match="not approved"):
        confirm(session, company)
    with pytest.raises(StateError, match="files its returns itself"):
        confirm(session, outside)


def cubes(total_wages: Cell) -> CubeSet:
    """Three companies in the system, one of them not decided; of their figures only the wages."""
    whole = CubeTable(
        code="whole", title=Text("", ""), axes=(), figures={"total_wages": (total_wages,)}
    )
    return CubeSet(
        period=OCTOBER,
        is_protected=True,
        payroll=PayrollCoverage(companies=3, with_result=2, approved=2),
        uncounted=Cell(CellState.SHOWN, 0),
        tables={"whole": whole},
    )


def accepted(session: Session, wages: int, code: str) -> None:
    company = factories.create_company(
        session, code=code, reports_by="return", returns_from="2026-10"
    )
    one = create_return(
        session, company, figures={"total_wages": wages, "time_wages": wages - 11_250_000}
    )
    session.commit()
    decide(one.id, is_accepted=True)


@pytest.mark.feature("OFF-11")
def test_typed_figures_stand_beside_computed_ones_and_few_are_withheld(
    session: Session, outside: Company
) -> None:
    shown = cubes(Cell(CellState.SHOWN, 100_000_000))

    def wages(of: CubeSet = shown) -> tuple[Any, ...]:
        session.rollback()
        table = service.source_table(session, OCTOBER, of)
        row = next(row for row in table.rows if row.item.code == "total_wages")
        cells = tuple(cell.value or cell.state for cell in (row.computed, row.typed, row.both))
        return (*cells, table.typed_companies, table.typed_missing, table.computed_missing)

    # A return that nobody has accepted is not counted.
    create_return(session, outside)
    session.commit()
    # Nor is what it owes nothing: there is no sum with an unknown.
    assert wages() == (100_000_000, CellState.UNDEFINED, CellState.UNDEFINED, 0, 1, 1)
    for number in range(2):
        accepted(session, 20_000_000, f"W{number}")
    hidden = CellState.WITHHELD
    assert wages() == (100_000_000, hidden, hidden, 2, 1, 1)
    accepted(session, 20_000_000, "W2")
    assert wages() == (100_000_000, 60_000_000, 160_000_000, 3, 1, 1)
    assert wages(cubes(Cell(hidden)))[:3] == (hidden, 60_000_000, hidden)
    # 185 000 000 of 245 000 000 are 75.5 %.
    accepted(session, 185_000_000, "W3")
    assert wages()[:3] == (100_000_000, hidden, hidden)


def test_another_companys_return_is_not_found(session: Session, outside: Company) -> None:
    other = factories.create_company(session)
    one = create_return(session, outside)
    session.commit()
    for scope in (Scope.company(other.id), Scope.teams(outside.id, frozenset({1})), Scope.own(1)):
        with pytest.raises(NotFoundError):
            queries.return_named(session, scope, one.id)
    with pytest.raises(NotFoundError), unit_of_work() as working:
        service.decide(working, Scope.company(other.id), one.id, CLI, is_accepted=True)


def test_a_reminder_is_mailed_without_a_figure(
    session: Session, outside: Company, mail_on: Mailbox
) -> None:
    create_return(session, outside, period="2026-09")
    session.commit()
    with clock.fixed(dt.datetime(2026, 11, 12, 4, tzinfo=dt.UTC)):
        assert do_now(session, jobs.REMIND) == {"period": None, "reminded": 1, "mailed": 1}
    (mail,) = mail_on.to("wb@mail.example")
    assert mail["Subject"] == "请报送 2026-10 月报（期限 2026-11-10，已逾期 2 天）"
    assert outside.name in mail.get_content()
