"""Changing the law data of an installation: proposed by one person, approved by another, then kept.

The command line (both people at once) and the pages (one after the other) end in the same ``keep``:
the file and the record of who answers for it lie in the instance's ``law`` folder, and every run that
uses them is hashed with them.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.law import LawBook, ParameterValue, approved_overlays
from workforce.core.law.overlay import Approval, approval_path, next_overlay_path
from workforce.core.law.parameter import Unit
from workforce.core.law.wording import Additions
from workforce.core.work_calendar import CalendarYear
from workforce.law_pages.models import LawProposal
from workforce.platform import audit, clock, locks
from workforce.platform.audit import Actor
from workforce.platform.files import safe_name, write_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


PROPOSED: Final = "proposed"
APPROVED: Final = "approved"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"

_SUBJECT: Final = "law_proposal"
_NAME_CHARACTERS: Final = 120


@dataclass(frozen=True, slots=True)
class Changed:
    """The law as it is and as it would be with a further file, and what that file adds."""

    before: LawBook
    after: LawBook

    @property
    def values(self) -> list[ParameterValue]:
        """Return the values that are new."""
        known = set(self.before.values())
        return [value for value in self.after.values() if value not in known]

    @property
    def years(self) -> list[CalendarYear]:
        """Return the years of the work calendar that are new."""
        added = Additions.of(self.after, self.before).years
        years = self.after.calendar().years.values()
        return [year for year in years if year.year in added]


def law_folder(instance: Path) -> Path:
    """Return where an installation keeps what was added to the law."""
    return instance / "law"


def changed_by(folder: Path, name: str, content: bytes) -> Changed:
    """Read a further law file and check it as strictly as the packaged ones.

    Raises:
        LawDataError: the file is wrong; says where.
        InputError: it adds nothing.

    """
    known = approved_overlays(folder)
    with tempfile.TemporaryDirectory() as scratch:
        # Errors speak of the file by its own name.
        path = Path(scratch, _short(name))
        path.write_bytes(content)
        changed = Changed(LawBook.load(known), LawBook.load([*known, path]))
    if changed.before.hash == changed.after.hash:
        raise InputError("law.adds_nothing", place=name)
    return changed


def keep(
    session: Session, folder: Path, name: str, content: bytes, proposer: Actor, approver: Actor
) -> Path:
    """Keep an approved file with its record, in the caller's unit of work; return where.

    Raises:
        ForbiddenError: one person cannot do both.
        LawDataError, InputError: as ``changed_by``.

    """
    if proposer.account_id == approver.account_id:
        raise ForbiddenError("law.same_person")
    locks.hold_law(session)
    changed = changed_by(folder, name, content)
    approval = Approval.of(
        content,
        added_by=proposer.name,
        approved_by=approver.name,
        added_at=clock.now().isoformat(timespec="seconds"),
    )
    path = next_overlay_path(folder, name)
    audit.record(
        session,
        proposer,
        "law.add",
        "law",
        path.name,
        before={"law_hash": changed.before.hash},
        after={"law_hash": changed.after.hash, **approval.to_mapping()},
    )
    # What the database refuses, it refuses before there are files.
    session.flush()
    # The record first: a file without one would stop every calculation.
    write_bytes(approval_path(path), approval.to_bytes())
    write_bytes(path, content)
    return path


def propose(
    session: Session, actor: Actor, folder: Path, *, name: str, content: bytes, reason: str
) -> LawProposal:
    """Propose a law file in the caller's unit of work.

    Raises:
        LawDataError, InputError: as ``changed_by``, or the file is no UTF-8 text.

    """
    changed_by(folder, name, content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("law.not_text", place=name) from error
    proposal = LawProposal(
        file_name=_short(name),
        content=text,
        reason=reason,
        state=PROPOSED,
        proposed_by_id=actor.account_id,
        proposed_by_name=actor.name,
        proposed_at=clock.now(),
    )
    session.add(proposal)
    session.flush()
    audit.record(
        session,
        actor,
        "law.propose",
        _SUBJECT,
        proposal.id,
        after={"file_name": proposal.file_name},
        reason=reason,
    )
    return proposal


def proposals(session: Session) -> Sequence[LawProposal]:
    """Return all proposals, open ones first, then the newest."""
    return session.scalars(
        select(LawProposal).order_by(LawProposal.state != PROPOSED, LawProposal.id.desc())
    ).all()


def proposal_of(session: Session, proposal_id: int) -> LawProposal:
    """Return a proposal.

    Raises:
        NotFoundError: there is none.

    """
    proposal = session.get(LawProposal, proposal_id)
    if proposal is None:
        raise NotFoundError("web.not_found")
    return proposal


def approve(session: Session, actor: Actor, folder: Path, proposal_id: int, note: str) -> Path:
    """Approve a proposal in the caller's unit of work and keep its file.

    Raises:
        ForbiddenError: whoever proposed cannot approve.
        StateError: it is decided already.
        LawDataError, InputError: the law has changed since so that the file does not fit any more.

    """
    proposal = _open(session, proposal_id)
    proposer = Actor(account_id=proposal.proposed_by_id, name=proposal.proposed_by_name)
    _decide(session, actor, proposal, APPROVED, note)
    path = keep(session, folder, proposal.file_name, proposal.content.encode(), proposer, actor)
    proposal.kept_as = path.name
    return path


def reject(session: Session, actor: Actor, proposal_id: int, note: str) -> None:
    """Reject somebody else's proposal with a reason, or withdraw one's own.

    Raises:
        InputError: rejecting needs a reason.
        StateError: it is decided already.

    """
    proposal = _open(session, proposal_id)
    is_own = proposal.proposed_by_id == actor.account_id
    if not (is_own or note):
        raise InputError("law.reason_missing")
    _decide(session, actor, proposal, WITHDRAWN if is_own else REJECTED, note)


def _open(session: Session, proposal_id: int) -> LawProposal:
    chosen = select(LawProposal).where(LawProposal.id == proposal_id).with_for_update()
    proposal = session.scalar(chosen)
    if proposal is None:
        raise NotFoundError("web.not_found")
    if proposal.state != PROPOSED:
        raise StateError("law.decided")
    return proposal


def _decide(session: Session, actor: Actor, proposal: LawProposal, state: str, note: str) -> None:
    proposal.state = state
    proposal.decided_by_id = actor.account_id
    proposal.decided_at = clock.now()
    proposal.decision_note = note or None
    audit.record(
        session,
        actor,
        f"law.{state}",
        _SUBJECT,
        proposal.id,
        before={"state": PROPOSED},
        after={"state": state},
        reason=note or None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue:
    """A value as a person fills it in; ``value`` is text as law files write it."""

    code: str
    unit: Unit
    region: str
    value: str
    valid_from: dt.date
    is_correction: bool
    title: str
    article: str
    link: str
    no_link_reason: str
    evidence: str
    is_estimate: bool
    checked_on: dt.date

    def file_name(self) -> str:
        """Return what the file is called."""
        return f"{self.code}-{self.valid_from}.toml"

    def content(self) -> bytes:
        """Write the value as a law file; what is wrong with it, reading it tells."""
        where = (
            f"link = {_text(self.link)}"
            if self.link
            else f"no_link_reason = {_text(self.no_link_reason)}"
        )
        lines = [
            'kind = "values"',
            f"region = {_text(self.region)}",
            "",
            "[sources.instrument]",
            f"title = {_text(self.title)}",
            where,
            f"checked_on = {self.checked_on.isoformat()}",
            "",
            f"[[values.{self.code}]]",
            f"valid_from = {self.valid_from.isoformat()}",
            *([f"replaces = {self.valid_from.isoformat()}"] if self.is_correction else []),
            f"value = {self._written_value()}",
            'source = "instrument"',
            f"article = {_text(self.article)}",
            f"evidence = {_text(self.evidence)}",
            f"confidence = {_text('estimate' if self.is_estimate else 'official')}",
        ]
        return ("\n".join(lines) + "\n").encode()

    def _written_value(self) -> str:
        """Amounts and rates stand in quotes, counts do not."""
        is_count = self.unit not in {Unit.FEN, Unit.MICRO, Unit.DAYS_HUNDREDTHS}
        is_whole = self.value.isascii() and self.value.isdecimal()
        return str(int(self.value)) if is_count and is_whole else _text(self.value)


def _short(name: str) -> str:
    """Return a file's name that is no path and fits its column."""
    return safe_name(name, fallback="law.toml")[-_NAME_CHARACTERS:]


def _text(value: str) -> str:
    """Write a TOML basic string: JSON's is one, whatever is in it."""
    return json.dumps(value, ensure_ascii=False)
