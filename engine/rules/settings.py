"""What `accord.yml` says about single rules: off, or another severity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..catalogue import CODES
from ..diagnostics import SEVERITIES, choices, did_you_mean
from ..errors import UsageError
from ..model import Config
from .rule import Rule


def apply_settings(rules: Iterable[Rule], config: Config) -> tuple[Rule, ...]:
    """The rules that are on, with their severities; a setting for a rule that is not there is a `UsageError`.

    A severity goes for all findings of the rule but those that it softens to hints itself.
    """
    known = {rule.code: rule for rule in rules}
    for code, setting in config.rules.items():
        if code not in known:
            raise _unknown(code, known, config)
        if setting == "off":
            continue
        severity = next((it for it in SEVERITIES if it == setting), None)
        if severity is None:
            allowed = choices(("off", *SEVERITIES))
            message = f"`{setting}` is not a setting of a rule"
            raise UsageError(message, hint=f"one of {allowed}", span=config.origin.value("rules", code))
        known[code] = replace(known[code], severity=severity)
    return tuple(rule for code, rule in known.items() if config.rules.get(code) != "off")


def _unknown(code: str, known: Iterable[str], config: Config) -> UsageError:
    span = config.origin.key("rules", code)
    if code in CODES:
        message = f"`{code}` ({CODES[code].name}) is found by the engine itself and cannot be set"
        return UsageError(message, hint="only rules of packs can be set", span=span)
    hint = did_you_mean(code, known) or f"rules of the packs: {choices(known, 40)}"
    return UsageError(f"no pack in `extends` has a rule `{code}`", hint=hint, span=span)
