"""The checkout as the guards see it: every file that is, or would be, in git."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def files() -> tuple[str, ...]:
    """Return the paths, relative to the checkout and sorted, of all files that git does not ignore."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(path for path in listing.split("\0") if path and (ROOT / path).is_file()))


def below(folder: str, *suffixes: str) -> list[str]:
    """Return the files in a folder, at any depth, whose names end so; an empty answer is an error."""
    found = [path for path in files() if path.startswith(f"{folder}/") and path.endswith(suffixes)]
    assert found, f"no {suffixes} below {folder}: a guard looks at nothing"
    return found


def text(path: str) -> str:
    """Return a file's text."""
    return (ROOT / path).read_text(encoding="utf-8")


def nodes(path: str) -> Iterator[ast.AST]:
    """Yield every node of a Python file's syntax tree."""
    return ast.walk(ast.parse(text(path), path))


def imported_packages(path: str) -> set[str]:
    """Return the top packages that a Python file imports."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").split(".")[0])
    return found
