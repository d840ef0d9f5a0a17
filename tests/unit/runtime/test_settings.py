from __future__ import annotations

from pathlib import Path

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.runtime.settings import Settings, describe


def refused(environ: dict[str, str], **options: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        Settings.read(environ, **options)
    assert caught.value.code == "bad_setting"
    return caught.value


def test_nothing_given_means_the_defaults() -> None:
    settings = Settings.read({})
    assert settings == Settings()
    assert settings.port == 8080
    assert settings.database_url is None
    assert settings.data_dir == Path.cwd() / ".data"


def test_options_win_over_the_environment_and_none_means_not_given() -> None:
    environ = {"CABLEGRAM_PORT": "8081", "CABLEGRAM_CARRIER_PORT": "2776", "HOME": "/root"}
    settings = Settings.read(environ, port=8082, carrier_port=None)
    assert (settings.port, settings.carrier_port) == (8082, 2776)


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.read({"CABLEGRAM_DATABASE_URL": "", "CABLEGRAM_PORT": ""}) == Settings()


def test_a_misspelled_variable_is_an_error_that_names_the_likely_one() -> None:
    error = refused({"CABLEGRAM_PROT": "8081"})
    assert error.message == "CABLEGRAM_PROT is no setting of Cablegram. Is CABLEGRAM_PORT meant?"
    assert "meant" not in refused({"CABLEGRAM_QQQQQQ": "1"}).message


def test_variables_of_the_test_suite_are_left_alone() -> None:
    assert Settings.read({"CABLEGRAM_TEST_DATABASE_URL": "postgresql://x@y/z"}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "0"),
        ("port", "65536"),
        ("port", "80a"),
        ("port", "\u0661\u0662"),
        ("port", "-1"),
        ("pool_size", "0"),
        ("simulator", "perhaps"),
        ("log_level", "INFO"),
        ("log_format", "xml"),
        ("public_url", "sms.example.com"),
        ("handset_url", "ftp://127.0.0.1"),
        ("database_url", "not an address"),
        ("database_url", "postgresql://u:p@h/d?nonsense=1"),
        ("host", " "),
    ],
)
def test_a_wrong_value_is_an_error_that_names_the_setting(name: str, value: str) -> None:
    error = refused({f"CABLEGRAM_{name.upper()}": value})
    assert [(fault.field, fault.code) for fault in error.faults] == [(f"CABLEGRAM_{name.upper()}", "bad_value")]
    option = "--" + name.replace("_", "-")
    assert [fault.field for fault in refused({}, **{name: value}).faults] == [option]


def test_every_fault_is_told_at_once() -> None:
    error = refused({"CABLEGRAM_PORT": "x", "CABLEGRAM_NOPE": "1"}, log_level="loud")
    assert [fault.field for fault in error.faults] == ["CABLEGRAM_NOPE", "CABLEGRAM_PORT", "--log-level"]


def test_secrets_are_not_shown() -> None:
    url = "postgresql://u:hidden@h/d"
    assert "hidden" not in repr(Settings.read({"CABLEGRAM_DATABASE_URL": url, "CABLEGRAM_SECRET_KEY": "hidden"}))
    assert "hidden" not in refused({"CABLEGRAM_DATABASE_URL": "hidden nonsense"}).message


def test_a_child_process_reads_the_same_settings() -> None:
    given = {"CABLEGRAM_SIMULATOR": "off", "CABLEGRAM_DATA_DIR": "/srv/sms", "CABLEGRAM_PUBLIC_URL": "https://a.b/"}
    settings = Settings.read(given, port=8099)
    assert Settings.read(settings.environ()) == settings


def test_a_folder_may_begin_with_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert Settings.read({"CABLEGRAM_DATA_DIR": "~/sms"}).data_dir == Path("/home/ada/sms")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),  # noqa: S104 - nothing is bound here
        ("::", "http://[::1]:8080"),
        ("fd00::7", "http://[fd00::7]:8080"),
        ("sms.local", "http://sms.local:8080"),
    ],
)
def test_the_public_address_follows_from_host_and_port(host: str, address: str) -> None:
    assert Settings.read({}, host=host).public == address


def test_addresses_that_are_given_are_taken() -> None:
    settings = Settings.read({}, public_url="https://sms.example.com/", handset_url="http://10.0.0.1:2780")
    assert (settings.public, settings.handsets) == ("https://sms.example.com", "http://10.0.0.1:2780")
    assert Settings().handsets == "http://127.0.0.1:2780"


def test_every_setting_is_described() -> None:
    described = {one.variable: one for one in describe()}
    assert described["CABLEGRAM_PORT"].default == "8080"
    assert described["CABLEGRAM_DATA_DIR"].default == "./.data"
    assert described["CABLEGRAM_SIMULATOR"].default == "true"
    assert described["CABLEGRAM_SECRET_KEY"].default == ""
    assert all(one.about.endswith(".") for one in described.values())


def test_classes_are_given_with_commas_and_handed_on_to_children() -> None:
    settings = Settings.read({"CABLEGRAM_RESEND_UNKNOWN": "otp, transactional"})
    assert settings.resend_unknown == ("otp", "transactional")
    assert Settings.read(settings.environ()) == settings
    assert "CABLEGRAM_RESEND_UNKNOWN" not in Settings.read({}).environ()
    assert "commas" in refused({"CABLEGRAM_RESEND_UNKNOWN": "codes"}).message
