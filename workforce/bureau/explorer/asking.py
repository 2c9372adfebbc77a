"""Asking: from an address to the answer, for an official as for a company."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from workforce.bureau.explorer.choice import (
    Choice,
    Editions,
    Pair,
    Values,
    measures_of,
    nearest,
    pairs_of,
    read_choice,
)
from workforce.bureau.explorer.months import months_of
from workforce.bureau.explorer.ready import first
from workforce.bureau.explorer.view import ALL, Source, View, look
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.platform import clock
from workforce.statistics.cube import CubeSet
from workforce.statistics.disclosure import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from workforce.bureau.issues.frozen import FrozenMeasure
    from workforce.platform.scope import Scope

OWN: Final = Text(
    "本企业自己的数字，没有保护，只供本企业使用。",
    "The company's own figures, unprotected: for its own use.",
)
PROVISIONAL: Final = Text(
    "有的工资还没有批准，工资类数字是暂定的。",
    "Some pay is not approved yet: figures of wages are provisional.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked, as far as it can be, and what the cubes say.

    ``known`` are the months that can be asked for, the newest first; ``month`` is the chosen one.
    ``dropped`` names measures that no cube of these rows and columns has.
    """

    known: Sequence[PayPeriod]
    are_published: bool
    reporter: Text
    month: Source
    sources: Mapping[PayPeriod, Source]
    choice: Choice
    view: View
    dropped: tuple[Text, ...]

    @property
    def cubes(self) -> CubeSet:
        """The cubes of the chosen month: what can be asked."""
        return self.month.cubes

    @property
    def offered(self) -> list[FrozenMeasure]:
        """The measures of these rows and columns."""
        return [
            self.month.measures[code]
            for code in measures_of(self.cubes, self.choice.pair)
            if code in self.month.measures
        ]

    @property
    def labels(self) -> dict[str, Text]:
        """The dimensions that rows can be, by code, in the order of the cubes."""
        axes = (axis for table in self.cubes.tables.values() for axis in table.axes)
        return {axis.code: axis.label for axis in axes}

    @property
    def crossed(self) -> dict[str, Text]:
        """The dimensions that columns can be: those of tables with two."""
        both = {code for pair in pairs_of(self.cubes) if pair[1] for code in pair}
        return {code: label for code, label in self.labels.items() if code in both}

    @property
    def nearest(self) -> list[tuple[Text, Pair]]:
        """What can be asked instead, where there is no such cube."""
        return [(self.name_of(pair), pair) for pair in nearest(self.cubes, self.choice.pair)] or [
            (self.name_of(pair), pair) for pair in pairs_of(self.cubes)
        ]

    def name_of(self, pair: Pair) -> Text:
        """Return how a pair of dimensions is called."""
        names = [self.labels.get(code, Text(code, code)) for code in pair if code] or [ALL]
        return Text(" × ".join(one.zh for one in names), " × ".join(one.en for one in names))

    @property
    def fixed(self) -> Choice:
        """The same question of just these issues: its address shows the same figures for ever."""
        numbers = {
            period: source.number for period, source in self.sources.items() if source.number
        }
        return replace(self.choice, editions=Editions.of(numbers)) if numbers else self.choice

    @property
    def notes(self) -> tuple[Text, ...]:
        """Whose figures they are and of when, and what the marks mean."""
        notes = list(self._editions())
        chosen = self.cubes.payroll
        if not self.are_published:
            notes.append(OWN)
            if any(
                one.cubes.payroll.approved < one.cubes.payroll.companies
                for one in self.sources.values()
            ):
                notes.append(PROVISIONAL)
        elif chosen.with_result < chosen.companies:
            notes.append(
                Text(
                    f"{self.choice.period} 有 {chosen.companies} 家企业用工，其中 {chosen.with_result} 家有工资结果。",
                    f"Companies that employed people in {self.choice.period}: {chosen.companies}; pay is known of {chosen.with_result}.",
                )
            )
        if self.view.has_withheld:
            notes.append(RULES.statement)
        return tuple(notes)

    def _editions(self) -> list[Text]:
        if not self.are_published or self.month.published_at is None:
            return []
        at = clock.to_base(self.month.published_at).strftime("%Y-%m-%d %H:%M")
        period, number = self.choice.period, self.month.number
        told = [
            Text(
                f"{period} 第 {number} 期，{at} 发布。",
                f"{period}, issue {number}, published {at}.",
            )
        ]
        others = [
            (month, one.number)
            for month, one in sorted(self.sources.items())
            if month != period and one.number != 1
        ]
        if others:
            listed = [f"{month} 第 {one} 期" for month, one in others]
            english = [f"{month}, issue {one}" for month, one in others]
            told.append(
                Text(
                    f"更正过的月份：{'、'.join(listed)}。", f"Revised months: {'; '.join(english)}."
                )
            )
        return told


def ask(session: Session, scope: Scope, values: Values) -> Answer | None:
    """Answer what an address asks; None while there is nothing to ask.

    A question without a cube is answered without a figure, and with what could be asked instead.

    Raises:
        InputError: a value that no field of the page offers.
        NotFoundError: there are no figures of the month, or no issue of the number.
    """
    months = months_of(session, scope)
    if not months.known:
        return None
    asked = next((text for text in values("period") if text), None)
    period = PayPeriod.parse_month(asked) if asked else months.known[0]
    if period not in months.known:
        raise NotFoundError("explorer.no_month", period=period)
    editions = Editions.parse([text for text in values("issue") if text])
    sources = months.read([period], editions)
    month = sources[period]
    choice = read_choice(values, first(period, month.cubes))
    offered = measures_of(month.cubes, choice.pair)
    dropped = tuple(
        month.measures[code].label if code in month.measures else Text(code, code)
        for code in choice.measures
        if offered and code not in offered
    )
    kept = tuple(code for code in choice.measures if code in offered)
    choice = replace(choice, measures=kept or tuple(offered[:1]) or choice.measures)
    beside = choice.compared
    others = {*choice.periods, *([beside] if beside else [])} - {period}
    sources |= months.read(sorted(others), editions)
    return Answer(
        known=months.known,
        are_published=months.are_published,
        reporter=months.reporter,
        month=month,
        sources=sources,
        choice=choice,
        view=look(choice, sources),
        dropped=dropped,
    )


def ask_for_file(session: Session, scope: Scope, values: Values) -> Answer:
    """Answer as ``ask`` does, and refuse what a file could not show.

    Raises:
        InputError: nothing is published, or there is no such cube.
    """
    answer = ask(session, scope, values)
    if answer is None:
        raise InputError("explorer.nothing_published")
    if not answer.view.lines:
        rows, columns = answer.choice.pair
        known = [name for name, _pair in answer.nearest]
        raise InputError(
            "explorer.no_cube",
            rows=answer.name_of((rows, "")),
            columns=answer.name_of((columns, "")),
            known=Text("、".join(one.zh for one in known), ", ".join(one.en for one in known)),
        )
    return answer
