"""Files that people send in as evidence: a photograph, a scan, a certificate.

What a file is is told from its bytes, never from its name or from what the browser says of it, and
only a few harmless kinds are taken. The bytes lie encrypted in the instance folder, out of reach of
the web server, under a name of our own; they only ever leave as a download.

A slice keeps a foreign key to ``upload.id`` in its own row and checks its own scope before it hands
the file out::

    upload = store_upload(session, file, company_id=company_id, actor=actor())   # in a unit of work
    return send_upload(upload)                                                   # after the scope check

The file is written before the transaction ends. Where that fails, or where the owning row goes,
``clean_uploads`` takes away what nothing refers to.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import puremagic
from flask import Response, current_app
from sqlalchemy import CheckConstraint, ForeignKey, String, delete, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workforce.core.errors import InputError, NotFoundError
from workforce.platform import audit, clock, crypto
from workforce.platform.db import Base, Id, Instant, PrimaryKey
from workforce.platform.files import safe_name, write_bytes
from workforce.platform.web import note_read

if TYPE_CHECKING:
    from sqlalchemy import Column
    from werkzeug.datastructures import FileStorage

    from workforce.platform.audit import Actor

LARGEST_UPLOAD_BYTES: Final = 10 * 1024 * 1024
"""More than any phone's photograph, less than a film."""
KEPT_UNOWNED: Final = dt.timedelta(days=1)
"""How long a file that nothing refers to may lie: longer than any transaction lasts."""

_HEAD_BYTES: Final = 8192
_TOKEN_BYTES: Final = 16
# Nothing in a file that somebody opens from here may run, load or frame anything.
_POLICY: Final = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of file that is taken; ``signature`` stands at ``offset``, whatever else may follow."""

    media_type: str
    endings: tuple[str, ...]
    signature: bytes
    offset: int = 0


_KINDS: Final = {
    "image/jpeg": _Kind("image/jpeg", ("jpg", "jpeg"), b"\xff\xd8\xff"),
    "image/png": _Kind("image/png", ("png",), b"\x89PNG\r\n\x1a\n"),
    "image/heif": _Kind("image/heic", ("heic", "heif"), b"ftyp", 4),
    "image/heic": _Kind("image/heic", ("heic", "heif"), b"ftyp", 4),
    "application/pdf": _Kind("application/pdf", ("pdf",), b"%PDF-"),
}
ACCEPTED_ENDINGS: Final = ".jpg,.jpeg,.png,.heic,.heif,.pdf"
"""For the ``accept`` of a file field: a help to people, no check."""


class Upload(Base):
    """A file that somebody sent in; ``sha256`` is of its plain bytes, ``token`` its name on the disk.

    ``name`` is the sender's, made harmless, with the ending of what the file is.
    """

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("size_bytes > 0", name="size"),)

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"), index=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(180))
    media_type: Mapped[str] = mapped_column(String(40))
    size_bytes: Mapped[int]
    uploaded_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    uploaded_at: Mapped[Instant]


def is_sent(file: FileStorage | None) -> bool:
    """Tell whether a form's file field was filled in; an empty one arrives as a file without a name."""
    return file is not None and bool(file.filename)


def store_upload(session: Session, file: FileStorage, *, company_id: int, actor: Actor) -> Upload:
    """Take a file in: sniffed, limited, encrypted; the caller's unit of work commits its row.

    Raises:
        InputError: it is empty, larger than ``LARGEST_UPLOAD_BYTES``, or of no accepted kind.
    """
    content = file.stream.read(LARGEST_UPLOAD_BYTES + 1)
    if not content:
        raise InputError("upload.empty")
    if len(content) > LARGEST_UPLOAD_BYTES:
        raise InputError("upload.too_large", limit=LARGEST_UPLOAD_BYTES // 1024 // 1024)
    kind = _kind_of(content)
    upload = Upload(
        company_id=company_id,
        token=secrets.token_hex(_TOKEN_BYTES),
        sha256=hashlib.sha256(content).hexdigest(),
        name=_name_for(file.filename or "", kind),
        media_type=kind.media_type,
        size_bytes=len(content),
        uploaded_by_id=actor.account_id,
        uploaded_at=clock.now(),
    )
    write_bytes(_path(upload.token), crypto.encrypt_bytes(content))
    session.add(upload)
    session.flush()
    audit.record(
        session,
        actor,
        "upload.store",
        "upload",
        upload.id,
        company_id=company_id,
        after={
            "media_type": upload.media_type,
            "name": upload.name,
            "sha256": upload.sha256,
            "size_bytes": upload.size_bytes,
        },
    )
    return upload


def _kind_of(content: bytes) -> _Kind:
    head = content[:_HEAD_BYTES]
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        found = set()
    # A page that only contains the mark of a picture somewhere is not one: the mark must begin it.
    for media_type in sorted(found & _KINDS.keys()):
        kind = _KINDS[media_type]
        if head[kind.offset :].startswith(kind.signature):
            return kind
    raise InputError("upload.kind")


def _name_for(given: str, kind: _Kind) -> str:
    name = safe_name(given, fallback="file")
    stem, dot, ending = name.rpartition(".")
    if dot and ending.lower() in kind.endings:
        return name
    return safe_name(f"{stem or name}.{kind.endings[0]}")


def _folder() -> Path:
    return Path(current_app.instance_path) / "uploads"


def _path(token: str) -> Path:
    return _folder() / token[:2] / token


def read_upload(upload: Upload) -> bytes:
    """Return the plain bytes of an upload.

    Raises:
        NotFoundError: its file is gone, or is not what was sent in.
    """
    try:
        content = crypto.decrypt_bytes(_path(upload.token).read_bytes())
    except (FileNotFoundError, crypto.DecryptionError) as error:
        raise NotFoundError("upload.gone", name=upload.name) from error
    if hashlib.sha256(content).hexdigest() != upload.sha256:
        raise NotFoundError("upload.gone", name=upload.name)
    return content


def send_upload(upload: Upload) -> Response:
    """Answer with a file as a download, and note that it was read; the caller has checked the scope."""
    content = read_upload(upload)
    note_read("upload.read", "upload", upload.id, company_id=upload.company_id)
    answer = Response(content, mimetype=upload.media_type)
    ending = upload.name.rpartition(".")[2]
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"file.{ending}\"; filename*=UTF-8''{quote(upload.name, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def clean_uploads(session: Session) -> int:
    """Delete uploads that no row refers to and files without an upload; return how many went.

    Both only after ``KEPT_UNOWNED``: what is being written now is left alone.
    """
    before = clock.now() - KEPT_UNOWNED
    unowned = select(Upload.id).where(Upload.uploaded_at < before)
    for column in _references():
        unowned = unowned.where(~exists().where(column == Upload.id))
    ids = session.scalars(unowned).all()
    session.execute(delete(Upload).where(Upload.id.in_(ids)))
    known = set(session.scalars(select(Upload.token)))
    gone = 0
    for path in _folder().glob("*/*"):
        if path.name not in known and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return max(gone, len(ids))


def _references() -> list[Column[int]]:
    """Return every column, of whatever slice, that names an upload."""
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == Upload.__tablename__
    ]
