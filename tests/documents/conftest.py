"""The fonts, once per process."""

import pytest

from workforce.config import default_font_folder
from workforce.documents.fonts import Fonts, load_fonts


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    """The fonts that ``make setup`` installed."""
    return load_fonts(default_font_folder())
