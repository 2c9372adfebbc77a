"""What the checker says of a computed run: its facts in words, worked out again, against its payslips."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from tests.reference.law import law_of
from workforce.audit_pack.archive import HEAD, stored_slips
from workforce.audit_pack.checker.payslips import payslips
from workforce.audit_pack.checker.results import Difference, differences
from workforce.audit_pack.words import FactWords
from workforce.core import scenario
from workforce.core.law import LawBook
from workforce.payroll.compute import Computed


def words_of(computed: Computed) -> dict[str, dict[str, Any]]:
    """Return everybody's facts as a pack's file holds them, by employee number."""
    words = FactWords(computed.assembled)
    return {
        number: json.loads(json.dumps(words.person(at, number)))
        for at, number in enumerate(computed.assembled.employee_nos)
    }


def disagreements(computed: Computed, book: LawBook) -> list[Difference]:
    """Work everybody out again from words by the checker; the calculator must be able to read them."""
    found: list[Difference] = []
    words = words_of(computed)
    for number, (_, stored) in zip(
        computed.sheet.employee_nos, stored_slips(computed.sheet), strict=True
    ):
        (slip,) = payslips(words[number], law_of(book))
        found += differences(number, slip, stored, HEAD)
        scenario.read(words[number])
    return found


def unpacked(path: Path, folder: Path) -> Path:
    """Unpack a pack into an empty folder."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def checked(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a pack's checker as a receiver does: nothing but the interpreter and its standard library."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "check.py", "--lang", "en", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
