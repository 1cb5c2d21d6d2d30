"""Findings as JUnit XML: a finding that fails the check is a failed test, another one a passed test with a text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from ..diagnostics import at_least
from .reported import Reported

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(reported: Reported) -> str:
    """One suite; without findings it holds one passed test, because an empty file is taken for a broken run."""
    failures = sum(at_least(found.severity, reported.fail_on) for found in reported.findings)
    counts = {"tests": str(len(reported.findings) or 1), "failures": str(failures), "errors": "0", "skipped": "0"}
    root = ElementTree.Element("testsuites", {"name": "accord", **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": "accord", **counts})
    for found in reported.findings:
        file, line = reported.place(found)
        name = f"{found.code} {reported.told(found.code).name}: {found.subject or file}"
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {"name": _clean(name), "classname": _clean(file), "file": _clean(file), "line": str(line)},
        )
        text = _clean(f"{file}:{line}: {found.message}" + (f"\nhint: {found.hint}" if found.hint else ""))
        if at_least(found.severity, reported.fail_on):
            told = {"message": _clean(found.message), "type": found.severity}
            ElementTree.SubElement(case, "failure", told).text = text
        else:
            ElementTree.SubElement(case, "system-out").text = f"{found.severity}: {text}"
    if not reported.findings:
        ElementTree.SubElement(suite, "testcase", {"name": "no findings", "classname": "accord"})
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
