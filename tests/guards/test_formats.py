"""docs/formats.md and the help tell of every format that there is, and of every column."""

from __future__ import annotations

import re

import pytest

from tests.guards.tree import text
from workforce.cli import import_command
from workforce.imports.service import all_sources

SOURCES = all_sources()
DOCUMENT = text("docs/formats.md")
PARTS = {
    match[1]: match[0]
    for match in re.finditer(
        r"^### [^`\n]*`(\w+)`.*?(?=^##|\Z)", DOCUMENT, re.MULTILINE | re.DOTALL
    )
}


@pytest.mark.parametrize("code", SOURCES)
def test_the_document_tells_of_every_source(code: str) -> None:
    source, part = SOURCES[code], PARTS.get(code, "")

    assert source.label.zh in part
    assert source.label.en in part
    missing = [c.titles[0] for c in source.columns if c.titles[0] not in part]
    assert not missing
    required = [c.titles[0] for c in source.columns if c.is_required]
    assert not [title for title in required if f"**{title}**" not in part]
    has_example = bool(source.columns or source.sample)
    assert (f"workforce import {code} --template" in part) == has_example
    assert (f"workforce export {code}" in part) == (source.export is not None)


def test_the_document_tells_of_nothing_else() -> None:
    assert set(PARTS) == set(SOURCES)


@pytest.mark.parametrize("code", SOURCES)
def test_the_help_names_every_source(code: str) -> None:
    words = re.findall(r"\w+", import_command.COMMAND.epilog or "")
    assert code in words
