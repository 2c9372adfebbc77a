"""Law files added in the field: each lies beside the record of who added and who approved it.

``law/0001-minimum-wage.toml`` is the file as it was given, ``law/0001-minimum-wage.approval.json``
its record. A file without a record, or changed after its approval, stops every calculation: law
data enter only through ``workforce law add``. A record without a file is what a killed ``add``
leaves behind; it is harmless.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from workforce.core.errors import LawDataError

_NUMBERED = re.compile(r"([0-9]{4})-.*")
_UNSAFE = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The record of one added file.

    Attributes:
        sha256: of the file's bytes, hexadecimal.
        added_by: login name of who brought it.
        approved_by: login name of who approved it, another person.
        added_at: instant, ISO 8601 in UTC.

    """

    sha256: str
    added_by: str
    approved_by: str
    added_at: str

    @classmethod
    def of(cls, content: bytes, *, added_by: str, approved_by: str, added_at: str) -> Self:
        """Make the record of a file's content."""
        return cls(
            sha256=_sha256(content), added_by=added_by, approved_by=approved_by, added_at=added_at
        )

    def to_mapping(self) -> dict[str, str]:
        """Return the record by field name."""
        return asdict(self)

    def to_bytes(self) -> bytes:
        """Write the record as JSON."""
        return (json.dumps(self.to_mapping(), ensure_ascii=False, indent=2) + "\n").encode()


def approved_overlays(folder: Path) -> tuple[Path, ...]:
    """Return the files of a law folder in the order in which they were added.

    Raises:
        LawDataError: a file has no record, or is not what was approved.

    """
    paths = tuple(sorted(folder.glob("*.toml")))
    for path in paths:
        record = approval_path(path)
        approved = _read_record(record).get("sha256") if record.is_file() else None
        if approved is None:
            raise LawDataError("law.not_approved", place=str(path))
        if approved != _sha256(path.read_bytes()):
            raise LawDataError("law.changed_after_approval", place=str(path))
    return paths


def next_overlay_path(folder: Path, name: str) -> Path:
    """Return under which numbered name a file called ``name`` is to be kept in a law folder."""
    matches = (_NUMBERED.fullmatch(path.name) for path in folder.glob("*"))
    number = max((int(match[1]) for match in matches if match), default=0) + 1
    stem = _UNSAFE.sub("-", Path(name).stem).strip("-") or "law"
    return folder / f"{number:04d}-{stem}.toml"


def approval_path(overlay: Path) -> Path:
    """Return where the record of an added file lies."""
    return overlay.with_suffix(".approval.json")


def _read_record(path: Path) -> Mapping[str, object]:
    try:
        record = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
