"""Settings: a laptop needs none, and everything wrong is said at once."""

from pathlib import Path

import pytest

from shell.settings import SettingsError, load

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("VIVIDLY_")]:
        monkeypatch.delenv(name)


def test_a_laptop_starts_with_no_setting_at_all() -> None:
    settings = load()
    assert (settings.http_host, settings.http_port, settings.database_url) == ("127.0.0.1", 8000, None)


def test_every_fault_is_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVIDLY_HTTP_PORT", "eighty")
    monkeypatch.setenv("VIVIDLY_WORKER_CONCURRENCY", "0")
    monkeypatch.setenv("VIVIDLY_HTTP_PROT", "8000")
    with pytest.raises(SettingsError) as raised:
        load()
    message = str(raised.value)
    for name in ("VIVIDLY_HTTP_PORT:", "VIVIDLY_WORKER_CONCURRENCY:", "VIVIDLY_HTTP_PROT is not a setting"):
        assert message.count(name) == 1


def test_production_names_everything_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVIDLY_ENVIRONMENT", "production")
    with pytest.raises(SettingsError) as raised:
        load()
    message = str(raised.value)
    assert message.count("VIVIDLY_USER_AUTH_SIGNING_KEY") == 1
    assert message.count("VIVIDLY_DATABASE_URL") == 1


def test_a_short_signing_key_is_refused_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVIDLY_USER_AUTH_SIGNING_KEY", "too-short-secret")
    with pytest.raises(SettingsError) as raised:
        load()
    assert "at least 32" in str(raised.value)
    assert "too-short-secret" not in str(raised.value)


def test_the_home_may_be_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVIDLY_HOME", "~/somewhere")
    assert load().home == Path.home() / "somewhere"


def test_hosts_of_books_are_divided_by_commas_and_none_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().library_fetch_hosts == ()
    monkeypatch.setenv("VIVIDLY_LIBRARY_FETCH_HOSTS", " books.example, other.example:8443")
    assert load().library_fetch_hosts == ("books.example", "other.example:8443")


@pytest.mark.parametrize("said", ["https://books.example", "books.example/path", "*", "a,,b", "ann@books.example"])
def test_what_is_no_host_of_books_is_said(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("VIVIDLY_LIBRARY_FETCH_HOSTS", said)
    with pytest.raises(SettingsError, match=r"VIVIDLY_LIBRARY_FETCH_HOSTS: .* is no host; write names"):
        load()


def test_a_writer_that_asks_a_model_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().writer == "builtin"
    monkeypatch.setenv("VIVIDLY_WRITER", "openai")
    with pytest.raises(SettingsError) as raised:
        load()
    assert "VIVIDLY_OPENAI_URL is required" in str(raised.value)
    assert "VIVIDLY_OPENAI_MODEL is required" in str(raised.value)
    monkeypatch.setenv("VIVIDLY_WRITER", "vertex")
    with pytest.raises(SettingsError, match="VIVIDLY_VERTEX_PROJECT is required"):
        load()
    monkeypatch.setenv("VIVIDLY_VERTEX_PROJECT", "school")
    assert load().vertex_model


def test_the_two_prices_of_a_model_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVIDLY_MODEL_INPUT_USD", "0.5")
    with pytest.raises(SettingsError, match="set together"):
        load()
    monkeypatch.setenv("VIVIDLY_MODEL_OUTPUT_USD", "-1")
    with pytest.raises(SettingsError, match="VIVIDLY_MODEL_OUTPUT_USD"):
        load()


def test_the_key_of_a_model_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVIDLY_OPENAI_KEY", "key-of-ours")
    assert "key-of-ours" not in repr(load())
