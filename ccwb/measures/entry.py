"""What an entry of KPIS says: the measure itself, the seven kinds, and the units with their nearness to a target."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field

from ccwb.messages import N_

CONVENTION = N_("convention")  # of a usual target: widely used, proved nowhere


@dataclass(frozen=True)
class Unit:
    """A unit of measures.

    near : how far a value may miss its target and still be near it, absolute or `relative`.  span : from where to where
    a target may be, None for no end.
    """

    label: str
    near: float
    relative: bool = False
    span: tuple = (0, None)


@dataclass(frozen=True)
class KPI:
    """One measure.

    label : what a reader sees.  formula : numerator / denominator in words.  definition : what it tells, and of what it
    is a share.  part : numerator and denominator row by row, see ccwb.measures.parts.
    unit : a key of UNITS.  better : high, low, level (neither above nor below its target) or context (no target says
    anything).  kind : 1..7, a key of KINDS.  source : where its numbers come from.
    target : a usual target to start from, None for none, and aim_source : where it comes from.  by_kind : kind of
    centre -> another usual target there, a convention.  near : how far a value may miss its target and be near it;
    None: what UNITS says.  span : from where to where a target may be, where that is not what UNITS says.
    rests_on : keys of measures of the same or a lower kind that it depends on: look there first when it is missed.
    beyond : a share whose numerator is no part of its denominator: it may exceed 1.
    total : a sum, not a rate (denominator 1).  once : the denominator is time, counted once for all queues.
    """

    label: str
    formula: str
    definition: str
    part: Callable
    _: KW_ONLY
    unit: str
    better: str
    kind: int
    source: str
    target: float | None = None
    by_kind: dict = field(default_factory=dict)
    aim_source: str = CONVENTION
    near: float | None = None
    span: tuple | None = None
    rests_on: tuple = ()
    beyond: bool = False
    total: bool = False
    once: bool = False

    def target_for(self, kind):
        """Return the usual target in a kind of centre (a key of ccwb.projects.KINDS); None where there is none."""
        return self.by_kind.get(kind, self.target)

    def source_for(self, kind):
        """Return where the usual target of a kind of centre comes from."""
        return CONVENTION if kind in self.by_kind else self.aim_source


KINDS = {
    1: N_("Forecast accuracy and workload"),
    2: N_("Schedule fit and adherence"),
    3: N_("Service level and response time"),
    4: N_("Quality and first-contact resolution"),
    5: N_("Employee satisfaction"),
    6: N_("Customer satisfaction and loyalty"),
    7: N_("Strategic value"),
}

UNITS = {
    "share": Unit(N_("share 0..1"), 0.02, span=(0, 1)),
    "contacts": Unit(N_("contacts"), 0.05, True),
    "contacts/h": Unit(N_("contacts per hour"), 0.05, True),
    "s": Unit(N_("seconds"), 0.05, True),
    "points": Unit(N_("points, -100 to 100"), 2, span=(-100, 100)),
    "score": Unit(N_("points of the survey's scale"), 0.1),
    "money": Unit(N_("money, in the centre's currency"), 0.05, True),
    "years": Unit(N_("years"), 0.05, True),
    "products": Unit(N_("products per customer"), 0.05, True),
}
