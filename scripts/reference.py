"""Keep the reference pages true: write what code can tell by itself, and name what a person still has to write.

    python scripts/reference.py            rewrites the made parts of docs/reference, then says what is missing
    python scripts/reference.py --check    writes nothing; exit status 1 if a page lags behind the code

Made: settings, commands, the diagram of message states, the endings of numbers at the simulated carrier and providers,
fail points, rules, letters, what SMS services do with texts, webhooks.
Checked: every error code and every kind of event has a heading, and no heading outlives its code.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from cablegram.alerts.kinds import KINDS
from cablegram.alerts.model import To
from cablegram.consent.rules import ORDER
from cablegram.events.model import Kind
from cablegram.inbound import order, shared_codes
from cablegram.inbound.model import Heard, SharedLine, WholeText
from cablegram.inbound.order import TABLE
from cablegram.kit.ids import AccountId, ConnectorId, ProgramId, SenderId, uuid7
from cablegram.mail.catalogue import CATALOGUE
from cablegram.messages.model import MOVES, State
from cablegram.programs.model import Standing
from cablegram.runtime.failpoints import POINTS
from cablegram.runtime.settings import describe
from cablegram.simulators.provider.fates import FATES
from cablegram.simulators.scripts import SCRIPTS
from cablegram.sms_services.dialogue import Code, Live, places
from cablegram.sms_services.model import Form, OptInMode, Use
from cablegram.webhooks import catalogue

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference"
# An error's code stands first; of our other classes and functions the parameter called `code` is meant.
ERRORS = (
    *("CablegramError", "InvalidInput", "NotAuthenticated", "NotAllowed", "NotFound", "Conflict", "Refused"),
    *("PaymentRequired", "TooLarge", "Unavailable", "LoginRefused"),
)
CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def settings_table() -> str:
    """Return every setting with its default and its sentence, as a table."""
    lines = ["| variable | default | what it is |", "|---|---|---|"]
    lines += [f"| `{one.variable}` | {f'`{one.default}`' if one.default else ''} | {one.about} |" for one in describe()]
    return "\n".join(lines)


def commands_table() -> str:
    """Return every command with its sentence, as a table. Read as text, so that no command is loaded for it."""
    tree = ast.parse((ROOT / "cablegram" / "cli" / "main.py").read_text(encoding="utf-8"))
    lines = ["| command | what it does |", "|---|---|"]
    for node in ast.walk(tree):
        match node:
            case ast.Tuple(
                elts=[ast.Name(id=group), ast.Constant(value=str(name)), ast.Constant(), ast.Constant(value=about)]
            ):
                lines.append(f"| `{name if group == 'app' else f'{group} {name}'}` | {about} |")
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=group), attr="command"),
                keywords=[
                    ast.keyword(value=ast.Constant(value=str(name))),
                    ast.keyword(value=ast.Constant(value=about)),
                ],
            ):
                lines.append(f"| `{group.replace('_', ' ')} {name}` | {about} |")
            case _:
                pass
    return "\n".join(lines)


def states_diagram() -> str:
    """Return the moves between message states as a mermaid diagram."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in (State.SCHEDULED, State.QUEUED, State.SKIPPED)]
    lines += [f"    {state} --> {other}" for state in State for other in State if other in MOVES[state]]
    return "\n".join([*lines, "```"])


def scripts_table() -> str:
    """Return what each special ending of a number does at the simulated carrier, as a table."""
    lines = ["| ending | what happens |", "|---|---|"]
    return "\n".join([*lines, *(f"| {ending} | {script.meaning} |" for ending, script in SCRIPTS.items())])


def fates_table() -> str:
    """Return what each special ending of a number does at simulated providers, as a table."""
    lines = ["| ending | what happens |", "|---|---|"]
    return "\n".join([*lines, *(f"| {ending} | {fate.words} |" for ending, fate in FATES.items())])


def points_table() -> str:
    """Return every fail point with the two effects that it stands between, as a table."""
    lines = ["| point | where |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {where} |" for name, where in POINTS.items())])


def rules_tables() -> str:
    """Return the rules that let a message go and those for texts that come in, in their order, as two tables."""
    sending = ["## May it go?", "", "| | rule | when it lets a message go |", "|---|---|---|"]
    sending += [f"| {place} | {rule.id} | {rule.asks} |" for place, rule in enumerate(ORDER, 1)]
    receiving = [
        "## A text comes in",
        "",
        "The first that fits wins.",
        "",
        "| | rule | what it means |",
        "|---|---|---|",
    ]
    receiving += [f"| {place} | {row.rule} | {row.why} |" for place, row in enumerate(TABLE, 1)]
    return "\n".join([*sending, "", *receiving])


def dialogue() -> str:
    """Return what an SMS service does with each kind of text, as a diagram of standings and as tables."""
    turns = [
        (mode, standing, words, *_turn(mode, standing, words))
        for mode in OptInMode
        for standing in (None, Standing.ASKED, Standing.IN, Standing.PAUSED, Standing.OUT)
        for words in _TEXTS
    ]
    edges: dict[tuple[str, str], dict[str, None]] = {}
    for mode, standing, words, _, after in turns:
        if after is not standing:
            said = words if mode is not OptInMode.SINGLE or words != "DEALS" else "DEALS (single)"
            edges.setdefault((standing or "nowhere", after or "nowhere"), {})[said] = None
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> nowhere"]
    lines += [f"    {one} --> {other}: {', '.join(said)}" for (one, other), said in edges.items()]
    lines.append("```")
    for mode in OptInMode:
        lines += [
            "",
            f"## With {mode} opt-in",
            "",
            f"| stands | {' | '.join(_TEXTS)} |",
            "|---" * (len(_TEXTS) + 1) + "|",
        ]
        for standing in (None, Standing.ASKED, Standing.IN, Standing.PAUSED, Standing.OUT):
            cells = [
                (says or "–") + (f" → {after}" if after is not standing else "")
                for its, where, _, says, after in turns
                if its is mode and where is standing
            ]
            lines.append(f"| {standing or 'nowhere'} | {' | '.join(cells)} |")
    return "\n".join(lines)


_TEXTS = (
    *("DEALS", "DEALS and more", "YES DEALS", "YES", "HELP DEALS", "HELP", "STOP DEALS", "STOP"),
    *("YES STOP DEALS", "good morning"),
)


def _turn(mode: OptInMode, standing: Standing | None, words: str) -> tuple[str | None, Standing | None]:
    """Return what answers a text and where its writer stands then: what receiving does, without a database."""
    form = Form(
        name="Deals",
        minimum_age=18,
        opt_in=mode,
        use=Use.MARKETING,
        frequency=4,
        terms_url="https://example.com",
        phone="1",
    )
    one = Live(ProgramId(uuid7()), AccountId(uuid7()), SenderId(uuid7()), "DEALS", True, form, {})
    code = Code("12345", "US", (), (one,))
    line = SharedLine(code, "12015550118", places(code))
    line.places[0].standing = standing
    now = datetime(2026, 1, 1, tzinfo=UTC)
    text = WholeText(uuid7(), ConnectorId(uuid7()), line.number, code.digits, words, now)
    heard = Heard(text, None, shared_codes.read(words, line), line)
    shared_codes.choose(heard)
    heard.row = order.winner(shared_codes.known(heard))
    shared_codes.note(heard, now)
    return (shared_codes.answer(heard.row.does) if heard.live else None), line.places[0].standing


def letters_tables() -> str:
    """Return what people are told of by mail, and the letters that somebody asked for, as two tables."""
    lines = ["## Notices", "", "| kind | of the event | who is told | how soon |", "|---|---|---|---|"]
    for one in KINDS:
        who = _READERS[one.to] or ", ".join(sorted(one.roles))
        pace = "at once, always" if one.is_fixed else one.pace.replace("_", " ")
        lines.append(f"| `{one.name}` | [{one.event.value}](events.md) | {who} | {pace} |")
    lines += ["", "## All letters", "", "| kind | when it is sent | its words are kept |", "|---|---|---|"]
    for kind in CATALOGUE.values():
        kept = "until it is sent" if kind.is_emptied else "for a month"
        lines.append(f"| `{kind.name}` | {kind.about} | {kept} |")
    return "\n".join(lines)


_READERS = {
    To.ROLES: "",
    To.SUBJECT: "the person it happened to",
    To.STARTER: "who started it",
    To.OPERATORS: "operators",
}


def webhooks_tables() -> str:
    """Return every kind of webhook by what it is about, and the fields of each shape."""
    lines: list[str] = []
    for group in catalogue.GROUPS:
        lines += [f"### {group}", "", "| kind | what it tells | `data` |", "|---|---|---|"]
        lines += [f"| `{one.kind}` | {one.told} | {_shape(one)} |" for one in catalogue.ALL if one.group == group]
        lines.append("")
    for shape in dict.fromkeys(one.shape for one in catalogue.ALL):
        lines += [f"## {shape.__name__}", "", shape.__doc__ or "", "", "| field | type | what it is |", "|---|---|---|"]
        told = msgspec.json.schema(shape)["$defs"][shape.__name__]["properties"]
        lines += [f"| `{name}` | {_type_of(known)} | {known.get('description', '')} |" for name, known in told.items()]
        lines.append("")
    return "\n".join(lines).rstrip()


def _shape(one: catalogue.About) -> str:
    return f"[{one.shape.__name__}](#{one.shape.__name__.lower()})"


def _type_of(known: dict[str, Any]) -> str:
    """Return the type of a field as people write it."""
    kinds = [one.get("format") or one.get("type", "any") for one in known.get("anyOf", [known])]
    return " or ".join(kinds)


def error_codes() -> set[str]:
    """Return every error code that a literal in the code names."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "cablegram").rglob("*.py"))]
    # Classes and public functions are imported by their name; a private one may be another in each file.
    shared = dict.fromkeys(ERRORS, 0)
    for tree in trees:
        shared.update(_places(tree, ast.ClassDef))
        shared.update({name: n for name, n in _places(tree, ast.FunctionDef).items() if not name.startswith("_")})
    return {code for tree in trees for code in _codes(tree, {**shared, **_places(tree, ast.FunctionDef)})}


def _places(tree: ast.Module, kind: type[ast.ClassDef | ast.FunctionDef]) -> dict[str, int]:
    """Return at which place each class or function of a file takes its `code`."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) if kind is ast.FunctionDef:
                names = [argument.arg for argument in node.args.args if argument.arg != "self"]
            case ast.ClassDef(name=name) if kind is ast.ClassDef:
                names = [ast.unparse(line.target) for line in node.body if isinstance(line, ast.AnnAssign)]
            case _:
                continue
        if "code" in names:
            found[name] = names.index("code")
    return found


def _codes(tree: ast.Module, places: dict[str, int]) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in places:
                given = [word.value for word in node.keywords if word.arg == "code"]
                given += node.args[places[name] : places[name] + 1]
                yield from (code for value in given for code in _literals(value))
            case ast.Assign(targets=[ast.Name(id="code")], value=value):
                yield from _literals(value)
            case _:
                pass


def _literals(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(text)) if CODE.fullmatch(text):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _literals(one)
            yield from _literals(other)
        case _:
            pass


def headings(page: str) -> set[str]:
    """Return the headings of the second level of a page that are names."""
    return set(re.findall(r"^## `?([a-z][a-z0-9_.]*)`?$", (PAGES / page).read_text(encoding="utf-8"), re.MULTILINE))


def made(page: str, content: str) -> str:
    """Return a page with the part between its marks replaced."""
    text = (PAGES / page).read_text(encoding="utf-8")
    begin, rest = text.split("<!-- made by scripts/reference.py -->\n", 1)
    end = rest.split("<!-- end -->", 1)[1]
    return f"{begin}<!-- made by scripts/reference.py -->\n\n{content}\n\n<!-- end -->{end}"


def lacks() -> list[str]:
    """Say what a person has to write, or to take away."""
    found: list[str] = []
    for page, wanted in (("errors.md", error_codes()), ("events.md", {kind.value for kind in Kind})):
        there = headings(page)
        found += [f"docs/reference/{page} has no heading for {name}" for name in sorted(wanted - there)]
        found += [
            f"docs/reference/{page} explains {name}, which the code does not know" for name in sorted(there - wanted)
        ]
    return found


def main() -> int:
    """Rewrite or check; return the exit status."""
    parser = argparse.ArgumentParser(description="Keep the reference pages true.")
    parser.add_argument("--check", action="store_true", help="write nothing, only say what lags behind")
    is_check: bool = parser.parse_args().check
    faults = lacks()
    parts = {
        "settings.md": settings_table(),
        "command-line.md": commands_table(),
        "message-states.md": states_diagram(),
        "simulated-carrier.md": scripts_table(),
        "simulated-providers.md": fates_table(),
        "fail-points.md": points_table(),
        "rules.md": rules_tables(),
        "letters.md": letters_tables(),
        "sms-dialogue.md": dialogue(),
        "webhooks.md": webhooks_tables(),
    }
    for page, content in parts.items():
        fresh = made(page, content)
        if fresh == (PAGES / page).read_text(encoding="utf-8"):
            continue
        if is_check:
            faults.append(f"docs/reference/{page} lags behind the code: run python scripts/reference.py")
        else:
            (PAGES / page).write_text(fresh, encoding="utf-8")
    print("\n".join(faults) or "docs/reference is true")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
