"""The store keeps what people type and what stages compute, whatever else happens at the same time."""

import datetime as dt
import sqlite3
import threading
import time

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from ccwb.errors import PlanError
from ccwb.store import StaleSave, database, open_store
from ccwb.store.schema import METADATA

NOW = dt.datetime(2026, 2, 1, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
ANA = {"by": "Ana", "at": NOW}
SPRING = {"first_day": "2026-03-01", "last_day": "2026-05-31", **ANA}


@pytest.fixture
def address(tmp_path):
    return f"sqlite:///{tmp_path}/ccwb.db"


@pytest.fixture
def store(address):
    with open_store(address) as opened:
        yield opened


def history(days=1, *, project="orders", channel="voice", zone="Europe/Berlin", start="2026-03-01", offered=10.0):
    times = pd.date_range(start, periods=48 * days, freq="30min", tz=zone)
    return pd.DataFrame(
        {"interval_start": times, "interval_s": 1800, "project": project, "channel": channel, "offered": offered}
    )


# Opening


def test_a_workbook_lies_in_the_folder_workbook_unless_another_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCWB_DATABASE", raising=False)
    open_store().close()
    assert (tmp_path / "workbook" / "ccwb.db").exists()
    monkeypatch.setenv("CCWB_DATABASE", f"sqlite:///{tmp_path}/other.db")
    with open_store() as store:
        assert store.name == "other.db"
    assert (tmp_path / "other.db").exists()


def test_a_second_opening_takes_a_moment_and_changes_nothing(address):
    open_store(address).close()
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        store = open_store(address)
        took.append(time.perf_counter() - begun)
        assert store.changed() == 0
        store.close()
    assert min(took) < 0.05


def test_the_file_is_kept_so_that_readers_and_a_writer_work_side_by_side(store, tmp_path):
    with sqlite3.connect(tmp_path / "ccwb.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with store.together():
        store.save("centre", {"name": "Ours"}, base=0, **ANA)
        with open_store(f"sqlite:///{tmp_path}/ccwb.db") as other:
            assert other.load("centre").version == 0
    assert store.load("centre").version == 1


def test_a_new_file_that_somebody_else_is_just_writing_is_waited_for(tmp_path):
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.3, other.execute, ["COMMIT"])
    done.start()
    with open_store(f"sqlite:///{path}") as store:
        assert store.changed() == 0
        assert not done.is_alive()
    done.join()
    other.close()


def test_the_migrations_make_exactly_the_schema_that_the_code_reads(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store._db.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        missing = compare_metadata(context, METADATA)
        keys = {name: sa.inspect(connection).get_pk_constraint(name) for name in METADATA.tables}
    assert missing == [], "ccwb/tables and ccwb/migrations differ: see ccwb/migrations/__init__.py"
    for name, table in METADATA.tables.items():
        assert keys[name]["constrained_columns"] == [c.name for c in table.primary_key.columns]


def upgraded(tmp_path, monkeypatch, change):
    """Pretend that the code has one migration more than the database it opens."""
    import shutil

    shutil.copytree(database.MIGRATIONS, tmp_path / "later")
    later = f"{int(database.head()) + 1:04d}"
    numbers = f"revision, down_revision = '{later}', '{database.head()}'"
    text = f"from alembic import op\n{numbers}\n\n\ndef upgrade():\n    {change}\n"
    (tmp_path / "later" / "versions" / f"{later}_later.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(database, "MIGRATIONS", tmp_path / "later")


def test_an_older_workbook_is_upgraded_after_a_copy_was_put_beside_it(store, address, tmp_path, monkeypatch):
    store.save("centre", {"name": "Ours"}, base=0, **ANA)
    store.close()
    upgraded(tmp_path, monkeypatch, "op.execute(\"UPDATE document SET data = '{}'\")")
    with open_store(address) as newer:
        assert newer.load("centre").data == {}
    monkeypatch.undo()
    now = database.head()
    with open_store(f"sqlite:///{tmp_path}/ccwb-schema-{now}.db") as copy:
        assert copy.load("centre").data == {"name": "Ours"}
    newer = rf"ccwb\.db was written by a newer workbook \(schema {int(now) + 1:04d}\)\. Update this one"
    with pytest.raises(PlanError, match=newer):
        open_store(address)


def test_an_upgrade_that_fails_leaves_the_workbook_as_it_was(store, address, tmp_path, monkeypatch):
    store.save("centre", {"name": "Ours"}, base=0, **ANA)
    store.close()
    upgraded(tmp_path, monkeypatch, "op.execute('DELETE FROM document'); op.execute('no such thing')")
    with pytest.raises(sa.exc.OperationalError):
        open_store(address)
    monkeypatch.undo()
    with open_store(address) as again:
        assert again.load("centre").data == {"name": "Ours"}


def test_what_a_user_can_do_wrong_is_said_in_a_sentence_with_the_file_name_alone(tmp_path):
    (tmp_path / "picture.db").write_bytes(b"\x89PNG" * 500)
    with sqlite3.connect(tmp_path / "shop.db") as other:
        other.execute("CREATE TABLE orders (id)")
    open_store(f"sqlite:///{tmp_path}/mine.db").close()
    cases = {
        f"sqlite:///{tmp_path}/picture.db": "picture.db is not a workbook database",
        f"sqlite:///{tmp_path}/shop.db": "shop.db is not a workbook database",
        f"sqlite:///{tmp_path}/no/such/new.db": "new.db cannot be opened. Check that its folder is there",
        f"sqlite:///{tmp_path}": "cannot be opened",
        f"sqlite:///file:{tmp_path}/fresh.db?mode=ro&uri=true": "fresh.db cannot be opened",
        "workbook.db": "CCWB_DATABASE is not the address of a database",
        "nosuch://somewhere/ours": "No driver is installed for the database ours",
    }
    for address, words in cases.items():
        with pytest.raises(PlanError, match=words.replace(".", r"\.")) as error:
            open_store(address)
        assert str(tmp_path) not in str(error.value)


def test_the_environment_may_name_a_file_by_its_path_as_the_command_line_does(tmp_path, monkeypatch):
    monkeypatch.setenv("CCWB_DATABASE", str(tmp_path / "ours.db"))
    with open_store() as store:
        store.save("centre", {"name": "Ours"}, base=0, **ANA)
    with open_store(f"sqlite:///{tmp_path}/ours.db") as again:
        assert again.load("centre").data == {"name": "Ours"}


def test_a_file_that_may_only_be_read_is_read_and_says_so_when_it_should_be_written(store, address, tmp_path):
    store.save("centre", {"name": "Ours"}, base=0, **ANA)
    with open_store(f"sqlite:///file:{tmp_path}/ccwb.db?mode=ro&uri=true") as reading:
        assert reading.load("centre").data == {"name": "Ours"}
        with pytest.raises(PlanError, match=r"The database ccwb\.db can be read but not changed"):
            reading.save("centre", {"name": "Mine"}, base=1, **ANA)
    with open_store(address, read_only=True) as executive:
        assert executive.load("centre").version == 1
        with pytest.raises(PlanError, match="This page only reads"):
            executive.save("centre", {"name": "Mine"}, base=1, **ANA)


def test_a_full_disk_saves_nothing_by_half(store):
    @sa.event.listens_for(store._db._engine, "begin")
    def small(connection):
        connection.exec_driver_sql("PRAGMA max_page_count=60")

    with pytest.raises(PlanError, match="There is no space left for the database"):
        store.write_table("history", history(100), **ANA)
    assert store.revision("history").number == 0
    assert not store.has_rows("history")


# Cycles


def test_cycles_come_back_in_the_order_of_their_days(store):
    later = store.add_cycle("Summer", first_day="2026-06-01", last_day=dt.date(2026, 8, 31), **ANA)
    spring = store.add_cycle("Spring", **SPRING, status="running")
    later = store.update_cycle(later.id, predecessor=spring.id, **ANA)
    assert store.cycles() == [spring, later]
    assert store.cycle(later.id).predecessor == spring.id
    assert later.last_day == dt.date(2026, 8, 31)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "Spring"}, "already a cycle called Spring"),
        ({"last_day": "2026-02-01"}, "which is earlier"),
        ({"last_day": "tomorrow"}, "found 'tomorrow'"),
        ({"status": "asleep"}, "found 'asleep'"),
        ({"predecessor": 99}, "no cycle 99"),
        ({"by": " "}, "Give your name"),
    ],
)
def test_a_cycle_that_makes_no_sense_is_refused_in_words(store, wrong, words):
    store.add_cycle("Spring", **SPRING)
    with pytest.raises(PlanError, match=words):
        store.add_cycle(**{"name": "Summer", **SPRING, **wrong})
    assert len(store.cycles()) == 1


def test_no_cycle_comes_after_itself(store):
    spring = store.add_cycle("Spring", **SPRING)
    summer = store.add_cycle("Summer", **SPRING, predecessor=spring.id)
    with pytest.raises(PlanError, match="cannot come after itself"):
        store.update_cycle(spring.id, predecessor=summer.id, **ANA)


# Documents


def test_a_document_comes_back_as_it_was_saved_apart_from_all_others(store):
    spring = store.add_cycle("Spring", **SPRING)
    data = {"text": "größer als 80 %", "rows": [1, 2.5, None, True], "Persian": "سلام", "nested": {"a": {}}}
    store.save("mission", data, base=0, cycle=spring.id, project="orders", **ANA)
    loaded = store.load("mission", cycle=spring.id, project="orders")
    assert (loaded.data, loaded.version, loaded.by, loaded.at) == (data, 1, "Ana", NOW)
    assert store.load("mission", cycle=spring.id).version == 0
    assert store.load("mission").data is None
    assert list(store.heads(cycle=spring.id)) == [("mission", "orders")]
    with pytest.raises(PlanError, match="no cycle 7"):
        store.save("mission", data, base=0, cycle=7, **ANA)


def test_a_save_from_an_old_version_is_refused_and_shows_what_the_other_one_saved(store):
    store.save("centre", {"name": "Ours"}, base=0, **ANA)
    with pytest.raises(StaleSave, match=r"Ana saved 'centre' at 2026-02-01 09:00 UTC, after you opened it") as stale:
        store.save("centre", {"name": "Mine"}, base=0, by="Ben", at=NOW + MINUTE)
    assert stale.value.theirs.data == {"name": "Ours"}
    assert store.load("centre").data == {"name": "Ours"}
    mine = store.save("centre", {"name": "Mine"}, base=stale.value.theirs.version, by="Ben", at=NOW + MINUTE)
    assert mine.version == 2


def test_a_save_from_a_version_that_a_later_one_took_in_is_stale_too(store):
    for number in range(3):
        store.save("centre", {"name": str(number)}, base=number, **ANA)
    assert [d.version for d in store.versions("centre")] == [3]
    for base in (0, 1, 2, 4):
        with pytest.raises(StaleSave):
            store.save("centre", {"name": "Mine"}, base=base, by="Ben", at=NOW)
    assert store.load("centre").data == {"name": "2"}


def test_saving_what_is_there_already_is_no_change(store):
    first = store.save("centre", {"name": "Ours", "zone": "UTC"}, base=0, **ANA)
    again = store.save("centre", {"zone": "UTC", "name": "Ours"}, base=0, by="Ben", at=NOW + MINUTE)
    assert again == first
    assert store.changed() == 1


def test_one_persons_edits_within_ten_minutes_are_one_version_and_nobody_elses_join_them(store):
    def save(text, by, minutes):
        base = store.load("centre").version
        return store.save("centre", {"name": text}, base=base, by=by, at=NOW + minutes * MINUTE)

    for text, by, minutes in [("a", "Ana", 0), ("ab", "Ana", 5), ("abc", "Ana", 9.9), ("abcd", "Ana", 10)]:
        save(text, by, minutes)
    save("b", "Ben", 11)
    save("c", "Ana", 12)
    kept = [(d.version, d.by, d.data["name"]) for d in store.versions("centre", with_data=True)]
    assert kept == [(6, "Ana", "c"), (5, "Ben", "b"), (4, "Ana", "abcd"), (3, "Ana", "abc")]
    assert store.versions("centre")[0].data is None


def test_a_kept_result_is_a_version_of_its_own_that_no_later_edit_joins(store):
    for version, (apart, minute) in enumerate([(True, 0), (True, 1), (False, 2), (False, 3), (True, 4)]):
        at = NOW + dt.timedelta(minutes=minute)
        store.save("staffing", {"n": version}, base=version, by="Ana", at=at, apart=apart)
    kept = store.versions("staffing", with_data=True)
    assert [(one.version, one.data["n"]) for one in kept] == [(5, 4), (4, 3), (2, 1), (1, 0)]
    assert [one.at for one in kept][-1] == NOW


def test_going_back_makes_the_old_version_the_newest_and_forgets_none(store):
    store.save("centre", {"name": "first"}, base=0, **ANA)
    store.save("centre", {"name": "second"}, base=1, by="Ben", at=NOW)
    back = store.restore("centre", 1, by="Ben", at=NOW + MINUTE)
    assert (back.version, back.data) == (3, {"name": "first"})
    assert [d.data["name"] for d in store.versions("centre", with_data=True)] == ["first", "second", "first"]
    with pytest.raises(PlanError, match="no version 9 to go back to"):
        store.restore("centre", 9, **ANA)


def test_what_is_no_json_is_refused_and_numpys_numbers_and_days_are_taken(store):
    store.save("centre", {"n": np.float64(0.5), "k": np.int64(3), "day": dt.date(2026, 3, 1)}, base=0, **ANA)
    assert store.load("centre").data == {"n": 0.5, "k": 3, "day": "2026-03-01"}
    for wrong in (float("nan"), {1, 2}, pd.DataFrame()):
        with pytest.raises(PlanError, match="'centre' holds something that cannot be saved"):
            store.save("centre", {"n": wrong}, base=1, **ANA)
    with pytest.raises(ValueError, match="time zone"):
        store.save("centre", {}, base=1, by="Ana", at=NOW.replace(tzinfo=None))


def test_several_saves_are_one_when_they_are_made_together(store):
    with pytest.raises(ZeroDivisionError), store.together():
        store.save("centre", {"name": "Ours"}, base=0, **ANA)
        store.write_table("history", history(), **ANA)
        assert store.load("centre").version == 1
        raise ZeroDivisionError
    assert (store.load("centre").version, store.has_rows("history"), store.changed()) == (0, False, 0)


def test_every_save_by_anybody_is_seen_as_a_change(store, address):
    seen = [store.changed()]
    with open_store(address) as other:
        spring = other.add_cycle("Spring", **SPRING)
        for change in (
            lambda: other.save("centre", {"a": 1}, base=0, **ANA),
            lambda: other.save("centre", {"a": 2}, base=1, **ANA),
            lambda: other.update_cycle(spring.id, status="running", **ANA),
            lambda: other.write_table("history", history(), **ANA),
            lambda: other.delete_table("history", **ANA),
        ):
            seen.append(store.changed())
            change()
    seen.append(store.changed())
    assert seen == sorted(set(seen))


def test_a_workbook_put_aside_is_empty_afterwards_and_whole_in_its_copy(tmp_path):
    store = open_store(f"sqlite:///{(tmp_path / 'ours.db').as_posix()}")
    store.add_cycle("Spring", first_day="2026-03-02", last_day="2026-05-31", by="Ana", at=NOW)
    store.save("centre", {"name": "Ours"}, base=0, by="Ana", at=NOW)
    copy = store.set_aside(by="Ana", at=NOW)
    assert (store.cycles(), store.load("centre").version) == ([], 0)
    kept = open_store(f"sqlite:///{(tmp_path / copy).as_posix()}")
    assert kept.load("centre").data == {"name": "Ours"}
    assert [cycle.name for cycle in kept.cycles()] == ["Spring"]


def test_whoever_had_the_workbook_open_when_it_was_begun_anew_saves_nothing_into_the_new_one(tmp_path):
    address = f"sqlite:///{(tmp_path / 'ours.db').as_posix()}"
    with open_store(address) as store, open_store(address) as other:
        store.save("centre", {"name": "Ours"}, base=0, by="Ana", at=NOW)
        other.set_aside(by="Ben", at=NOW)
        assert (store.begun_anew(), other.begun_anew()) == (True, False)
        for base in (0, 1):
            with pytest.raises(PlanError, match="began a blank workbook while this page was open"):
                store.save("centre", {"name": "Ours still"}, base=base, by="Ana", at=NOW)
        assert other.load("centre").version == 0
        other.save("centre", {"name": "New"}, base=0, by="Ben", at=NOW)
        store.catch_up()
        assert store.save("centre", {"name": "Newer"}, base=1, by="Ana", at=NOW).version == 2
        other.set_aside(by="Ben", at=NOW + dt.timedelta(days=1))
        assert store.begun_anew()


def test_a_document_that_is_gone_is_said_to_be_gone_and_not_to_be_saved_by_nobody():
    store = open_store("sqlite://")
    with pytest.raises(PlanError, match="'centre' is no longer in this workbook") as caught:
        store.save("centre", {"name": "Ours"}, base=3, by="Ana", at=NOW)
    assert not isinstance(caught.value, StaleSave)
    assert store.load("centre").version == 0


def test_a_workbook_that_is_no_file_is_not_put_aside():
    store = open_store("sqlite://")
    store.save("centre", {"name": "Ours"}, base=0, by="Ana", at=NOW)
    with pytest.raises(PlanError, match="not a file that can be copied"):
        store.set_aside(by="Ana", at=NOW)
    assert store.load("centre").data == {"name": "Ours"}


def test_the_database_itself_refuses_what_goes_around_a_store_that_only_reads(store, address):
    store.save("centre", {"name": "Ours"}, base=0, **ANA)
    with open_store(address, read_only=True) as executive:
        for asked in ("UPDATE document SET data = '{}'", "DELETE FROM document", "CREATE TABLE mine (a)", "VACUUM"):
            with (
                executive._db._engine.connect() as connection,
                pytest.raises(sa.exc.OperationalError, match="readonly"),
            ):
                connection.exec_driver_sql("ROLLBACK" if asked == "VACUUM" else "SELECT 1")
                connection.exec_driver_sql(asked)
        executive._db.read_only = False
        with pytest.raises(PlanError, match="can be read but not changed"):
            executive.save("centre", {"name": "Mine"}, base=1, **ANA)
    assert store.load("centre").data == {"name": "Ours"}


def test_a_store_that_only_reads_follows_what_others_save(store, address):
    with open_store(address, read_only=True) as executive:
        store.save("centre", {"name": "Ours"}, base=0, **ANA)
        assert executive.load("centre").data == {"name": "Ours"} and executive.changed() == store.changed()
