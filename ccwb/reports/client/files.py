"""Reports as files: what they are called, and those of all clients at once, a folder for each."""

import re
from pathlib import Path

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.reports.client.pdf import as_pdf
from ccwb.reports.client.sheets import as_excel
from ccwb.reports.client.web import as_html

FORMS = {"html": as_html, "pdf": as_pdf, "xlsx": as_excel}
MIME = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_name(made, form):
    """Return the name of a report's file: the client's own name and project, and the period; nothing of others.

    >>> file_name({"client": "Velmora Power", "label": "Customer service", "period": "2026-09"}, "pdf")
    'Velmora-Power-Customer-service-2026-09.pdf'
    """
    whole = "-".join(filter(None, [made["client"], made["label"]]))
    period = made["period"] if made["period"] != "cycle" else f"{made['first_day']}-{made['last_day']}"
    return f"{_plain(whole)}-{period}.{form}"


def write_reports(reports, folder, *, language="en", forms=tuple(FORMS)):
    """Write each report's files into a folder of its own below `folder`; return the files' paths, in order.

    reports : what `gather` gave, one for each client.  Each folder is named by its client alone, so that it can be
    handed over as it is; a second project of that name gets a number of its own.
    PlanError where a form cannot be made, before anything is written, or where the folder cannot be written to.
    """
    made = [{form: FORMS[form](one, language=language) for form in forms} for one in reports]
    paths, taken = [], set()
    try:
        for report, files in zip(reports, made, strict=True):
            place = Path(folder) / _once(_plain(report["client"] or report["label"]), taken)
            place.mkdir(parents=True, exist_ok=True)
            for form, data in files.items():
                path = place / file_name(report, form)
                path.write_bytes(data.encode() if isinstance(data, str) else data)
                paths.append(path)
    except OSError:
        raise PlanError(
            N_("The reports cannot be written to the folder '{folder}'. Choose one that you may write to."),
            folder=Path(folder).name,
        ) from None
    return paths


def _plain(name):
    """Return a name as any computer takes it for a file: letters and digits of any script, hyphens between."""
    return re.sub(r"[^\w]+", "-", name, flags=re.UNICODE).strip("-_")[:80] or "report"


def _once(name, taken):
    number, unique = 1, name
    while unique.casefold() in taken:
        number += 1
        unique = f"{name}-{number}"
    taken.add(unique.casefold())
    return unique
