"""A file while its reader says what is in it: the mapping, the answers, where its rows belong. No widgets."""

import re

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import text
from ccwb.ui.import_words import LEAVE_OUT, NEW, PEOPLE, unchosen

CONTACTS = ("intervals", "days", "records")
HOLDS = {  # the table that is filled -> the kinds of file that fill it
    "history": CONTACTS,
    "actuals": CONTACTS,
    "agents": ("agents",),
    "surveys": ("surveys",),
    "events": ("events",),
    "costs": ("costs",),
    "agent_results": ("results",),
    "kpi_values": ("measured",),
    **{name: (name,) for name in PEOPLE},
}
TOLD = ("agent_results", "kpi_values", *PEOPLE)  # their files are never guessed: they read like others


class FileInHand:
    """One file: `raw` as read, `proposal` as now understood, and what its reader chose.

    corrections : heading -> field or None.  answers : question -> choice.  queues : name in the file -> [project,
    channel].  where : project, channel, zone of the times, interval_s and answer_within_s for single contacts.
    chosen : the project that the page works on; what is remembered of such files never leads to another one.
    """

    def __init__(self, content, *, name, holds, where, chosen="", sheet=None):
        from ccwb.intake import read_file, read_paste

        self.kinds, self.looks_like = HOLDS[holds], None
        self.kind = self.kinds[0] if holds in TOLD else None
        self.content, self.name, self.chosen = content, name, chosen
        self.raw = read_paste(content) if isinstance(content, str) else read_file(content, name=name, sheet=sheet)
        self.corrections, self.answers, self.queues, self.where = {}, {}, {}, dict(where)
        self.proposal = None

    def look(self, memory, centre):
        """Understand the file as corrected so far; the first look recalls where such a file went the last time."""
        from ccwb.intake import propose

        first = self.proposal is None
        options = {"memory": memory, "corrections": self.corrections}
        found = propose(self.raw, kind=self.kind, **options)
        if found.kind not in self.kinds:
            self.looks_like = found.kind
            found = propose(self.raw, kind=self.kinds[0], **options)
        self.proposal = found
        if first:
            self._recall(memory.get(found.signature, {}).get("place", {}), centre)
        self.answers = {q.name: self.answers.get(q.name) or q.suggested for q in found.questions} | {
            k: v for k, v in self.answers.items() if k.startswith("unit:")
        }
        for queue in found.queues:
            self.queues.setdefault(queue, [_project_called(queue, centre), ""])
        if found.times_zone and first:
            self.where["zone"] = found.times_zone
        return self

    def correct(self, heading, field):
        """Take a column for `field` (None leaves it out); a column that was chosen for it before is let go."""
        for other, taken in self.corrections.items():
            if field and taken == field and other != heading:
                self.corrections[other] = None
        self.corrections[heading] = field or None

    @property
    def contacts(self):
        """Whether the rows are about contacts, and so belong to a channel."""
        return self.kinds == CONTACTS or self.kinds[0] in ("surveys", "results")

    @property
    def timed(self):
        """Whether the rows have times of day, and so a time zone."""
        return self.proposal.kind in ("intervals", "records", "absences", "states")

    def convert(self, centre, *, agents=None):
        """Return the Intake of the file: tables in the projects' keys, and the report; PlanError for what is open.

        agents : agents table; files about people may name them by it, and name no others.
        """
        from ccwb.intake import convert

        queues = self._queues(centre)
        zone = self._zone(centre, queues)
        given = {k: v for k, v in self.answers.items() if v not in (None, "")}
        if self.timed:
            given["times_zone"] = self.where["zone"].strip()
        return convert(
            self.raw,
            self.proposal,
            zone=zone,
            project=self.where["project"],
            channel=self.where["channel"] if self.contacts else "",
            answers=given,
            answer_within_s=float(self.where["answer_within_s"] or 20),
            interval_s=int(self.where["interval_s"]),
            queues={q: (p, c or None) for q, (p, c) in queues.items()},
            agents=agents,
        )

    def new_projects(self, centre):
        """Return (key, label, channel) of the queues that are to become projects; keys are new to the centre."""
        taken, out = {p["project"] for p in centre["projects"]}, []
        for queue, (to, channel) in self.queues.items():
            if to == NEW and queue in self.proposal.queues:
                key = free_key(queue, taken)
                taken.add(key)
                out.append((key, queue, channel or self.where["channel"] or next(iter(CHANNELS))))
        return out

    def remembered(self):
        """Return what to keep, so that the next file with these headings is understood at once."""
        from ccwb.intake import remember

        kept = remember(self.proposal, answers=self.answers)
        keep = {k: v for k, v in self.queues.items() if k in self.proposal.queues and v[0] != NEW}
        return {sign: mapping | {"place": {**self.where, "queues": keep}} for sign, mapping in kept.items()}

    def _recall(self, place, centre):
        known = {p["project"] for p in centre["projects"]}
        queues = place.get("queues", {})
        self.queues = {q: list(to) for q, to in queues.items() if to[0] in known or to[0] == LEAVE_OUT}
        if self.chosen in ("", place.get("project")) and place.get("project", "") in known:
            self.where |= {k: v for k, v in place.items() if k in self.where and v}

    def _queues(self, centre):
        """Return queue in the file -> (project's key, channel); PlanError where a queue has none yet."""
        new = {label: key for key, label, _channel in self.new_projects(centre)}
        out = {}
        for queue in self.proposal.queues:
            to, channel = self.queues[queue]
            if not to:
                raise unchosen(queue)
            out[queue] = ("" if to == LEAVE_OUT else new[queue] if to == NEW else to, channel)
        return out

    def _zone(self, centre, queues):
        """Return the one zone of the projects concerned; daily rows are days there."""
        if self.kinds[0] in PEOPLE:
            return centre["zone"]
        zones = {p["project"]: p["zone"] for p in centre["projects"]}
        concerned = {p for p, _c in queues.values() if p} if queues else {self.where["project"]}
        found = sorted({zones.get(p, self.where["zone"]) for p in concerned})
        if len(found) > 1:
            raise PlanError(
                N_(
                    "The file holds projects of several time zones: {zones}. Import it once for each zone, and leave "
                    "the other projects out."
                ),
                zones=text.listed(found),
            )
        return found[0] if found and found[0] else centre["zone"]


def free_key(label, taken):
    """Return a short key made of a label, unlike those taken.

    >>> free_key("Orders & Returns", {"orders-returns"})
    'orders-returns-2'
    """
    key = re.sub(r"[^\w]+", "-", label.lower()).strip("-") or "project"
    return next(k for k in (key, *(f"{key}-{n}" for n in range(2, 999))) if k not in taken)


def _project_called(queue, centre):
    """Return the key of the project that a queue of the file is called after; '' where there is none."""
    wanted = queue.strip().lower()
    same = [p["project"] for p in centre["projects"] if wanted in (p["project"].lower(), p["label"].lower())]
    return same[0] if len(same) == 1 else ""
