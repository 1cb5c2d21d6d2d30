"""Settings of the project and of the organisation: what every value depends on, what is asked, what is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model import Config, Organization, SuppressedPaths
from .changes import Aspect, Breaking, SettingChange, Touched
from .metrics import changed_settings
from .side import Side
from .touched import concerned, everything


def compare_settings(before: Side, after: Side) -> Iterator[SettingChange]:
    """Settings without which the same spec means another value break, as no note can tell of them.

    The rules of today judge both sides, so that a rule that is switched off would show nowhere but here.
    """
    for name in changed_settings(before, after):
        aspect = Aspect(name, getattr(before.project.config, name), getattr(after.project.config, name))
        yield SettingChange(aspect, everything(after), Breaking("setting"))
    for aspect in _changed(_asked(before.project.organization), _asked(after.project.organization)):
        written = [name.split(" by ")[0] for name in (aspect.before, aspect.after) if name]
        asked = [name for names in written for name in names.split(", ")]
        yield SettingChange(aspect, concerned(after, asked), None)
    for aspect in _changed(_judged(before.project.config), _judged(after.project.config)):
        yield SettingChange(aspect, Touched(), None)


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Aspect]:
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            yield Aspect(name, before.get(name), after.get(name))


def _asked(organization: Organization | None) -> dict[str, str]:
    """What the organisation asks of its metrics, and how often."""
    if organization is None:
        return {}
    found = {}
    if organization.report:
        found["report"] = f"{organization.report.grain}, previous {organization.report.compare_to}"
    if organization.currency:
        found["currency"] = organization.currency
    for key, question in organization.questions.items():
        found[f"questions.{key}"] = question.metric + (f" by {question.by}" if question.by else "")
    losses = organization.losses
    for part, metrics in (("metrics", losses.metrics), ("winning", (losses.winning,)), ("keeping", (losses.keeping,))):
        if any(metrics):
            found[f"losses.{part}"] = ", ".join(it for it in metrics if it)
    return found | {f"health.{key}": metric for key, metric in organization.health.items()}


def _judged(config: Config) -> dict[str, str]:
    """Which files and rules count."""
    lists = {"files.include": config.include, "files.exclude": config.exclude, "extends": config.packs}
    lists["suppress"] = tuple(map(_suppressed, config.suppress))
    found = {name: "; ".join(values) for name, values in lists.items() if values}
    found |= {f"rules.{code}": str(setting) for code, setting in config.rules.items()}
    for code, parameters in config.parameters.items():
        found |= {f"rules.{code}.{name}": str(value) for name, value in parameters.items()}
    for override in config.overrides:
        place = ", ".join(override.paths)
        found |= {f"overrides.{code} in {place}": severity for code, severity in override.severity.items()}
    return found


def _suppressed(it: SuppressedPaths) -> str:
    until = f" until {it.until}" if it.until else ""
    return f"{', '.join(it.codes)} in {', '.join(it.paths)}{until}"
