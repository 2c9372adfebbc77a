"""How a file looks: its columns, heads and limits, as data in a TOML file beside its form.

The order of columns is no code: a bank or a tax client that changes its template needs another
``.toml``, or the company uploads its own (``template``)::

    evidence = ["4 个独立来源，可信度高", "4 independent sources, high confidence"]
    ending = "xlsx"            # xlsx | txt | csv
    sheet = "批量支付"          # xlsx only
    encoding = "gb18030"       # text only, with delimiter, is_delimiter_last, has_titles
    head = ["|单位名称:|{company_name}"]   # lines above the titles; xlsx: cells by "|"
    foot = []                  # lines below the rows
    is_for_people = true       # xlsx that people read and print: borders, widths, a row of totals
    warns_outside = "gbk"      # people whose text does not fit this are named as a warning

    [[column]]
    title = "金额（必填）"
    field = "amount"           # a key of the form's rows
    kind = "yuan"              # text | yuan | fen | count | micro | date
    needed = true              # a row without it is refused; an uploaded template must have it
    most_bytes = 60            # of text, in GB18030
    format = "%Y%m%d"          # of dates; without it 2026-10-31
    value = "RMB"              # the same in every row, instead of a field
    aliases = ["实发金额"]      # other titles in uploaded templates

    [[more]]                   # a column that only uploaded templates have
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal, get_args

from workforce.core.text import Text

Ending = Literal["xlsx", "txt", "csv"]
_ENDINGS: Final[tuple[Ending, ...]] = get_args(Ending)

LARGEST_ENCODING: Final = "gb18030"
"""Every character fits, and those of GBK are written as GBK writes them."""

_MARKS: Final = re.compile(r"[（(][^（()）]*(?:必填|选填|可选)[^（()）]*[)）]")
_BLANKS: Final = re.compile(r"[\s*＊:：]+")


class FieldKind(StrEnum):
    """What a column holds, and how its figures are written."""

    TEXT = "text"
    YUAN = "yuan"
    """Fen, written as yuan with two decimals."""
    FEN = "fen"
    """Fen, written as fen."""
    COUNT = "count"
    MICRO = "micro"
    """Millionths, written as a plain number: days, hours, per cent."""
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; see the module's text. ``field`` is empty where ``value`` is the same in every row."""

    title: str
    field: str = ""
    kind: FieldKind = FieldKind.TEXT
    needed: bool = False
    most_bytes: int | None = None
    format: str = ""
    value: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Return the titles by which the column is known, without marks and blanks."""
        return frozenset(plain_title(title) for title in (self.title, *self.aliases))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file looks; see the module's text. ``evidence``: where its columns are known from."""

    evidence: Text
    columns: tuple[Column, ...]
    ending: Ending = "xlsx"
    sheet: str = "Sheet1"
    encoding: str = LARGEST_ENCODING
    delimiter: str = ","
    is_delimiter_last: bool = False
    has_titles: bool = True
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    warns_outside: str = ""
    is_for_people: bool = False
    more: tuple[Column, ...] = ()


def plain_title(title: str) -> str:
    """Return a title by which two spellings are compared: no ``*``, blanks, 必填 or 选填."""
    return _BLANKS.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", title))).casefold()


def is_marked_needed(title: str) -> bool:
    """Tell whether a template says of a column that it must be filled in: ``*``, 必填."""
    text = unicodedata.normalize("NFKC", title).strip()
    return text.startswith("*") or text.endswith("*") or ("必填" in text and "非必填" not in text)


def read_layout(module_file: str, name: str = "") -> Layout:
    """Return the layout that stands beside a form's module under its name, or under another one.

    Raises:
        ValueError: a key is unknown or a value is of no known kind.
    """
    module = Path(module_file)
    path = module.with_name(f"{name or module.stem}.toml")
    try:
        return _layout(tomllib.loads(path.read_text("utf-8")))
    except (TypeError, ValueError) as error:
        message = f"{path.name}: {error}"
        raise ValueError(message) from error


def _layout(raw: dict[str, Any]) -> Layout:
    zh, en = raw.pop("evidence")
    columns = tuple(_column(one) for one in raw.pop("column"))
    more = tuple(_column(one) for one in raw.pop("more", ()))
    for name in ("head", "foot"):
        raw[name] = tuple(raw.get(name, ()))
    layout = Layout(evidence=Text(zh, en), columns=columns, more=more, **raw)
    if layout.ending not in _ENDINGS:
        message = f"ending {layout.ending!r} is none of {', '.join(_ENDINGS)}"
        raise ValueError(message)
    names = [name for column in (*columns, *more) for name in column.names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"two columns are known by {', '.join(twice)}"
        raise ValueError(message)
    return layout


def _column(raw: dict[str, Any]) -> Column:
    kind, aliases = FieldKind(raw.pop("kind", "text")), tuple(raw.pop("aliases", ()))
    column = Column(kind=kind, aliases=aliases, **raw)
    if column.field and column.value:
        message = f"{column.title}: either a field or a value"
        raise ValueError(message)
    return column
