from __future__ import annotations

import pytest

from cablegram.messages.media import MOST_BYTES, judge
from cablegram.runtime.outbound import Found


@pytest.mark.req("R121")
@pytest.mark.parametrize(
    ("found", "code"),
    [
        (Found("image/jpeg", MOST_BYTES), None),
        (Found("image/gif", 1), None),
        (Found("image/png", 1), None),
        (Found("image/png", MOST_BYTES + 1), "media_too_large"),
        (Found("image/webp", 1), "media_wrong_type"),
        (Found("text/html", MOST_BYTES + 1), "media_wrong_type"),
        (Found("", 1), "media_wrong_type"),
        (Found("image/png", 0), "media_wrong_type"),
    ],
)
def test_a_picture_is_jpg_gif_or_png_of_450_kilobytes_at_most(found: Found, code: str | None) -> None:
    refusal = judge(found)
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.field == "media_url"
