"""Taking a person out of the workbook: a stand-in takes the place of their key and name, and every sum stays.

What is replaced: the key and the name wherever a table has an agent, in every cycle and every published version; the
name in whatever people typed (the action log, remarks, events, documents in every version, drafts); and who saved.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import ACTIVITIES, WANTS, WEEKDAYS
from ccwb.store.database import stamp, who
from ccwb.store.schema import CENTRE, CYCLE, DOCUMENT, REVISION, SQL_TABLES, STORED

# Columns of text that hold words of the workbook and its own names, never a person's
OWN_WORDS = {
    "activity", "basis", "channel", "kind", "kpi", "model", "project", "reason", "scale", "shift", "state", "survey",
    "trained_for", "wants", "weekday", "breaks",
}  # fmt: skip
REMOVED = "removed_people"  # counts the removals, where revisions of tables are counted
_RESERVED = {*CHANNELS, *ACTIVITIES, *WANTS, *WEEKDAYS, *STORED, "agent", "agents", "name", "team"}


@dataclass(frozen=True)
class Removed:
    """What became of it. stand_in : the key and name that stand there now.  places : table or document -> cells.

    wiped : whether the database file holds nothing of the old texts in its free space either; another program that has
    it open keeps that from being done at once, and a copy of the file has them still.
    """

    stand_in: str
    places: dict
    wiped: bool


class Removal:
    """The store's part for taking a person out."""

    def remove_person(self, agent, *, by, at, spellings=(), prints=None):
        """Replace an agent's key and name everywhere by a stand-in, such as 'former 3', and return a Removed.

        spellings : other ways in which the name was typed.  prints : (document's name, data) -> texts that other
        documents hold in place of its content (fingerprints); they follow, so that what was approved stays approved.
        Names that belong to others stay: taking 'Ana' out leaves 'Ana Maria'. No row is added or goes, and no table
        counts as changed. Raises PlanError where no table has such an agent.
        """
        by, at = who(by), stamp(at)
        with self._db.writing() as connection:
            known = _names(connection)
            mine = [agent, *known.get(agent, ()), *spellings]
            mine = list(dict.fromkeys(word.strip() for word in mine if word.strip()))
            others = {w for key, words in known.items() if key != agent for w in (key, *words)} - set(mine)
            stand_in = _stand_in(connection, known)
            places = Counter(dict(_in_tables(connection, mine, stand_in)))
            if not places:
                raise PlanError(N_("The workbook has no agent '{agent}'. Choose one of the list."), agent=agent)
            said = _Words(mine, stand_in, others, _projects(connection))
            places += Counter(dict(_in_texts(connection, said)))
            places += Counter(dict(_in_documents(connection, said, prints)))
            for table in (CYCLE, DOCUMENT, REVISION):
                _rename_savers(connection, table, mine, stand_in)
            _count(connection, stand_in if by in mine else by, at)
        return Removed(stand_in, dict(places), self._db.wipe())


class _Words:
    """The texts that are replaced, and how."""

    def __init__(self, mine, stand_in, others, projects):
        self.stand_in, self.key = stand_in, mine[0]
        telling = [w for w in mine if w not in _RESERVED | projects and re.search(r"[^\W\d_]", w)]
        self.telling = [w for w in telling if len(w) > 3 or w != mine[0] or re.search(r"\d", w)]
        self._exact = set(self.telling)
        longer = [o for o in others if any(w.lower() in o.lower() and w.lower() != o.lower() for w in self.telling)]
        words = "|".join(re.escape(w) for w in sorted([*longer, *self.telling], key=len, reverse=True))
        self._keep = {o.lower() for o in longer}
        self._pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None

    def of(self, text):
        """Return a text with the stand-in wherever one of the words stands by itself."""
        if text in self._exact:
            return self.stand_in
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda m: m[0] if m[0].lower() in self._keep else self.stand_in, text)

    def within(self, data, under=""):
        """Return a document's data with the words replaced, in texts and in the keys of dicts."""
        if isinstance(data, str):
            return self.stand_in if under == "agent" and data == self.key else self.of(data)
        if isinstance(data, list):
            return [self.within(one, under) for one in data]
        if isinstance(data, dict):
            return {self.of(key): self.within(value, key) for key, value in data.items()}
        return data


def _names(connection):
    """Return agent -> the names that the lists of agents give them, in all cycles; agents of other tables have none."""
    out = {}
    for name, known in STORED.items():
        if "agent" in known.names:
            agents = SQL_TABLES[name].c.agent
            for (key,) in connection.execute(sa.select(agents).where(agents != "").distinct()):
                out.setdefault(key, [])
    table = SQL_TABLES["agents"]
    for key, name in connection.execute(sa.select(table.c.agent, table.c.name)):
        out[key] += [name] if name and name not in out[key] else []
    return out


def _projects(connection):
    """Return the keys of all projects that any table has: no name of a person, whoever is called so."""
    tables = [SQL_TABLES[name] for name, known in STORED.items() if "project" in known.names]
    return {key for table in tables for (key,) in connection.execute(sa.select(table.c.project).distinct()) if key}


def _stand_in(connection, known):
    """Return a key that no agent has and had."""
    made = sa.select(REVISION.c.number).where(REVISION.c.table_name == REMOVED, REVISION.c.cycle_id == CENTRE)
    number = (connection.execute(made).scalar() or 0) + 1
    while any(key.startswith(f"former {number}") for key in known):
        number += 1
    return f"former {number}"


def _in_tables(connection, mine, stand_in):
    """Replace the key, and other spellings by a stand-in of their own, in every table with agents; tell where.

    Results may stand under the key and under the name: they stay apart, so that no two rows become one.
    """
    for name, known in STORED.items():
        if "agent" not in known.names:
            continue
        table, changed = SQL_TABLES[name], 0
        for number, word in enumerate(mine, start=1):
            new = stand_in if number == 1 else f"{stand_in} ({number})"
            changed += connection.execute(table.update().where(table.c.agent == word).values(agent=new)).rowcount
            if name == "agents":
                connection.execute(table.update().where(table.c.agent == new).values(name=stand_in))
        if changed:
            yield name, changed


def _in_texts(connection, said):
    """Replace the words in whatever people typed into tables, and tell where."""
    for name, known in STORED.items():
        table = SQL_TABLES[name]
        for column in (c.name for c in known.columns if c.kind == "text" and c.name not in OWN_WORDS | {"agent"}):
            text = table.c[column]
            like = sa.or_(*(text.ilike(f"%{_plain(word)}%", escape="\\") for word in said.telling), sa.false())
            for (old,) in connection.execute(sa.select(text).where(like).distinct()).all():
                if (new := said.of(old)) != old:
                    done = connection.execute(table.update().where(text == old).values({column: new}))
                    yield f"{name}.{column}", done.rowcount


def _plain(word):
    return re.sub(r"([\\%_])", r"\\\1", word)


def _in_documents(connection, said, prints):
    """Replace the words in every version of every document, then the fingerprints of what changed; tell where."""
    columns = DOCUMENT.c.id, DOCUMENT.c.name, DOCUMENT.c.data
    rows = {row.id: (row.name, json.loads(row.data)) for row in connection.execute(sa.select(*columns)).all()}
    before, now = rows, {number: (name, said.within(data)) for number, (name, data) in rows.items()}
    while follow := _followed(before, now, prints):
        before, now = now, {number: (name, _swapped(data, follow)) for number, (name, data) in now.items()}
    for number, (name, data) in rows.items():
        if now[number][1] != data:
            text = json.dumps(now[number][1], ensure_ascii=False)
            connection.execute(DOCUMENT.update().where(DOCUMENT.c.id == number).values(data=text))
            yield f"document {name} {number}", 1


def _followed(before, now, prints):
    """Return old fingerprint -> new one of the documents that changed."""
    if prints is None:
        return {}
    changed = [(name, data, now[n][1]) for n, (name, data) in before.items() if data != now[n][1]]
    pairs = [zip(prints(name, old), prints(name, new), strict=True) for name, old, new in changed]
    return {old: new for pair in pairs for old, new in pair if old != new}


def _swapped(data, texts):
    if isinstance(data, str):
        return texts.get(data, data)
    if isinstance(data, list):
        return [_swapped(one, texts) for one in data]
    return {k: _swapped(v, texts) for k, v in data.items()} if isinstance(data, dict) else data


def _rename_savers(connection, table, mine, stand_in):
    there = sa.func.lower(table.c.saved_by).in_([word.lower() for word in mine])
    connection.execute(table.update().where(there).values(saved_by=stand_in))


def _count(connection, by, at):
    """Count the removal, so that open pages look anew; no table's own revision moves."""
    place = (REVISION.c.table_name == REMOVED) & (REVISION.c.cycle_id == CENTRE)
    saved = {"saved_by": by, "saved_at": at}
    if not connection.execute(REVISION.update().where(place).values(number=REVISION.c.number + 1, **saved)).rowcount:
        first = {"table_name": REMOVED, "cycle_id": CENTRE, "project": "", "number": 1}
        connection.execute(REVISION.insert().values(**first, **saved))
