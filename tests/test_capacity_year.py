"""The year ahead joined: a forecast in days and a history become hours of each project, and a centre its terms."""

import numpy as np
import pandas as pd
import pytest

from ccwb import capacity
from ccwb.cycle import year
from ccwb.projects import blank_centre, new_project
from ccwb.samples import load_agents, load_centre, load_costs
from ccwb.staffing import requirement, targets_of
from tests.test_capacity import days_ahead, history, register


def test_the_year_needs_the_hours_that_staffing_the_usual_week_says():
    days = days_ahead([540, 360, 360, 360, 360, 0, 0] * 3).assign(day_spread=0.1, dispersion=1.2)
    centre = blank_centre() | {"projects": [new_project("shop", channels=["voice"])]}
    need, on_paths = year.need_of_year(days, history=history(), centre=centre, paths=300)
    week = requirement(capacity.usual_week(history()), targets=targets_of(centre))
    assert need["hours"].to_numpy() == pytest.approx(np.full(3, week["agents"].sum() / 2))
    assert on_paths.shape == (300, 3)
    assert (need["lower_80"] < need["hours"]).all() and (need["hours"] < need["upper_80"]).all()
    answered = (week["answer_rate"] * week["offered"]).sum() / week["offered"].sum()
    assert need["handled"].to_numpy() == pytest.approx(need["offered"] * answered)


def test_a_project_brings_its_shrinkage_and_the_cost_of_its_people_into_its_terms():
    centre, agents = load_centre(), load_agents()
    terms = year.terms_of_project(centre["projects"][0], agents, own={"largest": 20})
    assert terms["shrinkage"] == pytest.approx(sum(k["share"] for k in centre["projects"][0]["shrinkage_kinds"]))
    assert (terms["placed"], terms["leave"], terms["largest"]) == pytest.approx((0.14, 0.11, 20))
    here = agents[(agents["project"] == "service") & agents["left"].isna()]
    assert terms["hourly_cost"] == pytest.approx(here["hourly_cost"] @ here["hours_week"] / here["hours_week"].sum())
    assert capacity.check_terms(terms) == terms
    dear = year.terms_of_project(new_project("shop", hourly_cost=50.0), register([], [10]).assign(hourly_cost=20.0))
    assert dear["hourly_cost"] == 50


def test_other_costs_of_the_coming_months_are_like_those_of_late():
    months = pd.DataFrame({"first_day": pd.to_datetime(["2026-11-02", "2026-12-01"])})
    months["last_day"] = pd.to_datetime(["2026-11-30", "2026-12-31"])
    told = year.other_costs_of_months(load_costs(), months)
    rows = told[(told["project"] == "sales") & (told["kind"] == "technology")].set_index("first_day")["amount"]
    assert rows.tolist() == pytest.approx([3 * 4580 / 92 * days for days in (29, 31)])
    assert set(told["kind"]) == {"technology", "infrastructure", "operations"}
