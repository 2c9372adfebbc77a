"""A report as JSON: every figure with its value, state and cell, and what it means."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from workforce.bureau.faces import words
from workforce.bureau.report import Definition, Figure, Listing, Report, Row, Table, list_text
from workforce.core.chart import decimal_text
from workforce.core.text import Locale


def write_json(report: Report, locale: Locale = "zh") -> bytes:
    """Return a report as JSON. Values are decimals as text, so that no program rounds them."""
    return json.dumps(_Plain(locale).report(report), ensure_ascii=False, indent=1).encode()


class _Plain:
    """Turns a report into what JSON knows, in one language."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def report(self, report: Report) -> dict[str, Any]:
        locale = self.locale
        return {
            "form": report.code,
            "form_number": report.form_number.in_locale(locale),
            "title": report.title.in_locale(locale),
            "period": str(report.period),
            "reporter": report.reporter.in_locale(locale),
            "filled_on": report.filled_on.isoformat(),
            "view": words.view(report).in_locale(locale),
            "is_protected": report.is_protected,
            "origin": report.origin.in_locale(locale),
            "tables": [self.table(table) for table in report.tables],
            "lists": [self.listing(listing) for listing in report.listings],
            "notes": [note.in_locale(locale) for note in report.notes],
            "definitions": [self.definition(one) for one in report.definitions],
        }

    def table(self, table: Table) -> dict[str, Any]:
        locale = self.locale
        return {
            "code": table.code,
            "title": table.title.in_locale(locale),
            "head": table.head.in_locale(locale),
            "columns": [
                {
                    "label": column.label.in_locale(locale),
                    "note": column.note.in_locale(locale),
                    "measure": column.definition.measure.code if column.definition else None,
                }
                for column in table.columns
            ],
            "rows": [self.row(row, is_total=row is table.total) for row in table.lines],
        }

    def row(self, row: Row, *, is_total: bool) -> dict[str, Any]:
        return {
            "code": row.code,
            "label": row.label.in_locale(self.locale),
            "level": row.level,
            "is_total": is_total,
            "measure": row.definition.measure.code if row.definition else None,
            "figures": [self.figure(figure) for figure in row.figures],
        }

    def figure(self, figure: Figure) -> dict[str, Any]:
        ref = figure.ref
        return {
            "text": figure.text,
            "value": None
            if figure.value is None
            else decimal_text(figure.value, figure.unit.decimals),
            "unit": figure.unit.code,
            "state": figure.state.value,
            "cell": None
            if ref is None
            else {
                "cube": ref.cube,
                "measure": ref.measure,
                "groups": list(ref.groups),
                "period": str(figure.month),
            },
        }

    def listing(self, listing: Listing) -> dict[str, Any]:
        kinds = [column.kind for column in listing.columns]
        return {
            "code": listing.code,
            "title": listing.title.in_locale(self.locale),
            "columns": [column.label.in_locale(self.locale) for column in listing.columns],
            "rows": [
                [
                    list_text(value, kind) if isinstance(value, int | dt.date) else value
                    for value, kind in zip(row, kinds, strict=True)
                ]
                for row in listing.rows
            ],
        }

    def definition(self, definition: Definition) -> dict[str, Any]:
        measure, locale = definition.measure, self.locale
        return {
            "number": definition.number,
            "measure": measure.code,
            "label": measure.label.in_locale(locale),
            "unit": measure.unit.label.in_locale(locale),
            "definition": measure.definition.in_locale(locale),
            "denominator": measure.denominator.in_locale(locale) if measure.denominator else None,
            "source": measure.source.in_locale(locale),
        }
