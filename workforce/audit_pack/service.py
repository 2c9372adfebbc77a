"""Making packs, keeping them until they are fetched, and deleting them.

Like all papers of a run they lie under the instance, readable by the service alone, for some days.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from workforce.audit_pack.archive import Content, write_archive
from workforce.audit_pack.identity import Identity
from workforce.audit_pack.queries import content_of, reversed_employments
from workforce.core.errors import InputError
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform import audit, clock
from workforce.platform.files import PRIVATE, atomic_write, made_name, write_bytes
from workforce.platform.installation import installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

KEEP: Final = dt.timedelta(days=7)
"""How long a pack waits to be fetched."""
RECEIVER_LENGTH: Final = 80
_PRIVATE_FOLDER: Final = 0o700
_NOTE: Final = "made.json"
_PACK: Final = Text("审计包", "audit_pack")
_CODE_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pack of a run is wanted, and for whom."""

    run_id: int
    identity: Identity
    receiver: str

    @classmethod
    def of(cls, run_id: int, identity: str, receiver: str) -> Wanted:
        """Read what was chosen.

        Raises:
            InputError: nobody is named to whom the pack goes.
        """
        named = receiver.strip()
        if not named or len(named) > RECEIVER_LENGTH:
            raise InputError("audit_pack.receiver", limit=RECEIVER_LENGTH)
        return cls(run_id, Identity(identity), named)

    @property
    def code(self) -> str:
        """Return what stands for these choices in an address."""
        told = f"{self.identity}\0{self.receiver}".encode()
        return hashlib.sha256(told).hexdigest()[:_CODE_DIGITS]

    @property
    def folder(self) -> Path:
        """Return where the pack lies."""
        return _root() / f"{self.run_id}-{self.code}"


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that waits; ``fingerprint`` is SHA-256 of its manifest, ``result_hash`` the run's then."""

    wanted: Wanted
    name: str
    count: int
    made_at: dt.datetime
    fingerprint: str
    result_hash: str
    reversed_count: int
    """Payslips that the pack says were reversed since: with another one the pack is out of date."""

    @property
    def path(self) -> Path:
        """Return where the file lies."""
        return self.wanted.folder / self.name

    @property
    def size(self) -> int:
        """Return its bytes."""
        return self.path.stat().st_size

    @property
    def kept_until(self) -> dt.datetime:
        """Return when it is deleted."""
        return self.made_at + KEEP


@dataclass(frozen=True, slots=True)
class Read:
    """A run's pack before it is written: everything is read, the database is not needed any more."""

    wanted: Wanted
    company_id: int
    content: Content

    @property
    def count(self) -> int:
        """Return the number of people."""
        return self.content.sheet.size

    @property
    def name(self) -> str:
        """Return what the file is called."""
        about = self.content.about
        run = about["run"]
        words = [_PACK.zh, run["period"], about["company"]["code"]]
        if run["kind"] != "regular":
            words.append(term(f"run_kind.{run['kind']}").zh + str(run["number"]))
        words.append(term(f"pack_identity.{self.wanted.identity}").zh)
        return made_name(*words, ending="zip")


def read(session: Session, scope: Scope, wanted: Wanted) -> Read:
    """Read what a pack is made of.

    Raises:
        NotFoundError: the run is not in reach.
        StateError: it is not approved, or is not any more what was approved.
    """
    content = content_of(session, scope, wanted.run_id, wanted.identity, wanted.receiver)
    # Writing is long work: no reading transaction stays open meanwhile.
    session.rollback()
    return Read(wanted, content.assembled.company_id, content)


def make(pack: Read, advance: Callable[[int], object] = lambda _count: None) -> Made:
    """Write a pack where it waits to be fetched; ``advance`` is told how many people more are done."""
    folder = pack.wanted.folder
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    with atomic_write(folder / pack.name, mode=PRIVATE) as file:
        fingerprint = write_archive(file, pack.content, advance)
    result_hash = pack.content.about["hashes"]["results"]
    gone = len(pack.content.reversed_ids)
    made = Made(pack.wanted, pack.name, pack.count, clock.now(), fingerprint, result_hash, gone)
    said = {
        "identity": pack.wanted.identity.value,
        "receiver": pack.wanted.receiver,
        "name": made.name,
        "count": made.count,
        "made_at": made.made_at.isoformat(),
        "fingerprint": fingerprint,
        "result_hash": result_hash,
        "reversed_count": gone,
    }
    write_bytes(folder / _NOTE, json.dumps(said, ensure_ascii=False).encode(), mode=PRIVATE)
    return made


def write(pack: Read, file: IO[bytes], advance: Callable[[int], object]) -> str:
    """Write a pack into an open file; returns the SHA-256 of its manifest."""
    return write_archive(file, pack.content, advance)


def waiting(session: Session, run: Any) -> list[Made]:
    """Return the packs of a run that can be fetched and still say what holds, the newest first."""
    gone = len(reversed_employments(session, run))
    notes = _root().glob(f"{run.id}-*/{_NOTE}")
    found = [_made(run.id, json.loads(note.read_text("utf-8"))) for note in notes]
    current = [
        made
        for made in found
        if (made.result_hash, made.reversed_count) == (run.result_hash, gone)
        and made.kept_until > clock.now()
        and made.path.is_file()
    ]
    return sorted(current, key=lambda made: made.made_at, reverse=True)


def drop_expired() -> int:
    """Delete packs that were made longer ago than they are kept; return how many."""
    if not _root().is_dir():
        return 0
    oldest = clock.now() - KEEP
    expired = [folder for folder in _root().iterdir() if _begun_at(folder) < oldest]
    for folder in expired:
        shutil.rmtree(folder)
    return len(expired)


def note_made(session: Session, actor: Actor, pack: Read, fingerprint: str) -> None:
    """Write into the audit that a pack was made, for whom and with which identities."""
    audit.record(
        session,
        actor,
        "audit_pack.make",
        "payroll_run",
        pack.wanted.run_id,
        company_id=pack.company_id,
        after={
            "identity": pack.wanted.identity.value,
            "receiver": pack.wanted.receiver,
            "people": pack.count,
            "fingerprint": fingerprint,
            "result_hash": pack.content.about["hashes"]["results"],
        },
    )


def _begun_at(folder: Path) -> dt.datetime:
    """Return when a pack was made, or, of one that was never finished, when its folder was."""
    note = folder / _NOTE
    if note.is_file():
        return dt.datetime.fromisoformat(json.loads(note.read_text("utf-8"))["made_at"])
    return dt.datetime.fromtimestamp(folder.stat().st_mtime, dt.UTC)


def _root() -> Path:
    return installation().instance / "produced" / "packs"


def _made(run_id: int, said: dict[str, Any]) -> Made:
    wanted = Wanted(run_id, Identity(said["identity"]), said["receiver"])
    return Made(
        wanted,
        said["name"],
        said["count"],
        dt.datetime.fromisoformat(said["made_at"]),
        said["fingerprint"],
        said["result_hash"],
        said.get("reversed_count", 0),
    )
