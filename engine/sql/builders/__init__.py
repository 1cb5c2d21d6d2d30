"""One plan builder a metric type."""
