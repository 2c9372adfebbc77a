"""A quarter's book on paper: cover, contents, the quarter in short, a chapter for each topic, and what closes it.

Pages are laid out before any is drawn, so that the contents can name them. The same book is the same
bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from workforce.book import words
from workforce.book.drawing import Drawn, drawn, is_narrow
from workforce.book.front import Front
from workforce.book.model import Book, Chapter, Entry
from workforce.book.sheet import BODY, BODY_LEADING, MARGIN, SMALL, SMALL_LEADING, TOP
from workforce.book.summary import Fact, Summary, summarise
from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.documents.drawing import (
    BRAND,
    MUTED,
    WARNING,
    Block,
    Paper,
    paginate,
)
from workforce.documents.fonts import Fonts
from workforce.platform.exhibits import Shape, readable
from workforce.statistics.disclosure import RULES

_GUTTER: Final = 26.0
_AFTER_EXHIBIT: Final = 20.0
_TITLE: Final = 17.0
_HEAD_SIZE: Final = 10.5
_HEAD_LEADING: Final = 13.5
_CAPTION: Final = 6.8
_CAPTION_LEADING: Final = 9.8
_NAMES: Final = 72.0
_LEAST_SHARE: Final = 0.42
"""A chapter begins on the page of the one before where so much of it is left."""
_SPACE: Final = Block(16.0, lambda _paper, _y: None, glued=False)


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


class _BookPaper(Front):
    """One book being laid out and drawn."""

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
            y = TOP
            for block in page:
                block.draw(self.paper, y)
                y += block.height
            self.foot(number, total)
        return self.paper.finish()

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
            blocks.append(self.lines(note, SMALL, SMALL_LEADING, color=WARNING))
        return blocks

    def facts(self, facts: Sequence[Fact]) -> Block:
        """Return the figures that open the summary."""
        each = self.width / len(facts)

        def draw(paper: Paper, y: float) -> None:
            for at, fact in enumerate(facts):
                x, room = MARGIN + at * each, each - 14
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
        names = self.paper.wrap(name, BODY, _NAMES - 8, bold=True)
        lines = [
            (line, at == 0)
            for sentence in sentences
            for at, line in enumerate(self.paper.wrap(sentence, BODY, self.width - _NAMES - 12))
        ]

        def draw(paper: Paper, y: float) -> None:
            for at, line in enumerate(names):
                paper.text(MARGIN, y + 14 + at * 13, line, BODY, bold=True, color=BRAND)
            for at, (line, opens) in enumerate(lines):
                base = y + 14 + at * BODY_LEADING
                if opens:
                    paper.dot(MARGIN + _NAMES + 2, base - 3.4, 1.3, fill=BRAND)
                paper.text(MARGIN + _NAMES + 11, base, line, BODY)

        return Block(max(len(lines), len(names)) * BODY_LEADING + 11, draw)

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
                one.draw(paper, MARGIN + at * (width + _GUTTER), y)

        return Block(max(one.height for one in placed) + _AFTER_EXHIBIT, draw)

    def exhibit(self, entry: Entry, width: float) -> Drawn:
        """Return an exhibit with its title above it and what is to be known of it below."""
        exhibit = readable(entry.exhibit)
        picture = drawn(exhibit, self.fonts, width, self.locale)
        captions = [
            line for text in self.captions(entry) for line in self.paper.wrap(text, _CAPTION, width)
        ]
        notes = self.say(exhibit.unit)
        if len(exhibit.columns) == 1 and exhibit.shape is not Shape.PROGRESS:
            notes = f"{self.say(exhibit.columns[0])} · {notes}"
        room = width - self.fonts.width(notes, SMALL) - 10
        name = f"{entry.number}  {self.say(exhibit.title)}"
        heads = self.paper.wrap(name, _HEAD_SIZE, room, bold=True)
        below = _TITLE + (len(heads) - 1) * _HEAD_LEADING
        top = below + 8

        def draw(paper: Paper, x: float, y: float) -> None:
            paper.bookmark(f"exhibit-{entry.number}", name, y, level=1)
            for at, line in enumerate(heads):
                paper.text(x, y + 11 + at * _HEAD_LEADING, line, _HEAD_SIZE, bold=True)
            paper.text(x + width, y + 11, notes, SMALL, color=MUTED, align="right")
            paper.rule(x, y + below, x + width, color=BRAND, thickness=0.7)
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
        blocks.append(self.lines(self.say(RULES.statement), SMALL, SMALL_LEADING, after=8))
        said = words.WITHHELD_ALL if book.withheld else words.WITHHELD_NONE
        blocks.append(self.lines(self.say(said), BODY, BODY_LEADING))
        for entry in book.withheld:
            title = f"※  {self.say(entry.exhibit.title)}"
            blocks.append(self.lines(title, BODY, BODY_LEADING, indent=12))
        entries = [entry for chapter in book.chapters for entry in chapter.entries]
        count = sum(entry.withheld_count for entry in entries)
        if count:
            some = self.say(words.WITHHELD_SOME, count=count)
            blocks.append(self.lines(some, BODY, BODY_LEADING, after=14))
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
            self.lines(self.say(words.HASHES), SMALL, SMALL_LEADING, color=MUTED, after=8)
        )
        joint = "; " if self.locale == "en" else "；"
        sources = {
            source: None
            for chapter in book.chapters
            for entry in chapter.entries
            for source in self.say(entry.exhibit.source).split(joint)
        }
        blocks += [self.lines(f"·  {source}", SMALL, SMALL_LEADING) for source in sources]
        return blocks
