"""accord: accountability for results, as code."""

__version__ = "0.1.0"
