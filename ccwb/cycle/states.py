"""How the stages of a cycle stand: what blocks each, and its approval. All of it is derived when it is asked for."""

import datetime as dt
import hashlib
import json
import math
from dataclasses import dataclass, field

from ccwb import actions, evaluation, mission
from ccwb.cycle.stages import STAGES, stage_of
from ccwb.errors import PlanError
from ccwb.messages import N_

EMPTY, IN_WORK, BLOCKED, APPROVED = "empty", "in work", "blocked", "approved"
_HANDS_NOTHING_ON = ("settings", "starts", "scenarios", "plan_settings", "draft")
APPROVALS = "approvals"  # the document of a cycle that holds them
OTHER_RESULT = N_("The settings are not those that the result of step {step} was made with: run step {step} again.")


@dataclass(frozen=True)
class Blocker:
    """What keeps a stage from approval: a sentence with named places, the stage to go to, the project concerned."""

    message: str
    values: dict
    stage: str
    project: str = ""

    def __str__(self):
        return str(PlanError(self.message, **self.values))


@dataclass(frozen=True)
class StageState:
    """How a stage stands: state is 'empty', 'in work', 'blocked' or 'approved'; who approved and changed it, and when.

    blockers : what is the matter with the stage itself and what it stands on.  against : all that `approve` would
    refuse with, the stage before included; none when it can be approved or is.  notes : what changed since an approval
    that holds: at the centre, or settings that are not part of the plan yet.
    """

    key: str
    state: str
    blockers: list
    approved_by: str | None = None
    approved_at: dt.datetime | None = None
    changed_by: str | None = None
    changed_at: dt.datetime | None = None
    notes: list = field(default_factory=list)
    against: list = field(default_factory=list)


class NotReady(PlanError):  # noqa: N818 - a PlanError like every other; the name says what is the matter
    """A stage cannot be approved; `blockers` says why, one Blocker a reason."""

    def __init__(self, stage, blockers):
        super().__init__(
            N_("Step {step} cannot be approved yet. {reasons}"), step=stage.step, reasons=_Reasons(blockers)
        )
        self.blockers = blockers


class _Reasons(list):
    """Blockers in one place of a sentence; a catalogue says each in its language."""

    def __str__(self):
        return " ".join(map(str, self))


def made_from(store, cycle_id, stage, *, project=""):
    """Return what a stage is made from as it stands now, name -> revision or version: to be noted in its document.

    project : for a document of one project; what concerns other projects alone does not count then. Ask before reading
    the tables: what is saved meanwhile then counts as later.
    """
    numbers = _Numbers(store, cycle_id)
    return {need.name: numbers.of(need, project) for need in stage_of(stage).needs}


def result_of(store, cycle_id, stage, *, project=""):
    """Return which writing of its tables a stage's result is, name -> revision: to be noted in its document.

    Ask right after writing the tables, in the same transaction. Going back to an older document then shows that the
    tables are not those that it was saved with.
    """
    stage, revisions = stage_of(stage), store.revisions(cycle=cycle_id, project=project or None)
    apart = {*stage.drafts, *(need.name for need in stage.needs)}
    made = [name for name in stage.tables if name in revisions and name not in apart]
    return {name: revisions[name].number for name in made}


def state(store, cycle_id):
    """Return how every stage of a cycle stands: key -> StageState, in the order of the cycle."""
    with store.reading():
        numbers, approvals, out = _Numbers(store, cycle_id), _approvals(store, cycle_id), {}
        for key, stage in STAGES.items():
            out[key] = _state(stage, numbers, approvals, out)
        return out


def approve(store, cycle_id, stage, *, by, at):
    """Approve a stage as it stands and return its state; NotReady, a PlanError with the blockers, when it cannot be.

    The stage before must be approved. Any later change of the stage, or of what it took from earlier ones, takes the
    approval away by itself; a change of settings that are not part of the plan yet does not.
    """
    stage = stage_of(stage)
    with store.together():
        against = state(store, cycle_id)[stage.key].against
        if against:
            raise NotReady(stage, against)
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
        self._known, self._documents, self._loaded = {}, {}, {}

    def of(self, need, project=""):
        """Return a fingerprint of a needed document, as far as it concerns `project`, or a needed table's revision."""
        if need.document:
            return _fingerprint(_concerning(project, self._load(need).data))
        revisions = self.revisions(None if need.of_centre else self.cycle_id, project)
        return revisions[need.name].number if need.name in revisions else 0

    def there(self, need):
        """Return whether a needed document or table holds anything."""
        if need.document:
            return bool(self._load(need).version)
        return self.store.has_rows(need.name, cycle=None if need.of_centre else self.cycle_id)

    def _load(self, need):
        if need.name not in self._loaded:
            self._loaded[need.name] = self.store.load(need.name, cycle=None if need.of_centre else self.cycle_id)
        return self._loaded[need.name]

    def revisions(self, cycle_id, project=""):
        if (cycle_id, project) not in self._known:
            found = self.store.revisions(cycle=cycle_id, project=project or None)
            self._known[cycle_id, project] = found
        return self._known[cycle_id, project]

    def made_by(self, stage):
        """Return what an approval is of: the stage's documents and tables, and what it took from earlier stages.

        A document counts by its content, so that going back to what was approved is no change.
        """
        own = [name for name in stage.tables if name not in stage.drafts]
        tables = [*own, *(need.name for need in stage.needs if not need.of_centre)]
        revisions = self.revisions(self.cycle_id)
        return {f"table {name}": revisions[name].number for name in tables if name in revisions} | {
            f"document {name}/{project}": _fingerprint(_handed_on(data, stage))
            for name, project, data in self.documents(stage)
        }

    def stands(self, stage, of):
        """Return whether what an approval is of is still so; older ones are of a document's version and of drafts."""
        now = self.made_by(stage)
        older = {f"document {name}/{project}": head.version for (name, project), head in self.heads.items()}
        of = {key: noted for key, noted in of.items() if key.removeprefix("table ") not in stage.drafts}
        return of.keys() == now.keys() and all(noted in (now[key], older.get(key)) for key, noted in of.items())

    def documents(self, stage):
        """Return the stage's documents as (name, project, data)."""
        if stage.key not in self._documents:
            heads = [head for head in self.heads if head[0] in stage.documents]
            data = [self.store.load(name, cycle=self.cycle_id, project=project).data for name, project in heads]
            self._documents[stage.key] = [(*head, one) for head, one in zip(heads, data, strict=True)]
        return self._documents[stage.key]

    def last_change(self, stage):
        """Return the newest save of a stage's documents, tables and what it publishes; None while there is none."""
        revisions = self.revisions(self.cycle_id)
        saves = [head for (name, _), head in self.heads.items() if name in stage.documents]
        saves += [revisions[name] for name in (*stage.tables, stage.published) if name in revisions]
        return max(saves, key=lambda save: save.at, default=None)


def prints(name, data):
    """Return the texts that noted results and approvals hold in place of a document's content; always as many.

    name : of the document.  Those of the whole, of each project's part of the centre, and of what a stage hands on.
    """
    projects = data.get("projects", []) if name == "centre" and isinstance(data, dict) else []
    parts = [_concerning(project["project"], data) for project in projects]
    stages = [_handed_on(data, stage) for stage in STAGES.values() if name in stage.documents]
    return [_fingerprint(one) for one in (data, *parts, *stages)]


def remove_person(store, agent, *, by, at, spellings=()):
    """Take a person out of the whole workbook and return a ccwb.store.Removed; what was approved stays approved.

    agent : their key.  spellings : other ways in which their name was typed. See `Store.remove_person`.
    """
    return store.remove_person(agent, by=by, at=at, spellings=spellings, prints=prints)


def _concerning(project, centre):
    """Return of the centre's document what a project's plan is made from: all that is common, and its own part."""
    if not project or not isinstance(centre, dict):
        return centre
    return centre | {"projects": [one for one in centre.get("projects", []) if one["project"] == project]}


def _handed_on(data, stage):
    """Return a stage's document without what hands nothing on before a result is made: settings, scenarios, draft.

    The settings that a result was made with only tell of it; the result itself is a table, which counts.
    """
    if isinstance(data, dict) and stage.result:
        return {key: value for key, value in data.items() if key not in _HANDS_NOTHING_ON}
    return data


def _fingerprint(data):
    """Return a text that is another for every other content of a document."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:20]


def _state(stage, numbers, approvals, earlier):
    last = numbers.last_change(stage)
    who = {"changed_by": last.by, "changed_at": last.at} if last else {}
    documents = [(project, data) for _, project, data in numbers.documents(stage) if isinstance(data, dict)]
    stale, differing = _stale(stage, documents, numbers), _differing(stage, documents, numbers)
    differing += _republish(stage, numbers)
    approval = approvals.get(stage.key)
    if approval and _founded(stage, earlier) and numbers.stands(stage, approval["of"]):
        at = dt.datetime.fromisoformat(approval["at"])
        return StageState(stage.key, APPROVED, [], approval["by"], at, **who, notes=stale + differing)
    upstream = _missing(stage, numbers) + stale
    own = _unfinished(stage, documents, numbers) + differing if last else []
    word = BLOCKED if upstream else IN_WORK if last else EMPTY
    against = [Blocker(N_("Nothing is saved in this step yet."), {}, stage.key)] if word == EMPTY else []
    against += upstream + own + _before(stage, earlier)
    return StageState(stage.key, word, upstream + own, **who, against=against)


def _founded(stage, earlier):
    """Return whether the approvals of all stages that this one is made from hold."""
    upstream = {need.stage for need in stage.needs if not need.of_centre and need.stage != stage.key}
    return all(earlier[key].state == APPROVED for key in upstream)


def _before(stage, earlier):
    """Return a blocker when the stage before is not approved."""
    message = N_("Step {step} before it is not approved: approve that first.")
    return [
        Blocker(message, {"step": STAGES[key].step}, key)
        for key, one in earlier.items()
        if STAGES[key].step == stage.step - 1 and one.state != APPROVED
    ]


def _missing(stage, numbers):
    """Return a blocker for everything the stage cannot do without and that is not there."""
    out = []
    for need in stage.needs:
        if need.missing and not numbers.there(need):
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


def _differing(stage, documents, numbers):
    """Return a blocker for every document whose settings are not those that the result on record was made with."""
    out = []
    for project, data in documents:
        revisions = numbers.revisions(numbers.cycle_id, project)
        noted = {name: n for name, n in (data.get("result_of") or {}).items() if name not in stage.drafts}
        values = {"step": stage.step}
        if any(name not in revisions or revisions[name].number != number for name, number in noted.items()):
            out.append(Blocker(OTHER_RESULT, values, stage.key, project))
        elif "plan_settings" in data and not alike(data.get("settings"), data["plan_settings"]):
            out.append(Blocker(stage.differs, values, stage.key, project))
    return out


def _republish(stage, numbers):
    """Return a blocker when what the stage publishes is no longer what was published last."""
    if (stage.published, "") not in numbers.heads:
        return []
    noted = (numbers.store.load(stage.published, cycle=numbers.cycle_id).data or {}).get("published") or {}
    now = numbers.revisions(numbers.cycle_id).get(stage.published)
    if "revision" not in noted or (now is not None and now.number == noted["revision"]):
        return []
    return [Blocker(stage.republish, {}, stage.key)]


def _unpublished(stage, numbers):
    """Return a blocker when what the stage publishes is made, and none of it was published yet."""
    if not stage.published or not numbers.store.has_rows(stage.published, cycle=numbers.cycle_id):
        return []
    noted = numbers.store.load(stage.published, cycle=numbers.cycle_id).data or {}
    return [] if noted.get("published") else [Blocker(stage.unpublished, {}, stage.key)]


def alike(one, other):
    """Return whether two settings are the same; a number that went to a slider and back is."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


def _unfinished(stage, documents, numbers):
    """Return what a stage that was begun lacks itself."""
    store, cycle_id = numbers.store, numbers.cycle_id
    if stage.result and not store.has_rows(stage.result, cycle=cycle_id):
        return _unpublished(stage, numbers) or [Blocker(stage.unmade, {}, stage.key)]
    found = []
    for _, data in documents:
        if stage.key == "mission":
            found += mission.blockers(mission.blank_mission() | data)
        elif stage.key == "evaluation":
            log = actions.standing(store.read_table("action_log", cycle=cycle_id, all_columns=True))
            found += evaluation.blockers(evaluation.blank_evaluation() | data, log=log)
    return [Blocker(message, values, stage.key) for message, values in found] + _lacking(stage, store, cycle_id)


def _lacking(stage, store, cycle_id):
    """Return a blocker when some projects have what the stage is made from, but no result of it."""
    of_centre = any(need.name == stage.each and need.of_centre for need in stage.needs)
    first_day = str(store.cycle(cycle_id).first_day)  # a forecast is made from what was before the cycle
    lacking = []
    for one in (store.load("centre").data or {}).get("projects", []) if stage.each else []:
        known = {"cycle": None, "end": first_day, "zone": one["zone"]} if of_centre else {"cycle": cycle_id}
        key = one["project"]
        if store.has_rows(stage.each, project=key, **known) and not store.has_rows(
            stage.result, cycle=cycle_id, project=key
        ):
            lacking.append(one["label"] or key)
    return [Blocker(stage.lacking, {"projects": lacking}, stage.key)] if lacking else []


def _approvals(store, cycle_id):
    return store.load(APPROVALS, cycle=cycle_id).data or {}


def _save_approvals(store, cycle_id, data, *, by, at):
    base = store.load(APPROVALS, cycle=cycle_id).version
    store.save(APPROVALS, data, base=base, by=by, at=at, cycle=cycle_id)
