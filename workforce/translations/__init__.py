"""The English of the pages: gathered from code and templates, kept complete by a test."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_KEYWORDS: Final = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def catalogue_path(locale: str) -> Path:
    """Return the catalogue of a language other than Chinese."""
    return Path(__file__).parent / locale / "LC_MESSAGES" / "messages.po"


def read_catalogue(locale: str) -> Catalog:
    """Return the catalogue of a language as it stands."""
    with catalogue_path(locale).open("rb") as file:
        return read_po(file, locale=locale)


def texts_in_source(templates: Path) -> set[str]:
    """Return every text that the package and the templates want translated."""
    sources = ((_PACKAGE, [("**.py", "python")]), (templates, [("**.html", "jinja2")]))
    found: set[str] = set()
    for folder, methods in sources:
        for _file, _line, message, _comments, _context in extract_from_dir(
            folder, method_map=methods, keywords=_KEYWORDS
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found
