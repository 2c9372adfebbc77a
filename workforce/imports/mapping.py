"""The file that says which user of a tool or device is which employee: CSV or YAML."""

from __future__ import annotations

from typing import Final

import yaml

from workforce.core.errors import InputError
from workforce.imports.reading import values
from workforce.imports.reading.tables import normal_title
from workforce.imports.reading.text import decode, read_csv
from workforce.imports.source import SourceFile

_USERS: Final = frozenset({"用户", "源用户", "账号", "user", "source_user", "userid"})
_NUMBERS: Final = frozenset({"工号", "员工编号", "employee_no"})
_SIZE_LIMIT: Final = 5 * 1024 * 1024


def read_mapping(file: SourceFile) -> dict[str, str]:
    """Read user → employee number: two titled columns, or YAML lines ``user: number``.

    Raises:
        InputError: it is neither, or one user has two numbers.

    """
    if len(file.content) > _SIZE_LIMIT:
        raise InputError("mapping.shape", place=file.name)
    try:
        pairs = _yaml(file) if file.suffix in {".yaml", ".yml"} else _csv(file)
    except InputError as error:
        raise error.at(file.name) from None
    mapping: dict[str, str] = {}
    for user, employee_no in pairs:
        if mapping.setdefault(user, employee_no) != employee_no:
            raise InputError("mapping.twice", place=file.name, user=user)
    return mapping


def _csv(file: SourceFile) -> list[tuple[str, str]]:
    rows = read_csv(file.content)[0].rows
    titles = [normal_title(cell) for cell in rows[0]] if rows else []
    users = [n for n, title in enumerate(titles) if title in _USERS]
    numbers = [n for n, title in enumerate(titles) if title in _NUMBERS]
    if not users or not numbers:
        raise InputError("mapping.shape")
    pairs: list[tuple[str, str]] = []
    for line, row in enumerate(rows[1:], start=2):
        if all(values.is_blank(cell) for cell in row):
            continue
        if len(row) <= max(users[0], numbers[0]):
            raise InputError("mapping.shape", place=str(line))
        user, number = values.text(row[users[0]]), values.text(row[numbers[0]])
        if not user or not number:
            raise InputError("mapping.shape", place=str(line))
        pairs.append((user, number))
    return pairs


def _yaml(file: SourceFile) -> list[tuple[str, str]]:
    """Read the lines from the parsed nodes: every scalar stays text, and a repeated key is seen."""
    try:
        node = yaml.compose(decode(file.content), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError("mapping.shape") from error
    if not isinstance(node, yaml.MappingNode):
        raise InputError("mapping.shape")
    pairs: list[tuple[str, str]] = []
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
            raise InputError("mapping.shape", place=str(key.start_mark.line + 1))
        pairs.append((values.text(key.value), values.text(value.value)))
    return pairs
