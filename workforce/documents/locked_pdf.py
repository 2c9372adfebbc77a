"""A PDF that opens with a password only: AES-256, as PDF 2.0 has it (revision 6).

Whose password it is, and how it is made, is not decided here.
"""

from __future__ import annotations

import secrets
from io import BytesIO
from typing import Final

import pikepdf

_OWNER_BYTES: Final = 12


def locked(pdf_bytes: bytes, user_password: str) -> bytes:
    """Return the same document, encrypted.

    Its owner's password is random and kept nowhere: with an empty one the file would open for
    everybody. Each call gives other bytes, because the key is new each time.

    Args:
        pdf_bytes: a whole PDF without a password.
        user_password: what opens it.

    Raises:
        ValueError: the password is empty, so that it would lock nothing.

    """
    if not user_password:
        message = "a PDF cannot be locked with an empty password"
        raise ValueError(message)
    encryption = pikepdf.Encryption(
        user=user_password, owner=secrets.token_urlsafe(_OWNER_BYTES), R=6, aes=True, metadata=True
    )
    with pikepdf.open(BytesIO(pdf_bytes)) as pdf:
        written = BytesIO()
        # The streams are compressed already: they are encrypted as they are.
        pdf.save(written, encryption=encryption, compress_streams=False)
    return written.getvalue()
