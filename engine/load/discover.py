"""Finds the project's `accord.yml` and the spec files that belong to it."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from ..errors import EnvironmentFailure, UsageError

CONFIG = "accord.yml"


def find_root(start: Path) -> Path:
    """The nearest folder upwards from `start` that holds `accord.yml`."""
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / CONFIG).is_file():
            return candidate
    raise UsageError(
        f"no {CONFIG} in {start} or any folder above it",
        hint="run `accord init` to start a project here, or name one with `--project DIR`",
    )


def spec_files(root: Path, include: tuple[str, ...], exclude: tuple[str, ...]) -> tuple[dict[str, Path], list[str]]:
    """Spec files by their POSIX path below `root`, sorted; and the patterns that match nothing.

    Folders whose name starts with a dot and folders with an `accord.yml` of their own are not entered; symbolic
    links to folders are not followed, so that no loop and nothing outside the project is read.
    """
    matchers = [(pattern, _compiled(pattern)) for pattern in include]
    refused = [(pattern, _compiled(pattern)) for pattern in exclude]
    unused = {*include, *exclude}
    found: dict[str, Path] = {}
    for relative, path in _walk(root):
        wanted = [pattern for pattern, matcher in matchers if matcher.fullmatch(relative)]
        dropped = [pattern for pattern, matcher in refused if matcher.fullmatch(relative)]
        unused.difference_update(wanted, dropped)
        if wanted and not dropped:
            found[relative] = path
    defaults = ("**/*.yml", "**/*.yaml")
    return found, [pattern for pattern in (*include, *exclude) if pattern in unused and pattern not in defaults]


def _walk(root: Path) -> Iterator[tuple[str, Path]]:
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as error:
            raise EnvironmentFailure(f"cannot read the folder {root / folder}: {error.strerror}") from error
        subfolders = []
        for entry in entries:
            relative = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and not Path(entry.path, CONFIG).is_file():
                    subfolders.append(relative)
            elif relative != CONFIG and not entry.is_dir():
                yield relative, Path(entry.path)
        pending.extend(reversed(subfolders))


def is_pack(path: str, packs: Iterable[str]) -> bool:
    """Whether a file belongs to a rule pack that `extends` names, and so is no spec.

    >>> is_pack("rules/ours.yml", ["recommended", "./rules"]), is_pack("rules.yml", ["rules"])
    (True, False)
    """
    places = (posixpath.normpath(pack) for pack in packs)
    return any(path == place or path.startswith(f"{place}/") for place in places)


def spec_paths(paths: Iterable[str], include: tuple[str, ...], exclude: tuple[str, ...]) -> list[str]:
    """Of paths that lie below a project's folder, those that `spec_files` would find there.

    >>> spec_paths(["a.yml", "b/accord.yml", "b/x.yml", ".ci/x.yml", "accord.yml"], ("**/*.yml",), ())
    ['a.yml']
    """
    paths = list(paths)
    nested = tuple(path.removesuffix(CONFIG) for path in paths if path.endswith(f"/{CONFIG}"))
    return [
        path
        for path in paths
        if path != CONFIG
        and not path.startswith(nested)
        and not any(part.startswith(".") for part in path.split("/")[:-1])
        and any(matches(pattern, path) for pattern in include)
        and not any(matches(pattern, path) for pattern in exclude)
    ]


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern of `accord.yml` takes the path below the project's folder."""
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """`*` and `?` stay within a folder, `**/` crosses folders, a trailing `/` or `/**` takes all below.

    >>> bool(_compiled("**/*.yml").fullmatch("a/b.yml")), bool(_compiled("*.yml").fullmatch("a/b.yml"))
    (True, False)
    """
    out, at = "", 0
    pattern = pattern.removeprefix("./")
    if pattern.endswith("/"):
        pattern += "**"
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out, at = out + "(?:[^/]+/)*", at + 3
        elif pattern.startswith("**", at):
            out, at = out + ".*", at + 2
        elif pattern[at] == "*":
            out, at = out + "[^/]*", at + 1
        elif pattern[at] == "?":
            out, at = out + "[^/]", at + 1
        else:
            out, at = out + re.escape(pattern[at]), at + 1
    return re.compile(out)
