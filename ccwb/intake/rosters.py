"""A roster sheet, an agent a row and a day a column -> the roster table; what cannot be is refused with its row."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake import times
from ccwb.intake.headings import field_of
from ccwb.intake.languages import plain
from ccwb.intake.report import Log
from ccwb.messages import N_
from ccwb.people import skills
from ccwb.schedule.sheet import stretches_of
from ccwb.tables import check, empty

UNREADABLE = N_("{day}: {reason} The cell is left out.")


def read_roster_sheet(raw, *, agents, projects, zone):
    """Return (roster table, days, Log) of a file read with `read_file`: a column of agents, and one for each day.

    days : agent, day of every cell that was taken, those of days off among them (see `taken_in` of ccwb.schedule).

    agents : agents table; a row names one by key or, where nobody else has it, by name.  projects : keys that cells may
    name.  zone : the centre's, that the clock times are of. ccwb.schedule.sheet says how cells are written.
    Refused with their rows: agents not known, a second row of one agent, cells that cannot be read, stretches of one
    agent that overlap (both of them). Raises PlanError when the file has no column of agents or of days, or when
    nothing can be taken.
    """
    log, people, raw = Log(), check(agents, "agents"), raw.wide or raw
    cells, row_of = _by_day(raw)
    who = _agents(cells, people, row_of, log)
    homes = _homes(people)
    found, cells_taken = [], []
    for at, (agent, day, text) in enumerate(zip(who, cells["day"], cells["text"], strict=True)):
        if agent is None:
            continue
        try:
            rows = stretches_of(plain(text), day=day, zone=zone, projects=set(projects), home=homes[agent])
        except PlanError as error:
            log.refuse([row_of[at]], UNREADABLE, whole=True, day=f"{day:%Y-%m-%d}", reason=error)
            continue
        found += [{"agent": agent, "row": row_of[at], "day": day} | row for row in rows]
        cells_taken.append((agent, day))
    if not found:
        said = " ".join(str(finding) for finding in log.findings("refused")[:3])
        raise PlanError(
            N_("No shift of '{name}' can be taken, so nothing was changed. {reasons}"), name=raw.name, reasons=said
        )
    table, lost = _without_overlaps(pd.DataFrame(found), log)
    days = pd.DataFrame([one for one in cells_taken if one not in lost], columns=["agent", "day"])
    table = table[[key not in lost for key in zip(table["agent"], table["day"], strict=True)]]
    return (check(table.drop(columns=["row", "day"]), "roster") if len(table) else empty("roster")), days, log


def _by_day(raw):
    """Return one row per agent and day: agent, day, text; and the file's row number of each."""
    heading = next((h for h in raw.headings if (f := field_of(h, "agents")) and f.name == "agent"), None)
    heading = heading or next((h for h in raw.headings if (f := field_of(h, "agents")) and f.name == "name"), None)
    if heading is None:
        raise PlanError(
            N_("'{name}' has no column that names the agents. Its headings: {found}. Head one of them 'agent'."),
            name=raw.name,
            found=", ".join(raw.headings)[:300],
        )
    days = [h for h in raw.headings if _is_day(h)]
    long = raw.cells.reset_index(names="row").melt(["row", heading], days, "date", "text")
    rows = long["row"].to_numpy()
    long = long[[heading, "date", "text"]].set_axis(["agent", "date", "text"], axis=1)
    if long.empty:
        raise PlanError(
            N_("'{name}' has no column for a day. Head each day's column with its date, such as 2026-11-02."),
            name=raw.name,
        )
    named = {text: pd.Timestamp(float(times.moments([text]).local[0]), unit="s") for text in set(long["date"])}
    return long.assign(day=long["date"].map(named)), np.asarray(rows)


def _is_day(heading):
    read = times.moments([heading])
    return not heading.isdecimal() and not read.bad[0] and read.local[0] % times.DAY_S == 0


def _agents(cells, people, rows, log):
    """Return the key of each row's agent, None where it is refused: not known, or named by an earlier row as well."""
    keys = set(people["agent"])
    names = people.get("name", people["agent"])
    once = names[~names.duplicated(keep=False)]
    by_name = dict(zip(once, people["agent"][once.index], strict=True))
    out, first = [], {}
    for text, row in zip(cells["agent"], rows, strict=True):
        key = text if text in keys else by_name.get(text)
        out.append(key if key is not None and first.setdefault(key, row) == row else None)
        if key is None:
            log.refuse([row], N_("The centre has no agent '{found}'; row left out."), whole=True, found=text)
        elif out[-1] is None:
            log.refuse([row], N_("A second row of the agent '{found}'; left out."), whole=True, found=text)
    return out


def _homes(people):
    """Return the project of a shift that names none: the only one that the agent is trained for, else ''."""
    out = {}
    for row in people.itertuples():
        known = {project for project, _channel in skills(getattr(row, "trained_for", ""), home=row.project)}
        out[row.agent] = known.pop() if len(known) == 1 else ""
    return out


def _without_overlaps(table, log):
    """Return (stretches that overlap no other one of the agent, the (agent, day) of those that do, both of them)."""
    table = table.sort_values(["agent", "start"], kind="stable", ignore_index=True)
    until = table.groupby("agent")["end"].cummax()
    meets = (table["agent"] == table["agent"].shift()) & (table["start"] < until.shift())
    wrong = meets | meets.shift(-1, fill_value=False)
    for row in table[wrong].itertuples():
        said = N_("{agent} is booked twice on {day}, {start}-{end}: left out.")
        told = {"day": f"{row.start:%Y-%m-%d}", "start": f"{row.start:%H:%M}", "end": f"{row.end:%H:%M}"}
        log.refuse([row.row], said, whole=True, agent=row.agent, **told)
    return table[~wrong], set(zip(table["agent"][wrong], table["day"][wrong], strict=True))
