"""Forms of evidence and of claims."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from workforce.platform.forms import DayField, MonthField, Needed, stripped
from workforce.platform.i18n import lazy_gettext as _
from workforce.subsidies.evidence import MOST_CHARACTERS
from workforce.subsidies.service import MOST_NOTE

_TOO_LONG = _("最多 %(max)d 个字")


class EvidenceForm(FlaskForm):  # type: ignore[misc]
    """One paper about a person, and its file if there is one."""

    kind = SelectField(_("种类"), validators=[InputRequired()])
    number = StringField(
        _("证件编号"),
        filters=[stripped],
        validators=[
            DataRequired(_("请填写证件编号")),
            Length(max=MOST_CHARACTERS, message=_TOO_LONG),
        ],
    )
    issued_on = DayField(_("证件日期"), validators=[Needed(_("请填写证件上的日期"))])
    valid_until = DayField(_("有效期到（长期的不填）"))
    level = SelectField(_("残疾等级"))
    file = FileField(_("扫描件或照片（可不传）"))


class ClaimForm(FlaskForm):  # type: ignore[misc]
    """For which months a claim is made."""

    first = MonthField(_("从哪个月起"), validators=[Needed(_("请选开始的月份"))])
    last = MonthField(_("到哪个月止"), validators=[Needed(_("请选结束的月份"))])


class FreezeForm(FlaskForm):  # type: ignore[misc]
    """What was found out about the warnings of a claim."""

    note = TextAreaField(_("说明"), validators=[Length(max=MOST_NOTE, message=_TOO_LONG)])
