"""Says in one sentence why a line has its amount, from the line's stored integers alone.

The operands are stored as JSON with each payslip line; the sentence can be rebuilt from them at any
time, in either language, without the facts of the month.
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from workforce.core import terms
from workforce.core.engine import pay_items
from workforce.core.law.parameter import Parameter
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineKind
from workforce.core.shown import all_shown
from workforce.core.text import Locale, Text

_NOTES_FILE: Final = Path(__file__).with_name("notes.toml")
_STOP: Final = {"zh": "。", "en": "."}
_BARE: Final = Clause("{amount_fen} 元", "{amount_fen} yuan")
"""What is said of a line whose stored integers no clause can be written from."""
_UNKNOWN: Final = "—"


def explain(
    code: str,
    kind: LineKind | str,
    amount_fen: int,
    operands: Mapping[str, int],
    detail: str | Text | None = None,
) -> dict[str, str]:
    """Return the explanation of one line as ``{"zh": …, "en": …}``, with the article it rests on.

    Args:
        code: code of the line.
        kind: its kind.
        amount_fen: its amount.
        operands: its stored integers; a line of an earlier version may lack some.
        detail: the task type or reason that the line names, as it should be read.

    """
    item = item_of(code, LineKind(kind), operands)
    words = _words({**operands, "amount_fen": amount_fen}, detail)
    said = [
        clause
        for clause in item.explanation
        if clause.applies(operands) and clause.names() <= words.keys()
    ] or [_BARE]
    zh = "".join(_fill(clause.zh, words, "zh") for clause in said)
    en = "".join(_fill(clause.en, words, "en") for clause in said)
    return {
        "zh": f"{zh}。依据：{item.reference}。",
        "en": f"{en}. Basis: {item.reference}.",
    }


def label(code: str, kind: LineKind | str) -> Text:
    """Return the name of a line for people: of its pay item, of the terms, or the code itself."""
    for item in pay_items().values():
        if item.code == code and item.kind == kind:
            return item.label
    for item in pay_items().values():
        if item.code == code:
            return item.label
    return terms.terms().get(f"pay_code.{code}", Text(code, code))


def item_of(code: str, kind: LineKind, operands: Mapping[str, int]) -> PayItem:
    """Return the pay item that made a line; agreed lines belong to the item of their kind."""
    items = pay_items()
    named = [item for item in items.values() if item.code == code]
    for item in named:
        if item.kind is kind:
            return item
    if named:
        return named[0]
    if kind is LineKind.DEDUCTION:
        return items["other_deductions"]
    return items["untaxed_earnings" if operands.get("is_untaxed") else "earnings"]


def note(
    code: str, params: Mapping[str, int], detail: str | Text | Parameter | None = None
) -> dict[str, str]:
    """Return the words of a note as ``{"zh": …, "en": …}``."""
    zh, en = _notes()[code]
    named = detail.label if isinstance(detail, Parameter) else detail
    words = _words(params, named)
    return {
        "zh": _fill(zh, words, "zh") + _STOP["zh"],
        "en": _fill(en, words, "en") + _STOP["en"],
    }


def note_codes() -> frozenset[str]:
    """Return the codes of all notes."""
    return frozenset(_notes())


@cache
def _notes() -> Mapping[str, tuple[str, str]]:
    table = tomllib.loads(_NOTES_FILE.read_text("utf-8"))
    return {code: (zh, en) for code, (zh, en) in table.items()}


def _words(values: Mapping[str, int], detail: str | Text | None) -> Mapping[str, Text]:
    words = all_shown(values)
    if detail is not None:
        words["detail"] = detail if isinstance(detail, Text) else Text(detail, detail)
    return words


def _fill(template: str, words: Mapping[str, Text], locale: Locale) -> str:
    """Fill the placeholders; one that a stored note lacks becomes a dash."""
    written = {name: text.in_locale(locale) for name, text in words.items()}
    return template.format_map(defaultdict(lambda: _UNKNOWN, written))
