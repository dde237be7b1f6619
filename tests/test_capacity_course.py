"""The course of a year for its picture: what it says of each month is what the plan says."""

import numpy as np
import pandas as pd
import pytest

from ccwb import capacity
from tests.test_capacity import sure, terms_of
from tests.test_capacity_plan import centre_of, planned, year_need


@pytest.fixture(scope="module")
def made():
    """A plan of two projects whose need is known to within a tenth, with classes and overtime in it."""
    need, on_paths = year_need({"shop": 330.0, "desk": 300.0}, spread=0.1)
    own = {"hourly_cost": 20.0, "lead_weeks": 2, "training_weeks": 2, "ramp": [0.5], "overtime_most": 0.1}
    terms, law = dict.fromkeys(("desk", "shop"), terms_of(**own)), sure(0.3, ["desk", "shop"])
    people = [centre_of(10), centre_of(12, project="desk").assign(agent=[f"d{n}" for n in range(12)])]
    agents = pd.concat(people, ignore_index=True)
    plan = planned(need, on_paths, agents, law=law, terms=terms)
    assert len(plan.classes), "the case has to hire"
    return plan, (need, on_paths, agents), {"terms": terms, "law": law}


def test_a_project_s_people_less_its_need_are_the_plan_s_gap(made):
    plan, given, known = made
    course = capacity.course_of(plan, *given, **known)
    rows = course[course["project"] != ""].sort_values(["project", "first_day"])
    months = plan.months.sort_values(["project", "first_day"])
    assert np.allclose(rows["need_fte"], months["need_fte"])
    assert np.allclose(rows["need_low"], months["need_fte_low"])
    assert np.allclose(rows["need_high"], months["need_fte_high"])
    assert np.allclose(rows["have_fte"] - rows["need_fte"], months["gap_fte"])


def test_the_centre_is_its_projects_together_and_surer_than_each_alone(made):
    plan, given, known = made
    course = capacity.course_of(plan, *given, **known)
    whole, parts = course[course["project"] == ""], course[course["project"] != ""].groupby("first_day")
    for name in ("need_fte", "have_fte"):
        assert np.allclose(whole[name], parts[name].sum())
    width = whole["have_high"].to_numpy() - whole["have_low"].to_numpy()
    assert (width <= (parts["have_high"].sum() - parts["have_low"].sum()).to_numpy() + 1e-9).all()
    assert (whole["have_low"] <= whole["have_fte"]).all() and (whole["have_fte"] <= whole["have_high"]).all()


def test_weeks_add_up_to_their_months(made):
    plan, given, known = made
    weeks = capacity.course_of(plan, *given, by="week", **known)
    assert weeks.groupby("project").size().tolist() == [26, 26, 26]
    mine, months = weeks[weeks["project"] == "shop"], plan.months[plan.months["project"] == "shop"]
    full = 40 * (1 - known["terms"]["shop"]["shrinkage"])  # hours on contacts of a full-time person's week
    gap = (mine["have_fte"] - mine["need_fte"]).sum() * full
    assert gap == pytest.approx(months["gap_hours"].sum())
