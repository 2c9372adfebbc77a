"""The forms of payments: what the bank paid, why a line failed, why pay is held back or released."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from workforce.payments.rules import REASON_LENGTH
from workforce.platform.forms import DayField, Needed, YuanField
from workforce.platform.i18n import lazy_gettext as _

_REFERENCE_LENGTH: Final = 200


class PaidForm(FlaskForm):  # type: ignore[misc]
    """How a run or a batch was paid."""

    paid_on = DayField(_("付款日期"), validators=[Needed(_("请填写付款日期"))])
    amount = YuanField(
        _("银行付出的总额"),
        validators=[Needed(_("请填写银行付出的总额"))],
        is_negative_allowed=True,
    )
    reference = StringField(
        _("银行回单号或凭证号"),
        validators=[
            DataRequired(_("请填写银行回单号或凭证号")),
            Length(max=_REFERENCE_LENGTH),
        ],
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why pay is held back or released, a batch cancelled, or a failure taken back."""

    reason = TextAreaField(
        _("原因"), validators=[DataRequired(_("请写明原因")), Length(max=REASON_LENGTH)]
    )


class FailureForm(FlaskForm):  # type: ignore[misc]
    """That the bank did not make a payment, or sent it back."""

    on = DayField(_("退回日期"), validators=[Needed(_("请填写退回日期"))])
    reason = StringField(
        _("银行说的原因"),
        validators=[DataRequired(_("请写明原因")), Length(max=REASON_LENGTH)],
    )
