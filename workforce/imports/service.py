"""Importing a file: look at it (``preview``), then apply it once (``apply``).

Both read the file and plan against the database in the same way; only ``apply`` writes, in one unit
of work, and only if no row is refused or the good rows are wanted all the same. Importing the same
file again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from workforce.core.errors import InputError, StateError
from workforce.core.registry import discover
from workforce.imports import sources
from workforce.imports.directory import Directory
from workforce.imports.models import ImportBatch
from workforce.imports.refusals import Notice, Refusal
from workforce.imports.source import Context, Options, Part, Proposal, Source, SourceFile
from workforce.platform import audit, clock
from workforce.platform.audit import Actor
from workforce.platform.db import unit_of_work
from workforce.platform.files import safe_name
from workforce.platform.scope import Scope

SIZE_LIMIT_BYTES = 50 * 1024 * 1024


@cache
def all_sources() -> Mapping[str, Source]:
    """Return every source format by its code."""
    return discover(sources, "SOURCE", Source, code_of=lambda source: source.code)


def source_named(code: str) -> Source:
    """Return a source format.

    Raises:
        InputError: there is none of this code.

    """
    source = all_sources().get(code)
    if source is None:
        known = ", ".join(sorted(all_sources()))
        raise InputError("option.unknown_source", source=code, sources=known)
    return source


class Counts(NamedTuple):
    """How many rows of the database, or of the file for ``refused``."""

    added: int
    changed: int
    unchanged: int
    removed: int
    refused: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do; ``is_applied`` tells whether it has been done."""

    source: Source
    file_name: str
    sha256: str
    proposal: Proposal
    is_applied: bool = False

    @property
    def refusals(self) -> Sequence[Refusal]:
        """Rows that cannot be imported, in the order of the file."""
        return self.proposal.refusals

    @property
    def notices(self) -> Sequence[Notice]:
        """Things worth knowing that stop nothing."""
        return self.proposal.notices

    @property
    def parts(self) -> Sequence[Part]:
        """The changes, table by table."""
        return self.proposal.parts

    @property
    def counts(self) -> Counts:
        """The sums over all tables."""
        plans = [part.plan for part in self.parts]
        return Counts(
            added=sum(len(plan.added) for plan in plans),
            changed=sum(len(plan.changed) for plan in plans),
            unchanged=sum(plan.unchanged for plan in plans),
            removed=sum(len(plan.removed) for plan in plans),
            refused=len(self.refusals),
        )


def preview(
    session: Session,
    source: Source,
    file: SourceFile,
    *,
    company_id: int | None,
    actor: Actor,
    options: Options,
    reach: Scope | None = None,
) -> Preview:
    """Say what a file would change, and which rows are refused. Writes nothing.

    ``company_id`` is of no matter to a source that is of the base. ``reach`` limits whose facts it may
    tell; None: the whole company's.

    Raises:
        InputError: the file as a whole cannot be read.

    """
    return Import(source, file, company_id, actor, options, reach).look(session)


def apply(
    source: Source,
    file: SourceFile,
    *,
    company_id: int | None,
    actor: Actor,
    options: Options,
    keep_good_rows: bool = False,
    reach: Scope | None = None,
) -> Preview:
    """Import a file in one transaction.

    Returns what it did, or, where rows are refused and ``keep_good_rows`` is not said, what it would
    have done: ``is_applied`` is false then and nothing is written. A file that changes nothing leaves
    no receipt.

    Raises:
        InputError: the file as a whole cannot be read.

    """
    work = Import(source, file, company_id, actor, options, reach)
    with unit_of_work() as session:
        seen = work.look(session)
        if seen.refusals and not keep_good_rows:
            session.rollback()
            return seen
        work.store(session, seen)
    return Preview(source, seen.file_name, seen.sha256, seen.proposal, is_applied=True)


def company_of(source: Source, company_id: int | None) -> int | None:
    """Return whose a source's records are: a company's, or nobody's (None) where they are of the base.

    Raises:
        StateError: they are a company's, and none is given.
    """
    if source.is_of_base:
        return None
    if company_id is None:
        raise StateError("import.no_company")
    return company_id


def within_company(reach: Scope | None, company_id: int | None) -> Scope:
    """Return a scope as far as it reaches in one company: the base's is the whole company's."""
    if company_id is None:
        return Scope.base()
    if reach is None or reach.company_id is None:
        return Scope.company(company_id)
    return reach


class Import:
    """One file on its way: read, looked at once, and perhaps stored."""

    def __init__(
        self,
        source: Source,
        file: SourceFile,
        company_id: int | None,
        actor: Actor,
        options: Options,
        reach: Scope | None = None,
    ) -> None:
        """Check and read the file; the database is not asked yet.

        Raises:
            InputError: it cannot be read, or its size or name will not do.
            StateError: it is of a company, and none is given.

        """
        company_id = company_of(source, company_id)
        _check_file(source, file)
        self._source = source
        self._file = file
        self._company_id = company_id
        self._actor = actor
        self._options = options
        self._reach = within_company(reach, company_id)
        # Reading takes longest, and needs no database: it is done before the write lock is taken.
        self._reading = source.read(file, options)

    def look(self, session: Session) -> Preview:
        """Say what the file would change. Writes nothing; done once."""
        context = Context(
            company_id=self._company_id or 0,
            actor=self._actor,
            today=clock.today(),
            options=self._options,
            directory=Directory(
                session, self._company_id or 0, self._reach, self._actor.account_id
            ),
        )
        proposal = self._source.plan(session, context, self._reading.rows)
        _refuse_others(context.directory, proposal.parts)
        # The plan holds all that is left to do; the rows of a long file would double it.
        self._reading.rows.clear()
        proposal.refusals = sorted([*self._reading.refusals, *proposal.refusals], key=_file_order)
        proposal.notices = [*self._reading.notices, *proposal.notices]
        return Preview(
            self._source,
            safe_name(self._file.name),
            hashlib.sha256(self._file.content).hexdigest(),
            proposal,
        )

    def store(self, session: Session, seen: Preview) -> int | None:
        """Write what was seen, in the caller's unit of work; return the id of the receipt, if any.

        A file that changes nothing leaves no receipt.
        """
        counts = seen.counts
        if not (counts.added or counts.changed or counts.removed):
            return None
        batch = ImportBatch(
            company_id=self._company_id,
            source=self._source.code,
            file_name=seen.file_name,
            file_sha256=seen.sha256,
            applied_at=clock.now(),
            applied_by_id=self._actor.account_id,
            summary=counts._asdict(),
            refused=[refusal.as_json() for refusal in seen.refusals],
        )
        session.add(batch)
        session.flush()
        batch_id = batch.id
        seen.proposal.store(session, batch_id)
        audit.record(
            session,
            self._actor,
            "import.apply",
            "import_batch",
            batch_id,
            company_id=self._company_id,
            after={
                "source": self._source.code,
                "file": seen.file_name,
                "sha256": seen.sha256,
                **counts._asdict(),
            },
        )
        return batch_id


def _refuse_others(directory: Directory, parts: Sequence[Part]) -> None:
    """Refuse a plan that would touch somebody out of reach, whatever way the source came to it.

    Raises:
        InputError: so it would.

    """
    if not directory.is_limited:
        return
    for part in parts:
        plan = part.plan
        rows: list[Mapping[str, Any]] = [*plan.added, *plan.removed]
        for change in plan.changed:
            rows += [change.row, {**change.row, **change.before}]
        for row in rows:
            ids = [share[0] for share in row.get("shares") or ()] or [row.get("employment_id")]
            if not all(map(directory.is_in_reach, ids)):
                raise InputError("import.other_team", part=part.label, row=part.name(row))


def _check_file(source: Source, file: SourceFile) -> None:
    """Judge a file by its size and name, before anything reads it."""
    mebibyte = 1024 * 1024
    if len(file.content) > SIZE_LIMIT_BYTES:
        raise InputError(
            "file.too_large",
            size=-(-len(file.content) // mebibyte),
            limit=SIZE_LIMIT_BYTES // mebibyte,
        )
    if file.suffix in {".xlsm", ".xltm", ".xlsb"}:
        raise InputError("file.macros")
    if file.suffix not in source.suffixes:
        raise InputError(
            "file.suffix",
            source=source.code,
            suffix=file.suffix,
            suffixes=" ".join(source.suffixes),
        )
    if not file.content.strip():
        raise InputError("file.empty")


def _file_order(refusal: Refusal) -> tuple[str, int, str]:
    return refusal.place.sheet, refusal.place.row or 0, refusal.place.column


def described(part: Part) -> Iterator[tuple[str, str, Mapping[str, tuple[Any, Any]]]]:
    """Yield each change of a part: ``+``, ``~`` or ``−``, the row's name, and column → before, after.

    Secret columns are named, their values are not shown; keys are told as people call them.
    """
    for row in part.plan.added:
        yield "+", part.name(row), {}
    for change in part.plan.changed:
        yield (
            "~",
            part.name(change.row),
            {
                column: (
                    part.shown(column, change.before[column], change.row),
                    part.shown(column, value, change.row),
                )
                for column, value in change.after.items()
            },
        )
    for row in part.plan.removed:
        yield "−", part.name(row), {}
