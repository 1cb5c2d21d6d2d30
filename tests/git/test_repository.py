"""Revisions and the files they held, read from real repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from engine.errors import EnvironmentFailure, UsageError
from engine.git.repository import open_repository

_WHO = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_COMMITTER_DATE": "2026-11-16T09:00:00+01:00",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **_WHO}
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits on `main`, the second one changes a file, adds one and removes one; `side` starts at the first."""
    top = tmp_path / "repo"
    specs = top / "org" / "specs"
    specs.mkdir(parents=True)
    git(top, "init", "-q", "-b", "main")
    (top / "other.yml").write_text("a: 1\n")
    (specs / "m.yml").write_text("metrics: []\n")
    (specs / "old.yml").write_text("")
    (specs / "деньги счёт.yml").write_bytes("# счёт\r\n".encode())
    (specs / "link.yml").symlink_to("m.yml")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "first")
    git(top, "branch", "side")
    (specs / "m.yml").write_text("metrics: [1]\n")
    (specs / "new.yml").write_text("x\n")
    (specs / "old.yml").unlink()
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "second\tline")
    return top


def every(path: str) -> bool:
    return True


def test_files_as_a_revision_held_them(repository: Path) -> None:
    specs = open_repository(repository / "org" / "specs")
    assert specs.read("side", every) == {
        "link.yml": b"metrics: []\n",
        "m.yml": b"metrics: []\n",
        "old.yml": b"",
        "деньги счёт.yml": "# счёт\r\n".encode(),
    }
    assert specs.read("HEAD", lambda path: path in ("m.yml", "new.yml")) == {
        "m.yml": b"metrics: [1]\n",
        "new.yml": b"x\n",
    }


def test_links_are_what_they_lead_to_at_that_revision(repository: Path) -> None:
    """As in the working tree: a linked spec file is read, a linked folder and a broken link are not."""
    specs = repository / "org" / "specs"
    (specs / "shared.yml").symlink_to("../../other.yml")
    (specs / "chain.yml").symlink_to("shared.yml")
    (specs / "broken.yml").symlink_to("nowhere.yml")
    (specs / "folder").symlink_to("../../org")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "links")
    (repository / "other.yml").write_text("a: 2\n")
    git(repository, "commit", "-q", "-am", "what is linked")
    found = open_repository(specs)
    assert [found.read(it, lambda path: path == "chain.yml") for it in ("HEAD~1", "HEAD")] == [
        {"chain.yml": b"a: 1\n"},
        {"chain.yml": b"a: 2\n"},
    ]
    assert "broken.yml" not in found.tree("HEAD")
    assert "folder" not in found.tree("HEAD")


def test_a_link_out_of_the_repository_has_no_past(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.yml").write_text("a: 1\n")
    (repository / "outside.yml").symlink_to("../outside.yml")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "out")
    found = open_repository(repository)
    assert found.read("HEAD", lambda path: path == "other.yml")
    with pytest.raises(EnvironmentFailure, match=r"`outside.yml` .* leads out of the repository"):
        found.read("HEAD", every)


def test_submodules_are_named(repository: Path, tmp_path: Path) -> None:
    allowed = ("-c", "protocol.file.allow=always")
    git(repository, *allowed, "submodule", "--quiet", "add", str(repository), "org/specs/inner")
    git(repository, "commit", "-q", "-m", "inner")
    found = open_repository(repository / "org" / "specs")
    assert found.submodules("HEAD") == ("inner",)
    assert found.submodules("HEAD~1") == ()
    assert "inner" not in found.tree("HEAD")


def test_the_working_tree_is_not_looked_at(repository: Path) -> None:
    specs = repository / "org" / "specs"
    (specs / "m.yml").write_text("changed\n")
    (specs / "untracked.yml").write_text("")
    assert open_repository(specs).read("HEAD", every)["m.yml"] == b"metrics: [1]\n"
    assert (specs / "m.yml").read_text() == "changed\n"


def test_the_top_of_a_repository_and_a_folder_without_a_past(repository: Path) -> None:
    assert "other.yml" in open_repository(repository).tree("HEAD")
    fresh = repository / "fresh"
    fresh.mkdir()
    assert open_repository(fresh).read("HEAD", every) == {}


def test_merge_base_and_history(repository: Path) -> None:
    specs = open_repository(repository / "org" / "specs")
    assert specs.merge_base("main", "side") == specs.resolve("side") == git(repository, "rev-parse", "main~1")
    history = specs.history()
    assert [commit.subject for commit in history] == ["second\tline", "first"]
    assert history[0].moment.isoformat() == "2026-11-16T09:00:00+01:00"
    assert len(specs.history(limit=1)) == 1


@pytest.mark.parametrize("revision", ["nowhere", "--all", "", "HEAD:other.yml", "main..side"])
def test_a_name_that_is_no_revision(repository: Path, revision: str) -> None:
    with pytest.raises(UsageError, match="not a revision of this repository"):
        open_repository(repository).resolve(revision)


def test_a_shallow_clone_says_so(repository: Path, tmp_path: Path) -> None:
    old = git(repository, "rev-parse", "main~1")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), str(shallow))
    with pytest.raises(UsageError) as error:
        open_repository(shallow).resolve(old)
    assert error.value.hint is not None
    assert "fetch-depth: 0" in error.value.hint


def test_unrelated_histories(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "lone")
    git(repository, "commit", "-q", "-m", "alone")
    with pytest.raises(UsageError, match="no commit in common"):
        open_repository(repository).merge_base("lone", "main")


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not in a git repository"):
        open_repository(tmp_path)


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFailure, match="git is not installed"):
        open_repository(tmp_path)


def test_the_variables_of_a_hook_do_not_lead_elsewhere(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert open_repository(repository).resolve("main") == open_repository(repository / "org").resolve("main")
