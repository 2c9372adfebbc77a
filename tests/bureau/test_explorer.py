"""What the explorer answers: figures of cubes, put into lines and columns, and the chart of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from tests.bureau.explorer_world import OCTOBER, SEPTEMBER, october, september
from tests.factories.populations import make_population
from workforce.bureau.explorer.chart import chart_of
from workforce.bureau.explorer.choice import (
    MEASURES,
    MONTHS,
    WHOLE,
    Choice,
    Compare,
    Editions,
    Kind,
    Order,
    measures_of,
    nearest,
    pairs_of,
    read_choice,
)
from workforce.bureau.explorer.svg import draw_svg
from workforce.bureau.explorer.view import Source, View, look
from workforce.bureau.issues.frozen import definitions_of
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.statistics.cube import CellRef, CubeSet, Group
from workforce.statistics.dimensions import Names
from workforce.statistics.service import fill_cubes
from workforce.statistics.tabulation import Tabulation

SOURCES = {
    one.period: Source(one, definitions_of(one), number=1) for one in (october(), september())
}
ASKED = Choice(rows="age", columns="sex", measures=("jobs_end",), period=OCTOBER, span=2)


def texts(view: View) -> dict[str, list[str]]:
    """Return the figures of each line."""
    return {line.label.en: [entry.text for entry in line.entries] for line in view.lines}


def heads(view: View) -> list[str]:
    """Return the names of the columns."""
    return [column.label.en for column in view.columns]


def test_a_crossed_cube_is_read_with_its_axes_either_way() -> None:
    view = look(ASKED, SOURCES)

    assert heads(view) == ["Men", "Women", "Total"]
    assert texts(view) == {
        "24 or younger": ["20", "10", "30"],
        "25–34": ["※", "※", "60"],
        "Total": ["65", "25", "90"],
    }
    assert texts(look(ASKED.swapped(), SOURCES)) == {
        "Men": ["20", "※", "65"],
        "Women": ["10", "※", "25"],
        "Total": ["30", "60", "90"],
    }
    # Both name the same cell.
    refs = {view.lines[0].entries[1].ref, look(ASKED.swapped(), SOURCES).lines[1].entries[0].ref}
    assert refs == {CellRef("sex_age", "jobs_end", ("2", "-24"))}


def test_a_comparison_is_worked_out_from_shown_figures_only() -> None:
    asked = replace(
        ASKED, columns=MEASURES, measures=("jobs_end", "average_wage"), compare=Compare.MONTH
    )

    view = look(asked, SOURCES)

    assert [(label.en, span) for label, span in view.overs] == [
        ("Jobs at end", 4),
        ("Average wage", 4),
    ]
    # 30 − 24 = 6, 6 ÷ 24 = 25 %; 60 − 56 = 4, 4 ÷ 56 = 7.142… %; 3000 − 2900 = 100, ÷ 2900 = 3.448… %.
    assert texts(view) == {
        "24 or younger": ["30", "24", "+6", "+25.00", "3,000.00", "2,900.00", "+100.00", "+3.45"],
        "25–34": ["60", "56", "+4", "+7.14", "5,000.50", "※", "※", "※"],
        "Total": ["90", "80", "+10", "+12.50", "4,333.67", "4,300.00", "+33.67", "+0.78"],
    }


def test_months_stand_beside_one_another_and_what_is_missing_is_no_zero() -> None:
    by_age = look(replace(ASKED, columns=MONTHS, span=3), SOURCES)
    whole = look(
        replace(ASKED, rows=WHOLE, columns=MONTHS, measures=("jobs_end", "joined")), SOURCES
    )

    assert heads(by_age) == ["2026-08", "2026-09", "2026-10"]
    assert texts(by_age)["25–34"] == ["—", "56", "60"]
    assert by_age.missing == (PayPeriod(2026, 8),)
    assert texts(whole) == {
        "Jobs at end": ["80", "90"],
        "Joined": ["0", "12"],
    }


def test_a_group_that_nobody_was_in_counts_nobody() -> None:
    cubes = september()
    table = cubes.tables["age"]
    axis = replace(table.axes[0], groups=table.axes[0].groups[:1])
    figures = {code: (cells[0], cells[2]) for code, cells in table.figures.items()}
    younger = replace(table, axes=(axis,), figures=figures)
    month = replace(SOURCES[SEPTEMBER], cubes=replace(cubes, tables={"age": younger}))
    asked = replace(
        ASKED, columns=MEASURES, measures=("jobs_end", "average_wage"), compare=Compare.MONTH
    )

    view = look(asked, {**SOURCES, SEPTEMBER: month})

    # Nobody was 25–34: no jobs, and no wage that could be averaged.
    assert texts(view)["25–34"] == ["60", "0", "+60", "—", "5,000.50", "—", "—", "—"]


def test_rows_are_ordered_by_size_and_heat_shows_it() -> None:
    asked = replace(ASKED, rows="company", columns=MEASURES, kind=Kind.HEAT, order=Order.LARGEST)
    months = {OCTOBER: Source(_turned(october()), SOURCES[OCTOBER].measures)}

    view = look(asked, months)

    assert [line.code for line in view.lines] == ["B", "A", "total"]
    # Five shades up to the largest; 40 of 50 is the fourth, and a margin has none.
    assert [line.entries[0].heat for line in view.lines] == [5, 4, 0]


def _turned(cubes: CubeSet) -> CubeSet:
    """Company B with 50 jobs, A with 40."""
    table = cubes.tables["company"]
    cells = table.figures["jobs_end"]
    turned = replace(table, figures={"jobs_end": (cells[1], cells[0], cells[2])})
    return replace(cubes, tables={**cubes.tables, "company": turned})


def test_an_address_comes_back_as_the_question_it_was_made_of() -> None:
    asked = replace(
        ASKED,
        measures=("jobs_end", "joined"),
        compare=Compare.YEAR,
        kind=Kind.HEAT,
        order=Order.LARGEST,
        editions=Editions.of({OCTOBER: 2, SEPTEMBER: 1}),
    )
    told: Mapping[str, str | list[str]] = asked.arguments()

    def values(name: str) -> list[str]:
        given = told.get(name, [])
        return [given] if isinstance(given, str) else given

    assert read_choice(values, ASKED) == asked
    assert told["issue"] == ["1", "2026-10.2"]
    assert read_choice(lambda _name: [], ASKED) == ASKED
    for name, wrong in (
        ("kind", "pie"),
        ("span", "1"),
        ("span", "26"),
        ("span", "9" * 5000),
        ("period", "2026"),
        ("issue", "x"),
        ("issue", "2026-13.1"),
    ):
        with pytest.raises(InputError):
            read_choice(defaultdict(list, {name: [wrong]}).__getitem__, ASKED)


def test_only_cubes_answer_and_the_nearest_are_named() -> None:
    cubes = october()

    assert pairs_of(cubes) == [("", ""), ("age", ""), ("sex", "age"), ("company", "")]
    assert nearest(cubes, ("company", "sex")) == [("age", "sex"), ("company", "")]
    assert look(replace(ASKED, rows="company"), SOURCES).lines == ()


def test_bars_are_parts_without_their_margin() -> None:
    drawing = chart_of(look(ASKED, SOURCES))

    assert drawing is not None
    chart = drawing.chart
    assert [name.en for name in chart.categories] == ["24 or younger", "25–34"]
    assert [(one.name.en, one.values) for one in chart.series] == [
        ("Men", (20, None)),
        ("Women", (10, None)),
    ]
    assert not drawing.is_part
    assert chart_of(look(replace(ASKED, kind=Kind.TABLE), SOURCES)) is None


def test_a_line_goes_over_months_and_breaks_where_nothing_is_told() -> None:
    asked = replace(ASKED, columns=MONTHS, measures=("average_wage",), kind=Kind.LINE)

    drawing = chart_of(look(asked, SOURCES))

    assert drawing is not None
    assert drawing.chart.kind == "line"
    assert [(one.name.en, one.values) for one in drawing.chart.series] == [
        ("24 or younger", (290_000, 300_000)),
        ("25–34", (None, 500_050)),
    ]
    svg = ET.fromstring(draw_svg(drawing.chart, ["口径：平均"], "zh"))  # noqa: S314 - our own
    shapes = [element.tag.rpartition("}")[2] for element in svg.iter()]
    assert shapes.count("polyline") == 1
    assert shapes.count("circle") == 3
    said = [element.text for element in svg.iter() if element.text and element.text.strip()]
    assert {"3,000.00", "5,000.50", "口径：平均", "24 岁及以下"} <= set(said)


def test_measures_of_another_unit_stay_in_the_table() -> None:
    asked = replace(ASKED, columns=MEASURES, measures=("jobs_end", "average_wage"))

    drawing = chart_of(look(asked, SOURCES))

    assert drawing is not None
    assert [one.name.en for one in drawing.chart.series] == ["Jobs at end"]
    assert drawing.is_part


@pytest.mark.feature("OFF-1")
def test_every_cube_answers_in_every_kind() -> None:
    dice = np.random.default_rng(6)
    population = make_population(
        400,
        OCTOBER,
        company=dice.integers(0, 40, 400),
        sex=dice.choice(["1", "2"], 400),
        township=dice.choice(["500236001", "500236112", "500236117"], 400),
        key_groups=dice.integers(0, 8, 400),
        is_paid=np.ones(400, dtype=np.bool_),
    )
    names = Names(tuple(Group(f"C{one}", Text(f"企业{one}", f"C{one}")) for one in range(40)))
    cubes = replace(october(), tables=fill_cubes(Tabulation(population, names), None))
    month = {OCTOBER: Source(cubes, definitions_of(cubes), number=1)}

    for pair in pairs_of(cubes):
        for kind in Kind:
            for rows, columns in {pair, pair[::-1]} if pair[1] else {(pair[0] or WHOLE, MEASURES)}:
                asked = replace(
                    ASKED,
                    rows=rows,
                    columns=columns,
                    measures=tuple(measures_of(cubes, pair))[:6],
                    kind=kind,
                )
                view = look(asked, month)
                drawing = chart_of(view)

                assert view.lines, pair
                assert all(len(line.entries) == len(view.columns) for line in view.lines)
                assert (drawing is not None) == (kind in {Kind.BAR, Kind.LINE})
                if drawing is not None:
                    ET.fromstring(draw_svg(drawing.chart, [], "en"))  # noqa: S314 - our own
