"""How the sums of a study are written: to the fen where they are exact, in what they are rounded to where not."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Final

import pytest

from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.policy_lab.comparison import BAND_COUNT, CHANGES, GroupRow, GroupTable, Result
from workforce.policy_lab.face import Face, face_of, face_of_two
from workforce.policy_lab.files import write
from workforce.policy_lab.levers import Lever, Unit
from workforce.policy_lab.outcome import FIGURES

OCTOBER: Final = PayPeriod.parse_month("2026-10")
TITLE: Final = Text("试算", "Study")
WAGE: Final = Lever(
    code="minimum_wage_month",
    subject=Text("最低工资", "Minimum wage"),
    label=Text("最低月工资", "Minimum wage a month"),
    unit=Unit.YUAN,
    present=220_000,
    source=Text("依据", "Source"),
    lay=lambda facts, book, _value: (facts, book),
)


def result(*, is_protected: bool, change: int, affected: int | None) -> Result:
    """Twelve million yuan of each sum, and how much they move."""
    group = GroupRow("one", Text("一组", "One"), 40, 0, (change,) * len(CHANGES))
    return Result(
        is_protected=is_protected,
        companies=5,
        left_out_count=0,
        left_out=(),
        people=400,
        affected=affected,
        lost=0,
        floor=(0, affected),
        sums=dict.fromkeys(FIGURES, (1_200_000_000, change)),
        bands=(400, *(0,) * (BAND_COUNT - 1)),
        tables=(GroupTable("sex", Text("性别", "Sex"), (group,)),),
    )


def face(found: Result) -> Face:
    return face_of(TITLE, OCTOBER, WAGE, 250_000, found, "0" * 64)


@pytest.mark.feature("OFF-19")
def test_rounded_sums_are_told_in_what_they_are_rounded_to() -> None:
    found = face(result(is_protected=True, change=-12_000_000, affected=0))

    gross = found.tables[0].rows[0]
    # 1,200 and 12 times 10,000 yuan: no decimals that the figures have not.
    assert [figure.text for figure in gross.figures] == ["1,200", "1,188", "−12"]
    assert {column.unit.zh for column in found.tables[0].columns} == {"万元/月，人数为人"}
    assert found.tables[2].columns[-1].unit.en == "change, 10,000 yuan a month"
    # No person and no yuan are less than half a rounding, and said to be.
    assert "涉及不足 5 人" in found.sentences[0].zh
    assert "fewer than 5 people are affected" in found.sentences[0].en
    assert (
        "0 是不到取整单位的一半（取整到 10 人的不足 5 人，金额不足 5,000 元），不一定没有"
        in found.notes[-1].zh
    )
    rows = list(csv.reader(io.StringIO(write(found, "csv", "zh").decode("utf-8-sig"))))
    assert rows[1][3:] == ["万元", "1200"]
    assert rows[3][3:] == ["万元", "-12"]


@pytest.mark.feature("OFF-19")
def test_exact_sums_are_told_to_the_fen() -> None:
    found = face(result(is_protected=False, change=30_005, affected=1))

    gross = found.tables[0].rows[0]
    assert [figure.text for figure in gross.figures] == [
        "12,000,000.00",
        "12,000,300.05",
        "+300.05",
    ]
    assert found.tables[0].columns[0].unit.zh == "元/月，人数为人"
    assert "1 person is affected" in found.sentences[0].en
    rows = list(csv.reader(io.StringIO(write(found, "csv", "en").decode("utf-8-sig"))))
    assert rows[3][3:] == ["yuan", "300.05"]


@pytest.mark.feature("OFF-19")
def test_two_rounded_studies_differ_in_whole_roundings() -> None:
    one = result(is_protected=True, change=3_000_000, affected=40)
    other = replace(one, sums=dict.fromkeys(FIGURES, (1_200_000_000, 5000000)))
    names = Text("甲", "A"), Text("乙", "B")

    found = face_of_two(names, (OCTOBER, OCTOBER), ((WAGE, 230_000), (WAGE, 250_000)), (one, other))

    sums = next(table for table in found.tables if table.code == "sums")
    assert [figure.text for figure in sums.rows[0].figures] == ["+3", "+5", "+2"]
    assert {column.unit.zh for column in sums.columns} == {"万元/月"}


def test_a_number_of_people_that_is_withheld_hides_no_sums() -> None:
    found = face(result(is_protected=True, change=12_000_000, affected=None))

    assert found.sentences[0].zh.endswith(
        "涉及的人数不公布，单位用工成本每月增加约 120,000 元，职工实发工资每月增加约 120,000 元。"
    )
    assert (
        "people whose number is withheld are affected, the employers' cost rises"
        in found.sentences[0].en
    )
