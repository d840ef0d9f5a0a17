"""Our segments beside those of npm's split-sms, a program by others (`npm ci --prefix tests/oracles`)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.text.segments import measure, split

SCRIPT = Path(__file__).parents[2] / "oracles" / "split_sms.js"
Ask = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def peer() -> Iterator[Ask]:
    assert (SCRIPT.parent / "node_modules").is_dir(), "npm ci --ignore-scripts --prefix tests/oracles"
    with subprocess.Popen(["node", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        questions, answers = node.stdin, node.stdout

        def ask(text: str) -> dict[str, Any]:
            questions.write(json.dumps(text) + "\n")
            questions.flush()
            return json.loads(answers.readline())

        yield ask


def _ours(text: str) -> dict[str, Any]:
    parts, found = split(text), measure(text)
    return {
        "encoding": found.encoding.value,
        "texts": [part.text for part in parts],
        "units": [part.units for part in parts],
        "units_left": found.units_left,
    }


@pytest.mark.req("R37", "R38", "R39", "R40")
def test_segments_agree_at_every_boundary(peer: Ask) -> None:
    counts = [0, 1, 33, 34, 35, 36, 65, 66, 67, 68, 69, 70, 71, 132, 133, 134, 135, 151, 152, 153, 154, 158, 159, 160]
    counts += [161, 201, 202, 305, 306, 307, 459, 460]
    for before, middle, after in product(
        ["a", "€", "😀", "ж"], ["", "é", "€", "[€", "`", "😀", "中"], ["a", "{", "😀"]
    ):
        for count in counts:
            text = before * count + middle + after * (count // 2)
            assert _ours(text) == peer(text)


@pytest.mark.req("R37", "R38", "R39")
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_segments_agree_on_any_text(peer: Ask, text: str) -> None:
    assert _ours(text) == peer(text)
