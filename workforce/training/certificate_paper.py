"""Skill certificates on paper: each an A4 sheet across, in a frame, with the code that leads to its check page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.documents.drawing import A4_LANDSCAPE, BRAND, INK, MUTED, RULE, TINT, Paper
from workforce.documents.layouts.certificate_sheet import date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from workforce.documents.fonts import Fonts

_WIDTH: Final = A4_LANDSCAPE[0]
_HEIGHT: Final = A4_LANDSCAPE[1]
_MIDDLE: Final = _WIDTH / 2
_EDGE: Final = 26.0
_CORNER: Final = 22.0
_LEFT: Final = 118.0
_RIGHT: Final = _WIDTH - _LEFT
_BODIES: Final = ((14.0, 27.0), (11.5, 20.0), (9.5, 15.0), (7.5, 11.0))
"""Size and leading of the sentence, the largest first: the first that leaves the box below free."""
_QR_SIDE: Final = 66.0
_NAME_Y: Final = 214.0
_TEXT_Y: Final = 268.0
_TEXT_ROOM: Final = 76.0
_FACTS_Y: Final = 376.0
_FOOT_Y: Final = 452.0
_NOTE_Y: Final = 550.0
_ISSUER_ROOM: Final = 360.0
_ISSUER_SIZE: Final = 14.0
_LONG_ISSUER_SIZE: Final = 11.0

_TITLE: Final = Text("技能证书", "CERTIFICATE OF SKILL")
_OCCUPATION: Final = Text(
    "人工智能训练师（4-04-05-05）", "Artificial intelligence trainer (4-04-05-05)"
)
_NUMBER: Final = Text("证书编号 ", "No. ")
_SEAL: Final = Text("（盖章）", "(seal)")
_CHECK: Final = Text("扫码核对", "Scan to verify")
_HINT: Final = Text("有效、过期或撤销，以核对页面为准", "The check page says whether it holds")
_LABELS: Final = {
    "level": Text("等级", "Level"),
    "issued_on": Text("发证日期", "Issued on"),
    "valid_until": Text("有效期至", "Valid until"),
}
_NO_LEVEL_OF_THE_STATE: Final = Text(
    "本证书由发证单位自行培训、考核后发放，不是国家职业资格证书或职业技能等级证书。",
    "Given by the issuer after its own training and examination: no certificate of a vocational qualification "
    "or skill level of the state.",
)
"""Those are for assessment bodies on record to give, in the state's own form (MOHRSS letter 2022 No. 25)."""
_CLOSING: Final = Text("特发此证。", "")
_UNLIMITED: Final = Text("长期有效", "no end")
_NO_LEVEL: Final = Text("课程证书", "Course certificate")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWords:
    """What the certificate says; ``id_number`` is masked already, ``opens`` the work that it opens.

    ``check_url``: the address of its check page.
    """

    check_url: str
    number: str
    issuer: str
    name: str
    id_number: str
    level: int | None
    course: str | None
    issued_on: dt.date
    valid_until: dt.date | None
    opens: Sequence[Text]

    def texts(self) -> list[str]:
        """Return everything that fonts must be able to draw."""
        return [self.number, self.issuer, self.name, self.course or ""]


def draw_skill_certificates(sheets: Sequence[PaperWords], fonts: Fonts, locale: Locale) -> bytes:
    """Return certificates of one issuer as PDF, each on a sheet; the same words give the same bytes.

    Raises:
        FontError: a name holds a character that no font has.
    """
    for words in sheets:
        fonts.require(words.texts())
    title = _TITLE.in_locale(locale)
    paper = Paper(A4_LANDSCAPE, fonts, title=title, author=sheets[0].issuer, locale=locale)
    for number, words in enumerate(sheets):
        if number:
            paper.next_page()
        _draw_sheet(paper, words, locale)
    return paper.finish()


def _draw_sheet(paper: Paper, words: PaperWords, locale: Locale) -> None:
    title = _TITLE.in_locale(locale)
    _draw_frame(paper)
    occupation = _OCCUPATION.in_locale(locale) if words.level is not None else words.issuer
    paper.text(_MIDDLE, 92, occupation, 12, color=MUTED, align="center", max_width=520)
    paper.text(
        _MIDDLE, 140, title, 36 if locale == "zh" else 30, bold=True, color=BRAND, align="center"
    )
    paper.rule(_MIDDLE - 60, 158, _MIDDLE + 60, color=BRAND, thickness=1.4)
    paper.text(_MIDDLE, _NAME_Y, words.name, 30, bold=True, align="center", max_width=460)
    paper.text(_MIDDLE, _NAME_Y + 22, words.id_number, 10.5, color=MUTED, align="center")
    _draw_text(paper, words, locale)
    _draw_facts(paper, words, locale)
    _draw_foot(paper, words, locale)


def _draw_text(paper: Paper, words: PaperWords, locale: Locale) -> None:
    """Draw the sentence, smaller where it opens much."""
    for size, leading in _BODIES:
        lines = paper.wrap(_said(words, locale), size, _RIGHT - _LEFT)
        lines += [_CLOSING.zh] if locale == "zh" else []
        if (len(lines) - 1) * leading <= _TEXT_ROOM:
            break
    for index, line in enumerate(lines):
        paper.text(_MIDDLE, _TEXT_Y + index * leading, line, size, align="center")


def _draw_frame(paper: Paper) -> None:
    """Draw the double frame with its notched corners."""
    inner = _EDGE + 7
    paper.box(inner, inner, _WIDTH - 2 * inner, _HEIGHT - 2 * inner, stroke=RULE)
    left, top, right, bottom = _EDGE, _EDGE, _WIDTH - _EDGE, _HEIGHT - _EDGE
    cut = _CORNER
    outline = [
        (left + cut, top), (right - cut, top), (right - cut, top + cut), (right, top + cut),
        (right, bottom - cut), (right - cut, bottom - cut), (right - cut, bottom),
        (left + cut, bottom), (left + cut, bottom - cut), (left, bottom - cut),
        (left, top + cut), (left + cut, top + cut), (left + cut, top),
    ]  # fmt: skip
    paper.line(outline, color=BRAND, thickness=2)
    for x in (left + cut / 2, right - cut / 2):
        for y in (top + cut / 2, bottom - cut / 2):
            paper.box(x - 4, y - 4, 8, 8, fill=BRAND)


def _said(words: PaperWords, locale: Locale) -> str:
    """Return the sentence: what was learnt and passed, and what work that opens."""
    opens = [text.in_locale(locale) for text in words.opens]
    if locale == "zh":
        course = f"参加“{words.course}”培训" if words.course else "参加职业技能培训"
        works = f"，可以从事：{'、'.join(opens)}" if opens else ""
        return f"{course}，考核合格{works}。"
    course = f"has completed the course “{words.course}”" if words.course else "has been trained"
    works = f", and is certified for: {', '.join(opens)}" if opens else ""
    return f"{course} and has passed the examination{works}."


def _draw_facts(paper: Paper, words: PaperWords, locale: Locale) -> None:
    """Draw level and days side by side."""
    ends = (
        _UNLIMITED.in_locale(locale)
        if words.valid_until is None
        else date(words.valid_until.isoformat(), locale)
    )
    level = _NO_LEVEL if words.level is None else term(f"skill_level.{words.level}")
    values = {
        "level": level.in_locale(locale),
        "issued_on": date(words.issued_on.isoformat(), locale),
        "valid_until": ends,
    }
    width = (_RIGHT - _LEFT) / len(values)
    paper.box(_LEFT, _FACTS_Y - 22, _RIGHT - _LEFT, 54, fill=TINT, radius=5)
    for index, (name, value) in enumerate(values.items()):
        x = _LEFT + width * (index + 0.5)
        paper.text(
            x, _FACTS_Y - 3, _LABELS[name].in_locale(locale), 9.5, color=MUTED, align="center"
        )
        paper.text(x, _FACTS_Y + 19, value, 14, bold=True, align="center", max_width=width - 28)


def _draw_foot(paper: Paper, words: PaperWords, locale: Locale) -> None:
    """Draw the code with the number, and the place of the seal."""
    paper.qr(_LEFT, _FOOT_Y, _QR_SIDE, words.check_url)
    x = _LEFT + _QR_SIDE + 14
    paper.text(x, _FOOT_Y + 14, _CHECK.in_locale(locale), 10.5, bold=True, color=INK)
    number = _NUMBER.in_locale(locale) + words.number
    paper.text(x, _FOOT_Y + 34, number, 10.5, color=INK)
    paper.text(x, _FOOT_Y + 54, _HINT.in_locale(locale), 9, color=MUTED)
    _draw_issuer(paper, words.issuer)
    issued = date(words.issued_on.isoformat(), locale)
    paper.text(_RIGHT, _FOOT_Y + 38, issued, 11.5, align="right")
    paper.text(_RIGHT, _FOOT_Y + 58, _SEAL.in_locale(locale), 10, color=MUTED, align="right")
    no_level = _NO_LEVEL_OF_THE_STATE.in_locale(locale)
    paper.text(_MIDDLE, _NOTE_Y, no_level, 8, color=MUTED, align="center")


def _draw_issuer(paper: Paper, issuer: str) -> None:
    """Name the issuer as its seal does, a long name smaller in lines that end above the day."""
    lines = paper.wrap(issuer, _ISSUER_SIZE, _ISSUER_ROOM, bold=True)
    size = _ISSUER_SIZE
    if len(lines) > 1:
        size = _LONG_ISSUER_SIZE
        lines = paper.wrap(issuer, size, _ISSUER_ROOM, bold=True)
    for at, line in enumerate(reversed(lines)):
        y = _FOOT_Y + 14 - at * size * 1.3
        paper.text(_RIGHT, y, line, size, bold=True, align="right", max_width=_ISSUER_ROOM)
