"""Reads PDFs back with poppler, as a reader's program would."""

from __future__ import annotations

import subprocess
from pathlib import Path


def text_of(content: bytes, folder: Path) -> str:
    """Return the text of all pages as it is laid out."""
    path = folder / "document.pdf"
    path.write_bytes(content)
    command = ["pdftotext", "-layout", "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def info_of(content: bytes, folder: Path) -> dict[str, str]:
    """Return what ``pdfinfo`` tells."""
    path = folder / "document.pdf"
    path.write_bytes(content)
    output = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True).stdout.decode()
    return {
        name.strip(): value.strip()
        for name, _, value in (line.partition(":") for line in output.splitlines())
    }
