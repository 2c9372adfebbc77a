"""A study as people read it: one value from which the page and every file are written.

Nothing is computed after this but differences of two figures that are both shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from workforce.core.chart import Chart, Series
from workforce.core.terms import term
from workforce.core.text import Text, plural
from workforce.platform.formatting import MINUS, count, money
from workforce.policy_lab.comparison import BAND_COUNT, CHANGES, band_labels
from workforce.policy_lab.levers import Unit
from workforce.policy_lab.outcome import FIGURES
from workforce.policy_lab.protection import COARSER, MONEY_ROUND_FEN, PEOPLE_ROUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workforce.core.period import PayPeriod
    from workforce.policy_lab.comparison import Result
    from workforce.policy_lab.levers import Lever

WITHHELD: Final = "※"

_PEOPLE: Final = Text("人", "people")
_YUAN: Final = Text("元", "yuan")
_ROUNDED: Final = Text("万元", "10,000 yuan")
"""What sums are told in that are rounded to `MONEY_ROUND_FEN`: no decimals that they have not."""
_ITEM: Final = Text("项目", "Item")
_BEFORE: Final = Text("现在", "Now")
_AFTER: Final = Text("试算后", "With the change")
_CHANGE: Final = Text("变动", "Change")


class Kind(StrEnum):
    """What a figure counts."""

    PEOPLE = "people"
    MONEY = "money"
    MOVE = "move"
    """Fen, with its sign."""
    PEOPLE_MOVE = "people_move"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: people, or fen; None is withheld.

    ``is_rounded``: money that is told in whole `MONEY_ROUND_FEN`.
    """

    value: int | None
    kind: Kind
    is_rounded: bool = False

    @property
    def is_money(self) -> bool:
        """Tell whether it is a sum."""
        return self.kind in {Kind.MONEY, Kind.MOVE}

    @property
    def number(self) -> int | None:
        """The whole number that is told: people, fen, or roundings."""
        if self.value is None or not (self.is_money and self.is_rounded):
            return self.value
        return self.value // MONEY_ROUND_FEN

    @property
    def has_fen(self) -> bool:
        """Tell whether it is told to the fen."""
        return self.is_money and not self.is_rounded

    @property
    def unit(self) -> Text:
        """What it is counted in."""
        return _money_unit(is_rounded=self.is_rounded) if self.is_money else _PEOPLE

    @property
    def text(self) -> str:
        """Write it as it is shown."""
        if self.number is None:
            return WITHHELD
        shown = money(self.number) if self.has_fen else count(self.number)
        is_signed = self.kind in {Kind.MOVE, Kind.PEOPLE_MOVE} and self.number > 0
        return f"+{shown}" if is_signed else shown


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column of figures."""

    label: Text
    unit: Text


@dataclass(frozen=True, slots=True)
class FaceRow:
    """A named row of figures."""

    label: Text
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class FaceTable:
    """A table of figures."""

    code: str
    title: Text
    head: Text
    columns: tuple[Column, ...]
    rows: tuple[FaceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A study, or two side by side, ready to be written."""

    title: Text
    sentences: tuple[Text, ...]
    facts: tuple[tuple[Text, Text], ...]
    tables: tuple[FaceTable, ...]
    chart: Chart
    notes: tuple[Text, ...]
    period: PayPeriod
    is_protected: bool


def moved(result: Result, name: str) -> Figure:
    """Return how much a study moves one of its sums."""
    return Figure(result.change(name), Kind.MOVE, is_rounded=result.is_protected)


def month_unit(*, is_rounded: bool) -> Text:
    """Return what sums of a month are told in."""
    unit = _money_unit(is_rounded=is_rounded)
    return Text(f"{unit.zh}/月", f"{unit.en} a month")


def _money_unit(*, is_rounded: bool) -> Text:
    return _ROUNDED if is_rounded else _YUAN


def face_of(
    title: Text,
    period: PayPeriod,
    lever: Lever,
    tried: int,
    result: Result,
    law_hash: str,
    more_facts: Sequence[tuple[Text, Text]] = (),
) -> Face:
    """Return the face of one study."""
    return Face(
        title=title,
        sentences=(sentence(lever, tried, result),),
        facts=(*_facts(period, lever, tried, result, law_hash), *more_facts),
        tables=(_totals(result), _bands([(_PEOPLE, result)]), *_groups(result)),
        chart=_chart([(_PEOPLE, result)]),
        notes=_notes(result),
        period=period,
        is_protected=result.is_protected,
    )


def face_of_two(
    names: tuple[Text, Text],
    periods: tuple[PayPeriod, PayPeriod],
    questions: tuple[tuple[Lever, int], tuple[Lever, int]],
    results: tuple[Result, Result],
) -> Face:
    """Return two studies side by side: how far each moves the sums, and whom."""
    first, second = results
    pairs = tuple(zip(names, results, strict=True))
    difference = Text("第二个减第一个", "Second less first")
    is_protected = first.is_protected or second.is_protected
    unit = month_unit(is_rounded=is_protected)
    columns = tuple(Column(name, unit) for name in (*names, difference))
    rows = [
        FaceRow(
            term(f"study_figure.{name}"),
            _pair(
                first.change(name),
                second.change(name),
                Kind.MOVE,
                Kind.MOVE,
                is_rounded=is_protected,
            ),
        )
        for name in FIGURES
    ]
    of_people = tuple(
        FaceRow(
            term(f"study_figure.{name}"),
            _pair(getattr(first, name), getattr(second, name), Kind.PEOPLE, Kind.PEOPLE_MOVE),
        )
        for name in ("people", "affected")
    )
    return Face(
        title=Text("两次试算的比较", "Two studies compared"),
        sentences=tuple(
            sentence(lever, tried, result)
            for (lever, tried), result in zip(questions, results, strict=True)
        ),
        facts=tuple(
            (name, Text(f"{period}，{lever.label.zh}", f"{period}, {lever.label.en}"))
            for name, period, (lever, _tried) in zip(names, periods, questions, strict=True)
        ),
        tables=(
            FaceTable(
                "people",
                Text("涉及的人", "People affected"),
                _ITEM,
                tuple(Column(column.label, _PEOPLE) for column in columns),
                of_people,
            ),
            FaceTable("sums", Text("每月的变动", "Change a month"), _ITEM, columns, tuple(rows)),
            _bands(pairs),
        ),
        chart=_chart(pairs),
        notes=_notes(first if first.is_protected else second),
        period=periods[0],
        is_protected=is_protected,
    )


def sentence(lever: Lever, tried: int, result: Result) -> Text:
    """Say the whole study in one sentence."""
    question = _question(lever, tried)
    cost, net = result.change("labour_cost"), result.change("net")
    if cost is None or net is None:
        return Text(
            f"{question.zh}：结果不公布，因为主要来自个别企业。",
            f"{question.en}: withheld, because it is mostly of single companies.",
        )
    people = _affected(result.affected, result)
    return Text(
        f"{question.zh}：涉及{people.zh}，单位用工成本每月{_moved_zh(cost, result)}，"
        f"职工实发工资每月{_moved_zh(net, result)}。",
        f"{question.en}: {people.en} affected, the employers' cost "
        f"{_moved_en(cost, result)} a month, net pay {_moved_en(net, result)} a month.",
    )


def _affected(people: int | None, result: Result) -> Text:
    if people is None:
        return Text("的人数不公布", "people whose number is withheld are")
    if not result.is_protected:
        are = plural(people, "person is", "people are")
        return Text(f" {count(people)} 人", f"{count(people)} {are}")
    if not people:
        few = PEOPLE_ROUND // 2
        return Text(f"不足 {few} 人", f"fewer than {few} people are")
    return Text(f"约 {count(people)} 人", f"about {count(people)} people are")


def _question(lever: Lever, tried: int) -> Text:
    label, new = lever.label, lever.shown(tried)
    if lever.unit is Unit.CHANGE:
        plain = new.lstrip(f"+{MINUS}")
        zh, en = ("提高", "up by") if tried > 0 else ("降低", "down by")
        return Text(f"{label.zh}{zh} {plain}", f"{label.en} {en} {plain}")
    unit = _YUAN if lever.unit is Unit.YUAN else Text("", "")
    old = lever.shown(lever.present)
    zh = "提高" if tried > lever.present else "降低"
    en = "raised" if tried > lever.present else "lowered"
    return Text(
        f"{label.zh}从 {old} {unit.zh}{zh}到 {new} {unit.zh}".strip(),
        f"{label.en} {en} from {old} to {new} {unit.en}".strip(),
    )


def _moved_zh(fen: int, result: Result) -> str:
    if not fen:
        return "不足以看出变动" if result.is_protected else "不变"
    about = "约" if result.is_protected else ""
    return f"{'增加' if fen > 0 else '减少'}{about} {_sum(fen, result)} 元"


def _moved_en(fen: int, result: Result) -> str:
    if not fen:
        return "hardly moves" if result.is_protected else "stays the same"
    about = "about " if result.is_protected else ""
    return f"{'rises' if fen > 0 else 'falls'} by {about}{_sum(fen, result)} yuan"


def _sum(fen: int, result: Result) -> str:
    """Write a sum without the fen that a rounded one has not."""
    return count(abs(fen) // 100) if result.is_protected else money(abs(fen))


def _facts(
    period: PayPeriod, lever: Lever, tried: int, result: Result, law_hash: str
) -> tuple[tuple[Text, Text], ...]:
    is_change = lever.unit is Unit.CHANGE
    unit = _YUAN if lever.unit is Unit.YUAN else Text("", "")
    now = (
        Text("按各自的约定", "as agreed with each")
        if is_change
        else _value(lever, lever.present, unit)
    )
    companies = Text(f"{result.companies} 家", f"{result.companies}")
    facts = [
        (term("study_field.month"), Text(str(period), str(period))),
        (term("study_field.what"), lever.label),
        (term("study_field.present"), now),
        (term("study_field.source"), lever.source),
        (term("study_field.tried"), _value(lever, tried, unit)),
        (Text("参与企业", "Companies"), companies),
    ]
    if result.left_out_count:
        named = "、".join(result.left_out), ", ".join(result.left_out)
        number = result.left_out_count
        facts.append(
            (
                Text("未参与的企业", "Companies left out"),
                Text(named[0] or f"{number} 家", named[1] or str(number)),
            )
        )
    facts.append((Text("法规指纹", "Fingerprint of the law"), Text(law_hash[:12], law_hash[:12])))
    return tuple(facts)


def _value(lever: Lever, value: int, unit: Text) -> Text:
    shown = lever.shown(value)
    return Text(f"{shown} {unit.zh}".strip(), f"{shown} {unit.en}".strip())


def _totals(result: Result) -> FaceTable:
    floor = result.floor
    more = None if floor[0] is None or floor[1] is None else floor[1] - floor[0]
    people = FaceRow(
        term("study_figure.floor"),
        (
            Figure(floor[0], Kind.PEOPLE),
            Figure(floor[1], Kind.PEOPLE),
            Figure(more, Kind.PEOPLE_MOVE),
        ),
    )
    sums = [
        FaceRow(
            term(f"study_figure.{name}"),
            (
                Figure(result.sums[name][0], Kind.MONEY, is_rounded=result.is_protected),
                Figure(result.after(name), Kind.MONEY, is_rounded=result.is_protected),
                moved(result, name),
            ),
        )
        for name in FIGURES
    ]
    sums_in = month_unit(is_rounded=result.is_protected)
    unit = Text(f"{sums_in.zh}，人数为人", f"{sums_in.en}; people where so named")
    return FaceTable(
        "totals",
        Text("全体合计", "Everybody together"),
        _ITEM,
        tuple(Column(label, unit) for label in (_BEFORE, _AFTER, _CHANGE)),
        (*sums, people),
    )


def _bands(pairs: Sequence[tuple[Text, Result]]) -> FaceTable:
    labels = band_labels(_whole_yuan)
    shown = [
        number
        for number in range(BAND_COUNT)
        if any(result.bands[number] != 0 for _name, result in pairs)
    ]
    return FaceTable(
        "bands",
        Text("实发每月变动多少，各有多少人", "How much net pay moves a month, of how many people"),
        Text("实发变动", "Net pay"),
        tuple(
            Column(Text("人数", "People") if len(pairs) == 1 else name, _PEOPLE)
            for name, _result in pairs
        ),
        tuple(
            FaceRow(
                labels[number],
                tuple(Figure(result.bands[number], Kind.PEOPLE) for _name, result in pairs),
            )
            for number in shown
        ),
    )


def _chart(pairs: Sequence[tuple[Text, Result]]) -> Chart:
    labels = band_labels(_whole_yuan)
    return Chart(
        code="bands",
        title=Text("实发变动的人数", "People by how much net pay moves"),
        kind="bar",
        categories=labels,
        series=tuple(Series(name, result.bands) for name, result in pairs),
        unit=_PEOPLE,
        definition=Text(
            "同一个月用同一套计算各算一次，按每人实发的差分档；每档不含下限、含上限。",
            "One month computed twice in the same way; people by the difference of their net pay. A "
            "band is over its lower and up to its upper end.",
        ),
    )


def _whole_yuan(fen: int) -> str:
    return str(fen // 100)


def _groups(result: Result) -> tuple[FaceTable, ...]:
    sums_in = month_unit(is_rounded=result.is_protected)
    change = Text(f"变动，{sums_in.zh}", f"change, {sums_in.en}")
    heads = [
        Column(term("study_figure.people"), _PEOPLE),
        Column(term("study_figure.affected"), _PEOPLE),
        *(Column(term(f"study_figure.{name}"), change) for name in CHANGES),
    ]
    return tuple(
        FaceTable(
            table.code,
            Text(f"按{table.label.zh}", f"By {table.label.en[0].lower()}{table.label.en[1:]}"),
            table.label,
            tuple(heads),
            tuple(
                FaceRow(
                    row.label,
                    (
                        Figure(row.people, Kind.PEOPLE),
                        Figure(row.affected, Kind.PEOPLE),
                        *(
                            Figure(value, Kind.MOVE, is_rounded=result.is_protected)
                            for value in row.changes
                        ),
                    ),
                )
                for row in table.rows
            ),
        )
        for table in result.tables
    )


def _pair(
    first: int | None, second: int | None, kind: Kind, move: Kind, *, is_rounded: bool = False
) -> tuple[Figure, ...]:
    difference = None if first is None or second is None else second - first
    of = ((first, kind), (second, kind), (difference, move))
    return tuple(Figure(value, what, is_rounded=is_rounded) for value, what in of)


def _notes(result: Result) -> tuple[Text, ...]:
    notes = [
        Text(
            "只算这一个月已批准的月度工资：半月工资、批外发放和事后调整不在内。",
            "Only the month's approved monthly payroll: half months, payments apart and later "
            "corrections are not in it.",
        ),
        Text(
            "只改这一个取值，人的行为不变：没有计入多做少做、招人裁人、涨价或企业自行调整工资。",
            "Only this one value changes and nobody acts otherwise: more or less work, hiring, "
            "layoffs, prices and pay that companies would raise by themselves are not in it.",
        ),
        Text(
            "个税按本年累计预扣，只有本月按试算取值；以前月份和汇算清缴不变。",
            "Income tax is withheld on the year to date; only this month is by the value tried, "
            "earlier months and the yearly settlement are not.",
        ),
    ]
    if result.lost:
        notes.append(
            Text(
                f"照此有 {count(result.lost)} 人不能计薪，没有参与比较。",
                f"{count(result.lost)} {plural(result.lost, 'person', 'people')} could not be paid by it "
                "and cannot be compared.",
            )
        )
    if result.left_out_count:
        notes.append(
            Text(
                "未参与的企业：按当时的数据和法规重算，与已批准的工资条不完全一致。",
                "Companies left out: computed anew by the facts and law of the time, they do not "
                "give the approved payslips to the fen.",
            )
        )
    if result.is_protected:
        notes.append(
            Text(
                f"人数取整到 {PEOPLE_ROUND} 人（补到最低工资的人数必要时取整到 {COARSER[0]} 或 {COARSER[1]} 人），金额取整到 {MONEY_ROUND_FEN // 100:,} 元，各数分别取整，"
                f"加起来可能有出入；0 是不到取整单位的一半（取整到 {PEOPLE_ROUND} 人的不足 {PEOPLE_ROUND // 2} 人，金额不足 {MONEY_ROUND_FEN // 200:,} 元），不一定没有。"
                f"{WITHHELD} 表示不公布：人或企业太少，主要来自一两家企业，或与已公布的统计相减会暴露它们。",
                f"People are rounded to {PEOPLE_ROUND} (those filled up to the minimum wage to {COARSER[0]} or {COARSER[1]} where needed), money to {MONEY_ROUND_FEN // 100:,} yuan, each "
                f"figure by itself: sums may be off. 0 is less than half of the rounding (fewer than {PEOPLE_ROUND // 2} people of those "
                f"rounded to {PEOPLE_ROUND}, less than {MONEY_ROUND_FEN // 200:,} yuan), and not always none. {WITHHELD} means withheld: of too few people or "
                "companies, mostly of one or two, or telling of them less what is published.",
            )
        )
    return tuple(notes)
