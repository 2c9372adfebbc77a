"""How an integer with a unit is written for people: the unit is the end of its name."""

from collections.abc import Callable, Mapping

from workforce.core.facts import HoursClass, date_of
from workforce.core.money import FEN_DECIMALS, MICRO_DECIMALS, format_fen, format_micro
from workforce.core.text import Text

_MINUTES_IN_HOUR = 60
_MONTHS = 12


def _minutes(value: int) -> Text:
    hours, rest = divmod(value, _MINUTES_IN_HOUR)
    if not rest:
        return Text(f"{hours} 小时", f"{hours} h")
    if not hours:
        return Text(f"{rest} 分钟", f"{rest} min")
    return Text(f"{hours} 小时 {rest} 分钟", f"{hours} h {rest} min")


def _rate(value: int) -> Text:
    whole, rest = divmod(abs(value) * 100, 10**MICRO_DECIMALS)
    fraction = f".{rest:06d}".rstrip("0") if rest else ""
    return _plain(f"{'-' if value < 0 else ''}{whole}{fraction}%")


def _hundredths(value: int) -> Text:
    return _plain(format_micro(value * 10_000))


def _half_days(value: int) -> Text:
    return _plain(format_micro(value * (10**MICRO_DECIMALS // 2)))


def _value(value: int) -> Text:
    """Write yuan to the millionth, with two decimals at least."""
    text = format_micro(value)
    whole, _, decimals = text.partition(".")
    return _plain(f"{whole}.{decimals.ljust(FEN_DECIMALS, '0')}")


def _plain(text: str) -> Text:
    return Text(text, text)


_HOURS_CLASSES = {
    HoursClass.NORMAL: Text("正常工时", "normal hours"),
    HoursClass.WEEKDAY_OVERTIME: Text("平日加班", "weekday overtime"),
    HoursClass.REST_DAY: Text("休息日", "rest day"),
    HoursClass.HOLIDAY: Text("法定节假日", "public holiday"),
}

# The longest matching end of the name decides.
_WRITERS: dict[str, Callable[[int], Text]] = {
    "rate_micro": _rate,
    "value_micro": _value,
    "micro": lambda value: _plain(format_micro(value)),
    "fen": lambda value: _plain(format_fen(value)),
    "minutes": _minutes,
    "half_days": _half_days,
    "hundredths": _hundredths,
    "thousandths": lambda value: _plain(format_micro(value * 1_000)),
    "day": lambda value: _plain(date_of(value).isoformat()),
    "month": lambda value: _plain(f"{value // _MONTHS:04d}-{value % _MONTHS + 1:02d}"),
    "hours_class": lambda value: _HOURS_CLASSES[HoursClass(value)],
}


def shown(name: str, value: int) -> Text:
    """Write a value in both languages by the unit at the end of its name.

    ``…rate_micro`` as a percentage, ``…value_micro`` as yuan, ``…micro`` as a decimal, ``…fen`` as yuan, ``…minutes`` as hours
    and minutes, ``…half_days``, ``…hundredths`` and ``…thousandths`` as a decimal, ``…day`` as a date, ``…month`` as a month; any other
    name (``…days``, ``…qty``, ``…count``) as a whole number.
    """
    for end, write in _WRITERS.items():
        if name == end or name.endswith(f"_{end}"):
            return write(value)
    return _plain(str(value))


def all_shown(values: Mapping[str, int]) -> dict[str, Text]:
    """Write values by their names; half days stand under the name of days, too.

    So a sentence says days alike, whether they were stored whole or as half days.
    """
    words = {name: shown(name, value) for name, value in values.items()}
    halves = [name for name in words if name.endswith("_half_days")]
    return words | {name.removesuffix("half_days") + "days": words[name] for name in halves}
