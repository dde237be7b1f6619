"""Whether browser tests can run is never left unsaid."""

import pytest

from tests.browser import chromium


@pytest.fixture
def no_browser(monkeypatch):
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(chromium, "fetch", lambda: None)
    monkeypatch.delenv("CI", raising=False)


def test_without_a_browser_the_run_goes_on_and_says_loudly_what_it_did_not_test(no_browser, capsys):
    assert chromium.main() == 0
    assert "NOT TESTED" in capsys.readouterr().out


def test_on_the_build_machine_a_missing_browser_is_a_failure(no_browser, monkeypatch, capsys):
    monkeypatch.setenv("CI", "true")
    assert chromium.main() == 1
    assert "NOT TESTED" in capsys.readouterr().out


def test_a_browser_is_fetched_where_the_machine_has_none(no_browser, monkeypatch, capsys):
    monkeypatch.setattr(chromium, "fetch", lambda: "/fetched/chromium")
    assert chromium.main() == 0
    assert "/fetched/chromium" in capsys.readouterr().out


def test_the_machines_own_browser_comes_first(monkeypatch):
    monkeypatch.setattr(chromium.shutil, "which", {"google-chrome": "/machine/google-chrome"}.get)
    assert chromium.find() == "/machine/google-chrome"
