from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType

from cablegram.numbers.area_codes import AREA_CODES, states
from cablegram.numbers.countries import COUNTRIES
from cablegram.numbers.e164 import Number, parse
from cablegram.numbers.zones import main_zone, zones


@pytest.mark.req("R109")
@pytest.mark.parametrize(
    ("digits", "country", "expected"),
    [
        ("13055551234", "US", {"America/New_York"}),
        ("34600000118", "ES", {"Europe/Madrid", "Atlantic/Canary", "Africa/Ceuta"}),
        ("18085551234", "US", {"Pacific/Honolulu"}),
        ("18505551234", "US", {"America/New_York", "America/Chicago"}),  # Florida's west keeps another time
        ("12195551234", "US", {"America/New_York", "America/Chicago"}),  # Gary, Indiana, by its exchanges alone
        ("17095551234", "CA", {"America/St_Johns", "America/Halifax"}),  # Newfoundland and Labrador
        ("17875551234", "PR", {"America/Puerto_Rico"}),
        ("5595991234567", "BR", {"America/Manaus"}),
        ("5511991234567", "BR", {"America/Sao_Paulo"}),
        ("529981234567", "MX", {"America/Cancun"}),
        ("9779841234567", "NP", {"Asia/Kathmandu"}),
        ("505812345678", "NI", {"America/Managua"}),  # has no summer time, unlike the zone libphonenumber names
        ("8613912345678", "CN", {"Asia/Shanghai"}),
        ("38344123456", "XK", {"Europe/Belgrade"}),  # no country of the time zone database
        ("247412345", "AC", {"Atlantic/St_Helena"}),
    ],
)
def test_a_number_tells_the_zones_it_may_be_in(digits: str, country: str, expected: set[str]) -> None:
    assert set(zones(Number(digits, country))) == expected


def test_a_mobile_number_may_be_anywhere_in_its_country() -> None:
    australia = zones(Number("61412345678", "AU"))
    assert {"Australia/Perth", "Australia/Lord_Howe", "Australia/Eucla", "Australia/Sydney"} < set(australia)
    assert {"Indian/Christmas", "Indian/Cocos"} < set(australia)  # islands with numbers of the same range

    russia = zones(Number("79141234567", "RU"))
    assert {"Asia/Vladivostok", "Europe/Kaliningrad", "Asia/Kamchatka"} < set(russia)
    assert not {"Europe/Bucharest", "Asia/Almaty"} & set(russia)

    assert {"Asia/Jakarta", "Asia/Jayapura"} < set(zones(Number("62812345678", "ID")))


def test_an_area_that_is_unknown_may_be_anywhere_in_the_country() -> None:
    toll_free = zones(Number("18005551234", "US"))
    assert {"America/New_York", "Pacific/Honolulu", "America/Anchorage"} < set(toll_free)
    assert "America/Toronto" not in toll_free
    assert {"America/Tijuana", "America/Cancun"} < set(zones(Number("5211234567", "MX")))
    assert "America/Cancun" in zones(Number("522011234567", "MX"))  # libphonenumber writes New York and means Cancún


def test_networks_of_no_country_are_in_no_zone() -> None:
    assert zones(Number("881612345678", "001")) == ()
    assert main_zone("001") is None


def test_every_country_has_zones_that_exist_and_a_main_one_among_them() -> None:
    known = available_timezones()
    for iso, country in COUNTRIES.items():
        found = zones(Number(country.calling_code + "000000", iso))
        assert found
        assert set(found) <= known
        assert main_zone(iso) in found
        assert list(found) == sorted(set(found))


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("US", "America/New_York"),
        ("AU", "Australia/Sydney"),
        ("RU", "Europe/Moscow"),
        ("BR", "America/Sao_Paulo"),
        ("CA", "America/Toronto"),
        ("ES", "Europe/Madrid"),
        ("UA", "Europe/Kyiv"),
        ("NZ", "Pacific/Auckland"),
    ],
)
def test_the_main_zone_is_where_most_people_live(country: str, zone: str) -> None:
    assert main_zone(country) == zone
    assert ZoneInfo(zone).key == zone


def test_every_area_code_has_zones_of_its_own() -> None:
    canadian = {"AB", "BC", "MB", "NB", "NL", "NS", "NT", "ON", "QC", "SK"}
    vague = {
        code
        for code, places in AREA_CODES.items()
        if len(zones(Number(f"1{code}5551234", "CA" if places[0] in canadian else "US"))) > 4
    }
    assert vague <= {"867", "879"}  # the whole north of Canada, and one so new that libphonenumber has no zone for it


def test_an_area_code_tells_the_state() -> None:
    assert states(parse("+13055551234")) == ("FL",)
    assert states(parse("+19025551234")) == ("NS", "PE")
    assert states(parse("+18085551234")) == ("HI",)
    assert states(Number("18005551234", "US")) == ()
    assert states(Number("17875551234", "PR")) == ()
    assert states(Number("34600000118", "ES")) == ()


def test_all_states_and_provinces_have_area_codes() -> None:
    assert len({state for found in AREA_CODES.values() for state in found}) == 51 + 13
    assert len(AREA_CODES) > 370


def test_mobile_numbers_of_all_countries_have_zones() -> None:
    for iso in COUNTRIES:
        example = phonenumbers.example_number_for_type(iso, PhoneNumberType.MOBILE)
        if example is not None:
            assert zones(Number(f"{example.country_code}{example.national_number}", iso))
