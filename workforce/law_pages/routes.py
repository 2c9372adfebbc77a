"""What the pages of the law share: their routes, and the law of this installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce.law_pages import service
from workforce.law_pages.changes import law_folder
from workforce.platform.installation import installation
from workforce.platform.law_book import law_book
from workforce.platform.web import SliceRoutes

if TYPE_CHECKING:
    from pathlib import Path


ROUTES = SliceRoutes("law_pages", __name__)


def installed_law() -> service.Law:
    """Return the law with what was added here."""
    return service.law_of(law_book())


def installed_folder() -> Path:
    """Return where this installation keeps what was added to the law."""
    return law_folder(installation().instance)
