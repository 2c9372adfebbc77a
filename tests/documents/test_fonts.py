"""Fonts: what is missing is named, and another font stands in where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from tests.documents.reading import text_of
from workforce.config import default_font_folder
from workforce.documents.drawing import A5, Paper
from workforce.documents.fonts import REGULAR_FILE, Face, FontError, Fonts, load_fonts

LATIN = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


@pytest.fixture
def latin_first(fonts: Fonts) -> Fonts:
    """Fonts whose first choice knows no Chinese; Noto Sans SC stands in."""
    assert not fonts.missing("张")
    vera = Face(TTFont("Vera-test", str(LATIN)))
    return Fonts(vera, vera, [default_font_folder() / REGULAR_FILE])


def test_noto_has_what_payslips_write(fonts: Fonts) -> None:
    assert fonts.missing("张𬭎㛃䶮喆堃犇翀 ¥×−÷·…%（），。：；、〔〕《》0123456789ABCxyz") == []
    assert fonts.missing("张\ue000李\ue000\ue001") == ["\ue000", "\ue001"]


def test_figures_have_one_width(fonts: Fonts) -> None:
    for bold in (False, True):
        assert len({fonts.width(digit, 10, bold=bold) for digit in "0123456789"}) == 1


def test_another_font_stands_in_for_a_run(latin_first: Fonts) -> None:
    runs = latin_first.runs("张A三B")
    assert [run.text for run in runs] == ["张", "A", "三", "B"]
    assert len({run.face.name for run in runs}) == 2
    whole = latin_first.width("张A三B", 10)
    assert whole == pytest.approx(sum(latin_first.width(sign, 10) for sign in "张A三B"))
    with pytest.raises(FontError):
        latin_first.runs("A\ue000")


@pytest.mark.poppler
def test_a_line_in_two_fonts_reads_as_one(latin_first: Fonts, tmp_path: Path) -> None:
    paper = Paper(A5, latin_first, title="t", author="a")
    vera = latin_first.runs("A")[0].face
    pdfmetrics.registerFont(vera.font)
    paper.text(20, 20, "A张B𬭎", 10)
    assert "A张B𬭎" in text_of(paper.finish(), tmp_path)


def test_a_folder_without_fonts_is_named(tmp_path: Path) -> None:
    with pytest.raises(FontError) as refused:
        load_fonts(tmp_path)
    assert str(tmp_path) in refused.value.message("zh")
    assert "make setup" in (refused.value.hint("en") or "")


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / REGULAR_FILE).write_bytes(b"no font")
    with pytest.raises(FontError):
        load_fonts(tmp_path)


def test_a_long_text_is_set_smaller_and_then_cut(fonts: Fonts) -> None:
    paper = Paper(A5, fonts, title="t", author="a")
    assert paper.fit("短", 10, 100) == ("短", 10)
    text, size = paper.fit("一二三四五六七八九十甲", 10, 100)
    assert text == "一二三四五六七八九十甲"
    assert 8 <= size < 10
    text, size = paper.fit("一二三四五六七八九十" * 3, 10, 100)
    assert text.endswith("…")
    assert fonts.width(text, size) <= 100.01


def test_lines_break_where_chinese_and_english_may(fonts: Fonts) -> None:
    paper = Paper(A5, fonts, title="t", author="a")
    lines = paper.wrap("一二三四五六七八九（十）、甲乙丙丁。", 10, 52)
    assert "".join(lines) == "一二三四五六七八九（十）、甲乙丙丁。"
    assert not any(line[0] in "、。）" or line[-1] == "（" for line in lines)
    assert paper.wrap("per cent of 1234567 words", 10, 60) == ["per cent of", "1234567", "words"]
    assert paper.wrap("", 10, 60) == [""]
