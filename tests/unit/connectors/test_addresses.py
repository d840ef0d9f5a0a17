"""Which places connectors may lead to, as far as that can be told before anybody connects."""

from __future__ import annotations

import pytest

from cablegram.connectors import addresses, forms
from cablegram.kit.errors import Refused

SID = "AC" + "0" * 32


def code_of(base_url: str, *, is_own: bool) -> str:
    settings = forms.read_settings("twilio", {"account_sid": SID, "base_url": base_url})
    try:
        addresses.check("twilio", settings, ["10.0.0.7"], is_own=is_own)
    except Refused as error:
        return f"{error.code} {error.faults[0].field.removeprefix('settings.')}"
    return ""


@pytest.mark.req("R171")
@pytest.mark.parametrize(
    ("base_url", "own", "the_operators"),
    [
        ("", "", ""),
        ("https://a.example", "", ""),
        ("http://a.example:8080/api", "", ""),
        ("http://a.example:25", "address_invalid base_url", ""),
        ("https://10.0.0.7", "", ""),
        ("https://10.0.0.8", "address_not_public base_url", "address_not_public base_url"),
        ("https://[::ffff:10.0.0.8]", "address_not_public base_url", "address_not_public base_url"),
    ],
)
def test_an_own_connector_leads_to_the_web_alone(base_url: str, own: str, the_operators: str) -> None:
    assert (code_of(base_url, is_own=True), code_of(base_url, is_own=False)) == (own, the_operators)


@pytest.mark.parametrize(
    ("is_own", "host", "said"),
    [
        (True, "10.0.0.7", "CABLEGRAM_ALLOW_PRIVATE_PROVIDERS opens it for the operator's connectors alone."),
        (True, "10.0.0.8", "the operator allows it with CABLEGRAM_ALLOW_PRIVATE_CUSTOMERS."),
        (False, "10.0.0.8", "the operator allows it with CABLEGRAM_ALLOW_PRIVATE_PROVIDERS."),
    ],
)
def test_a_refusal_names_the_setting_that_would_open_it(host: str, said: str, *, is_own: bool) -> None:
    settings = forms.read_settings("twilio", {"account_sid": SID, "base_url": f"https://{host}"})
    with pytest.raises(Refused) as refused:
        addresses.check("twilio", settings, (), is_own=is_own, of_operator=["10.0.0.7"])
    assert refused.value.message.endswith(said)


def test_an_smpp_login_of_the_operators_goes_anywhere_an_own_one_to_any_port_of_the_open_internet() -> None:
    at_home = forms.read_settings("smpp", {"host": "10.0.0.8", "system_id": "luna"})
    addresses.check("smpp", at_home, (), is_own=False)
    with pytest.raises(Refused) as refused:
        addresses.check("smpp", at_home, (), is_own=True)
    assert refused.value.code == "address_not_public"
    addresses.check(
        "smpp", forms.read_settings("smpp", {"host": "a.example", "port": 900, "system_id": "l"}), (), is_own=True
    )
