"""Forms that answer for differences."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from workforce.filings.service import MOST_CHARACTERS
from workforce.platform.forms import DayField, choices_of
from workforce.platform.i18n import lazy_gettext as _

ACTS: Final = (
    ("explain", _("说明原因，不用再办")),
    ("assign", _("派成任务，到期前办好")),
    ("finish", _("任务已办结")),
)
"""What may be done; the last one only with a task."""


class DifferenceForm(FlaskForm):  # type: ignore[misc]
    """A reason, or a task: somebody and a day; for a task also that it is done."""

    act = RadioField(
        _("怎么处理"),
        choices=choices_of(ACTS),
        validators=[InputRequired(_("请选一种处理办法"))],
    )
    reason = SelectField(_("原因"), validate_choice=False)
    assignee_id = SelectField(_("负责人"), validate_choice=False)
    due_on = DayField(_("期限"))
    note = TextAreaField(_("说明"), validators=[Length(max=MOST_CHARACTERS)])
