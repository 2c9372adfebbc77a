"""在职证明 and 离职证明: that somebody works here, or has worked here, without a word about pay or reasons."""

from __future__ import annotations

from typing import Final

from workforce.core.terms import term
from workforce.core.text import Text
from workforce.documents.certificate_facts import Figures, Kind
from workforce.documents.drawing import MUTED, RULE, Block, Paper
from workforce.documents.fonts import Fonts
from workforce.documents.layouts.certificate_sheet import (
    MARGIN,
    RIGHT,
    WIDTH,
    date,
    draw_certificate,
    paragraph,
    service,
)

_ROW: Final = 26.0
_LABEL_WIDTH: Final = 190.0
_SUBTITLE: Final = Text(
    "解除或者终止劳动合同的证明", "Certificate that the labour contract has ended"
)
_ART_50: Final = Text(
    "根据《中华人民共和国劳动合同法》第五十条，出具本证明。",
    "Issued under article 50 of the Labour Contract Law of the People's Republic of China.",
)


def draw_employment_certificate(figures: Figures, fonts: Fonts, check_url: str, mark: str) -> bytes:
    """Return a certificate of employment or of leaving as PDF.

    Args:
        figures: what it says.
        fonts: the fonts of documents.
        check_url: address of the public check page.
        mark: the fingerprint as it is shown.

    Raises:
        FontError: a name holds a character that no font has.

    """
    locale = figures.language
    texts = _leaving(figures) if figures.kind is Kind.SEPARATION else _employed(figures)
    first, *others = (paragraph(fonts, text, locale) for text in texts)
    facts = [_fact(label, value) for label, value in _facts(figures)]
    subtitle = _SUBTITLE.in_locale(locale) if figures.kind is Kind.SEPARATION else ""
    blocks = [first, *facts, Block(14, lambda _paper, _y: None), *others]
    return draw_certificate(figures, fonts, check_url, mark, subtitle=subtitle, blocks=blocks)


def _employed(figures: Figures) -> list[str]:
    name, hired = figures.person_name, date(figures.hired_on, figures.language)
    if figures.language == "zh":
        purpose = f"本证明仅用于{figures.purpose}。" if figures.purpose else ""
        return [
            (
                f"兹证明 {name}（居民身份证号码 {figures.id_number}）自{hired}起在我单位工作，"
                "至本证明出具之日在职："
            ),
            f"{purpose}特此证明。",
        ]
    said = [
        (
            f"This is to certify that {name} (ID number {figures.id_number}) has worked for us since "
            f"{hired}, and is employed here on the day of this certificate:"
        ),
    ]
    return [*said, f"For this use only: {figures.purpose}."] if figures.purpose else said


def _leaving(figures: Figures) -> list[str]:
    name, left = figures.person_name, date(figures.separated_on or "", figures.language)
    if figures.language == "zh":
        opening = (
            f"兹证明 {name}（居民身份证号码 {figures.id_number}）与我单位的劳动合同已于{left}"
            "解除或者终止："
        )
    else:
        opening = (
            f"This is to certify that the labour contract of {name} (ID number {figures.id_number}) "
            f"with us ended on {left}:"
        )
    return [opening, _ART_50.in_locale(figures.language)]


def _facts(figures: Figures) -> list[tuple[str, str]]:
    """Return what art 50 asks for; of somebody who is employed, what there is of it."""
    locale = figures.language

    def said(zh: str, en: str) -> str:
        return Text(zh, en).in_locale(locale)

    facts = [
        (said("工号", "Employee number"), figures.employee_no),
        (said("工作岗位", "Post"), figures.position),
        (
            said("用工形式", "Kind of employment"),
            term(f"employment_type.{figures.employment_type}").in_locale(locale),
        ),
    ]
    if figures.kind is Kind.SEPARATION:
        facts += [
            (said("劳动合同期限", "Term of the contract"), _term(figures)),
            (
                said("解除或者终止日期", "Day on which it ended"),
                date(figures.separated_on or "", locale),
            ),
        ]
    return [*facts, (said("在本单位的工作年限", "Years of service here"), service(figures))]


def _term(figures: Figures) -> str:
    locale = figures.language
    begins = date(figures.contract_from or figures.hired_on, locale)
    if figures.contract_to is None:
        kind = term(f"contract_kind.{figures.contract_kind}")
        return Text(f"自{begins}起，{kind.zh}", f"from {begins}, {kind.en.lower()}").in_locale(
            locale
        )
    ends = date(figures.contract_to, locale)
    return Text(f"自{begins}起至{ends}止", f"from {begins} to {ends}").in_locale(locale)


def _fact(label: str, value: str) -> Block:
    def draw(paper: Paper, y: float) -> None:
        paper.text(MARGIN + 24, y + 16, label, 10.5, color=MUTED)
        paper.text(MARGIN + _LABEL_WIDTH, y + 16, value, 11.5, max_width=WIDTH - _LABEL_WIDTH - 8)
        paper.rule(MARGIN + 24, y + _ROW - 2, RIGHT, color=RULE, thickness=0.5)

    return Block(_ROW, draw)
