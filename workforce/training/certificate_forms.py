"""Forms of skill certificates, rules and exceptions."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from workforce.certification.service import EFFECTS, LEVELS, MOST_DAYS
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform.forms import DayField, Needed, choices_of, stripped
from workforce.platform.i18n import current_locale
from workforce.platform.i18n import lazy_gettext as _
from workforce.training.forms import Ticks

_TOO_LONG = _("最多 %(max)d 个字")
_NONE = "none"


class PaperForm(FlaskForm):  # type: ignore[misc]
    """One certificate of a person. Without a number it is issued here, with the next one."""

    issuer = StringField(
        _("发证单位"), filters=[stripped], validators=[Length(max=80, message=_TOO_LONG)]
    )
    number = StringField(
        _("证书编号"), filters=[stripped], validators=[Length(max=60, message=_TOO_LONG)]
    )
    level = SelectField(_("等级"))
    course = StringField(
        _("课程或工种"), filters=[stripped], validators=[Length(max=80, message=_TOO_LONG)]
    )
    issued_on = DayField(_("发证日期"), validators=[Needed(_("请填写发证日期"))])
    valid_until = DayField(_("有效期至"))
    task_types = Ticks(_("能做的任务类型"), coerce=int)

    def name_choices(self, task_types: dict[int, Text]) -> None:
        """Offer levels and task types in the visitor's language."""
        locale = current_locale()
        levels = [(str(one), term(f"skill_level.{one}").in_locale(locale)) for one in LEVELS]
        self.level.choices = choices_of([("", _("没有等级")), *reversed(levels)])
        self.task_types.choices = [
            (key, text.in_locale(locale)) for key, text in task_types.items()
        ]


class RuleForm(FlaskForm):  # type: ignore[misc]
    """Whether a task type asks for a certificate from a day on."""

    task_type_id = SelectField(_("任务类型"), validators=[InputRequired()], coerce=int)
    effect = SelectField(_("要求"), validators=[InputRequired()])
    valid_from = DayField(_("从哪天做的活起"), validators=[Needed(_("请填写日期"))])

    def name_choices(self, task_types: dict[int, Text]) -> None:
        """Offer task types and effects in the visitor's language."""
        locale = current_locale()
        self.task_type_id.choices = [
            (key, text.in_locale(locale)) for key, text in task_types.items()
        ]
        effects = [(one, term(f"skill_effect.{one}").in_locale(locale)) for one in EFFECTS]
        self.effect.choices = choices_of([*effects, (_NONE, _("不要证书"))])

    @property
    def chosen(self) -> str | None:
        """The effect; None: no certificate is needed."""
        return None if self.effect.data == _NONE else self.effect.data


class ExceptionForm(FlaskForm):  # type: ignore[misc]
    """Who may do which work without a certificate, for how long and why."""

    employee_no = StringField(
        _("工号"), filters=[stripped], validators=[DataRequired(_("请填写工号"))]
    )
    task_type_id = SelectField(_("任务类型"), validators=[InputRequired()], coerce=int)
    first_on = DayField(_("从哪天起"), validators=[Needed(_("请填写日期"))])
    last_on = DayField(_("到哪天止"), validators=[Needed(_("请填写日期"))])
    reason = StringField(
        _("原因"),
        filters=[stripped],
        validators=[DataRequired(_("请说明原因")), Length(max=200, message=_TOO_LONG)],
    )

    most_days = MOST_DAYS

    def name_choices(self, task_types: dict[int, Text]) -> None:
        """Offer task types in the visitor's language."""
        locale = current_locale()
        self.task_type_id.choices = [
            (key, text.in_locale(locale)) for key, text in task_types.items()
        ]
