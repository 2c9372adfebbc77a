"""ONE FILE = ONE SCHEME OF SUPPORT: a module with ``SCHEME``; adding a file adds it to pages and command."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache

from workforce.core.errors import NotFoundError
from workforce.core.registry import discover
from workforce.subsidies.scheme import PersonScheme, Scheme


@cache
def schemes() -> Mapping[str, Scheme]:
    """Return every scheme by its code, in the order of the page."""
    found = discover(sys.modules[__name__], "SCHEME", Scheme, code_of=lambda one: one.code)
    return dict(sorted(found.items(), key=lambda item: (item[1].place, item[0])))


def scheme_named(code: str) -> Scheme:
    """Return a scheme.

    Raises:
        NotFoundError: there is none with this code.
    """
    if code not in schemes():
        raise NotFoundError("subsidy.no_scheme", known=", ".join(schemes()))
    return schemes()[code]


def person_scheme(code: str) -> PersonScheme:
    """Return a scheme that is claimed for people.

    Raises:
        NotFoundError: there is none with this code, or it is a company's as a whole.
    """
    scheme = scheme_named(code)
    if not isinstance(scheme, PersonScheme):
        raise NotFoundError("subsidy.no_people", scheme=scheme.label)
    return scheme
