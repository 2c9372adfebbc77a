"""The small demo's story: write the files, bring them in, run three months, make the documents.

Every file goes through the same door as a user's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from workforce.core.errors import InputError
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.demo import month, scenes
from workforce.demo.chain import tell_chain
from workforce.demo.classes import train
from workforce.demo.contracts import sign_contracts
from workforce.demo.files import company as company_file
from workforce.demo.files import dingtalk, label_studio, tables
from workforce.demo.hall import open_hall
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
    give_night_shift,
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
from workforce.demo.world import (
    COMPANIES,
    DAY_TEAMS,
    FIRST_DAY,
    NIGHT_TEAM,
    DemoCompany,
    DemoPerson,
    people,
)
from workforce.imports import service as imports
from workforce.imports.company_file import apply_company_file
from workforce.imports.source import Options, SourceFile
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work

PERIODS: Final = (PayPeriod(2026, 8), PayPeriod(2026, 9), PayPeriod(2026, 10))
OPEN: Final = PERIODS[-1].next()
"""What has happened of it so far is there; nobody has computed it yet."""
_MAIN: Final = COMPANIES[0].code
_OWN_TEAM: Final = DAY_TEAMS[0]
"""The team whose leader, and two of whose people, can sign in."""
_ANNOTATOR_NO, _COLLEAGUE_NO = f"{_MAIN}007", f"{_MAIN}004"
"""The seventh has two employments: see ``world.people``."""
_UNCHECKED_BATCH: Final = f"{_MAIN}-bbox_2d-"
"""Of the open month's batches that of the own team, of this task type, waits for its inspection."""


@dataclass(slots=True)
class Story:
    """Tells the demo in the opened installation. ``folder`` is the instance folder."""

    folder: Path
    book: LawBook
    staff: dict[str, list[DemoPerson]] = field(default_factory=dict)
    made: list[Path] = field(default_factory=list)
    """The files worth opening first, in the order made."""

    @property
    def title(self) -> Text:
        """What is made."""
        return Text("演示", "Demo")

    @property
    def told_at(self) -> dt.datetime:
        """The story's own now: in the open month."""
        return told_at(PERIODS[-1])

    def steps(self) -> list[Step]:
        """Return the steps in order."""
        steps = [Step(Text("建立企业与账号", "Companies and accounts"), self._set_up)]
        rooms = Text("场地与工位", "Premises and seats")
        steps.append(Step(rooms, lambda: build_rooms(self.told_at)))
        steps += [self._step("名册", "Register", each, self._bring_in_people) for each in COMPANIES]
        seats = Text("谁坐哪里", "Who sits where")
        steps.append(Step(seats, lambda: seat_people(FIRST_DAY, self.told_at)))
        for period in PERIODS:
            for company in COMPANIES:
                steps.append(
                    self._month_step("考勤与产量", "Facts", company, period, self._bring_in)
                )
                steps.append(
                    self._month_step("确认与疑问", "Word given", company, period, self._vouch)
                )
                steps.append(self._month_step("计算工资", "Pay", company, period, self._pay))
        steps += [
            self._month_step("考勤与产量", "Facts", each, OPEN, self._bring_in)
            for each in COMPANIES
        ]
        steps.append(Step(Text("申请、疑问与申报", "Requests, doubts"), self._ask))
        steps += [
            self._month_step("确认", "Word given", each, OPEN, self._vouch) for each in COMPANIES
        ]
        steps += [
            self._step("工资条与工资册", "Documents", each, self._documents) for each in COMPANIES
        ]
        skills = Text("技能证书", "Skill certificates")
        steps.append(Step(skills, self._certify))
        training = Text("培训", "Training")
        codes = [company.code for company in COMPANIES]
        steps.append(Step(training, lambda: train(codes, ANNOTATOR, self.told_at)))
        links = Text("产业链", "Industry chain")
        steps.append(Step(links, lambda: tell_chain(PERIODS, self.told_at)))
        contracts = Text("客户与合同", "Clients and contracts")
        steps.append(Step(contracts, lambda: sign_contracts(self.told_at)))
        label = Text("发布统计", "Statistics published")
        steps.append(Step(label, lambda: publish_closed(self.told_at)))
        hall = Text("展示大屏", "Public screen")
        steps.append(Step(hall, lambda: open_hall(self.folder, self.told_at)))
        steps.append(Step(Text("就业报表", "Employment report"), self._reports))
        return steps

    def source_folder(self, company: DemoCompany) -> Path:
        """Return where a company's own files lie."""
        return self.folder / "demo" / company.code

    def _step(
        self, zh: str, en: str, company: DemoCompany, work: Callable[[DemoCompany], None]
    ) -> Step:
        return Step(Text(f"{company.code} {zh}", f"{company.code} {en}"), lambda: work(company))

    def _month_step(
        self,
        zh: str,
        en: str,
        company: DemoCompany,
        period: PayPeriod,
        work: Callable[[DemoCompany, PayPeriod], None],
    ) -> Step:
        label = Text(f"{company.code} {period} {zh}", f"{company.code} {period} {en}")
        return Step(label, lambda: work(company, period))

    def _set_up(self) -> None:
        for company in COMPANIES:
            self.source_folder(company).mkdir(parents=True, exist_ok=True)
            company_file.write(self.source_folder(company) / "企业档案.yaml", company)
            self.staff[company.code] = people(company)
            with unit_of_work() as session:
                apply_company_file(session, audit.CLI, company_file.content_of(company))
                make_payers(session, company.code, is_main=company.code == _MAIN)
                give_night_shift(session, company.code, NIGHT_TEAM, FIRST_DAY)
            give_paying_account(company.code)
        with unit_of_work() as session:
            make_base_accounts(session)

    def _bring_in_people(self, company: DemoCompany) -> None:
        folder, staff = self.source_folder(company), self.staff[company.code]
        first = PERIODS[0]
        tables.write_employees(folder / "员工名册.xlsx", company, staff)
        tables.write_openings(folder / "期初累计个税.xlsx", staff)
        tables.write_prices(folder / "计件单价.xlsx", company)
        tables.write_pay_entries(folder / "约定与申报项目.xlsx", staff, first)
        for source, name in (
            ("employees", "员工名册.xlsx"),
            ("tax_openings", "期初累计个税.xlsx"),
            ("prices", "计件单价.xlsx"),
            ("pay_entries", "约定与申报项目.xlsx"),
        ):
            bring_in(company, source, folder / name)
        make_leaders(company.code, self._leaders(company), FIRST_DAY)
        if company.code == _MAIN:
            make_annotators(_MAIN, annotator_no=_ANNOTATOR_NO, colleague_no=_COLLEAGUE_NO)

    def _bring_in(self, company: DemoCompany, period: PayPeriod) -> None:
        folder = self.source_folder(company) / str(period)
        folder.mkdir(exist_ok=True)
        days = month.so_far(
            month.work_days(self.staff[company.code], period, self.book.calendar()), self.told_at
        )
        punched = [
            day for day in days if (day.person.employee_no, day.on) not in self._not_punched()
        ]
        dingtalk.write(folder / "钉钉考勤报表.xlsx", company, period, punched)
        bring_in(company, "dingtalk", folder / "钉钉考勤报表.xlsx")
        produced = month.production(company, days)
        together = [row for row in produced if row.person.team == company.group_team]
        if together:
            shared = folder / f"小组产量{company.output_suffix}"
            tables.write_group_output(shared, company, together)
            bring_in(company, "group_output", shared)
        listed = [
            row
            for row in produced
            if row.task_type != company.tool_task_type and row.person.team != company.group_team
        ]
        output = folder / f"产量{company.output_suffix}"
        tables.write_output(output, listed)
        bring_in(company, "output", output)
        in_tool = [row for row in produced if row.task_type == company.tool_task_type]
        for batch in sorted({row.batch for row in in_tool}):
            self._bring_in_tool(company, folder, [row for row in in_tool if row.batch == batch])
        checked = month.checks(produced, clock.today())
        if period == OPEN:
            # Of the others' work nobody has taken a sample yet.
            checked = [
                check
                for check in checked
                if int(check.person.employee_no[-1]) % 5 != 1
                and not self._is_unchecked(check.batch)
            ]
        tables.write_inspections(folder / "质检.xlsx", checked, "质检组")
        bring_in(company, "inspections", folder / "质检.xlsx")

    def _not_punched(self) -> set[tuple[str, dt.date]]:
        """Return who forgot the clock on which day: what they ask to be put right."""
        yesterday, _, third = workdays_before(clock.today(), 3, self.book.calendar())
        return {(_COLLEAGUE_NO, yesterday), (_ANNOTATOR_NO, third)}

    @staticmethod
    def _is_unchecked(batch: str) -> bool:
        return batch.startswith(_UNCHECKED_BATCH) and batch.endswith(f"-{_OWN_TEAM}")

    def _leaders(self, company: DemoCompany) -> dict[str, str]:
        own_team = _OWN_TEAM if company.code == _MAIN else None
        return leaders_of(company.code, company.teams, own_team=own_team)

    def _cast(self) -> scenes.Cast:
        return scenes.Cast(
            company_code=_MAIN,
            team_code=_OWN_TEAM,
            annotator_no=_ANNOTATOR_NO,
            annotator=ANNOTATOR,
            colleague_no=_COLLEAGUE_NO,
            colleague=COLLEAGUE,
            leader_of=self._leaders(COMPANIES[0]),
            finance=FINANCE,
        )

    def _vouch(self, company: DemoCompany, period: PayPeriod) -> None:
        """Confirm a month's days; what was asked about the month before is settled before this is paid."""
        calendar = self.book.calendar()
        (yesterday,) = workdays_before(clock.today(), 1, calendar)
        left = frozenset({(_OWN_TEAM, yesterday)}) if company.code == _MAIN else frozenset()
        scenes.confirm_month(company.code, self._leaders(company), period, calendar, left=left)
        if company.code == _MAIN and period == PERIODS[-1]:
            scenes.doubt_and_settle(self._cast(), period.previous(), self.book)

    def _ask(self) -> None:
        scenes.state_service(self._cast(), self.book)
        scenes.ask_about_attendance(self._cast(), self.book.calendar())
        scenes.doubt(self._cast(), PERIODS[-1], self.book)
        scenes.declare(self._cast(), OPEN, self.book)
        tell_returns(_MAIN, PERIODS[0], PERIODS[-1])
        tell_support(_MAIN, PERIODS[0], PERIODS[-1], self.book)

    def _certify(self) -> None:
        codes = [company.code for company in COMPANIES]
        leader = self._leaders(COMPANIES[0])[_OWN_TEAM]
        certify(codes, self.told_at, leader=leader, ends_soon=_COLLEAGUE_NO)

    def _bring_in_tool(
        self, company: DemoCompany, folder: Path, rows: Sequence[month.Produced]
    ) -> None:
        batch = rows[0].batch
        path = folder / f"LabelStudio_{batch}.json"
        users = sorted({row.person for row in rows}, key=lambda person: person.employee_no)
        label_studio.write(path, rows)
        label_studio.write_mapping(folder / "LabelStudio用户对照.csv", users)
        mapping = {str(label_studio.user_of(user)["id"]): user.employee_no for user in users}
        options = Options(mapping=mapping, task_type=rows[0].task_type, batch=batch)
        bring_in(company, "label_studio", path, options)

    def _pay(self, company: DemoCompany, period: PayPeriod) -> None:
        for part in self._payments(company, period):
            pay_month(
                company.code,
                part,
                self.book,
                is_main=company.code == _MAIN,
                is_last=period == PERIODS[-1],
                leaves_owed=company.code == _MAIN and part == PERIODS[-2],
            )

    def _payments(self, company: DemoCompany, period: PayPeriod) -> list[PayPeriod]:
        """Return what pays a month: its halves, where somebody is paid by them, and itself."""
        has_halves = any(person.pay_cycle != "month" for person in self.staff[company.code])
        return [*(period.halves if has_halves else ()), period]

    def _documents(self, company: DemoCompany) -> None:
        for part in self._payments(company, PERIODS[-1]):
            self.made += write_documents(company.code, part)

    def _reports(self) -> None:
        self.made += write_reports(self.folder, PERIODS[-1])


def bring_in(company: DemoCompany, source: str, path: Path, options: Options | None = None) -> None:
    """Import a file through the same door as a user would.

    Raises:
        InputError: a row of it is refused; the demo's files must be taken whole.

    """
    company_id, _scope = reach(company.code)
    seen = imports.apply(
        imports.source_named(source),
        SourceFile(path.name, path.read_bytes()),
        company_id=company_id,
        actor=audit.CLI,
        options=options or Options(),
    )
    if not seen.is_applied:
        first = seen.refusals[0]
        raise InputError("demo.refused", place=str(path), reason=first.error.message("zh"))
