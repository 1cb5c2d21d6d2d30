"""accord: accountability for results, as code.

The documented Python API is `load_project` and the `Journey` that it returns; see docs/stability.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import AccordError, EnvironmentFailure, UsageError
    from .pipeline.journey import Journey
    from .pipeline.opening import load_project
    from .sql.refusal import Refusal

__version__ = "0.1.0"
__all__ = [
    "AccordError",
    "EnvironmentFailure",
    "Journey",
    "Refusal",
    "UsageError",
    "__version__",
    "load_project",
]
_HOMES = {
    "Journey": ".pipeline.journey",
    "load_project": ".pipeline.opening",
    **dict.fromkeys(("AccordError", "EnvironmentFailure", "UsageError"), ".errors"),
    "Refusal": ".sql.refusal",
}


def __getattr__(name: str) -> Any:
    """The API is imported on first use, so that `accord --version` need not load any of it."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
