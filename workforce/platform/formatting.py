"""How figures and dates look on a page: Jinja filters and nothing more.

Money is integer fen and shown with two decimals and thousands separators; a minus is the real minus
sign (U+2212), which lines up with the digits and is read aloud. Prices and quantities in millionths
are shown without needless zeros. Dates are 2026-10-31 in both languages.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from flask_babel import gettext

from workforce.core.addresses import masked_address
from workforce.core.period import PayPeriod
from workforce.platform import clock

if TYPE_CHECKING:
    from flask import Flask

MINUS: Final = "\N{MINUS SIGN}"
_FEN_PER_YUAN: Final = 100
_MICRO: Final = 1_000_000
_MINUTES_PER_HOUR: Final = 60


def money(fen: int) -> str:
    """Return fen as yuan: ``386250`` → ``3,862.50``; ``-37650`` → ``−376.50``."""
    sign = MINUS if fen < 0 else ""
    yuan, rest = divmod(abs(fen), _FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{rest:02d}"


def micro(value: int, *, least_decimals: int = 0) -> str:
    """Return millionths as a plain number: ``220000`` → ``0.22``; ``12450000000`` → ``12,450``."""
    sign = MINUS if value < 0 else ""
    whole, rest = divmod(abs(value), _MICRO)
    decimals = f"{rest:06d}".rstrip("0").ljust(least_decimals, "0")
    return f"{sign}{whole:,}.{decimals}" if decimals else f"{sign}{whole:,}"


def percent(rate_micro: int) -> str:
    """Return a rate in millionths as per cent: ``982000`` → ``98.2%``."""
    return micro(rate_micro * 100) + "%"


def count(value: int) -> str:
    """Return a whole number with thousands separators."""
    return f"{value:,}".replace("-", MINUS)


def days(half_days: int) -> str:
    """Return half days as days: ``5`` → ``2.5``; ``-2`` → ``−1``."""
    return micro(half_days * (_MICRO // 2))


def hours(minutes: int) -> str:
    """Return minutes as ``h:mm``, exactly: ``10545`` → ``175:45``."""
    sign = MINUS if minutes < 0 else ""
    whole, rest = divmod(abs(minutes), _MINUTES_PER_HOUR)
    return f"{sign}{whole:,}:{rest:02d}"


def moment(instant: dt.datetime) -> str:
    """Return an instant in the base's wall-clock time: ``2026-11-10 14:02``."""
    return clock.to_base(instant).strftime("%Y-%m-%d %H:%M")


def day(date: dt.date) -> str:
    """Return a date as ``2026-10-31``."""
    return date.isoformat()


def pay_period(period: PayPeriod | str) -> str:
    """Return a month as it is, ``2026-10``, and half of one as ``2026-10 上半月``."""
    known = PayPeriod.parse(period) if isinstance(period, str) else period
    if not known.half:
        return str(known)
    return f"{known.whole} {gettext('上半月') if known.half == 1 else gettext('下半月')}"


def masked(text: str, *, keep: int = 4) -> str:
    """Return the last ``keep`` characters after dots: ``•••• 6621``. Shorter texts vanish whole."""
    return "•••• " + (text[-keep:] if len(text) > keep else "")


def register_filters(app: Flask) -> None:
    """Give the filters to every template."""
    of_numbers = (money, micro, percent, count, days, hours)
    for function in (*of_numbers, moment, day, pay_period, masked, masked_address):
        # ``count`` would hide Jinja's own filter of that name.
        name = "number" if function is count else function.__name__
        app.add_template_filter(function, name)
