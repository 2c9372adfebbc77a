"""The large demos' story: the same runs, reviews and closings as in the small one, without files.

``base``: 35 companies of 100 people, August to October 2026. ``county``: 35 companies inside and 60
outside over four years, of which those inside were paid here for half a year. ``load``: 10 000 people in
50 companies of all sizes, two years to October 2026, about 1.1 million output records a month.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from workforce.attendance import queries as attendance
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.demo import scenes
from workforce.demo.bulk_month import month_of, so_far
from workforce.demo.bulk_people import employment_ids, has_people, load_people
from workforce.demo.bulk_rows import load_month
from workforce.demo.bulk_world import (
    BulkCompany,
    BulkSize,
    Staff,
    companies_of,
    employee_numbers,
    staff_of,
)
from workforce.demo.chain import tell_leads
from workforce.demo.classes import train
from workforce.demo.contracts import sign_contracts
from workforce.demo.files import company as company_file
from workforce.demo.hall import open_hall
from workforce.demo.history import confirm_paid, filed_months, tell_history
from workforce.demo.outside import tell_returns
from workforce.demo.published import publish_closed
from workforce.demo.rooms import build_rooms
from workforce.demo.scenes import workdays_before
from workforce.demo.seats import seat_people
from workforce.demo.skills import certify
from workforce.demo.support import tell_support
from workforce.demo.telling import (
    ANNOTATOR,
    COLLEAGUE,
    FINANCE,
    Step,
    give_paying_account,
    leaders_of,
    make_annotators,
    make_base_accounts,
    make_leaders,
    make_payers,
    pay_month,
    reach,
    told_at,
    write_documents,
    write_reports,
)
from workforce.demo.trade import tell_deals
from workforce.imports.company_file import apply_company_file
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.loading import gather_statistics, make_room
from workforce.production import queries as production_queries
from workforce.production import service as production

_SET_UP_WEIGHT: Final = 500
_REPORT_WEIGHT: Final = 500
_MONTH_WEIGHT: Final = 20
"""Weights are in people paid for a month; a company's month costs so much beside its people."""
_IN_CLASSES: Final = 3
"""So many companies send people to the training centre's classes."""


@dataclass(slots=True)
class BulkStory:
    """Tells a large demo in the opened installation. ``folder`` is the instance folder."""

    folder: Path
    book: LawBook
    size: BulkSize
    made: list[Path] = field(default_factory=list)
    """The files worth opening first, in the order made."""
    companies: tuple[BulkCompany, ...] = field(init=False)
    staffs: list[Staff] = field(init=False)

    def __post_init__(self) -> None:
        """Make up who there is."""
        self.companies = companies_of(self.size)
        self.staffs = staff_of(self.size, self.companies)

    @property
    def told_at(self) -> dt.datetime:
        """The story's own now: in the open month after the last one."""
        return told_at(self.size.last)

    @property
    def title(self) -> Text:
        """What is made; weights are people paid for a month."""
        return Text("演示（人·月）", "Demo (person-months)")

    def steps(self) -> list[Step]:
        """Return the steps in order."""
        steps = [
            Step(
                Text("企业、单价与账号", "Companies, prices, accounts"),
                self._set_up,
                _SET_UP_WEIGHT,
            ),
            Step(Text("场地与工位", "Premises and seats"), lambda: build_rooms(self.told_at)),
            Step(Text("人员", "People"), self._load_people, _SET_UP_WEIGHT),
            Step(
                Text("谁坐哪里", "Who sits where"),
                lambda: seat_people(self.size.first.first_on, self.told_at),
            ),
        ]
        if self.size.filed_from is not None:
            steps.append(
                Step(Text("四年月报", "Four years of returns"), self._history, _SET_UP_WEIGHT)
            )
        for period in self.size.periods:
            steps += [
                self._month_step(company, staff, period)
                for company, staff in zip(self.companies, self.staffs, strict=True)
                if period >= company.first
            ]
            if period in {self.size.first, self.size.last}:
                label = Text(f"{period} 数据库统计", f"{period} database statistics")
                steps.append(Step(label, self._gather_statistics))
        steps += [
            self._open_step(company, staff)
            for company, staff in zip(self.companies, self.staffs, strict=True)
        ]
        if self.size.filed_from is not None:
            steps += [self._confirm_step(company) for company in self.companies]
        steps.append(Step(Text("申请、疑问与申报", "Requests, doubts"), self._ask))
        if self.size.filed_from is not None:
            steps.append(Step(Text("招商与链内交易", "Leads and deals"), self._trade))
        steps.append(Step(Text("工资条与工资册", "Documents"), self._documents, _REPORT_WEIGHT))
        skills = Text("技能证书", "Skill certificates")
        steps.append(Step(skills, self._certify, _REPORT_WEIGHT))
        classes = [company.code for company in self.companies[:_IN_CLASSES]]
        training = Text("培训", "Training")
        steps.append(Step(training, lambda: train(classes, ANNOTATOR, self.told_at)))
        label = Text("发布统计", "Statistics published")
        steps.append(Step(label, lambda: publish_closed(self.told_at), _REPORT_WEIGHT))
        contracts = Text("客户与合同", "Clients and contracts")
        steps.append(Step(contracts, lambda: sign_contracts(self.told_at)))
        hall = Text("展示大屏", "Public screen")
        steps.append(Step(hall, lambda: open_hall(self.folder, self.told_at), _REPORT_WEIGHT))
        steps.append(Step(Text("就业报表", "Employment report"), self._reports, _REPORT_WEIGHT))
        return steps

    @property
    def _main(self) -> BulkCompany:
        """The company whose people can sign in and whose documents are written."""
        return self.companies[0]

    def _month_step(self, company: BulkCompany, staff: Staff, period: PayPeriod) -> Step:
        def run() -> None:
            self._load_month(company, staff, period)
            self._vouch(company, period)
            pay_month(
                company.code,
                period,
                self.book,
                is_main=company is self._main,
                is_last=period == self.size.last,
            )

        label = Text(
            f"{company.code} {period} 事实与工资", f"{company.code} {period} facts and pay"
        )
        return Step(label, run, company.jobs + _MONTH_WEIGHT)

    def _history(self) -> None:
        tell_history(self.size, self.companies)

    def _trade(self) -> None:
        tell_leads(self.told_at)
        tell_deals(filed_months(self.size))

    def _confirm_step(self, company: BulkCompany) -> Step:
        label = Text(f"{company.code} 月报", f"{company.code} returns")
        run = partial(confirm_paid, self.size, company)
        return Step(label, run, _MONTH_WEIGHT * len(self.size.periods))

    def _open_step(self, company: BulkCompany, staff: Staff) -> Step:
        period = self.size.last.next()
        label = Text(f"{company.code} {period} 至今", f"{company.code} {period} so far")
        return Step(label, lambda: self._load_month(company, staff, period), _MONTH_WEIGHT)

    def _set_up(self) -> None:
        for company in self.companies:
            with unit_of_work() as session:
                apply_company_file(session, audit.CLI, company_file.content_of(company.company))
                make_payers(session, company.code, is_main=company is self._main)
            give_paying_account(company.code)
            self._set_prices(company)
        with unit_of_work() as session:
            make_base_accounts(session)

    def _set_prices(self, company: BulkCompany) -> None:
        company_id, _ = reach(company.code)
        with unit_of_work() as session:
            types = {row.code: row.id for row in session.scalars(production_queries.task_types())}
            facts = [
                production.PriceFact(
                    task_type_id=types[price.task_type],
                    unit_price=price.unit_price,
                    valid_from=price.valid_from,
                )
                for price in company.prices
            ]
            plan = production.plan_prices(session, company_id, facts)
            # A story that is told again meets its own prices, of closed months too.
            if not plan.prices.is_empty:
                production.store_prices(session, company_id, plan)

    def _load_people(self) -> None:
        with unit_of_work() as session:
            if not has_people(session):
                load_people(session, self.size, self.companies, self.staffs)
        cast = self._cast()
        make_leaders(cast.company_code, cast.leader_of, self._main.first.first_on)
        make_annotators(
            cast.company_code, annotator_no=cast.annotator_no, colleague_no=cast.colleague_no
        )

    def _cast(self) -> scenes.Cast:
        """Return who plays: of the first team whoever has been here longest, with the most payslips."""
        main, staff = self._main, self.staffs[0]
        is_wanted = np.isnat(staff.separated_on) & (staff.team == 0)
        here = np.flatnonzero(is_wanted & ~staff.is_part_time & ~staff.is_labor_service)
        longest, second = here[staff.hired_on[here].argsort(kind="stable")][:2].tolist()
        numbers = employee_numbers(main.code, staff.size)
        teams = tuple(main.company.teams)
        return scenes.Cast(
            company_code=main.code,
            team_code=teams[0],
            annotator_no=numbers[longest],
            annotator=ANNOTATOR,
            colleague_no=numbers[second],
            colleague=COLLEAGUE,
            leader_of=leaders_of(main.code, teams, own_team=teams[0]),
            finance=FINANCE,
        )

    def _vouch(self, company: BulkCompany, period: PayPeriod) -> None:
        """Confirm a month's days in the main company, where somebody looks at them."""
        if company is not self._main:
            return
        cast, calendar = self._cast(), self.book.calendar()
        (yesterday,) = workdays_before(clock.today(), 1, calendar)
        left = frozenset({(cast.team_code, yesterday)})
        scenes.confirm_month(cast.company_code, cast.leader_of, period, calendar, left=left)
        if period == self.size.last and period > self.size.first:
            scenes.doubt_and_settle(cast, period.previous(), self.book)

    def _ask(self) -> None:
        cast = self._cast()
        scenes.state_service(cast, self.book)
        scenes.ask_about_attendance(cast, self.book.calendar())
        scenes.doubt(cast, self.size.last, self.book)
        scenes.declare(cast, self.size.last.next(), self.book)
        tell_returns(cast.company_code, self.size.first, self.size.last)
        tell_support(cast.company_code, self.size.first, self.size.last, self.book)
        self._vouch(self._main, self.size.last.next())

    def _load_month(self, company: BulkCompany, staff: Staff, period: PayPeriod) -> None:
        company_id, scope = reach(company.code)
        shifts = attendance.shifts(scope, period.first_on, period.last_on).limit(1)
        if db.session.execute(shifts).first() is not None:
            return
        month = month_of(self.size, company, staff, period, self.book.calendar())
        is_open = period > self.size.last
        if is_open:
            now = self.told_at
            month = so_far(month, now.day - 1, now.hour * 60 + now.minute)
        with unit_of_work() as session:
            make_room(session)
            load_month(
                session,
                company,
                company_id,
                employment_ids(session, company_id, company.code, staff),
                period,
                month,
                is_open=is_open,
            )

    def _certify(self) -> None:
        cast = self._cast()
        certify(
            [company.code for company in self.companies],
            self.told_at,
            leader=cast.leader_of[cast.team_code],
            ends_soon=cast.colleague_no,
        )

    def _gather_statistics(self) -> None:
        with unit_of_work() as session:
            gather_statistics(session)

    def _documents(self) -> None:
        self.made += write_documents(self._main.code, self.size.last)

    def _reports(self) -> None:
        self.made += write_reports(self.folder, self.size.last)
