"""The forms of returns: figures as people type them, a decision, a deadline."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from workforce.core.errors import DomainError
from workforce.platform.forms import MonthField, Needed, stripped
from workforce.platform.i18n import current_locale
from workforce.platform.i18n import lazy_gettext as _
from workforce.returns.deadlines import DEFAULT_DUE_DAY
from workforce.returns.items import Item, items
from workforce.returns.service import LAST_DUE_DAY, MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

_IGNORED: Final = str.maketrans("", "", ",¥ ")


def read_figure(item: Item, text: str) -> int:
    """Read a figure as people type or paste it: full-width digits and separators are understood.

    Raises:
        InputError: it is no number of the item's unit.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_IGNORED)
    return item.unit.read(plain.removesuffix(item.unit.label.zh))


class ItemField(StringField):
    """One figure; ``data`` counts the last decimal of its unit. What was typed stays, right or wrong."""

    def __init__(self, item: Item, **kwargs: Any) -> None:
        """Make the field of an item."""
        super().__init__(item.label.zh, **kwargs)
        self._item = item
        mode = "decimal" if item.unit.decimals else "numeric"
        self.render_kw = {"inputmode": mode, "autocomplete": "off"}

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; say what is wrong with it in the visitor's language."""
        if not valuelist:
            return
        self.data = None
        text = valuelist[0].strip()
        if not text:
            return
        try:
            self.data = read_figure(self._item, text)
        except DomainError as error:
            raise ValueError(error.message(current_locale())) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self._item.unit.plain(self.data)


class FiguresForm(FlaskForm):  # type: ignore[misc]
    """The figures of a typed return; a field for each item is added by `figures_form`."""

    submit_key = HiddenField()
    remark = TextAreaField(_("说明"), filters=[stripped], validators=[Length(max=MOST_CHARACTERS)])

    def figures(self) -> dict[str, int]:
        """Return what was typed: item → value; a blank field is not known, and left out."""
        typed = {code: self[code].data for code in items()}
        return {code: value for code, value in typed.items() if value is not None}


@cache
def _form_class() -> type[FiguresForm]:
    fields = {code: ItemField(item) for code, item in items().items()}
    return type("FiguresForm", (FiguresForm,), fields)


def figures_form(figures: Mapping[str, int], remark: str) -> FiguresForm:
    """Return the form of a typed return, filled with figures that are known already."""
    locale = current_locale()
    form = _form_class()(data={**figures, "remark": remark, "submit_key": secrets.token_hex(16)})
    for code, item in items().items():
        form[code].label.text = item.label.in_locale(locale)
    return form


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Confirming what was shown: its fingerprint, perhaps a remark, and what the company types beside it."""

    sha256 = HiddenField()
    remark = TextAreaField(
        _("说明（可不填）"), filters=[stripped], validators=[Length(max=MOST_CHARACTERS)]
    )

    def figures(self) -> dict[str, int]:
        """Return what was typed: item → value; a blank field is not known, and left out."""
        typed = {code: self[code].data for code, item in items().items() if item.is_typed}
        return {code: value for code, value in typed.items() if value is not None}


@cache
def _confirm_class() -> type[ConfirmForm]:
    fields = {code: ItemField(item) for code, item in items().items() if item.is_typed}
    return type("ConfirmForm", (ConfirmForm,), fields)


def confirm_form(figures: Mapping[str, int]) -> ConfirmForm:
    """Return the form that confirms a computed return; ``figures``: what is known of what is typed."""
    locale = current_locale()
    form = _confirm_class()(data=figures)
    for code, item in items().items():
        if item.is_typed:
            form[code].label.text = item.label.in_locale(locale)
    return form


class GiveBackForm(FlaskForm):  # type: ignore[misc]
    """Why a return is given back."""

    reason = TextAreaField(_("退回的原因"), validators=[Length(max=MOST_CHARACTERS)])


class RuleForm(FlaskForm):  # type: ignore[misc]
    """By which day returns are due, from which month on."""

    first_period = MonthField(
        _("从哪个月的月报起"), validators=[Needed(_("请选择月份，写成 2026-10 这样"))]
    )
    due_day = IntegerField(
        _("次月几日前报送"),
        default=DEFAULT_DUE_DAY,
        validators=[
            InputRequired(_("请填写 1 到 28 的整数")),
            NumberRange(1, LAST_DUE_DAY, _("请填写 1 到 28 的整数")),
        ],
    )
