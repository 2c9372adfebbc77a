"""The quarter's book: what it prints is what is published, no more and no less."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from tests.book.world import AUGUST, JUNE, SEPTEMBER, create_months, cubes_of
from tests.documents.reading import text_of
from tests.factories import create_account
from tests.factories.issues import create_issue
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.book import drawing, service
from workforce.book.model import Book
from workforce.book.summary import progress_sentences, summarise
from workforce.bureau.report import UNDEFINED, WITHHELD
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.errors import InputError, NotFoundError
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Locale, Text
from workforce.documents.drawing import A4, Paper
from workforce.documents.fonts import installed_fonts
from workforce.platform.exhibits import Exhibit, Row, Shape, Told, Value
from workforce.statistics.tables import Cell, CellState

SignIn = Callable[[Account], FormClient]

Q3 = ReportPeriod.parse("2026-Q3")
MADE_ON = dt.date(2026, 10, 20)


def make(session: Session) -> Book:
    return service.make_book(session, Q3, MADE_ON)


def pages(book: Book, folder: Path, locale: Locale = "zh") -> list[str]:
    """Return the text of each page, without blanks."""
    text = text_of(service.book_pdf(book, locale), folder)
    return [re.sub(r"[ \n]+", " ", page) for page in text.split("\f")[:-1]]


@pytest.mark.feature("BASE-6")
@pytest.mark.poppler
def test_the_book_prints_what_is_published(session: Session, tmp_path: Path) -> None:
    create_months(session)
    book = make(session)
    read = pages(book, tmp_path)
    cover, contents, short = read[:3]
    assert "2026年三季度" in cover
    assert "2026-07 第 1 期" in cover
    assert "2026-09 第 1 期" in cover
    assert "2026-10-20" in cover
    assert book.digest in cover
    # The contents name the pages on which the chapters are.
    for number, name in enumerate(("就业", "发展", "工资"), start=1):
        found = re.search(rf"{number} {name} [.· ]*(\d+)", contents)
        assert found, name
        assert f"{number} {name} {number}.1" in read[int(found[1]) - 1]
    assert "1,240" in short
    whole = " ".join(read)
    # Cells of the world, as they are written there.
    assert "期末岗位数 1,000 1,100 1,150 1,240" in whole
    assert "新增 70 160 120 200" in whole
    assert "平均工资 4,000.00 4,100.00 4,050.00 4,250.50" in whole
    assert "中位工资 ※ ※ ※ ※" in whole
    assert "乙 500" in whole
    assert "丙 ※" in whole
    # Education is withheld as a whole: it has no chart, and is named where the book says so.
    assert re.search(r"整项不公布，其余图表里不公布的数写作 ※。 ※ 文化程度", whole)
    assert "1.4 文化程度" not in whole
    # A long title beside a narrow figure is broken, never cut.
    assert "…" not in whole
    english = " ".join(pages(book, tmp_path, "en"))
    assert "Q3 2026" in english
    assert "Jobs at end: 1,240" in english
    assert "月末" not in english


@pytest.mark.feature("BASE-6")
def test_the_same_data_are_the_same_bytes_with_an_outline(session: Session) -> None:
    create_months(session)
    first, second = make(session), make(session)
    content = service.book_pdf(first, "zh")
    assert content == service.book_pdf(second, "zh")
    with pikepdf.open(BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert str(pdf.docinfo["/Title"]) == "数据标注基地 2026年三季度 季度报告"
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
            within = {item.title: [one.title for one in item.children] for item in outline.root}
    assert titles[1:4] == ["目录", "本季概要", "1 就业"]
    assert "1.1  期末就业（在本系统算工资的企业）" in within["1 就业"]
    # A correction is another book, and its digest says so; the day it is made on does not.
    create_issue(session, cubes_of(SEPTEMBER, jobs_end=Cell(CellState.SHOWN, 1_300)), number=2)
    session.commit()
    assert make(session).digest != first.digest
    assert service.make_book(session, Q3, dt.date(2027, 1, 1)).digest == make(session).digest


def test_the_quarter_in_sentences(session: Session) -> None:
    create_months(session)
    summary = summarise(make(session))
    said = [sentence.zh for _topic, sentences in summary.paragraphs for sentence in sentences]
    # 1,240 − 1,000 = 240, 24.0 %; 4,250.50 − 4,000 = 250.50, 6.2625 %; wages 450 + 460 + 527 = 1,437 wan.
    assert said == [
        "季末岗位 1,240 个（在本系统算工资的企业），比上季末增加 240 个（24.0%）。",
        "在岗的有 1,205 人；一人可以有两个岗位。",
        "其中基地内企业 700 个岗位，基地外企业 540 个岗位。",
        "2026年三季度新增岗位 480 个，减少 240 个，净增 240 个。",
        "有在岗人员的企业 26 家，比上季末增加 6 家（30.0%）。",
        "2026-09 平均工资 4,250.50 元，比上季末增加 250.50 元（6.3%）。",
        "本季工资总额 1,437.00 万元。",
        "季内各月工资低于最低工资的岗位：0、2、0 个。",
    ]
    assert [fact.text for fact in summary.facts] == ["1,240", "1,205", "26", "4,250.50"]


def test_what_is_missing_is_said(session: Session) -> None:
    create_months(session, JUNE, AUGUST, SEPTEMBER)
    quarters = {str(one.period): one for one in service.quarters(session)}
    assert [str(month) for month in quarters["2026-Q3"].missing] == ["2026-07"]
    assert quarters["2026-Q3"].is_ready
    book = make(session)
    assert [str(month) for month in book.missing] == ["2026-07"]
    said = [one.zh for _topic, found in summarise(book).paragraphs for one in found]
    assert not any("本季工资总额" in sentence for sentence in said)
    with pytest.raises(NotFoundError) as refused:
        service.make_book(session, ReportPeriod.parse("2026-Q4"), MADE_ON)
    assert refused.value.code == "book.not_published"
    with pytest.raises(InputError) as wrong:
        service.make_book(session, ReportPeriod(SEPTEMBER), MADE_ON)
    assert wrong.value.code == "book.not_a_quarter"


@pytest.mark.feature("BASE-6")
def test_officials_and_the_base_take_the_book(
    session: Session, client_as: SignIn, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_months(session, AUGUST)
    official = client_as(create_account(session, Role.OFFICIAL))
    base = client_as(create_account(session, Role.BASE_ADMIN))
    session.commit()
    page = official.get("/statistics/book").text
    assert "还不能做。没有发布：2026-07、2026-09" in page
    assert "book.pdf" not in page
    create_months(session, SEPTEMBER)
    page = official.get("/statistics/book").text
    assert "没有发布：2026-07。" in page
    found = base.get("/statistics/book.pdf?period=2026-Q3&lang=en")
    assert found.mimetype == "application/pdf"
    assert found.data.startswith(b"%PDF")
    assert base.get("/statistics/book.pdf?period=2026-Q4").status_code == 404
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)
    out = settings.instance / "book.pdf"
    words = ["--instance", str(settings.instance), "book"]
    listed = CliRunner().invoke(main, words, env={"LC_ALL": "en"})
    assert listed.output == "2026-Q3  ready, without 2026-07\n"
    CliRunner().invoke(main, [*words, "2026-Q3", "--out", str(out), "--lang", "en"])
    assert out.read_bytes() == found.data


EXAMPLE = Exhibit(
    title=Text("例", "Example"),
    shape=Shape.NUMBERS,
    unit=Text("个", "pieces"),
    decimals=1,
    columns=(Text("一月", "January"), Text("二月", "February")),
    rows=(
        Row(label=Text("完成", "Reached"), values=(Value(105), Value(None, Told.WITHHELD))),
        Row(
            label=Text("目标", "Target"),
            values=(Value(200), Value(None, Told.UNKNOWN)),
            is_reference=True,
        ),
    ),
    definition=Text("例", "Example"),
    source=Text("例", "Example"),
)


@pytest.mark.poppler
def test_each_shape_prints_its_values(session: Session, tmp_path: Path) -> None:
    del session
    fonts = installed_fonts()
    for shape in Shape:
        first = EXAMPLE.columns[:1] if shape is Shape.NUMBERS else EXAMPLE.columns
        rows = [replace(row, values=row.values[: len(first)]) for row in EXAMPLE.rows]
        exhibit = replace(EXAMPLE, shape=shape, columns=first, rows=tuple(rows))
        paper = Paper(A4, fonts, title="t", author="a")
        drawing.drawn(exhibit, fonts, 480, "zh").draw(paper, 50, 50)
        text = text_of(paper.finish(), tmp_path)
        assert "10.5" in text, shape
        assert "20.0" in text, shape
        is_cut = shape is Shape.NUMBERS
        assert (WITHHELD in text) is (UNDEFINED in text) is not is_cut, shape
        # What is not told is never drawn as zero.
        assert not re.search(r"(?<!\d)0\.0", text), shape


def test_a_sentence_has_words_where_a_chart_has_signs() -> None:
    percent = replace(EXAMPLE, shape=Shape.PROGRESS, unit=Text("%", "%"))
    assert [one.zh for one in progress_sentences(percent)] == [
        "一月：完成 10.5，目标 20.0%。",
        "二月：完成 不公布，目标 未知。",
    ]


def test_english_sentences_keep_a_number_apart_from_its_ten_thousands() -> None:
    unit = Text("万元", "10,000 yuan")
    (first, _) = progress_sentences(replace(EXAMPLE, shape=Shape.PROGRESS, unit=unit))
    assert first == Text(
        "一月：完成 10.5，目标 20.0 万元。",
        "January: reached 10.5, target 20.0 × 10,000 yuan.",
    )


def test_a_rate_alone_is_drawn_as_a_part_of_a_hundred(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    del session
    fonts = installed_fonts()
    paper = Paper(A4, fonts, title="t", author="a")
    widths: list[float] = []
    monkeypatch.setattr(paper, "box", lambda _x, _y, wide, *_more, **_color: widths.append(wide))
    for number in (500, 998):
        row = Row(label=Text("率", "Rate"), values=(Value(number),))
        rate = replace(EXAMPLE, shape=Shape.BARS, columns=EXAMPLE.columns[:1], rows=(row,))
        drawing.drawn(replace(rate, unit=Text("%", "%")), fonts, 480, "zh").draw(paper, 50, 50)
    # 50.0 and 99.8 %: both figures take the same room.
    assert widths[0] / widths[1] == pytest.approx(500 / 998)


@pytest.mark.poppler
def test_an_axis_that_starts_above_zero_says_so(session: Session, tmp_path: Path) -> None:
    del session
    fonts = installed_fonts()
    for numbers, is_said in (((4_000, 4_500), True), ((4_000, 4_200), False)):
        row = Row(label=Text("例", "Example"), values=tuple(map(Value, numbers)))
        paper = Paper(A4, fonts, title="t", author="a")
        exhibit = replace(EXAMPLE, shape=Shape.CURVES, rows=(row,))
        drawing.drawn(exhibit, fonts, 480, "zh").draw(paper, 50, 50)
        assert ("纵轴不从 0 起" in text_of(paper.finish(), tmp_path)) is is_said


@pytest.mark.parametrize(
    ("low", "high", "decimals", "ticks"),
    [
        (0, 4, 0, [0, 1, 2, 3, 4]),
        (0, 1_240, 0, [0, 500, 1_000, 1_500]),
        (-30, 90, 0, [-50, 0, 50, 100]),
        # High above zero and moving by a tenth: from a round value below; by less, from zero.
        (400_000, 450_000, 2, [400_000, 420_000, 440_000, 460_000]),
        (400_000, 425_050, 2, [0, 200_000, 400_000, 600_000]),
        (7, 7, 0, [0, 2, 4, 6, 8]),
    ],
)
def test_the_grid_of_a_curve(low: int, high: int, decimals: int, ticks: list[int]) -> None:
    assert drawing.ticks_of(low, high, decimals) == ticks
