"""Pay profiles: base pay, insured bases, fund and tax of each person, month by month, and raises of many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from workforce.core.errors import InputError, NotFoundError
from workforce.core.money import format_fen, round_half_up
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.payroll.effect import profile_change
from workforce.people import queries as people
from workforce.people import service
from workforce.people.service import PROFILE_COLUMNS
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import MonthField, Needed, PercentField, YuanField, choices_of
from workforce.platform.i18n import gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import actor, note_read, page_of
from workforce.settings.routes import (
    ROUTES,
    Proposal,
    answer,
    company_of,
    first_open_month,
    offer_terms,
)
from workforce.settings.words import changes_in_words, in_words

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

_PEOPLE_PER_PAGE: Final = 100
_REASON_CHARACTERS: Final = 200
_LABELS: Final = {
    "base_pay_amount": _("基本工资（元/月）"),
    "overtime_base_amount": _("加班费计算基数（元/月）"),
    "contribution_base_amount": _("社保缴费基数（元）"),
    "fund_base_amount": _("公积金缴存基数（元）"),
    "fund_employee_rate": _("公积金个人比例（%）"),
    "fund_employer_rate": _("公积金单位比例（%）"),
    "average_monthly_wage_amount": _("前 12 个月平均工资（元）"),
    "tax_method": _("个人所得税怎样算"),
    "is_deduct_60000": _("上年全年在本单位且收入不超过 6 万元：直接减除 6 万元"),
    "is_first_wage_of_year": _("本年首次取得工资（应届毕业等）：从一月起计减除费用"),
    "pay_cycle": _("多久发一次"),
}
"""What each column of a profile is called, in the order of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person with the profile of the day; ``profile`` None: cannot be paid."""

    employment_id: int
    employee_no: str
    name: str
    employment_type: str
    hired_on: dt.date
    profile: Any


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """A whole profile, valid from the first of a month. An empty insured base: not insured here."""

    valid_from = MonthField(_("从哪个月起"), validators=[Needed(_("请选择月份"))])
    base_pay_amount = YuanField(
        _LABELS["base_pay_amount"], validators=[Needed(_("请输入金额；纯计件就写 0"))]
    )
    overtime_base_amount = YuanField(_LABELS["overtime_base_amount"])
    contribution_base_amount = YuanField(_LABELS["contribution_base_amount"])
    fund_base_amount = YuanField(_LABELS["fund_base_amount"])
    fund_employee_rate = PercentField(_LABELS["fund_employee_rate"])
    fund_employer_rate = PercentField(_LABELS["fund_employer_rate"])
    average_monthly_wage_amount = YuanField(_LABELS["average_monthly_wage_amount"])
    tax_method = SelectField(_LABELS["tax_method"])
    is_deduct_60000 = BooleanField(_LABELS["is_deduct_60000"])
    is_first_wage_of_year = BooleanField(_LABELS["is_first_wage_of_year"])
    pay_cycle = SelectField(_LABELS["pay_cycle"])
    reason = StringField(
        _("为什么改"),
        validators=[DataRequired(_("请写明原因")), Length(max=_REASON_CHARACTERS)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the choices in the visitor's language."""
        super().__init__(*args, **kwargs)
        offer_terms(self, ("tax_method", "pay_cycle"))

    def columns(self) -> dict[str, Any]:
        """Return the profile's columns as typed."""
        return {name: self[name].data for name in PROFILE_COLUMNS}


class RaiseForm(FlaskForm):  # type: ignore[misc]
    """Another base pay for many people at once: by an amount or by per cent, from a month on."""

    valid_from = MonthField(_("从哪个月起"), validators=[Needed(_("请选择月份"))])
    kind = SelectField(
        _("怎样调整基本工资"),
        choices=choices_of(
            [("amount", _("每人增加金额（元）")), ("percent", _("每人增加百分比（%）"))]
        ),
    )
    value = YuanField(_("增加多少"), validators=[Needed(_("请输入数字"))])
    reason = StringField(
        _("为什么改"),
        validators=[DataRequired(_("请写明原因")), Length(max=_REASON_CHARACTERS)],
    )

    def raised(self, amount: int) -> int:
        """Return an amount of fen after the raise; per cent is rounded half up to the fen."""
        if self.kind.data == "amount":
            return amount + int(self.value.data)
        # value is hundredths of a per cent.
        return amount + round_half_up(amount * int(self.value.data), 10_000)


def _columns_of(profile: Any) -> dict[str, Any]:
    return {name: getattr(profile, name) for name in PROFILE_COLUMNS}


def people_of(session: Session, scope: Scope, month: PayPeriod, words: str = "") -> list[PersonRow]:
    """Return the people employed in a month with their profiles: two statements."""
    profiles = {
        profile.employment_id: profile
        for profile in session.scalars(people.pay_profiles(scope, month))
    }
    return [
        PersonRow(
            employment_id=row.employment_id,
            employee_no=row.employee_no,
            name=row.name,
            employment_type=row.employment_type,
            hired_on=row.hired_on,
            profile=profiles.get(row.employment_id),
        )
        for row in session.execute(people.employments(scope, month))
        if words in row.employee_no or words in row.name
    ]


def count_without(session: Session, scope: Scope, day: dt.date) -> int:
    """Count the people of a day's month who have no profile and so cannot be paid."""
    month = PayPeriod.of(day)
    employed = people.employments(scope, month).order_by(None).subquery()
    profiled = people.pay_profiles(scope, month).order_by(None).subquery()
    return int(
        session.scalar(
            select(func.count())
            .select_from(employed)
            .where(employed.c.employment_id.not_in(select(profiled.c.employment_id)))
        )
        or 0
    )


@ROUTES.page("/settings/profiles", permission=Permission.SETTINGS_CHANGE)
def profiles(scope: Scope) -> ResponseReturnValue:
    """List the people of this month with what was agreed with each; ``?q=`` number or name."""
    company_id = company_of(scope)
    month = PayPeriod.of(clock.today())
    words = request.args.get("q", "").strip()
    found = people_of(db.session(), scope, month, words)
    if request.args.get("missing"):
        found = [row for row in found if row.profile is None]
    page = page_of(len(found), _PEOPLE_PER_PAGE)
    note_read("pay_profile.list", "company", company_id, company_id=company_id)
    return render_template(
        "settings/profiles.html",
        rows=found[page.rows],
        total=len(found),
        words=words,
        is_missing_only=bool(request.args.get("missing")),
        month=month,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "settings.profiles", q=words or None, missing=request.args.get("missing"), page=number
        ),
    )


@ROUTES.form("/settings/profiles/<int:employment_id>", permission=Permission.SETTINGS_CHANGE)
def profile(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Show a person's profiles, and let another begin with a month."""
    company_id = company_of(scope)
    session = db.session()
    directory = people.directory(scope).subquery()
    person = session.execute(
        select(directory).where(directory.c.employment_id == employment_id)
    ).one_or_none()
    if person is None:
        raise NotFoundError("web.not_found")
    versions = list(session.scalars(people.all_pay_profiles(scope, employment_id)))
    newest = _columns_of(versions[-1]) if versions else {}
    begin = first_open_month(session, company_id) if versions else PayPeriod.of(person.hired_on)
    form = ProfileForm(data={**newest, "valid_from": begin})
    note_read("pay_profile.read", "employment", employment_id, company_id=company_id)
    return answer(
        scope,
        form,
        lambda: _proposal(company_id, person, versions, form),
        lambda: render_template(
            "settings/profile.html",
            person=person,
            form=form,
            versions=[
                (version.valid_from, version.valid_to, in_words(_LABELS, _columns_of(version)))
                for version in reversed(versions)
            ],
            day=clock.today(),
        ),
        url_for("settings.profile", employment_id=employment_id),
    )


def _proposal(company_id: int, person: Any, versions: Sequence[Any], form: ProfileForm) -> Proposal:
    month: PayPeriod = form.valid_from.data
    columns = form.columns()
    old = next((one for one in reversed(versions) if one.valid_from <= month.last_on), None)
    begins = max(month.first_on, person.hired_on) if not versions else month.first_on
    who, reason = actor(), (form.reason.data or "").strip()
    return Proposal(
        title=gettext(
            "%(name)s：%(month)s 起的薪资档案", name=person.name, month=str(form.valid_from.data)
        ),
        rows=changes_in_words(_LABELS, None if old is None else _columns_of(old), columns),
        change=profile_change({person.employment_id: columns}),
        save=lambda session: service.set_pay_profiles(
            session,
            who,
            company_id,
            {person.employment_id: columns},
            valid_from=begins,
            reason=reason,
        ),
        done=gettext("已保存：%(name)s 的薪资档案", name=person.name),
    )


@ROUTES.form("/settings/raise", permission=Permission.SETTINGS_CHANGE)
def raise_many(scope: Scope) -> ResponseReturnValue:
    """Raise the base pay of the people chosen, each from the profile that would hold then."""
    company_id = company_of(scope)
    session = db.session()
    begin = first_open_month(session, company_id)
    form = RaiseForm(data={"valid_from": begin})
    month: PayPeriod = form.valid_from.data or begin
    rows = [row for row in people_of(session, scope, month) if row.profile is not None]
    chosen = set(request.form.getlist("who"))
    note_read("pay_profile.list", "company", company_id, company_id=company_id)
    return answer(
        scope,
        form,
        lambda: _raise(company_id, [row for row in rows if str(row.employment_id) in chosen], form),
        lambda: render_template("settings/raise.html", form=form, rows=rows, chosen=chosen),
        url_for("settings.profiles"),
    )


def _raise(company_id: int, rows: Sequence[PersonRow], form: RaiseForm) -> Proposal:
    if not rows:
        raise InputError("settings.nobody_chosen")
    month: PayPeriod = form.valid_from.data
    columns = {
        row.employment_id: _columns_of(row.profile)
        | {"base_pay_amount": form.raised(row.profile.base_pay_amount)}
        for row in rows
    }
    who, reason = actor(), (form.reason.data or "").strip()

    return Proposal(
        title=gettext("%(month)s 起调整 %(count)s 人的基本工资", month=str(month), count=len(rows)),
        rows=[
            (
                f"{row.employee_no} {row.name}",
                format_fen(row.profile.base_pay_amount),
                format_fen(columns[row.employment_id]["base_pay_amount"]),
            )
            for row in rows
        ],
        change=profile_change(columns),
        save=lambda session: service.set_pay_profiles(
            session, who, company_id, columns, valid_from=month.first_on, reason=reason
        ),
        done=gettext("已保存：%(count)s 人的基本工资", count=len(rows)),
    )
