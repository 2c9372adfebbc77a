"""The forms of late facts: one for each kind, made from the names of its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from workforce.core.terms import term, terms, terms_of
from workforce.core.text import Text
from workforce.payroll.late_kinds.days import HALVES, LEAVE_KINDS
from workforce.payroll.late_kinds.pay import LATE_ITEMS
from workforce.platform.forms import DayField, Needed, choices_of
from workforce.platform.i18n import in_current
from workforce.platform.i18n import lazy_gettext as _

if TYPE_CHECKING:
    from workforce.payroll.late_kinds.kind import LateKind

_NATIVE: Final[Mapping[str, dict[str, str]]] = {
    **{name: {"type": "date"} for name in ("on", "first_on", "last_on", "work_on")},
    **{name: {"type": "time"} for name in ("starts_at", "ends_at")},
    "month": {"type": "month", "pattern": "[0-9]{4}-[0-9]{2}", "placeholder": "2026-10"},
    **{
        name: {"inputmode": "numeric", "autocomplete": "off"}
        for name in ("break_minutes", "sampled_qty", "error_qty")
    },
    **{
        name: {"inputmode": "decimal", "autocomplete": "off"}
        for name in ("unit_price", "amount", "base_pay", "difference_qty")
    },
    "batch": {"autocomplete": "off"},
}
OPTIONAL: Final = frozenset({"last_on", "half", "batch", "break_minutes"})
"""Values that may be left blank."""


def late_form(
    kind: type[LateKind], periods: Iterable[str], task_types: Iterable[tuple[str, str]]
) -> Any:
    """Return the form of a kind, bound to the request.

    Args:
        kind: the kind.
        periods: locked periods, as they are stored.
        task_types: code and name of those that can be chosen.

    """
    choices: dict[str, list[tuple[str, str]]] = {
        "shift_act": _named("late_act", ("add", "replace", "remove")),
        "leave_act": _named("late_act", ("add", "remove")),
        "leave_kind": _named("leave", LEAVE_KINDS),
        "half": [("", "—"), *_named("day_half", HALVES)],
        "period": [(period, period) for period in periods],
        "task_type": [(code, f"{code} {name}") for code, name in task_types],
        "item": [(":".join(one), _item(*one)) for one in LATE_ITEMS],
    }
    fields: dict[str, Any] = {}
    if kind.IS_OF_ONE:
        needed = [] if kind.IS_OF_ALL else [DataRequired(_("请填写工号"))]
        fields["employee_no"] = StringField(
            _("工号"), validators=[*needed, Length(max=40)], render_kw={"autocomplete": "off"}
        )
    for name in kind.FIELDS:
        label = in_current(term(f"late_field.{name}"))
        if name in choices:
            fields[name] = SelectField(label, choices=choices_of(choices[name]))
        else:
            fields[name] = StringField(label, render_kw=dict(_NATIVE[name]))
    fields["reason"] = TextAreaField(
        _("原因"),
        validators=[DataRequired(_("请写明原因")), Length(max=200)],
        render_kw={"rows": 2},
    )
    return type("LateForm", (FlaskForm,), fields)()


def _named(kind: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    words = terms_of(kind)
    return [(code, in_current(words[code])) for code in codes]


def _item(kind: str, code: str) -> str:
    label = terms().get(f"pay_code.{code}", Text(code, code))
    return f"{in_current(term(f'entry_kind.{kind}'))} · {in_current(label)}"


class ReversalForm(FlaskForm):  # type: ignore[misc]
    """Why a payslip is reversed."""

    reason = TextAreaField(
        _("冲销的原因"),
        validators=[DataRequired(_("请写明原因")), Length(max=400)],
        render_kw={"rows": 3},
    )


class ReissueForm(FlaskForm):  # type: ignore[misc]
    """When reversed payslips that are issued anew are paid, and why."""

    pay_on = DayField(_("发放日期"), validators=[Needed(_("请填写发放日期"))])
    reason = StringField(_("说明"), validators=[DataRequired(_("请写明原因")), Length(max=400)])
