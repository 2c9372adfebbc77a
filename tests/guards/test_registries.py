"""One file, one thing: the folders whose modules are found by themselves."""

from __future__ import annotations

import importlib

import pytest

from workforce.core.registry import module_names


@pytest.mark.parametrize(
    ("folder", "suffix", "attribute", "key"),
    [
        ("workforce.bureau.forms", "", "FORM", "code"),
        ("workforce.cli", "_command", "COMMAND", "name"),
        ("workforce.core.payitems", "", "ITEM", "name"),
        ("workforce.imports.sources", "", "SOURCE", "code"),
        ("workforce.statistics.measures", "", "MEASURE", "code"),
    ],
)
def test_every_module_defines_one_thing_of_its_own(
    folder: str, suffix: str, attribute: str, key: str
) -> None:
    names = module_names(importlib.import_module(folder), suffix=suffix)
    assert names
    assert names == sorted(names)
    keys = [getattr(getattr(importlib.import_module(name), attribute), key) for name in names]
    assert all(keys)
    assert len(set(keys)) == len(keys)
