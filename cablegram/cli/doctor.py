"""`cablegram doctor`: look at everything that has to be right, and say what is not. It changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from cablegram.cli.examine_house import examine_house
from cablegram.cli.examine_machine import examine_machine
from cablegram.cli.finding import Finding, Verdict, fail
from cablegram.cli.opening import HERE, AsJson, Place, read_settings
from cablegram.cli.output import say
from cablegram.kit.errors import CablegramError

_SIGNS = {Verdict.OK: "ok  ", Verdict.WARN: "warn", Verdict.FAIL: "FAIL"}


def doctor(*, place: Place = HERE, json: AsJson = False) -> int:
    """Check the installation and say what is wrong and what to do; exit status 1 when something does not work."""
    findings = list(_examine(place))
    failed = sum(one.verdict is Verdict.FAIL for one in findings)
    lines = [f"{_SIGNS[one.verdict]}  {one.name}: {one.what}{_todo(one)}" for one in findings]
    lines.append("Something does not work: see FAIL above." if failed else "Nothing stands in the way.")
    facts = {
        "ok": not failed,
        "findings": [
            {"name": one.name, "verdict": one.verdict, "what": one.what, "todo": one.todo} for one in findings
        ],
    }
    say("\n".join(lines), facts, as_json=json)
    return 1 if failed else 0


def _examine(place: Place) -> Iterator[Finding]:
    try:
        settings = read_settings(place)
    except CablegramError as error:
        for fault in error.faults:
            yield fail("settings", fault.message, "Correct it: docs/reference/settings.md lists all of them.")
        return
    yield from examine_machine(settings)
    yield from examine_house(settings)


def _todo(finding: Finding) -> str:
    return f"\n        {finding.todo}" if finding.todo else ""
