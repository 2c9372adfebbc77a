"""The fonts of every PDF: Noto Sans SC in two weights, and what stands in for its few gaps.

ReportLab has no fallback: a character that a font lacks is drawn as a box or as nothing, and no error
is raised (lesson P38). So text is split here into runs that one font can draw, and a character that
no font has is refused by name before a document is begun.

Noto Sans SC is static TrueType (ReportLab refuses OpenType/CFF) and comes with ``make setup``; HanaMin
is used for rare Han characters where the machine has it (Debian: ``fonts-hanazono``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from workforce.core.errors import DomainError
from workforce.platform.installation import installation

REGULAR_FILE: Final = "NotoSansSC-Regular.ttf"
BOLD_FILE: Final = "NotoSansSC-Bold.ttf"
FALLBACK_FILES: Final = ("HanaMinA.ttf", "HanaMinB.ttf")
_REMEMBERED: Final = 20_000
SYSTEM_FOLDERS: Final = (Path("/usr/share/fonts/truetype/hanazono"),)


class FontError(DomainError):
    """A document cannot be drawn: a font file is missing, or no font has a character."""


@dataclass(frozen=True, slots=True)
class Face:
    """One registered font: its ReportLab name and how it draws."""

    font: TTFont

    @property
    def name(self) -> str:
        """Name to give to ``Canvas.setFont``."""
        return str(self.font.fontName)

    def has(self, character: str) -> bool:
        """Tell whether the font can draw a character."""
        return ord(character) in self.font.face.charToGlyph


class Run(NamedTuple):
    """A stretch of text in one font; ``unit_width`` is its width at size 1."""

    face: Face
    text: str
    unit_width: float


class Fonts:
    """Both weights and the fallback; made by `load_fonts`, once per process."""

    def __init__(self, regular: Face, bold: Face, fallback_files: Sequence[Path]) -> None:
        """Keep the faces; a fallback font is opened when a text first needs it."""
        self._weights = {False: regular, True: bold}
        self._fallback_files = fallback_files
        # Labels and many figures come again on every slip of a run.
        self._measured = lru_cache(maxsize=_REMEMBERED)(self._measure)

    def runs(self, text: str, *, bold: bool = False) -> tuple[Run, ...]:
        """Split a text into the longest runs that one font can draw.

        Raises:
            FontError: no font has one of the characters.
        """
        return self._measured(text, bold)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a text is drawn, in points."""
        return size * sum(run.unit_width for run in self._measured(text, bold))

    def _measure(self, text: str, bold: bool) -> tuple[Run, ...]:  # noqa: FBT001 - called by cache
        primary = self._weights[bold]
        glyphs = primary.font.face.charToGlyph
        if all(ord(character) in glyphs for character in text):
            return (_run(primary, text),)
        found, start, current = [], 0, primary
        for index, character in enumerate(text):
            face = self._face_of(character, primary)
            if face is None:
                raise missing_glyph(character, text)
            if face is not current:
                if index > start:
                    found.append(_run(current, text[start:index]))
                start, current = index, face
        return (*found, _run(current, text[start:]))

    def missing(self, text: str) -> list[str]:
        """Return the characters that no font can draw, each once, in the order of the text."""
        primary = self._weights[False]
        return [
            character
            for character in dict.fromkeys(text)
            if self._face_of(character, primary) is None
        ]

    def require(self, texts: Iterable[str]) -> None:
        """Refuse a document before it is begun.

        Raises:
            FontError: names the character, and the text that holds it.
        """
        for text in texts:
            for character in self.missing(text):
                raise missing_glyph(character, text)

    def _face_of(self, character: str, primary: Face) -> Face | None:
        if primary.has(character):
            return primary
        for path in self._fallback_files:
            face = _open(path)
            if face.has(character):
                return face
        return None


def _run(face: Face, text: str) -> Run:
    return Run(face, text, float(face.font.stringWidth(text, 1)))


def missing_glyph(character: str, text: str) -> FontError:
    """Make the error that names a character nobody can draw."""
    return FontError(
        "document.glyph_missing",
        character=character,
        code_point=f"U+{ord(character):04X}",
        text=text,
    )


def installed_fonts() -> Fonts:
    """Return the fonts of this installation; needs an app context."""
    return load_fonts(installation().font_folder)


@cache
def load_fonts(folder: Path) -> Fonts:
    """Open the fonts of a folder and register them with ReportLab; once per process.

    Raises:
        FontError: Noto Sans SC is not in the folder, or is damaged.
    """
    fallback = [
        place / name
        for name in FALLBACK_FILES
        for place in (folder, *SYSTEM_FOLDERS)
        if (place / name).is_file()
    ]
    return Fonts(_open(folder / REGULAR_FILE), _open(folder / BOLD_FILE), fallback)


@cache
def _open(path: Path) -> Face:
    try:
        # A subset of what is written, without the whole of ASCII: smaller, and faster to make.
        font = TTFont(path.stem, str(path), asciiReadable=False)
    except (OSError, TTFError) as error:
        raise FontError("document.font_missing", path=str(path)) from error
    # ReportLab would copy the megabytes of outlines out of the file for every document.
    font.face.get_table = cache(font.face.get_table)  # type: ignore[method-assign]
    pdfmetrics.registerFont(font)
    return Face(font)
