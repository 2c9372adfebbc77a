"""Chapters of the manual: Markdown files, read once and shown in the reader's language.

``templates/manual/<language>/<role>/<nn>-<topic>.md`` is one chapter; its first line is its title
(``# …``). Both languages have the same chapters. In a text:

- ``![what one sees](picture:<name>)`` shows ``static/pictures/<language>/<name>.webp``;
- ``[words](chapter:<role>/<nn>-<topic>)`` leads to another chapter;
- ``[words](/law/…)``, an address of this service, leads to a page. HTML is shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from markupsafe import Markup

from workforce.config import resource_folder
from workforce.core.errors import NotFoundError
from workforce.core.terms import terms_of

if TYPE_CHECKING:
    from markdown_it.token import Token

_CHAPTER: Final = "chapter:"
_PICTURE: Final = "picture:"
_NUMBERED: Final = re.compile(r"\d\d-[a-z][a-z-]*")
_TITLE: Final = "h1"
_PART: Final = "h2"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter as it is written."""

    role: str
    name: str
    title: str
    source: str

    @property
    def key(self) -> str:
        """Return what links call it: ``supervisor/02-grid``."""
        return f"{self.role}/{self.name}"


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of a chapter, to jump to."""

    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A chapter as a page: its text as HTML without the title, and its headings of the second level."""

    html: Markup
    headings: tuple[Heading, ...]


def folder() -> Path:
    """Return where the chapters of all languages lie."""
    return resource_folder("templates") / "manual"


@cache
def chapters(locale: str) -> tuple[Chapter, ...]:
    """Return the chapters of a language, in the order of the roles and of their numbers."""
    return tuple(
        _read(path, role)
        for role in terms_of("manual")
        for path in sorted((folder() / locale / role).glob("*.md"))
        if _NUMBERED.fullmatch(path.stem)
    )


def _read(path: Path, role: str) -> Chapter:
    source = path.read_text("utf-8")
    first, _, rest = source.partition("\n")
    if not first.startswith("# "):
        message = f"{path.name} of {role} does not begin with its title"
        raise ValueError(message)
    return Chapter(role, path.stem, first.removeprefix("# ").strip(), rest.lstrip())


def find(locale: str, role: str, name: str) -> tuple[Chapter | None, Chapter, Chapter | None]:
    """Return a chapter between the one before and the one after it in its role's part.

    Raises:
        NotFoundError: there is no such chapter.
    """
    part = [chapter for chapter in chapters(locale) if chapter.role == role]
    for number, chapter in enumerate(part):
        if chapter.name == name:
            before = part[number - 1] if number else None
            after = part[number + 1] if number + 1 < len(part) else None
            return before, chapter, after
    raise NotFoundError("web.not_found")


def pictures_and_links(chapter: Chapter) -> tuple[list[str], list[str]]:
    """Return the names of a chapter's pictures and the targets of its links: for the guard."""
    pictures, links = [], []
    for token in _inline(_parser().parse(chapter.source)):
        if token.type == "image":
            pictures.append(str(token.attrGet("src")).removeprefix(_PICTURE))
        elif token.type == "link_open":
            links.append(str(token.attrGet("href")))
    return pictures, links


def shown(
    chapter: Chapter, picture_url: Callable[[str], str | None], manual_url: Callable[[str], str]
) -> Shown:
    """Return a chapter as HTML.

    Args:
        chapter: what is shown.
        picture_url: gives a picture's address by its name, or None where it is not there.
        manual_url: gives a chapter's address by its key.
    """
    parser = _parser()
    tokens = parser.parse(chapter.source)
    headings = _number_headings(tokens)
    for token in _inline(tokens):
        if token.type == "image":
            address = picture_url(str(token.attrGet("src")).removeprefix(_PICTURE))
            if address is None:
                token.type, token.content, token.children = "text", "", []
            else:
                token.attrSet("src", address)
                token.attrSet("loading", "lazy")
        elif token.type == "link_open":
            target = str(token.attrGet("href"))
            if target.startswith(_CHAPTER):
                token.attrSet("href", manual_url(target.removeprefix(_CHAPTER)))
    html = parser.renderer.render(tokens, parser.options, {})
    # The source is ours and its HTML is escaped: the result is safe by construction.
    return Shown(Markup(html), tuple(headings))  # noqa: S704


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _inline(tokens: Sequence[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


def _number_headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give each heading an anchor that is the same in every language, and return the second level's."""
    found = []
    opening = [
        (token, following) for token, following in pairwise(tokens) if token.type == "heading_open"
    ]
    for number, (token, following) in enumerate(opening, start=1):
        if token.tag == _TITLE:
            message = (
                f"a chapter has one title, in its first line; this is another: {following.content}"
            )
            raise ValueError(message)
        anchor = f"part-{number}"
        token.attrSet("id", anchor)
        if token.tag == _PART:
            found.append(Heading(anchor, following.content))
    return found
