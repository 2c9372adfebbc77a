"""A page of the book: its margins, its words, and what all its pages are made of."""

from __future__ import annotations

from typing import Final

from reportlab.lib.colors import Color

from workforce.book import words
from workforce.book.model import Book, Chapter
from workforce.bureau.faces import words as report_words
from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.documents.drawing import A4, BRAND, INK, MUTED, Block, Paper
from workforce.documents.fonts import Fonts
from workforce.platform.formatting import day

MARGIN: Final = 54.0
TOP: Final = 64.0
BOTTOM: Final = 56.0
BODY: Final = 10.0
BODY_LEADING: Final = 15.6
SMALL: Final = 8.0
SMALL_LEADING: Final = 12.4

_HEAD: Final = 58.0
_TERMS: Final = 150.0


class Sheet:
    """The paper of a book, with where its chapters are once they are laid out."""

    def __init__(self, book: Book, fonts: Fonts, locale: Locale) -> None:
        self.book = book
        self.fonts = fonts
        self.locale = locale
        self.period = self.say(report_words.period(book.period))
        self.base = self.say(book.base)
        self.title = f"{self.base} {self.period} {self.say(words.TITLE)}"
        self.paper = Paper(A4, fonts, title=self.title, author=self.base, locale=locale)
        self.right = self.paper.width - MARGIN
        self.width = self.right - MARGIN
        self.room = self.paper.height - TOP - BOTTOM
        self.defined: dict[Text, str] = {}
        self.heads: dict[str, Block] = {}
        self.page_of: dict[str, int] = {}

    def say(self, text: Text, **values: object) -> str:
        """Return words in the language of the book, with what they leave open filled in."""
        found = text.in_locale(self.locale)
        return found.format(**values) if values else found

    def pair(self, label: Text, value: str) -> str:
        """Return ``label: value``."""
        return report_words.pair(label, value, self.locale)

    def issue_line(self, at: int) -> str:
        """Name an issue of the quarter with when it was published."""
        issue = self.book.issues[at]
        issued = report_words.issue(issue.period, issue.number)
        on = day(issue.published_at.date())
        return (
            f"{self.say(issued)} ({on})" if self.locale == "en" else f"{self.say(issued)}（{on}）"
        )

    @property
    def joint(self) -> str:
        """What stands between the names of a list."""
        return ", " if self.locale == "en" else "、"

    def missing_note(self) -> str:
        """Say which months are not published."""
        months = self.joint.join(str(month) for month in self.book.missing)
        return self.say(words.MISSING, months=months)

    def topic(self, chapter: Chapter) -> str:
        """Name a chapter."""
        return self.say(term(f"exhibit_topic.{chapter.topic}"))

    def head(self, key: str, name: str, *, number: str = "") -> Block:
        """Return the head of a chapter, kept with what follows it."""

        def draw(paper: Paper, y: float) -> None:
            paper.bookmark(key, f"{number} {name}".strip(), y)
            base, x = y + 30, MARGIN
            if number:
                x += paper.text(x, base, number, 22, bold=True, color=BRAND) + 12
            paper.text(x, base, name, 22, bold=True, color=BRAND)
            paper.rule(MARGIN, y + 42, self.right, color=BRAND, thickness=1.6)

        block = Block(_HEAD, draw, glued=True)
        self.heads[key] = block
        return block

    def lines(
        self,
        text: str,
        size: float,
        leading: float,
        *,
        indent: float = 0.0,
        color: Color = INK,
        after: float = 0.0,
    ) -> Block:
        """Return a paragraph."""
        wrapped = self.paper.wrap(text, size, self.width - indent)

        def draw(paper: Paper, y: float) -> None:
            for at, line in enumerate(wrapped):
                base = y + leading * (at + 0.75)
                paper.text(MARGIN + indent, base, line, size, color=color)

        return Block(len(wrapped) * leading + after, draw)

    def term(self, name: str, meaning: str, *, is_tight: bool = False) -> Block:
        """Return a name with its meaning beside it; ``is_tight`` leaves no room below."""
        names = self.paper.wrap(name, SMALL, _TERMS - 12, bold=True)
        lines = self.paper.wrap(meaning, SMALL, self.width - _TERMS)

        def draw(paper: Paper, y: float) -> None:
            for at, line in enumerate(names):
                base = y + 10 + at * SMALL_LEADING
                paper.text(MARGIN, base, line, SMALL, bold=True)
            for at, line in enumerate(lines):
                paper.text(MARGIN + _TERMS, y + 10 + at * SMALL_LEADING, line, SMALL)

        below = 0 if is_tight else 6
        return Block(max(len(names), len(lines)) * SMALL_LEADING + below, draw)

    def running_head(self) -> None:
        """Draw what stands above every page."""
        paper = self.paper
        lines = paper.wrap(self.title, SMALL, self.width)
        for at, line in enumerate(reversed(lines)):
            paper.text(MARGIN, 38 - at * 10, line, SMALL, color=MUTED)
        paper.rule(MARGIN, 45, self.right)

    def foot(self, number: int, total: int) -> None:
        """Draw the number of the page."""
        paper, base = self.paper, self.paper.height - 30
        paper.text(MARGIN, base, self.book.digest[:16], 6.4, color=MUTED)
        paper.text(self.right, base, f"{number} / {total}", SMALL, color=MUTED, align="right")
