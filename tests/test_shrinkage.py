"""Shrinkage as a list of kinds: every paid hour is counted once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.projects import blank_centre, new_project
from ccwb.staffing import shrinkage_of, shrinkage_of_project, targets_of, usual_kinds
from ccwb.staffing.shrinkage import USUAL

SHARES = st.lists(st.tuples(st.floats(0, 0.13), st.booleans()), max_size=6)


def kinds_of(pairs):
    return [{"kind": f"k{n}", "share": share, "placed": placed} for n, (share, placed) in enumerate(pairs)]


def test_ten_of_a_hundred_paid_hours_on_leave_and_nine_sick_leave_81_for_contacts_and_ninety_on_the_roster():
    lost = shrinkage_of(kinds_of([(0.10, True), (0.09, False)]))
    assert (lost.total, lost.placed, lost.roster) == (0.19, 0.1, 0.1)
    assert 100 * (1 - lost.placed) * (1 - lost.roster) == pytest.approx(81)


@given(SHARES)
def test_each_of_a_thousand_paid_hours_is_counted_once_whatever_the_kinds(pairs):
    hours = np.full(1000, -1)  # what each paid hour is spent on; -1 is contacts
    at = 0
    for number, (share, _placed) in enumerate(pairs):
        hours[at : at + round(1000 * share)] = number
        at += round(1000 * share)
    rounded = [(round(1000 * share) / 1000, placed) for share, placed in pairs]
    lost = shrinkage_of(kinds_of(rounded))
    away = [number for number, (_share, placed) in enumerate(pairs) if placed]
    rostered = hours[~np.isin(hours, away)]
    assert lost.total == pytest.approx((hours >= 0).mean())
    assert lost.placed == pytest.approx(1 - len(rostered) / 1000)
    assert lost.roster == pytest.approx((rostered >= 0).mean())


def test_a_project_without_kinds_has_all_its_shrinkage_on_the_roster():
    lost = shrinkage_of_project(new_project("orders", shrinkage=0.3))
    assert (lost.total, lost.placed, lost.roster) == (0.3, 0.0, 0.3)


def test_the_targets_of_a_queue_follow_the_kinds_and_not_the_single_number():
    kinds = kinds_of([(0.12, True), (0.22, False)])
    centre = blank_centre() | {"projects": [new_project("orders", shrinkage=0.5, shrinkage_kinds=kinds)]}
    one = targets_of(centre)["orders", "voice"]
    assert (one["placed"], one["shrinkage"]) == (0.12, 0.25)


@pytest.mark.parametrize(("share", "said"), [(1.0, "below 100 %"), (-0.1, "from 0"), (0.5, "nobody would ever work")])
def test_shares_that_make_no_sense_are_refused_in_words(share, said):
    with pytest.raises(PlanError, match=said):
        shrinkage_of(kinds_of([(share, True), (share, False)]))


def test_the_usual_list_keeps_the_number_it_begins_from_and_says_what_the_roster_places():
    rows = usual_kinds(0.28)
    assert shrinkage_of(rows).total == 0.28
    assert [row["kind"] for row in rows if row["placed"]] == [key for key, *_, placed in USUAL if placed]
