"""The database's shape, step by step: Alembic revisions in ``versions/``, numbered file names."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import workforce


def load_models() -> None:
    """Import every slice's tables, so that ``Base.metadata`` knows them all."""
    names = ["workforce.platform.audit", "workforce.platform.locks"]
    for package in pkgutil.iter_modules(workforce.__path__):
        folder = Path(workforce.__path__[0]) / package.name
        if package.ispkg and (folder / "models.py").is_file():
            names.append(f"workforce.{package.name}.models")
    for name in sorted(names):
        importlib.import_module(name)
