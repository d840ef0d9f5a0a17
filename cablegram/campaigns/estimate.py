"""Add judged and priced drafts up to a forecast. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cablegram.billing.tariffs import TariffBook
from cablegram.campaigns.model import CountryForecast, Forecast, Preview
from cablegram.messages.model import Draft

SAMPLES = 5  # texts that are shown as people will get them


class Estimate:
    """Takes drafts slice by slice."""

    def __init__(self) -> None:
        self._forecast = Forecast()
        self._skipped: Counter[str] = Counter()
        self._countries: dict[str, CountryForecast] = {}
        self._untold: set[str] = set()  # countries in which a price is not the tariff's

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

    def result(self, book: TariffBook, *, balance: int) -> Forecast:
        """Return the forecast: the dearest country first, the commonest reason for skipping first."""
        forecast = self._forecast
        forecast.balance = balance
        forecast.skipped = dict(self._skipped.most_common())
        forecast.countries = sorted(self._countries.values(), key=lambda one: (-one.price, one.country))
        for one in forecast.countries:
            found = book.of_country(one.country)
            prices = {tariff.price for tariff in found.tariffs} if found else set[int]()
            one.tariff = prices.pop() if len(prices) == 1 and one.country not in self._untold else None
        return forecast


def _preview(draft: Draft) -> Preview:
    return Preview(draft.number, draft.text, draft.encoding, draft.segments, draft.price)
