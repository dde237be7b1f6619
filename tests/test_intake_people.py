"""People's time from files: availability, absences, wishes, logs of states, rosters by stretch, in four languages."""

import pandas as pd
import pytest
from rosters import people

from ccwb.errors import PlanError
from ccwb.intake import convert, propose, read_file
from ccwb.reports import to_csv

BERLIN = "Europe/Berlin"


def took(text, kind, *, zone=BERLIN, **more):
    raw = read_file(text.encode() if isinstance(text, str) else text, name=f"{kind}.csv")
    proposal = propose(raw, kind=kind)
    assert proposal.problems == (), [str(p) for p in proposal.problems]
    done = convert(raw, proposal, zone=zone, answers=proposal.suggestions, **more)
    return done.tables[kind], [str(finding) for finding in done.report.refused]


@pytest.mark.parametrize(
    "text",
    [
        "agent;weekday;from;to\na1;Mon-Wed;08:00;16:00\na1;Sat;;12:00\n",
        "Mitarbeiter;Wochentag;von;bis\na1;Mo-Mi;8:00;16:00\na1;Samstag;;12:00\n",
        "agen;hari;dari jam;sampai jam\na1;Senin, Selasa, Rabu;08.00;16.00\na1;Sabtu;;12.00\n",
        "کارشناس;روز هفته;از ساعت;تا ساعت\na1;دوشنبه، سه‌شنبه، چهارشنبه;۰۸:۰۰;۱۶:۰۰\na1;شنبه;;۱۲:۰۰\n",
        "agent,days,hours\na1,Mon; Tue; Wed,08:00-16:00\na1,6,00:00 - 12:00\n",
    ],
)
def test_availability_is_read_in_every_language(text):
    table, refused = took(text, "availability")
    assert refused == []
    assert table["weekday"].tolist() == ["mon", "tue", "wed", "sat"]
    assert table["to_s"].tolist() == [57600.0] * 3 + [43200.0]
    assert table["from_s"].fillna(0).tolist() == [28800.0] * 3 + [0.0]


def test_skill_levels_come_with_the_agents_and_those_that_cannot_be_are_refused():
    text = "agent;project;hours;trained for\na1;orders;40;orders/voice, orders/chat:0,8\na2;orders;40;orders/chat:80\n"
    table, refused = took(text, "agents")
    assert table["trained_for"].tolist() == ["orders/voice; orders/chat:0.8"]
    assert "a skill level is above 0 and at most 2" in refused[0] and "(row 3)" in refused[0]


def test_availability_that_cannot_be_is_refused_with_its_row():
    text = "agent;weekday;from;to\na1;Mon;16:00;08:00\na1;Someday;08:00;16:00\na2;Tue;08:00;12:00\na2;Tue;08:00;13:00\n"
    table, refused = took(text + "a2;Fri;08:00;00:00\nzz;Fri;08:00;09:00\n", "availability", agents=people("a1", "a2"))
    assert table[["agent", "weekday", "to_s"]].values.tolist() == [["a2", "fri", 86400.0]]
    told = " ".join(refused)
    assert "ends before it begins" in told and "(row 2)" in told
    assert "'Someday' is none of those" in told and "(row 3)" in told
    assert "Several rows of a2" in told and "(rows 4, 5)" in told
    assert "no agent 'zz'" in told and "(row 7)" in told


@pytest.mark.parametrize(
    "text",
    [
        "agent;start;end;type\na1;02.11.2026;04.11.2026;vacation\na1;06.11.2026;06.11.2026;sick\n",
        "Mitarbeiter;von;bis;Abwesenheitsart\na1;02.11.2026;04.11.2026;Urlaub\na1;06.11.2026;06.11.2026;krank\n",
        "agen;dari tanggal;sampai;jenis\na1;02/11/2026;04/11/2026;cuti\na1;06/11/2026;06/11/2026;sakit\n",
        "کارشناس;از تاریخ;تا تاریخ;نوع غیبت\na1;۱۴۰۵/۸/۱۱;۱۴۰۵/۸/۱۳;مرخصی\na1;۱۴۰۵/۸/۱۵;۱۴۰۵/۸/۱۵;بیماری\n",
    ],
)
def test_leave_by_days_includes_the_last_one(text):
    table, refused = took(text, "absences")
    assert refused == [] and table["kind"].tolist() == ["leave", "illness"]
    assert [f"{t:%d %H:%M}" for t in table["start"]] == ["02 00:00", "06 00:00"]
    assert [f"{t:%d %H:%M}" for t in table["end"]] == ["05 00:00", "07 00:00"]


def test_leave_by_days_includes_the_last_one_beside_rows_with_a_time_of_day():
    text = "agent;start;end;type\na1;2026-11-02;2026-11-04;leave\na1;2026-11-06;2026-11-06;leave\n"
    table, refused = took(text + "a1;2026-11-09 09:00;2026-11-09 11:00;training\n", "absences")
    assert refused == []
    assert [f"{t:%d %H:%M}" for t in table["start"]] == ["02 00:00", "06 00:00", "09 09:00"]
    assert [f"{t:%d %H:%M}" for t in table["end"]] == ["05 00:00", "07 00:00", "09 11:00"]


def test_leave_over_the_change_of_the_clock_ends_at_midnight_and_appointments_have_their_times():
    table, _refused = took("agent;start;end\na1;2026-10-24;2026-10-25\n", "absences")
    assert table["end"].iloc[0] == pd.Timestamp("2026-10-26", tz=BERLIN)
    assert table["end"].iloc[0] - table["start"].iloc[0] == pd.Timedelta(hours=49)
    text = "agent;start;end;type;note\na1;2026-11-02 09:00;2026-11-02 10:30;doctor;x\n"
    text += "a1;2026-11-03 09:00;2026-11-03 08:00;doctor;\n"
    table, refused = took(text, "absences")
    assert table["kind"].tolist() == ["appointment"] and table["note"].tolist() == ["x"]
    assert "ends before it begins" in refused[0] and "(row 3)" in refused[0]


@pytest.mark.parametrize(
    "text",
    [
        "agent;day;wish;priority\na1;2026-11-07;off;3\na1;2026-11-02;early;1\n",
        "Mitarbeiter;Datum;Wunsch;Gewicht\na1;07.11.2026;frei;3\na1;02.11.2026;Frühschicht;1\n",
        "agen;tanggal;permintaan;bobot\na1;2026-11-07;libur;3\na1;2026-11-02;pagi;1\n",
        "کارشناس;تاریخ;درخواست;وزن\na1;2026-11-07;تعطیل;3\na1;2026-11-02;صبح;1\n",
    ],
)
def test_wishes_for_a_day_or_a_weekday(text):
    table, refused = took(text, "wishes")
    assert refused == [] and table["wants"].tolist() == ["off", "early"] and table["weight"].tolist() == [3.0, 1.0]
    assert table["day"].dt.day.tolist() == [7, 2]
    named, _refused = took("agent;day;wish\na1;Sat-Sun;off\na2;Friday;late\n", "wishes")
    assert named[["agent", "weekday", "wants"]].values.tolist() == [
        ["a1", "sat", "off"],
        ["a1", "sun", "off"],
        ["a2", "fri", "late"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "agent;start;end;state\na1;2026-11-02 09:00:00;2026-11-02 09:05:30;Talking\na1;2026-11-02 09:05:30;;ACW\n",
        "Mitarbeiter;Beginn;Ende;Status\na1;2.11.2026 9:00;2.11.2026 9:05:30;Talking\na1;02.11.2026 09:05:30;;ACW\n",
        "agen;waktu mulai;jam selesai;status\na1;2-11-2026 9:00;2-11-2026 9:05:30;Talking\na1;2-11-2026 9:05:30;;ACW\n",
        "کارشناس;زمان شروع;پایان;وضعیت\na1;2026-11-02 9:00;2026-11-02 9:05:30;Talking\na1;2026-11-02 9:05:30;;ACW\n",
        "agent;date;start time;end time;status\na1;2026-11-02;09:00:00;09:05:30;Talking\na1;2026-11-02;09:05:30;;ACW\n",
    ],
)
def test_a_log_of_states_is_read_and_an_open_end_stays_open(text):
    table, refused = took(text, "states")
    assert refused == [] and table["state"].tolist() == ["Talking", "ACW"]
    assert table["start"].iloc[0] == pd.Timestamp("2026-11-02 09:00", tz=BERLIN)
    assert table["end"].iloc[0] == pd.Timestamp("2026-11-02 09:05:30", tz=BERLIN) and pd.isna(table["end"].iloc[1])


def test_a_state_past_midnight_ends_on_the_next_day():
    table, _refused = took("agent;date;start;end;state\na1;2026-11-02;23:50;00:10;Talking\n", "states")
    assert table["end"].iloc[0] == pd.Timestamp("2026-11-03 00:10", tz=BERLIN)


def test_a_roster_by_stretches_comes_back_as_it_went_out_and_double_bookings_are_refused():
    from rosters import drawn, stretches

    roster = drawn(3, seed=4, days=3)
    file = to_csv(roster[["agent", "start", "end", "activity", "project", "shift"]])
    table, refused = took(file, "roster")
    assert refused == []
    both = [t.sort_values(["agent", "start"], ignore_index=True) for t in (table, roster)]
    for name in ("agent", "activity", "project", "shift"):
        assert both[0][name].tolist() == both[1][name].tolist(), name
    assert (both[0]["start"] == both[1]["start"]).all() and (both[0]["end"] == both[1]["end"]).all()
    twice = pd.concat(
        [stretches("a1", "09:00 12:00 orders", "11:00 13:00 sales"), stretches("a2", "09:00 12:00 orders")]
    )
    table, refused = took(to_csv(twice.drop(columns=["locked", "shift"])), "roster", agents=people("a1", "a2"))
    assert table["agent"].tolist() == ["a2"] and refused == [
        "a1 is booked twice at the same time; rows left out. (rows 2, 3)"
    ]
    with pytest.raises(PlanError, match="no agent 'a1'"):
        took(to_csv(twice.head(2).drop(columns="locked")), "roster", agents=people("b1"))
