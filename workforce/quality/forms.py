"""The forms of inspections and of sample sizes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length

from workforce.core.errors import InputError
from workforce.core.money import parse_decimal
from workforce.core.terms import terms_of
from workforce.platform.forms import DayField, Needed, fault_of, read_count
from workforce.platform.i18n import current_locale
from workforce.platform.i18n import lazy_gettext as _

_QUANTITY_LIMIT: Final = 10_000_000
_PER_CENT_DECIMALS: Final = 2
_HUNDRED_PERCENT: Final = 10_000


class QuantityField(StringField):
    """A whole number; ``data`` is an int, or None where nothing usable was typed."""

    data: Any

    def __init__(self, *args: Any, least: int = 0, **kwargs: Any) -> None:
        """Make the field; ``least`` is the smallest number that makes sense."""
        super().__init__(*args, **kwargs)
        self._least = least
        self.render_kw = {"inputmode": "numeric", "autocomplete": "off", **(self.render_kw or {})}

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        valuelist = valuelist or [""]
        self.data = None
        try:
            self.data = read_count(valuelist[0], _QUANTITY_LIMIT, self._least)
        except InputError as error:
            raise ValueError(fault_of(error)) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class InspectionForm(FlaskForm):  # type: ignore[misc]
    """One sample check."""

    batch = StringField(_("批次"), validators=[Length(max=60)])
    task_type = SelectField(_("任务类型"), validate_choice=False)
    employee_no = StringField(_("工号"), validators=[Length(max=60)])
    inspected_on = DayField(_("检查日期"), validators=[Needed(_("请选择日期"))])
    sampled = QuantityField(_("抽检数"), least=1)
    errors_found = QuantityField(_("错误数"))
    severity = SelectField(_("最重的一处错误"), validate_choice=False)
    result = RadioField(_("结果"), validate_choice=False)
    inspector = StringField(_("检查人"), validators=[Length(max=60)])
    # As long as a key: what is corrected is named by it.
    inspection_no = StringField(_("检验单号"), validators=[Length(max=120)])
    reason = StringField(_("更正的原因"), validators=[Length(max=400)])

    def offer(self, task_types: Any) -> None:
        """Fill the choices in the visitor's language."""
        locale = current_locale()
        names = [
            (row.task_type_code, row.name_zh if locale == "zh" else row.name_en)
            for row in task_types
        ]
        self.task_type.choices = [("", "—"), *names]
        severities = terms_of("severity")
        self.severity.choices = [
            ("", str(_("没有错误"))),
            *((code, label.in_locale(locale)) for code, label in severities.items()),
        ]
        results = terms_of("inspection_result")
        self.result.choices = [(code, label.in_locale(locale)) for code, label in results.items()]


class SampleSizeForm(FlaskForm):  # type: ignore[misc]
    """How large the lot is, and how sure one wants to be; sent by GET, it changes nothing."""

    class Meta:
        """No token: the answer can be sent to others as an address."""

        csrf = False

    lot = QuantityField(_("这一批有多少件"), least=2)
    limit = SelectField(_("可接受的质量限 AQL"))
    confidence = SelectField(_("置信度"))
    margin = StringField(_("允许误差"))
    share = StringField(_("预计错误率"))

    def fraction(self, name: str) -> Fraction | None:
        """Return a per cent field as a fraction of one, or say what is wrong at the field."""
        bound = self[name]
        text = (bound.data or "").strip().removesuffix("%")
        try:
            hundredths = parse_decimal(text, _PER_CENT_DECIMALS)
        except InputError as error:
            bound.errors = [*bound.errors, fault_of(error)]
            return None
        if not 0 < hundredths < _HUNDRED_PERCENT:
            bound.errors = [*bound.errors, str(_("请填 0 到 100 之间的数"))]
            return None
        return Fraction(hundredths, _HUNDRED_PERCENT)
