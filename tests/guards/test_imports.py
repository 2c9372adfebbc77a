"""The import rule: which layer may know which."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

from tests.guards.tree import ROOT, below, imported_packages, text

CONTRACTS = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]


def contract(identifier: str) -> dict[str, list[str]]:
    return next(entry for entry in CONTRACTS if entry["id"] == identifier)


def test_import_linter_keeps_every_contract() -> None:
    result = subprocess.run(
        [ROOT / ".venv" / "bin" / "lint-imports", "--no-cache", "--no-logo"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout


def slices() -> set[str]:
    """Return the layers between the wiring list and the platform."""
    layers = [re.findall(r"\w+", entry) for entry in contract("layers")["layers"]]
    names = [name for entry in layers for name in entry]
    return set(names[names.index("slices") + 1 : names.index("platform")])


def modules_named(*names: str) -> set[str]:
    """Return the modules of slices that are named so: ``web``, ``grid_web``."""
    found = (path.removesuffix(".py").split("/") for path in below("workforce", ".py"))
    return {
        ".".join(parts)
        for parts in found
        if len(parts) > 2 and parts[1] in slices() and parts[-1].split("_")[-1] in names
    }


def test_every_slice_has_its_inner_layers_checked() -> None:
    layered = modules_named("models", "queries", "service", "web")
    checked = set(contract("slice-layers")["containers"])
    assert {name.rpartition(".")[0] for name in layered} <= checked


def test_models_and_pages_are_closed_to_other_slices() -> None:
    closed = {
        name
        for entry in CONTRACTS
        if entry["type"] == "protected"
        for name in entry["protected_modules"]
    }
    assert closed == modules_named("models", "web")


def test_core_imports_the_standard_library_and_numpy_only() -> None:
    allowed = sys.stdlib_module_names | {"numpy", "workforce"}
    strangers = [
        f"{path}: {name}"
        for path in below("workforce/core", ".py")
        for name in imported_packages(path)
        if name not in allowed
    ]
    assert not strangers
