"""The quarter in sentences: each says what exhibits tell, and is left out where they do not tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.book.drawing import shown
from workforce.bureau.exhibits import EXHIBITS
from workforce.bureau.report import plain
from workforce.core.money import round_half_up
from workforce.core.report_period import Span
from workforce.core.text import Text
from workforce.platform.exhibits import Exhibit, Row, Shape, Told, Topic, Value, readable

if TYPE_CHECKING:
    from workforce.book.model import Book

_OWN: Final = frozenset(source.code for source in EXHIBITS)
"""The exhibits that sentences of their own are written of."""
_QUARTER: Final = Span.QUARTER.months
_YEAR: Final = Span.YEAR.months
_MOST_NAMED: Final = 3
_MOST_GENERIC: Final = 3
_TEN_THOUSAND_YUAN: Final = 1_000_000
"""Fen of it."""
_NOT_TOLD: Final = {
    Told.WITHHELD: Text("不公布", "withheld"),
    Told.UNKNOWN: Text("未知", "unknown"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that opens the summary, with what is to be said of how it moved."""

    label: Text
    text: str
    unit: Text
    change: Text


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures, then sentences by topic."""

    facts: tuple[Fact, ...]
    paragraphs: tuple[tuple[Topic, tuple[Text, ...]], ...]


def summarise(book: Book) -> Summary:
    """Say what a quarter's exhibits tell."""
    writers: dict[Topic, Callable[[Book], Iterator[Text]]] = {
        Topic.JOBS: _jobs,
        Topic.GROWTH: _growth,
        Topic.ORIGIN: _origin,
        Topic.WAGES: _wages,
        Topic.TARGETS: _targets,
    }
    paragraphs = []
    for chapter in book.chapters:
        write = writers.get(chapter.topic)
        said = list(write(book)) if write else []
        if chapter.topic is not Topic.TARGETS:
            others = [readable(one.exhibit) for one in chapter.entries if one.code not in _OWN]
            said += _generic(others)
        if said:
            paragraphs.append((chapter.topic, tuple(said)))
    return Summary(tuple(_facts(book)), tuple(paragraphs))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of curves, read from its end."""

    exhibit: Exhibit
    row: Row

    def number(self, months_ago: int = 0) -> int | None:
        values = self.row.values
        return values[-1 - months_ago].number if months_ago < len(values) else None

    @property
    def text(self) -> str:
        return shown(self.row.values[-1], self.exhibit.decimals)

    def change(self, months_ago: int) -> int | None:
        now, before = self.number(), self.number(months_ago)
        return None if now is None or before is None else now - before


def _line(book: Book, code: str, at: int = 0) -> _Line | None:
    exhibit = book.exhibit(code)
    if exhibit is None or at >= len(exhibit.rows):
        return None
    return _Line(exhibit, exhibit.rows[at])


def _facts(book: Book) -> Iterator[Fact]:
    chosen = (
        ("jobs_by_month", 0, Text("个", "")),
        ("jobs_by_month", 1, Text("人", "")),
        ("companies_by_month", 0, Text("家", "")),
        ("wages_by_month", 0, Text("元", "yuan")),
    )
    for code, at, unit in chosen:
        line = _line(book, code, at)
        if line is not None:
            yield Fact(line.row.label, line.text, unit, _since(line, _QUARTER, unit))


def _since(line: _Line, months_ago: int, unit: Text) -> Text:
    """Say how a line moved, or that it is not known."""
    change = line.change(months_ago)
    if change is None:
        return Text("与上季末不能比较", "not comparable with last quarter")
    moved = _moved(change, line.exhibit.decimals, unit)
    return Text(f"比上季末{moved.zh}", f"{moved.en} on last quarter")


def _moved(change: int, decimals: int, unit: Text) -> Text:
    if change == 0:
        return Text("持平", "unchanged")
    size = plain(abs(change), decimals)
    if change > 0:
        return Text(f"增加 {size} {unit.zh}", f"+{size}")
    return Text(f"减少 {size} {unit.zh}", f"−{size}")


def _compared(line: _Line, unit: Text) -> Text:
    """Say how a line moved since the quarter and the year before, as far as both are known."""
    zh, en = [], []
    for months_ago, before in (
        (_QUARTER, Text("上季末", "last quarter")),
        (_YEAR, Text("上年同期", "a year ago")),
    ):
        change, old = line.change(months_ago), line.number(months_ago)
        if change is None or old is None:
            continue
        moved = _moved(change, line.exhibit.decimals, unit)
        rate = Text("", "")
        if old > 0 and change:
            percent = f"{plain(round_half_up(1000 * abs(change), old), 1)}%"
            sign = "+" if change > 0 else "−"
            rate = Text(f"（{percent}）", f" ({sign}{percent})")
        zh.append(f"比{before.zh}{moved.zh}{rate.zh}")
        en.append(f"{moved.en}{rate.en} on {before.en}")
    return Text("".join(f"，{one}" for one in zh), "".join(f", {one}" for one in en))


def _jobs(book: Book) -> Iterator[Text]:
    jobs = _line(book, "jobs_by_month")
    if jobs is not None and jobs.number() is not None:
        moved = _compared(jobs, Text("个", ""))
        yield Text(
            f"季末岗位 {jobs.text} 个（在本系统算工资的企业）{moved.zh}。",
            f"Jobs at end: {jobs.text} (companies paid in this system){moved.en}.",
        )
    persons = _line(book, "jobs_by_month", 1)
    if persons is not None and persons.number() is not None:
        yield Text(
            f"在岗的有 {persons.text} 人；一人可以有两个岗位。",
            f"People in them: {persons.text}; a person may have two jobs.",
        )
    place = book.exhibit("jobs_by_place")
    if place is not None and len(place.rows) > 1 and (told := _listed(place, place.rows)):
        yield Text(f"其中{told.zh}。", f"By place: {told.en}.")
    groups = book.exhibit("jobs_of_key_groups")
    if groups is not None and (told := _listed(groups, groups.rows[:_MOST_NAMED])) is not None:
        yield Text(
            f"重点群体中，{told.zh}；一人可以属于几个群体。",
            f"Key groups: {told.en}; a person may be in several.",
        )


def _growth(book: Book) -> Iterator[Text]:
    moves = book.exhibit("moves_now")
    if moves is not None and all(row.values[0].number is not None for row in moves.rows):
        joined, left, net = (row.values[0] for row in moves.rows)
        of = moves.columns[0]
        yield Text(
            f"{of.zh}新增岗位 {shown(joined, 0)} 个，减少 {shown(left, 0)} 个，净增 {shown(net, 0)} 个。",
            f"{of.en}: {shown(joined, 0)} jobs joined, {shown(left, 0)} left, net {shown(net, 0)}.",
        )
    companies = _line(book, "companies_by_month")
    if companies is not None and companies.number() is not None:
        moved = _compared(companies, Text("家", ""))
        yield Text(
            f"有在岗人员的企业 {companies.text} 家{moved.zh}。",
            f"Companies that employ people: {companies.text}{moved.en}.",
        )


def _origin(book: Book) -> Iterator[Text]:
    townships = book.exhibit("jobs_by_township")
    if townships is not None:
        told = _listed(townships, townships.rows[:_MOST_NAMED])
        if told is not None:
            yield Text(
                f"按户籍，岗位最多的乡镇（街道）或地方：{told.zh}。",
                f"Most jobs by household are held by people of: {told.en}.",
            )


def _wages(book: Book) -> Iterator[Text]:
    average = _line(book, "wages_by_month")
    if average is not None and average.number() is not None:
        month, moved = average.exhibit.columns[-1], _compared(average, Text("元", ""))
        yield Text(
            f"{month.zh} 平均工资 {average.text} 元{moved.zh}。",
            f"Average wage of {month.en}: {average.text} yuan{moved.en}.",
        )
    median = _line(book, "wages_by_month", 1)
    if median is not None and median.number() is not None:
        yield Text(
            f"中位数 {median.text} 元：一半岗位的工资不低于它。",
            f"Median: {median.text} yuan; half of the jobs are paid as much or more.",
        )
    total = _line(book, "total_wages_by_month")
    if total is not None and (sums := _quarter_of(total)) is not None:
        yuan = plain(round_half_up(sum(sums) * 100, _TEN_THOUSAND_YUAN), 2)
        exact = plain(sum(sums), total.exhibit.decimals)
        yield Text(f"本季工资总额 {yuan} 万元。", f"Total wages of the quarter: {exact} yuan.")
    below = _line(book, "below_floor_by_month")
    if below is not None and (counts := _quarter_of(below)) is not None:
        if any(counts):
            listed = "、".join(plain(count, 0) for count in counts)
            english = ", ".join(plain(count, 0) for count in counts)
            yield Text(
                f"季内各月工资低于最低工资的岗位：{listed} 个。",
                f"Jobs below the minimum wage, month by month: {english}.",
            )
        else:
            yield Text(
                "季内没有岗位的工资低于最低工资。", "No job was paid below the minimum wage."
            )
    insured = book.exhibit("insurance_coverage")
    if insured is not None and insured.rows[0].values[0].number is not None:
        rate = shown(insured.rows[0].values[0], insured.decimals)
        yield Text(f"季末月参保率 {rate}%。", f"Insurance coverage of the last month: {rate}%.")


def _quarter_of(line: _Line) -> list[int] | None:
    """Return the months of the quarter of a line, or None where one is not told."""
    found = [line.number(ago) for ago in range(_QUARTER - 1, -1, -1)]
    told = [number for number in found if number is not None]
    return told if len(told) == _QUARTER else None


def _targets(book: Book) -> Iterator[Text]:
    for chapter in book.chapters:
        if chapter.topic is Topic.TARGETS:
            for entry in chapter.entries:
                if entry.exhibit.shape is Shape.PROGRESS:
                    yield from progress_sentences(readable(entry.exhibit))


def progress_sentences(exhibit: Exhibit) -> Iterator[Text]:
    """Say of each target what was reached of it."""
    reached, aim = exhibit.rows[0], exhibit.rows[1]
    for column, done, wanted in zip(exhibit.columns, reached.values, aim.values, strict=True):
        has, aimed = _in_words(done, exhibit), _counted(aim.label, wanted, exhibit)
        yield Text(
            f"{column.zh}：{reached.label.zh} {has.zh}，{aimed.zh}。",
            f"{column.en}: {reached.label.en.lower()} {has.en}, {aimed.en[0].lower()}{aimed.en[1:]}.",
        )


def _in_words(value: Value, exhibit: Exhibit) -> Text:
    """Return a value alone; in a sentence a sign of what is not told would say nothing."""
    if value.number is None:
        return _NOT_TOLD[value.told]
    number = shown(value, exhibit.decimals)
    return Text(number, number)


def _counted(label: Text, value: Value, exhibit: Exhibit) -> Text:
    """Return a value with its name before it and, where it is told, its unit behind it."""
    number, unit = _in_words(value, exhibit), exhibit.unit
    gap = "" if unit.en == "%" else " "
    # “217.76 10,000 yuan” would be two numbers.
    times = " × " if unit.en[0].isdigit() else gap
    zh, en = (gap + unit.zh, times + unit.en) if value.number is not None else ("", "")
    return Text(f"{label.zh} {number.zh}{zh}", f"{label.en} {number.en}{en}")


def _generic(exhibits: list[Exhibit]) -> Iterator[Text]:
    """Say the single figures of other slices, and where their curves and targets have come to."""
    said = 0
    named: set[Text] = set()
    for exhibit in exhibits:
        if said == _MOST_GENERIC:
            return
        own = [row for row in exhibit.rows if not row.is_reference]
        if exhibit.shape is Shape.PROGRESS:
            yield from progress_sentences(exhibit)
            said += 1
            continue
        if exhibit.shape is Shape.NUMBERS:
            told = _listed(exhibit, exhibit.rows[: _MOST_NAMED + 1])
            named |= {row.label for row in own if told}
        # The end of a curve may have been said as a single figure.
        elif exhibit.shape is Shape.CURVES and not named.issuperset(row.label for row in own):
            told = _last_values(exhibit, own)
        else:
            told = None
        if told is not None:
            said += 1
            yield Text(f"{exhibit.title.zh}：{told.zh}。", f"{exhibit.title.en}: {told.en}.")


def _last_values(exhibit: Exhibit, own: Sequence[Row]) -> Text | None:
    told = [
        at
        for at in range(len(exhibit.columns))
        if any(row.values[at].number is not None for row in own)
    ]
    if not told:
        return None
    at, month = told[-1], exhibit.columns[told[-1]]
    texts = [
        _counted(row.label, row.values[at], exhibit)
        for row in own
        if row.values[at].number is not None
    ]
    return Text(
        "，".join([month.zh, *(one.zh for one in texts)]),
        ", ".join([month.en, *(one.en for one in texts)]),
    )


def _listed(exhibit: Exhibit, rows: tuple[Row, ...]) -> Text | None:
    """Name rows with their values; None unless all are told."""
    if not rows or any(row.values[0].number is None for row in rows):
        return None
    texts = [_counted(row.label, row.values[0], exhibit) for row in rows]
    return Text("，".join(one.zh for one in texts), ", ".join(one.en for one in texts))
