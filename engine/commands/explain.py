"""`accord explain`."""

from __future__ import annotations

from typing import Any

import click

from .options import Common, common, sources_of


@click.command("explain")
@common(("text", "json"))
@click.argument("name")
@click.option("--sql", is_flag=True, help="Also the SQL, for a metric.")
@click.option("--facts", is_flag=True, help="Instead, every fact that a rule could match, with its value.")
def command(common: Common, format: str, name: str, sql: bool, facts: bool) -> int:
    """Tell everything about NAME: a metric (meaning, movers, contributors, owners, verdict, routes, findings), a
    department (its work and the result), a lever, or an objective (who must move what)."""
    journey = common.journey()
    project = journey.project
    language = common.language or project.config.language
    kind = _kind(journey, name)
    if sql and kind != "metric":
        raise click.UsageError(f"--sql goes with a metric, and `{name}` is not one")
    if facts:
        from ..render.facts import facts_json, render_facts

        subject = journey.context().subjects[kind, name]
        common.write(facts_json(subject) if format == "json" else render_facts(subject, True, common.paint))
        return 0
    findings = tuple(found for found in journey.check() if found.subject == f"{kind}:{name}")
    seen = sources_of(journey), {rule.code: rule.name for rule in journey.rules}, common.paint
    if kind == "metric":
        from ..render import explain

        explained = _explained(journey, name, findings, sql)
        json = format == "json"
        common.write(
            explain.render_json(explained, project)
            if json
            else explain.render_text(explained, project, language, *seen)
        )
        return 0
    from ..render import explain_node

    told = explain_node.tell(journey.graph, journey.ownership, name, language)
    if format == "json":
        common.write(explain_node.render_json(told, findings))
    else:
        common.write(explain_node.render_text(told, findings, language, *seen))
    return 0


def _kind(journey: Any, name: str) -> str:
    """What `name` is; a `UsageError` where it is nothing, with the nearest name."""
    project = journey.project
    known = {"metric": project.metrics, "lever": project.levers, "department": project.departments}
    known["objective"] = project.objectives
    found = next((kind for kind, names in known.items() if name in names), None)
    if found is None or name in project.broken:
        from ..diagnostics import choices, did_you_mean
        from ..errors import UsageError

        if name in project.broken:
            raise UsageError(f"`{name}` has findings of its own", hint="`accord check` tells which")
        every = [known_name for names in known.values() for known_name in names]
        hint = did_you_mean(name, every) or f"metrics: {choices(project.metrics)}"
        raise UsageError(f"`{name}` is neither a metric nor a department, lever or objective", hint=hint)
    return found


def _explained(journey: Any, name: str, findings: tuple[Any, ...], sql: bool) -> Any:
    from ..graph.ownership import prove
    from ..render.explain import Explained
    from ..sql.frame import Frame

    metric = journey.metric(name)
    statement = None
    if sql and metric.definition is not None:
        statement = journey.compile([name], Frame(journey.as_of), journey.project.config.dialect).sql
    goals = [
        objective
        for objective in journey.project.objectives.values()
        if any(result.metric == name for result in objective.key_results)
    ]
    parts = tuple(relation.source for relation in journey.graph.into(name) if relation.kind == "formula")
    feeds = tuple(dict.fromkeys(relation.target for relation in journey.graph.out_of(name)))
    proven = prove(journey.graph, journey.ownership[name])
    reasons = tuple(relation for relation in journey.graph.into(name) if relation.stated and relation.stated.because)
    return Explained(metric, proven, parts, feeds, tuple(goals), findings, statement, reasons)
