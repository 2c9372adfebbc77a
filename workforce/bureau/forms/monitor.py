"""The monthly employment monitor: how many work here since monitoring began, and why jobs ended."""

from __future__ import annotations

from typing import Final

from workforce.bureau.faces import words
from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.report import Column, Figure, Report, Row, Section, Table
from workforce.bureau.writing import Writer, change, chart_of, difference, share
from workforce.core.report_period import Span
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.statistics.cube import CellRef
from workforce.statistics.measure import Unit

CODES: Final = ("jobs_start", "joined", "left", "jobs_end", "net_change")

_RANKS: Final = (
    Text("主要原因", "Main reason"),
    Text("第二原因", "Second reason"),
    Text("第三原因", "Third reason"),
)


def _fill(filling: Filling) -> Report:
    writer = Writer(FORM, filling, CODES)
    reasons = _reasons(writer)
    drawing = chart_of(reasons, reasons.title, [0])
    section = Section(
        "monitor",
        FORM.title,
        (_main(writer), reasons),
        (drawing,) if drawing.categories else (),
    )
    opening = filling.opening.period
    return writer.report(
        [section],
        sheet="form",
        unit=Text("个岗位", "jobs"),
        notes=(
            Text(
                f"建档期是有数字的第一个月（{words.period(opening).zh}），调查期是本月；"
                "减少的原因按登记的离职原因归类，依人数多少排列，有不公布的数时不排名次。",
                f"The file was opened with the first month that has figures ({words.period(opening).en}); "
                "the survey period is this month. Reasons are those on record, ranked by their number; "
                "where a number is withheld they are not ranked.",
            ),
        ),
    )


def _main(writer: Writer) -> Table:
    filling = writer.filling
    jobs = CellRef("whole", "jobs_end", ())
    opening, now = filling.opening.figure(jobs), filling.now.figure(jobs)

    def row(
        number: int, label: Text, figures: tuple[Figure, Figure], code: str, level: int = 0
    ) -> Row:
        return Row(label, figures, writer.definitions.get(code), level=level, code=f"{number:02d}")

    def pair(code: str) -> tuple[Figure, Figure]:
        ref = CellRef("whole", code, ())
        return filling.now.figure(ref), filling.previous.figure(ref)

    before = filling.previous.figure(jobs)
    since = (difference(now, opening), difference(before, opening))
    rate = (change(now, opening), change(before, opening))
    return Table(
        code="monitor",
        title=FORM.title,
        head=words.INDICATOR,
        columns=(
            Column(Text("调查期", "Survey period"), words.period(filling.period)),
            Column(Text("上期", "Period before"), words.period(filling.period.previous())),
        ),
        rows=(
            row(
                1,
                Text("建档期末就业岗位", "Jobs when the file was opened"),
                (opening, opening),
                "jobs_end",
            ),
            row(2, Text("期初就业岗位", "Jobs at the start"), pair("jobs_start"), "jobs_start"),
            row(3, Text("本期增加", "Joined"), pair("joined"), "joined"),
            row(4, Text("本期减少", "Left"), pair("left"), "left"),
            row(5, Text("期末就业岗位", "Jobs at the end"), pair("jobs_end"), "jobs_end"),
            row(6, Text("本期净增减", "Net change"), pair("net_change"), "net_change"),
            row(7, Text("比建档期增减", "Since the file was opened"), since, ""),
            row(8, Text("比建档期增减幅度", "Since the file was opened, in per cent"), rate, ""),
        ),
        has_codes=True,
    )


def _reasons(writer: Writer) -> Table:
    """Return why jobs ended, the most frequent reason first where all numbers are told."""
    filling = writer.filling
    left = filling.now.figure(CellRef("whole", "left", ()))
    found = [
        (
            label,
            filling.now.figure(ref),
            filling.previous.figure(ref),
        )
        for code, label in terms_of("leaving_cause").items()
        for ref in [CellRef("leaving_cause", "left", (code,))]
    ]
    is_told = all(now.value is not None for _label, now, _before in found)
    if is_told:
        found.sort(key=lambda one: -(one[1].value or 0))

    def label_of(at: int, label: Text, now: Figure) -> Text:
        if not (is_told and at < len(_RANKS) and now.value):
            return label
        rank = _RANKS[at]
        return Text(f"{rank.zh}：{label.zh}", f"{rank.en}: {label.en}")

    return Table(
        code="leaving_cause",
        title=Text("减少的原因", "Why jobs ended"),
        head=Text("原因", "Reason"),
        columns=(
            Column(Text("本期减少", "Left"), Unit.JOBS.label, writer.definitions["left"]),
            Column(Text("占减少", "Share of those left"), Unit.PERCENT.label),
            Column(Text("上期减少", "Left in the period before"), Unit.JOBS.label),
        ),
        rows=tuple(
            Row(label_of(at, label, now), (now, share(now, left), before))
            for at, (label, now, before) in enumerate(found)
        ),
        total=Row(
            words.TOTAL,
            (
                left,
                share(left, left),
                filling.previous.figure(CellRef("whole", "left", ())),
            ),
        ),
    )


FORM: Final = ReportForm(
    code="monitor",
    numbers={Span.MONTH: Text("基失月 4 表", "BE-M 4")},
    title=Text("就业岗位监测月报", "Monthly employment monitor"),
    summary=Text(
        "按失业动态监测的表样：建档期与调查期的就业岗位、增加、减少和减少的主要原因。",
        "After the unemployment monitoring: jobs when the file was opened and now, joined, left, and the "
        "main reasons of leaving.",
    ),
    fill=_fill,
    compares=("previous", "opening"),
)
