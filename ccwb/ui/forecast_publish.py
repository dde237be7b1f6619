"""From what the models say to what staffing works with: the draft, what is put on top of it, and its publishing.

The document of the stage holds, beside `made_from` and `result_of` of the published forecast:

    draft          how the draft was made: made_from, beliefs, by, at, model, decisions and starts it was made with;
                   of a file: its name, was (contacts by the models), put_off (ids of adjustments it switched off)
    settings       what is in sight: {draft: its revision, adjustments, scenario, decisions, starts}
    plan_settings  the settings that the published forecast was made with
    published      every publishing, the last one at the end: by, at, contacts
"""

import datetime as dt

from ccwb import cycle as cycles
from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import html, text
from ccwb.ui.text import _, number
from ccwb.ui.widgets import button

SCENARIO = {"at": "expected", "why": ""}
UNTARGETED = N_(
    "{channel} is forecast, but the setup does not have it among the channels of {project}, so staffing knows no "
    "target for it. Add it there, then publish."
)
UNMADE = N_("There is no forecast to publish yet. Press 'Make the forecast' first.")
TYPED = N_("{queue}: no handling time is known. Staffing takes the one typed in the setup: {aht} s.")
UNTYPED = N_("{queue}: no handling time is known, and none is typed in the setup: staffing needs one.")
WAITING = {
    "decisions": N_("Which days it learns from was changed: make the forecast again to see what that gives."),
    "starts": N_("The queues without a history were changed: make the forecast again to see what that gives."),
}
SINCE = {
    "centre": N_("The setup was changed since the forecast was made: make it again to see what that gives."),
    "history": N_("The history was changed since the forecast was made: make it again to see what that gives."),
    "events": N_("The events were changed since the forecast was made: make it again to see what that gives."),
}
NAMELESS = N_("Give your name at the top of the page first: what is published says by whom.")
OTHERS = N_("Somebody else changed this forecast meanwhile. Here it is: look at it, then press again.")


def blank():
    return {"draft": 0, "adjustments": [], "scenario": dict(SCENARIO), "decisions": [], "starts": []}


def published_of(store, cycle_id, projects):
    """Return (projects that have a published forecast in a cycle, the others of which there is something to make)."""
    history = set(store.table_info("history")["project"])
    done, left = [], []
    for project in projects:
        where = {"cycle": cycle_id, "project": project}
        if store.has_rows("forecast", **where):
            done.append(project)
        elif project in history or settings_of(store.load("forecast", **where).data or {})["starts"]:
            left.append(project)
    return done, left


def settings_of(data):
    """Return what is in sight by a document of the stage."""
    return blank() | (data.get("settings") or {})


def with_settings(data, *, published, **changes):
    """Return a document with other settings.  published : there is a published forecast, made with those before."""
    before = settings_of(data)
    base = {"plan_settings": before} if published and "plan_settings" not in data else {}
    return data | base | {"settings": before | changes}


def drafted(store, cycle_id, project, zone):
    """Return the models' forecast; one published without a draft, as older ones are, is its own."""
    place = {"cycle": cycle_id, "project": project, "zone": zone}
    draft = store.read_table("forecast_draft", **place)
    return draft if len(draft) else store.read_table("forecast", **place)


def base(draft, settings):
    """Return the models' forecast at the chosen scenario, before adjustments."""
    at = settings["scenario"].get("at", "expected")
    return draft if at == "expected" or draft.empty else fc.scenario(draft, at=at)


def outlook(draft, settings):
    """Return the forecast in sight: the models' one, at the chosen scenario, with the adjustments.

    Raises PlanError naming an adjustment that reaches nothing of it.
    """
    table = base(draft, settings)
    return fc.adjusted(table, settings["adjustments"]) if settings["adjustments"] and len(table) else table


def in_sight(draft, settings):
    """Return (the outlook without the adjustments that cannot be applied, id -> why each of these cannot)."""
    table, refused = base(draft, settings), {}
    for one in settings["adjustments"] if len(table) else ():
        try:
            table = fc.adjusted(table, [one])
        except PlanError as why:
            refused[one["id"]] = why
    return table, refused


def publish(store, cycle, centre, project, *, by, version=None):
    """Make what is in sight of a project the forecast of the cycle, and keep a copy that never changes.

    version : of the document as the page knows it; PlanError where somebody saved another one since.
    """
    zone = project_of(centre, project)["zone"]
    where = {"cycle": cycle.id, "project": project}
    with store.together():
        now = store.load("forecast", **where)
        if version not in (None, now.version):
            raise PlanError(OTHERS)
        data, draft = dict(now.data or {}), drafted(store, cycle.id, project, zone)
        if draft.empty:
            raise PlanError(UNMADE)
        _check_channels(draft, project_of(centre, project))
        at = _moment(store.revision("forecast_snapshots", **where).at)
        place = {"by": by, "at": at, **where}
        if not store.has_rows("forecast_draft", **where):
            store.write_table("forecast_draft", draft, **place)
        data = with_settings(data, published=False, draft=revision(store, where))
        table = outlook(draft, settings_of(data))
        store.write_table("forecast", table, **place)
        kept = {"by": by, "at": at, "cycle": cycle.id, "mode": "append"}
        store.write_table("forecast_snapshots", table.assign(published=at), **kept)
        data |= {
            "made_from": data.get("draft", {}).get("made_from", data.get("made_from", {})),
            "plan_settings": settings_of(data),
            "settings": settings_of(data),
            "result_of": cycles.result_of(store, cycle.id, "forecast", project=project),
            "published": [*data.get("published", []), _entry(table, by, at)],
        }
        store.save("forecast", data, base=now.version, apart=True, **place)


def _check_channels(draft, project):
    """Raise a PlanError where a draft has a queue that its project does not work."""
    for channel in draft["channel"].unique():
        if channel not in project["channels"]:
            raise PlanError(UNTARGETED, channel=_(CHANNELS[channel].label), project=project["label"])


def take_draft(store, cycle, project, table, *, by, settings=None, **said):
    """Make a table the draft of a project, `said` of how it came about beside it; what it was made from stays noted.

    settings : what is put on top of it from now on, where that is another than before.
    """
    where = {"cycle": cycle.id, "project": project}
    at = dt.datetime.now(dt.UTC)
    with store.together():
        now = store.load("forecast", **where)
        data, published = dict(now.data or {}), store.has_rows("forecast", **where)
        store.write_table("forecast_draft", table, by=by, at=at, **where)
        before = data.get("draft") or {key: data[key] for key in ("made_from", "beliefs") if key in data}
        draft = before | {"by": by, "at": at.isoformat()} | said
        changes = {"draft": revision(store, where)} | (settings or {})
        data = with_settings(data, published=published, **changes) | {"draft": draft}
        store.save("forecast", data, base=now.version, by=by, at=at, apart=True, **where)


def revision(store, where):
    """Return how often a project's draft was written."""
    return store.revision("forecast_draft", **where).number


def _moment(last):
    """Return the present second, or the one after the last publishing: two of them are never the same."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return now if last is None else max(now, last + dt.timedelta(seconds=1))


def _entry(table, by, at):
    contacts = {channel: float(n) for channel, n in table.groupby("channel")["offered"].sum().items()}
    return {"by": by, "at": at.isoformat(), "contacts": contacts}


# in words ------------------------------------------------------------------------------------------------------------
def standing(page):
    """Return how the draft and the published forecast stand, as HTML: published when and by whom, what differs."""
    if page.drafted.empty:
        return ""
    remind = "".join(html.notice(one, "near") for one in since(page))
    if page.published.empty:
        said = _("Not published yet: staffing sees no forecast of this cycle until you publish it.")
        waits = "".join(html.notice(one, "near") for one in waiting(page.kept.data))
        return html.notice(said, "near") + waits + remind
    last = page.kept.data.get("published")
    by, at = (last[-1]["by"], dt.datetime.fromisoformat(last[-1]["at"])) if last else _brought_in(page)
    said = _("Published {when} by {who}: {n}.", when=text.when(at), who=by, n=contacts_said(page))
    other = differs(page.kept.data)
    if not other:
        return html.notice(said, "good") + remind
    waits = _("Staffing works with the published one until you publish again. What differs:")
    return html.notice(said, "good") + html.notice(waits, "near") + html.bullets(other) + remind


def named(page, why):
    """Raise the PlanError `why` where nobody gave a name at the top of the page."""
    if not page.shell.person.strip():
        raise PlanError(why)


def still_off(data):
    """Return the ids of the adjustments that a file brought in switched off and that are off since."""
    put_off = data.get("draft", {}).get("put_off", [])
    return [one["id"] for one in settings_of(data)["adjustments"] if one["off"] and one["id"] in put_off]


def left_off(page):
    """Return what to say, and the way back, where the models' forecast lacks what a file switched off; else nothing."""
    ids, made = still_off(page.kept.data), page.kept.data.get("draft", {})
    if not ids or made.get("file"):
        return []
    said = _("Adjustments that a file switched off when it was brought in, and that are still off: {n}.", n=len(ids))

    def on():
        page.kept.data = page.kept.data | {"draft": made | {"put_off": []}}
        again = [one | {"off": one["off"] and one["id"] not in ids} for one in page.settings["adjustments"]]
        page.set(adjustments=again)

    return [html.html(html.notice(said, "near")), button(_("Switch them on again"), on, page=page)]


def since(page):
    """Return what the forecast in sight was made from and is another since, as sentences."""
    noted = page.kept.data.get("draft", page.kept.data).get("made_from") or {}
    now = cycles.made_from(page.store, page.cycle_id, "forecast", project=page.project)
    return [_(said) for name, said in SINCE.items() if name in noted and noted[name] != now[name]]


def handling_said(page):
    """Return, as HTML, where staffing takes the handling time of queues in sight from that have none; "" for none."""
    rows, own, out = page.forecast, project_of(page.centre(), page.project)["channels"], ""
    known = set(rows.loc[rows["aht_s"] > 0, "channel"]) if "aht_s" in rows else set()
    for channel in (c for c in rows["channel"].unique() if c in own and c not in known):
        queue, typed = _(CHANNELS[channel].label), own[channel].get("aht_s")
        said = _(TYPED, queue=queue, aht=number(typed, int(typed % 1 > 0))) if typed else _(UNTYPED, queue=queue)
        out += html.notice(said, "info" if typed else "near")
    return out


def contacts_said(page):
    """Return the contacts of the published forecast in words: those of the queue in sight, and of all of them."""
    whole, own = page.published, page.of_queue(page.published)
    queue, n = _(CHANNELS[page.queue[1]].label), number(own["offered"].sum())
    if len(own) == len(whole):
        return _("{queue}, {n} contacts in the cycle", queue=queue, n=n)
    return _("{queue}, {n} contacts in the cycle; all queues, {all}", queue=queue, n=n, all=_contacts(whole))


def differs(data):
    """Return what is in sight and not published, as sentences."""
    if "plan_settings" not in data:
        return []
    now, then = settings_of(data), blank() | data["plan_settings"]
    out = []
    if now["draft"] != then["draft"]:
        made = data.get("draft", {})
        when = text.when(dt.datetime.fromisoformat(made["at"])) if made else text.say().missing
        who = made.get("by", text.say().missing)
        out.append(_("The models' forecast was made again {when} by {who}.", when=when, who=who))
    if now["scenario"].get("at") != then["scenario"].get("at"):
        out.append(_("Another scenario is chosen."))
    if now["adjustments"] != then["adjustments"]:
        ids = [{one["id"]: one for one in some["adjustments"]} for some in (now, then)]
        count = sum(ids[0].get(key) != ids[1].get(key) for key in ids[0].keys() | ids[1].keys())
        out.append(_("Adjustments added, changed or taken away: {n}.", n=number(count)))
    return out + waiting(data)


def waiting(data):
    """Return the settings that the forecast has to be made again for, as sentences."""
    made, now = data.get("draft", {}), settings_of(data)
    return [_(said) for name, said in WAITING.items() if now[name] != made.get(name, [])]


def _brought_in(page):
    last = page.store.revision("forecast", cycle=page.cycle_id, project=page.project)
    return last.by or text.say().missing, last.at or dt.datetime.now(dt.UTC)


def _contacts(table):
    return number(table["offered"].sum())
