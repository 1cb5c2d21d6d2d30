"""pyproject.toml says what stands in the tree: packages, entry point, dependencies."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import tasks

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PYPROJECT["tool"]["setuptools"]
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
DATA_PACKAGES = set(SETUPTOOLS["package-dir"]) - {"accord"}


def test_every_folder_of_the_engine_is_packaged():
    folders = {path.parent.relative_to(ROOT / "engine") for path in (ROOT / "engine").rglob("*.py")}
    expected = {".".join(("accord", *folder.parts)) for folder in folders}
    assert set(SETUPTOOLS["packages"]) == expected | DATA_PACKAGES


def test_every_folder_of_the_engine_is_a_package():
    folders = {path.parent for path in (ROOT / "engine").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_folders_of_data_exist_and_hold_no_code():
    for package in DATA_PACKAGES:
        folder = ROOT / SETUPTOOLS["package-dir"][package]
        assert folder.is_dir()
        assert list(folder.rglob("*.py")) == []


def test_engine_imports_itself_relatively():
    assert foreign_imports() & {"engine", "accord"} == set()


def test_engine_imports_what_pyproject_declares_and_no_more():
    # Several distributions may serve one module, as sqlglot and its compiled part do.
    providers = packages_distributions()
    # What is not installed goes by its own name.
    served = {module: {normal(it) for it in providers.get(module, [module])} for module in foreign_imports()}
    declared = {normal(bound.split("==")[0]) for bound in tasks.lower_bounds()}
    extras = {normal(re.split(r"[\[>=]", bound)[0]) for extra in EXTRAS.values() for bound in extra}
    assert [module for module, names in served.items() if not names & (declared | extras)] == []
    assert declared - set().union(*served.values()) == set()


def foreign_imports() -> set[str]:
    """The foreign top-level modules that the engine imports by absolute name, in functions too."""
    found = set()
    for path in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
