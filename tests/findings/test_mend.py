"""`--fix` mends what has one right mend, and leaves everything else as it is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.load.mend import mends
from engine.load.mend import write as write_mended
from engine.pipeline.opening import load_project
from tests.findings.projects import SPECS, accord, write

FAULTY = """\
# Our numbers.
departments:
  - name: sales      # the team
    titel: Sales     # unknown key, one right mend
metrics:
  - name: calls_made
    title: no        # read as text

    owners: [sales,  saels]
    colour: 12
influences:
  - {form: sales, to: calls_mdae, effect: raises}
"""


def fixed(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    accord(capsys, "check", "-p", str(folder), "--fix")
    return (folder / "m.yml").read_bytes().decode()


def test_mends_and_keeps_the_layout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, FAULTY)
    once = fixed(tmp_path, capsys)
    assert 'title: "no"        # read as text\n' in once
    assert "    title: Sales     # unknown key, one right mend\n" in once
    assert "    colour: 12\n" in once
    assert "{form: sales" in once  # four letters are too near to other words
    twice = fixed(tmp_path, capsys)
    assert fixed(tmp_path, capsys) == twice


def test_what_is_mended_is_not_found_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "departments:\n  - name: sales\n    title: no\n")
    assert accord(capsys, "check", "-p", str(tmp_path))[0] == 1
    assert accord(capsys, "check", "-p", str(tmp_path), "--fix")[0] == 0
    assert load_project(tmp_path).project.departments["sales"].title is not None


def test_a_number_in_doubt_is_not_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SPECS + "    definition: 012\n"
    write(tmp_path, text)
    assert fixed(tmp_path, capsys) == text


def test_two_names_as_near_are_not_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = "influences:\n  - {from: sales, to: calls_mad, effect: raises}\n"
    text = f"{SPECS}  - name: calls_madd\n    unit: percent\n{wrong}"
    write(tmp_path, text)
    assert fixed(tmp_path, capsys) == text


def test_a_key_that_is_there_already_is_not_given_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "departments:\n  - name: sales\n    title: Sales\n    titel: Selling\n"
    write(tmp_path, text)
    assert fixed(tmp_path, capsys) == text


def test_diff_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, FAULTY)
    code, out, _ = accord(capsys, "check", "-p", str(tmp_path), "--diff")
    assert code == 1
    assert '-    title: no        # read as text\n+    title: "no"        # read as text\n' in out
    assert (tmp_path / "m.yml").read_text("utf-8") == FAULTY
    write(tmp_path)
    assert accord(capsys, "check", "-p", str(tmp_path), "--diff")[:2] == (0, "")


def test_line_ends_and_byte_order_mark_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    raw = b"\xef\xbb\xbfdepartments:\r\n  - name: sales\r\n    title: no\r\n"
    (tmp_path / "m.yml").write_bytes(raw)
    fixed(tmp_path, capsys)
    assert (tmp_path / "m.yml").read_bytes() == raw.replace(b" no\r", b' "no"\r')


def test_a_file_that_changed_in_between_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, FAULTY)
    journey = load_project(tmp_path)
    ((source, text, _),) = mends(journey.check(), journey.project.sources)
    (tmp_path / "m.yml").write_text("metrics: []\n")
    with pytest.raises(UsageError, match="was changed"):
        write_mended(source, text)
    assert (tmp_path / "m.yml").read_text() == "metrics: []\n"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_a_link_is_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p").mkdir()
    write(tmp_path / "p")
    outside = tmp_path / "outside.yml"
    outside.write_text(FAULTY)
    (tmp_path / "p" / "m.yml").unlink()
    (tmp_path / "p" / "m.yml").symlink_to(outside)
    assert accord(capsys, "check", "-p", str(tmp_path / "p"), "--fix")[0] == 2
    assert outside.read_text() == FAULTY
