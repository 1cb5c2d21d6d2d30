"""A folder inside a git repository: revisions by name, and the files of the folder as a revision held them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import EnvironmentFailure, UsageError

_NOT_A_REPOSITORY = "not a git repository"
_SHALLOW = "the clone is shallow: fetch the whole history (`git fetch --unshallow`, `fetch-depth: 0`)"
# A hook of git sets these for its own repository; the folder alone decides which one is meant here.
_OUTSIDE = ""  # in the place of an id
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: its full id, when it was committed (with zone), its first line."""

    id: str
    moment: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository that `folder` lies in; `prefix` leads from the repository's top to it (`specs/demo/`)."""

    folder: Path
    prefix: str

    @property
    def top(self) -> Path:
        """The folder that the whole repository lies in."""
        return Path(_checked(_git(self.folder, "rev-parse", "--show-toplevel")).stdout.decode().rstrip("\n"))

    def resolve(self, revision: str) -> str:
        """The full id of the commit that `revision` names; a `UsageError` where there is none."""
        done = _git(self.folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if done.returncode == 0:
            return done.stdout.decode().strip()
        raise UsageError(f"`{revision}` is not a revision of this repository", hint=self._shallow_hint())

    def merge_base(self, one: str, other: str) -> str:
        """The last commit that both have in common; a `UsageError` where none is known."""
        done = _git(self.folder, "merge-base", self.resolve(one), self.resolve(other))
        if done.returncode == 0:
            return done.stdout.decode().strip()
        raise UsageError(f"`{one}` and `{other}` have no commit in common", hint=self._shallow_hint())

    def read(self, revision: str, wanted: Callable[[str], bool]) -> Mapping[str, bytes]:
        """The files of the folder at `revision` whose path below it is `wanted`, by that path, sorted.

        A link is the file that it led to; an `EnvironmentFailure` where that is out of the repository.
        A folder that was not there yet has none.
        """
        objects = {path: blob for path, blob in self.tree(revision).items() if wanted(path)}
        outside = next((path for path, blob in objects.items() if blob == _OUTSIDE), None)
        if outside is not None:
            raise EnvironmentFailure(
                f"`{outside}` at {revision} is a link that leads out of the repository: git has no past of it"
            )
        asked = "".join(f"{blob}\n" for blob in objects.values()).encode()
        out = _checked(_git(self.folder, "cat-file", "--batch", stdin=asked)).stdout
        files, at = {}, 0
        for path in objects:
            end = out.index(b"\n", at)
            header = out[at:end].split()
            if len(header) != 3:
                raise EnvironmentFailure(f"git has no content of {path} at {revision}; is the clone partial?")
            at = end + 1 + int(header[2])
            files[path] = out[end + 1 : at]
            at += 1
        return files

    def tree(self, revision: str) -> Mapping[str, str]:
        """The paths of all files of the folder at `revision`, with the ids of their contents, sorted by path.

        Links to files are among them, links to folders and broken ones are not.
        """
        commit = self.resolve(revision)
        entries = self._entries(commit)
        found = {path: blob for path, (mode, blob) in entries.items() if mode.startswith("100")}
        found |= self._followed(commit, [path for path, (mode, _) in entries.items() if mode == "120000"])
        return dict(sorted(found.items()))

    def submodules(self, revision: str) -> tuple[str, ...]:
        """The folders below this one that are other repositories."""
        entries = self._entries(self.resolve(revision))
        return tuple(path for path, (mode, _) in entries.items() if mode == "160000")

    def _entries(self, commit: str) -> dict[str, tuple[str, str]]:
        """Mode and id of all that lies in the folder at `commit`, by path."""
        arguments = ["ls-tree", "-r", "-z", "--full-tree", commit, *(["--", self.prefix] if self.prefix else [])]
        found = {}
        for line in _checked(_git(self.top, *arguments)).stdout.decode("utf-8", "surrogateescape").split("\0"):
            told, _, path = line.partition("\t")
            if told:
                mode, _, blob = told.split()
                found[path.removeprefix(self.prefix)] = (mode, blob)
        return found

    def _followed(self, commit: str, links: list[str]) -> dict[str, str]:
        """The files that links lead to."""
        found = {}
        for path in links:
            asked = f"{commit}:{self.prefix}{path}\n".encode("utf-8", "surrogateescape")
            told = _checked(
                _git(self.top, "cat-file", "--batch-check", "--follow-symlinks", stdin=asked)
            ).stdout.split()
            if told[0] == b"symlink":
                found[path] = _OUTSIDE
            elif len(told) == 3 and told[1] == b"blob":
                found[path] = told[0].decode()
        return found

    def history(self, revision: str = "HEAD", limit: int | None = None) -> tuple[Commit, ...]:
        """The commits up to `revision` that changed the folder, the newest first."""
        arguments = ["log", "-z", "--format=%H%x09%cI%x09%s", *([f"--max-count={limit}"] if limit else [])]
        out = _checked(_git(self.folder, *arguments, self.resolve(revision), "--", ".")).stdout
        rows = (line.split("\t", 2) for line in out.decode("utf-8", "replace").split("\0") if line)
        return tuple(Commit(commit, datetime.fromisoformat(moment), subject) for commit, moment, subject in rows)

    def changed(self, *patterns: str) -> bool:
        """Whether files of the folder that fit a pattern differ from `HEAD`, new ones included."""
        return bool(_checked(_git(self.folder, "status", "--porcelain", "--", *patterns)).stdout)

    def _shallow_hint(self) -> str | None:
        done = _git(self.folder, "rev-parse", "--is-shallow-repository")
        return _SHALLOW if done.stdout.strip() == b"true" else None


def open_repository(folder: Path) -> Repository:
    """The repository of `folder`; a `UsageError` where there is none, an `EnvironmentFailure` where git is missing."""
    done = _git(folder, "rev-parse", "--show-prefix")
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace")
        if _NOT_A_REPOSITORY in told:
            raise UsageError(f"{folder} is not in a git repository, so it has no revisions")
        raise EnvironmentFailure(_first_line(told))
    return Repository(folder, done.stdout.decode("utf-8", "surrogateescape").rstrip("\n"))


def revision_of(folder: Path) -> str:
    """`6b0b8b5c1d2e`, with `+` where specs are not committed; nothing outside git or before its first commit."""
    try:
        repository = open_repository(folder)
        head = repository.resolve("HEAD")[:12]
    except (UsageError, EnvironmentFailure):
        return ""
    return head + ("+" if repository.changed("*.yml", "*.yaml") else "")


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {key: value for key, value in os.environ.items() if key not in _OF_HOOKS}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, input=stdin, capture_output=True, env=environment, check=False)
    except FileNotFoundError:
        raise EnvironmentFailure("git is not installed, or not on the PATH") from None
    except OSError as error:
        raise EnvironmentFailure(f"git cannot be run: {error.strerror}") from error


def _checked(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[bytes]:
    if done.returncode:
        raise EnvironmentFailure(_first_line(done.stderr.decode("utf-8", "replace")))
    return done


def _first_line(told: str) -> str:
    return "git: " + (told.strip().splitlines() or ["it failed without a word"])[0].removeprefix("fatal: ")
