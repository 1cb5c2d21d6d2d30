"""How long the influence graph and the ownership of all metrics take as an organisation grows.

    python -m benchmarks.ownership

The budget: 20,000 nodes with 100,000 influences under 2 s, and linear: a ratio of about 2 from line to line.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time
from typing import TypeVar

from engine.graph.build import Part, build
from engine.graph.ownership import find_ownership
from engine.model import Config, Department, Influence, Lever, Metric, Project
from engine.spans import Mark, Origin, Source

SIZES = (5_000, 10_000, 20_000)
INFLUENCES_A_NODE = 5
DEPARTMENTS = 200
ROUNDS = 7
ORIGIN = Origin(Source("specs.yml", ""), {}, Mark(0, 0, 0, 0, ""))

Built = TypeVar("Built")


def main() -> None:
    projects = {size: organisation(size) for size in SIZES}
    gc.freeze()  # the specs of the other sizes are not what is measured
    building: dict[int, list[float]] = {size: [] for size in SIZES}
    owning: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(ROUNDS):
        for size, (project, parts) in projects.items():  # in turns, so that a slow moment hits every size
            graph = timed(building[size], partial(build, project, parts))
            timed(owning[size], partial(find_ownership, graph))
    report(*({size: median(times) for size, times in spent.items()} for spent in (building, owning)))


def report(building: dict[int, float], owning: dict[int, float]) -> None:
    print(f"processor time, median of {ROUNDS} rounds, {DEPARTMENTS} departments; ratio: against the line above")
    print(f"{'nodes':>8}{'influences':>12}{'build':>10}{'ratio':>8}{'ownership':>12}{'ratio':>8}{'together':>11}")
    before: int | None = None
    for size in SIZES:
        ratios = (building[size] / building[before], owning[size] / owning[before]) if before else None
        built, owned = (f"{it:.2f}" for it in ratios) if ratios else ("", "")
        print(
            f"{size:>8,}{size * INFLUENCES_A_NODE:>12,}{building[size]:>8.2f} s{built:>8}"
            f"{owning[size]:>10.2f} s{owned:>8}{building[size] + owning[size]:>9.2f} s"
        )
        before = size


def timed(times: list[float], work: Callable[[], Built]) -> Built:
    gc.collect()
    start = process_time()
    result = work()
    times.append(process_time() - start)
    return result


def organisation(size: int) -> tuple[Project, dict[str, tuple[Part, ...]]]:
    """Departments, a fifth of levers, the rest metrics; a quarter of these are made of others by formula.

    Most influences go to metrics with higher numbers and some go back, which makes circles of all sizes.
    """
    chance = random.Random(size)
    departments = [f"department_{at}" for at in range(DEPARTMENTS)]
    levers = [f"lever_{at}" for at in range(size // 5)]
    metrics = [f"metric_{at}" for at in range(size - len(departments) - len(levers))]
    parts = {
        metrics[at]: tuple(Part(metrics[chance.randrange(at)], effect) for effect in ("raises", "lowers"))
        for at in range(100, len(metrics), 4)
    }
    influences = [influence(chance, departments, levers, metrics) for _ in range(size * INFLUENCES_A_NODE)]
    project = Project(
        root="",
        config=Config(ORIGIN),
        departments={name: Department(name, ORIGIN) for name in departments},
        levers={name: Lever(name, ORIGIN, some_of(chance, departments)) for name in levers},
        influences=tuple(influences),
        metrics={name: Metric(name, ORIGIN, owners=(chance.choice(departments),)) for name in metrics},
    )
    return project, parts


def some_of(chance: random.Random, departments: list[str]) -> tuple[str, ...]:
    return tuple(chance.sample(departments, chance.choice((1, 1, 2))))


def influence(chance: random.Random, departments: list[str], levers: list[str], metrics: list[str]) -> Influence:
    kind = chance.random()
    target = chance.randrange(1, len(metrics))
    if kind < 0.1:
        source = chance.choice(departments)
    elif kind < 0.4:
        source = chance.choice(levers)
    elif kind < 0.99:
        source = metrics[chance.randrange(target)]
    else:
        source = chance.choice(metrics)
    return Influence(source, metrics[target], "raises", ORIGIN)


if __name__ == "__main__":
    main()
