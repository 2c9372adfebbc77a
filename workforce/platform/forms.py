"""Fields of forms whose values are exact: amounts in fen, prices and rates in millionths.

What was typed stays in the field, right or wrong. People paste figures as they find them: full-width
digits, thousands separators and a currency sign are understood; anything else is refused in words.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from flask import request
from wtforms import StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from workforce.core.errors import DomainError, InputError
from workforce.core.money import (
    MICRO,
    format_fen,
    format_micro,
    parse_decimal,
    parse_fen,
    parse_micro,
)
from workforce.core.period import PayPeriod
from workforce.platform import clock
from workforce.platform.i18n import current_locale

_PER_CENT_DECIMALS: Final = 4
_DAY: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_YEARS: Final = range(1900, 2200)
"""Years that days of addresses and forms lie in: what reckons from a day finds those beside it."""
_COUNT: Final = re.compile(r"0*([0-9]{1,18})")
_UPLOAD: Final = "upload."
_IGNORED: Final = str.maketrans("", "", ",¥ ")


class _ExactField(StringField, ABC):
    """A text field whose ``data`` is what ``_read`` makes of the text, or None."""

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
            self.data = self._read(text)
        except DomainError as error:
            raise ValueError(error.message(current_locale())) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self._show(self.data)

    @abstractmethod
    def _read(self, text: str) -> Any:
        """Return what a text says, or raise a ``DomainError``."""

    @abstractmethod
    def _show(self, value: Any) -> str:
        """Return a value as one would type it."""


class NumberField(_ExactField):
    """``is_negative_allowed``: whether a minus makes sense here."""

    def __init__(self, *args: Any, is_negative_allowed: bool = False, **kwargs: Any) -> None:
        """Make the field; a phone shows its keys for numbers."""
        super().__init__(*args, **kwargs)
        self._is_negative_allowed = is_negative_allowed
        self.render_kw = {"inputmode": "decimal", "autocomplete": "off", **(self.render_kw or {})}

    def _read(self, text: str) -> int:
        plain = unicodedata.normalize("NFKC", text).translate(_IGNORED).removesuffix("元")
        try:
            value = self._parse(plain)
        except InputError as error:
            if error.code == "money.not_exact":
                # Blanks and separators are taken here, so that the remedy is a shorter one.
                raise InputError("form.not_a_number", text=text) from error
            raise
        if value < 0 and not self._is_negative_allowed:
            raise InputError("form.negative", text=text)
        return value

    @abstractmethod
    def _parse(self, text: str) -> int:
        """Return the number that a text of plain digits and signs says."""


class YuanField(NumberField):
    """An amount in yuan with up to two decimals; ``data`` is whole fen."""

    def _parse(self, text: str) -> int:
        return parse_fen(text)

    def _show(self, value: int) -> str:
        return format_fen(value)


class PriceField(NumberField):
    """A unit price in yuan with up to six decimals; ``data`` is millionths of a yuan."""

    def _parse(self, text: str) -> int:
        return parse_micro(text)

    def _show(self, value: int) -> str:
        return format_micro(value)


class PercentField(NumberField):
    """A rate as per cent with up to four decimals; ``data`` is millionths: 0.2 → 2 000."""

    def _parse(self, text: str) -> int:
        rate = parse_decimal(text.removesuffix("%"), _PER_CENT_DECIMALS)
        if rate > MICRO:
            raise InputError("form.over_100_percent", text=text)
        return rate

    def _show(self, value: int) -> str:
        return format_micro(value * 100)


class MonthField(_ExactField):
    """A month such as 2026-10, in the browser's own control; ``data`` is its ``PayPeriod``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the field; where the browser knows no month, the pattern helps."""
        super().__init__(*args, **kwargs)
        own = {"type": "month", "pattern": "[0-9]{4}-[0-9]{2}", "placeholder": "2026-10"}
        self.render_kw = {**own, **(self.render_kw or {})}

    def _read(self, text: str) -> PayPeriod:
        return PayPeriod.parse_month(unicodedata.normalize("NFKC", text))

    def _show(self, value: PayPeriod) -> str:
        return str(value)


class DayField(_ExactField):
    """A day such as 2026-10-31, in the browser's own control; what is no day stays to be seen as text."""

    def __call__(self, **kwargs: Any) -> Any:
        """Show the native control, unless it could not show what was typed."""
        is_shown = self.data is not None or not self._value()
        own = {"type": "date" if is_shown else "text", "placeholder": "2026-10-31"}
        return super().__call__(**{**own, **kwargs})

    def _read(self, text: str) -> dt.date:
        plain = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
        if plain is None:
            raise InputError("form.day", text=text)
        try:
            return _near_day(dt.date(*(int(part) for part in plain.groups())))
        except ValueError as error:
            raise InputError("form.day", text=text) from error

    def _show(self, value: dt.date) -> str:
        return value.isoformat()


def asked_day(name: str = "on") -> dt.date:
    """Return the day that an address asks about (``?on=2026-10-31``), or today.

    Raises:
        InputError: it is no day, or none that pages could reckon from.
    """
    text = request.args.get(name, "").strip()
    if not text:
        return clock.today()
    try:
        return _near_day(dt.date.fromisoformat(text))
    except ValueError as error:
        raise InputError("form.day", text=text) from error


def _near_day(on: dt.date) -> dt.date:
    if on.year not in _YEARS:
        message = f"nobody means {on}"
        raise ValueError(message)
    return on


def read_count(text: str, most: int, least: int = 0) -> int:
    """Read a whole number as people type or paste it.

    Raises:
        InputError: it is none, or not from ``least`` to ``most``.
    """
    plain = _COUNT.fullmatch(unicodedata.normalize("NFKC", text).translate(_IGNORED))
    if plain is None or not least <= int(plain[1]) <= most:
        raise InputError("form.count", text=text, least=least, most=most)
    return int(plain[1])


class Needed:
    """Ask for a value; 0 is one. What could not be read has said so already."""

    field_flags: Final = {"required": True}

    def __init__(self, message: str) -> None:
        """Remember what to say where nothing was given."""
        self._message = message

    def __call__(self, _form: Any, field: Any) -> None:
        """Stop at a field without a value."""
        if field.data is None and not field.errors:
            raise StopValidation(self._message)
        if field.errors:
            raise StopValidation


def stripped(typed: str | None) -> str | None:
    """Return what was typed without the blanks around it, as a field's filter: blanks alone are no name."""
    return typed.strip() if typed else typed


def choices_of(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Return what a list to choose from offers: pairs of code and label (a text or a lazy one)."""
    return [SelectChoice(code, label) for code, label in pairs]


def fault_of(error: DomainError) -> str:
    """Return what a service refused, with its remedy, as one text for a form."""
    locale = current_locale()
    parts = [part for part in (error.message(locale), error.hint(locale)) if part]
    return ("。" if locale == "zh" else ". ").join(part.rstrip("。.") for part in parts) + (
        "。" if locale == "zh" else "."
    )


def place_fault(form: Any, error: DomainError, field: str | None = None) -> None:
    """Show what a service refused at a field: the one given or the error's place, else on top.

    Errors of uploads belong to the field ``file``.
    """
    named = "file" if error.code.startswith(_UPLOAD) else error.place or ""
    name = field or named.split(":", maxsplit=1)[0]
    if name in form:
        form[name].errors = [*form[name].errors, fault_of(error)]
    else:
        form.form_errors.append(fault_of(error))


def answer_of(page: str, form: Any) -> tuple[str, HTTPStatus]:
    """Return a page with a form, under the status that says whether it was refused."""
    is_wrong = form.errors or form.form_errors
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
