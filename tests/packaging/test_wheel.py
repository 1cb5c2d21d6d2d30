"""Every way to install: the wheel, made from the sdist, holds the whole product; it and the checkout run."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import engine

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGE_DIR = PYPROJECT["tool"]["setuptools"]["package-dir"]
NOT_SOURCE = shutil.ignore_patterns(".*", "*.egg-info", "*.py[co]", "__pycache__", "build", "dist", "tests", "venv")
IMPORT_ALL = """
import importlib, pkgutil, accord
names = [m.name for m in pkgutil.walk_packages(accord.__path__, "accord.") if not m.name.endswith("__main__")]
for name in names:
    importlib.import_module(name)
print(*names)
"""


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy to build from: builds write into the folder, and take up what older builds left there."""
    folder = tmp_path_factory.mktemp("source") / "accord"
    shutil.copytree(ROOT, folder, ignore=NOT_SOURCE)
    return folder


@pytest.fixture(scope="session")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", str(folder), str(source), cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session", params=["wheel", "editable"])
def scripts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment with accord, which borrows the dependencies installed here."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    paths = {"base": str(home), "platbase": str(home)}
    borrowed = Path(sysconfig.get_path("purelib", "venv", paths), "borrowed.pth")
    borrowed.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    bin_folder = Path(sysconfig.get_path("scripts", "venv", paths))
    editable = request.param == "editable"
    target = ["-e", request.getfixturevalue("source")] if editable else [request.getfixturevalue("wheel")]
    pip = [sys.executable, "-m", "pip", "--python", str(bin_folder / "python")]
    run(*pip, "install", "--no-deps", "-q", *map(str, target), cwd=home)
    return bin_folder


def test_wheel_holds_the_files_of_the_checkout_and_no_others(wheel: Path):
    expected = set()
    for package, folder in PACKAGE_DIR.items():
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                expected.add("/".join((*package.split("."), *path.relative_to(ROOT / folder).parts)))
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_wheel_is_small(wheel: Path):
    assert wheel.stat().st_size < 3_000_000


def test_every_module_imports(scripts: Path, tmp_path: Path):
    modules = run(str(scripts / "python"), "-c", IMPORT_ALL, cwd=tmp_path).split()
    expected = {
        ".".join(("accord", *path.relative_to(ROOT / "engine").with_suffix("").parts))
        for path in (ROOT / "engine").rglob("*.py")
        if path.stem not in {"__init__", "__main__"}
    }
    assert expected <= set(modules)


@pytest.mark.parametrize("name", ["engine", "cli", "tasks", "tests", "schemas", "specs"])
def test_only_accord_becomes_importable(scripts: Path, tmp_path: Path, name: str):
    code = f"import importlib.util; print(importlib.util.find_spec({name!r}))"
    assert run(str(scripts / "python"), "-c", code, cwd=tmp_path).strip() == "None"


@pytest.mark.parametrize("command", [["accord"], ["python", "-m", "accord"]])
def test_version(scripts: Path, tmp_path: Path, command: list[str]):
    output = run(str(scripts / command[0]), *command[1:], "--version", cwd=tmp_path)
    assert engine.__version__ in output


def test_demo_runs_from_another_folder(scripts: Path, tmp_path: Path):
    assert run(str(scripts / "accord"), "demo", cwd=tmp_path)


def test_pages_find_their_styles_and_scripts(scripts: Path, tmp_path: Path):
    demo = tmp_path / "copy"
    run(str(scripts / "accord"), "demo", str(demo), cwd=tmp_path)
    run(str(scripts / "accord"), "graph", "-p", str(demo), "--format", "html", "-o", "map.html", cwd=tmp_path)
    assert "<script>" in (tmp_path / "map.html").read_text(encoding="utf-8")


def run(*command: str, cwd: Path) -> str:
    """The output of a command that sees neither the checkout nor this environment's settings."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, text=True, encoding="utf-8", capture_output=True, check=False
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout
