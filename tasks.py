"""The one task list, for hands, hooks and CI: `python tasks.py TASK...`."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent
PYTHON = sys.executable


def format() -> None:
    """Rewrite the code in the one style."""
    run(PYTHON, "-m", "ruff", "check", "--fix-only", "--quiet", ".")
    run(PYTHON, "-m", "ruff", "format", ".")


def lint() -> None:
    """Check style and common faults; rewrite nothing."""
    run(PYTHON, "-m", "ruff", "format", "--check", ".")
    run(PYTHON, "-m", "ruff", "check", ".")


def types() -> None:
    """Check the types."""
    run(PYTHON, "-m", "mypy")


def layers() -> None:
    """Check that imports point downwards only."""
    run(PYTHON, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")


def test() -> None:
    """Run the tests that need nothing but Python."""
    run(PYTHON, "-m", "pytest")


def heavy() -> None:
    """Run the fuzzers, and every compiled statement on PostgreSQL, MariaDB, SQLite, ClickHouse, Spark and GoogleSQL."""
    run(PYTHON, "-m", "pytest", "-m", "heavy", "-n", "0")


def wheel() -> None:
    """Build the distribution, install it apart and try it."""
    run(PYTHON, "-m", "pytest", "-m", "wheel", "-n", "0", "tests/packaging")


def all() -> None:
    """Do everything that CI does."""
    for task in (lint, types, layers, test, heavy, wheel):
        task()


def reference() -> None:
    """Write the pages of the documentation that are made from the code and the packs."""
    from engine.render.facts import render_fact_reference
    from engine.render.rules import render_reference
    from engine.rules.pack import load_packs

    pages = {
        "rules.md": render_reference(load_packs(("recommended", "thorough"), ROOT)),
        "facts.md": render_fact_reference(),
    }
    for name, page in pages.items():
        (ROOT / "docs" / name).write_text(page, encoding="utf-8", newline="\n")
    run(PYTHON, "-m", "tests.docs.codes")


# Extras whose drivers are run against their servers at their lowest versions.
DRIVERS = ("sqlite", "postgres", "mysql")


def lowest() -> None:
    """Run the tests, with SQLite, PostgreSQL and MariaDB, on the lowest versions that pyproject.toml admits."""
    with TemporaryDirectory() as folder:
        constraints = Path(folder, "constraints.txt")
        constraints.write_text("\n".join(lower_bounds(DRIVERS)) + "\n", encoding="utf-8")
        print(constraints.read_text(encoding="utf-8"), end="", flush=True)
        venv.create(Path(folder, "venv"), with_pip=True)
        python = str(Path(folder, "venv", "Scripts" if os.name == "nt" else "bin", "python"))
        run(python, "-m", "pip", "install", "-q", "-c", str(constraints), "-e", f".[test,{','.join(DRIVERS)}]")
        run(python, "-m", "pytest")
        run(python, "-m", "pytest", "-m", "heavy", "-n", "0", "tests/warehouse", "-k", "sqlite or postgres or mariadb")


def lower_bounds(extras: Iterable[str] = ()) -> list[str]:
    """Turn each dependency, as `name[extra]>=1.2,<2`, into `name==1.2`; one without a bound is an error."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = [dependency for extra in extras for dependency in project["optional-dependencies"][extra]]
    bounds = []
    for dependency in dict.fromkeys((*project["dependencies"], *optional)):
        match = re.match(r"([\w.-]+)(?:\[[^]]*\])?>=([\d.]+)", dependency)
        if match is None:
            sys.exit(f"tasks.py: no lower bound in {dependency!r}")
        bounds.append("{}=={}".format(*match.groups()))
    return bounds


TASKS: dict[str, Callable[[], None]] = {
    task.__name__: task for task in (format, lint, types, layers, test, heavy, wheel, all, reference, lowest)
}


def run(*command: str) -> None:
    """Print the command, run it in the checkout, and stop at the first failure."""
    print("$ " + shlex.join(command).replace(PYTHON, "python"), flush=True)
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code:
        sys.exit(code)


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in TASKS]
    if unknown or not names:
        for name, task in TASKS.items():
            print(f"{name:10}{task.__doc__}")
        sys.exit(f"tasks.py: unknown task {', '.join(unknown)}" if unknown else 0)
    for name in names:
        TASKS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
