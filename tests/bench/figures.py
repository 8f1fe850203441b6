"""A measurement, and how a run of them is shown."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measurement and the bound that it is held to."""

    name: str
    value: float
    unit: str
    target: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target


def show(figures: Sequence[Figure]) -> int:
    """Prints them, as JSON when asked; the exit code says whether all are met."""
    if "--json" in sys.argv:
        print(json.dumps([asdict(figure) | {"met": figure.met} for figure in figures], indent=2))
    else:
        for figure in figures:
            mark = "ok  " if figure.met else "MISS"
            bound = "at least" if figure.at_least else "at most"
            print(f"{mark}  {figure.value:9.3f} {figure.unit:24} ({bound} {figure.target:g})  {figure.name}")
    return 0 if all(figure.met for figure in figures) else 1
