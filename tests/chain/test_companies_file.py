"""Companies of the chain as a table: taken in, taken in again, and put right in its cells."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests.factories.chain import create_chain_company
from tests.imports.test_hostile import spoilt
from workforce.chain import queries
from workforce.core.errors import InputError
from workforce.imports import service as imports
from workforce.imports.exports import export
from workforce.imports.source import Options, SourceFile
from workforce.imports.templates import template
from workforce.platform.audit import CLI
from workforce.platform.scope import Scope

HEAD = "企业名称,统一社会信用代码,园区内外,环节,进展,从哪天起,线索来源\n"
FIRST = HEAD + (
    "云帆智能,,园区外,清洗标注,洽谈中,2026-09-20,招商会、展会\n"
    "三峡语料,91500236MA60000010,园区内,,已入驻,2026-03-01,\n"
)


def take(content: str | bytes, name: str = "企业.csv") -> imports.Preview:
    """Import a table of the base."""
    return imports.apply(
        imports.source_named("chain_companies"),
        SourceFile(name, content.encode() if isinstance(content, str) else content),
        company_id=None,
        actor=CLI,
        options=Options(),
        keep_good_rows=True,
    )


@pytest.mark.feature("BASE-1")
def test_a_table_is_taken_in_once_and_adds_what_has_changed(session: Session) -> None:
    assert take(FIRST).is_applied
    again = take(FIRST)
    assert (again.counts.added, again.counts.changed) == (0, 0)
    moved = FIRST.replace("洽谈中,2026-09-20", "已签约,2026-10-08").replace("清洗标注", "质检审核")
    assert take(moved).is_applied
    session.rollback()
    rows = {row.name: row for row in queries.chain_companies(session, Scope.base())}
    one, other = rows["云帆智能"], rows["三峡语料"]
    assert (one.stage, one.since, one.link) == ("signed", dt.date(2026, 10, 8), "check")
    assert (one.lead_source, one.is_inside) == ("fair", False)
    assert (other.stage, other.link, other.is_inside) == ("moved_in", None, True)
    history = [row.stage for row in queries.stages(session, one.chain_company_id)]
    assert history == ["signed", "negotiating"]


def test_the_template_is_taken_and_what_is_no_table_is_refused_whole(session: Session) -> None:
    source = imports.source_named("chain_companies")
    first = take(template(source), "样例.xlsx")
    assert ([one.error.code for one in first.refusals], first.counts.added) == ([], 4)
    session.rollback()
    for suffix in (".xlsx", ".csv"):
        content = export(session, source, suffix, company_id=None, period=None, actor=CLI)
        again = take(content, f"a{suffix}")
        assert again.refusals == []
        assert (again.counts.added, again.counts.changed, again.counts.unchanged) == (0, 0, 4)
    for suffix in source.suffixes:
        for ending, spoilt_content, codes in spoilt("output", suffix):
            with pytest.raises(InputError) as caught:
                take(spoilt_content, f"文件{ending}")
            assert caught.value.code in codes


def test_a_row_that_cannot_be_is_refused_in_its_place(session: Session) -> None:
    create_chain_company(session, name="老企业", since=dt.date(2026, 6, 1))
    session.commit()
    lines = (
        "老企业,,园区外,,已退出,2026-05-01,",  # before the stage that is recorded
        "新企业,91500236MA6000001Q,园区外,,线索,2026-09-01,",  # the check character
        "甲,,园区外,飞行,线索,2026-09-01,",
        "乙,91500236MA60000010,园区外,,线索,2026-09-01,",
        "丙,91500236MA60000010,园区外,,线索,2026-09-01,",  # the code of 乙
        "丁,,外,,线索,2026-11-06,",  # tomorrow
    )
    told = take(HEAD + "\n".join(lines) + "\n")
    assert [
        (one.place.row, one.error.code)
        for one in sorted(told.refusals, key=lambda one: one.place.row or 0)
    ] == [
        (2, "chain.stage_before"),
        (3, "identity.credit_code"),
        (4, "cell.choice"),
        (6, "chain.taken"),
        (7, "chain.day_to_come"),
    ]
    session.rollback()
    names = {row.name for row in queries.chain_companies(session, Scope.base())}
    assert names == {"老企业", "乙"}
