"""Law files for tests, small and whole, to be spoilt one line at a time."""

from __future__ import annotations

from pathlib import Path

VALUES = """
kind = "values"
region = "500236"

[sources.notice]
title = "测试通知"
no_link_reason = "测试"
checked_on = 2026-11-24

[[values.minimum_wage_month]]
valid_from = 2027-01-01
value = "2400"
source = "notice"
article = "第一条"
evidence = "A"
confidence = "official"
"""

EXAMPLE_CALENDAR = Path(__file__).parents[3] / "docs" / "law-overlay-example.toml"
EXAMPLE_VALUES = EXAMPLE_CALENDAR.with_name("law-values-example.toml")


def entry(code: str, region: str = "500236", **fields: str) -> str:
    """Return a values file with one entry; fields are written as given, quotes included."""
    head, _, rest = VALUES.partition("[[values.minimum_wage_month]]")
    lines = dict(line.split(" = ", 1) for line in rest.strip().splitlines()) | fields
    body = "\n".join(f"{key} = {value}" for key, value in lines.items())
    return f"{head}[[values.{code}]]\n{body}\n".replace('"500236"', f'"{region}"')


def calendar(old: str = "", new: str = "") -> str:
    """Return the calendar of the example, with one passage put otherwise."""
    text = EXAMPLE_CALENDAR.read_text("utf-8")
    assert old in text, f"the example has no {old!r}"
    return text.replace(old, new, 1) if old else text


def write(folder: Path, text: str, name: str = "notice.toml") -> Path:
    """Write a law file."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path
