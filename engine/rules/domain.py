"""What rules serve: the parts of the method, by the number that rules give in `domain`."""

from __future__ import annotations

from collections.abc import Mapping

DOMAIN: Mapping[str, str] = {
    "D-G1": "one goal for the whole organisation",
    "D-G2": "goals are measured, about customers, and need several departments",
    "D-G3": "no slogans: a metric, a segment, a change, a deadline",
    "D-G4": "tasks are not goals",
    "D-G5": "key results are complete: baseline, target, deadline",
    "D-G6": "a KPI is an instrument, not a target",
    "D-M1": "metrics tell what customers get, not what we do",
    "D-M2": "whoever moves a metric answers for it, together if need be",
    "D-M3": "nobody is judged without what came of their work",
    "D-M4": "no department wins while the business loses",
    "D-I1": "everything leads to the one goal",
    "D-I4": "responsibilities are results, not tasks",
    "D-I5": "departments that share a metric have somebody between them",
    "D-D1": "numbers come from data",
    "D-D2": "four questions about customers have an answer",
    "D-P3": "a pilot is short, compared, and its own",
    "D-P4": "the way of working is measured itself",
    "D-P5": "people see what their work is for",
    "D-P6": "small companies start small",
    "D-R1": "reports tell what is different, not what was done",
    "D-R2": "what blocks one department is answered by another",
    "D-R3": "everybody understands the numbers",
    "D-R4": "what did not work is talked about",
}
