"""Strict discovery of plug-in modules."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from workforce.core.registry import RegistryError, discover, module_names


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    folder = tmp_path / "sample_plugins"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("sample_plugins")
    for name in [name for name in sys.modules if name.startswith("sample_plugins")]:
        del sys.modules[name]


def _write(package: ModuleType, **modules: str) -> None:
    for name, text in modules.items():
        (Path(package.__path__[0]) / f"{name}.py").write_text(text)
    importlib.invalidate_caches()


def test_things_come_in_the_order_of_their_modules(package: ModuleType) -> None:
    _write(package, zebra="THING = 'first'", ant="THING = 'second'", _helper="", other_kind="")
    with pytest.raises(RegistryError, match="other_kind must define THING of type str"):
        discover(package, "THING", str, code_of=str)
    (Path(package.__path__[0]) / "other_kind.py").unlink()
    importlib.invalidate_caches()
    assert discover(package, "THING", str, code_of=str) == {"second": "second", "first": "first"}
    assert list(discover(package, "THING", str, code_of=str)) == ["second", "first"]


def test_two_things_with_one_code_stop_the_start(package: ModuleType) -> None:
    _write(package, a="THING = 'same'", b="THING = 'same'")
    with pytest.raises(RegistryError, match=r"\.b and sample_plugins\.a both define 'same'"):
        discover(package, "THING", str, code_of=str)


def test_a_suffix_picks_modules(package: ModuleType) -> None:
    _write(package, init_command="", support="", law_command="")
    assert module_names(package, suffix="_command") == [
        "sample_plugins.init_command",
        "sample_plugins.law_command",
    ]
