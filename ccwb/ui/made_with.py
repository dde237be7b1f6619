"""What a saved plan was made with: the targets of its queues as the sliders stood then."""

from ccwb.staffing import targets_of
from ccwb.ui.staffing_controls import TARGETS


def targets_made_with(store, cycle_id, project):
    """Return (project, channel) -> targets, with the sliders that the project's plan of a cycle was made with."""
    place = {"cycle": cycle_id, "project": project["project"]}
    made_with = (store.load("staffing", **place).data or {}).get("plan_settings", {})
    targets = targets_of({"projects": [project]})
    for queue in targets:
        own = made_with.get(queue[1], {})
        targets[queue] |= {name: own[name] for name in (*TARGETS, "shrinkage", "blend") if name in own}
    return targets
