"""Nothing that a file can hold takes the forecast page down: it is forecast, or refused in words."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ccwb.ui.forecast_models import Compared
from ccwb.ui.forecast_parts import beliefs
from tests.ui.conftest import PROJECT
from tests.ui.looking import finished, press, said, shown, unfold
from tests.ui.test_forecast_page import NOW

LAST = dt.date(2026, 10, 30)


def history(days, offered, *, drop=()):
    """Return half hours from 9 to 17 on working days until the last Friday before the cycle."""
    starts = pd.date_range(end=f"{LAST} 23:30", periods=48 * days, freq="30min", tz="Europe/Berlin")
    starts = starts[(starts.hour >= 9) & (starts.hour < 17) & (starts.day_of_week < 5)]
    starts = starts[[not any(first <= day <= last for first, last in drop) for day in starts.date]]
    values = offered(len(starts)) if callable(offered) else np.full(len(starts), float(offered))
    return pd.DataFrame(
        {"interval_start": starts, "interval_s": 1800, "project": PROJECT, "channel": "voice", "offered": values}
    )


def noisy(n):
    return np.random.default_rng(1).poisson(12, n).astype(float)


def typo(n):
    values = noisy(n)
    values[n // 2] *= 1000
    return values


TOO_SHORT = "The history is too short to try the models on. The forecast was made by: seasonal naive."
GAP = [(dt.date(2025, 6, 1), dt.date(2026, 5, 30))]


@pytest.mark.parametrize(
    "table",
    [
        history(7, noisy),
        history(7, noisy).tail(1),
        history(120, 10),
        history(120, 0),
        history(730, noisy, drop=GAP),
        history(120, typo),
    ],
    ids=["one week", "one row", "constant", "all zero", "a year missing", "a thousandfold typo"],
)
def test_an_odd_history_is_forecast_or_answered_in_words(sample_database, open_page, table):
    page = open_page("forecast", project=PROJECT)
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.store.write_table("history", table, by="Ana", at=NOW, project=PROJECT)
    page.open()
    assert said(page) == ""
    press(page, "Make the forecast")
    finished(page)
    assert "made a mistake" not in said(page)
    if "The forecast is made" not in said(page):
        assert "miss" in page.messages.children[0].children[0].value
        return
    assert np.isfinite(page.drafted["offered"]).all()
    for fold in page.folds.values():
        fold.opened = True
    press(page, "Publish for staffing")
    assert "Published" in said(page)
    assert "nan" not in shown(page).replace("finance", "")


def test_a_thousandfold_typo_is_marked_and_does_not_move_the_forecast(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.store.write_table("history", history(120, typo), by="Ana", at=NOW, project=PROJECT)
    page.open()
    press(page, "Make the forecast")
    finished(page)
    assert page.daily.data["cleaned"]["reason"] == ["typing error"]
    assert page.drafted["offered"].max() < 40


def test_contacts_that_come_while_the_project_is_closed_are_said(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    early = history(120, noisy)
    table = pd.concat([early, early.assign(interval_start=early["interval_start"] - pd.Timedelta(hours=8))])
    page.store.write_table("history", table, by="Ana", at=NOW, project=PROJECT)
    page.open()
    press(page, "Make the forecast")
    finished(page)
    assert "% of what came in the last eight weeks came while the project is closed" in page.answer.value


def at_first(n):
    return np.where(np.arange(n) < n // 4, noisy(n), 0)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (history(7, noisy), TOO_SHORT),
        (history(40, noisy), TOO_SHORT),  # long enough to learn from
        (history(120, 0), "Every count of the history of this queue is 0"),
        (history(7, 0), "Every count of the history of this queue is 0"),
        (history(120, at_first), "Nothing came at the earlier moments"),
    ],
    ids=["one week", "forty days", "all zero", "one week of zeros", "nothing lately"],
)
def test_a_forecast_made_here_says_why_its_models_have_no_errors(sample_database, open_page, table, why):
    page = open_page("forecast", project=PROJECT)
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.store.write_table("history", table, by="Ana", at=NOW, project=PROJECT)
    page.open()
    assert "The models are compared when the forecast is made." in page.models.value
    press(page, "Make the forecast")
    finished(page)
    unfold(page, page.folds["Compared"].title)
    compared = next(one for one in page.parts if isinstance(one, Compared))
    assert why in page.models.value and why in compared.said.value
    assert "brought in" not in shown(page)


def test_a_forecast_made_here_that_believes_nothing_is_not_said_to_be_brought_in():
    assert "this queue has less" in beliefs({"draft": {"beliefs": {}}}, "voice", made=True)
    assert "it needs a forecast" in beliefs({"draft": {"beliefs": {}}}, "voice", made=False)
    assert "brought in with the cycle" in beliefs({}, "voice", made=True)
