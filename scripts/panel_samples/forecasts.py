"""A sample forecast, with everything that one can say."""

from __future__ import annotations

from datetime import timedelta

from cablegram.campaigns.foreseen import (
    Advice,
    ConnectorForecast,
    CountryForecast,
    Culprit,
    Forecast,
    Preview,
    Stretch,
)
from cablegram.kit.ids import ConnectorId
from cablegram.panel.audience import Names
from cablegram.text.encoding import Encoding
from panel_samples.frame import CREDIT, ID, NOW

NAMES = Names([("Newsletter ES", "/contacts/1"), ("Kiosko regulars", "/contacts/2")], [("Staff", "/contacts/3")])

DEAR = (
    "Olena, Mercado Luna’s autumn is here: −20 % on everything until Sunday with OTOÑO. luna.example/o20 BAJA to leave"
)

FORECAST = Forecast(
    recipients=13212,
    accepted=12408,
    segments=15205,
    price=16_317_600_000,
    balance=18_240_500_000,
    several_segments=2797,
    skipped={"opted_out": 412, "missing_variable": 204, "number_landline": 188},
    countries=[
        CountryForecast("ES", 9611, 9611, 9_611_000_000, CREDIT),
        CountryForecast("PT", 1874, 3748, 3_560_600_000, 950_000),
        CountryForecast("MA", 702, 1404, 2_527_200_000, None),
        CountryForecast("UA", 221, 442, 618_800_000, 1_400_000),
        *[CountryForecast(iso, 9, 9, 9_000_000, CREDIT) for iso in ("TW", "TH", "IN", "IE", "ET", "PL")],
    ],
    worst=[Preview("380671204518", DEAR, Encoding.UCS2, 2, 2_800_000) for _ in range(3)],
    culprits=[Culprit("’", 2797, 2797, 3_145_600_000)],
    listed_twice=79,
    starts=NOW,
    connectors=[
        ConnectorForecast(
            ConnectorId(ID),
            "Orange ES",
            9832,
            9832,
            30.0,
            is_learned=False,
            ahead=420,
            held=923,
            stretches=[
                Stretch(NOW, NOW + timedelta(minutes=6), 8909),
                Stretch(NOW + timedelta(hours=18), NOW + timedelta(hours=18, minutes=5), 923),
            ],
        ),
        ConnectorForecast(
            ConnectorId(ID),
            "Vodafone PT",
            2576,
            5373,
            214.0,
            is_learned=True,
            ahead=0,
            held=0,
            stretches=[Stretch(NOW, NOW + timedelta(seconds=26), 2576)],
        ),
    ],
    advice=[
        Advice(
            "marketing_often",
            "The second marketing campaign in 30 days",
            "Two a month are what people put up with: it can go, and the next one would be one too many.",
        )
    ],
)
