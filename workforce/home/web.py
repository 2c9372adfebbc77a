"""Each role's first page, and the way to the first paid month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import current_app, redirect, render_template, request, url_for

from workforce.core.errors import NotFoundError
from workforce.core.permissions import Permission, Role
from workforce.delivery.queries import unsigned_own
from workforce.home import service, start_steps
from workforce.home.start_steps import StepState
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes, key_of, may, note_read, permission_of, principal
from workforce.returns import queries as returns

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ROUTES = SliceRoutes("home", __name__)

ROLE_HOMES: Final[Mapping[Role, str]] = {
    Role.ANNOTATOR: "earnings.so_far",
    Role.OFFICIAL: "bureau.overview",
}
"""Whose first page is another slice's: there is but one thing that they come for."""

STEP_PAGES: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "policy": ("settings.policy", {}),
    "administrator": ("account_pages.listing", {}),
    "accounts": ("account_pages.listing", {}),
    "teams": ("staff.teams", {}),
    "leaders": ("staff.teams", {}),
    "people": ("imports.upload", {"source": "employees"}),
    "profiles": ("settings.profiles", {}),
    "openings": ("imports.upload", {"source": "tax_openings"}),
    "prices": ("settings.prices", {}),
    "attendance": ("attendance.team_month", {}),
    "output": ("imports.sources", {}),
    "calculate": ("payroll.this_month", {}),
    "approve": ("payroll.this_month", {}),
    "pay": ("payroll.runs", {}),
    "close": ("payroll.runs", {}),
}
"""Where each step is done: an endpoint and its arguments."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for the visitor: its code in ``[waiting]`` of terms.toml, how much, where."""

    code: str
    count: int
    url: str


def _url_if_may(endpoint: str, **arguments: Any) -> str | None:
    """Return a page's address if the visitor may open it."""
    permission = permission_of(current_app, endpoint)
    if permission is not None and not may(permission):
        return None
    return url_for(endpoint, **arguments)


@ROUTES.page("/", permission=Permission.HOME_READ)
def show_home(scope: Scope) -> ResponseReturnValue:
    """Show what concerns this visitor now, and where to go from here."""
    visitor = principal()
    if visitor.role in ROLE_HOMES and (url := _url_if_may(ROLE_HOMES[visitor.role])):
        return redirect(url)
    session, today = db.session(), clock.today()
    own = service.own_pay(session, visitor.person_id)
    for slip in own:
        note_read("payslip.read", "payslip", slip.payslip_id)
    counts = service.counts(session, visitor.role, scope, today, law_book().calendar())
    companies = (
        service.company_states(session, scope, today) if may(Permission.COMPANY_MANAGE) else None
    )
    # Who pays elsewhere comes to report: nothing leads to a first paid month here.
    keeps_own_books = may(Permission.RETURN_FILE) and returns.reporter_of(session, scope).is_typed
    return render_template(
        "home/home.html",
        own=own,
        unsigned=unsigned_own(session, visitor.person_id, clock.now()),
        runs=None if companies is not None else service.runs_in_hand(session, visitor.role, scope),
        teams=service.teams_led(session, visitor.role, scope),
        waiting=_waiting(counts),
        companies=companies,
        setup=None if keeps_own_books or not may(Permission.TEAM_MANAGE) else _setup(scope),
        keeps_own_books=keeps_own_books,
    )


def _waiting(counts: service.Counts) -> list[Waiting]:
    """Return what is a matter of this role, with its page; nothing waiting is said as 0."""
    found = [
        ("requests", counts.open_requests, "requests.listing"),
        ("unconfirmed_days", counts.unconfirmed_days, "attendance.team_month"),
        ("disputes", counts.open_disputes, "disputes.company_disputes"),
        ("declarations", counts.declarations, "declarations.company_declarations"),
        ("failed_jobs", counts.failed_jobs, "operations.all_jobs"),
        ("returns", counts.returns, "returns.mine"),
        ("issues", counts.issues, "bureau.issues_list"),
        ("premises", counts.premises, "premises.listing"),
        ("crowded", counts.crowded, "seating.use"),
        ("seats", counts.seats, "seating.plan"),
        ("skill_expiring", counts.skill_expiring, "skill_certificates.listing"),
        ("skill_exceptions", counts.skill_exceptions, "skill_certificates.exceptions"),
    ]
    return [
        Waiting(code, count, url)
        for code, count, endpoint in found
        if count is not None and (url := _url_if_may(endpoint))
    ]


@dataclass(frozen=True, slots=True)
class SetUp:
    """How far a company is on its way to the first closed month."""

    done: int
    total: int
    next_code: str | None

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.done == self.total


def _setup(scope: Scope) -> SetUp | None:
    if scope.company_id is None:
        return None
    steps = start_steps.steps(start_steps.facts(db.session(), scope.company_id, clock.today()))
    done = sum(step.state is StepState.DONE for step in steps)
    following = (step.code for step in steps if step.state is StepState.NOW)
    return SetUp(done, len(steps), next(following, None))


@ROUTES.page("/start", permission=Permission.ACCOUNT_MANAGE)
def start(scope: Scope) -> ResponseReturnValue:
    """Show the steps to the first paid month of a company: the own one, or ``?company=``."""
    session, today = db.session(), clock.today()
    known = service.company_states(session, scope, today)
    if not known:
        return render_template("home/start_empty.html")
    company_id = known[0].company_id
    if asked := request.args.get("company", ""):
        company_id = key_of(asked)
    if company_id not in {company.company_id for company in known}:
        raise NotFoundError("web.not_found")
    steps = start_steps.steps(start_steps.facts(session, company_id, today))
    first = next((step.code for step in steps if step.state is StepState.NOW), None)
    return render_template(
        "home/start.html",
        companies=known,
        company=next(one for one in known if one.company_id == company_id),
        steps=steps,
        first=first,
        done=sum(step.state is StepState.DONE for step in steps),
        url_of=lambda code: _step_url(code, company_id),
    )


def _step_url(code: str, company_id: int) -> str | None:
    if code == "company":
        return _url_if_may("companies.company", company_id=company_id)
    endpoint, arguments = STEP_PAGES[code]
    return _url_if_may(endpoint, **arguments)
