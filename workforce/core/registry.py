"""Strict discovery of plug-in modules: one object per module, sorted by module name.

Pay items, report forms, import sources, document layouts and command-line verbs are each *one file in
one folder*. Adding a file adds the thing; nothing is listed by hand. The price of that comfort is
paid here: a module without its object, an object of another type, or two objects with one code stop
the start, with the names of the modules. The order never depends on the directory (lesson D24).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

Plugin = TypeVar("Plugin")


class RegistryError(Exception):
    """A plug-in folder is not in order: a programmer's mistake, found at start-up."""


def module_names(package: ModuleType, *, suffix: str = "") -> list[str]:
    """Return the full names of the modules directly in ``package``, sorted.

    Modules whose name starts with ``_`` are helpers and are left out; with ``suffix``, only the
    names that end with it are returned.
    """
    return sorted(
        f"{package.__name__}.{module.name}"
        for module in pkgutil.iter_modules(package.__path__)
        if not module.name.startswith("_") and module.name.endswith(suffix)
    )


def discover(
    package: ModuleType,
    attribute: str,
    kind: type[Plugin],
    *,
    code_of: Callable[[Plugin], str],
    suffix: str = "",
) -> dict[str, Plugin]:
    """Import each module of ``package`` and collect its ``attribute``, keyed by code, sorted by module.

    Raises:
        RegistryError: a module lacks the attribute, it is not a ``kind``, or two share a code.
    """
    found: dict[str, Plugin] = {}
    homes: dict[str, str] = {}
    for name in module_names(package, suffix=suffix):
        plugin = getattr(importlib.import_module(name), attribute, None)
        if not isinstance(plugin, kind):
            message = f"{name} must define {attribute} of type {kind.__name__}"
            raise RegistryError(message)
        code = code_of(plugin)
        if code in found:
            message = f"{name} and {homes[code]} both define {code!r}"
            raise RegistryError(message)
        found[code] = plugin
        homes[code] = name
    return found
