"""The law book: every dated value and every work calendar, looked up by region and day."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

from workforce.core.errors import InputError, LawDataError, LawMissingError
from workforce.core.law.calendar_file import CalendarFile
from workforce.core.law.parameter import NATIONAL, Parameter, ParameterValue
from workforce.core.law.schema import REGION, ValuesFile, read_law_file, read_parameters
from workforce.core.work_calendar import CalendarYear, WorkCalendar

DATA_FOLDER = Path(__file__).parent / "data"
PARAMETERS_FILE = "parameters.toml"

_HOLIDAY_COUNT = "statutory_holidays"

Series = tuple[ParameterValue, ...]
Key = tuple[str, str]  # region, parameter code


class LawBook:
    """Law data as they stand; immutable once made.

    A value is looked up in the region itself, then in its province, then nationally: the nearest
    one in force on the day counts. No value on the day is an error, never a guess.
    """

    def __init__(
        self,
        parameters: Mapping[str, Parameter],
        values: Iterable[ParameterValue],
        years: Iterable[CalendarYear],
    ) -> None:
        """Order the values and check that no series overlaps or has an undeclared gap."""
        self._parameters = dict(parameters)
        self._series = _ordered(values)
        self._calendar = WorkCalendar(years)
        for code in self._parameters:
            self._check_gapless(code)
        for year in self._calendar.years.values():
            self._check_holiday_count(year)

    @classmethod
    def load(cls, overlays: Sequence[Path] = ()) -> Self:
        """Read the packaged data and lay overlay files over them, in the order given.

        Raises:
            LawDataError: a file is malformed, or an overlay contradicts what it does not replace.

        """
        parameters = read_parameters(DATA_FOLDER.joinpath(PARAMETERS_FILE))
        values: dict[Key, list[ParameterValue]] = {}
        years: dict[int, CalendarYear] = {}
        for path in sorted(DATA_FOLDER.glob("*.toml")):
            if path.name != PARAMETERS_FILE:
                _lay(path, parameters, values, years, packaged=True)
        for path in overlays:
            _lay(path, parameters, values, years, packaged=False)
        flat = [value for series in values.values() for value in series]
        return cls(parameters, flat, years.values())

    def value(self, code: str, region: str, on: date, asked_by: str) -> ParameterValue:
        """Return the value in force in a region on a day.

        Args:
            code: parameter code; all are listed in the docstring of `workforce.core.law`.
            region: ``national`` or a GB/T 2260 code of 2 or 6 digits.
            on: the day.
            asked_by: who needs it, for the error: a pay item's code, say.

        Raises:
            LawMissingError: no value is in force there on that day.
            InputError: there is no such parameter or region.

        """
        parameter = self.parameter(code)
        for area in chain(region):
            for value in self._series.get((area, code), ()):
                if value.in_force(on):
                    return value
        raise LawMissingError(
            "law.value_missing",
            parameter=parameter.label,
            code=code,
            region=region,
            on=on,
            asked_by=asked_by,
        )

    def parameter(self, code: str) -> Parameter:
        """Return what a code means.

        Raises:
            InputError: there is no such code; names the nearest.

        """
        if code not in self._parameters:
            near = difflib.get_close_matches(code, self._parameters, 1, 0)
            raise InputError("law.parameter_unknown", code=code, nearest=near[0])
        return self._parameters[code]

    def parameters(self) -> tuple[Parameter, ...]:
        """Return all parameters, in the order of their file: by subject."""
        return tuple(self._parameters.values())

    def values(self) -> Iterator[ParameterValue]:
        """Go through all values: by code, then region, then date."""
        for _, series in sorted(self._series.items(), key=lambda item: (item[0][1], item[0][0])):
            yield from series

    def history(self, code: str, region: str) -> Series:
        """Return all values of a parameter along a region's chain, nearest region first."""
        self.parameter(code)
        return tuple(
            value for area in chain(region) for value in self._series.get((area, code), ())
        )

    def calendar(self) -> WorkCalendar:
        """Return the work calendar."""
        return self._calendar

    def with_value(self, old: ParameterValue, integer: int) -> Self:
        """Return a law that differs in one value: to try what another would have moved. Nothing is stored.

        ``old`` is a value of this book; ``integer`` counts in its parameter's unit.
        """
        values = [replace(one, value=integer) if one == old else one for one in self.values()]
        return type(self)(self._parameters, values, self._calendar.years.values())

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all that can change a figure or its reference, whatever the order of files.

        Subjects, labels, notes, links and dates of checking are left out: they change no figure.
        """
        values = [
            [
                value.region,
                value.code,
                value.parameter.unit,
                value.value,
                value.valid_from.isoformat(),
                value.valid_to and value.valid_to.isoformat(),
                value.source.title,
                value.source.article,
                value.confidence,
            ]
            for value in self.values()
        ]
        years = [
            [
                year.year,
                *(
                    [on.isoformat() for on in sorted(days)]
                    for days in (year.holidays, year.days_off, year.adjusted_workdays)
                ),
                year.title,
                year.confidence,
            ]
            for year in self._calendar.years.values()
        ]
        text = json.dumps([values, years], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def _check_gapless(self, code: str) -> None:
        """From the day declared, each region that has values of a parameter has one every day."""
        start = self._parameters[code].gapless_from
        if start is None:
            return
        for region in sorted(area for area, each in self._series if each == code):
            spans = sorted(
                (value.valid_from, value.valid_to or date.max)
                for value in self.history(code, region)
            )
            reached = start
            for valid_from, valid_to in spans:
                if valid_from > reached:
                    break
                reached = max(reached, valid_to)
            if reached != date.max:
                later = min((span[0] for span in spans if span[0] > reached), default=date.max)
                raise LawDataError(
                    "law.gap", place=f"{region}: {code}", code=code, start=reached, end=later
                )

    def _check_holiday_count(self, year: CalendarYear) -> None:
        """A year has as many holidays as the law says, less those that coincide."""
        due = self.value(_HOLIDAY_COUNT, NATIONAL, date(year.year, 1, 1), "calendar").integer
        given = len(year.holidays) + year.coinciding_festivals
        if given != due:
            raise LawDataError("law.calendar_count", place=str(year.year), given=given, due=due)


def chain(region: str) -> tuple[str, ...]:
    """Return where to look: the region, its province, the nation.

    Raises:
        InputError: not ``national``, 2 digits or 6 digits.

    """
    if region == NATIONAL:
        return (NATIONAL,)
    if not REGION.fullmatch(region):
        raise InputError("law.region_unknown", region=region)
    return tuple(dict.fromkeys((region, region[:2], NATIONAL)))


def _lay(
    path: Path,
    parameters: Mapping[str, Parameter],
    values: dict[Key, list[ParameterValue]],
    years: dict[int, CalendarYear],
    *,
    packaged: bool,
) -> None:
    """Add one file's contents to what is known so far."""
    match read_law_file(path, parameters):
        case ValuesFile(values=found):
            for value in found:
                if packaged or _make_room(path, value, values):
                    values.setdefault((value.region, value.code), []).append(value)
        case CalendarFile(year=year, replaces=replaces):
            _lay_year(path, year, years, replaces=replaces)


def _lay_year(
    path: Path, year: CalendarYear, years: dict[int, CalendarYear], *, replaces: bool
) -> None:
    known = years.get(year.year)
    what = f"calendar {year.year}"
    if replaces and known is None:
        raise LawDataError("law.replaces_nothing", place=path.name, what=what)
    if known is not None and not replaces and known != year:
        raise LawDataError("law.conflict", place=path.name, what=what, existing=known.title)
    years[year.year] = year


def _make_room(path: Path, value: ParameterValue, values: dict[Key, list[ParameterValue]]) -> bool:
    """Tell whether an overlay value is to be added, taking out the one that it replaces.

    It must be later than all known ones, or name the one it replaces. What only repeats a known
    one, because the package has caught up with the field, is not added.
    """
    own = values.get((value.region, value.code), [])
    place = f"{path.name}: {value.code}"
    if value.replaces is not None:
        same = [known for known in own if known.valid_from == value.replaces]
        if not same:
            what = f"{value.code} {value.region} {value.replaces}"
            raise LawDataError("law.replaces_nothing", place=place, what=what)
        own.remove(same[0])
        return True
    if any(_repeats(value, known) for known in own):
        return False
    wider = [each for area in chain(value.region) for each in values.get((area, value.code), [])]
    for known in wider:
        if known.valid_from >= value.valid_from:
            what = f"{value.code} {value.region} {value.valid_from}"
            existing = f"{known.region} {known.valid_from}: {known.text()}"
            raise LawDataError("law.conflict", place=place, what=what, existing=existing)
    return True


def _repeats(value: ParameterValue, known: ParameterValue) -> bool:
    return all(
        getattr(value, name) == getattr(known, name)
        for name in ("value", "valid_from", "valid_to", "confidence")
    )


def _ordered(values: Iterable[ParameterValue]) -> dict[Key, Series]:
    """Group values by region and code, in order of time; end each where the next begins."""
    groups: dict[Key, list[ParameterValue]] = {}
    for value in sorted(values, key=lambda each: (each.region, each.code, each.valid_from)):
        groups.setdefault((value.region, value.code), []).append(value)
    return {key: tuple(_ended(series)) for key, series in groups.items()}


def _ended(series: list[ParameterValue]) -> Iterator[ParameterValue]:
    for value, following in zip(series, [*series[1:], None], strict=True):
        if following is None:
            yield value
            continue
        place = f"{value.region}: {value.code}"
        if value.valid_from == following.valid_from:
            what = f"{value.code} {value.valid_from}"
            raise LawDataError("law.defined_twice", place=place, what=what)
        if value.valid_to is not None and value.valid_to > following.valid_from:
            raise LawDataError(
                "law.overlap",
                place=place,
                code=value.code,
                valid_from=following.valid_from,
                until=value.valid_to,
            )
        if value.valid_to not in (None, following.valid_from) and not following.gap_reason:
            raise LawDataError(
                "law.gap",
                place=place,
                code=value.code,
                start=value.valid_to,
                end=following.valid_from,
            )
        yield replace(value, valid_to=value.valid_to or following.valid_from)
