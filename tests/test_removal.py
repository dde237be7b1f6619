"""Taking a person out: their name is nowhere any more, and every sum is what it was."""

import json

import pandas as pd
import pytest
import sqlalchemy as sa
from planning import ANA, DAYS, LATER, VALUES, note, whole_plan

from ccwb import cycle
from ccwb.errors import PlanError
from ccwb.store import open_store
from ccwb.store.removal import OWN_WORDS
from ccwb.store.schema import SQL_TABLES, STORED
from ccwb.tables import TABLES

KEY, NAME = "K4711", "Zaphrodel Quillon"
WITH_AGENTS = [name for name, known in STORED.items() if "agent" in known.names]
TYPED = [
    (name, c.name)
    for name, known in STORED.items()
    for c in known.columns
    if c.kind == "text" and c.name not in OWN_WORDS | {"agent"} and (name, c.name) != ("agents", "name")
]


@pytest.fixture
def address(tmp_path):
    return f"sqlite:///{tmp_path}/ccwb.db"


@pytest.fixture
def store(address):
    with open_store(address) as opened:
        yield opened


def row_of(table, /, **more):
    return {c.name: VALUES[c.kind] for c in TABLES[table].columns} | more


def add(store, name, *rows, place=None):
    if rows:
        store.write_table(name, pd.DataFrame(rows), mode="append", zone="UTC", cycle=place, **ANA)


def whole(store):
    """Return every text that the database holds, of all tables and documents."""
    with store._db.reading() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [row for table in tables for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()]
    return "\n".join(str(value) for row in rows for value in row)


def test_every_table_with_agents_loses_the_key_and_the_name_in_every_cycle(store, tmp_path):
    cycles = [None] + [store.add_cycle(name, **DAYS, **ANA).id for name in ("Spring", "Summer")]
    add(store, "agents", row_of("agents", agent=KEY, name=NAME), row_of("agents", agent="K0815", name="Ana"))
    for place in cycles:
        for name in WITH_AGENTS:
            spelled = [KEY, NAME, "K0815"] if name != "agents" else ["K0815"] * (place is not None)
            add(store, name, *(row_of(name, agent=agent) for agent in spelled), place=place)
    before = {name: {place: _numbers(store, name, place) for place in cycles} for name in WITH_AGENTS}
    revisions = [store.revisions(cycle=place) for place in cycles]
    changed = store.changed()
    done = store.remove_person(KEY, **LATER)
    assert done.stand_in == "former 1" and set(done.places) >= set(WITH_AGENTS) and done.wiped
    assert KEY not in whole(store) and NAME not in whole(store) and "K0815" in whole(store)
    after = {name: {place: _numbers(store, name, place) for place in cycles} for name in WITH_AGENTS}
    assert after == before
    assert [store.revisions(cycle=place) for place in cycles[1:]] == revisions[1:] and store.changed() > changed
    assert store.read_table("agents")["name"].tolist() == ["former 1", "Ana"]


def _numbers(store, name, place):
    table = store.read_table(name, cycle=place)
    sums = table.select_dtypes("number").sum().to_dict()
    return sums | {"rows": len(table), "people": table["agent"].nunique()}


@pytest.mark.parametrize(("table", "column"), TYPED)
def test_whatever_was_typed_anywhere_loses_the_name(store, table, column):
    add(store, "agents", row_of("agents", agent=KEY, name=NAME))
    words = f"thanks to {NAME.upper()}, and to {KEY}."
    add(store, table, row_of(table) | {column: words})
    store.remove_person(KEY, **LATER)
    with store._db.reading() as connection:
        found = [text for (text,) in connection.execute(sa.select(SQL_TABLES[table].c[column]))]
    assert "thanks to former 1, and to former 1." in found
    assert NAME.lower() not in whole(store).lower()


def test_documents_lose_the_name_in_every_version_and_drafts_too(store):
    spring = store.add_cycle("Spring", **DAYS, **ANA).id
    add(store, "agents", row_of("agents", agent=KEY, name=NAME))
    first = note(store, "notes", {"draft": {NAME: ["ask Zaphrodel quillon"], "agent": KEY}, "n": 3}, spring)
    store.save("notes", {"n": 4, "lead": NAME}, base=first.version, by=NAME, at=LATER["at"], cycle=spring)
    store.remove_person(KEY, by="Ben", at=LATER["at"])
    versions = store.versions("notes", cycle=spring, with_data=True)
    assert versions[0].data == {"n": 4, "lead": "former 1"} and versions[0].by == "former 1"
    assert versions[1].data == {"draft": {"former 1": ["ask former 1"], "agent": "former 1"}, "n": 3}


def test_names_of_others_and_words_of_the_workbook_stay(store):
    add(store, "agents", row_of("agents", agent="voice", name="Ana", project="orders"))
    add(store, "agents", row_of("agents", agent="K2", name="Ana Maria"))
    add(store, "agents", row_of("agents", agent="12", name="orders"))
    log = {"plan_item": "aht", "why": "Ana Maria helped Ana; Anaconda", "done": "orders moved to voice"}
    add(store, "action_log", row_of("action_log", **log))
    note(store, "centre", {"projects": [], "channels": ["voice"], "hours": "12"})
    store.remove_person("voice", **LATER)
    store.remove_person("12", **LATER)
    entry = store.read_table("action_log").iloc[0]
    assert entry["why"] == "Ana Maria helped former 1; Anaconda" and entry["done"] == "orders moved to voice"
    assert store.load("centre").data == {"projects": [], "channels": ["voice"], "hours": "12"}
    assert store.read_table("agents")["agent"].tolist() == ["former 1", "K2", "former 2"]


def test_the_file_itself_holds_nothing_of_the_name_any_more(store, tmp_path):
    add(store, "agents", row_of("agents", agent=KEY, name=NAME))
    note(store, "notes", {"lead": NAME * 3000})
    note(store, "notes", {"lead": NAME})
    assert store.remove_person(KEY, **LATER).wiped
    for path in tmp_path.iterdir():
        held = path.read_bytes()
        assert NAME.encode() not in held.replace((NAME * 2).encode(), b""), path.name


def test_what_was_approved_stays_approved(store):
    spring = store.add_cycle("Spring", **DAYS, **ANA).id
    whole_plan(store, spring)
    add(store, "agents", row_of("agents", agent=KEY, name="Ben"))
    centre = store.load("centre")
    store.save("centre", centre.data | {"name": "Ben's centre"}, base=centre.version, **ANA)
    for stage in ("mission", "forecast", "staffing", "schedule"):
        noted = store.load(stage, cycle=spring)
        if noted.data and stage != "mission":
            made = {"made_from": cycle.made_from(store, spring, stage)}
            store.save(stage, noted.data | made, base=noted.version, cycle=spring, **ANA)
        cycle.approve(store, spring, stage, by="Ben", at=LATER["at"])
    before = {
        key: (one.state, [str(b) for b in one.blockers + one.notes]) for key, one in cycle.state(store, spring).items()
    }
    assert before["schedule"][0] == cycle.APPROVED
    cycle.remove_person(store, KEY, **LATER | {"by": "Ana"})
    after = {
        key: (one.state, [str(b) for b in one.blockers + one.notes]) for key, one in cycle.state(store, spring).items()
    }
    assert after == before
    assert cycle.state(store, spring)["mission"].approved_by == "former 1"
    assert "Ben" not in json.dumps(store.load("mission", cycle=spring).data)
    assert store.load("centre").data["name"] == "former 1's centre"


def test_somebody_who_is_not_there_is_refused_and_nothing_changes(store):
    changed = store.changed()
    with pytest.raises(PlanError, match="no agent 'K1'"):
        store.remove_person("K1", **LATER)
    assert store.changed() == changed
