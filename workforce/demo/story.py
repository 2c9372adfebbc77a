"""The demo's story: write the files, bring them in, run three months, make the documents.

Every step uses the same services as the commands and pages do. Told again in the same instance it
changes nothing that is there already, so an interrupted demo is simply started again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from workforce.accounts.queries import account_by_login, account_named
from workforce.accounts.service import actor_of, create_account
from workforce.bureau import service as bureau
from workforce.companies import queries as companies
from workforce.companies import service as companies_service
from workforce.core.errors import InputError
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.text import Text
from workforce.demo import month
from workforce.demo.files import company as company_file
from workforce.demo.files import dingtalk, label_studio, tables
from workforce.demo.world import COMPANIES, DAY_TEAMS, FIRST_DAY, DemoCompany, DemoPerson, people
from workforce.documents import service as documents
from workforce.imports import service as imports
from workforce.imports.company_file import apply_company_file
from workforce.imports.source import Options, SourceFile
from workforce.payroll import queries as payroll
from workforce.payroll import service as payroll_service
from workforce.people import queries as people_queries
from workforce.platform import audit, clock
from workforce.platform.audit import Actor
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import write_bytes
from workforce.platform.scope import Scope

PERIODS: Final = (PayPeriod(2026, 8), PayPeriod(2026, 9), PayPeriod(2026, 10))
PASSWORD: Final = "fengjie-demo-2026"  # noqa: S105 - printed for everybody: made-up data only

_TOLD_AT: Final = dt.datetime(2026, 11, 3, 1, 0, tzinfo=dt.UTC)
"""The demo's own now: three days after the last month it runs."""
_MAIN: Final = COMPANIES[0].code


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo: who signs in, as what, and what there is to see."""

    login_name: str
    display_name: str
    role: Role
    sees: Text


ACCOUNTS: Final = (
    DemoAccount(
        "annotator",
        "标注员(两家企业)",
        Role.ANNOTATOR,
        Text("自己的工资条", "own payslips"),
    ),
    DemoAccount(
        "supervisor", "标注一组组长", Role.SUPERVISOR, Text("班组的月考勤", "the team's month")
    ),
    DemoAccount("finance", "财务制单", Role.FINANCE, Text("工资批次", "payroll runs")),
    DemoAccount("official", "县人社局", Role.OFFICIAL, Text("就业统计", "employment statistics")),
)
_APPROVER: Final = DemoAccount(
    "approver", "财务复核", Role.FINANCE, Text("复核与批准", "review and approval")
)
_ADMINISTRATOR: Final = DemoAccount(
    "admin", "基地管理员", Role.BASE_ADMIN, Text("全部企业的统计", "all companies' statistics")
)
MORE_ACCOUNTS: Final = (_APPROVER, _ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work of the story, shown while it is done."""

    label: Text
    run: Callable[[], None]


@dataclass(slots=True)
class Story:
    """Tells the demo in the opened installation. ``folder`` is the instance folder."""

    folder: Path
    book: LawBook
    staff: dict[str, list[DemoPerson]] = field(default_factory=dict)
    made: list[Path] = field(default_factory=list)
    """The documents worth opening first, in the order made."""

    def steps(self) -> list[Step]:
        """Return the steps in order."""
        steps = [Step(Text("建立企业与账号", "Companies and accounts"), self._set_up)]
        steps += [self._step("名册", "Register", each, self._bring_in_people) for each in COMPANIES]
        for period in PERIODS:
            for company in COMPANIES:
                steps.append(
                    self._month_step("考勤与产量", "Facts", company, period, self._bring_in)
                )
                steps.append(self._month_step("计算工资", "Pay", company, period, self._pay))
        steps += [
            self._step("工资条与工资册", "Documents", each, self._documents) for each in COMPANIES
        ]
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
                made = companies_service.company_named(session, Scope.base(), company.code)
                for account in _payers(company):
                    _account(session, account, company_id=made.id)
        with unit_of_work() as session:
            for account in (ACCOUNTS[3], _ADMINISTRATOR):
                _account(session, account)

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
        if company.code == _MAIN:
            self._make_people_accounts(company)

    def _make_people_accounts(self, company: DemoCompany) -> None:
        """Make the accounts of the supervisor, and of the annotator with two employments."""
        annotator, supervisor = ACCOUNTS[0], ACCOUNTS[1]
        with unit_of_work() as session:
            main = companies_service.company_named(session, Scope.base(), company.code)
            scope = Scope.company(main.id)
            person_id = session.scalars(
                people_queries.person_of_employee(scope, f"{company.code}007")
            ).one()
            _account(session, annotator, person_id=person_id)
            if _account(session, supervisor, company_id=main.id):
                leader = account_named(session, supervisor.login_name)
                for team in session.scalars(companies.teams(scope)):
                    if team.code == DAY_TEAMS[0]:
                        companies_service.set_leader(
                            session,
                            audit.CLI,
                            team=team,
                            account_id=leader.id,
                            valid_from=FIRST_DAY,
                        )

    def _bring_in(self, company: DemoCompany, period: PayPeriod) -> None:
        folder = self.source_folder(company) / str(period)
        folder.mkdir(exist_ok=True)
        days = month.work_days(self.staff[company.code], period, self.book.calendar())
        dingtalk.write(folder / "钉钉考勤报表.xlsx", company, period, days)
        bring_in(company, "dingtalk", folder / "钉钉考勤报表.xlsx")
        produced = month.production(company, days)
        listed = [row for row in produced if row.task_type != company.tool_task_type]
        output = folder / f"产量{company.output_suffix}"
        tables.write_output(output, listed)
        bring_in(company, "output", output)
        in_tool = [row for row in produced if row.task_type == company.tool_task_type]
        for batch in sorted({row.batch for row in in_tool}):
            self._bring_in_tool(company, folder, [row for row in in_tool if row.batch == batch])
        tables.write_inspections(folder / "质检.xlsx", month.checks(produced), "质检组")
        bring_in(company, "inspections", folder / "质检.xlsx")

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
        """Run a month if it is not decided yet; earlier months are closed, the last one approved."""
        company_id, scope = _reach(company)
        session = db.session()
        maker, approver = (_actor(session, account) for account in _payers(company))
        run = session.scalar(payroll.regular_run(scope, company_id, period))
        state = None if run is None else RunState(run.state)
        if state in {None, RunState.DRAFT, RunState.CALCULATED}:
            outcome = payroll_service.run_payroll(scope, company_id, period, maker, self.book)
            _check_complete(company, period, outcome)
            state = outcome.state
        run_id = db.session().scalars(payroll.regular_run(scope, company_id, period)).one().id
        if state is RunState.CALCULATED:
            payroll_service.review_run(scope, run_id, approver)
            state = RunState.REVIEWED
        if state is RunState.REVIEWED:
            payroll_service.approve_run(scope, run_id, approver, self.book)
            state = RunState.APPROVED
        if state is RunState.APPROVED and period != PERIODS[-1]:
            payroll_service.close_run(scope, run_id, approver, self.book)

    def _documents(self, company: DemoCompany) -> None:
        company_id, scope = _reach(company)
        run = db.session().scalars(payroll.regular_run(scope, company_id, PERIODS[-1])).one()
        written = documents.write_payslips(db.session(), scope, run.id, audit.CLI)
        for _employee_no, error in written.failures:
            raise error
        registers = documents.write_registers(db.session(), scope, run.id, audit.CLI)
        self.made += [written.paths[0].parent, *registers]

    def _reports(self) -> None:
        folder = self.folder / "produced" / str(PERIODS[-1])
        for is_protected, name in ((False, "就业报表_基地"), (True, "就业报表_人社局")):
            report = bureau.fill_report(
                db.session(),
                Scope.base(),
                PERIODS[-1],
                code="employment",
                is_protected=is_protected,
                filled_on=clock.today(),
            )
            for ending in bureau.WRITERS:
                path = folder / f"{name}_{PERIODS[-1]}.{ending}"
                write_bytes(path, bureau.write_report(report, ending, "zh"))
                self.made.append(path)


def tell(story: Story) -> Iterator[Step]:
    """Do the steps of a story one after another, at the demo's own time; yields each when done."""
    with clock.fixed(_TOLD_AT):
        for step in story.steps():
            step.run()
            yield step


def bring_in(company: DemoCompany, source: str, path: Path, options: Options | None = None) -> None:
    """Import a file through the same door as a user would.

    Raises:
        InputError: a row of it is refused; the demo's files must be taken whole.

    """
    company_id, _scope = _reach(company)
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


def _reach(company: DemoCompany) -> tuple[int, Scope]:
    found = companies_service.company_named(db.session(), Scope.base(), company.code)
    return found.id, Scope.company(found.id)


def _payers(company: DemoCompany) -> tuple[DemoAccount, DemoAccount]:
    """Return the two people who make and approve a company's runs."""
    finance, approver = ACCOUNTS[2], _APPROVER
    if company.code == _MAIN:
        return finance, approver
    suffix = f"-{company.code.lower()}"
    return (
        replace(finance, login_name=finance.login_name + suffix),
        replace(approver, login_name=approver.login_name + suffix),
    )


def _actor(session: Session, account: DemoAccount) -> Actor:
    return actor_of(account_named(session, account.login_name))


def _account(
    session: Session,
    account: DemoAccount,
    *,
    company_id: int | None = None,
    person_id: int | None = None,
) -> bool:
    """Make an account unless it is there; tell whether it was made."""
    if account_by_login(session, account.login_name) is not None:
        return False
    create_account(
        session,
        login_name=account.login_name,
        display_name=account.display_name,
        password=PASSWORD,
        role=account.role,
        company_id=company_id,
        person_id=person_id,
    )
    return True


def _check_complete(
    company: DemoCompany, period: PayPeriod, outcome: payroll_service.RunOutcome
) -> None:
    """The demo's people can all be paid; anything else is a defect to be seen at once."""
    if outcome.state is not RunState.CALCULATED:
        faults = outcome.computed.faults
        reason = faults[0].error.message("zh") if faults else "net_pay"
        raise InputError("demo.unpaid", company=company.code, period=period, reason=reason)
