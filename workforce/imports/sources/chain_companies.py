"""Companies of the industry chain as a table: what is known of each, and the stage that it is at.

A company is known by its name. A stage that is not the one recorded is added from its day on; what was
recorded stays. Of the base and of no company.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from workforce.chain import queries
from workforce.chain.table import Wish, plan_companies, store_companies
from workforce.core.identity import check_credit_code
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.imports.planning import refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import (
    TABLE_SUFFIXES,
    Context,
    Extent,
    Options,
    Part,
    Proposal,
    Source,
    SourceFile,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.sheets import Cell

CODE: Final = "chain_companies"
_SHORT: Final = 60
_LONG: Final = 120


def _names(kind: str) -> dict[str, str]:
    """Return what may be written for the codes of a kind of term, in both languages."""
    words = ((word, code) for code, label in terms_of(kind).items() for word in (*label, code))
    # Cells are read with their full-width signs made plain.
    return {unicodedata.normalize("NFKC", word).lower(): code for word, code in words}


_PLACES: Final = {
    "园区内": "inside",
    "内": "inside",
    "inside": "inside",
    "园区外": "outside",
    "外": "outside",
    "outside": "outside",
}
_STAGES: Final = {
    **_names("chain_stage"),
    "已入驻": "moved_in",
    "退出": "left",
    "洽谈": "negotiating",
}


def _choices(kind: str) -> Text:
    labels = terms_of(kind).values()
    return Text("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))


COLUMNS: Final = (
    Column(
        name="name",
        titles=("企业名称", "企业", "名称"),
        note=Text("登记过的企业按名称对应", "companies are known by their names"),
        example=("云帆智能科技有限公司", "三峡语料科技有限公司"),
        is_required=True,
    ),
    Column(
        name="credit_code",
        titles=("统一社会信用代码", "信用代码"),
        note=Text("还没有的不填", "leave blank while there is none"),
        example=(None, "91500236MA60000010"),
    ),
    Column(
        name="place",
        titles=("园区内外", "内外"),
        note=Text("园区内、园区外", "inside, outside"),
        example=("园区外", "园区内"),
        is_required=True,
    ),
    Column(
        name="link",
        titles=("环节", "产业链环节"),
        note=_choices("chain_link"),
        example=("清洗标注", "数据集"),
    ),
    Column(
        name="stage",
        titles=("进展", "阶段"),
        note=_choices("chain_stage"),
        example=("洽谈中", "已入驻（投产）"),
        is_required=True,
    ),
    Column(
        name="since",
        titles=("从哪天起", "进展日期"),
        note=Text("现在的进展从哪天起", "since when it is at this stage"),
        example=(dt.date(2026, 9, 20), dt.date(2026, 3, 1)),
        is_required=True,
    ),
    Column(
        name="lead_source",
        titles=("线索来源", "来源"),
        note=_choices("lead_source"),
        example=("招商会、展会", None),
    ),
    Column(
        name="referrer",
        titles=("介绍人",),
        note=Text("谁介绍来的", "who brought it"),
        example=("向师傅", None),
    ),
    Column(
        name="contact_name",
        titles=("联系人",),
        note=Text("可不填", "optional"),
        example=("王经理", None),
    ),
    Column(
        name="contact_phone",
        titles=("联系电话", "电话"),
        note=Text("可不填，加密保存", "optional, stored encrypted"),
        example=("023-56550000", None),
    ),
)


def _read(file: SourceFile, _options: Options) -> Reading[Wish]:
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> Wish:
    def short(value: Any) -> str:
        return values.text(value, _SHORT)

    read = {
        "credit_code": lambda value: check_credit_code(values.text(value)),
        "link": lambda value: values.choice(value, _names("chain_link")),
        "lead_source": lambda value: values.choice(value, _names("lead_source")),
        "referrer": short,
        "contact_name": short,
        "contact_phone": short,
    }
    told = {name: row.get(name, how) for name, how in read.items() if row.has_column(name)}
    place = row.need("place", lambda value: values.choice(value, _PLACES))
    return Wish(
        name=row.need("name", lambda value: values.text(value, _LONG)),
        told={**told, "is_inside": place == "inside"},
        stage=row.need("stage", lambda value: values.choice(value, _STAGES)),
        since=row.need("since", values.near_date),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[Wish]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: row, lambda one: one.name)
    plan = plan_companies(session, [one for _, one in facts.values()])
    refusals += refuse_faults(facts, plan.faults)

    def name(row: Mapping[str, Any]) -> str:
        return str(row["name"])

    return Proposal(
        parts=[
            Part(
                Text("产业链企业", "Companies of the chain"),
                plan.companies,
                name,
                secret=frozenset({"contact_phone"}),
                words={
                    "link": lambda value, _row: terms_of("chain_link")[value].zh,
                    "lead_source": lambda value, _row: terms_of("lead_source")[value].zh,
                },
            ),
            Part(
                Text("进展", "Stages"),
                plan.stages,
                lambda row: f"{row['name']} {terms_of('chain_stage')[row['stage']].zh}",
                words={"stage": lambda value, _row: terms_of("chain_stage")[value].zh},
            ),
        ],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda writing, _batch_id: store_companies(writing, context.actor, plan),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    """Write every company that has a stage; of one month, those whose stage began by its end."""
    period = extent.period
    links, sources, stages = (
        terms_of(kind) for kind in ("chain_link", "lead_source", "chain_stage")
    )
    for one, stage, since in queries.recorded(session):
        if stage is None or since is None or (period is not None and since > period.last_on):
            continue
        yield {
            "name": one.name,
            "credit_code": one.credit_code,
            "place": "园区内" if one.is_inside else "园区外",
            "link": links[one.link].zh if one.link else None,
            "stage": stages[stage].zh,
            "since": since,
            "lead_source": sources[one.lead_source].zh if one.lead_source else None,
            "referrer": one.referrer,
            "contact_name": one.contact_name,
            "contact_phone": one.contact_phone,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("产业链企业表", "Companies of the chain"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.CHAIN_SET,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
    is_of_base=True,
)
