"""What every telling of the demo shares: its steps, its accounts, and how a month is paid.

A story is a list of steps that use the same services as the commands and pages do. Told again in the
same instance it changes nothing that is there already, so an interrupted demo is simply started again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy.orm import Session

from workforce.accounts.queries import account_by_login, account_named
from workforce.accounts.service import actor_of, create_account
from workforce.attendance import queries as attendance_queries
from workforce.attendance import shift_rules
from workforce.book import service as book
from workforce.bureau import service as bureau
from workforce.companies import queries as companies
from workforce.companies import service as companies_service
from workforce.config import DEMO_MARK
from workforce.core.errors import InputError
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Text
from workforce.demo import owed
from workforce.documents import service as documents
from workforce.documents.files.accounts import PayingAccount, paying_account, set_paying_account
from workforce.payments import service as payments
from workforce.payroll import queries as payroll
from workforce.payroll import receipts
from workforce.payroll import service as payroll_service
from workforce.payroll.review import variances
from workforce.people import queries as people_queries
from workforce.platform import audit, clock
from workforce.platform.audit import Actor
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import write_bytes
from workforce.platform.scope import Scope

PASSWORD: Final = "fengjie-demo-2026"  # noqa: S105 - printed for everybody: made-up data only

ANNOTATOR: Final = "annotator"
COLLEAGUE: Final = "colleague"
FINANCE: Final = "finance"
OFFICIAL: Final = "official"
OUTSIDE: Final = "outside"
"""Login names of people who have a part in what the demo tells."""

_SEEN: Final = "已与上月核对"
"""What the demo's reviewer notes with what is out of the ordinary."""

_NIGHT: Final = "night"
_DAYS_OF_OPEN_MONTH: Final = 8
_EVENING: Final = dt.time(19)
_ACCOUNTS_FROM: Final = 3_100_000_000_000_000_000


def told_at(last: PayPeriod) -> dt.datetime:
    """Return the demo's own now: the evening of the ninth after the last month that it pays.

    The day shift has gone home, the last month's pay is due tomorrow, and there is a week of the open
    month to look at.
    """
    on = last.end_on + dt.timedelta(days=_DAYS_OF_OPEN_MONTH)
    return dt.datetime.combine(on, _EVENING, tzinfo=clock.BASE_ZONE)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo: who signs in, as what, and what there is to see."""

    login_name: str
    display_name: str
    role: Role
    sees: Text


_ANNOTATOR: Final = DemoAccount(
    ANNOTATOR,
    "标注员(两家企业)",
    Role.ANNOTATOR,
    Text("收入、工资条、申请和疑问", "earnings, payslips, requests and questions"),
)
_COLLEAGUE: Final = replace(_ANNOTATOR, login_name=COLLEAGUE, display_name="标注员(同组同事)")
_SUPERVISOR: Final = DemoAccount(
    "supervisor",
    "标注一组组长",
    Role.SUPERVISOR,
    Text("班组的月考勤、申请和抽检", "the team's month, requests, inspections"),
)
_FINANCE: Final = DemoAccount(
    FINANCE,
    "财务制单",
    Role.FINANCE,
    Text("工资进度、疑问和扣除申报", "the month's pay, questions and declarations"),
)
_OFFICIAL: Final = DemoAccount(
    OFFICIAL, "县人社局", Role.OFFICIAL, Text("就业统计", "employment statistics")
)
_APPROVER: Final = DemoAccount(
    "approver", "财务复核", Role.FINANCE, Text("复核与批准", "review and approval")
)
_ADMINISTRATOR: Final = DemoAccount(
    "admin", "基地管理员", Role.BASE_ADMIN, Text("全部企业的统计", "all companies' statistics")
)
_OUTSIDE: Final = DemoAccount(
    OUTSIDE,
    "园区外企业管理员",
    Role.COMPANY_ADMIN,
    Text("自己记账的企业怎样报月报", "how a company that keeps its own books files returns"),
)
ACCOUNTS: Final = (
    _ANNOTATOR,
    _SUPERVISOR,
    _FINANCE,
    _OFFICIAL,
    _APPROVER,
    _ADMINISTRATOR,
    _OUTSIDE,
)
"""Those of the first company and of the base; further companies have a finance pair each."""


def note_accounts(instance: Path, told: dt.datetime) -> None:
    """Write the accounts into the instance folder: its sign-in page names them to whoever comes.

    From now on the demo lives in its own time, which runs on from ``told``.
    """
    if (instance / DEMO_MARK).is_file():
        return
    noted = {
        "told_at": told.isoformat(),
        "made_at": clock.now().isoformat(),
        "password": PASSWORD,
        "accounts": {account.login_name: str(account.role) for account in ACCOUNTS},
    }
    write_bytes(instance / DEMO_MARK, json.dumps(noted).encode())


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work of a story; ``weight`` is its share of the whole."""

    label: Text
    run: Callable[[], None]
    weight: int = 1


class Tale(Protocol):
    """A story that can be told: in the opened installation, step by step."""

    made: list[Path]
    """The files worth opening first, in the order made."""

    @property
    def title(self) -> Text:
        """What is made, and in what its weights are counted."""

    @property
    def told_at(self) -> dt.datetime:
        """The story's own now."""

    def steps(self) -> list[Step]:
        """Return the steps in order."""


def tell(tale: Tale) -> Iterator[Step]:
    """Do the steps of a story one after another, at the demo's own time; yields each when done."""
    with clock.fixed(tale.told_at):
        for step in tale.steps():
            step.run()
            yield step


def reach(company_code: str) -> tuple[int, Scope]:
    """Return a company's key, and the scope that reaches it alone."""
    found = companies_service.company_named(db.session(), Scope.base(), company_code)
    return found.id, Scope.company(found.id)


def make_payers(session: Session, company_code: str, *, is_main: bool) -> None:
    """Make the two accounts that make and approve a company's runs."""
    company = companies_service.company_named(session, Scope.base(), company_code)
    for account in _payers(company_code, is_main=is_main):
        _make_account(session, account, company_id=company.id)


def give_paying_account(company_code: str) -> None:
    """Enter the invented account that a company pays from, unless it has one already."""
    company = companies_service.company_named(db.session(), Scope.base(), company_code)
    company_id, name = company.id, company.name
    if paying_account(db.session(), company_id) is not None:
        return
    account = PayingAccount(
        account_name=name,
        account_no=f"{_ACCOUNTS_FROM + company_id}",
        bank_name="中国工商银行奉节支行",
        province="重庆",
        city="重庆",
    )
    set_paying_account(company_id, account, audit.CLI)


def give_night_shift(session: Session, company_code: str, team_code: str, since: dt.date) -> None:
    """Put a team on nights, from ten to six without a break, unless it is already."""
    company = companies_service.company_named(session, Scope.base(), company_code)
    scope = Scope.company(company.id)
    known = session.scalars(attendance_queries.shift_types(scope, since, since))
    if any(kind.code == _NIGHT for kind in known):
        return
    shift_rules.set_shift_type(
        session,
        audit.CLI,
        company.id,
        code=_NIGHT,
        valid_from=since,
        name="夜班",
        starts=dt.time(22),
        ends=dt.time(6),
        break_minutes=0,
        late_grace_minutes=0,
        early_grace_minutes=0,
    )
    for team in session.scalars(companies.teams(scope)):
        if team.code == team_code:
            shift_rules.assign_shift_type(
                session, audit.CLI, company.id, code=_NIGHT, valid_from=since, team_id=team.id
            )


def make_base_accounts(session: Session) -> None:
    """Make the accounts that see every company."""
    for account in (_OFFICIAL, _ADMINISTRATOR):
        _make_account(session, account)


def make_outside_account(session: Session, company_code: str) -> None:
    """Make the account of a company that files returns."""
    company = companies_service.company_named(session, Scope.base(), company_code)
    _make_account(session, _OUTSIDE, company_id=company.id)


def make_annotators(company_code: str, *, annotator_no: str, colleague_no: str) -> None:
    """Make the accounts of two annotators of a team, by employee number."""
    _, scope = reach(company_code)
    with unit_of_work() as session:
        for account, employee_no in ((_ANNOTATOR, annotator_no), (_COLLEAGUE, colleague_no)):
            person_id = session.scalars(people_queries.person_of_employee(scope, employee_no)).one()
            _make_account(session, account, person_id=person_id)


def leaders_of(
    company_code: str, team_codes: Iterable[str], *, own_team: str | None
) -> dict[str, str]:
    """Return the login name of each team's leader: of ``own_team`` the demo's, of the others one more."""
    other = f"{_SUPERVISOR.login_name}-{company_code.lower()}"
    return {code: _SUPERVISOR.login_name if code == own_team else other for code in team_codes}


def make_leaders(company_code: str, leader_of: Mapping[str, str], since: dt.date) -> None:
    """Make the accounts of the leaders of a company's teams, and let them lead from a day on."""
    company_id, scope = reach(company_code)
    with unit_of_work() as session:
        made = {
            login
            for login in sorted(set(leader_of.values()))
            if _make_account(session, _supervisor_named(login), company_id=company_id)
        }
        for team in session.scalars(companies.teams(scope)).all():
            login = leader_of[team.code]
            if login in made:
                companies_service.set_leader(
                    session,
                    audit.CLI,
                    team=team,
                    account_id=account_named(session, login).id,
                    valid_from=since,
                )


def _supervisor_named(login: str) -> DemoAccount:
    if login == _SUPERVISOR.login_name:
        return _SUPERVISOR
    return replace(_SUPERVISOR, login_name=login, display_name="其他班组组长")


def pay_month(
    company_code: str,
    period: PayPeriod,
    book: LawBook,
    *,
    is_main: bool,
    is_last: bool,
    leaves_owed: bool = False,
) -> None:
    """Run a month if it is not decided yet; earlier months are paid and closed, the last one approved.

    Pay is made three days after the month's end and paid on its pay day. ``leaves_owed``: two people
    are not paid with the others, so that something is owed.

    Raises:
        InputError: somebody cannot be paid: a defect of the made-up data, to be seen at once.
    """
    company_id, scope = reach(company_code)
    session = db.session()
    maker, approver = (
        _actor(session, account) for account in _payers(company_code, is_main=is_main)
    )
    run = session.scalar(payroll.regular_run(scope, company_id, period))
    state = None if run is None else RunState(run.state)
    made_on = period.last_on + dt.timedelta(days=3)
    with clock.fixed(_morning(made_on)):
        if state in {None, RunState.DRAFT, RunState.CALCULATED}:
            outcome = payroll_service.run_payroll(scope, company_id, period, maker, book)
            _check_complete(company_code, period, outcome)
            state = outcome.state
        run = db.session().scalars(payroll.regular_run(scope, company_id, period)).one()
        run_id, pay_on = run.id, run.pay_on
        if state is RunState.CALCULATED:
            variances.tick_all(scope, run_id, approver, note=_SEEN)
            payroll_service.review_run(scope, run_id, approver, book)
            state = RunState.REVIEWED
        if state is RunState.REVIEWED:
            payroll_service.approve_run(scope, run_id, approver, book)
            state = RunState.APPROVED
        if receipts.publication_of(db.session(), run_id) is None:
            with unit_of_work() as working:
                receipts.publish_run(working, scope, run_id, maker)
    if is_last:
        return
    with clock.fixed(_morning(max(made_on, pay_on))):
        if state is RunState.APPROVED:
            if leaves_owed:
                owed.hold_one(scope, run_id, maker)
            payment = payroll_service.Payment(
                paid_on=clock.today(),
                amount=payments.payable(db.session(), scope, run_id).total,
                reference=f"{company_code}-{period}",
            )
            made = payments.pay_run(scope, run_id, maker, payment, book)
            if leaves_owed:
                owed.send_one_back(scope, made.batch_id, maker)
            state = RunState.PAID
        if state is RunState.PAID:
            payroll_service.close_run(scope, run_id, approver, book)


def _morning(on: dt.date) -> dt.datetime:
    """Return nine o'clock of a day at the base."""
    return dt.datetime.combine(on, dt.time(9), tzinfo=clock.BASE_ZONE)


def write_documents(company_code: str, period: PayPeriod) -> list[Path]:
    """Write a company's payslips and registers of a month; return what to open."""
    company_id, scope = reach(company_code)
    run = db.session().scalars(payroll.regular_run(scope, company_id, period)).one()
    written = documents.write_payslips(db.session(), scope, run.id, audit.CLI)
    for _employee_no, error in written.failures:
        raise error
    registers = documents.write_registers(db.session(), scope, run.id, audit.CLI)
    return [written.paths[0].parent, *registers]


def write_reports(instance: Path, period: PayPeriod) -> list[Path]:
    """Write the base's report forms of a month as files; the published ones, once it is published."""
    session, today = db.session(), clock.today()
    own = bureau.own_source(session, Scope.base(), today)
    published = bureau.published_source(session)
    sources = [("基地", own)] + ([("人社局", published)] if period in published.months else [])
    paths = []
    for name, source in sources:
        for code in ("employment", "wages"):
            form = bureau.public_form(code)
            report = bureau.fill_report(form, source, ReportPeriod(period), filled_on=today)
            for ending in bureau.WRITERS:
                title = f"{form.title.zh}_{name}_{period}.{ending}"
                path = instance / "produced" / str(period) / title
                write_bytes(path, bureau.write_report(report, ending, "zh"))
                paths.append(path)
    return [*paths, *_write_book(instance)]


def _write_book(instance: Path) -> list[Path]:
    """Write the book of the newest quarter that is published to its end."""
    session = db.session()
    ready = [one.period for one in book.quarters(session) if one.is_ready]
    if not ready:
        return []
    path = instance / "produced" / f"{book.file_title(ready[0]).zh}.pdf"
    write_bytes(path, book.book_pdf(book.make_book(session, ready[0], clock.today()), "zh"))
    return [path]


def _payers(company_code: str, *, is_main: bool) -> tuple[DemoAccount, DemoAccount]:
    """Return the two people who make and approve a company's runs."""
    if is_main:
        return _FINANCE, _APPROVER
    suffix = f"-{company_code.lower()}"
    return (
        replace(_FINANCE, login_name=_FINANCE.login_name + suffix),
        replace(_APPROVER, login_name=_APPROVER.login_name + suffix),
    )


def _actor(session: Session, account: DemoAccount) -> Actor:
    return actor_of(account_named(session, account.login_name))


def _make_account(
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
    company_code: str, period: PayPeriod, outcome: payroll_service.RunOutcome
) -> None:
    if outcome.state is not RunState.CALCULATED:
        faults = outcome.computed.faults
        reason = faults[0].error.message("zh") if faults else "net_pay"
        raise InputError("demo.unpaid", company=company_code, period=period, reason=reason)
