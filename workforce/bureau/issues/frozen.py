"""What the measures meant when an issue was published: kept with it, whatever the program says later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workforce.core.text import Text
from workforce.statistics.cube import CubeSet
from workforce.statistics.cube_json import canonical
from workforce.statistics.measure import Measure
from workforce.statistics.measures import measures


@dataclass(frozen=True, slots=True)
class FrozenUnit:
    """How a measure was counted and shown: values count 10 ** −decimals of the unit."""

    code: str
    decimals: int
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenMeasure:
    """The words of a measure, without its formula."""

    code: str
    label: Text
    unit: FrozenUnit
    definition: Text
    denominator: Text | None
    source: Text

    @classmethod
    def of(cls, measure: Measure) -> FrozenMeasure:
        """Take the words of a measure as they are now."""
        unit = measure.unit
        return cls(
            code=measure.code,
            label=measure.label,
            unit=FrozenUnit(unit.code, unit.decimals, unit.label),
            definition=measure.definition,
            denominator=measure.denominator,
            source=measure.source,
        )


def definitions_of(cubes: CubeSet) -> dict[str, FrozenMeasure]:
    """Return what every measure of a cube set means now, by code."""
    used = {code for table in cubes.tables.values() for code in table.figures}
    return {code: FrozenMeasure.of(measures()[code]) for code in measures() if code in used}


def to_json(definitions: Iterable[FrozenMeasure]) -> str:
    """Return definitions as canonical text."""
    return canonical([_plain(one) for one in definitions])


@lru_cache(maxsize=64)
def from_json(text: str) -> Mapping[str, FrozenMeasure]:
    """Return the definitions that ``to_json`` wrote, by code."""
    return {one["code"]: _built(one) for one in json.loads(text)}


def _plain(one: FrozenMeasure) -> dict[str, Any]:
    return {
        "code": one.code,
        "label": list(one.label),
        "unit": [one.unit.code, one.unit.decimals, list(one.unit.label)],
        "definition": list(one.definition),
        "denominator": None if one.denominator is None else list(one.denominator),
        "source": list(one.source),
    }


def _built(one: Mapping[str, Any]) -> FrozenMeasure:
    code, decimals, label = one["unit"]
    return FrozenMeasure(
        code=one["code"],
        label=Text(*one["label"]),
        unit=FrozenUnit(code, decimals, Text(*label)),
        definition=Text(*one["definition"]),
        denominator=None if one["denominator"] is None else Text(*one["denominator"]),
        source=Text(*one["source"]),
    )
