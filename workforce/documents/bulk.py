"""All payslips of a run as one file: an archive of PDFs, locked or not, or one PDF for the printer.

Drawn in parts by several processes, and put together from the parts on the disk: however many people
a run has, few payslips are in memory. What was drawn before a kill is not drawn again. The file is
kept for some days, readable by the service alone, and then deleted.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar, cast

import pikepdf

from workforce.core.errors import InputError
from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.documents import labels
from workforce.documents.bulk_parts import Drawn, Form, NotDrawn, Part, PartFile, Slip, draw_part
from workforce.documents.run_reading import RunReader, SlipKey
from workforce.documents.service import check_url, payslip_name
from workforce.platform import clock
from workforce.platform.executor import run_wide
from workforce.platform.files import PRIVATE, atomic_write, made_name, write_bytes
from workforce.platform.installation import installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

KEEP: Final = dt.timedelta(days=7)
"""How long a file waits to be fetched."""
PART_SLIPS: Final = 50
"""Payslips drawn in one go: about a second of work, which is what a kill can cost."""
_FEW: Final = 60
"""Starting processes takes longer than drawing so many slips."""
_OPEN_FILES: Final = 64
_PRIVATE_FOLDER: Final = 0o700
_NOTE: Final = "made.json"
_BEGUN: Final = "begun"
_NOT_MADE: Final = Text("未生成.txt", "not_made.txt")
_LOCKED: Final = Text("加密", "locked")
_FOR_PRINT: Final = Text("打印", "print")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which file of a run is wanted."""

    run_id: int
    form: Form
    locale: Locale

    @property
    def folder(self) -> Path:
        """Return where its parts and the file itself lie."""
        return _root() / f"{self.run_id}-{self.form}-{self.locale}"


@dataclass(frozen=True, slots=True)
class Made:
    """A file of a run's payslips, and who is not in it; ``result_hash`` is the run's as it was then."""

    wanted: Wanted
    name: str
    count: int
    failures: tuple[NotDrawn, ...]
    made_at: dt.datetime
    result_hash: str

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


def make(
    session: Session,
    scope: Scope,
    wanted: Wanted,
    *,
    begin: Callable[[int], object] = lambda _total: None,
    advance: Callable[[int], object] = lambda _count: None,
) -> Made:
    """Draw a run's payslips and put them together; those that were reversed since are left out.

    ``begin`` is told how many payslips there are, ``advance`` how many more are done; what either
    raises ends the work, and the parts stay for the next time.

    Raises:
        NotFoundError: the run is not in reach.
        InputError: nobody could be drawn, or the run was calculated anew meanwhile.

    """
    reader = RunReader.open(session, scope, wanted.run_id)
    session.rollback()
    begin(len(reader.counting))
    folder = wanted.folder / "parts"
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    write_bytes(wanted.folder / _BEGUN, clock.now().isoformat().encode(), mode=PRIVATE)
    files: list[PartFile] = []

    def missing() -> Iterator[Part]:
        """Read part after part, and pass on those that do not lie there already."""
        for part in parts_of(session, reader, wanted, folder):
            files.append(part.file)
            if part.file.is_whole:
                advance(len(part.slips))
            else:
                yield part

    workers = 1 if len(reader.counting) <= _FEW else None
    for drawn in run_wide(draw_part, missing(), workers=workers):
        advance(drawn.count + len(drawn.failures))
    outcomes = [Drawn.read(file.receipt) for file in files]
    made = Made(
        wanted=wanted,
        name=_file_name(reader, wanted),
        count=sum(drawn.count for drawn in outcomes),
        failures=tuple(failure for drawn in outcomes for failure in drawn.failures),
        made_at=clock.now(),
        result_hash=reader.run.result_hash,
    )
    if not made.count:
        raise InputError("document.nothing_drawn", reason=_reason(made.failures, wanted.locale))
    join = _join_pages if wanted.form is Form.PAGES else _join_archives
    join(made, [file for file in files if file.content.is_file()], reader)
    _write_note(made)
    for path in wanted.folder.iterdir():
        if path.name not in {made.name, _NOTE, _BEGUN, folder.name}:
            path.unlink()
    shutil.rmtree(folder)
    return made


def found(wanted: Wanted, result_hash: str, counting: int) -> Made | None:
    """Return the file made of a run, unless there is none or it is not what the run says today.

    ``result_hash`` and ``counting`` (how many payslips count) are the run's of today: what was
    reversed since the file was made is not handed out again.
    """
    note = wanted.folder / _NOTE
    if not note.is_file():
        return None
    said = json.loads(note.read_text("utf-8"))
    failures = tuple(NotDrawn(**each) for each in said.pop("failures"))
    made_at = dt.datetime.fromisoformat(said.pop("made_at"))
    made = Made(wanted=wanted, failures=failures, made_at=made_at, **said)
    says_today = (made.result_hash, made.count + len(made.failures)) == (result_hash, counting)
    is_kept = made.kept_until > clock.now() and made.path.is_file()
    return made if says_today and is_kept else None


def drop_expired() -> int:
    """Delete what was begun longer ago than it is kept; return how many files."""
    if not _root().is_dir():
        return 0
    oldest = clock.now() - KEEP
    begun = [
        (note, dt.datetime.fromisoformat(note.read_text())) for note in _root().glob(f"*/{_BEGUN}")
    ]
    expired = [note.parent for note, at in begun if at < oldest]
    for folder in expired:
        shutil.rmtree(folder)
    return len(expired)


def _root() -> Path:
    return installation().instance / "produced" / "bulk"


def parts_of(session: Session, reader: RunReader, wanted: Wanted, folder: Path) -> Iterator[Part]:
    """Read the run part after part: by employee number, or for the printer by team."""
    fonts = installation().font_folder
    for keys in _piles(reader.counting, wanted.form):
        views = reader.views(session, keys)
        # Drawing is long work: no reading transaction stays open meanwhile.
        session.rollback()
        slips = [
            Slip(
                view,
                payslip_name(view, wanted.locale),
                check_url(view.public_id),
                reader.password(view) if wanted.form is Form.LOCKED_ZIP else None,
            )
            for view in views
        ]
        yield Part.of(folder, wanted.form, wanted.locale, fonts, slips)


def _piles(keys: Sequence[SlipKey], form: Form) -> Iterator[Sequence[SlipKey]]:
    """Share payslips out over parts. For the printer none has two teams: each begins on a new sheet."""
    if form is not Form.PAGES:
        yield from _chunks(keys, PART_SLIPS)
        return
    by_team = sorted(keys, key=lambda key: (key.team is None, key.team or ""))
    for _team, pile in groupby(by_team, key=lambda key: key.team):
        yield from _chunks([*pile], PART_SLIPS)


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]


def _join_archives(made: Made, files: Sequence[PartFile], reader: RunReader) -> None:
    """Put the PDFs of all parts into one archive, entry by entry, stored as they are."""
    locale, names = made.wanted.locale, set[str]()
    with (
        atomic_write(made.path, mode=PRIVATE) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
    ):
        for part in files:
            with zipfile.ZipFile(part.content) as source:
                for info in source.infolist():
                    name = _unlike(names, info.filename)
                    archive.writestr(_entry(name, reader.run.pay_on), source.read(info))
        if made.failures:
            said = "".join(f"{_reason([each], locale)}\r\n" for each in made.failures)
            note = _entry(_NOT_MADE.in_locale(locale), reader.run.pay_on)
            archive.writestr(note, said.encode("utf-8-sig"))


def _unlike(names: set[str], name: str) -> str:
    """Return a name that no entry has yet: two numbers may differ in a mark that no file name keeps."""
    stem, number, unlike = name.removesuffix(".pdf"), 1, name
    while unlike in names:
        number += 1
        unlike = f"{stem}_{number}.pdf"
    names.add(unlike)
    return unlike


def _entry(name: str, on: dt.date) -> zipfile.ZipInfo:
    """Return an entry dated by the pay day: equal payslips give an equal archive."""
    info = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
    info.external_attr = PRIVATE << 16
    return info


def _join_pages(made: Made, files: Sequence[PartFile], reader: RunReader) -> None:
    """Bind the sheets of all parts, with a bookmark for each team."""
    bundles, firsts, page = [], list[tuple[str, int]](), 0
    for number, group in enumerate(_chunks(files, _OPEN_FILES)):
        bundles.append(made.wanted.folder / "parts" / f"bundle-{number}.pdf")
        with ExitStack() as opened:
            bundle = opened.enter_context(pikepdf.new())
            for part in group:
                source = opened.enter_context(pikepdf.open(part.content))
                team = part.team or labels.NO_TEAM.in_locale(made.wanted.locale)
                if not firsts or firsts[-1][0] != team:
                    firsts.append((team, page))
                page += len(source.pages)
                bundle.pages.extend(source.pages)
            bundle.save(bundles[-1])
    with ExitStack() as opened:
        bound = opened.enter_context(pikepdf.new())
        for path in bundles:
            bound.pages.extend(opened.enter_context(pikepdf.open(path)).pages)
        with bound.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(team, first) for team, first in firsts)
        bound.docinfo["/Title"] = made.name.removesuffix(".pdf")
        bound.docinfo["/Author"] = reader.facts.company.company_name
        bound.Root.Lang = "zh-CN" if made.wanted.locale == "zh" else "en"
        file = opened.enter_context(atomic_write(made.path, mode=PRIVATE))
        bound.save(cast("BinaryIO", file), deterministic_id=True)


def _file_name(reader: RunReader, wanted: Wanted) -> str:
    run, locale = reader.run, wanted.locale
    month, *apart = labels.run_words(run.period, term(f"run_kind.{run.kind}"), run.number, locale)
    words = [labels.PAYSLIP.in_locale(locale), month, reader.facts.company.company_code, *apart]
    if wanted.form is Form.LOCKED_ZIP:
        words.append(_LOCKED.in_locale(locale))
    if wanted.form is Form.PAGES:
        words.append(_FOR_PRINT.in_locale(locale))
    return made_name(*words, ending=wanted.form.ending)


def _reason(failures: Sequence[NotDrawn], locale: Locale) -> str:
    """Say why the first of some people has no payslip, and what can be done."""
    error = failures[0].error
    said = " · ".join(filter(None, (error.message(locale), error.hint(locale))))
    return f"{failures[0].employee_no}: {said}"


def _write_note(made: Made) -> None:
    said = {
        "name": made.name,
        "count": made.count,
        "failures": [asdict(failure) for failure in made.failures],
        "made_at": made.made_at.isoformat(),
        "result_hash": made.result_hash,
    }
    text = json.dumps(said, ensure_ascii=False)
    write_bytes(made.wanted.folder / _NOTE, text.encode(), mode=PRIVATE)
