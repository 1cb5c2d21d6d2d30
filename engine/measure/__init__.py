"""Values of metrics: which periods, compared with what, and how far towards a target."""
