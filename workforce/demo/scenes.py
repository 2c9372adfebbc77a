"""What the people of the demo vouch for, ask and answer, by the services that the pages use.

One annotator, a colleague of the same team, their leader and the two people of finance: enough that
every role's pages have something that waits and something that is settled. Each act has its own time,
in the days before the demo's evening; an act that is there already is not done again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.accounts.queries import account_named
from workforce.accounts.service import actor_of
from workforce.attendance import balances, requests
from workforce.attendance import queries as attendance
from workforce.attendance.balances import read_balances
from workforce.attendance.confirmations import complete_days, confirm
from workforce.attendance.requests import Decider, LeaveWish, ShiftWish
from workforce.attendance.requests_reading import requests_for
from workforce.attendance.team_days import TeamDays, teams_in
from workforce.core.period import PayPeriod
from workforce.core.work_calendar import DayClass
from workforce.declarations import service as declarations
from workforce.declarations.kinds import OWN_AMOUNT, WHOLE
from workforce.declarations.queries import declaration_rows
from workforce.demo.telling import reach
from workforce.demo.world import REGION
from workforce.disputes import service as disputes
from workforce.disputes.queries import dispute_rows
from workforce.payroll.line_heads import line_heads
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.audit import Actor

_DAY: Final = dt.timedelta(days=1)
_MORNING, _EVENING = dt.time(9, 20), dt.time(20, 15)
_SHIFT: Final = (dt.time(9), dt.time(18))
_BREAK_MINUTES: Final = 60
_MADE_GOOD: Final = 2_280
"""Fen: sixty units that were counted too late."""
_SHARE_OF_CARE: Final = 150_000
_STATED_BEFORE: Final = dt.timedelta(days=20)
_YEARS_ELSEWHERE: Final = 13
"""Nobody of the team has worked so many years elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who plays, by login names: of a company, and of its team ``team_code``.

    ``annotator_no`` and ``colleague_no`` are employee numbers; ``leader_of`` tells who leads a team.
    """

    company_code: str
    team_code: str
    annotator_no: str
    annotator: str
    colleague_no: str
    colleague: str
    leader_of: Mapping[str, str]
    finance: str

    @property
    def leader(self) -> str:
        """The leader of the two people's team."""
        return self.leader_of[self.team_code]


def workdays_before(today: dt.date, count: int, calendar: WorkCalendar) -> list[dt.date]:
    """Return the last workdays before a day, the latest first."""
    found: list[dt.date] = []
    on = today
    while len(found) < count:
        on -= _DAY
        if calendar.day_class(on) is DayClass.WORKDAY:
            found.append(on)
    return found


def confirm_month(
    company_code: str,
    leader_of: Mapping[str, str],
    period: PayPeriod,
    calendar: WorkCalendar,
    *,
    left: frozenset[tuple[str, dt.date]] = frozenset(),
) -> None:
    """Let the leaders confirm every complete day of a month, up to yesterday.

    ``left``: days of teams, by code, that nobody has looked at yet.
    """
    _, scope = reach(company_code)
    today = min(clock.today(), period.end_on)
    last_on = min(period.last_on, today - _DAY)
    with clock.fixed(_at(today, _MORNING)), unit_of_work() as session:
        for team in teams_in(session, scope):
            days = TeamDays(session, team, period, calendar, today=today, last_on=last_on)
            wanted = [on for on in complete_days(days) if (team.code, on) not in left]
            confirm(session, _actor(session, leader_of[team.code]), days, wanted)


def state_service(cast: Cast, book: LawBook) -> None:
    """Finance states since when the team's people have worked anywhere: annual leave is then known."""
    _, scope = reach(cast.company_code)
    on = clock.today() - _STATED_BEFORE
    with clock.fixed(_at(on, _MORNING)), unit_of_work() as session:
        team = next(one for one in teams_in(session, scope) if one.code == cast.team_code)
        actor = _actor(session, cast.finance)
        for number, row in enumerate(read_balances(session, team.scope, on.year, on, book, REGION)):
            if row.counted_from is None:
                year = row.hired_on.year - (3 * number + 1) % _YEARS_ELSEWHERE
                counted_from = row.hired_on.replace(year=year, day=1)
                balances.state_service(session, scope, actor, row.employment_id, counted_from)


def ask_about_attendance(cast: Cast, calendar: WorkCalendar) -> None:
    """A missing shift that was taken in, another that waits, and leave that is asked for."""
    company_id, scope = reach(cast.company_code)
    if db.session.execute(requests_for(scope).limit(1)).first() is not None:
        return
    today = clock.today()
    yesterday, _, third, *_ = workdays_before(today, 3, calendar)
    with unit_of_work() as session:
        leader = _actor(session, cast.leader)
        team = next(one for one in teams_in(session, scope) if one.code == cast.team_code)
        mine = _Asker.find(session, company_id, cast.annotator_no, cast.annotator)
        theirs = _Asker.find(session, company_id, cast.colleague_no, cast.colleague)
        with clock.fixed(_at(third + _DAY, _MORNING)):
            asked = mine.ask(session, _whole_shift(session, mine, third), "下班时打卡机没有反应")
        with clock.fixed(_at(third + _DAY, _EVENING)):
            requests.decide(
                session,
                team.scope,
                Decider(leader, None),
                asked,
                is_approved=True,
                answer="当天确实在岗，已核对产量",
            )
        with clock.fixed(_at(yesterday, _EVENING)):
            theirs.ask(
                session, _whole_shift(session, theirs, yesterday), "早上到岗忘了打卡，组长在场"
            )
        with clock.fixed(_at(today, _MORNING)):
            on = next(
                day
                for day in (today + n * _DAY for n in range(4, 15))
                if calendar.day_class(day) is DayClass.WORKDAY
            )
            mine.ask(
                session,
                LeaveWish(kind="personal_leave", first_on=on, last_on=on),
                "孩子学校开家长会",
            )


@dataclass(frozen=True, slots=True)
class _Asker:
    """Somebody with an account: an employment and its person."""

    employment_id: int
    person_id: int
    actor: Actor

    @classmethod
    def find(cls, session: Session, company_id: int, employee_no: str, login: str) -> _Asker:
        known = people.all_employments(Scope.company(company_id)).subquery()
        row = session.execute(
            select(known.c.employment_id, known.c.person_id).where(
                known.c.employee_no == employee_no
            )
        ).one()
        return cls(row.employment_id, row.person_id, _actor(session, login))

    @property
    def scope(self) -> Scope:
        """What the own pages reach."""
        return Scope.own(self.person_id)

    def ask(self, session: Session, wish: ShiftWish | LeaveWish, reason: str) -> int:
        """Ask, and return the request's key."""
        request = requests.ask(
            session, self.scope, self.actor, self.employment_id, wish, reason=reason
        )
        return request.id


def _whole_shift(session: Session, asker: _Asker, on: dt.date) -> ShiftWish:
    """Return the wish for an ordinary day, in place of the shift that is recorded, if one is."""
    rows = session.execute(attendance.shifts(asker.scope, on, on)).all()
    recorded = (row.starts_at for row in rows if row.employment_id == asker.employment_id)
    return ShiftWish(
        on=on,
        starts=_SHIFT[0],
        ends=_SHIFT[1],
        break_minutes=_BREAK_MINUTES,
        corrects_starts_at=next(recorded, None),
    )


def doubt_and_settle(cast: Cast, period: PayPeriod, book: LawBook) -> None:
    """The annotator asks about the pay of a closed month, and is right: paid with the next month."""
    asked_on = period.next().first_on + 11 * _DAY
    with clock.fixed(_at(asked_on, _EVENING)):
        dispute_id = _doubt(
            cast, period, "piecework_pay", "月底返工后合格的一批好像没有算进来，请核对。", book
        )
    if dispute_id is None:
        return
    _, scope = reach(cast.company_code)
    with clock.fixed(_at(asked_on + 2 * _DAY, _MORNING)):
        disputes.answer_dispute(
            scope,
            dispute_id,
            "已核对：返工后合格的 60 件验收登记晚了，没有算进当月。补发 22.80 元，随下个月工资一起发。",
            _actor(db.session(), cast.finance),
            is_accepted=True,
            amount=_MADE_GOOD,
            person_id=None,
        )


def doubt(cast: Cast, period: PayPeriod, book: LawBook) -> None:
    """The annotator asks about a line of the last payslip; nobody has answered yet."""
    with clock.fixed(_at(clock.today() - 3 * _DAY, _EVENING)):
        _doubt(
            cast,
            period,
            "quality_deduction",
            "质量扣款是按哪几次抽检算的？我记得月底都合格。",
            book,
        )


def _doubt(cast: Cast, period: PayPeriod, code: str, reason: str, book: LawBook) -> int | None:
    """Ask about the greatest line of a kind, or of piece wages; None: it has its answer already."""
    company_id, _ = reach(cast.company_code)
    session = db.session()
    asker = _Asker.find(session, company_id, cast.annotator_no, cast.annotator)
    for row in dispute_rows(session, asker.scope):
        if row.period == period:
            return row.dispute_id if row.state == "open" else None
    heads = line_heads(asker.scope).subquery()
    line = session.execute(
        select(heads.c.payslip_id, heads.c.seq)
        .where(
            heads.c.employment_id == asker.employment_id,
            heads.c.period == str(period),
            heads.c.code.in_((code, "piecework_pay")),
        )
        .order_by(heads.c.code != code, heads.c.amount.desc(), heads.c.seq)
        .limit(1)
    ).one()
    return disputes.open_dispute(
        asker.scope,
        line.payslip_id,
        line.seq,
        reason,
        None,
        asker.actor,
        book.calendar(),
    )


def declare(cast: Cast, period: PayPeriod, book: LawBook) -> None:
    """The annotator declares care for a parent, taken into pay, and a course, not looked at yet."""
    company_id, scope = reach(cast.company_code)
    asker = _Asker.find(db.session(), company_id, cast.annotator_no, cast.annotator)
    known = {row.code: row for row in declaration_rows(db.session(), asker.scope)}
    today = clock.today()

    def declare_once(code: str, subject: str, share: int, amount: int | None) -> int | None:
        if code in known:
            row = known[code]
            return row.declaration_id if row.state == "submitted" else None
        wish = declarations.Wish(
            employment_id=asker.employment_id,
            code=code,
            subject=subject,
            share=share,
            stated_amount=amount,
            first_month=period,
            last_month=PayPeriod(period.year, 12),
        )
        return declarations.declare(asker.scope, wish, None, asker.actor, book)

    with clock.fixed(_at(today - 6 * _DAY, _EVENING)):
        care = declare_once("elderly_support", "母亲", OWN_AMOUNT, _SHARE_OF_CARE)
    if care is not None:
        with clock.fixed(_at(today - 4 * _DAY, _MORNING)):
            declarations.accept(scope, care, _actor(db.session(), cast.finance), None)
    with clock.fixed(_at(today - _DAY, _EVENING)):
        declare_once("continuing_education", "计算机应用技术 专科（函授）", WHOLE, None)


def _actor(session: Session, login: str) -> Actor:
    return actor_of(account_named(session, login))


def _at(on: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(on, time, tzinfo=clock.BASE_ZONE)
