"""Reads YAML and JSON files that people write, keeping every scalar as the text that was written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import yaml

from workforce.core.errors import InputError
from workforce.core.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from yaml.nodes import MappingNode

_LARGEST_BYTES: Final = 2 * 1024 * 1024


class _TextLoader(yaml.SafeLoader):
    """Reads YAML so that every scalar stays the text that was written, and no key stands twice."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - PyYAML's own declaration

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Refuse a key that is written twice, or that is no plain text."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key in seen:
                raise InputError(
                    "scenario.duplicate_key", place=f"line {key_node.start_mark.line + 1}", key=key
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def load_text(path: Path) -> Any:
    """Read a YAML or JSON file; all scalars are text, so that no amount passes through a float.

    Raises:
        InputError: it cannot be read, is too large, or a key stands twice.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
        if len(content) > _LARGEST_BYTES:
            raise InputError("scenario.too_long", limit=_LARGEST_BYTES // (1024 * 1024))
        text = content.decode("utf-8-sig")
        if path.suffix.lower() == ".json":  # YAML knows most of JSON, but not tabs and all escapes
            return _parse_json(text)
        return yaml.load(text, _TextLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise InputError("file.missing", path=str(path)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError("file.no_access", path=str(path), reason=reason) from None
    except UnicodeDecodeError:
        is_binary = Text("不是 UTF-8 文本", "it is no text in UTF-8")
        raise InputError("scenario.unreadable", reason=is_binary) from None
    except (yaml.YAMLError, json.JSONDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise InputError("scenario.unreadable", reason=reason) from None


def _parse_json(text: str) -> Any:
    """Read JSON; numbers, true, false and null become the text that was written."""
    read = json.loads(
        text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_unique
    )
    return _as_text(read)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is written twice."""
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise InputError("scenario.duplicate_key", key=key)
        table[key] = value
    return table


def _as_text(value: Any) -> Any:
    """Return a parsed value with its last scalars, the words true, false and null, as text."""
    if isinstance(value, dict):
        return {key: _as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    return value if isinstance(value, str) else json.dumps(value)
