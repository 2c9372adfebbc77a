"""The companies of the base: a list with their state, making one, correcting one."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from workforce.attendance.shift_types import add_first_shift_type
from workforce.companies import service as companies
from workforce.core.addresses import MOST_CHARACTERS
from workforce.core.errors import DomainError, InputError
from workforce.core.identity import check_credit_code
from workforce.core.law import wording
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.home import service
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import (
    DayField,
    MonthField,
    Needed,
    PercentField,
    fault_of,
    place_fault,
    stripped,
)
from workforce.platform.i18n import gettext, in_current
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.law_book import law_book
from workforce.platform.web import SliceRoutes, actor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from wtforms import Field

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("companies", __name__)

INJURY_RATE: Final = "work_injury_lowest_class_rate"
"""The law's value that a new company's rate is proposed from."""
_PAY_DAY: Final = 15
_LAST_PAY_DAY: Final = 28
_FURTHEST: Final = dt.timedelta(days=366)
_COUNTY: Final = re.compile(r"\d{6}")


def _regions() -> list[tuple[str, str]]:
    """Return where a company may lie: the regions that the law data know, the nearest first."""
    named = [(code, in_current(name)) for code, name in terms_of("region").items()]
    return [pair for pair in reversed(named) if _COUNTY.fullmatch(pair[0])]


class CompanyForm(FlaskForm):  # type: ignore[misc]
    """What is known of a company."""

    name = StringField(
        _("企业名称"),
        filters=[stripped],
        validators=[DataRequired(_("请填写企业名称")), Length(max=120)],
    )
    credit_code = StringField(
        _("统一社会信用代码"), validators=[InputRequired(_("请填写统一社会信用代码"))]
    )
    contact_name = StringField(
        _("联系人（可不填）"), filters=[stripped], validators=[Length(max=60)]
    )
    is_inside = BooleanField(_("在基地园区内"), default=True)
    reports_by = SelectField(_("报送方式"), default=companies.BY_SYSTEM)
    returns_from = MonthField(_("从哪个月起报送月报（可不填）"))
    returns_mail = StringField(
        _("月报联系邮箱（可不填）"), filters=[stripped], validators=[Length(max=MOST_CHARACTERS)]
    )

    def __init__(self, **kwargs: Any) -> None:
        """Offer the ways of reporting in the visitor's language."""
        super().__init__(**kwargs)
        self.reports_by.choices = [
            (code, in_current(words)) for code, words in terms_of("reports_by").items()
        ]

    def validate_credit_code(self, bound: Field) -> None:
        """Say what is wrong with the code, next to it."""
        try:
            bound.data = check_credit_code(bound.data or "")
        except InputError as error:
            raise ValidationError(fault_of(error)) from error

    def values(self) -> dict[str, Any]:
        """Return the company's columns as typed."""
        return {
            "name": self.name.data,
            "credit_code": self.credit_code.data,
            "contact_name": self.contact_name.data or None,
            "is_inside": bool(self.is_inside.data),
        }

    def reporting(self) -> dict[str, Any]:
        """Return how the company reports to the bureau, as typed."""
        return {
            "reports_by": self.reports_by.data,
            "returns_from": self.returns_from.data,
            "returns_mail": self.returns_mail.data or None,
        }


class NewCompanyForm(CompanyForm):
    """A company that begins, with what its first pay policy cannot do without."""

    code = StringField(
        _("企业代码"), filters=[stripped], validators=[DataRequired(_("请填写企业代码"))]
    )
    region = SelectField(_("地区"))
    founded_on = DayField(_("成立日期"), validators=[Needed(_("请填写成立日期"))])
    first_month = MonthField(
        _("从哪个月起在这里计薪"), validators=[Needed(_("请选择月份，写成 2026-10 这样"))]
    )
    work_injury_rate = PercentField(
        _("工伤保险费率（%）"), validators=[Needed(_("请按参保通知书填写"))]
    )
    acceptance = SelectField(_("产量怎样算验收合格"), default="by_inspection")
    pay_day = IntegerField(
        _("发薪日"),
        default=_PAY_DAY,
        validators=[
            InputRequired(_("请填写 1 到 28 的整数")),
            NumberRange(1, _LAST_PAY_DAY, _("请填写 1 到 28 的整数")),
        ],
    )

    def __init__(self, **kwargs: Any) -> None:
        """Offer the regions and ways of acceptance in the visitor's language."""
        super().__init__(**kwargs)
        self.region.choices = _regions()
        self.acceptance.choices = [
            (code, in_current(words)) for code, words in terms_of("acceptance").items()
        ]

    def validate_founded_on(self, bound: Field) -> None:
        """A company that begins tomorrow cannot have paid anybody."""
        if bound.data and bound.data > clock.today():
            raise ValidationError(gettext("成立日期不能在今天以后"))

    def validate_first_month(self, bound: Field) -> None:
        """Nobody is paid before the company exists, and nobody plans years ahead."""
        if not bound.data:
            return
        if self.founded_on.data and bound.data.last_on < self.founded_on.data:
            raise ValidationError(gettext("不能早于成立的月份"))
        if bound.data.first_on > clock.today() + _FURTHEST:
            raise ValidationError(gettext("超过一年以后，请核对年份"))


@ROUTES.page("/companies", permission=Permission.COMPANY_MANAGE)
def companies_list(scope: Scope) -> ResponseReturnValue:
    """List the companies: how many people, and how far their newest month is."""
    return render_template(
        "home/companies.html",
        companies=service.company_states(db.session(), scope, clock.today()),
    )


@ROUTES.form("/companies/new", permission=Permission.COMPANY_MANAGE)
def new_company(scope: Scope) -> ResponseReturnValue:
    """Make a company with its first policy and shift, and go on with what it needs next."""
    del scope
    today = clock.today()
    law = _injury_rate(today)
    form = NewCompanyForm(
        data={
            "work_injury_rate": law.value if law else None,
            "first_month": PayPeriod.of(today),
            "is_inside": True,
        }
    )
    if form.validate_on_submit() and (company_id := _make(form)) is not None:
        flash(gettext("企业“%(name)s”已建立", name=form.name.data), "success")
        return redirect(url_for("home.start", company=company_id))
    page = render_template("home/new_company.html", form=form, law=law, injury_code=INJURY_RATE)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _injury_rate(on: dt.date) -> Any:
    return wording.in_force(law_book().history(INJURY_RATE, wording.HOME_REGION), on)


def _make(form: NewCompanyForm) -> int | None:
    """Make the company whole or not at all; a refusal stands at its field."""
    month: PayPeriod = form.first_month.data
    founded_on: dt.date = form["founded_on"].data
    try:
        with unit_of_work() as session:
            company = companies.create_company(
                session,
                actor(),
                code=str(form.code.data),
                region=form.region.data,
                founded_on=founded_on,
                **form.values(),
            )
            companies.set_pay_policy(
                session,
                actor(),
                company_id=company.id,
                valid_from=month.first_on,
                work_injury_rate=form.work_injury_rate.data,
                acceptance=form.acceptance.data,
                pay_day=form["pay_day"].data,
            )
            add_first_shift_type(session, actor(), company.id, founded_on)
            companies.set_reporting(session, actor(), company, **form.reporting())
            return company.id
    except DomainError as error:
        _blame(form, error)
        return None


def _blame(form: CompanyForm, error: DomainError) -> None:
    """Put what a service refused next to the field that it is about."""
    if error.place in {"returns_from", "returns_mail"}:
        place_fault(form, error)
        return
    bound = form.credit_code if error.code == "company.credit_code_taken" else form["code"]
    bound.errors = [fault_of(error)]


@ROUTES.form("/companies/<int:company_id>", permission=Permission.COMPANY_MANAGE)
def company(scope: Scope, company_id: int) -> ResponseReturnValue:
    """Correct what is known of a company."""
    found = companies.company_in(db.session(), scope, company_id)
    begun = found.returns_from
    form = CompanyForm(obj=found, returns_from=PayPeriod.parse_month(begun) if begun else None)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                again = companies.company_in(session, scope, company_id)
                companies.change_company(session, actor(), again, **form.values())
                companies.set_reporting(session, actor(), again, **form.reporting())
        except InputError as error:
            _blame(form, error)
        else:
            flash(gettext("已保存"), "success")
            return redirect(url_for("companies.companies_list"))
    page = render_template(
        "home/company.html", form=form, company=found, region=wording.region(found.region)
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
