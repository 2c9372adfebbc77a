"""The file ``user.dat`` of a ZKTeco clock: the names that were typed into it for its numbers.

It is a row of records of 72 bytes, or 28 in older models: internal number, rights, password, name,
card, group, and the number that a person punches with. Passwords and cards are not kept.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from workforce.core.errors import InputError

_MODERN: Final = struct.Struct("<HB8s24sIx7sx24s")
_OLD: Final = struct.Struct("<HB5s8sIxBhI")
_PIN: Final = re.compile(rb"[0-9A-Za-z]{1,24}")


def read_user_names(content: bytes) -> dict[str, str]:
    """Return number → name of everybody who has a name.

    Raises:
        InputError: it is no such file.

    """
    for read in (_modern, _old):
        names = read(content)
        if names is not None:
            return names
    raise InputError("mapping.user_dat")


def _modern(content: bytes) -> dict[str, str] | None:
    if not content or len(content) % _MODERN.size:
        return None
    names: dict[str, str] = {}
    for _, _, _, name, _, _, pin in _MODERN.iter_unpack(content):
        number = pin.partition(b"\0")[0]
        if not _PIN.fullmatch(number):
            return None
        names[number.decode()] = _text(name)
    return _named(names)


def _old(content: bytes) -> dict[str, str] | None:
    if not content or len(content) % _OLD.size:
        return None
    names = {str(row[-1]): _text(row[3]) for row in _OLD.iter_unpack(content)}
    return None if "0" in names else _named(names)


def _named(names: dict[str, str]) -> dict[str, str]:
    return {number: name for number, name in names.items() if name}


def _text(name: bytes) -> str:
    """Decode a name: UTF-8 in newer models, GB18030 in those sold in China, cut at the first NUL."""
    written = name.partition(b"\0")[0]
    for encoding in ("utf-8", "gb18030"):
        try:
            text = written.decode(encoding).strip()
        except UnicodeDecodeError:
            continue
        return text if text.isprintable() else ""
    return ""
