"""`accord explain`."""

from __future__ import annotations

import click

from .options import Common, common, sources_of


@click.command("explain")
@common(("text", "json"))
@click.argument("name")
@click.option("--sql", is_flag=True, help="Also the SQL.")
def command(common: Common, format: str, name: str, sql: bool) -> int:
    """Tell everything about the metric NAME: meaning, movers, contributors, owners, verdict, routes, findings."""
    from ..graph.ownership import prove
    from ..render.explain import Explained, render_json, render_text
    from ..sql.frame import Frame

    journey = common.journey()
    metric = journey.metric(name)
    subject = f"metric:{name}"
    findings = tuple(found for found in journey.check() if found.subject == subject)
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
    explained = Explained(
        metric, prove(journey.graph, journey.ownership[name]), parts, feeds, tuple(goals), findings, statement
    )
    if format == "json":
        common.write(render_json(explained, journey.project))
        return 0
    language = common.language or journey.project.config.language
    names = {rule.code: rule.name for rule in journey.rules}
    common.write(render_text(explained, journey.project, language, sources_of(journey), names, common.paint))
    return 0
