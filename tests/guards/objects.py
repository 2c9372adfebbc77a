"""For each argument of an address: how a test makes such an object, and for whom.

The guards walk over every route and meet it as each role, with an object of the visitor, of the own
team, of another team and of another company, and with none. A route whose argument is not listed here
fails. To add one::

    @builds("request_id", Level.PERSON)
    def _request(session: Session, place: Place) -> int:
        return create_request(session, place.employment).id

A builder is called several times for one place (the guard of statements does, for more rows): it makes
another object each time. ``Level`` says to whom the object belongs: a ``PERSON`` (whoever reaches the
employment), a ``TEAM``, a ``COMPANY`` (all of whoever reaches the company; ``COMPANY_ALONE``: without the
base), the ``BASE`` (no company), or nobody: what is ``SHARED`` (a task type) is met by whoever has the
permission.
What an argument means regardless of the place (the ending of a file) stands in ``CONSTANTS``.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Final, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tests import factories
from tests.factories.certificates import create_certificate
from tests.factories.claims import create_declaration, create_dispute, create_dispute_entry
from tests.factories.issues import create_next_issue
from tests.factories.jobs import AT
from tests.factories.pay import create_order, history
from tests.factories.payments import create_payment, create_payment_batch
from tests.factories.requests import create_request, create_shift_type
from workforce.accounts.models import Account
from workforce.bureau.models import SavedView
from workforce.companies.models import Company, Team
from workforce.core.permissions import Role
from workforce.law_pages.models import LawProposal
from workforce.payments.models import Payment
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine
from workforce.people.models import Employment
from workforce.platform.audit import CLI
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.uploads import store_upload

_numbers = count()
_SHOWN_MONTH: Final = "2026-10"


class Level(StrEnum):
    """To whom an object belongs."""

    PERSON = "person"
    TEAM = "team"
    FILE = "file"
    """A team's imported file: the base imports its own, and sees no company's."""
    COMPANY = "company"
    COMPANY_ALONE = "company alone"
    """The same, and not of the base."""
    KEPT = "kept"
    """A company's, of whoever keeps it: its team leaders do not reach it, nor does the base."""
    BASE = "base"
    SHARED = "shared"


class Whose(StrEnum):
    """Where an object lies, seen from the visitor."""

    OWN = "own"
    TEAM = "own team"
    OTHER_TEAM = "other team"
    OTHER_COMPANY = "other company"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Place:
    """A person's employment in a team of a company; ``leader`` leads that team."""

    company: Company
    team: Team
    employment: Employment
    leader: Account


Builder = Callable[[Session, Place], int | str]
AnyBuilder = TypeVar("AnyBuilder", bound=Builder)

BUILDERS: Final[dict[str, Builder]] = {}
OF_ENDPOINTS: Final[dict[tuple[str, str], Builder]] = {}
"""Where one endpoint's objects are of a kind of their own: the endpoint and the argument."""
LEVELS: Final[dict[str, Level]] = {}


def builds(argument: str, level: Level) -> Callable[[AnyBuilder], AnyBuilder]:
    """Register the builder of an argument's objects."""

    def register(builder: AnyBuilder) -> AnyBuilder:
        assert argument not in BUILDERS, f"{argument} has a builder already"
        BUILDERS[argument] = builder
        LEVELS[argument] = level
        return builder

    return register


CONSTANTS: Final[dict[str, str]] = {
    "chapter": "01-first-month",
    "code": "minimum_wage_month",
    "ending": "pdf",
    "form": "zip",
    "language": "zh",
    "form_code": "ledger",
    "kind": "tax",
    "pack": "0123456789abcdef",
    "period": _SHOWN_MONTH,
    "public_id": "unknown",
    "report_code": "monitor",
    "role": "admin",
    "scheme_code": "expansion",
    "seq": "1",
    "source": "shifts",
}
"""Arguments that choose a part or a shape, not whose it is."""

OF_BASE_ADMIN: Final[dict[str, str]] = {"source": "areas"}
"""The same where the base's administrator has others than a company."""


SPECIAL: Final[dict[tuple[str, str], str]] = {
    ("bureau.named_form", "report_code"): "register_hired",
    ("bureau.named_form_file", "report_code"): "register_hired",
    ("explorer.cubes_file", "ending"): "json",
    ("explorer.explore_file", "ending"): "csv",
    ("files.batch_download", "form_code"): "bank_text",
    ("files.batch_file", "form_code"): "bank_text",
    ("imports.records", "ending"): "xlsx",
}
"""An endpoint's own constant of an argument."""

STATED: Final = {
    "book.book": 422,
    "bureau.public_form_file": 422,
    "chain.figures_file": 422,
    "earnings.what_if": 422,
    "files.month_download": 422,
    "files.month_file": 422,
    "payroll.approve": 409,
    "policy_lab.compare": 422,
    "payroll.settle_leaver": 422,
}
"""Pages that say why there is nothing to see: no published quarter or year, no closed or decided month, pay that cannot be computed, a run approved."""

FORMS: Final[dict[str, dict[str, str]]] = {
    "account_pages.choose_language": {"locale": "en"},
    "skill_certificates.decide": {"act": "end"},
}
"""What the guards send to an endpoint beside ``REASON``, where an act asks for more before it looks."""
REASON: Final = {"reason": "x"}


def is_reached(scope: Scope, level: Level, whose: Whose) -> bool:
    """Tell whether a scope reaches an object: what every query must agree with."""
    if whose is Whose.MISSING or scope.kind is ScopeKind.BASE:
        alone = {Level.FILE, Level.COMPANY_ALONE, Level.KEPT}
        return whose is not Whose.MISSING and level not in alone
    if level is Level.SHARED:
        return True
    if level is Level.BASE:
        return False
    if scope.kind is ScopeKind.SELF:
        return level is Level.PERSON and whose is Whose.OWN
    if whose is Whose.OTHER_COMPANY:
        return False
    if level is Level.KEPT:
        return scope.kind is ScopeKind.COMPANY
    return (
        scope.kind is ScopeKind.COMPANY
        or level in {Level.COMPANY, Level.COMPANY_ALONE}
        or whose in {Whose.OWN, Whose.TEAM}
    )


def _free_month(session: Session, company: Company) -> str:
    """Return a month that no run of the company has: October 2026 stays for the one to be reviewed."""
    runs = select(func.count()).select_from(PayrollRun).where(PayrollRun.company_id == company.id)
    return f"{2027 + (session.scalar(runs) or 0)}-10"


def month_to_review(session: Session, company: Company) -> str:
    """Return October 2026, which pages of a month show, or another month if it has a run already."""
    of_company = PayrollRun.company_id == company.id
    taken = select(PayrollRun.id).where(of_company, PayrollRun.period == _SHOWN_MONTH)
    return _SHOWN_MONTH if session.scalar(taken) is None else _free_month(session, company)


@builds("run_id", Level.COMPANY)
def _run(session: Session, place: Place) -> int:
    period = _free_month(session, place.company)
    run = factories.create_run(session, place.company, period=period)
    # A page of one person in a run is about the place's own.
    factories.create_payslip(session, run, place.employment)
    return run.id


@builds("order_id", Level.COMPANY)
def _order(session: Session, place: Place) -> int:
    return create_order(session, place.company, place.employment).id


@builds("payslip_id", Level.PERSON)
def payslip_of(session: Session, place: Place) -> int:
    period = _free_month(session, place.company)
    run = factories.create_run(session, place.company, period=period)
    slip = factories.create_payslip(session, run, place.employment)
    line = PayslipLine(
        payslip_id=slip.id,
        seq=1,
        code="piecework_pay",
        kind="earning",
        wage_part="piece",
        detail="box",
        quantity=0,
        rate=100_000,
        amount=0,
        reference="",
        operands='{"qty": 0, "price_micro": 100000}',
    )
    with history(session):
        session.add(line)
    return slip.id


def _ordered(session: Session, place: Place) -> Payment:
    """A payment that waits for the bank, in a batch of its own."""
    slip = session.get_one(Payslip, payslip_of(session, place))
    batch = create_payment_batch(session, place.company, run_id=slip.run_id)
    return create_payment(session, batch, slip)


@builds("payment_batch_id", Level.COMPANY)
def _payment_batch(session: Session, place: Place) -> int:
    return _ordered(session, place).batch_id


@builds("payment_id", Level.COMPANY)
def _payment(session: Session, place: Place) -> int:
    return _ordered(session, place).id


@builds("dispute_id", Level.PERSON)
def _dispute(session: Session, place: Place) -> int:
    return create_dispute(session, place.company, payslip_of(session, place)).id


@builds("entry_id", Level.PERSON)
def _dispute_entry(session: Session, place: Place) -> int:
    """What was asked, with a file."""
    dispute = create_dispute(session, place.company, payslip_of(session, place))
    return create_dispute_entry(session, dispute).id


@builds("declaration_id", Level.PERSON)
def _declaration(session: Session, place: Place) -> int:
    return create_declaration(session, place.company, place.employment).id


@builds("certificate_id", Level.PERSON)
def _certificate(session: Session, place: Place) -> int:
    """A certificate that was issued."""
    return create_certificate(session, place.employment).id


@builds("team_id", Level.TEAM)
def _team(session: Session, place: Place) -> int:
    del session
    return place.team.id


@builds("company_id", Level.COMPANY)
def _company(session: Session, place: Place) -> int:
    del session
    return place.company.id


@builds("employment_id", Level.PERSON)
def _employment(session: Session, place: Place) -> int:
    del session
    return place.employment.id


@builds("task_type_id", Level.SHARED)
def _task_type(session: Session, place: Place) -> int:
    kind = factories.create_task_type(session)
    factories.create_piece_price(session, place.company, kind)
    return kind.id


@builds("proposal_id", Level.BASE)
def _proposal(session: Session, place: Place) -> int:
    del place
    proposer = factories.create_account(session, Role.BASE_ADMIN)
    values = {"file_name": "x.toml", "content": "", "reason": "x", "state": "proposed"}
    proposal = LawProposal(
        **values,
        proposed_by_id=proposer.id,
        proposed_by_name=proposer.login_name,
        proposed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    )
    session.add(proposal)
    session.flush()
    return proposal.id


@builds("account_id", Level.COMPANY)
def _account(session: Session, place: Place) -> int:
    return factories.create_account(session, Role.FINANCE, place.company).id


@builds("job_id", Level.TEAM)
def _job(session: Session, place: Place) -> int:
    """A job that the team's leader asked for: the company sees it, other teams do not."""
    return factories.create_job(session, place.company, place.leader).id


def _preview_job(session: Session, place: Place) -> int:
    """A computation that stored nothing, with a person who cannot be paid."""
    job = factories.create_job(
        session, place.company, place.leader, kind="preview_payroll", state="done", finished_at=AT
    )
    why = ["没有薪资档案", "补上"], ["no pay profile", "add one"]
    result = {
        "job_id": job.id,
        "company_id": place.company.id,
        "period": "2026-10",
        "state": "draft",
        "payslip_count": 1,
        "net_pay_amount": 300_000,
        "gross_pay_amount": 350_000,
        "employer_cost_amount": 450_000,
        "negative": [],
        "faults": [{"employee_no": "W9", "zh": why[0], "en": why[1]}],
    }
    job.result = json.dumps(result)
    session.flush()
    return job.id


OF_ENDPOINTS["payroll.preview", "job_id"] = _preview_job


@builds("view_id", Level.BASE)
def _saved_view(session: Session, place: Place) -> int:
    """A question that an official shares: the base opens it, no company does."""
    del place
    view = SavedView(
        account_id=factories.create_account(session, Role.OFFICIAL).id,
        company_id=None,
        name=f"v{next(_numbers)}",
        query="rows=age",
        is_shared=True,
        saved_at=AT,
    )
    session.add(view)
    session.flush()
    return view.id


@builds("schedule_id", Level.BASE)
def _schedule(session: Session, place: Place) -> int:
    return factories.create_schedule(session, place.company).id


@builds("firing_id", Level.BASE)
def _firing(session: Session, place: Place) -> int:
    return factories.create_firing(session, factories.create_schedule(session, place.company)).id


@builds("request_id", Level.PERSON)
def _request(session: Session, place: Place) -> int:
    """Leave on a day of its own, asked for by somebody else, with a file."""
    on = dt.date(2026, 10, 12) + dt.timedelta(days=next(_numbers))
    asker = factories.create_account(session, Role.FINANCE, place.company)
    request = create_request(session, place.employment, asker, first_on=on, last_on=on)
    picture = FileStorage(io.BytesIO(b"%PDF-1.7\n%%EOF"), filename="x.pdf")
    request.upload_id = store_upload(session, picture, company_id=place.company.id, actor=CLI).id
    session.flush()
    return request.id


@builds("number", Level.BASE)
def _issue(session: Session, place: Place) -> int:
    del place
    return create_next_issue(session)


@builds("shift_type_id", Level.COMPANY)
def _shift_type(session: Session, place: Place) -> int:
    return create_shift_type(session, place.company, code=f"s{next(_numbers)}").id


@builds("record_id", Level.PERSON)
def _record(session: Session, place: Place) -> int:
    kind = factories.create_task_type(session)
    return factories.create_output(session, place.employment, kind, dt.date(2026, 10, 8)).id


@builds("batch_id", Level.PERSON)
def _batch(session: Session, place: Place) -> int:
    kind = factories.create_task_type(session)
    batch = factories.create_batch(session, place.company, kind)
    on = dt.date(2026, 10, 8)
    factories.create_output(session, place.employment, kind, on, batch_id=batch.id)
    return batch.id


@builds("inspection_id", Level.PERSON)
def _inspection(session: Session, place: Place) -> int:
    kind = factories.create_task_type(session)
    on = dt.date(2026, 10, 8)
    return factories.create_inspection(
        session, place.company, kind, on, employment_id=place.employment.id
    ).id
