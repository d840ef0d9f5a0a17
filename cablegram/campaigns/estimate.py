"""Add judged and priced drafts up to a forecast. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence

from cablegram.billing.tariffs import TariffBook
from cablegram.campaigns.foreseen import CountryForecast, Culprit, Forecast, Preview
from cablegram.messages.model import Draft
from cablegram.text.encoding import Encoding
from cablegram.text.gsm0338 import BASIC, EXTENSION
from cablegram.text.segments import measure

SAMPLES = 5  # texts that are shown as people will get them
WORST = 10  # people whose texts cost most
_CULPRITS = 5  # characters that are told
_GSM = frozenset(BASIC) | frozenset(EXTENSION.values())
_STAND_IN = "x"  # any character of GSM 03.38 that takes one septet


class Estimate:
    """Takes drafts slice by slice."""

    def __init__(self) -> None:
        self._forecast = Forecast()
        self._skipped: Counter[str] = Counter()
        self._countries: dict[str, CountryForecast] = {}
        self._untold: set[str] = set()  # countries in which a price is not the tariff's
        self._worst: list[tuple[int, int, int, Draft]] = []  # price, segments, earlier is larger
        self._culprits: dict[str, Culprit] = {}

    def add(self, drafts: Sequence[Draft]) -> None:
        """Count a slice."""
        forecast = self._forecast
        forecast.recipients += len(drafts)
        for draft in drafts:
            if draft.refusal:
                self._skipped[draft.refusal.code] += 1
            else:
                self._add(forecast, draft)

    def _add(self, forecast: Forecast, draft: Draft) -> None:
        forecast.accepted += 1
        segments = draft.gateway_segments or draft.segments
        forecast.segments += segments
        forecast.price += draft.price
        forecast.several_segments += draft.segments > 1
        forecast.encodings[draft.encoding] = forecast.encodings.get(draft.encoding, 0) + 1
        country = self._countries.setdefault(draft.country, CountryForecast(draft.country))
        country.people += 1
        country.segments += segments
        country.price += draft.price
        if draft.is_own_way:
            self._untold.add(draft.country)
        if len(forecast.samples) < SAMPLES:
            forecast.samples.append(_preview(draft))
        if forecast.longest is None or draft.segments > forecast.longest.segments:
            forecast.longest = _preview(draft)
        if draft.segments > 1:
            self._keep_worst(draft)
            if draft.encoding is Encoding.UCS2:
                self._blame(draft)

    def _keep_worst(self, draft: Draft) -> None:
        worst = self._worst
        if len(worst) < WORST:
            heapq.heappush(worst, (draft.price, draft.segments, -self._forecast.accepted, draft))
        elif (draft.price, draft.segments) > worst[0][:2]:
            heapq.heapreplace(worst, (draft.price, draft.segments, -self._forecast.accepted, draft))

    def _blame(self, draft: Draft) -> None:
        """See whether one character alone makes a text dearer: without it, it would be GSM and shorter."""
        strange = set(draft.text) - _GSM
        if len(strange) != 1:
            return
        (character,) = strange
        fewer = draft.segments - measure(draft.text.replace(character, _STAND_IN)).segments
        if fewer <= 0:
            return
        culprit = self._culprits.setdefault(character, Culprit(character))
        culprit.people += 1
        culprit.segments += fewer
        if draft.billed_segments is None:  # else its count does not follow the alphabet
            culprit.price += draft.price * fewer // draft.segments

    def result(self, book: TariffBook, *, balance: int) -> Forecast:
        """Return the forecast: the dearest country first, the commonest reason for skipping first."""
        forecast = self._forecast
        forecast.balance = balance
        forecast.skipped = dict(self._skipped.most_common())
        forecast.countries = sorted(self._countries.values(), key=lambda one: (-one.price, one.country))
        forecast.worst = [_preview(draft) for *_, draft in sorted(self._worst, key=lambda one: one[:3], reverse=True)]
        forecast.culprits = _dearest(self._culprits.values())
        for one in forecast.countries:
            found = book.of_country(one.country)
            prices = {tariff.price for tariff in found.tariffs} if found else set[int]()
            one.tariff = prices.pop() if len(prices) == 1 and one.country not in self._untold else None
        return forecast


def _dearest(culprits: Iterable[Culprit]) -> list[Culprit]:
    return sorted(culprits, key=lambda one: (-one.segments, one.character))[:_CULPRITS]


def _preview(draft: Draft) -> Preview:
    return Preview(draft.number, draft.text, draft.encoding, draft.segments, draft.price)
