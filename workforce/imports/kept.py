"""Files that wait: looked at on a page, kept encrypted for an hour, applied once or forgotten.

A preview is a row (``ImportPreview``) and a file of our own name in the instance folder. What is
applied is what was shown: the plan is made anew and its fingerprint compared; where the facts have
changed meanwhile nothing is written, and the new preview is shown instead. Applying locks the row,
so that a second click finds the file applied.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import current_app
from sqlalchemy import select

from workforce.core.errors import DomainError, NotFoundError, StateError
from workforce.imports.models import ImportPreview
from workforce.imports.option_form import options_of
from workforce.imports.service import Import, Preview, company_of, described, source_named
from workforce.imports.source import SourceFile
from workforce.imports.wording import label, wording
from workforce.platform import audit, clock, crypto
from workforce.platform.db import unit_of_work
from workforce.platform.files import safe_name, write_bytes
from workforce.platform.scope import Scope, ScopeKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.imports.source import Part, Source
    from workforce.platform.audit import Actor

KEPT_FOR: Final = dt.timedelta(hours=1)
"""Long enough to correct a file or ask somebody, short enough not to become an archive."""

LONG_BYTES: Final = 1024 * 1024
"""A file from this size on is worked on in the background."""

_SAMPLE: Final = 30
_REFUSALS_KEPT: Final = 20_000
_TOKEN_BYTES: Final = 16

Report = dict[str, Any]
"""What a preview found, as JSON: counts, parts with samples, refusals, notices, unmapped users."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a file or applies it, and how far he reaches."""

    actor: Actor
    scope: Scope

    @property
    def company_id(self) -> int | None:
        """The company that is imported into; None: what is imported is of the base."""
        return self.scope.company_id


def keep(
    session: Session,
    visitor: Visitor,
    source: Source,
    file: SourceFile,
    said: Mapping[str, Any],
) -> ImportPreview:
    """Keep a file that is to be looked at, in the caller's unit of work.

    Raises:
        StateError: the source is a company's, and the visitor is of none.
    """
    _drop_expired(session)
    now = clock.now()
    kept = ImportPreview(
        company_id=company_of(source, visitor.company_id),
        account_id=visitor.actor.account_id,
        source=source.code,
        token=secrets.token_hex(_TOKEN_BYTES),
        file_name=safe_name(file.name),
        file_sha256=hashlib.sha256(file.content).hexdigest(),
        size_bytes=len(file.content),
        created_at=now,
        expires_at=now + KEPT_FOR,
        state="waiting",
        options=_sealed(said),
    )
    write_bytes(_path(kept.token), crypto.encrypt_bytes(file.content))
    session.add(kept)
    session.flush()
    audit.record(
        session,
        visitor.actor,
        "import.upload",
        "import_preview",
        kept.id,
        company_id=kept.company_id,
        after={"source": kept.source, "file": kept.file_name, "sha256": kept.file_sha256},
    )
    return kept


def find(
    session: Session, visitor: Visitor, preview_id: int, *, lock: bool = False
) -> ImportPreview:
    """Return a preview in reach: a team's leader sees the own ones, the company's staff all of it.

    Raises:
        NotFoundError: there is none, or it has expired.
    """
    chosen = _in_reach(visitor).where(ImportPreview.id == preview_id)
    kept: ImportPreview | None = session.scalar(chosen.with_for_update() if lock else chosen)
    if kept is None or kept.expires_at <= clock.now():
        raise NotFoundError("import.gone")
    return kept


def waiting(session: Session, visitor: Visitor) -> Sequence[ImportPreview]:
    """Return the visitor's own files that still wait, the newest first."""
    chosen = _in_reach(visitor).where(
        ImportPreview.account_id == visitor.actor.account_id,
        ImportPreview.state != "applied",
        ImportPreview.expires_at > clock.now(),
    )
    return session.scalars(chosen.order_by(ImportPreview.id.desc())).all()


def look(visitor: Visitor, preview_id: int, session: Session) -> None:
    """Look at a kept file and keep what was found; a file that cannot be read fails with its reason.

    Where other things were said meanwhile, what was found no longer counts: who said them looks anew.
    """
    kept = find(session, visitor, preview_id)
    said = kept.options
    try:
        seen = _begun(visitor, kept).look(session)
        found: dict[str, Any] = _found(seen)
    except DomainError as error:
        session.rollback()
        found = {"state": "failed", "report": _sealed(_failure(error)), "digest": None}
    with unit_of_work() as writing:
        kept = find(writing, visitor, preview_id, lock=True)
        if kept.state != "applied" and kept.options == said:
            _put(kept, found)


def say(
    session: Session, visitor: Visitor, preview_id: int, said: Mapping[str, Any]
) -> ImportPreview:
    """Keep other things said about the same file; it is to be looked at again."""
    kept = find(session, visitor, preview_id, lock=True)
    if kept.state == "applied":
        raise StateError("import.applied")
    kept.options = _sealed(said)
    kept.state, kept.report, kept.digest, kept.progress_id = "waiting", None, None, None
    return kept


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of applying; ``is_stale``: the facts had changed, nothing was written."""

    receipt_id: int | None = None
    is_stale: bool = False


def apply(
    visitor: Visitor,
    preview_id: int,
    session: Session,
    *,
    digest: str,
    keep_good_rows: bool,
    also: Any = None,
) -> Applied:
    """Apply a kept file once, if it still does what was shown.

    ``also`` is called with the session and the result before they are committed together.

    Raises:
        NotFoundError: it has expired.
        StateError: rows are refused and the good ones alone are not wanted, or it failed.
    """
    kept = find(session, visitor, preview_id)
    # Reading takes longest: it is done before the write lock is taken.
    work = None if kept.state == "applied" else _begun(visitor, kept)
    stale: dict[str, Any] | None = None
    with unit_of_work() as writing:
        kept = find(writing, visitor, preview_id, lock=True)
        if kept.state == "applied" or work is None:
            done = Applied(kept.import_batch_id)
        elif kept.state != "ready":
            raise StateError("import.still_working")
        else:
            seen = work.look(writing)
            found = _found(seen)
            if digest != kept.digest or found["digest"] != kept.digest:
                stale, done = found, Applied(is_stale=True)
            elif seen.refusals and not keep_good_rows:
                raise StateError("import.refused", count=len(seen.refusals))
            else:
                kept.import_batch_id = work.store(writing, seen)
                kept.state, kept.keep_good_rows = "applied", keep_good_rows
                done = Applied(kept.import_batch_id)
        if stale is not None:
            _put(kept, stale)
        if also is not None:
            also(writing, done)
        token = kept.token
    if not done.is_stale:
        _path(token).unlink(missing_ok=True)
    return done


def discard(session: Session, visitor: Visitor, preview_id: int) -> None:
    """Forget a kept file, in the caller's unit of work.

    Raises:
        NotFoundError: it has expired.
        StateError: it was imported already.
    """
    kept = find(session, visitor, preview_id, lock=True)
    if kept.state == "applied":
        raise StateError("import.applied")
    _path(kept.token).unlink(missing_ok=True)
    session.delete(kept)
    audit.record(
        session,
        visitor.actor,
        "import.discard",
        "import_preview",
        preview_id,
        company_id=kept.company_id,
        before={"source": kept.source, "file": kept.file_name, "sha256": kept.file_sha256},
    )


def said_of(kept: ImportPreview) -> dict[str, Any]:
    """Return what was said besides the file."""
    return _opened(kept.options)


def report_of(kept: ImportPreview) -> Report | None:
    """Return what was found, None before that."""
    return None if kept.report is None else _opened(kept.report)


def content_of(kept: ImportPreview) -> SourceFile:
    """Return the file itself.

    Raises:
        NotFoundError: it is gone, or is not what was sent in.
    """
    try:
        content = crypto.decrypt_bytes(_path(kept.token).read_bytes())
    except (FileNotFoundError, crypto.DecryptionError) as error:
        raise NotFoundError("import.gone") from error
    if hashlib.sha256(content).hexdigest() != kept.file_sha256:
        raise NotFoundError("import.gone")
    return SourceFile(kept.file_name, content)


def drop_expired() -> int:
    """Delete what has expired, and files that nothing refers to; return how many files went."""
    with unit_of_work() as session:
        _drop_expired(session)
        known = set(session.scalars(select(ImportPreview.token)))
    before = (clock.now() - KEPT_FOR).timestamp()
    gone = 0
    for path in _folder().glob("*"):
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _drop_expired(session: Session) -> None:
    # Applied ones, too: what was imported is told by its receipt, and the report holds names.
    expired = select(ImportPreview).where(ImportPreview.expires_at <= clock.now())
    for kept in session.scalars(expired):
        _path(kept.token).unlink(missing_ok=True)
        session.delete(kept)


def _in_reach(visitor: Visitor) -> Any:
    chosen = select(ImportPreview).where(ImportPreview.company_id == visitor.company_id)
    if visitor.scope.kind is not ScopeKind.COMPANY:
        chosen = chosen.where(ImportPreview.account_id == visitor.actor.account_id)
    return chosen


def _begun(visitor: Visitor, kept: ImportPreview) -> Import:
    return Import(
        source_named(kept.source),
        content_of(kept),
        visitor.company_id,
        visitor.actor,
        options_of(said_of(kept)),
        visitor.scope,
    )


def _put(kept: ImportPreview, found: Mapping[str, Any]) -> None:
    for name, value in found.items():
        setattr(kept, name, value)


def _found(seen: Preview) -> dict[str, Any]:
    return {"state": "ready", "report": _sealed(_report(seen)), "digest": digest_of(seen)}


def digest_of(seen: Preview) -> str:
    """Return the fingerprint of what a file would change and of what is refused."""
    parts = [
        [
            part.label.zh,
            part.plan.added,
            [[change.row["id"], change.before, change.after] for change in part.plan.changed],
            [row["id"] for row in part.plan.removed],
        ]
        for part in seen.parts
    ]
    refused = [refusal.as_json() for refusal in seen.refusals]
    written = json.dumps([parts, refused], sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def _report(seen: Preview) -> Report:
    counts = seen.counts
    unmapped = {
        # A user of a tool may have several names: the first one will do.
        str(refusal.error.params["user"]).split(" / ")[0]: None
        for refusal in seen.refusals
        if refusal.error.code == "tool.user_unmapped"
    }
    return {
        "counts": counts._asdict(),
        "good": seen.proposal.good_count,
        "parts": [
            _part(part) for part in seen.parts if part.plan.unchanged or not part.plan.is_empty
        ],
        "refusals": [
            {
                **refusal.as_json(),
                "place_zh": refusal.place.text("zh"),
                "place_en": refusal.place.text("en"),
            }
            for refusal in seen.refusals[:_REFUSALS_KEPT]
        ],
        "notices": [
            {
                "zh": notice.text.zh,
                "en": notice.text.en,
                "place_zh": notice.place.text("zh") if notice.place else "",
                "place_en": notice.place.text("en") if notice.place else "",
            }
            for notice in seen.notices
        ],
        "unmapped": list(unmapped),
    }


def _part(part: Part) -> dict[str, Any]:
    plan = part.plan
    return {
        "zh": part.label.zh,
        "en": part.label.en,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "removed": len(plan.removed),
        "sample": [
            {
                "sign": sign,
                "name": name,
                "changes": [_change(*change) for change in columns.items()],
            }
            for sign, name, columns in islice(_changes_first(part), _SAMPLE)
        ],
    }


def _changes_first(part: Part) -> list[tuple[str, str, Mapping[str, tuple[Any, Any]]]]:
    """Order what is shown: what is overwritten or removed matters more than what is new."""
    order = {"~": 0, "−": 1, "+": 2}
    # A long list of new rows need not be named whole to show the first few.
    shown = list(islice((row for row in described(part) if row[0] == "+"), _SAMPLE))
    others = [row for row in described(part) if row[0] != "+"] if _has_others(part) else []
    return sorted([*others, *shown], key=lambda row: order[row[0]])


def _has_others(part: Part) -> bool:
    return bool(part.plan.changed or part.plan.removed)


def _change(column: str, values: tuple[Any, Any]) -> dict[str, str]:
    before, after = values
    return {
        "zh": label(column, "zh"),
        "en": label(column, "en"),
        "before_zh": wording(column, before, "zh"),
        "before_en": wording(column, before, "en"),
        "after_zh": wording(column, after, "zh"),
        "after_en": wording(column, after, "en"),
    }


def _failure(error: DomainError) -> Report:
    return {
        "error": {
            "zh": error.message("zh"),
            "en": error.message("en"),
            "remedy_zh": error.hint("zh"),
            "remedy_en": error.hint("en"),
            "place": error.place or "",
        },
    }


def _sealed(value: Mapping[str, Any]) -> str:
    return crypto.encrypt(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _opened(token: str) -> dict[str, Any]:
    opened: dict[str, Any] = json.loads(crypto.decrypt(token))
    return opened


def _folder() -> Path:
    return Path(current_app.instance_path) / "imports"


def _path(token: str) -> Path:
    return _folder() / token
