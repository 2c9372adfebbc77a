"""Making documents: one for a page, or a whole run's as files.

A whole run is drawn by several processes. They receive plain values and give back what they wrote;
none of them opens the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from workforce.core.errors import DomainError, InputError
from workforce.core.terms import term
from workforce.documents import labels, queries
from workforce.documents.fonts import installed_fonts, load_fonts
from workforce.documents.layouts.payslip import draw_payslip
from workforce.documents.layouts.register_csv import write_register_csv
from workforce.documents.layouts.register_pdf import draw_register
from workforce.documents.layouts.register_xlsx import write_register
from workforce.documents.locked_pdf import locked
from workforce.documents.run_reading import RunReader, SlipKey
from workforce.platform import audit
from workforce.platform.db import unit_of_work
from workforce.platform.executor import run_wide
from workforce.platform.files import XLSX, made_name, safe_name, write_bytes
from workforce.platform.installation import installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.text import Locale, Text
    from workforce.documents.views import PayslipView, RegisterView
    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

RegisterEnding = Literal["xlsx", "csv", "pdf"]
REGISTER_ENDINGS: Final[tuple[RegisterEnding, ...]] = get_args(RegisterEnding)

MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "xlsx": XLSX,
    "csv": "text/csv",
    "txt": "text/plain",
}

# Starting processes takes longer than drawing so many slips.
_FEW: Final = 60
_CHUNK: Final = 20
_READ_TOGETHER: Final = 200


@dataclass(frozen=True, slots=True)
class Document:
    """A file that has been made: its name, its type and its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a run's payslips: the files, and who has none, with the reason."""

    paths: tuple[Path, ...]
    failures: tuple[tuple[str, DomainError], ...]


def payslip_document(view: PayslipView, locale: Locale) -> Document:
    """Return a payslip as PDF.

    Raises:
        FontError: a name holds a character that no font has.
    """
    content = draw_payslip(view, installed_fonts(), check_url(view.public_id), locale)
    return Document(payslip_name(view, locale), MEDIA_TYPES["pdf"], content)


def register_document(view: RegisterView, ending: RegisterEnding, locale: Locale) -> Document:
    """Return a register as spreadsheet, CSV or PDF.

    Raises:
        FontError: a name holds a character that no font has (PDF only).
    """
    if ending == "xlsx":
        content = write_register(view, locale)
    elif ending == "csv":
        content = write_register_csv(view, locale)
    else:
        content = draw_register(view, installed_fonts(), locale)
    word = labels.REGISTER.in_locale(locale).replace(" ", "_")
    run = labels.run_words(view.period, view.kind, view.number, locale)
    name = made_name(word, view.company_code, *run, ending=ending)
    return Document(name, MEDIA_TYPES[ending], content)


def check_url(public_id: str) -> str:
    """Return the address of the public check page that a QR code holds: no pay data in it."""
    return f"{installation().public_url}/v/{public_id}"


def write_payslips(
    session: Session,
    scope: Scope,
    run_id: int,
    actor: Actor,
    *,
    locale: Locale = "zh",
    employee_no: str | None = None,
    folder: Path | None = None,
    is_locked: bool = False,
    advance: Callable[[], None] = lambda: None,
) -> Written:
    """Write the payslips of a run, one PDF each, into a folder.

    With ``is_locked`` each opens with its person's password alone, by the company's rule.
    Without ``folder`` they go under the instance, and what an earlier making of the whole run left
    there and nobody has any more is removed. One slip that cannot be drawn loses no other.

    Raises:
        NotFoundError: the run is not in reach.
        InputError: nobody in the run has the employee number.
    """
    reader = RunReader.open(session, scope, run_id)
    keys = [key for key in reader.keys if employee_no in (None, key.employee_no)]
    session.rollback()
    run = reader.run
    if employee_no is not None and not keys:
        raise InputError("document.no_such_employee", employee_no=employee_no, period=run.period)
    target = (
        folder
        or _folder_of(run, term(f"run_kind.{run.kind}"), reader.facts.company.company_code)
        / "payslips"
    )
    tasks = _tasks(session, reader, keys, target, locale, is_locked=is_locked)
    workers = 1 if len(keys) <= _FEW else None
    paths: list[Path] = []
    failures: list[tuple[str, DomainError]] = []
    for number, outcome in run_wide(_draw_to_file, tasks, workers=workers, chunk=_CHUNK):
        if isinstance(outcome, DomainError):
            failures.append((number, outcome))
        else:
            paths.append(outcome)
        advance()
    if folder is None and employee_no is None:
        _remove_others(target, paths, locale)
    made = MadeOf(run.id, run.company_id, run.result_hash)
    with unit_of_work() as writing:
        note_made(writing, actor, "payslip.produce", made, len(paths))
    return Written(tuple(paths), tuple(failures))


def write_registers(
    session: Session,
    scope: Scope,
    run_id: int,
    actor: Actor,
    *,
    locale: Locale = "zh",
    folder: Path | None = None,
) -> list[Path]:
    """Write a run's register as spreadsheet, as CSV and as PDF.

    Raises:
        NotFoundError: the run is not in reach.
        FontError: a name holds a character that no font has.
    """
    view = queries.register_view(session, scope, run_id)
    session.rollback()
    target = folder or _folder_of(view, view.kind, view.company_code)
    paths = []
    for ending in REGISTER_ENDINGS:
        document = register_document(view, ending, locale)
        paths.append(target / document.name)
        write_bytes(paths[-1], document.content)
    made = MadeOf(view.run_id, view.company_id, view.result_hash)
    with unit_of_work() as writing:
        note_made(writing, actor, "register.produce", made, len(paths))
    return paths


def _folder_of(run: Any, kind: Text, company_code: str) -> Path:
    """Return where the documents of a run go under the instance: those of a run apart lie apart.

    ``produced/2026-12/<company>``, ``produced/2026-12_1/<company>``. ``run`` has ``period`` and ``number``.
    """
    is_apart = kind != term("run_kind.regular")
    name = f"{run.period}_{run.number}" if is_apart else str(run.period)
    return installation().instance / "produced" / name / safe_name(company_code)


@dataclass(frozen=True, slots=True)
class MadeOf:
    """The run whose documents were made, and the results that they show."""

    run_id: int
    company_id: int
    result_hash: str


def note_made(session: Session, actor: Actor, action: str, made: MadeOf, files: int) -> None:
    """Write into the audit that documents of a run were made."""
    audit.record(
        session,
        actor,
        action,
        "payroll_run",
        made.run_id,
        company_id=made.company_id,
        after={"files": files, "result_hash": made.result_hash},
    )


@dataclass(frozen=True, slots=True)
class _Task:
    """One payslip to be drawn by another process."""

    view: PayslipView
    font_folder: Path
    check_url: str
    locale: Locale
    path: Path
    password: str | None


def _tasks(
    session: Session,
    reader: RunReader,
    keys: Sequence[SlipKey],
    target: Path,
    locale: Locale,
    *,
    is_locked: bool,
) -> Iterator[_Task]:
    """Read payslips some at a time, as the drawing goes on."""
    fonts = installation().font_folder
    for first in range(0, len(keys), _READ_TOGETHER):
        views = reader.views(session, keys[first : first + _READ_TOGETHER])
        # Drawing is long work: no reading transaction stays open meanwhile.
        session.rollback()
        for view in views:
            password = reader.password(view) if is_locked else None
            path = target / payslip_name(view, locale)
            yield _Task(view, fonts, check_url(view.public_id), locale, path, password)


def _draw_to_file(task: _Task) -> tuple[str, Path | DomainError]:
    """Draw a payslip into its file; return whose it is, and the file or why there is none."""
    view = task.view
    try:
        content = draw_payslip(view, load_fonts(task.font_folder), task.check_url, task.locale)
    except DomainError as error:
        return view.employee_no, error
    if task.password is not None:
        content = locked(content, task.password)
    write_bytes(task.path, content)
    return view.employee_no, task.path


def payslip_name(view: PayslipView, locale: Locale) -> str:
    """Return the file name of a payslip: month, number and name, and what a run apart was ordered for."""
    words = [labels.PAYSLIP.in_locale(locale), str(view.period), view.employee_no, view.person_name]
    if view.title is not None:
        words.append(view.title)
    return made_name(*words, ending="pdf")


def _remove_others(folder: Path, kept: Sequence[Path], locale: Locale) -> None:
    """Remove payslips of an earlier making of the run, in the same language."""
    for path in folder.glob(f"{labels.PAYSLIP.in_locale(locale)}_*.pdf"):
        if path not in kept:
            path.unlink()
