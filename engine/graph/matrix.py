"""From ownership to the responsibility matrix: what every department is to every metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .build import InfluenceGraph
from .ownership import Ownership, Verdict

Reach = Literal["moves", "contributes", "nothing"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether the department is a declared owner, and how it reaches the metric."""

    answers: bool
    reach: Reach


@dataclass(frozen=True, slots=True)
class Row:
    metric: str
    verdict: Verdict
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A row for each metric that somebody should answer for, a cell for each department, in project order."""

    departments: tuple[str, ...]
    rows: tuple[Row, ...]


def responsibilities(graph: InfluenceGraph, ownership: Mapping[str, Ownership]) -> Matrix:
    """The matrix of all metrics but components."""
    departments = graph.named("department")
    shown = [name for name, metric in graph.project.metrics.items() if metric.role != "component"]
    rows = [
        Row(name, ownership[name].verdict, tuple(_cell(ownership[name], department) for department in departments))
        for name in shown
    ]
    return Matrix(departments, tuple(rows))


def _cell(found: Ownership, department: str) -> Cell:
    reach: Reach = "nothing"
    if department in found.movers:
        reach = "moves"
    elif department in found.contributors:
        reach = "contributes"
    return Cell(department in found.declared, reach)
