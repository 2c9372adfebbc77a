"""E-mail addresses: which texts are one, and how one is shown to others."""

from __future__ import annotations

import re
from typing import Final

MOST_CHARACTERS: Final = 120
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,63})"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


def is_address(text: str) -> bool:
    """Tell whether a text is an address that mail servers of today take: ASCII, with a domain."""
    is_one = len(text) <= MOST_CHARACTERS and _ADDRESS.fullmatch(text) is not None
    return is_one and ".." not in text


def masked_address(address: str) -> str:
    """Return an address by which its owner knows it and nobody else can write to it: ``z***@qq.com``."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"
