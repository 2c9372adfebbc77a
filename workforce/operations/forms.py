"""The form of a schedule."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from workforce.core.errors import InputError
from workforce.platform.cron import Cron, parse
from workforce.platform.forms import place_fault
from workforce.platform.i18n import lazy_gettext as _

_CRON_CHARACTERS = 120


class ScheduleForm(FlaskForm):  # type: ignore[misc]
    """When one kind of work is done."""

    cron = StringField(
        _("时间"), validators=[DataRequired(_("请填写时间")), Length(max=_CRON_CHARACTERS)]
    )
    is_enabled = BooleanField(_("启用"))
    catches_up = BooleanField(_("后台程序停机时错过的，开机后补做最近一次"))

    def read_cron(self) -> Cron | None:
        """Return when it is due; what cannot be read is said at the field."""
        try:
            return parse(self.cron.data or "")
        except InputError as error:
            place_fault(self, error, "cron")
            return None
