"""Keep the panel's catalogues: gather the texts of its pages, carry over what is translated, say what is missing.

`python scripts/words.py` writes `cablegram/panel/catalogue/*.po` anew; `--missing` lists what a language lacks.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast, get_args

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from cablegram.messages import wording
from cablegram.panel import deeds, developers, filters, noticing, problems, shell, summaries, team, words
from cablegram.support.model import TicketState
from cablegram.webhooks import catalogue

PANEL = Path(__file__).parents[1] / "cablegram" / "panel"
CATALOGUES = PANEL / "catalogue"
_MARKS = ("_", "gettext", "ngettext")
_OPTIONS = {
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
    "extensions": "jinja2.ext.do",
}
_DEEDS = frozenset({"go", "page", "part", "render"})
# Keywords of these calls, and words of the pairs in these functions, are shown by the templates through the catalogue.
_SHOWN = frozenset({"title", "note"})
_TOLD = frozenset({"done", "warn", "info", "error"})


def texts() -> Iterator[str | tuple[str, str]]:
    """Yield each text that a page may show; of counted ones the two forms."""
    for path in sorted((PANEL / "templates").rglob("*.html")):
        with path.open("rb") as file:
            for _, kind, found, _ in babel_extract(file, _MARKS, (), _OPTIONS):
                yield from _of_template(kind, found)
    for path in sorted(PANEL.glob("*.py")):
        yield from _of_code(ast.parse(path.read_text()))
    yield from _of_tables()


def _of_template(kind: str | None, found: object) -> Iterator[str | tuple[str, str]]:
    parts = cast("tuple[object, ...]", found) if isinstance(found, tuple) else (found,)
    known = [str(part) for part in parts if part]
    if kind == "ngettext" and len(known) > 1:
        yield known[0], known[1]
    elif known:
        yield known[0]


def _of_code(tree: ast.AST) -> Iterator[str]:
    """Yield titles, the words of deeds that are done, and tabs: constants alone, for no catalogue has names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.Tuple) and node.elts:
            first, *others = node.elts
            told = list(_constant(first))
            if told and told[0] in _TOLD:
                for other in others:
                    yield from _constant(other)
            elif len(node.elts) > 1 and _is_address(node.elts[1]):
                yield from told


def _of_call(node: ast.Call) -> Iterator[str]:
    """Yield what keywords show, and what the page at the end of a letter's link says."""
    shown = [keyword.value for keyword in node.keywords if keyword.arg in _SHOWN]
    if isinstance(node.func, ast.Name) and node.func.id == "_told":
        shown += node.args
    for given in shown:
        yield from _constant(given)


def _constant(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
        yield node.value


def _is_address(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id.startswith("_") and node.id.isupper()
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("/")


def _of_tables() -> Iterator[str]:
    for group in (*shell.ACCOUNT, *shell.OPERATOR):
        yield from (entry.label for entry in group)
    for signs in words.SIGNS.values():
        for name, sign in signs.items():
            yield from (text for text in (name, sign.meaning) if text)
    yield from words.all_texts()
    yield from noticing.all_texts()
    for room in (deeds, developers, problems, summaries, team):
        yield from room.all_texts()
    yield from get_args(TicketState)
    for about in catalogue.ALL:
        yield from (about.group, about.words)
    yield from wording.WORDS.values()
    yield from (*filters.MONTHS, *filters.WEEKDAYS)


def renewed(language: str) -> Catalog:
    """Return a language's catalogue as it should be: every text of today, with what was translated before."""
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        old = read_po(file, locale=language)
    new = Catalog(locale=language, project="Cablegram", fuzzy=False)
    for text in texts():
        key = text if isinstance(text, str) else text[0]
        known = old.get(key)
        already = new.get(key)
        if already is None or (isinstance(text, tuple) and not already.pluralizable):
            new.delete(key)
            new.add(text, string=known.string if known and known.pluralizable == isinstance(text, tuple) else None)
    return new


def written(catalogue: Catalog) -> bytes:
    """Write a catalogue as its file: sorted, without dates and places, so that a difference is one of words."""
    out = io.BytesIO()
    write_po(out, catalogue, omit_header=True, no_location=True, sort_output=True, width=0)
    return b"# The panel's words. Written by scripts/words.py; fill in msgstr, and run it again.\n\n" + out.getvalue()


def missing(language: str) -> list[str]:
    """Name the texts that a language has no words for."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in renewed(language)
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]


def main() -> None:
    """Write the catalogues anew, or list what they lack."""
    for path in sorted(CATALOGUES.glob("*.po")):
        if "--missing" in sys.argv:
            for text in missing(path.stem):
                print(f"{path.stem}: {text}")
        else:
            path.write_bytes(written(renewed(path.stem)))
            print(f"{path.relative_to(PANEL.parents[1])}: {len(missing(path.stem))} missing")


if __name__ == "__main__":
    main()
