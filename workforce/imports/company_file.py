"""The company file: who a company is, its teams, its task types and what it agreed about pay.

A readable YAML file in the words of the scenario file, so that a policy tried with ``workforce calc``
can be copied. Applying it is safe to repeat: what is there is kept, a policy from the same month is
replaced, everything is audited. ``docs/company-example.yaml`` is a filled example, and
``company_content`` writes what is stored as such a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.attendance.shift_types import add_first_shift_type
from workforce.companies import queries, service
from workforce.core.facts import Choice
from workforce.core.money import format_fen, format_micro
from workforce.core.period import PayPeriod
from workforce.core.scenario.form import Form
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.platform.audit import Actor
from workforce.platform.scope import Scope
from workforce.production import queries as production_queries
from workforce.production import service as production

_KEYS: Final = ("format", "company", "teams", "task_types", "policies")
_COMPANY_KEYS: Final = (
    "code",
    "name",
    "credit_code",
    "region",
    "founded_on",
    "is_outside_base",
    "contact_name",
    "reports_by",
    "returns_from",
    "returns_mail",
)
_TEAM_KEYS: Final = ("code", "name")
_TASK_TYPE_KEYS: Final = ("code", "name_zh", "name_en", "unit_zh", "unit_en")
POLICY_KEYS: Final = (
    "from",
    "quality_basis",
    "quality_tiers",
    "night_allowance",
    "attendance_bonus",
    "holiday_day_wage",
    "irregular_holiday_pay",
    "union_fund",
    "work_injury_rate",
    "acceptance",
    "late_grace_minutes",
    "pay_day",
)
_TIER_KEYS: Final = ("accuracy_from", "factor")
_LAST_PAY_DAY: Final = 28
_MINUTES_IN_DAY: Final = 1440


class QualityBasisChoice(Choice):
    """How quality lowers pay: by the agreed price rule, or inside the limits of art 16."""

    PRICE = 0
    DEDUCTION = 1


class Acceptance(Choice):
    """How imported output becomes payable."""

    AT_ONCE = 0
    BY_INSPECTION = 1
    BY_PERSON = 2


def apply_company_file(session: Session, actor: Actor, content: object) -> list[Text]:
    """Bring a company to what its file says, in the caller's unit of work; return what was done.

    Raises:
        InputError: the file is wrong; names the field.
        ClosedError: a policy would reach into a closed month.

    """
    form = Form(content, "", _KEYS)
    if form.text("format") != "1":
        form.fail("format", "scenario.wrong_format", text=form.text("format"))
    company_id, said = _apply_company(session, actor, form.form("company", _COMPANY_KEYS))
    said += _apply_teams(session, actor, company_id, form.forms("teams", _TEAM_KEYS))
    said += _apply_task_types(session, actor, form.forms("task_types", _TASK_TYPE_KEYS))
    said += _apply_policies(session, actor, company_id, form.forms("policies", POLICY_KEYS))
    return said


def _apply_company(session: Session, actor: Actor, form: Form) -> tuple[int, list[Text]]:
    code, credit_code = form.text("code"), form.text("credit_code")
    company = session.scalar(queries.company_by_code(Scope.base(), code))
    if company is not None:
        if credit_code.strip().upper() != company.credit_code:
            form.fail("code", "company.code_taken", code=code)
        return company.id, _apply_reporting(session, actor, company, form)
    company = service.create_company(
        session,
        actor,
        code=code,
        name=form.text("name"),
        credit_code=credit_code,
        region=form.text("region"),
        founded_on=form.day("founded_on"),
        is_inside=not form.flag("is_outside_base"),
        contact_name=form.text("contact_name", "") or None,
    )
    add_first_shift_type(session, actor, company.id, company.founded_on)
    said = [Text(f"企业 {code} 已建立", f"Company {code} made")]
    return company.id, said + _apply_reporting(session, actor, company, form)


def _apply_reporting(session: Session, actor: Actor, company: Any, form: Form) -> list[Text]:
    """Say how a company reports to the bureau, where its file does."""
    way = form.one_of("reports_by", form.text("reports_by", ""), ["", *terms_of("reports_by")])
    if not way:
        return []
    before = (company.reports_by, company.returns_from, company.returns_mail)
    service.set_reporting(
        session,
        actor,
        company,
        reports_by=way,
        returns_from=form.month("returns_from") if form.text("returns_from", "") else None,
        returns_mail=form.text("returns_mail", "") or None,
    )
    if before == (company.reports_by, company.returns_from, company.returns_mail):
        return []
    label = terms_of("reports_by")[way]
    return [Text(f"报送方式：{label.zh}", f"Way of reporting: {label.en}")]


def _apply_teams(
    session: Session, actor: Actor, company_id: int, forms: Sequence[Form]
) -> list[Text]:
    known = {team.code for team in session.scalars(queries.teams(Scope.company(company_id)))}
    said = []
    for form in forms:
        code, name = form.text("code"), form.text("name")
        if code not in known:
            service.add_team(session, actor, company_id=company_id, code=code, name=name)
            said.append(Text(f"班组 {code} 已建立", f"Team {code} made"))
    return said


def _apply_task_types(session: Session, actor: Actor, forms: Sequence[Form]) -> list[Text]:
    known = {task_type.code for task_type in session.scalars(production_queries.task_types())}
    said = []
    for form in forms:
        code = form.text("code")
        if code not in known:
            production.define_task_type(
                session, actor, **{key: form.text(key) for key in _TASK_TYPE_KEYS}
            )
            said.append(Text(f"任务类型 {code} 已建立", f"Task type {code} made"))
    return said


def _apply_policies(
    session: Session, actor: Actor, company_id: int, forms: Sequence[Form]
) -> list[Text]:
    said = []
    for form in forms:
        valid_from = form.period("from").first_on
        values = _policy(form)
        if not _is_stored(session, company_id, valid_from, values):
            service.set_pay_policy(
                session, actor, company_id=company_id, valid_from=valid_from, **values
            )
            said.append(Text(f"薪酬规则自 {valid_from} 起", f"Pay policy from {valid_from}"))
    return said


def _policy(form: Form) -> dict[str, Any]:
    """Return the columns of a policy; what a company does not pay is 0, the rest must be said."""
    basis = form.choice("quality_basis", QualityBasisChoice, QualityBasisChoice.PRICE)
    return {
        "quality_basis": basis.code,
        "quality_tiers": [
            {"accuracy_from_rate": tier.micro("accuracy_from"), "factor_rate": tier.micro("factor")}
            for tier in form.forms("quality_tiers", _TIER_KEYS)
        ],
        "night_allowance_amount": form.fen("night_allowance", "0"),
        "attendance_bonus_amount": form.fen("attendance_bonus", "0"),
        "holiday_day_wage_amount": form.fen("holiday_day_wage", "0"),
        "has_irregular_holiday_pay": form.flag("irregular_holiday_pay"),
        "has_union_fund": form.flag("union_fund"),
        "work_injury_rate": form.micro("work_injury_rate"),
        "acceptance": form.choice("acceptance", Acceptance).code,
        "late_grace_minutes": form.whole("late_grace_minutes", "0", largest=_MINUTES_IN_DAY),
        "pay_day": form.whole("pay_day", largest=_LAST_PAY_DAY),
    }


def company_content(session: Session, scope: Scope, code: str) -> dict[str, Any]:
    """Return what is stored of a company as its file says it: applying it changes nothing.

    Raises:
        NotFoundError: there is none of this code in the scope.

    """
    company = service.company_named(session, scope, code)
    own = Scope.company(company.id)
    return {
        "format": 1,
        "company": {
            "code": company.code,
            "name": company.name,
            "credit_code": company.credit_code,
            "region": company.region,
            "founded_on": company.founded_on,
            "is_outside_base": not company.is_inside,
            **({"contact_name": company.contact_name} if company.contact_name else {}),
            **_reporting(company),
        },
        "teams": [
            {"code": team.code, "name": team.name} for team in session.scalars(queries.teams(own))
        ],
        "task_types": [
            {key: getattr(task_type, key) for key in _TASK_TYPE_KEYS}
            for task_type in session.scalars(production_queries.task_types())
        ],
        "policies": [
            _policy_content(policy) for policy in session.scalars(queries.all_pay_policies(own))
        ],
    }


def _reporting(company: Any) -> dict[str, str]:
    """Return how a company reports, where a month is set from which on it does."""
    if company.returns_from is None:
        return {}
    mail = {"returns_mail": company.returns_mail} if company.returns_mail else {}
    return {"reports_by": company.reports_by, "returns_from": company.returns_from, **mail}


def _policy_content(policy: Any) -> dict[str, Any]:
    """Return a policy in the words of its file; every amount is a text, as it is read."""
    return {
        "from": str(PayPeriod.of(policy.valid_from)),
        "quality_basis": policy.quality_basis,
        "quality_tiers": [
            {
                "accuracy_from": format_micro(tier["accuracy_from_rate"]),
                "factor": format_micro(tier["factor_rate"]),
            }
            for tier in policy.quality_tiers
        ],
        "night_allowance": format_fen(policy.night_allowance_amount),
        "attendance_bonus": format_fen(policy.attendance_bonus_amount),
        "holiday_day_wage": format_fen(policy.holiday_day_wage_amount),
        "irregular_holiday_pay": policy.has_irregular_holiday_pay,
        "union_fund": policy.has_union_fund,
        "work_injury_rate": format_micro(policy.work_injury_rate),
        "acceptance": policy.acceptance,
        "late_grace_minutes": policy.late_grace_minutes,
        "pay_day": policy.pay_day,
    }


def _is_stored(
    session: Session, company_id: int, valid_from: dt.date, values: dict[str, Any]
) -> bool:
    """Tell whether this very policy holds from this day already: a file applied twice is silent."""
    policies = queries.pay_policy(Scope.company(company_id), PayPeriod.of(valid_from))
    return any(
        policy.valid_from == valid_from
        and all(getattr(policy, name) == value for name, value in values.items())
        for policy in session.scalars(policies)
    )
