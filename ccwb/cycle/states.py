"""How the stages of a cycle stand: what blocks each, and its approval. All of it is derived when it is asked for."""

import datetime as dt
from dataclasses import dataclass, field

from ccwb import actions, evaluation, mission
from ccwb.cycle.stages import STAGES, stage_of
from ccwb.errors import PlanError
from ccwb.messages import N_

EMPTY, IN_WORK, BLOCKED, APPROVED = "empty", "in work", "blocked", "approved"
APPROVALS = "approvals"  # the document of a cycle that holds them


@dataclass(frozen=True)
class Blocker:
    """What keeps a stage from approval: a sentence with named places, the stage to go to, the project concerned."""

    message: str
    values: dict
    stage: str
    project: str = ""

    def __str__(self):
        return self.message.format(**self.values)


@dataclass(frozen=True)
class StageState:
    """How a stage stands: state is 'empty', 'in work', 'blocked' or 'approved'; who approved and changed it, and when.

    blockers : what keeps it from approval.  notes : what changed at the centre since an approval that holds.
    """

    key: str
    state: str
    blockers: list
    approved_by: str | None = None
    approved_at: dt.datetime | None = None
    changed_by: str | None = None
    changed_at: dt.datetime | None = None
    notes: list = field(default_factory=list)


class NotReady(PlanError):  # noqa: N818 - a PlanError like every other; the name says what is the matter
    """A stage cannot be approved; `blockers` says why, one Blocker a reason."""

    def __init__(self, stage, blockers):
        super().__init__(
            N_("Step {step} cannot be approved yet. {reasons}"), step=stage.step, reasons=" ".join(map(str, blockers))
        )
        self.blockers = blockers


def made_from(store, cycle_id, stage, *, project=""):
    """Return what a stage is made from as it stands now, name -> revision or version: to be noted in its document.

    project : for a document of one project; what concerns other projects alone does not count then. Ask before reading
    the tables: what is saved meanwhile then counts as later.
    """
    numbers = _Numbers(store, cycle_id)
    return {need.name: numbers.of(need, project) for need in stage_of(stage).needs}


def state(store, cycle_id):
    """Return how every stage of a cycle stands: key -> StageState, in the order of the cycle."""
    with store.reading():
        numbers, approvals = _Numbers(store, cycle_id), _approvals(store, cycle_id)
        return {key: _state(store, cycle_id, stage, numbers, approvals) for key, stage in STAGES.items()}


def approve(store, cycle_id, stage, *, by, at):
    """Approve a stage as it stands and return its state; NotReady, a PlanError with the blockers, when it cannot be.

    The stage before must be approved. Any later change of the stage, or of what it took from earlier ones, takes the
    approval away by itself.
    """
    stage = stage_of(stage)
    with store.together():
        states = state(store, cycle_id)
        blockers = states[stage.key].blockers
        if states[stage.key].state == EMPTY:
            blockers = [Blocker(N_("Nothing is saved in this step yet."), {}, stage.key), *blockers]
        before = [other for other in STAGES.values() if other.step == stage.step - 1]
        for other in before:
            if states[other.key].state != APPROVED:
                message = N_("Step {step} before it is not approved: approve that first.")
                blockers = [*blockers, Blocker(message, {"step": other.step}, other.key)]
        if blockers:
            raise NotReady(stage, blockers)
        entry = {"by": by, "at": at.astimezone(dt.UTC).isoformat(), "of": _Numbers(store, cycle_id).made_by(stage)}
        _save_approvals(store, cycle_id, _approvals(store, cycle_id) | {stage.key: entry}, by=by, at=at)
        return state(store, cycle_id)[stage.key]


def unapprove(store, cycle_id, stage, *, by, at):
    """Take back the approval of a stage, and of every later one that is made from it."""
    fallen = {stage_of(stage).key}
    for later in STAGES.values():
        if any(need.stage in fallen and not need.of_centre for need in later.needs):
            fallen.add(later.key)
    with store.together():
        rest = {key: entry for key, entry in _approvals(store, cycle_id).items() if key not in fallen}
        _save_approvals(store, cycle_id, rest, by=by, at=at)


class _Numbers:
    """Versions and revisions of a cycle and of the centre as they stand now, asked for once each."""

    def __init__(self, store, cycle_id):
        self.store, self.cycle_id = store, cycle_id
        self.heads = store.heads(cycle=cycle_id)
        self._known = {}

    def of(self, need, project=""):
        """Return the version of a needed document, or the revision of a needed table."""
        if need.document:
            return self.store.load(need.name, cycle=None if need.of_centre else self.cycle_id).version
        revisions = self.revisions(None if need.of_centre else self.cycle_id, project)
        return revisions[need.name].number if need.name in revisions else 0

    def revisions(self, cycle_id, project=""):
        if (cycle_id, project) not in self._known:
            found = self.store.revisions(cycle=cycle_id, project=project or None)
            self._known[cycle_id, project] = found
        return self._known[cycle_id, project]

    def made_by(self, stage):
        """Return what an approval is of: the stage's documents and tables, and what it took from earlier stages."""
        tables = [*stage.tables, *(need.name for need in stage.needs if not need.of_centre)]
        revisions = self.revisions(self.cycle_id)
        return {f"table {name}": revisions[name].number for name in tables if name in revisions} | {
            f"document {name}/{project}": head.version
            for (name, project), head in self.heads.items()
            if name in stage.documents
        }

    def last_change(self, stage):
        """Return the newest save of a stage's documents and tables; None while there is none."""
        revisions = self.revisions(self.cycle_id)
        saves = [head for (name, _), head in self.heads.items() if name in stage.documents]
        saves += [revisions[name] for name in stage.tables if name in revisions]
        return max(saves, key=lambda save: save.at, default=None)


def _state(store, cycle_id, stage, numbers, approvals):
    last = numbers.last_change(stage)
    who = {"changed_by": last.by, "changed_at": last.at} if last else {}
    documents = [(p, store.load(n, cycle=cycle_id, project=p).data) for n, p in numbers.heads if n in stage.documents]
    stale = _stale(stage, documents, numbers)
    approval = approvals.get(stage.key)
    if approval and approval["of"] == numbers.made_by(stage):
        at = dt.datetime.fromisoformat(approval["at"])
        return StageState(stage.key, APPROVED, [], approval["by"], at, **who, notes=stale)
    upstream = _missing(store, cycle_id, stage) + stale
    own = _unfinished(store, cycle_id, stage, documents) if last else []
    word = BLOCKED if upstream else IN_WORK if last else EMPTY
    return StageState(stage.key, word, upstream + own, **who)


def _missing(store, cycle_id, stage):
    """Return a blocker for everything the stage cannot do without and that is not there."""
    out = []
    for need in stage.needs:
        place = None if need.of_centre else cycle_id
        there = store.load(need.name, cycle=place).version if need.document else store.has_rows(need.name, cycle=place)
        if need.missing and not there:
            out.append(Blocker(need.missing, {}, need.stage))
    return out


def _stale(stage, documents, numbers):
    """Return a blocker for everything that changed after the stage was computed."""
    return [
        Blocker(need.changed, {"step": stage.step}, stage.key, project)
        for project, data in documents
        for need in stage.needs
        if need.name in ((data or {}).get("made_from") or {})
        and data["made_from"][need.name] != numbers.of(need, project)
    ]


def _unfinished(store, cycle_id, stage, documents):
    """Return what a stage that was begun lacks itself."""
    if stage.result and not store.has_rows(stage.result, cycle=cycle_id):
        return [Blocker(N_("Nothing is computed and saved in this step yet."), {}, stage.key)]
    found = []
    for _, data in documents:
        if stage.key == "mission":
            found += mission.blockers(mission.blank_mission() | data)
        elif stage.key == "evaluation":
            log = actions.standing(store.read_table("action_log", cycle=cycle_id, all_columns=True))
            found += evaluation.blockers(evaluation.blank_evaluation() | data, log=log)
    return [Blocker(message, values, stage.key) for message, values in found]


def _approvals(store, cycle_id):
    return store.load(APPROVALS, cycle=cycle_id).data or {}


def _save_approvals(store, cycle_id, data, *, by, at):
    base = store.load(APPROVALS, cycle=cycle_id).version
    store.save(APPROVALS, data, base=base, by=by, at=at, cycle=cycle_id)
