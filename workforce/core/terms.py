"""What things are called, in both languages: one table for pages, documents, reports and the API.

``terms.toml`` holds a table for each kind of thing and a line for each code::

    [employment_type]
    part_time = ["非全日制", "Part-time"]

``term("employment_type.part_time")`` gives the two words; an unknown code raises, because a missing
label is a defect that a test must meet before a person does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from workforce.core.text import Text

_FILE: Final = Path(__file__).with_name("terms.toml")


@cache
def terms() -> Mapping[str, Text]:
    """Return every label by its code ``kind.name``.

    Raises:
        ValueError: an entry is not a pair of two non-empty texts.
    """
    found: dict[str, Text] = {}
    for kind, entries in tomllib.loads(_FILE.read_text("utf-8")).items():
        for name, pair in entries.items():
            match pair:
                case [str(zh), str(en)] if zh and en:
                    found[f"{kind}.{name}"] = Text(zh, en)
                case _:
                    message = f"terms.toml: {kind}.{name} needs a Chinese and an English text"
                    raise ValueError(message)
    return found


def term(code: str) -> Text:
    """Return the two labels of a code.

    Raises:
        LookupError: the code has no label.
    """
    try:
        return terms()[code]
    except KeyError as error:
        message = f"no label for {code!r} in terms.toml"
        raise LookupError(message) from error


def terms_of(kind: str) -> dict[str, Text]:
    """Return the labels of one kind by name, in the order of the file: for lists of choices."""
    return dict(_kinds().get(kind, {}))


@cache
def _kinds() -> Mapping[str, Mapping[str, Text]]:
    """Return the labels by kind and name: pages ask for a kind dozens of times, and there are many."""
    found: dict[str, dict[str, Text]] = {}
    for code, text in terms().items():
        kind, _, name = code.partition(".")
        found.setdefault(kind, {})[name] = text
    return found
