"""The pay policy: what the company agreed with its people, month by month, each version kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from flask import render_template, url_for
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from workforce.companies import queries as companies
from workforce.companies import service
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.payroll.effect import policy_change
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import MonthField, Needed, PercentField, YuanField
from workforce.platform.i18n import gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import actor
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

TIER_ROWS: Final = 6
_REASON_CHARACTERS: Final = 200
_MINUTES_IN_DAY: Final = 1440
_LAST_PAY_DAY: Final = 28

_LABELS: Final = {
    "quality_basis": _("质量怎样影响工资"),
    "quality_tiers": _("质量分档"),
    "night_allowance_amount": _("夜班津贴（元/班）"),
    "attendance_bonus_amount": _("全勤奖（元/月）"),
    "holiday_day_wage_amount": _("计件人员法定节假日工资（元/天）"),
    "has_irregular_holiday_pay": _("不定时工时制人员法定节假日上班也按 300% 计"),
    "has_union_fund": _("缴纳工会经费"),
    "work_injury_rate": _("本单位工伤保险费率（%）"),
    "acceptance": _("导入的产量怎样算合格"),
    "late_grace_minutes": _("迟到宽限（分钟）"),
    "pay_day": _("次月几号发工资"),
}
"""What each column of a policy is called, in the order of the page."""

_CHOICES: Final = ("quality_basis", "acceptance")
"""Columns whose values are words of ``core/terms.toml``."""


class TierForm(Form):
    """From which accuracy on which share of the price is paid."""

    accuracy_from_rate = PercentField(_("准确率不低于（%）"))
    factor_rate = PercentField(_("单价系数（%）"))


class PolicyForm(FlaskForm):  # type: ignore[misc]
    """A whole policy, valid from the first of a month."""

    valid_from = MonthField(_("从哪个月起"), validators=[Needed(_("请选择月份"))])
    quality_basis = SelectField(_LABELS["quality_basis"])
    quality_tiers = FieldList(FormField(TierForm), min_entries=TIER_ROWS, max_entries=TIER_ROWS)
    night_allowance_amount = YuanField(
        _LABELS["night_allowance_amount"], validators=[Needed(_("请输入金额；不发就写 0"))]
    )
    attendance_bonus_amount = YuanField(
        _LABELS["attendance_bonus_amount"], validators=[Needed(_("请输入金额；不发就写 0"))]
    )
    holiday_day_wage_amount = YuanField(
        _LABELS["holiday_day_wage_amount"], validators=[Needed(_("请输入金额；不发就写 0"))]
    )
    has_irregular_holiday_pay = BooleanField(_LABELS["has_irregular_holiday_pay"])
    has_union_fund = BooleanField(_LABELS["has_union_fund"])
    work_injury_rate = PercentField(
        _LABELS["work_injury_rate"], validators=[Needed(_("请按参保通知书填写"))]
    )
    acceptance = SelectField(_LABELS["acceptance"])
    late_grace_minutes = IntegerField(
        _LABELS["late_grace_minutes"],
        validators=[
            InputRequired(_("请输入分钟数；没有宽限就写 0")),
            NumberRange(0, _MINUTES_IN_DAY - 1, _("请输入 0 到 1439 的整数")),
        ],
    )
    pay_day = IntegerField(
        _LABELS["pay_day"],
        validators=[
            InputRequired(_("请输入日期")),
            NumberRange(1, _LAST_PAY_DAY, _("请输入 1 到 28 的整数")),
        ],
    )
    reason = StringField(
        _("为什么改"),
        validators=[DataRequired(_("请写明原因")), Length(max=_REASON_CHARACTERS)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the choices in the visitor's language."""
        super().__init__(*args, **kwargs)
        offer_terms(self, _CHOICES)

    def validate(self, extra_validators: Any = None) -> bool:
        """Say on top what is wrong with the tiers: they are fields within a field."""
        is_valid = super().validate(extra_validators)
        for number, entry in enumerate(self.quality_tiers, start=1):
            row = entry.form
            values = (row.accuracy_from_rate.data, row.factor_rate.data)
            found = [message for field in row for message in field.errors]
            if not found and (values[0] is None) != (values[1] is None):
                found = [gettext("准确率和系数要一起填")]
            for message in found:
                said = gettext(
                    "质量分档第 %(number)s 行：%(message)s", number=number, message=message
                )
                self.form_errors.append(said)
            is_valid = is_valid and not found
        self.quality_tiers.errors = []
        return bool(is_valid)

    def tiers(self) -> list[dict[str, int]]:
        """Return the filled rows; ``companies.service`` checks their order."""
        rows = [entry.form for entry in self.quality_tiers]
        return [
            {"accuracy_from_rate": row.accuracy_from_rate.data, "factor_rate": row.factor_rate.data}
            for row in rows
            if row.accuracy_from_rate.data is not None and row.factor_rate.data is not None
        ]

    def columns(self) -> dict[str, Any]:
        """Return the policy's columns as typed."""
        plain = (name for name in _LABELS if name != "quality_tiers")
        return {**{name: self[name].data for name in plain}, "quality_tiers": self.tiers()}


def current(session: Session, scope: Scope, day: dt.date) -> Any:
    """Return the policy that holds in a day's month, or None."""
    return session.scalar(companies.pay_policy(scope, PayPeriod.of(day)))


def _columns_of(policy: Any) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in _LABELS}


@ROUTES.page("/settings/policy", permission=Permission.SETTINGS_CHANGE)
def policy(scope: Scope) -> ResponseReturnValue:
    """Show the policy in force, what comes, and every version before."""
    company_of(scope)
    session = db.session()
    versions = list(session.scalars(companies.all_pay_policies(scope)))
    shown = [
        (version.valid_from, version.valid_to, in_words(_LABELS, _columns_of(version)))
        for version in reversed(versions)
    ]
    return render_template("settings/policy.html", versions=shown, day=clock.today())


@ROUTES.form("/settings/policy/new", permission=Permission.SETTINGS_CHANGE)
def new_policy(scope: Scope) -> ResponseReturnValue:
    """Let another policy begin with a month; the form starts from the newest one."""
    company_id = company_of(scope)
    session = db.session()
    versions = list(session.scalars(companies.all_pay_policies(scope)))
    newest = _columns_of(versions[-1]) if versions else {}
    form = PolicyForm(data={**newest, "valid_from": first_open_month(session, company_id)})
    return answer(
        scope,
        form,
        lambda: _proposal(company_id, versions, form),
        lambda: render_template("settings/policy_form.html", form=form, is_first=not versions),
        url_for("settings.policy"),
    )


def _proposal(company_id: int, versions: Sequence[Any], form: PolicyForm) -> Proposal:
    valid_from = form.valid_from.data.first_on
    columns = form.columns()
    old = next((one for one in reversed(versions) if one.valid_from <= valid_from), None)
    who, reason = actor(), (form.reason.data or "").strip()
    return Proposal(
        title=gettext("%(month)s 起的薪酬规则", month=str(form.valid_from.data)),
        rows=changes_in_words(_LABELS, None if old is None else _columns_of(old), columns),
        change=policy_change(columns),
        save=lambda session: service.set_pay_policy(
            session, who, company_id=company_id, valid_from=valid_from, reason=reason, **columns
        ),
        done=gettext("已保存：%(month)s 起按新规则计薪", month=str(form.valid_from.data)),
    )
