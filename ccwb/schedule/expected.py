"""What a schedule is expected to give: its people handed to whatever model answers for them."""

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.schedule.coverage import people_at_work
from ccwb.tables import check


def expected(schedule, *, requirement, answer):
    """Return what each project's people give, per interval and channel: the requirement table as `answer` makes it.

    schedule : schedule table; `schedule_of` makes it of a roster.  requirement : the work: offered, aht_s per interval.
    answer : called once per project as answer(need, people); need : the project's rows of the requirement; people : a
    function (starts, lengths) -> people at work in each of these intervals, breaks taken off. It returns the
    requirement table with what these people give: service_level, answer_rate, occupancy. Staffing is another stage: the
    page, or a test, says which of its models answers.
    Raises PlanError for a requirement that has no row.
    """
    need = check(requirement, "requirement")
    if need.empty:
        raise PlanError(N_("The requirement has no intervals. Run step 3, staffing, first."))
    parts = []
    for project, rows in need.groupby("project", sort=False):
        mine = schedule[schedule["project"] == project]

        def people(starts, lengths, mine=mine):
            return people_at_work(mine, starts=starts, lengths=lengths)

        parts.append(answer(rows.reset_index(drop=True), people))
    return check(pd.concat(parts, ignore_index=True), "requirement")


def rates(expected, *, by=("project",)):
    """Return service level, answer rate and occupancy over all intervals of each group, as sums over sums.

    expected : as `expected` gives it.  by : any of project, channel and day; () is all in one row.
    service_level, answer_rate : by offered.  occupancy : hours handling over hours there for contacts.
    Rows whose figure is missing count in neither sum.
    """
    table = check(expected, "requirement")
    if "day" in by:
        table["day"] = table["interval_start"].dt.tz_localize(None).dt.normalize()
    hours = table["agents"] * table["interval_s"] / 3600
    told = {"service_level": table["offered"], "answer_rate": table["offered"], "occupancy": hours}
    sums = {name: table[name] * weight for name, weight in told.items() if name in table}
    weights = {f"{name}_of": told[name].where(table[name].notna(), 0.0) for name in sums}
    group = [table[name] for name in by] or [pd.Series(0, index=table.index, name="all")]
    total = pd.DataFrame({"offered": table["offered"], "agent_hours": hours} | sums | weights).groupby(group).sum()
    for name in sums:
        total[name] = total[name] / total[f"{name}_of"].where(total[f"{name}_of"] > 0)
    out = total.drop(columns=list(weights)).reset_index()
    return out if by else out.drop(columns="all")
