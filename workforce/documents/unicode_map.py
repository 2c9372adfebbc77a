"""Repair of ReportLab's ToUnicode maps, so that rare names can be copied and searched.

ReportLab 5 writes a character beyond U+FFFF with five hex digits, which readers take for another
one: 𬭎 is drawn right and copied wrong. The map must hold UTF-16BE (PDF 32000-1, 9.10.3).
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final

import pikepdf

_ASTRAL_ENTRY: Final = re.compile(rb"<([0-9A-F]{2})> <([0-9A-F]{5,6})>")


def repair_unicode_map(content: bytes) -> bytes:
    """Return a PDF whose text maps are right for every character; same input, same bytes."""
    with pikepdf.open(BytesIO(content)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                stream = item.ToUnicode
                stream.write(_ASTRAL_ENTRY.sub(_as_utf16, stream.read_bytes()))
        repaired = BytesIO()
        pdf.save(repaired, deterministic_id=True)
    return repaired.getvalue()


def _as_utf16(entry: re.Match[bytes]) -> bytes:
    units = chr(int(entry[2], 16)).encode("utf-16-be").hex().upper().encode()
    return b"<%s> <%s>" % (entry[1], units)
