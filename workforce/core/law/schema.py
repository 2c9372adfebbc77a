"""Reading law data files strictly: whatever is not exactly as it should be is refused.

Three kinds of file, all TOML, all closed (an unknown key is an error):

* ``parameters.toml`` says what each code means: unit, subject and labels.
* A *values* file holds the dated values of one region.
* A *calendar* file holds one year's holiday notice.

Overlays added in the field are values or calendar files of the same form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from workforce.core.errors import LawDataError
from workforce.core.law.calendar_file import CALENDAR_KEYS, CalendarFile, read_calendar
from workforce.core.law.fields import Fields, read_toml
from workforce.core.law.parameter import (
    NATIONAL,
    Bracket,
    Parameter,
    ParameterValue,
    Table,
    Unit,
)
from workforce.core.law.provenance import SOURCE_KEYS, TRUST_KEYS, read_source, read_trust
from workforce.core.money import FEN_DECIMALS, MICRO, parse_decimal, parse_fen, parse_micro
from workforce.core.terms import terms_of
from workforce.core.text import Text

REGION = re.compile(r"[0-9]{2}|[0-9]{6}")

_ROWS = Text(
    '若干行 ["上限", "税率", "速算扣除数"]', 'rows of ["upper limit", "rate", "quick deduction"]'
)
_PARAMETER_KEYS = {"unit", "subject", "label_zh", "label_en", "gapless_from"}
_VALUES_KEYS = {"kind", "region", "sources", "values"}
_ENTRY_KEYS = TRUST_KEYS | {
    "valid_from",
    "valid_to",
    "value",
    "source",
    "article",
    "note",
    "gap_reason",
    "replaces",
}


@dataclass(frozen=True, slots=True)
class ValuesFile:
    """The dated values of one region, in the order of the file."""

    values: tuple[ParameterValue, ...]


def read_parameters(path: Path) -> dict[str, Parameter]:
    """Read what each code means, in the order of the file."""
    found = {}
    for code, table in read_toml(path).items():
        fields = Fields(table, f"{path.name}: {code}", _PARAMETER_KEYS)
        found[code] = Parameter(
            code=code,
            unit=Unit(fields.choice("unit", list(Unit))),
            subject=fields.choice("subject", list(terms_of("law_subject"))),
            label=Text(fields.text("label_zh"), fields.text("label_en")),
            gapless_from=fields.optional_day("gapless_from"),
        )
    return found


def read_law_file(path: Path, parameters: Mapping[str, Parameter]) -> ValuesFile | CalendarFile:
    """Read a values file or a calendar file, whichever it says it is.

    Raises:
        LawDataError: anything is missing, unknown, of a wrong kind or contradictory.

    """
    table = read_toml(path)
    head = Fields(table, path.name, _VALUES_KEYS | CALENDAR_KEYS)
    if head.choice("kind", ["values", "calendar"]) == "calendar":
        return read_calendar(Fields(table, path.name, CALENDAR_KEYS))
    return _values_file(Fields(table, path.name, _VALUES_KEYS), parameters)


def _values_file(fields: Fields, parameters: Mapping[str, Parameter]) -> ValuesFile:
    region = fields.text("region")
    if region != NATIONAL and not REGION.fullmatch(region):
        raise LawDataError("law.region_unknown", place=fields.place, region=region)
    sources = {
        name: Fields(table, f"{fields.place}: sources.{name}", SOURCE_KEYS)
        for name, table in fields.named("sources").items()
    }
    values: list[ParameterValue] = []
    for code, entries in fields.named("values").items():
        if code not in parameters:
            known = ", ".join(sorted(parameters))
            raise LawDataError("law.key_unknown", place=fields.place, key=code, known=known)
        listed = Fields({code: entries}, fields.place, {code}).tables(code)
        for number, table in enumerate(listed, 1):
            entry = Fields(table, f"{fields.place}: {code}[{number}]", _ENTRY_KEYS)
            values.append(_value(entry, parameters[code], region, sources))
    return ValuesFile(tuple(values))


def _value(
    entry: Fields, parameter: Parameter, region: str, sources: Mapping[str, Fields]
) -> ParameterValue:
    name = entry.text("source")
    if name not in sources:
        raise LawDataError("law.source_unknown", place=entry.place, source=name)
    valid_from, valid_to = entry.day("valid_from"), entry.optional_day("valid_to")
    if valid_to is not None and valid_to <= valid_from:
        raise LawDataError("law.order", place=entry.place, valid_from=valid_from, valid_to=valid_to)
    evidence, confidence = read_trust(entry)
    return ParameterValue(
        parameter=parameter,
        region=region,
        value=_number(entry, parameter.unit),
        valid_from=valid_from,
        valid_to=valid_to,
        source=read_source(sources[name], entry.text("article", "")),
        confidence=confidence,
        evidence=evidence,
        note=entry.words("note"),
        gap_reason=entry.text("gap_reason", ""),
        replaces=entry.optional_day("replaces"),
    )


def _number(entry: Fields, unit: Unit) -> int | Table:
    if unit is Unit.BRACKETS:
        return _table(entry)
    if unit is Unit.FEN:
        return entry.exact("value", parse_fen)
    if unit is Unit.MICRO:
        return entry.exact("value", parse_micro)
    if unit is Unit.DAYS_HUNDREDTHS:
        return entry.exact("value", lambda text: parse_decimal(text, FEN_DECIMALS))
    return entry.whole("value")


def _table(entry: Fields) -> Table:
    """Read rows [upper limit, rate, quick deduction]; the last upper limit is empty.

    Quick deductions must make the tax continuous at each limit: a mistyped figure cannot pass.
    """
    brackets: list[Bracket] = []
    for number, row in enumerate(entry.tables("value"), 1):
        if not isinstance(row, list) or len(row) != len(Bracket._fields):
            raise entry.wrong("value", _ROWS)
        named = dict(zip(("upper", "rate", "quick"), row, strict=True))
        cells = Fields(named, f"{entry.place}.value[{number}]", set(named))
        upper = None if named["upper"] == "" else cells.exact("upper", parse_fen)
        brackets.append(
            Bracket(upper, cells.exact("rate", parse_micro), cells.exact("quick", parse_fen))
        )
    if not brackets or brackets[-1].upper_fen is not None or brackets[0].quick_fen:
        raise _table_error(
            entry,
            "首行的速算扣除数应为 0,只有末行没有上限",
            "the first quick deduction is 0, and only the last row has no upper limit",
        )
    for lower, higher in pairwise(brackets):
        limit = lower.upper_fen
        if limit is None or (higher.upper_fen is not None and higher.upper_fen <= limit):
            raise _table_error(entry, "上限必须逐行增大", "limits must rise")
        step = limit * (higher.rate_micro - lower.rate_micro)
        if step <= 0 or step != (higher.quick_fen - lower.quick_fen) * MICRO:
            raise _table_error(
                entry,
                f"第 {lower.upper_fen} 分处税额不连续",
                f"the tax jumps at {lower.upper_fen} fen",
            )
    return tuple(brackets)


def _table_error(entry: Fields, zh: str, en: str) -> LawDataError:
    return LawDataError("law.table_wrong", place=entry.place, reason=Text(zh, en))
