"""Files that people send in: what is taken, how it lies, how it leaves, when it goes."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tests.engines import both_engines
from tests.factories import create_company
from workforce.companies.models import Company
from workforce.config import Settings
from workforce.core.errors import InputError, NotFoundError
from workforce.platform import clock
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.uploads import (
    LARGEST_UPLOAD_BYTES,
    Upload,
    clean_uploads,
    read_upload,
    send_upload,
    store_upload,
)

JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + b"\0" * 64
    + b"\xff\xd9"
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 32 + b"IEND\xaeB`\x82"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 64

Store = Callable[[bytes, str], Upload]


@pytest.fixture
def company(session: Session) -> Company:
    return create_company(session)


@pytest.fixture
def store(session: Session, company: Company) -> Store:
    def take(content: bytes, name: str) -> Upload:
        file = FileStorage(io.BytesIO(content), filename=name, content_type="image/png")
        return store_upload(session, file, company_id=company.id, actor=CLI)

    return take


def on_disk(settings: Settings) -> list[Path]:
    return sorted((settings.instance / "uploads").glob("*/*"))


@both_engines
@pytest.mark.feature("ALL-8")
@pytest.mark.parametrize(
    ("content", "name", "media_type", "kept"),
    [
        (JPEG, "打卡.jpg", "image/jpeg", "打卡.jpg"),
        (JPEG, "IMG.JPEG", "image/jpeg", "IMG.JPEG"),
        (PNG, "shot.png", "image/png", "shot.png"),
        (HEIC, "IMG_1.HEIC", "image/heic", "IMG_1.HEIC"),
        (PDF, "病假条.pdf", "application/pdf", "病假条.pdf"),
        # What it is decides, not what it is called.
        (PNG, "report.exe", "image/png", "report.png"),
        (PDF, "../../etc/cron.d/x", "application/pdf", "x.pdf"),
        (JPEG, "\u202egpj.html", "image/jpeg", "gpj.jpg"),
        (JPEG, "", "image/jpeg", "file.jpg"),
    ],
)
def test_a_harmless_file_is_kept_as_what_it_is(
    store: Store, content: bytes, name: str, media_type: str, kept: str
) -> None:
    upload = store(content, name)
    assert (upload.media_type, upload.name, upload.size_bytes) == (media_type, kept, len(content))
    assert read_upload(upload) == content


@pytest.mark.feature("ALL-8")
@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"MZ" + b"\0" * 200,
        b"PK\x03\x04" + b"\0" * 200,
        b"GIF89a" + b"\0" * 40,
        b"hello",
        # Pages that carry a harmless file's mark, but do not begin with it.
        b"<html><script>alert(1)</script>" + PDF,
        b"<html>" + PNG,
        b"\0\0\0\x18ftypisom" + b"\0" * 40,
    ],
)
def test_anything_else_is_refused_and_leaves_nothing(
    store: Store, settings: Settings, session: Session, content: bytes
) -> None:
    with pytest.raises(InputError) as refused:
        store(content, "photo.png")
    assert refused.value.code == "upload.kind"
    assert on_disk(settings) == []
    assert session.scalars(select(Upload)).all() == []


@pytest.mark.feature("ALL-8")
def test_an_empty_or_huge_file_is_refused(store: Store, settings: Settings) -> None:
    with pytest.raises(InputError) as refused:
        store(b"", "a.jpg")
    assert refused.value.code == "upload.empty"
    with pytest.raises(InputError) as refused:
        store(JPEG.ljust(LARGEST_UPLOAD_BYTES + 1, b"\0"), "a.jpg")
    assert "10" in refused.value.message("zh")
    assert on_disk(settings) == []
    assert store(JPEG.ljust(LARGEST_UPLOAD_BYTES, b"\0"), "a.jpg").size_bytes == 10 * 1024 * 1024


def test_the_bytes_lie_encrypted_under_a_name_of_our_own(store: Store, settings: Settings) -> None:
    upload = store(PDF, "病假条.pdf")
    (path,) = on_disk(settings)
    assert re.fullmatch(r"[0-9a-f]{32}", path.name)
    assert b"PDF" not in path.read_bytes()
    sealed = path.read_bytes()
    # Another last byte, whatever it was.
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(NotFoundError):
        read_upload(upload)
    path.unlink()
    with pytest.raises(NotFoundError):
        read_upload(upload)


@pytest.mark.feature("ALL-8")
def test_it_leaves_as_a_download_that_can_run_nothing(app: Flask, store: Store) -> None:
    upload = store(JPEG, '他的"打卡"\r\nX-Evil: 1.jpg')
    with app.test_request_context():
        answer = send_upload(upload)
    assert answer.data == JPEG
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="file.jpg"')
    assert "\n" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_sent_it_is_recorded(session: Session, store: Store, company: Company) -> None:
    upload = store(PNG, "a.png")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "upload.store")).one()
    assert (entry.subject_id, entry.company_id) == (str(upload.id), company.id)
    assert upload.sha256 in (entry.after or "")


@both_engines
def test_what_nothing_refers_to_goes_after_a_day(
    session: Session, store: Store, settings: Settings
) -> None:
    old, new = store(PNG, "old.png"), store(PNG, "new.png")
    old.uploaded_at = clock.now() - dt.timedelta(days=2)
    orphan = settings.instance / "uploads" / "ab" / ("ab" * 16)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"left by a transaction that failed")
    fresh = orphan.with_name("ac" * 16)
    fresh.write_bytes(b"being written now")
    ago = (clock.now() - dt.timedelta(days=2)).timestamp()
    for path in (orphan, settings.instance / "uploads" / old.token[:2] / old.token):
        os.utime(path, (ago, ago))
    session.flush()
    assert clean_uploads(session) == 2
    assert session.scalars(select(Upload.id)).all() == [new.id]
    assert {path.name for path in on_disk(settings)} == {new.token, fresh.name}
    assert clean_uploads(session) == 0
