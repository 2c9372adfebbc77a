"""A ``core.chart.Chart`` for a page: what static/js/chart.js draws, and the cells of its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2.utils import htmlsafe_json_dumps

from workforce.core.chart import Chart, decimal_text
from workforce.platform.formatting import MINUS
from workforce.platform.i18n import current_locale

if TYPE_CHECKING:
    from flask import Flask
    from markupsafe import Markup

WITHHELD = "–"
"""What stands for a figure that is missing or withheld."""


def chart_values(chart: Chart) -> dict[str, Any]:
    """Return a chart in the visitor's language; figures are decimal text, so that none is rounded."""
    locale = current_locale()
    return {
        "kind": chart.kind,
        "unit": chart.unit.in_locale(locale),
        "decimals": chart.decimals,
        "categories": [category.in_locale(locale) for category in chart.categories],
        "series": [
            {
                "name": series.name.in_locale(locale),
                "values": [
                    None if value is None else decimal_text(value, chart.decimals)
                    for value in series.values
                ],
            }
            for series in chart.series
        ],
    }


def chart_figure(value: int | None, decimals: int) -> str:
    """Return one figure of a chart as its table shows it, with thousands separators."""
    if value is None:
        return WITHHELD
    whole, point, fraction = decimal_text(abs(value), decimals).partition(".")
    return f"{MINUS if value < 0 else ''}{int(whole):,}{point}{fraction}"


def chart_json(chart: Chart) -> Markup:
    """Return what static/js/chart.js reads, safe inside a script element."""
    return htmlsafe_json_dumps(chart_values(chart), ensure_ascii=False)


def register_charts(app: Flask) -> None:
    """Give the two filters of templates/components/chart.html."""
    app.add_template_filter(chart_json)
    app.add_template_filter(chart_figure)
