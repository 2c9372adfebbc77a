"""A report as CSV, tidy: one figure a line with all that says what it is; people one a line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Final

from workforce.bureau.faces import words
from workforce.bureau.report import Listing, Place, Report, list_text
from workforce.core.chart import decimal_text
from workforce.core.terms import terms_of
from workforce.core.text import Locale
from workforce.platform.sheets import as_plain_text

FIELDS: Final = (
    "form",
    "period",
    "reporter",
    "table",
    "row_code",
    "row",
    "column",
    "column_note",
    "value",
    "unit",
    "state",
    "cube",
    "measure",
    "groups",
    "definition",
)
"""The columns of a report of figures; their names are ``[report_field]`` of ``core/terms.toml``."""


def write_csv(report: Report, locale: Locale = "zh") -> bytes:
    """Return a report as UTF-8 with a byte order mark, which spreadsheet programs look for.

    ``value`` is a plain decimal of the unit, empty where there is no number to tell; ``state`` says
    why. Texts that a spreadsheet program would compute stand behind an apostrophe.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if report.is_named:
        for listing in report.listings:
            writer.writerows(_list_lines(listing, locale))
    else:
        names = terms_of("report_field")
        writer.writerow([names[field].in_locale(locale) for field in FIELDS])
        for place in report.places():
            writer.writerow([as_plain_text(one) for one in _line(report, place, locale)])
    return text.getvalue().encode("utf-8-sig")


def _line(report: Report, place: Place, locale: Locale) -> Sequence[str]:
    figure, row, column = place.figure, place.row, place.column
    definition = row.definition or column.definition
    return (
        report.form_number.in_locale(locale),
        str(report.period),
        report.reporter.in_locale(locale),
        place.table.title.in_locale(locale),
        row.code,
        row.label.in_locale(locale),
        column.label.in_locale(locale),
        column.note.in_locale(locale),
        "" if figure.value is None else decimal_text(figure.value, figure.unit.decimals),
        figure.unit.label.in_locale(locale),
        figure.state.value,
        figure.ref.cube if figure.ref else "",
        figure.ref.measure if figure.ref else "",
        ",".join(figure.ref.groups) if figure.ref else "",
        definition.measure.definition.in_locale(locale) if definition else "",
    )


def _list_lines(listing: Listing, locale: Locale) -> Iterator[Sequence[str]]:
    heads = [column.label.in_locale(locale) for column in listing.columns]
    yield [words.NUMBER.in_locale(locale), *heads]
    kinds = [column.kind for column in listing.columns]
    for number, row in enumerate(listing.rows, start=1):
        cells = [list_text(value, kind) for value, kind in zip(row, kinds, strict=True)]
        yield [str(number), *(as_plain_text(cell) for cell in cells)]
