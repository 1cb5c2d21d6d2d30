"""Reads rule packs: YAML files become rules, or every fault in them is named with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ..catalogue import CODES
from ..diagnostics import Diagnostic, Related, choices, did_you_mean
from ..errors import UsageError
from ..load import schema
from ..load.events import parse
from ..load.project import shown_folder
from ..load.read import read_text
from ..resources import resource
from ..spans import Key, Origin, Span
from .fact import Fact
from .facts import FACTS
from .match import Compiler, Fault
from .places import NOTES, PLACES
from .rule import Parameter, Rule, RuleTest
from .template import Template, read_template

__all__ = ["PackError", "Rule", "load_packs"]

_SCHEMA = "rule-pack"
Settings = Mapping[str, Mapping[str, Any]]
_PLAIN = re.compile(r"[{}\[\]|]")


class PackError(UsageError):
    """A pack cannot be used; `findings` are all its faults."""

    def __init__(self, findings: Sequence[Diagnostic]) -> None:
        faults = "a fault" if len(findings) == 1 else f"{len(findings)} faults"
        super().__init__(
            f"a rule pack has {faults}: {findings[0].message}", hint=findings[0].hint, span=findings[0].span
        )
        self.findings = tuple(findings)


def load_packs(
    names: Iterable[str], root: Path, origin: Origin | None = None, parameters: Settings | None = None
) -> tuple[Rule, ...]:
    """The rules of the packs that `extends` names: one of ours, or a file or folder inside the project.

    Whatever is wrong is a `UsageError`, all faults of all files in one; `origin` is that of `accord.yml`, which sets
    the `parameters` of rules by code.
    """
    pack = _Packs(parameters or {}, origin)
    for index, name in enumerate(names):
        place = origin.value("extends", index) if origin else None
        for shown, file in _files(name, root, place):
            pack.take(name, shown, file)
    if pack.findings:
        raise PackError(pack.findings)
    return tuple(pack.rules.values())


def _files(name: str, root: Path, place: Span | None) -> Iterator[tuple[str, Path]]:
    """The files of a pack with their path as it is shown."""
    ours = resource("packs")
    bundled = sorted(path.name for path in ours.iterdir() if path.is_dir() and path.name != "lexicons")
    if name in bundled:
        base, start = ours, ours / name
    else:
        base, start = root.resolve(), (root / name).resolve()
        if not start.exists() or start == base:
            hint = did_you_mean(name, bundled) or f"our packs: {choices(bundled)}; or a path inside the project"
            raise UsageError(f"there is no rule pack `{name}`", hint=hint, span=place)
        if not start.is_relative_to(base):
            hint = "copy it into the project: what specs name must lie inside"
            raise UsageError(f"the rule pack `{name}` lies outside the project", hint=hint, span=place)
    files = [start] if start.is_file() else sorted(start.rglob("*.yml")) + sorted(start.rglob("*.yaml"))
    if not files:
        raise UsageError(f"the rule pack `{name}` has no file", span=place)
    folder = shown_folder(base)
    for file in files:
        yield folder + file.relative_to(base).as_posix(), file


@dataclass(slots=True)
class _Packs:
    parameters: Settings
    config: Origin | None
    rules: dict[str, Rule] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    def take(self, name: str, shown: str, file: Path) -> None:
        """Adds the rules of one file, or what is wrong with it."""
        source, findings = read_text(file, shown)
        self.findings.extend(findings)
        if source is None:
            return
        self.findings.extend(parse(source))
        if source.root is None:
            return
        if not isinstance(source.root, dict):
            self.findings.append(Diagnostic("S009", "error", "a rule pack is a mapping", source.span(0, 1)))
            return
        origin = Origin(source, source.root, source.marks[0][0])
        ours = file.is_relative_to(resource("packs"))  # which the tests hold against the schema: a start is not to pay
        malformed = () if ours else schema.check(_SCHEMA, origin, None)
        self.findings.extend(malformed)
        if not malformed:
            self._rules(name, origin)

    def _rules(self, pack: str, origin: Origin) -> None:
        reader = _Reader(pack, origin, Compiler(origin.data.get("matches", {})), self.parameters, self.config)
        for index in range(len(origin.data["rules"])):
            rule = reader.rule(index)
            self._clash(rule)
            self.rules.setdefault(rule.code, rule)
        self.findings.extend(reader.findings())
        self.findings.extend(reader.unset)

    def _clash(self, rule: Rule) -> None:
        if rule.code in CODES:
            message = f"the code `{rule.code}` is the engine's own: {CODES[rule.code].name}"
            self.findings.append(Diagnostic("S201", "error", message, rule.span))
        elif rule.code in self.rules:
            first = self.rules[rule.code]
            related = (Related(f"it is `{first.name}` already", first.span),)
            self.findings.append(
                Diagnostic("S201", "error", f"the code `{rule.code}` is given twice", rule.span, related=related)
            )


@dataclass(slots=True)
class _Reader:
    """Turns the entries of one file into rules; faults are kept as they come."""

    pack: str
    origin: Origin
    compiler: Compiler
    settings: Settings
    config: Origin | None
    faults: list[Fault] = field(default_factory=list)
    unset: list[Diagnostic] = field(default_factory=list)

    def rule(self, index: int) -> Rule:
        data = self.origin.data["rules"][index]
        path: tuple[Key, ...] = ("rules", index)
        subjects = (data["subject"],) if isinstance(data["subject"], str) else tuple(data["subject"])
        tables = [FACTS[subject] for subject in subjects]
        softened = data.get("hint_when")
        at, notes = data.get("at", "name"), tuple(data.get("notes", ()))
        self._known((*path, "at"), [at], [PLACES[subject] for subject in subjects], "a place")
        for number, note in enumerate(notes):
            self._known((*path, "notes", number), [note], [NOTES[subject] for subject in subjects], "a note")
        parameters = self._parameters(data, tables, (*path, "parameters"))
        compiler = self.compiler
        compiler.parameters = {name: parameter.value for name, parameter in parameters.items()}
        compiler.compares, compiler.taken = False, set()
        matches = compiler.compile(data["match"], tables, (*path, "match"), kinds=subjects)
        soft = compiler.compile(softened, tables, (*path, "hint_when"), kinds=subjects) if softened else None
        texts = [*_texts(data["message"]).values(), *_texts(data["suggest"]).values()]
        for name in parameters:
            if name not in compiler.taken and not any(f"{{{name}}}" in text for text in texts):
                self.faults.append(Fault("S101", (*path, "parameters", name), f"nothing uses the parameter `{name}`"))
        return Rule(
            code=data["code"],
            name=data["name"],
            severity=data["severity"],
            subjects=subjects,
            matches=matches,
            softened=soft,
            at=at,
            notes=notes,
            message=self._templates(data["message"], tables, (*path, "message"), parameters),
            why=_texts(data["why"]),
            suggest=self._templates(data["suggest"], tables, (*path, "suggest"), parameters),
            tests=tuple(self._tests(data["tests"], (*path, "tests"))),
            pack=self.pack,
            span=self.origin.value(*path, "code"),
            compares=compiler.compares,
            mandatory=data.get("mandatory", False),
            domain=tuple(data.get("domain", ())),
            parameters=parameters,
        )

    def _parameters(
        self, data: Mapping[str, Any], tables: Sequence[Mapping[str, Fact]], path: tuple[Key, ...]
    ) -> Mapping[str, Parameter]:
        """The rule's parameters, as `accord.yml` sets them or else by default."""
        written = data.get("parameters", {})
        given = dict(self.settings.get(data["code"], {}))
        found = {}
        for name, parameter in written.items():
            if any(name in table for table in tables) or name == "severity":
                self.faults.append(Fault("S201", (*path, name), f"`{name}` is the name of something else already"))
            default = parameter["default"]
            value = given.pop(name, default)
            if _kind(value) != _kind(default):
                message = f"`{name}` of {data['code']} is {_kind(default)}, and `{value}` is {_kind(value)}"
                self._unfit(data["code"], name, message, None)
                value = default
            found[name] = Parameter(value, parameter["description"])
        for name in given:
            hint = did_you_mean(name, ["severity", *written]) or f"it takes {choices(['severity', *written])}"
            self._unfit(data["code"], name, f"the rule {data['code']} has no parameter `{name}`", hint)
        return found

    def _unfit(self, code: str, name: str, message: str, hint: str | None) -> None:
        span = self.config.value("rules", code, name) if self.config else None
        self.unset.append(Diagnostic("S104", "error", message, span, hint=hint))

    def findings(self) -> Iterator[Diagnostic]:
        """The faults of the file; a match that no rule uses is one."""
        unused = [name for name in self.compiler.named if name not in self.compiler.used]
        faults = [*self.faults, *self.compiler.faults]
        faults += [Fault("S101", ("matches", name), f"no rule refers to `{name}`") for name in unused]
        for fault in dict.fromkeys(faults):
            by_key = fault.path[0] == "matches" and len(fault.path) == 2
            span = self.origin.key(*fault.path) if by_key else self.origin.value(*fault.path)
            yield Diagnostic(fault.code, "error", fault.message, span, hint=fault.hint)

    def _known(
        self, path: tuple[Key, ...], names: Sequence[str], tables: Sequence[Mapping[str, Any]], what: str
    ) -> None:
        for name in names:
            for table in tables:
                if name not in table:
                    hint = did_you_mean(name, table) or f"known: {choices(table)}"
                    self.faults.append(Fault("S104", path, f"`{name}` is not {what} of this subject", hint))

    def _templates(
        self,
        written: Any,
        tables: Sequence[Mapping[str, Fact]],
        path: tuple[Key, ...],
        parameters: Mapping[str, Parameter],
    ) -> Mapping[str, Template]:
        found: dict[str, Template] = {}
        for language, said in _texts(written).items():
            text = said
            for name, parameter in parameters.items():
                text = text.replace(f"{{{name}}}", _PLAIN.sub("", str(parameter.value)))
            found[language], faults = read_template(text, tables)
            place = (*path, language) if isinstance(written, dict) else path
            self.faults.extend(Fault("R101", place, message, hint) for message, hint in faults)
        return found

    def _tests(self, data: Mapping[str, Any], path: tuple[Key, ...]) -> Iterator[RuleTest]:
        for kind in ("bad", "good"):
            for index, test in enumerate(data[kind]):
                span = self.origin.value(*path, kind, index, "name")
                yield RuleTest(
                    test["name"],
                    "bad" if kind == "bad" else "good",
                    test["spec"],
                    span,
                    test.get("before"),
                    date.fromisoformat(test["as_of"]) if "as_of" in test else None,
                )


def _texts(written: Any) -> Mapping[str, str]:
    """Texts by language; one that is not said to be in any goes for English."""
    return {"en": written} if isinstance(written, str) else dict(written)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "a text"
