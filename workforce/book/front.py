"""What opens the book: its cover and its contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reportlab.lib.colors import HexColor

from workforce.book import words
from workforce.book.sheet import BOTTOM, MARGIN, SMALL, SMALL_LEADING, TOP, Sheet
from workforce.documents.drawing import BRAND, INK, MUTED, TINT, WARNING
from workforce.platform.exhibits import Shape, Topic
from workforce.platform.formatting import day

_LEAST_ORNAMENT: Final = 6
_PALE: Final = HexColor("#d5e0f0")


class Front(Sheet):
    """The pages before the quarter in short."""

    def cover(self) -> None:
        """Draw the first page; the months of jobs are its only ornament."""
        paper, book = self.paper, self.book
        paper.bookmark("cover", self.title, 0)
        for at, line in enumerate(reversed(paper.wrap(self.base, 15, self.width, bold=True))):
            paper.text(MARGIN, 92 - 20 * at, line, 15, bold=True, color=BRAND)
        paper.rule(MARGIN, 106, self.right, color=BRAND, thickness=2.4)
        paper.text(MARGIN, 196, self.period, 44, bold=True, color=BRAND, max_width=self.width)
        paper.text(MARGIN, 236, self.say(words.TITLE), 24, color=INK)
        paper.text(MARGIN, 262, self.say(words.SUBTITLE), 12, color=MUTED, max_width=self.width)
        self.ornament(330, 190)
        lines = [
            (words.DATA_FROM, self.joint.join(map(self.issue_line, range(len(book.issues))))),
            (words.MADE_ON, day(book.made_on)),
            (words.DIGEST, book.digest),
        ]
        y = 610.0
        paper.rule(MARGIN, y - 20, self.right)
        for label, value in lines:
            paper.text(MARGIN, y, self.say(label), 9, color=MUTED)
            for line in paper.wrap(value, 9, self.width - 76):
                paper.text(MARGIN + 76, y, line, 9)
                y += 15
            y += 3
        if book.missing:
            for line in paper.wrap(self.missing_note(), 9, self.width):
                paper.text(MARGIN, y + 4, line, 9, color=WARNING)
                y += 15
        base = paper.height - 60
        paper.text(MARGIN, base, self.say(words.FOR_LEADERS), 9, color=MUTED, max_width=self.width)

    def ornament(self, y: float, height: float) -> None:
        """Draw how the base grew as plain bars, the last quarter dark: the longest curve that is told of it."""
        rows = [
            [value.number for value in row.values if value.number is not None]
            for chapter in self.book.chapters
            for entry in chapter.entries
            if chapter.topic is Topic.GROWTH and entry.exhibit.shape is Shape.CURVES
            for row in entry.exhibit.rows
            if not row.is_reference
        ]
        numbers = max(rows, key=len, default=[])
        if len(numbers) < _LEAST_ORNAMENT or min(numbers) < 0 or not max(numbers):
            return
        each = self.width / len(numbers)
        for at, number in enumerate(numbers):
            tall = height * number / max(numbers)
            is_of_quarter = at >= len(numbers) - len(self.book.period.months)
            fill = BRAND if is_of_quarter else _PALE
            left = MARGIN + at * each
            self.paper.box(left, y + height - tall, max(each - 2, 0.6), tall, fill=fill)

    def contents(self) -> None:
        """Draw the page that names the chapters, and how the book is read."""
        paper, y = self.paper, TOP + 26.0
        paper.bookmark("contents", self.say(words.CONTENTS), 0)
        paper.text(MARGIN, y, self.say(words.CONTENTS), 22, bold=True, color=BRAND)
        y += 38
        self.contents_line("summary", self.say(words.SUMMARY), y)
        y += 25
        for chapter in self.book.chapters:
            name = f"{chapter.number}  {self.topic(chapter)}"
            self.contents_line(f"chapter-{chapter.number}", name, y)
            titles = [self.say(entry.exhibit.title) for entry in chapter.entries]
            for line in self.strung(titles, self.width - 60):
                y += SMALL_LEADING
                paper.text(MARGIN + 17, y, line, SMALL, color=MUTED)
            y += 23
        for key, label in (
            ("withheld", words.WITHHELD),
            ("glossary", words.GLOSSARY),
            ("sources", words.SOURCES),
        ):
            self.contents_line(key, self.say(label), y)
            y += 19
        y = max(y + 12, paper.height - BOTTOM - 96)
        paper.box(MARGIN, y, self.width, 84, fill=TINT, radius=4)
        paper.text(MARGIN + 14, y + 19, self.say(words.SIGNS), 9, bold=True, color=BRAND)
        for at, sign in enumerate(words.SIGN_LINES):
            base = y + 34 + at * 12.5
            paper.text(MARGIN + 14, base, self.say(sign), SMALL, max_width=self.width - 28)

    def strung(self, titles: Sequence[str], room: float) -> list[str]:
        """Return lines of titles, none of which is broken."""
        lines = [titles[0]]
        for title in titles[1:]:
            longer = f"{lines[-1]}  ·  {title}"
            if self.fonts.width(longer, SMALL) <= room:
                lines[-1] = longer
            else:
                lines.append(title)
        return lines

    def contents_line(self, key: str, name: str, y: float) -> None:
        """Draw a line of the contents, which leads to its page."""
        paper = self.paper
        used = paper.text(MARGIN, y, name, 11, bold=True, max_width=self.width - 60)
        number = paper.text(self.right, y, str(self.page_of[key]), 11, align="right")
        paper.dotted(MARGIN + used + 8, y - 2, self.right - number - 8)
        paper.link(key, MARGIN, y - 11, self.width, 15)
