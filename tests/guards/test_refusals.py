"""Every reason for which a fact or a scenario is refused has a test that provokes it."""

from __future__ import annotations

import tomllib

import pytest

from tests.guards.tree import below, text

FOLDERS = ("tests/core", "tests/cli", "tests/payroll", "tests/reference")


def codes() -> list[str]:
    """Return the codes of `pay.toml` and `scenario.toml`."""
    return [
        f"{kind}.{name}"
        for file in ("pay", "scenario")
        for kind, entries in tomllib.loads(text(f"workforce/core/messages/{file}.toml")).items()
        for name in entries
    ]


PROVOKED = "".join(
    text(path) for folder in FOLDERS for path in below(folder, ".py") if "/test_" in path
)


@pytest.mark.parametrize("code", codes())
def test_a_test_provokes_the_refusal(code: str) -> None:
    assert f'"{code}"' in PROVOKED
