"""dbt's semantic layer (MetricFlow): its YAML or manifest goes in, spec files and findings come out."""
