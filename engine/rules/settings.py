"""What `accord.yml` says about single rules: off, or another severity, in the project or in some of its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..catalogue import CODES
from ..diagnostics import SEVERITIES, Diagnostic, Severity, at_least, choices, did_you_mean
from ..errors import UsageError
from ..load.discover import matches
from ..model import Config
from ..spans import Key
from .rule import Rule


def apply_settings(rules: Iterable[Rule], config: Config) -> tuple[Rule, ...]:
    """The rules that are on, with their severities; a setting for a rule that is not there is a `UsageError`.

    A severity goes for all findings of the rule but those that it softens to hints itself.
    """
    known = {rule.code: rule for rule in rules}
    for code in (*config.rules, *config.parameters):
        if code not in known:
            raise _unknown(code, known, config, ("rules", code))
    for index, override in enumerate(config.overrides):
        for code, severity in override.severity.items():
            path = ("overrides", index, "severity", code)
            if code not in known:
                raise _unknown(code, known, config, path)
            _allowed(known[code], severity, config, path)
    for code, setting in config.rules.items():
        _allowed(known[code], setting, config, ("rules", code))
        if setting != "off":
            known[code] = replace(known[code], severity=_severity(setting, config, code))
    return tuple(rule for code, rule in known.items() if config.rules.get(code) != "off")


def with_overrides(findings: tuple[Diagnostic, ...], rules: Iterable[Rule], config: Config) -> tuple[Diagnostic, ...]:
    """The findings with the severities of the files that they are in; the last override that names a file counts."""
    if not config.overrides:
        return findings
    usual = {rule.code: rule.severity for rule in rules}
    folder = config.origin.source.path.removesuffix("accord.yml")
    return tuple(_overridden(found, usual, config, folder) for found in findings)


def _overridden(found: Diagnostic, usual: Mapping[str, Severity], config: Config, folder: str) -> Diagnostic:
    if found.span is None or found.severity != usual[found.code]:
        return found  # softened to a hint by the rule itself
    file = found.span.file.removeprefix(folder)
    for override in reversed(config.overrides):
        severity = override.severity.get(found.code)
        if severity and any(matches(pattern, file) for pattern in override.paths):
            return replace(found, severity=severity)
    return found


def _allowed(rule: Rule, setting: str, config: Config, path: tuple[Key, ...]) -> None:
    if not rule.mandatory:
        return
    if setting == "off" or not at_least(_severity(setting, config, rule.code), rule.severity):
        message = f"the rule {rule.code} is mandatory: it cannot be switched off or reported as less"
        hint = f"its pack `{rule.pack}` says so; a higher severity is allowed"
        raise UsageError(message, hint=hint, span=config.origin.value(*path))


def _severity(setting: str, config: Config, code: str) -> Severity:
    severity = next((it for it in SEVERITIES if it == setting), None)
    if severity is None:
        allowed = choices(("off", *SEVERITIES))
        message = f"`{setting}` is not a setting of a rule"
        raise UsageError(message, hint=f"one of {allowed}", span=config.origin.value("rules", code))
    return severity


def _unknown(code: str, known: Iterable[str], config: Config, path: tuple[Key, ...]) -> UsageError:
    span = config.origin.key(*path)
    if code in CODES:
        message = f"`{code}` ({CODES[code].name}) is found by the engine itself and cannot be set"
        return UsageError(message, hint="only rules of packs can be set", span=span)
    hint = did_you_mean(code, known) or f"rules of the packs: {choices(known, 40)}"
    return UsageError(f"no pack in `extends` has a rule `{code}`", hint=hint, span=span)
