"""The documents name what exists: every target of the Makefile, every command."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePath

import click
import pytest

from tests.guards.tree import below, files, nodes, text
from workforce.cli.main import main

TARGETS = re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE)


def commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every verb with its full name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


COMMANDS = dict(commands(main))


@pytest.mark.parametrize("target", TARGETS)
def test_contributing_names_every_target(target: str) -> None:
    assert f"make {target}" in text("CONTRIBUTING.md")


@pytest.mark.parametrize("target", TARGETS)
def test_make_help_explains_every_target(target: str) -> None:
    assert re.search(rf"^{target}:.*## \S", text("Makefile"), re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_names_every_command(name: str) -> None:
    assert f"workforce {name}" in text("README.md")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_has_an_example(name: str) -> None:
    context = click.Context(COMMANDS[name], info_name=f"workforce {name}")
    assert "workforce" in COMMANDS[name].get_help(context).partition("\n")[2]


def test_the_readme_names_every_setting() -> None:
    settings = {
        node.value
        for path in below("workforce", ".py")
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"WORKFORCE_[A-Z_]+|DATABASE_URL", node.value)
    }
    assert settings
    assert not [name for name in sorted(settings) if f"`{name}`" not in text("README.md")]


def test_documents_link_to_files_that_exist() -> None:
    broken = [
        f"{path}: {target}"
        for path in files()
        # The manual's links lead to pages: test_manual.py.
        if path.endswith(".md") and not path.startswith("templates/manual/")
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text(path))
        if target not in files()
    ]
    assert not broken


def test_the_architecture_gives_a_reason_for_every_dependency() -> None:
    asked = tomllib.loads(text("pyproject.toml"))["project"]["dependencies"]
    names = [re.split(r"[\[<>=]", entry)[0] for entry in asked]
    names += json.loads(text("package.json"))["dependencies"]
    reasons = re.findall(r"^\| ([^|]+) \| \S", text("ARCHITECTURE.md"), re.MULTILINE)
    explained = {name.lower() for entry in reasons for name in entry.split(", ")}
    assert not [name for name in names if name.lower() not in explained]


def test_the_folder_map_is_whole() -> None:
    layout = text("ARCHITECTURE.md")
    folders = {path.split("/")[1] for path in below("workforce", ".py") if path.count("/") > 1}
    assert not [folder for folder in sorted(folders) if f"`workforce/{folder}/`" not in layout]


def test_the_import_rule_is_told_as_it_is_checked() -> None:
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    checked = next(one["layers"] for one in contracts if one["id"] == "layers")
    told = re.search(r"`(cli → [^`]*)`", text("ARCHITECTURE.md"))
    assert told is not None
    layers = [re.split(r" \| ", layer.strip()) for layer in told[1].split("→")]
    assert [set(layer) for layer in layers] == [
        set(re.sub(r"[()]", "", layer).split(" | ")) for layer in checked
    ]


def test_the_architecture_tells_what_every_scenario_proves() -> None:
    section = text("ARCHITECTURE.md").partition("## Which scenarios prove which rule")[2]
    patterns = re.findall(r"`([a-z0-9_]+\*?)`", section.partition("\n## ")[0])
    names = [PurePath(path).stem for path in below("tests/golden/scenarios", ".yaml")]
    assert not [name for name in names if not any(fnmatchcase(name, each) for each in patterns)]
    assert not [each for each in patterns if not any(fnmatchcase(name, each) for name in names)]
