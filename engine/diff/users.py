"""Who uses a name in the specs of one side, besides the entity itself."""

from __future__ import annotations

from ..load.resolve import uses
from ..model import Project
from .meaning import mentioned

_OWN = {"metrics": "metric", "departments": "department", "dimensions": "dimension", "datasets": "dataset"}


def users(project: Project, collection: str, name: str) -> tuple[str, ...]:
    """The entities that would miss the name, as subjects (`objective:stay`).

    For a metric not its causes: an influence on it goes with it. Tests go with what they test.
    """
    own = f"{_OWN[collection]}:{name}"
    found: dict[str, None] = {}
    for use in uses(project):
        about_it = use.subject == own or use.subject.startswith("test:") or use.subject.endswith(f"->{name}")
        if use.name == name and collection in use.wanted and not about_it:
            found[use.subject] = None
    if collection in ("metrics", "dimensions"):
        found |= {
            f"metric:{it.name}": None for it in project.metrics.values() if name in mentioned(it) and it.name != name
        }
    if collection == "metrics":
        found |= {
            f"alarm:{it.name}": None for it in project.alarms.values() if name in it.when.replace("(", " ").split()
        }
    if collection == "dimensions" and project.organization:
        asked = project.organization.questions.items()
        found |= {f"question:{key}": None for key, question in asked if question.by == name}
    return tuple(found)
