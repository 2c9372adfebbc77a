"""The forms of clients, projects, their tasks, acceptance by the client, and the base's target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from workforce.core.errors import InputError
from workforce.core.identity import check_credit_code
from workforce.platform.forms import DayField, Needed, PriceField, YuanField, fault_of, stripped
from workforce.platform.i18n import lazy_gettext as _
from workforce.projects import service, targets

if TYPE_CHECKING:
    from wtforms import Field

_ASKED_FOR: Final = _("请填写这一项")


class ClientForm(FlaskForm):  # type: ignore[misc]
    """What is known of a client."""

    code = StringField(
        _("客户编号"), filters=[stripped], validators=[DataRequired(_ASKED_FOR), Length(max=40)]
    )
    name = StringField(
        _("客户名称"), filters=[stripped], validators=[DataRequired(_ASKED_FOR), Length(max=120)]
    )
    region = StringField(
        _("地区代码"), filters=[stripped], validators=[DataRequired(_ASKED_FOR), Length(max=6)]
    )
    credit_code = StringField(_("统一社会信用代码（可不填）"), filters=[stripped])
    contact = StringField(_("联系人（可不填）"), filters=[stripped], validators=[Length(max=120)])

    def validate_credit_code(self, bound: Field) -> None:
        """Say what is wrong with the code, next to it."""
        if not bound.data:
            return
        try:
            bound.data = check_credit_code(bound.data)
        except InputError as error:
            raise ValidationError(fault_of(error)) from error

    def fact(self) -> service.ClientFact:
        """Return what was typed."""
        return service.ClientFact(
            code=str(self.code.data),
            name=str(self.name.data),
            region=str(self.region.data),
            credit_code=self.credit_code.data or None,
            contact=self.contact.data or None,
        )


class ProjectForm(FlaskForm):  # type: ignore[misc]
    """What a contract says."""

    client_id = SelectField(_("客户"))
    code = StringField(
        _("项目编号"), filters=[stripped], validators=[DataRequired(_ASKED_FOR), Length(max=40)]
    )
    name = StringField(
        _("项目名称"), filters=[stripped], validators=[DataRequired(_ASKED_FOR), Length(max=120)]
    )
    contract_amount = YuanField(_("合同金额（元）"), validators=[Needed(_ASKED_FOR)])
    signed_on = DayField(_("签订日期"), validators=[Needed(_ASKED_FOR)])
    starts_on = DayField(_("开始日期"), validators=[Needed(_ASKED_FOR)])
    due_on = DayField(_("截止日期"), validators=[Needed(_ASKED_FOR)])

    def fact(self) -> service.ProjectFact:
        """Return what was typed."""
        return service.ProjectFact(
            client_id=int(self.client_id.data),
            code=str(self.code.data),
            name=str(self.name.data),
            contract_amount=self.contract_amount.data,
            signed_on=self["signed_on"].data,
            starts_on=self["starts_on"].data,
            due_on=self["due_on"].data,
        )


class TaskForm(FlaskForm):  # type: ignore[misc]
    """How much of a task type a project is to deliver, and what the client pays."""

    task_type = SelectField(_("任务类型"))
    unit_price = PriceField(_("客户单价（元）"), validators=[Needed(_ASKED_FOR)])
    quantity = IntegerField(
        _("合同数量"),
        validators=[
            InputRequired(_("请填写大于 0 的整数")),
            NumberRange(1, service.MOST_UNITS, _("请填写大于 0 的整数")),
        ],
    )


class AcceptanceForm(FlaskForm):  # type: ignore[misc]
    """What the client accepted of a batch."""

    batch = StringField(_("批次号"), filters=[stripped], validators=[DataRequired(_ASKED_FOR)])
    accepted_on = DayField(_("客户验收日期"), validators=[Needed(_ASKED_FOR)])
    accepted_qty = IntegerField(
        _("客户验收数量"),
        validators=[
            InputRequired(_("请填写整数，全部退回填 0")),
            NumberRange(0, service.MOST_UNITS, _("请填写整数，全部退回填 0")),
        ],
    )
    reason = StringField(
        _("原因（少于合格数量或更改时要写）"),
        filters=[stripped],
        validators=[Length(max=service.REASON_CHARACTERS)],
    )


class FinishForm(FlaskForm):  # type: ignore[misc]
    """When a project came to its end."""

    finished_on = DayField(_("结束日期"), validators=[Needed(_ASKED_FOR)])


class TargetForm(FlaskForm):  # type: ignore[misc]
    """What the base's business of a year is to come to."""

    year = IntegerField(_("年份"), validators=[InputRequired(_ASKED_FOR)])
    amount = YuanField(_("目标金额（元）"), validators=[Needed(_ASKED_FOR)])
    reason = StringField(
        _("依据或说明"),
        filters=[stripped],
        validators=[DataRequired(_ASKED_FOR), Length(max=targets.TARGET_REASON_CHARACTERS)],
    )
