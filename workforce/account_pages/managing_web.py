"""Everybody's accounts, for administrators: the base's sees all, a company's its own."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from flask import flash, redirect, render_template, request, url_for

from workforce.account_pages import queries, service
from workforce.account_pages.forms import ChangeAccountForm, NewAccountForm
from workforce.account_pages.routes import ROUTES
from workforce.accounts import queries as accounts
from workforce.accounts import second_factor
from workforce.accounts import service as account_service
from workforce.accounts.passwords import one_time_password
from workforce.accounts.queries import STATES, Filter
from workforce.accounts.service import BASE_ROLES, Administrator, roles_to_give
from workforce.accounts.session import needs_second_factor
from workforce.accounts.sign_in import is_locked
from workforce.config import DEFAULT_PUBLIC_URL
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.permissions import Permission, Role
from workforce.core.terms import terms_of
from workforce.platform.db import db, size_of, unit_of_work
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.i18n import gettext as _
from workforce.platform.installation import installation
from workforce.platform.scope import Scope
from workforce.platform.web import actor, key_of, page_of, principal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from workforce.account_pages.forms import AccountForm

Result = TypeVar("Result")

_PER_PAGE: Final = 50
_PEOPLE_PER_PAGE: Final = 60
"""So many slips are made at once: their passwords take two seconds to hash."""
_WORDS_LENGTH: Final = 100
_NAMES: Final = ("q", "role", "state", "company")


def _administrator() -> Administrator:
    visitor = principal()
    return Administrator(actor(), visitor.role, visitor.company_id)


@ROUTES.page("/accounts", permission=Permission.ACCOUNT_MANAGE)
def listing(scope: Scope) -> ResponseReturnValue:
    """Find accounts: ``?q=`` words, ``?role=``, ``?state=``, ``?company=``."""
    session = db.session()
    companies = session.execute(queries.company_names(scope)).all()
    wanted = _wanted({row.company_id for row in companies})
    chosen = accounts.managed(queries.reach_of(scope), wanted)
    count = size_of(session, chosen)
    page = page_of(count, _PER_PAGE)
    asked: dict[str, Any] = {name: request.args[name] for name in _NAMES if name in request.args}
    return render_template(
        "account_pages/accounts.html",
        rows=session.execute(chosen.offset(page.rows.start).limit(_PER_PAGE)).all(),
        total=count,
        wanted=wanted,
        companies=companies,
        names={row.company_id: row.company_name for row in companies},
        roles=roles_to_give(_administrator()),
        states=STATES,
        is_base=scope.company_id is None,
        is_locked=is_locked,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("account_pages.listing", **{**asked, "page": number}),
    )


def _wanted(company_ids: set[int]) -> Filter:
    role, state = request.args.get("role", ""), request.args.get("state", "")
    if (role and role not in terms_of("role")) or (state and state not in STATES):
        raise NotFoundError("web.not_found")
    company_id = None
    if asked := request.args.get("company", ""):
        company_id = key_of(asked)
        if company_id not in company_ids:
            raise NotFoundError("web.not_found")
    text = request.args.get("q", "")[:_WORDS_LENGTH].strip()
    return Filter(text, role, state, company_id)


@ROUTES.form("/accounts/new", permission=Permission.ACCOUNT_MANAGE)
def add(scope: Scope) -> ResponseReturnValue:
    """Make one account; its one-time password is shown once."""
    form = NewAccountForm()
    roles = [role for role in roles_to_give(_administrator()) if role is not Role.ANNOTATOR]
    form.offer(roles, db.session.execute(queries.company_names(scope)).all())
    if form.validate_on_submit():
        password = one_time_password()
        account_id = _made(scope, form, password)
        if account_id is not None:
            return _shown_once(scope, account_id, password, is_new=True)
    page = render_template(
        "account_pages/new.html", form=form, is_base=scope.company_id is None, roles=roles
    )
    return answer_of(page, form)


def _made(scope: Scope, form: NewAccountForm, password: str) -> int | None:
    role = Role(form.role.data)
    company_id = _company_for(scope, form, role)
    try:
        with unit_of_work() as session:
            made = account_service.create_account(
                session,
                login_name=form.login_name.data or "",
                display_name=(form.display_name.data or "").strip(),
                password=password,
                role=role,
                company_id=company_id,
                person_id=_person_id(session, scope, company_id, form.employee_no.data or ""),
                actor=actor(),
                is_one_time=True,
            )
            return made.id
    except InputError as error:
        place_fault(form, error, _FIELDS.get(error.code))
        return None


def _company_for(scope: Scope, form: AccountForm, role: Role) -> int | None:
    """Return the company of a role: none for the base's, the own one, or the one that was chosen."""
    if role in BASE_ROLES:
        return None
    return scope.company_id if scope.company_id is not None else form.company_key


def _person_id(
    session: Session, scope: Scope, company_id: int | None, employee_no: str
) -> int | None:
    employee_no = employee_no.strip()
    if not employee_no:
        return None
    if company_id is None:
        raise InputError("account.employee_without_company")
    chosen = queries.person_without_account(scope, company_id, employee_no)
    found = session.execute(chosen).first()
    if found is None:
        raise InputError("account.nobody_to_link", employee_no=employee_no)
    return int(found.person_id)


_FIELDS: Final = {
    "account.login_malformed": "login_name",
    "account.login_taken": "login_name",
    "account.company_required": "company_id",
    "account.employee_without_company": "company_id",
    "account.nobody_to_link": "employee_no",
    "account.person_required": "role",
    "account.own_rights": "role",
    "account.last_administrator": "role",
}


@ROUTES.form("/accounts/<int:account_id>", permission=Permission.ACCOUNT_MANAGE)
def account(scope: Scope, account_id: int) -> ResponseReturnValue:
    """Show one account with all that can be done to it, and change its name and role."""
    session = db.session()
    found = accounts.managed_account(session, queries.reach_of(scope), account_id)
    companies = session.execute(queries.company_names(scope)).all()
    form = ChangeAccountForm(
        display_name=found.display_name, role=found.role, company_id=str(found.company_id or "")
    )
    form.offer(_roles_for(found.person_id), companies)
    if form.validate_on_submit() and _changed(scope, account_id, form):
        flash(_("已保存。"), "success")
        return redirect(url_for("account_pages.account", account_id=account_id))
    page = _account_page(scope, account_id, form, companies)
    return answer_of(page, form)


def _roles_for(person_id: int | None) -> list[Role]:
    """Return the roles that an account can have: an annotator's needs a person."""
    return [
        role
        for role in roles_to_give(_administrator())
        if role is not Role.ANNOTATOR or person_id is not None
    ]


def _account_page(
    scope: Scope, account_id: int, form: ChangeAccountForm, companies: Sequence[Row[int, str, str]]
) -> str:
    session = db.session()
    found = accounts.managed_account(session, queries.reach_of(scope), account_id)
    employments: Sequence[Row[int, str, str]] = []
    if found.person_id is not None:
        employments = session.execute(queries.employments_of(scope, found.person_id)).all()
    return render_template(
        "account_pages/account.html",
        account=found,
        form=form,
        employments=employments,
        names={row.company_id: row.company_name for row in companies},
        is_base=scope.company_id is None,
        is_self=found.id == principal().account_id,
        is_locked=is_locked(found),
        has_second_factor=second_factor.has_second_factor(session, found.id),
        needs_second_factor=needs_second_factor(Role(found.role)),
    )


def _changed(scope: Scope, account_id: int, form: ChangeAccountForm) -> bool:
    role = Role(form.role.data)
    company_id = None if role is Role.ANNOTATOR else _company_for(scope, form, role)
    try:
        with unit_of_work() as session:
            found = accounts.managed_account(session, queries.reach_of(scope), account_id)
            account_service.change_account(
                session,
                _administrator(),
                found,
                display_name=(form.display_name.data or "").strip(),
                role=role,
                company_id=company_id,
            )
    except DomainError as error:
        place_fault(form, error, _FIELDS.get(error.code))
        return False
    return True


def _act(
    scope: Scope, account_id: int, act: Callable[[Session, Administrator, Any], Result]
) -> Result:
    """Do something to an account in reach, in one unit of work."""
    with unit_of_work() as session:
        found = accounts.managed_account(session, queries.reach_of(scope), account_id)
        return act(session, _administrator(), found)


def _back(account_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("account_pages.account", account_id=account_id))


@ROUTES.action("/accounts/<int:account_id>/off", permission=Permission.ACCOUNT_MANAGE)
def switch_off(scope: Scope, account_id: int) -> ResponseReturnValue:
    """Let an account sign in no more."""
    _act(scope, account_id, account_service.switch_off)
    return _back(account_id, _("账号已停用，它的登录都已退出。"))


@ROUTES.action("/accounts/<int:account_id>/on", permission=Permission.ACCOUNT_MANAGE)
def switch_on(scope: Scope, account_id: int) -> ResponseReturnValue:
    """Let an account sign in again."""
    _act(scope, account_id, account_service.switch_on)
    return _back(account_id, _("账号已启用。"))


@ROUTES.action("/accounts/<int:account_id>/unlock", permission=Permission.ACCOUNT_MANAGE)
def unlock(scope: Scope, account_id: int) -> ResponseReturnValue:
    """End the lock after wrong passwords."""
    _act(scope, account_id, account_service.unlock)
    return _back(account_id, _("账号已解锁。"))


@ROUTES.action("/accounts/<int:account_id>/second-factor", permission=Permission.ACCOUNT_MANAGE)
def reset_second_factor(scope: Scope, account_id: int) -> ResponseReturnValue:
    """Take a lost authenticator away: a new one is bound at the next sign-in."""
    _act(scope, account_id, account_service.reset_second_factor)
    return _back(account_id, _("验证器已解除。本人下次登录时重新绑定。"))


@ROUTES.action("/accounts/<int:account_id>/password", permission=Permission.ACCOUNT_MANAGE)
def reset_password(scope: Scope, account_id: int) -> ResponseReturnValue:
    """Give an account a one-time password and show it once."""
    password = _act(scope, account_id, account_service.reset_password)
    return _shown_once(scope, account_id, password, is_new=False)


def _shown_once(scope: Scope, account_id: int, password: str, *, is_new: bool) -> str:
    found = accounts.managed_account(db.session(), queries.reach_of(scope), account_id)
    return render_template(
        "account_pages/password_once.html", account=found, password=password, is_new=is_new
    )


@ROUTES.form("/accounts/people", permission=Permission.ACCOUNT_MANAGE)
def for_people(scope: Scope) -> ResponseReturnValue:
    """Make annotators' accounts for people who have none: ``?company=`` for the base's administrator."""
    session = db.session()
    companies = session.execute(queries.company_names(scope)).all()
    company = _chosen_company(companies)
    if company is None:
        return render_template("account_pages/people.html", companies=companies, company=None)
    chosen = queries.people_without_account(scope, company.company_id)
    count = size_of(session, chosen)
    page = page_of(count, _PEOPLE_PER_PAGE)
    rows = session.execute(chosen.offset(page.rows.start).limit(_PEOPLE_PER_PAGE)).all()
    fault = ""
    if request.method == "POST":
        ids = [row.employment_id for row in rows] if "all" in request.form else _ticked()
        if ids:
            return _slips(scope, company, ids)
        fault = _("还没有选人：请勾选，或者用“为本页全部建立”。")
    page_html = render_template(
        "account_pages/people.html",
        companies=companies,
        company=company,
        rows=rows,
        total=count,
        fault=fault,
        stem=service.login_stem(company.company_code),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "account_pages.for_people", company=company.company_id, page=number
        ),
    )
    return page_html, HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK


def _chosen_company(companies: Sequence[Row[int, str, str]]) -> Row[int, str, str] | None:
    if len(companies) == 1:
        return companies[0]
    asked = request.args.get("company", "")
    if not asked:
        return None
    found = next((row for row in companies if row.company_id == key_of(asked)), None)
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def _ticked() -> list[int]:
    return [key_of(text) for text in request.form.getlist("employment")[:_PEOPLE_PER_PAGE]]


def _slips(scope: Scope, company: Row[int, str, str], ids: list[int]) -> ResponseReturnValue:
    passwords = service.one_time_passwords(len(ids))
    company_id, code, name = company.company_id, company.company_code, company.company_name
    with unit_of_work() as session:
        # Read again: somebody else may have made one of them in the meantime.
        chosen = queries.people_without_account(scope, company_id, ids)
        people = session.execute(chosen).all()
        slips = service.make_accounts(
            session,
            actor(),
            company_id=company_id,
            company_code=code,
            people=people,
            passwords=passwords,
        )
    return render_template(
        "account_pages/slips.html",
        slips=slips,
        company_id=company_id,
        company_name=name,
        missing=len(ids) - len(slips),
        address=_address(),
    )


def _address() -> str:
    """Return what people type to reach the pages: what the installation says, else as the visitor did."""
    told = installation().public_url
    return told if told != DEFAULT_PUBLIC_URL else request.host_url.rstrip("/")
