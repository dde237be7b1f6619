"""A person is taken out of the whole workbook: a stand-in takes the place of their name, and every sum stays."""

import datetime as dt

from ccwb import cycle, reports
from ccwb.messages import N_
from ccwb.ui import html
from ccwb.ui.part import Part
from ccwb.ui.roster_publish import OWN_PAGES, folder_of
from ccwb.ui.setup_parts import ask_first
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form


class Removing(Part):
    """Choose somebody, see what it means, and take them out."""

    title = N_("Take a person out of the workbook")

    def widget(self):
        agents = self.page.store.read_table("agents", all_columns=True)
        named = zip(agents["agent"], agents["name"], strict=True)
        options = [{"value": "", "label": "–"}]
        options += [{"value": key, "label": f"{name} ({key})" if name else key} for key, name in named]
        fields = [
            {"key": "agent", "label": _("Person"), "kind": "select", "options": options},
            {"key": "also", "label": _("Also written as"), "kind": "text"}
            | {"help": _("Other spellings of the name in remarks, with a comma between them.")},
        ]
        self.form = Form(fields, {"agent": "", "also": ""}, on_change=self.page.guard(self._chosen), layout_kind="wide")
        self.ask = html.stack()
        lead = _(
            "For somebody who left, or asks for it. Their key and name are replaced everywhere: in every cycle, in "
            "what was published, in remarks and documents. No sum changes and no approval falls; it cannot be undone."
        )
        return html.stack(html.html(html.paragraph(lead)), self.form, self.ask)

    def _chosen(self, key, value, _final):
        agent = value if key == "agent" else self.form.values["agent"]
        if not agent:
            self.ask.children = ()
            return
        labels = {option["value"]: option["label"] for option in self.form.fields[0]["options"]}
        told = _("{agent} goes for good, wherever the name stands.", agent=labels[agent])
        asked = ask_first(
            _("Take the person out"), told, _("Take out for good"), lambda: self.remove(agent), page=self.page
        )
        self.ask.children = (asked,)

    def remove(self, agent):
        """Take somebody out, and their own page and calendar with them."""
        page, also = self.page, self.form.values.get("also") or ""
        token = (page.store.load(OWN_PAGES).data or {}).get("tokens", {}).get(agent)
        removed = cycle.remove_person(
            page.store,
            agent,
            by=page.person,
            at=dt.datetime.now(dt.UTC),
            spellings=[one.strip() for one in also.split(",") if one.strip()],
        )
        if token:
            reports.withdraw(folder_of(), token=token)
        page.open()
        said = _("{n} cells now say '{name}'.", n=number(sum(removed.places.values())), name=removed.stand_in)
        copy = "" if removed.wiped else _("Another program has the database open; its file still holds the old texts.")
        page.say(f"{said} {copy}".strip(), "good" if removed.wiped else "near")
