"""Organisations of any size for the map, the same every time, with titles that try to be HTML."""

from __future__ import annotations

import random
from collections.abc import Mapping

from engine.graph.build import InfluenceGraph
from tests.graph.organisations import organisation

HOSTILE = "a: </script><img src=x onerror=alert(1)><b>bold</b> & \"quoted\" 'too'"
_WORDS = "Share of customers who come back within thirty days after the first purchase and recommend us".split()


def big(nodes: int, seed: int = 7) -> InfluenceGraph:
    """`nodes` departments, levers and metrics, with about two influences a node; all leads to the north star."""
    chance = random.Random(seed)
    departments = [f"d{at}" for at in range(max(4, nodes // 50))]
    levers = {f"l{at}": chance.sample(departments, chance.choice((1, 1, 2))) for at in range(nodes // 3)}
    metrics = [f"m{at}" for at in range(nodes - len(departments) - len(levers))]
    influences = [f"{lever} {_how(chance)} {chance.choice(metrics[1:])} {_strong(chance)}" for lever in levers]
    for at in range(1, len(metrics)):
        for _ in range(chance.choice((1, 1, 2))):
            target = metrics[max(0, at - chance.randint(1, 1 + nodes // 12))]
            influences.append(f"{metrics[at]} {_how(chance)} {target} {_strong(chance)}")
    names = [*departments, *levers, *metrics]
    titles: dict[str, Mapping[str, str]] = {name: {"en": _title(chance, name)} for name in names}
    titles["m1"] = {"en": HOSTILE}
    return organisation(
        departments=departments,
        levers=levers,
        metrics={name: chance.sample(departments, chance.choice((1, 2))) for name in metrics},
        influences=influences,
        north_star="m0",
        titles=titles,
    )


def _how(chance: random.Random) -> str:
    return chance.choice(("raises", "raises", "lowers"))


def _strong(chance: random.Random) -> str:
    return chance.choice(("weak", "medium", "strong"))


def _title(chance: random.Random, name: str) -> str:
    return " ".join([*chance.sample(_WORDS, chance.randint(2, 8)), name])
