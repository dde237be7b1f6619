"""Each agent's own page and calendar: their shifts, in their language, and nothing of anybody else's."""

import datetime as dt
import re
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import icalendar
import pandas as pd
import pytest
from rosters import drawn, moment, people, stretches

from ccwb.errors import PlanError
from ccwb.messages import LANGUAGES, Catalogue
from ccwb.people import ACTIVITIES
from ccwb.reports import own_calendar, own_page, publish, tokens_of, withdraw

MADE = dt.datetime(2026, 10, 20, 9, 30, tzinfo=dt.UTC)
DAY = ("09:00 10:30 orders", "10:30 10:45 break", "10:45 13:00 orders", "13:00 13:30 lunch", "13:30 17:30 sales")
TOKEN = "t" * 43


def draw():
    """Return a function that gives a new token each time, the same ones in every run of the tests."""
    numbers = iter(range(10_000))
    return lambda: f"{next(numbers):06d}".translate(str.maketrans("0123456789", "qwertzuiop")) * 6


def page(rows, *, language="en", **more):
    days = pd.Timestamp("2026-11-02"), pd.Timestamp("2026-11-08")
    more = {"name": "Ana", "days": days, "made_at": MADE, "zone": "Europe/Berlin"} | more
    return own_page(rows, say=Catalogue(language), **more)


class Words(HTMLParser):
    """Collects the words, links and tags of a page."""

    def __init__(self, text):
        super().__init__()
        self.words, self.links, self.tags, self.open = [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open += [tag] * (tag not in ("meta", "link", "br"))
        self.links += [value for name, value in attrs if name in ("href", "src", "action")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += [] if self.open[-1:] == ["style"] else [data.strip()]


def test_a_page_shows_the_shift_its_parts_and_the_free_days():
    read = Words(page(stretches("a1", *DAY), labels={"orders": "Orders <hotline>"}))
    text = " ".join(read.words)
    assert "09:00–17:30 Day" in text and "10:30–10:45 Short break" in text and "13:30–17:30 sales" in text
    assert "10:45–13:00 Orders <hotline>" in text
    assert text.count("free") == 6 and "Week of Nov 2, 2026: 8 hours" in text
    assert read.open == [] and not {"script", "img", "iframe", "link", "form"} & read.tags and read.links == []


def test_leave_over_several_days_stands_on_each_of_them():
    away = stretches("a1", "+1 00:00 00:00 leave", "+4 12:00 18:00 appointment")
    away.loc[0, "end"] = moment("+4 00:00")
    text = " ".join(Words(page(away)).words)
    assert text.count("00:00–00:00 Leave") == 3 and "12:00–18:00 Appointment" in text and text.count("free") == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_the_language_of_its_reader_dates_and_digits_too(language):
    text = page(stretches("a1", *DAY), language=language)
    say = Catalogue(language)
    assert f'<html lang="{language}" dir="{say.direction}">' in text
    assert say.date(dt.date(2026, 11, 2)) in text and say.digits("09:00") in text
    assert say(ACTIVITIES["lunch"].label) in text
    if language == "fa":
        assert "۱۱ آبان ۱۴۰۵" in text and 'dir="rtl"' in text and "۰۹:۰۰" in text


def test_nothing_in_any_file_names_a_colleague_or_leads_to_one(tmp_path):
    agents = people(*[f"key{n:02d}x" for n in range(12)])
    agents["name"] = [f"Zaphrodel{chr(97 + n)} Quillon{chr(97 + n)}" for n in range(12)]
    roster = drawn(12, seed=2)
    roster["agent"] = roster["agent"].str.replace(r"a0(\d\d)", r"key\1x", regex=True)
    tokens = tokens_of(agents["agent"], draw=draw())
    made = publish(roster, tmp_path / "own", agents=agents, tokens=tokens, made_at=MADE)
    assert len(made) == 12 and len(set(tokens.values())) == 12
    for agent, files in made.items():
        others = agents[agents["agent"] != agent]
        told = [*others["agent"], *others["name"], *(t for a, t in tokens.items() if a != agent)]
        told += [part for name in others["name"] for part in name.split()]
        for file in files:
            text = (tmp_path / "own" / file).read_text(encoding="utf-8").replace("\r\n ", "")
            assert [word for word in told if word.lower() in text.lower()] == [], file
            assert agent not in text and agent not in file
        read = Words((tmp_path / "own" / files[0]).read_text(encoding="utf-8"))
        assert read.links == [files[1]] and "http" not in "".join(read.links)
        days = roster[roster["agent"] == agent]["start"].dt.date.nunique()
        assert " ".join(read.words).count("free") == roster["start"].dt.date.nunique() - days
    assert (tmp_path / "own" / "index.html").read_text().count("key") == 0


def test_a_page_is_made_of_one_agents_rows_alone():
    with pytest.raises(ValueError, match="their rows alone"):
        page(pd.concat([stretches("a1", *DAY), stretches("a2", *DAY)]))


def test_an_address_stays_when_the_roster_is_published_again_and_goes_when_somebody_leaves(tmp_path):
    first = tokens_of(["a1", "a2"], draw=draw())
    later = tokens_of(["a2", "a3"], known=first, draw=lambda: "n" * 40)
    assert later == {"a2": first["a2"], "a3": "n" * 40}
    roster = pd.concat([stretches("a1", *DAY), stretches("a2", *DAY)])
    for _ in range(2):
        publish(roster, tmp_path, agents=people("a1", "a2"), tokens=first, made_at=MADE, languages={"a1": "fa"})
    assert len(list(tmp_path.iterdir())) == 5
    withdraw(tmp_path, token=first["a1"])
    withdraw(tmp_path, token=first["a1"])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [f"{first['a2']}{e}" for e in (".html", ".ics")] + ["index.html"]
    )


@pytest.mark.parametrize("token", ["short", "../../etc/passwd/aaaaaaaaaaaa", "a" * 30 + ".html", ""])
def test_a_name_that_can_be_guessed_or_leads_elsewhere_is_refused(token, tmp_path):
    with pytest.raises(ValueError, match="drawn by chance"):
        tokens_of(["a1"], draw=lambda: token)
    with pytest.raises(ValueError, match="drawn by chance"):
        withdraw(tmp_path, token=token)


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(PlanError, match="cannot be written to the folder 'file'"):
        publish(stretches("a1", *DAY), tmp_path / "file", agents=people("a1"), tokens={"a1": TOKEN}, made_at=MADE)


def test_an_empty_roster_and_one_without_a_zone_are_not_published(tmp_path):
    rows = stretches("a1", *DAY)
    local = rows.assign(start=rows["start"].dt.tz_localize(None), end=rows["end"].dt.tz_localize(None))
    for roster, said in ((rows.head(0), "is empty"), (local, "no time zone")):
        with pytest.raises(PlanError, match=said):
            publish(roster, tmp_path, agents=people("a1"), tokens={"a1": TOKEN}, made_at=MADE)
    assert list(tmp_path.iterdir()) == []


# The calendar


def read_calendar(file):
    """The reader of a calendar, by RFC 5545: lines unfolded, texts unescaped, times placed in UTC."""
    text = file.decode()
    assert text.endswith("\r\n") and all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    events, now = [], None
    for line in text.replace("\r\n ", "").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            now = {}
        elif line == "END:VEVENT":
            events.append(now)
        elif now is not None:
            now[name] = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
    for event in events:
        for name in ("DTSTART", "DTEND"):
            event[name] = dt.datetime.strptime(event[name], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    return events


def test_a_calendar_shows_each_shift_by_the_clock_of_the_centre_also_where_it_changes():
    rows = pd.concat([stretches("a1", f"+{day} 09:00 17:00 orders", day="2026-10-23") for day in range(5)])
    events = read_calendar(own_calendar(rows, token=TOKEN, say=Catalogue(), made_at=MADE))
    berlin = [event["DTSTART"].astimezone(ZoneInfo("Europe/Berlin")) for event in events]
    assert [f"{at:%d %H:%M}" for at in berlin] == ["23 09:00", "24 09:00", "25 09:00", "26 09:00", "27 09:00"]
    assert [event["DTSTART"].hour for event in events] == [7, 7, 8, 8, 8]
    assert all(event["DTEND"] - event["DTSTART"] == dt.timedelta(hours=8) for event in events)


def test_the_night_in_which_the_clock_goes_back_is_nine_hours_long():
    night = stretches("a1", "22:00 06:00 orders", day="2026-10-24")
    [event] = read_calendar(own_calendar(night, token=TOKEN, say=Catalogue(), made_at=MADE))
    assert event["DTEND"] - event["DTSTART"] == dt.timedelta(hours=9)


def test_a_shift_keeps_its_identity_and_tells_its_parts_whatever_letters_they_have():
    labels = {"orders": "Aufträge; Fragen, \\ und سفارش‌ها " * 4}
    rows = stretches("a1", *DAY)
    files = [own_calendar(rows, token=TOKEN, say=Catalogue(), made_at=MADE, labels=labels) for _ in range(2)]
    assert files[0] == files[1]
    [event] = read_calendar(files[0])
    assert event["SUMMARY"] == "Day"
    assert event["DESCRIPTION"].splitlines()[0] == f"09:00–10:30 {labels['orders']}".rstrip() + " "
    assert TOKEN not in files[0].decode()
    other = own_calendar(rows, token="u" * 43, say=Catalogue(), made_at=MADE)
    assert read_calendar(other)[0]["UID"] != event["UID"]


def test_a_calendar_library_reads_it_too():
    rows = pd.concat([drawn(1, seed=5), stretches("a000", "+9 00:00 12:00 leave")])
    parsed = icalendar.Calendar.from_ical(own_calendar(rows, token=TOKEN, say=Catalogue("fa"), made_at=MADE))
    assert len(parsed.walk("VEVENT")) == 6 and parsed.errors == []
