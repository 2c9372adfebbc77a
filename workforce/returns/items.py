"""What a monthly return says: one entry here is one figure of every form, file, check and total.

To add one: an `Item` in `_declared`, and nothing else. A figure is a whole count of the last shown
decimal of its unit: persons, fen, hundredths of an hour. What nobody knows is left out, never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from workforce.core.errors import InputError
from workforce.core.money import parse_decimal
from workforce.core.results import WagePart
from workforce.core.terms import term, terms_of
from workforce.core.text import Text
from workforce.statistics.cube import CellRef

LARGEST: Final = 10**13
"""More than any company has of anything: a hundred thousand million yuan."""


class ItemUnit(Enum):
    """How a figure is counted: ``(code, decimals, label)``."""

    PERSONS = ("persons", 0, Text("人", "people"))
    AVERAGE = ("average", 2, Text("人", "people"))
    YUAN = ("yuan", 2, Text("元", "yuan"))
    HOURS = ("hours", 2, Text("小时", "hours"))

    def __init__(self, code: str, decimals: int, label: Text) -> None:
        """Name the parts of the value."""
        self.code = code
        self.decimals = decimals
        self.label = label

    def read(self, written: str) -> int:
        """Read a plain decimal as a count of the last decimal.

        Raises:
            InputError: no plain number, negative, too exact or too large.
        """
        value = parse_decimal(written, self.decimals)
        if value < 0:
            raise InputError("cell.negative", value=written)
        if value > LARGEST:
            raise InputError("cell.absurd", value=written, limit=LARGEST // 10**self.decimals)
        return value

    def plain(self, value: int) -> str:
        """Write a value as `read` takes it: 386250 fen → ``3862.50``."""
        whole, rest = divmod(abs(value), 10**self.decimals)
        fraction = f".{rest:0{self.decimals}d}" if self.decimals else ""
        return f"{'-' if value < 0 else ''}{whole}{fraction}"

    def shown(self, value: int) -> str:
        """Write a value for people, with thousands separators and a true minus."""
        whole, _, fraction = self.plain(abs(value)).partition(".")
        sign = "\N{MINUS SIGN}" if value < 0 else ""
        return f"{sign}{int(whole):,}{'.' if fraction else ''}{fraction}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One figure of a return.

    ``part_of``: the figure that it cannot be larger than. ``is_required``: a typed return must say it.
    ``cell``: where a computed return has it from; None: nothing here counts it, the company types it.
    """

    code: str
    group: str
    label: Text
    unit: ItemUnit
    definition: Text
    is_required: bool = True
    part_of: str | None = None
    is_inset: bool = False
    """Whether it stands right below its whole."""
    cell: CellRef | None = None

    @property
    def is_typed(self) -> bool:
        """Whether the company always types it: nothing here counts it."""
        return self.cell is None


GROUPS: Final = {
    "people": Text("人数", "People"),
    "groups": Text("期末人数中的重点群体", "Key groups among people at end"),
    "wages": Text("工资", "Wages"),
    "work": Text("工时、参保和欠薪", "Hours, insurance, wages owed"),
    "output": Text("产值和交易", "Output and trade"),
}
"""The parts of the form, in their order."""


def _whole(measure: str) -> CellRef:
    return CellRef("whole", measure, ())


def _people() -> Iterator[Item]:
    persons = ItemUnit.PERSONS
    yield Item(
        code="jobs_start",
        group="people",
        label=Text("期初人数", "People at start"),
        unit=persons,
        definition=Text(
            "上月最后一天 24 时在岗的从业人员，等于上月的期末人数。不含实习生和劳务提供者。",
            "Employed at 24:00 of the last day of the month before: last month's people at end. Without "
            "interns and labour-service providers.",
        ),
        cell=_whole("jobs_start"),
    )
    yield Item(
        code="joined",
        group="people",
        label=Text("本月入职", "Joined"),
        unit=persons,
        definition=Text("本月第一天上班的人。", "Whose first employed day is in the month."),
        cell=_whole("joined"),
    )
    yield Item(
        code="left",
        group="people",
        label=Text("本月离职", "Left"),
        unit=persons,
        definition=Text(
            "最后一个在职日在本月的人，包括月末最后一天离职的。",
            "Whose last employed day is in the month, its last day included.",
        ),
        cell=_whole("left"),
    )
    yield Item(
        code="jobs_end",
        group="people",
        label=Text("期末人数", "People at end"),
        unit=persons,
        definition=Text(
            "本月最后一天 24 时在岗的从业人员：期初加入职减离职；最后一天离职的不算。",
            "Employed at 24:00 of the last day: start plus joined less left; who leaves on it is out.",
        ),
        cell=_whole("jobs_end"),
    )
    yield Item(
        code="end_women",
        group="people",
        label=Text("其中：女性", "Of these: women"),
        unit=persons,
        definition=Text("期末人数中的女性。", "Women among people at end."),
        part_of="jobs_end",
        is_inset=True,
        cell=CellRef("sex", "jobs_end", ("2",)),
    )
    yield Item(
        code="average_headcount",
        group="people",
        label=Text("平均人数", "Average people"),
        unit=ItemUnit.AVERAGE,
        definition=Text(
            "本月每天实有人数之和 ÷ 本月日历天数，休息日按前一天算，保留两位小数。",
            "The sum of each day's people ÷ calendar days of the month, rest days as the day before; two "
            "decimals.",
        ),
        cell=_whole("average_headcount"),
    )


def _groups() -> Iterator[Item]:
    for code, label in terms_of("key_group").items():
        yield Item(
            code=f"end_{code}",
            group="groups",
            label=label,
            unit=ItemUnit.PERSONS,
            definition=Text(
                f"期末人数中的{label.zh}；一个人可以同时属于几类。不掌握的留空，不填 0。",
                f"{label.en} among people at end; a person may be in several groups. Leave blank what "
                "is not known, do not write 0.",
            ),
            is_required=False,
            part_of="jobs_end",
            cell=CellRef("key_group", "jobs_end", (code,)),
        )


def _wages() -> Iterator[Item]:
    yield Item(
        code="total_wages",
        group="wages",
        label=Text("工资总额", "Total wages"),
        unit=ItemUnit.YUAN,
        definition=Text(
            "本月应付的税前工资，等于下面六部分之和（国家统计局令第1号第四条）。不含劳务费、劳保和不列入工资总额的补助。",
            "The month's wages before tax: the sum of the six parts below (NBS Order No. 1, article 4). "
            "Without fees of labour service, labour protection and allowances that are not wages.",
        ),
        cell=_whole("total_wages"),
    )
    for part in WagePart:
        label = term(f"wage_part.{part}")
        yield Item(
            code=f"{part}_wages",
            group="wages",
            label=Text(f"其中：{label.zh}", f"Of these: {label.en[:1].lower()}{label.en[1:]}"),
            unit=ItemUnit.YUAN,
            definition=Text(
                f"工资总额六部分之一：{label.zh}。没有的填 0。",
                f"One of the six parts of total wages: {label.en[:1].lower()}{label.en[1:]}. Write 0 where there is none.",
            ),
            part_of="total_wages",
            is_inset=True,
            cell=_whole(f"{part}_wages"),
        )


def _work() -> Iterator[Item]:
    yield Item(
        code="worked_hours",
        group="work",
        label=Text("实际工时", "Hours worked"),
        unit=ItemUnit.HOURS,
        definition=Text(
            "本月全体从业人员实际工作的小时数，含加班。不掌握的留空。",
            "Hours that all worked in the month, overtime included. Leave blank what is not known.",
        ),
        is_required=False,
        cell=_whole("worked_hours"),
    )
    yield Item(
        code="overtime_hours",
        group="work",
        label=Text("其中：加班", "Of these: overtime"),
        unit=ItemUnit.HOURS,
        definition=Text("其中加班的小时数。", "Hours of overtime among them."),
        is_required=False,
        part_of="worked_hours",
        is_inset=True,
        cell=_whole("overtime_hours"),
    )
    yield Item(
        code="insured",
        group="work",
        label=Text("参保人数", "Insured people"),
        unit=ItemUnit.PERSONS,
        definition=Text(
            "期末人数中本月缴纳职工基本养老保险的人数。",
            "People at end who paid basic pension insurance in the month.",
        ),
        part_of="jobs_end",
        cell=_whole("insured_jobs"),
    )
    yield Item(
        code="arrears_people",
        group="work",
        label=Text("被欠薪人数", "People whose wages are owed"),
        unit=ItemUnit.PERSONS,
        definition=Text(
            "到期应发而没有发到的工资涉及的人数，不论是哪个月的工资。",
            "People whose wages were due and have not been paid, of whatever month.",
        ),
        cell=_whole("arrears_jobs"),
    )
    yield Item(
        code="arrears_amount",
        group="work",
        label=Text("欠薪金额", "Wages owed"),
        unit=ItemUnit.YUAN,
        definition=Text(
            "到期应发而没有发到的工资合计。",
            "The sum of wages that were due and have not been paid.",
        ),
        cell=_whole("arrears"),
    )


def _output() -> Iterator[Item]:
    yuan = ItemUnit.YUAN
    for code, label in terms_of("chain_link").items():
        yield Item(
            code=f"output_{code}",
            group="output",
            label=Text(f"产值：{label.zh}", f"Output: {label.en[:1].lower()}{label.en[1:]}"),
            unit=yuan,
            definition=Text(
                f"本月{label.zh}环节完成的产值，不含增值税。只填本企业有的环节：填了任何一个，没有填的环节就是没有；"
                "都不填就是产值不掌握。",
                f"Value made in the month by {label.en[:1].lower()}{label.en[1:]}, without VAT. Fill in the links that "
                "the company has: with one filled in, a blank link is none; with all blank, output is not known.",
            ),
            is_required=False,
        )
    yield Item(
        code="chain_purchases",
        group="output",
        label=Text("向产业链企业采购", "Bought within the chain"),
        unit=yuan,
        definition=Text(
            "本月产值里，从本产业链其他企业（园区内外都算）买来的数据和服务，不含增值税；合并产值时要减去。没有填 0，不掌握的留空。",
            "Data and services in the month's output that were bought from other companies of the chain, inside or "
            "outside the base, without VAT: taken off when output is consolidated. Write 0 where there is none, "
            "leave blank what is not known.",
        ),
        is_required=False,
    )
    yield Item(
        code="data_trading",
        group="output",
        label=Text("数据交易额", "Data trading value"),
        unit=yuan,
        definition=Text(
            "本月作为卖方成交的数据产品金额，不含增值税；和产值分开统计。没有填 0，不掌握的留空。",
            "Data products that the company sold in the month, without VAT; counted apart from output. Write 0 "
            "where there is none, leave blank what is not known.",
        ),
        is_required=False,
    )


@cache
def items() -> Mapping[str, Item]:
    """Return every item by code, in the order of the form."""
    declared = (*_people(), *_groups(), *_wages(), *_work(), *_output())
    return {item.code: item for group in GROUPS for item in declared if item.group == group}


def grouped() -> Iterator[tuple[Text, list[Item]]]:
    """Yield the parts of the form with their items."""
    for group, label in GROUPS.items():
        yield label, [item for item in items().values() if item.group == group]
