"""The action and the hooks: what they must never do, and (heavy) their steps run for real in a repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.diff.history import git

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
NOT_SOURCE = shutil.ignore_patterns(".git", "*.egg-info", "*.py[co]", "__pycache__", "build", "dist", "tests", "venv")
GOOD = """
organization: {name: shop}
departments: [{name: marketing}]
metrics:
  - {name: sign_ups, title: New customers, role: north_star, owners: marketing, unit: percent, type: ratio,
     numerator: {expression: COUNT(visits.visit_id), where: signed}, denominator: COUNT(visits.visit_id)}
datasets:
  - {name: visits, source: visits, primary_key: [visit_id], time: at, actor: customer,
     fields: [visit_id, signed, {name: at, datatype: Date}]}
influences: [{from: marketing, to: sign_ups, effect: raises}]
"""


# --- what holds whoever opens the pull request


def test_no_value_of_the_repository_is_text_of_a_script() -> None:
    assert [name for name, step in STEPS.items() if "${{" in step["run"]] == []


def test_no_secrets_and_no_code_of_others() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert "secrets." not in text
    assert not any("uses" in step for step in STEPS.values())
    assert "github.token" in text
    assert [name for name, step in STEPS.items() if "github.token" in str(step.get("env"))] == ["Comment"]


def test_a_fork_gets_no_comment() -> None:
    assert "head.repo.full_name == github.repository" in STEPS["Comment"]["if"]


def test_hooks_name_commands_that_exist() -> None:
    from engine.main import COMMANDS

    assert {hook["id"] for hook in HOOKS} == {"accord-check", "accord-validate"}
    for hook in HOOKS:
        program, command = hook["entry"].split()
        assert (program, command in COMMANDS, hook["language"], hook["pass_filenames"]) == (
            "accord",
            True,
            "python",
            False,
        )


# --- for real


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This product in a repository of its own, as whoever uses it finds it."""
    folder = tmp_path_factory.mktemp("product") / "accord"
    shutil.copytree(ROOT, folder, ignore=NOT_SOURCE)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "repo"
    (top / "specs").mkdir(parents=True)
    (top / "specs" / "accord.yml").write_text("version: 1\nas_of: 2026-11-16\n")
    (top / "specs" / "shop.yml").write_text(GOOD)
    git(top, "init", "-q", "-b", "main")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "good")
    return top


class Runner:
    """What GitHub does with a composite action, as far as this one needs it."""

    def __init__(self, product: Path, repository: Path, folder: Path) -> None:
        self.repository, self.folder = repository, folder
        self.known = {f"inputs.{name}": given["default"] for name, given in ACTION["inputs"].items()}
        self.known |= {
            "github.action_path": str(product),
            "github.event_name": "pull_request",
            "inputs.project": "specs",
        }
        self.variables: dict[str, str] = {}
        folder.mkdir(exist_ok=True)

    def step(self, name: str) -> subprocess.CompletedProcess[str]:
        step = STEPS[name]
        output = self.folder / "output"
        output.write_text("")
        environment = {
            **os.environ,
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            **self.variables,
            **{key: self.value(written) for key, written in step.get("env", {}).items()},
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command, cwd=self.repository, env=environment, capture_output=True, text=True, check=False
        )
        for line in output.read_text().splitlines():
            key, _, given = line.partition("=")
            self.known[f"steps.{step['id']}.outputs.{key}"] = given
        return done

    def value(self, written: str) -> str:
        """`${{ a || b }}`: the first that is there."""
        match = re.fullmatch(r"\$\{\{ (.*) \}\}", written)
        assert match, written
        return next((self.known[name] for name in match[1].split(" || ") if self.known.get(name)), "")

    @property
    def summary(self) -> str:
        return (self.folder / "summary.md").read_text()


@pytest.fixture(scope="module")
def installed(product: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment that the first step makes, made once."""
    folder = tmp_path_factory.mktemp("runner")
    done = Runner(product, folder, folder).step("Install accord")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def runner(product: Path, installed: Path, repository: Path, tmp_path: Path) -> Runner:
    made = Runner(product, repository, tmp_path / "temp")
    (made.folder / "accord").symlink_to(installed / "accord")
    made.known["github.event.pull_request.base.sha"] = git(repository, "rev-parse", "HEAD")
    return made


def change(repository: Path, old: str, new: str) -> None:
    path = repository / "specs" / "shop.yml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    git(repository, "commit", "-q", "-a", "-m", "change")


@pytest.mark.heavy
def test_a_good_change(runner: Runner, repository: Path) -> None:
    change(repository, "owners: marketing", "owners: all")
    assert runner.step("Check the specs").returncode == 0
    assert runner.step("Tell what the change means").returncode == 0
    assert runner.step("Pass or fail").returncode == 0
    assert "## accord diff" in runner.summary
    assert "no change in meaning" in runner.summary


@pytest.mark.heavy
def test_a_finding_is_an_annotation_at_its_line(runner: Runner, repository: Path) -> None:
    change(repository, "metrics:\n", "metrics:\n  - {name: posts_published, unit: count, owners: marketing}\n")
    done = runner.step("Check the specs")
    assert done.returncode == 0
    assert re.search(r"^::warning file=specs/shop.yml,line=5,.*A101", done.stdout, re.MULTILINE)
    assert runner.step("Tell what the change means").returncode == 0
    assert "New metric `posts_published`" in runner.summary
    assert runner.step("Pass or fail").returncode == 1


@pytest.mark.heavy
def test_a_breaking_change(runner: Runner, repository: Path) -> None:
    change(repository, "where: signed}", "where: NOT signed}")
    runner.step("Check the specs")
    runner.step("Tell what the change means")
    assert "**Breaking:** `sign_ups`" in runner.summary
    assert runner.step("Pass or fail").returncode == 0
    runner.known["inputs.fail-on-change"] = "breaking"
    runner.step("Tell what the change means")
    assert runner.step("Pass or fail").returncode == 1


@pytest.mark.heavy
def test_specs_that_are_a_script_stay_text(runner: Runner, repository: Path) -> None:
    """A branch, a folder or a title with the shell's signs runs nothing."""
    trap = repository / "pwned"
    change(repository, "title: New customers", "title: '$(touch pwned) `touch pwned` ::error::x %0A'")
    runner.known["inputs.base"] = "$(touch pwned)"
    runner.step("Check the specs")
    assert "is not a revision" in runner.step("Tell what the change means").stderr
    assert runner.step("Pass or fail").returncode == 2
    assert not trap.exists()


@pytest.mark.heavy
def test_nothing_to_compare_with(runner: Runner) -> None:
    runner.known["github.event.pull_request.base.sha"] = ""
    runner.known["github.event.before"] = "0" * 40
    runner.step("Check the specs")
    assert "nothing to compare with" in runner.step("Tell what the change means").stdout
    assert runner.step("Pass or fail").returncode == 0


@pytest.mark.heavy
def test_pull_request_target_is_refused(runner: Runner) -> None:
    runner.known["github.event_name"] = "pull_request_target"
    done = runner.step("Install accord")
    assert done.returncode == 2
    assert "use pull_request" in done.stdout


class Host(BaseHTTPRequestHandler):
    """As much of GitHub's interface as comments need; what it is sent is kept."""

    comments: list[dict[str, Any]]
    forbidden = False

    def _answer(self, body: Any, code: int = 200) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def _sent(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return found

    def do_GET(self) -> None:
        page = int(re.search(r"[?&]page=(\d+)", self.path)[1])  # type: ignore[index]  # it asks with pages
        self._answer(self.comments[(page - 1) * 100 : page * 100])

    def do_POST(self) -> None:
        sent = self._sent()
        if self.forbidden:
            return self._answer({"message": "Resource not accessible"}, 403)
        assert self.path == "/repos/acme/specs/issues/7/comments"
        self.comments.append({"id": len(self.comments), "user": {"type": "Bot"}, **sent})
        return self._answer({}, 201)

    def do_PATCH(self) -> None:
        self.comments[int(self.path.rsplit("/", 1)[1])] |= self._sent()
        self._answer({})

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[type[Host], dict[str, str]]]:
    class Own(Host):
        comments: list[dict[str, Any]] = []  # noqa: RUF012  # each server has its own

    server = HTTPServer(("127.0.0.1", 0), Own)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Own, {"GITHUB_API_URL": f"http://127.0.0.1:{server.server_port}", "GITHUB_REPOSITORY": "acme/specs"}
    server.shutdown()
    server.server_close()


def comment(host: tuple[type[Host], dict[str, str]], text: str, tmp_path: Path) -> str:
    runner = Runner(ROOT, tmp_path, tmp_path)
    (tmp_path / "diff.md").write_text(text)
    runner.variables = host[1]
    runner.known |= {
        "steps.diff.outputs.file": str(tmp_path / "diff.md"),
        "github.event.pull_request.number": "7",
        "github.token": "t",
    }
    done = runner.step("Comment")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_comment_is_kept_up_to_date(host: tuple[type[Host], dict[str, str]], tmp_path: Path) -> None:
    marked = "<!-- accord diff of specs -->\nmine"
    others = [{"id": at, "user": {"type": "User"}, "body": marked} for at in range(120)]
    host[0].comments.extend(others)
    comment(host, "first", tmp_path)
    comment(host, "second", tmp_path)
    bodies = [it["body"] for it in host[0].comments]
    assert bodies[:120] == [marked] * 120  # a person's comment is not overwritten
    assert [body.splitlines()[1] for body in bodies[120:]] == ["second"]


def test_a_comment_that_is_too_long_ends_with_a_whole_change(
    host: tuple[type[Host], dict[str, str]], tmp_path: Path
) -> None:
    comment(host, "## accord diff\n" + "\n- a change\n  - touches all" * 5000, tmp_path)
    (told,) = host[0].comments
    assert len(told["body"]) < 65_536
    assert told["body"].endswith("touches all\n\n*More is in the summary of the run.*\n")


def test_a_token_that_may_not_comment_fails_nothing(host: tuple[type[Host], dict[str, str]], tmp_path: Path) -> None:
    host[0].forbidden = True
    assert "pull-requests: write" in comment(host, "x", tmp_path)


@pytest.mark.heavy
def test_the_hook_in_a_repository(product: Path, repository: Path, tmp_path: Path) -> None:
    config = {
        "repos": [
            {
                "repo": product.as_uri(),
                "rev": git(product, "rev-parse", "HEAD"),
                "hooks": [
                    {"id": "accord-check", "args": ["-p", "specs"]},
                    {"id": "accord-validate", "args": ["-p", "specs"]},
                ],
            }
        ]
    }
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(repository, "add", "-A")

    def commit() -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PRE_COMMIT_HOME": str(tmp_path / "home"),
            **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "a@example.org"),
            **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "A"),
        }
        install = [sys.executable, "-m", "pre_commit", "install"]
        subprocess.run(install, cwd=repository, env=environment, check=True, capture_output=True)
        command = ["git", "commit", "-q", "-a", "-m", "x"]
        return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)

    done = commit()
    assert done.returncode == 0, done.stdout + done.stderr
    path = repository / "specs" / "shop.yml"
    path.write_text(path.read_text().replace("to: sign_ups", "to: sign_up"))
    done = commit()
    assert done.returncode == 1
    assert "R101" in done.stdout + done.stderr
    assert "did you mean `sign_ups`?" in done.stdout + done.stderr
    assert "sign_up" not in git(repository, "show", "HEAD:specs/shop.yml").replace("sign_ups", "")
