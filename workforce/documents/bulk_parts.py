"""One part of a run's payslips in bulk, drawn by a process of its own.

A part is a file under the name of what it says, so that one that lies there is done: a run whose
drawing was killed goes on where it stopped, and a part of other figures is never taken for it. Its
receipt, written last, names whom nobody could draw.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workforce.core.errors import DomainError
from workforce.documents.fonts import Fonts, load_fonts
from workforce.documents.layouts.payslip import draw_pairs, draw_payslip
from workforce.documents.locked_pdf import locked
from workforce.platform.crypto import signature
from workforce.platform.files import PRIVATE, write_bytes

if TYPE_CHECKING:
    from workforce.core.text import Locale
    from workforce.documents.views import PayslipView

_NAME_DIGITS: Final = 32
_LAYOUT: Final = 1
"""Counts up when payslips are drawn differently: parts of before are then not used."""


class Form(StrEnum):
    """What is made of a run's payslips."""

    ZIP = "zip"
    """One PDF a person."""
    LOCKED_ZIP = "locked"
    """One PDF a person, which opens with the person's password."""
    PAGES = "pages"
    """One PDF for the printer, two payslips to a sheet, by team."""

    @property
    def ending(self) -> str:
        """Return how the file's name ends."""
        return "pdf" if self is Form.PAGES else "zip"


@dataclass(frozen=True, slots=True)
class Slip:
    """A payslip to be drawn, with all that the drawing process cannot know."""

    view: PayslipView
    file_name: str
    check_url: str
    password: str | None


@dataclass(frozen=True, slots=True)
class PartFile:
    """Where a part lies; ``team`` is whose it is, where parts are by team."""

    content: Path
    """The payslips; there is no such file where nobody could be drawn."""
    receipt: Path
    """Says that the part is whole."""
    team: str | None

    @property
    def is_whole(self) -> bool:
        """Tell whether the part need not be drawn again.

        A kill while a finished file's parts are removed may leave a receipt without its payslips.
        """
        return self.receipt.is_file() and (
            self.content.is_file() or not Drawn.read(self.receipt).count
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Some payslips, and the file that they become."""

    file: PartFile
    form: Form
    locale: Locale
    font_folder: Path
    slips: tuple[Slip, ...]

    @classmethod
    def of(
        cls, folder: Path, form: Form, locale: Locale, font_folder: Path, slips: Sequence[Slip]
    ) -> Part:
        """Name a part after everything that it will say; needs the installation's keys."""
        said = repr((_LAYOUT, form, locale, slips)).encode()
        path = folder / signature(said)[:_NAME_DIGITS]
        file = PartFile(
            path.with_suffix(f".{form.ending}"), path.with_suffix(".json"), slips[0].view.team
        )
        return cls(file, form, locale, font_folder, tuple(slips))


@dataclass(frozen=True, slots=True)
class NotDrawn:
    """Whom nobody could draw, and why: a ``DomainError`` as plain values."""

    employee_no: str
    code: str
    params: dict[str, str]

    @property
    def error(self) -> DomainError:
        """Return the reason as an error that says itself in either language."""
        return DomainError(self.code, **self.params)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of a part."""

    count: int
    failures: tuple[NotDrawn, ...]

    @classmethod
    def read(cls, receipt: Path) -> Drawn:
        """Return what the receipt says."""
        said = json.loads(receipt.read_text("utf-8"))
        return cls(said["count"], tuple(NotDrawn(**each) for each in said["failures"]))


def draw_part(part: Part) -> Drawn:
    """Draw a part and write it; one slip that cannot be drawn loses no other."""
    draw = _pages if part.form is Form.PAGES else _files
    content, failures = draw(part, load_fonts(part.font_folder))
    if content:
        write_bytes(part.file.content, content, mode=PRIVATE)
    drawn = Drawn(len(part.slips) - len(failures), tuple(failures))
    said = json.dumps(asdict(drawn), ensure_ascii=False).encode()
    write_bytes(part.file.receipt, said, mode=PRIVATE)
    return drawn


def _files(part: Part, fonts: Fonts) -> tuple[bytes, list[NotDrawn]]:
    """Put each payslip into a small archive; what is compressed already is stored as it is."""
    failures = []
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for slip in part.slips:
            try:
                content = draw_payslip(slip.view, fonts, slip.check_url, part.locale)
            except DomainError as error:
                failures.append(_not_drawn(slip, error))
                continue
            if slip.password is not None:
                content = locked(content, slip.password)
            archive.writestr(zipfile.ZipInfo(slip.file_name), content)
    return written.getvalue() if len(failures) < len(part.slips) else b"", failures


def _pages(part: Part, fonts: Fonts) -> tuple[bytes, list[NotDrawn]]:
    """Draw the payslips into one document, without those that cannot be drawn."""
    try:
        return _drawn_together(part.slips, fonts, part.locale), []
    except DomainError:
        good, failures = [], []
        for slip in part.slips:
            try:
                draw_payslip(slip.view, fonts, slip.check_url, part.locale)
            except DomainError as error:
                failures.append(_not_drawn(slip, error))
            else:
                good.append(slip)
        return _drawn_together(good, fonts, part.locale) if good else b"", failures


def _drawn_together(slips: Sequence[Slip], fonts: Fonts, locale: Locale) -> bytes:
    return draw_pairs([(slip.view, slip.check_url) for slip in slips], fonts, locale)


def _not_drawn(slip: Slip, error: DomainError) -> NotDrawn:
    params = {name: str(value) for name, value in error.params.items()}
    return NotDrawn(slip.view.employee_no, error.code, params)
