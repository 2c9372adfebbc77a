"""A quarter's book on paper: cover, contents, the quarter in short, a chapter for each topic, and what closes it.

Pages are laid out before any is drawn, so that the contents can name them. The same book is the same
bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from reportlab.lib.colors import Color, HexColor

from workforce.book import words
from workforce.book.drawing import Drawn, drawn, is_narrow
from workforce.book.model import Book, Chapter, Entry
from workforce.book.summary import Fact, Summary, summarise
from workforce.bureau import words as report_words
from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.documents.drawing import (
    A4,
    BRAND,
    INK,
    MUTED,
    TINT,
    WARNING,
    Block,
    Paper,
    paginate,
)
from workforce.documents.fonts import Fonts
from workforce.platform.formatting import day
from workforce.statistics.disclosure import RULES

_MARGIN: Final = 54.0
_TOP: Final = 64.0
_BOTTOM: Final = 56.0
_GUTTER: Final = 26.0
_AFTER_EXHIBIT: Final = 20.0
_HEAD: Final = 58.0
_TITLE: Final = 17.0
_CAPTION: Final = 6.8
_CAPTION_LEADING: Final = 9.8
_NAMES: Final = 62.0
_TERMS: Final = 150.0
_LEAST_ORNAMENT: Final = 6
_BODY: Final = 10.0
_BODY_LEADING: Final = 17.0
_SMALL: Final = 8.0
_SMALL_LEADING: Final = 12.4
_LEAST_SHARE: Final = 0.42
"""A chapter begins on the page of the one before where so much of it is left."""
_SPACE: Final = Block(16.0, lambda _paper, _y: None, glued=False)
PALE: Final = HexColor("#d5e0f0")


def draw_book(book: Book, fonts: Fonts, locale: Locale) -> bytes:
    """Return a book as PDF.

    Raises:
        FontError: a name holds a character that no font has.
    """
    return _BookPaper(book, fonts, locale).draw()


@dataclass(slots=True)
class _Pages:
    """The pages that are laid out so far."""

    room: float
    pages: list[list[Block]] = field(default_factory=list)

    def add(self, blocks: Sequence[Block]) -> None:
        """Lay a chapter out: behind the one before where enough of its page is left, else on a new one."""
        left = self.room - sum(block.height for block in self.pages[-1]) if self.pages else 0.0
        if left < self.room * _LEAST_SHARE:
            self.pages += paginate(blocks, self.room, self.room)
            return
        laid = paginate([_SPACE, *blocks], left, self.room)
        self.pages[-1] += laid[0]
        self.pages += laid[1:]


class _BookPaper:
    """One book being laid out and drawn."""

    def __init__(self, book: Book, fonts: Fonts, locale: Locale) -> None:
        self.book = book
        self.fonts = fonts
        self.locale = locale
        self.period = self.say(report_words.period(book.period))
        self.title = f"{self.say(words.BASE)} {self.period} {self.say(words.TITLE)}"
        self.paper = Paper(A4, fonts, title=self.title, author=self.say(words.BASE), locale=locale)
        self.right = self.paper.width - _MARGIN
        self.width = self.right - _MARGIN
        self.room = self.paper.height - _TOP - _BOTTOM
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

    def draw(self) -> bytes:
        """Lay all pages out, then draw them."""
        front, body = _Pages(self.room), _Pages(self.room)
        front.add(self.summary(summarise(self.book)))
        for chapter in self.book.chapters:
            body.add(self.chapter(chapter))
        for closing in (self.withheld(), self.glossary(), self.sources()):
            body.add(closing)
        pages = [*front.pages, *body.pages]
        keys = {id(block): key for key, block in self.heads.items()}
        first = 3
        for number, page in enumerate(pages, start=first):
            self.page_of |= {keys[id(block)]: number for block in page if id(block) in keys}
        total = len(pages) + first - 1
        self.cover()
        self.paper.next_page()
        self.contents()
        self.foot(first - 1, total)
        for number, page in enumerate(pages, start=first):
            self.paper.next_page()
            self.running_head()
            y = _TOP
            for block in page:
                block.draw(self.paper, y)
                y += block.height
            self.foot(number, total)
        return self.paper.finish()

    # Around the pages

    def cover(self) -> None:
        """Draw the first page; the months of jobs are its only ornament."""
        paper, book = self.paper, self.book
        paper.bookmark("cover", self.title, 0)
        paper.text(_MARGIN, 92, self.say(words.BASE), 15, bold=True, color=BRAND)
        paper.rule(_MARGIN, 106, self.right, color=BRAND, thickness=2.4)
        paper.text(_MARGIN, 196, self.period, 44, bold=True, color=BRAND, max_width=self.width)
        paper.text(_MARGIN, 236, self.say(words.TITLE), 24, color=INK)
        paper.text(_MARGIN, 262, self.say(words.SUBTITLE), 12, color=MUTED, max_width=self.width)
        self.ornament(330, 190)
        lines = [
            (words.DATA_FROM, "、".join(self.issue_line(at) for at in range(len(book.issues)))),
            (words.MADE_ON, day(book.made_on)),
            (words.DIGEST, book.digest),
        ]
        y = 610.0
        paper.rule(_MARGIN, y - 20, self.right)
        for label, value in lines:
            paper.text(_MARGIN, y, self.say(label), 9, color=MUTED)
            for line in paper.wrap(value, 9, self.width - 76):
                paper.text(_MARGIN + 76, y, line, 9)
                y += 15
            y += 3
        if book.missing:
            for line in paper.wrap(self.missing_note(), 9, self.width):
                paper.text(_MARGIN, y + 4, line, 9, color=WARNING)
                y += 15
        base = paper.height - 60
        paper.text(_MARGIN, base, self.say(words.FOR_LEADERS), 9, color=MUTED, max_width=self.width)

    def issue_line(self, at: int) -> str:
        """Name an issue of the quarter with when it was published."""
        issue = self.book.issues[at]
        issued = report_words.issue(issue.period, issue.number)
        return f"{self.say(issued)}（{day(issue.published_at.date())}）"

    def missing_note(self) -> str:
        """Say which months are not published."""
        joint = ", " if self.locale == "en" else "、"
        months = joint.join(str(month) for month in self.book.missing)
        return self.say(words.MISSING, months=months)

    def ornament(self, y: float, height: float) -> None:
        """Draw the jobs of all months as plain bars, those of the quarter dark."""
        exhibit = self.book.exhibit("jobs_by_month")
        if exhibit is None:
            return
        numbers = [value.number or 0 for value in exhibit.rows[0].values]
        if len(numbers) < _LEAST_ORNAMENT or not max(numbers):
            return
        each = self.width / len(numbers)
        for at, number in enumerate(numbers):
            tall = height * number / max(numbers)
            is_of_quarter = at >= len(numbers) - len(self.book.period.months)
            fill = BRAND if is_of_quarter else PALE
            left = _MARGIN + at * each
            self.paper.box(left, y + height - tall, max(each - 2, 0.6), tall, fill=fill)

    def contents(self) -> None:
        """Draw the page that names the chapters, and how the book is read."""
        paper, y = self.paper, _TOP + 26.0
        paper.bookmark("contents", self.say(words.CONTENTS), 0)
        paper.text(_MARGIN, y, self.say(words.CONTENTS), 22, bold=True, color=BRAND)
        y += 38
        self.contents_line("summary", self.say(words.SUMMARY), y)
        y += 25
        for chapter in self.book.chapters:
            name = f"{chapter.number}  {self.topic(chapter)}"
            self.contents_line(f"chapter-{chapter.number}", name, y)
            titles = [self.say(entry.exhibit.title) for entry in chapter.entries]
            for line in self.strung(titles, self.width - 60):
                y += _SMALL_LEADING
                paper.text(_MARGIN + 17, y, line, _SMALL, color=MUTED)
            y += 23
        for key, label in (
            ("withheld", words.WITHHELD),
            ("glossary", words.GLOSSARY),
            ("sources", words.SOURCES),
        ):
            self.contents_line(key, self.say(label), y)
            y += 19
        y = max(y + 12, paper.height - _BOTTOM - 96)
        paper.box(_MARGIN, y, self.width, 84, fill=TINT, radius=4)
        paper.text(_MARGIN + 14, y + 19, self.say(words.SIGNS), 9, bold=True, color=BRAND)
        for at, line in enumerate(words.SIGN_LINES):
            base = y + 34 + at * 12.5
            paper.text(_MARGIN + 14, base, self.say(line), _SMALL, max_width=self.width - 28)

    def strung(self, titles: Sequence[str], room: float) -> list[str]:
        """Return lines of titles, none of which is broken."""
        lines = [titles[0]]
        for title in titles[1:]:
            longer = f"{lines[-1]}  ·  {title}"
            if self.fonts.width(longer, _SMALL) <= room:
                lines[-1] = longer
            else:
                lines.append(title)
        return lines

    def contents_line(self, key: str, name: str, y: float) -> None:
        """Draw a line of the contents, which leads to its page."""
        paper = self.paper
        used = paper.text(_MARGIN, y, name, 11, bold=True, max_width=self.width - 60)
        number = paper.text(self.right, y, str(self.page_of[key]), 11, align="right")
        paper.dotted(_MARGIN + used + 8, y - 2, self.right - number - 8)
        paper.link(key, _MARGIN, y - 11, self.width, 15)

    def running_head(self) -> None:
        """Draw what stands above every page."""
        paper = self.paper
        paper.text(_MARGIN, 38, self.title, _SMALL, color=MUTED, max_width=self.width)
        paper.rule(_MARGIN, 45, self.right)

    def foot(self, number: int, total: int) -> None:
        """Draw the number of the page."""
        paper, base = self.paper, self.paper.height - 30
        paper.text(_MARGIN, base, self.book.digest[:16], 6.4, color=MUTED)
        paper.text(self.right, base, f"{number} / {total}", _SMALL, color=MUTED, align="right")

    def topic(self, chapter: Chapter) -> str:
        """Name a chapter."""
        return self.say(term(f"exhibit_topic.{chapter.topic}"))

    def head(self, key: str, name: str, *, number: str = "") -> Block:
        """Return the head of a chapter, kept with what follows it."""

        def draw(paper: Paper, y: float) -> None:
            paper.bookmark(key, f"{number} {name}".strip(), y)
            base, x = y + 30, _MARGIN
            if number:
                x += paper.text(x, base, number, 22, bold=True, color=BRAND) + 12
            paper.text(x, base, name, 22, bold=True, color=BRAND)
            paper.rule(_MARGIN, y + 42, self.right, color=BRAND, thickness=1.6)

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
                paper.text(_MARGIN + indent, base, line, size, color=color)

        return Block(len(wrapped) * leading + after, draw)

    # The quarter in short

    def summary(self, summary: Summary) -> list[Block]:
        """Return the page that tells the quarter in sentences."""
        blocks = [self.head("summary", self.say(words.SUMMARY))]
        if summary.facts:
            blocks.append(self.facts(summary.facts))
        for topic, sentences in summary.paragraphs:
            name = self.say(term(f"exhibit_topic.{topic}"))
            blocks.append(self.paragraph(name, [self.say(sentence) for sentence in sentences]))
        if self.book.missing:
            note = self.missing_note()
            blocks.append(self.lines(note, _SMALL, _SMALL_LEADING, color=WARNING))
        return blocks

    def facts(self, facts: Sequence[Fact]) -> Block:
        """Return the figures that open the summary."""
        each = self.width / len(facts)

        def draw(paper: Paper, y: float) -> None:
            for at, fact in enumerate(facts):
                x, room = _MARGIN + at * each, each - 14
                paper.box(x, y + 4, 2.2, 58, fill=BRAND)
                paper.text(x + 10, y + 14, self.say(fact.label), 8.4, color=MUTED, max_width=room)
                unit = self.say(fact.unit)
                wide = self.fonts.width(fact.text, 22, bold=True)
                free = room - 4 - self.fonts.width(unit, 9)
                size = min(22.0, 22.0 * free / max(wide, 1))
                used = paper.text(x + 10, y + 41, fact.text, size, bold=True, color=BRAND)
                paper.text(x + 13 + used, y + 41, unit, 9, color=MUTED)
                change = self.say(fact.change)
                paper.text(x + 10, y + 58, change, 7.6, color=MUTED, max_width=room)

        return Block(92, draw)

    def paragraph(self, name: str, sentences: Sequence[str]) -> Block:
        """Return what is said of a topic: its name, and its sentences beside it."""
        lines = [
            (line, at == 0)
            for sentence in sentences
            for at, line in enumerate(self.paper.wrap(sentence, _BODY, self.width - _NAMES - 12))
        ]

        def draw(paper: Paper, y: float) -> None:
            paper.text(_MARGIN, y + 14, name, _BODY, bold=True, color=BRAND, max_width=_NAMES - 8)
            for at, (line, opens) in enumerate(lines):
                base = y + 14 + at * _BODY_LEADING
                if opens:
                    paper.dot(_MARGIN + _NAMES + 2, base - 3.4, 1.3, fill=BRAND)
                paper.text(_MARGIN + _NAMES + 11, base, line, _BODY)

        return Block(len(lines) * _BODY_LEADING + 13, draw)

    # Chapters

    def chapter(self, chapter: Chapter) -> list[Block]:
        """Return a chapter: its exhibits, two small ones beside each other."""
        blocks = [
            self.head(f"chapter-{chapter.number}", self.topic(chapter), number=str(chapter.number))
        ]
        waiting: Entry | None = None
        for entry in chapter.entries:
            if not is_narrow(entry.exhibit):
                if waiting is not None:
                    blocks.append(self.exhibits([waiting]))
                    waiting = None
                blocks.append(self.exhibits([entry]))
            elif waiting is None:
                waiting = entry
            else:
                blocks.append(self.exhibits([waiting, entry]))
                waiting = None
        if waiting is not None:
            blocks.append(self.exhibits([waiting]))
        return blocks

    def exhibits(self, entries: Sequence[Entry]) -> Block:
        """Return one exhibit, or two beside each other."""
        narrow = (self.width - _GUTTER) / 2
        width = narrow if len(entries) > 1 else self.width
        placed = [self.exhibit(entry, width) for entry in entries]

        def draw(paper: Paper, y: float) -> None:
            for at, one in enumerate(placed):
                one.draw(paper, _MARGIN + at * (width + _GUTTER), y)

        return Block(max(one.height for one in placed) + _AFTER_EXHIBIT, draw)

    def exhibit(self, entry: Entry, width: float) -> Drawn:
        """Return an exhibit with its title above it and what is to be known of it below."""
        exhibit = entry.exhibit
        picture = drawn(exhibit, self.fonts, width, self.locale)
        captions = [
            line for text in self.captions(entry) for line in self.paper.wrap(text, _CAPTION, width)
        ]
        top = _TITLE + 8

        def draw(paper: Paper, x: float, y: float) -> None:
            title = f"{entry.number}  {self.say(exhibit.title)}"
            paper.bookmark(f"exhibit-{entry.number}", title, y, level=1)
            notes = self.say(exhibit.unit)
            if len(exhibit.columns) == 1:
                notes = f"{self.say(exhibit.columns[0])} · {notes}"
            room = self.fonts.width(notes, _SMALL)
            paper.text(x, y + 11, title, 10.5, bold=True, max_width=width - room - 10)
            paper.text(x + width, y + 11, notes, _SMALL, color=MUTED, align="right")
            paper.rule(x, y + _TITLE, x + width, color=BRAND, thickness=0.7)
            picture.draw(paper, x, y + top)
            base = y + top + picture.height + 10
            for at, line in enumerate(captions):
                paper.text(x, base + at * _CAPTION_LEADING, line, _CAPTION, color=MUTED)

        height = top + picture.height + 6 + len(captions) * _CAPTION_LEADING
        return Drawn(height, draw)

    def captions(self, entry: Entry) -> list[str]:
        """Return what stands below an exhibit; a definition that was given before is named only."""
        exhibit = entry.exhibit
        texts = []
        before = self.defined.setdefault(exhibit.definition, entry.number)
        defined = (
            self.say(exhibit.definition)
            if before == entry.number
            else self.say(words.AS_BEFORE, number=before)
        )
        texts.append(self.pair(words.DEFINITION, defined))
        if exhibit.note is not None:
            texts.append(self.pair(words.NOTE, self.say(exhibit.note)))
        texts.append(self.pair(words.SOURCE, self.say(exhibit.source)))
        return texts

    # What closes the book

    def withheld(self) -> list[Block]:
        """Return what is withheld, and by which rules."""
        book = self.book
        blocks = [self.head("withheld", self.say(words.WITHHELD))]
        blocks.append(self.lines(self.say(RULES.statement), _SMALL, _SMALL_LEADING, after=8))
        said = words.WITHHELD_ALL if book.withheld else words.WITHHELD_NONE
        blocks.append(self.lines(self.say(said), _BODY, _BODY_LEADING))
        for entry in book.withheld:
            title = f"※  {self.say(entry.exhibit.title)}"
            blocks.append(self.lines(title, _BODY, _BODY_LEADING, indent=12))
        entries = [entry for chapter in book.chapters for entry in chapter.entries]
        count = sum(entry.withheld_count for entry in entries)
        if count:
            some = self.say(words.WITHHELD_SOME, count=count)
            blocks.append(self.lines(some, _BODY, _BODY_LEADING, after=14))
        return blocks

    def glossary(self) -> list[Block]:
        """Return the definitions of all exhibits, each once, in the order of the book."""
        blocks = [self.head("glossary", self.say(words.GLOSSARY))]
        given: dict[Text, Entry] = {}
        for chapter in self.book.chapters:
            for entry in chapter.entries:
                given.setdefault(entry.exhibit.definition, entry)
        for definition, entry in given.items():
            name = f"{entry.number} {self.say(entry.exhibit.title)}"
            blocks.append(self.term(name, self.say(definition)))
        return blocks

    def term(self, name: str, meaning: str, *, is_tight: bool = False) -> Block:
        """Return a name with its meaning beside it; ``is_tight`` leaves no room below."""
        names = self.paper.wrap(name, _SMALL, _TERMS - 12, bold=True)
        lines = self.paper.wrap(meaning, _SMALL, self.width - _TERMS)

        def draw(paper: Paper, y: float) -> None:
            for at, line in enumerate(names):
                base = y + 10 + at * _SMALL_LEADING
                paper.text(_MARGIN, base, line, _SMALL, bold=True)
            for at, line in enumerate(lines):
                paper.text(_MARGIN + _TERMS, y + 10 + at * _SMALL_LEADING, line, _SMALL)

        below = 0 if is_tight else 6
        return Block(max(len(names), len(lines)) * _SMALL_LEADING + below, draw)

    def sources(self) -> list[Block]:
        """Return which issues were read, and the hashes that prove it."""
        book = self.book
        blocks = [self.head("sources", self.say(words.SOURCES))]
        for at, issue in enumerate(book.issues):
            told = [
                self.pair(words.CONTENT_HASH, issue.content_sha256),
                self.pair(words.LAW_HASH, issue.law_hash),
                self.pair(words.CODE_VERSION, issue.code_version),
            ]
            issued = self.issue_line(at)
            blocks += [
                self.term(issued if line is told[0] else "", line, is_tight=line is not told[-1])
                for line in told
            ]
        blocks.append(self.term(self.say(words.DIGEST), book.digest))
        blocks.append(
            self.lines(self.say(words.HASHES), _SMALL, _SMALL_LEADING, color=MUTED, after=8)
        )
        joint = "; " if self.locale == "en" else "；"
        sources = {
            source: None
            for chapter in book.chapters
            for entry in chapter.entries
            for source in self.say(entry.exhibit.source).split(joint)
        }
        blocks += [
            self.lines(f"·  {source}", _SMALL, _SMALL_LEADING) for source in sources
        ]
        return blocks
