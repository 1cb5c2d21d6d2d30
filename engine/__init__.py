"""accord: accountability for results, as code.

The documented Python API is `load_project` and the `Journey` that it returns; see docs/stability.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pipeline import Journey, load_project

__version__ = "0.1.0"
__all__ = ["Journey", "__version__", "load_project"]


def __getattr__(name: str) -> Any:
    """The API is imported on first use, so that `accord --version` need not load any of it."""
    if name in ("Journey", "load_project"):
        from . import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
