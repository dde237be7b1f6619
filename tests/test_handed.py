"""A project's part that is handed up, accepted or returned, whatever the part is."""

import pytest

from ccwb import handed
from ccwb.errors import PlanError

SAM, MONA = {"by": "Sam", "at": "2026-10-01T09:00"}, {"by": "Mona", "at": "2026-10-01T10:00"}


def test_what_was_handed_up_is_accepted_once_and_no_more_when_it_changes():
    document = handed.hand_up({}, "service", mark="a", comment=" Complete. ", **SAM)
    assert document["service"]["comment"] == "Complete."
    accepted = handed.answer(document, "service", accept=True, mark="a", **MONA)
    assert handed.standing(accepted, "service", mark="a") == handed.ACCEPTED
    assert handed.standing(accepted, "service", mark="b") == handed.CHANGED
    assert handed.standing(accepted, "sales", mark="a") == handed.NOTHING
    with pytest.raises(PlanError, match="it is accepted"):
        handed.answer(accepted, "service", accept=True, mark="a", **MONA)


def test_returning_wants_a_comment_and_stays_returned_while_the_part_is_mended():
    document = handed.hand_up({}, "service", mark="a", **SAM)
    with pytest.raises(PlanError, match="what is to be changed"):
        handed.answer(document, "service", accept=False, mark="a", **MONA)
    returned = handed.answer(document, "service", accept=False, mark="a", comment="Two short", **MONA)
    assert handed.standing(returned, "service", mark="b") == handed.RETURNED


def test_a_roster_that_was_handed_up_before_marks_had_their_name_still_stands():
    assert handed.standing({"service": {"state": handed.HANDED, "roster": "a"}}, "service", mark="a") == handed.HANDED
