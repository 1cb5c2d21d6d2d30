"""`accord why` on the demo organisation; the figures come from SQL by hand on its files.

Leads and new visitors of 9 to 15 November 2026 and of the week before, in all and by the channel of the visit:

    SELECT channel, COUNT(DISTINCT visitor_id) FROM visits WHERE visit_number = 1 AND visited_at >= ... GROUP BY 1
    SELECT v.channel, COUNT(*) FROM leads LEFT JOIN visits v USING (visit_id) WHERE created_at >= ... GROUP BY 1

Spend without and with `kind = 'bonus'`, customers by `signed_up_at`, and their paid orders within 90 days, by quarter.
"""

from __future__ import annotations

import json
import shutil
from contextlib import redirect_stdout
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.main import cli, run

DEMO = str(Path(__file__).resolve().parents[2] / "specs" / "demo")
WEEK = ("--start", "2026-11-09", "--end", "2026-11-16")
LEADS = {"ads": (15, 34), "content": (24, 36), "partners": (14, 15), "referral": (12, 17), None: (3, 0)}
VISITORS = {"ads": (350, 495), "content": (324, 381), "partners": (128, 156), "referral": (101, 152), None: (20, 16)}


def why(*arguments: str, project: str = DEMO, exit_code: int = 0) -> Any:
    told = StringIO()
    with redirect_stdout(told):
        assert run(["why", "-p", project, "--format", "json", *arguments]) == exit_code
    return json.loads(told.getvalue())


def text(*arguments: str, format: str = "text") -> str:
    result = CliRunner().invoke(cli, ["why", "-p", DEMO, "--format", format, *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_ratio() -> None:
    found = why("lead_conversion", *WEEK)
    assert (found["before"]["start"], found["before"]["end"]) == ("2026-11-02", "2026-11-09")
    assert (found["before"]["value"], found["after"]["value"]) == (pytest.approx(68 / 923), pytest.approx(102 / 1200))
    leads = (Fraction(34, 923) + Fraction(34, 1200)) / 2
    visitors = (Fraction(68, 1200) - Fraction(68, 923) + Fraction(102, 1200) - Fraction(102, 923)) / 2
    parts = {part["name"]: part for part in found["parts"]}
    assert {name: part["part"] for name, part in parts.items()} == {
        "new_leads": pytest.approx(float(leads)),
        "new_visitors": pytest.approx(float(visitors)),
    }
    assert (parts["new_leads"]["before"], parts["new_leads"]["after"]) == (68, 102)
    assert sum(part["part"] for part in found["parts"]) == pytest.approx(found["change"], abs=1e-12)


def test_a_ratio_by_channel() -> None:
    found = why("lead_conversion", *WEEK, "--by", "channel")
    wholes = (Fraction(68, 923), Fraction(102, 1200))
    expected = {}
    for channel in LEADS:
        shares = [Fraction(VISITORS[channel][side], total) for side, total in ((0, 923), (1, 1200))]
        rates = [Fraction(LEADS[channel][side], VISITORS[channel][side]) for side in (0, 1)]
        mix = (shares[1] - shares[0]) * (sum(rates) - sum(wholes)) / 2
        expected[channel] = ((shares[0] + shares[1]) / 2 * (rates[1] - rates[0]), mix)
    told = {segment["name"]: (segment["rate"], segment["mix"]) for segment in found["segments"]}
    assert told == {
        name: (pytest.approx(float(rate), abs=1e-12), pytest.approx(float(mix), abs=1e-12))
        for name, (rate, mix) in expected.items()
    }
    assert sum(it["rate"] + it["mix"] for it in found["segments"]) == pytest.approx(found["change"], abs=1e-12)


def test_against_a_range() -> None:
    found = why("lead_conversion", *WEEK, "--against", "2026-10-01:2026-11-01")
    assert found["before"]["value"] == pytest.approx(300 / 4304)


def test_a_derived_metric() -> None:
    found = why("ltv_cac", "--start", "2026-04-01", "--end", "2026-07-01")
    ltv, cac = (
        (Fraction("9874.08") / 46, Fraction("31141.46") / 127),
        (Fraction("5057.07") / 46, Fraction("11810.55") / 127),
    )
    by_ltv = (ltv[1] - ltv[0]) * (1 / cac[0] + 1 / cac[1]) / 2
    by_cac = (ltv[0] + ltv[1]) / 2 * (1 / cac[1] - 1 / cac[0])
    assert found["before"]["start"] == "2026-01-01"
    assert {part["name"]: part["part"] for part in found["parts"]} == {
        "ltv": pytest.approx(float(by_ltv), abs=1e-9),
        "cac": pytest.approx(float(by_cac), abs=1e-9),
    }


def test_inputs_with_filters_of_their_own() -> None:
    found = why("cac", "--start", "2026-04-01", "--end", "2026-07-01")
    parts = {part["name"]: part for part in found["parts"]}
    assert [(it["before"], it["after"]) for it in (parts["acquisition_spend"], parts["bonuses"])] == [
        (4807.07, 11110.55),
        (250, 700),
    ]
    assert sum(part["part"] for part in found["parts"]) == pytest.approx(
        float(Fraction("11810.55") / 127 - Fraction("5057.07") / 46), abs=1e-9
    )


def test_a_sum_by_channel() -> None:
    found = why("new_visitors", *WEEK, "--by", "channel")
    told = {it["name"]: it["rate"] for it in found["segments"]}
    assert told == {name: after - before for name, (before, after) in VISITORS.items()}
    assert found["parts"] == []
    assert "one aggregate" in found["not_split"]


def test_an_average_by_segment() -> None:
    found = why("ltv", "--start", "2026-04-01", "--end", "2026-07-01", "--by", "plan")
    assert sum(it["rate"] + it["mix"] for it in found["segments"]) == pytest.approx(found["change"], abs=1e-9)


def test_a_score_in_points() -> None:
    """Net promoter scores, in points and not as a fraction of one, whichever way they are split."""
    found = why("nps_first_use", "--start", "2026-09-01", "--end", "2026-10-01", "--by", "customers.plan")
    assert abs(found["change"]) > 1
    assert sum(part["part"] for part in found["parts"]) == pytest.approx(found["change"], abs=1e-9)
    assert sum(it["rate"] + it["mix"] for it in found["segments"]) == pytest.approx(found["change"], abs=1e-9)


def test_a_segment_that_is_none() -> None:
    assert "no dimension" in why("lead_conversion", *WEEK, "--by", "chanel", exit_code=1)["no_segments"]


def test_what_does_not_add_up_is_refused() -> None:
    """A median of the whole is no mix of the segments' medians."""
    found = why("time_to_wow", "--start", "2026-10-01", "--end", "2026-11-01", "--by", "plan", exit_code=1)
    assert found["segments"] == []
    assert "no average" in found["no_segments"]


def test_questions() -> None:
    """LTV to CAC rose: LTV by what raised it, CAC by what lowered it; each question is about such a move."""
    found = why("ltv_cac", "--start", "2026-04-01", "--end", "2026-07-01")
    asked = {question["metric"]: question for question in found["questions"]}
    assert (asked["paying_share"]["target"], asked["paying_share"]["effect"]) == ("cac", "lowers")
    for question in found["questions"]:
        rose = question["after"]["value"] > question["before"]["value"]
        assert question["moved"] == ("up" if rose else "down")
        raised = rose == (question["effect"] == "raises")
        assert raised == (question["target"] != "cac")  # LTV went up, CAC went down
    lagged = [question["after"] for question in found["questions"] if question["lag"] == "2 weeks"]
    assert {(it["start"], it["end"]) for it in lagged} == {("2026-03-18", "2026-06-17")}
    assert not asked.keys() & set(found["unknown"])


def test_no_question_about_what_moved_the_other_way() -> None:
    """Turned around in time, the same moves ask the opposite."""
    found = why("lead_conversion", *WEEK)
    asked = {question["metric"]: question["moved"] for question in found["questions"]}
    assert asked["bounce_rate"] == "down"
    assert asked["blog_leads"] == "up"
    fallen = why(
        "lead_conversion", "--start", "2026-11-02", "--end", "2026-11-09", "--against", "2026-11-09:2026-11-16"
    )
    assert {it["metric"]: it["moved"] for it in fallen["questions"]}["blog_leads"] == "down"


def test_text() -> None:
    told = text("lead_conversion", *WEEK, "--by", "channel")
    assert "7.4 % (2026-W45) → 8.5 % (2026-W46): +1.1 pp" in told
    assert "New leads" in told
    assert "rate" in told
    assert "mix" in told
    assert "as of 2026-11-16" in told
    russian = text("lead_conversion", *WEEK, "--lang", "ru")
    assert "Новые лиды" in russian
    assert "+1.1 п.п." in russian


def test_markdown() -> None:
    told = text("cac", "--start", "2026-04-01", "--end", "2026-07-01", format="markdown")
    assert "| New customers |" in told
    assert "EUR" in told


def test_a_side_without_value_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "-p", DEMO, "lead_conversion", *WEEK, "--against", "2020-01-01:2020-02-01"]) == 1
    assert "no value in 2020-01" in capsys.readouterr().err


def test_windows_that_are_open_are_said() -> None:
    found = why("paying_share", "--start", "2026-10-01", "--end", "2026-11-01")
    assert found["after"]["complete"] is False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing", *WEEK), "not a metric"),
        (("lead_conversion", "--start", "2026-11-09"), "--end"),
        (("lead_conversion", "--start", "2026-11-16", "--end", "2026-11-09"), "not before"),
        (("lead_conversion", *WEEK, "--against", "2026-10-01"), "START:END"),
        (("lead_conversion", *WEEK, "--against", "2026-11-01:2026-10-01"), "not before"),
    ],
)
def test_bad_command_lines(arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "-p", DEMO, *arguments]) == 2
    assert message in capsys.readouterr().err


def test_many_inputs(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path, dirs_exist_ok=True)
    names = [f"x{at}" for at in range(13)]
    inputs = "".join(f"      {name}: {{metric: new_leads, offset: {at + 1} days}}\n" for at, name in enumerate(names))
    (tmp_path / "metrics" / "many.yml").write_text(
        f"metrics:\n  - name: many\n    type: derived\n    expression: {' + '.join(names)}\n    inputs:\n{inputs}"
    )
    found = why("many", *WEEK, project=str(tmp_path))
    assert "13 inputs" in found["not_split"]
