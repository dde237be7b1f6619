"""The pages: what planners, executives and analysts see. A notebook's last cell opens its page with `open_page`."""

from ccwb.quick import jsonschema_alone

jsonschema_alone()


def open_page(name):
    """Return the interactive page of a stage, ready to be shown as a notebook cell's last value.

    name : start, setup, mission, forecast, staffing, schedule, action, evaluation or executive.
    """
    from ccwb.ui.shell import open_page as opened

    return opened(name)


def rehearse():
    """Open a page once for nobody, in the process that kernels are copies of, and leave nothing of it behind.

    The first page of a process pays for much that is then remembered: locale data, the database's dialect, time zones,
    chart classes. Paid here once, every visitor's page opens a third sooner.
    """
    import ipywidgets

    from ccwb.store import open_store
    from ccwb.ui.frame import Context
    from ccwb.ui.staffing_page import StaffingPage

    store = open_store(read_only=True)
    try:
        StaffingPage(Context(store))
    finally:
        store.close()  # no connection to a database may be copied
        ipywidgets.Widget.close_all()


def chart(drawing, *, title=""):
    """Return an Altair chart as a widget that draws without a network, in JupyterLab and in the apps alike."""
    from ccwb.ui.charts import Chart

    return Chart.of(drawing, title=title)


__all__ = ["chart", "open_page"]
