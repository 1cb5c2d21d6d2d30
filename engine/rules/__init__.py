"""Rule packs: facts about a project, rules that match on them, and the findings they make."""
