"""Who answers for what: the influence graph, ownership proved from it, and the routes that prove it."""
