"""A copy of the screen that opens from a file, for a hall without a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from workforce.board.rendering import Frame, screen_page
from workforce.board.snapshot import to_json
from workforce.config import resource_folder
from workforce.core.errors import InputError
from workforce.platform.files import write_bytes

if TYPE_CHECKING:
    from workforce.board.snapshot import Snapshot
    from workforce.core.text import Locale

PAGES: Final[dict[Locale, str]] = {"zh": "index.html", "en": "en.html"}
"""What the page of each language is called in the copy."""

_ASSETS: Final = (
    "css/board.css",
    "img/mark.svg",
    "js/board.js",
    "vendor/echarts/echarts.common.min.js",
    # Large, but the machine of a hall may have no Chinese font.
    "vendor/fonts/NotoSansSC-Bold.ttf",
    "vendor/fonts/NotoSansSC-Regular.ttf",
)
_FOLDER: Final = "files"


def write_copy(snapshot: Snapshot, folder: Path) -> list[Path]:
    """Write the pages of both languages, all that they need, and the figures as JSON; return the files.

    Raises:
        InputError: a script or font is missing; nothing is written.
    """
    static = resource_folder("static")
    missing = next((static / name for name in _ASSETS if not (static / name).is_file()), None)
    if missing is not None:
        raise InputError("board.no_assets", path=str(missing))
    contents = {f"{_FOLDER}/{name}": (static / name).read_bytes() for name in _ASSETS}
    for locale, name in PAGES.items():
        other = next(page for known, page in PAGES.items() if known != locale)
        frame = Frame(assets=lambda asset: f"{_FOLDER}/{asset}", language_url=other)
        contents[name] = screen_page(snapshot, locale, frame).encode()
    contents["board.json"] = to_json(snapshot).encode()
    for name, content in contents.items():
        write_bytes(folder / name, content)
    return [folder / name for name in contents]
