"""Lists of mobile networks: read from files, put in order, searched."""

from __future__ import annotations

import json

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.lookup.model import Network, fitting, in_order
from cablegram.lookup.network_file import read_csv, read_package

MOVISTAR = Network("214", "07", "Movistar", "ES")
LYCA = Network("214", "25", "Lycamobile", "ES")
ATT = Network("310", "410", "AT&T", "US")
AERO = Network("901", "14", "AeroMobile", "")
ALL = [ATT, AERO, LYCA, MOVISTAR]


@pytest.mark.req("R32")
def test_networks_are_read_from_a_file_whether_an_operators_or_a_virtual_ones() -> None:
    found = read_csv(
        "\ufeffMCC,mnc,name,country\r\n214,07,Movistar,es\n\n310,410,AT&T,US\n901,14,AeroMobile,\n".encode()
    )
    assert found == [MOVISTAR, ATT, AERO]


@pytest.mark.req("R32")
@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ("mcc,name\n", "Line 1: the first line must be"),
        ("", "Line 1: the first line must be"),
        ("mcc,mnc,name,country\n", "Line 1: no network stands below it"),
        ("mcc,mnc,name,country\n214,07,Movistar\n", "Line 2: there are 3 fields"),
        ("mcc,mnc,name,country\n114,07,Movistar,ES\n", "Line 2: '114' is no mobile country code"),
        ("mcc,mnc,name,country\n214,7,Movistar,ES\n", "Line 2: '7' is no mobile network code"),
        ("mcc,mnc,name,country\n214,07,Movistar,SPAIN\n", "Line 2: 'SPAIN' is no country"),
        ("mcc,mnc,name,country\n214,07, ,ES\n", "Line 2: "),
        ("mcc,mnc,name,country\n214,07,Movistar,ES\n214,07,O2,ES\n", "Line 3: 214-07 stands in a line above"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_by_its_line(lines: str, what: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_csv(lines.encode())
    assert refused.value.code == "bad_network_file"
    assert refused.value.faults[0].message.startswith(what)


@pytest.mark.req("R32")
def test_the_table_of_the_package_is_taken_without_what_has_no_name_or_code() -> None:
    table = {
        "21407": {"brand": "Movistar", "operator": "Telefónica Móviles", "cc2s": ["ES"]},
        "310410": {"brand": "", "operator": "AT&T\n", "cc2s": ["US", "GU"]},
        "90114": {"brand": "AeroMobile", "operator": "", "cc2s": []},
        "20299": {"brand": "", "operator": "", "cc2s": ["GR"]},
        "214": {"brand": "None", "operator": "", "cc2s": []},
    }
    assert read_package(json.dumps([{"license": "..."}, table]).encode()) == [MOVISTAR, ATT, AERO]


@pytest.mark.req("R32")
@pytest.mark.parametrize("data", [b"", b"[]", b"[1, 2]", b'[{}, {"21407": {}}]', b'[{}, {"21407": 1}]'])
def test_a_table_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="another form"):
        read_package(data)


@pytest.mark.req("R32")
def test_networks_are_sorted_by_what_is_asked_for() -> None:
    assert in_order(ALL) == [MOVISTAR, LYCA, ATT, AERO]
    assert in_order(ALL, "mcc", "desc") == [AERO, ATT, LYCA, MOVISTAR]
    assert in_order(ALL, "mnc") == [MOVISTAR, AERO, LYCA, ATT]
    assert in_order(ALL, "name") == [AERO, ATT, LYCA, MOVISTAR]
    assert in_order(ALL, "country") == [AERO, MOVISTAR, LYCA, ATT]


@pytest.mark.req("R32")
def test_networks_are_found_by_name_country_and_first_digits() -> None:
    assert fitting(ALL, q="lyca") == [LYCA]
    assert fitting(ALL, q="united") == [ATT]
    assert fitting(ALL, q="214-0") == [MOVISTAR]
    assert fitting(ALL, country="es") == [LYCA, MOVISTAR]
    assert fitting(ALL, mcc="901") == [AERO]
    assert fitting(ALL, q="nobody") == []
