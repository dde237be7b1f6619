"""The pages: what planners, executives and analysts see. A notebook's last cell opens its page with `open_page`."""


def open_page(name):
    """Return the interactive page of a stage, ready to be shown as a notebook cell's last value.

    name : start, setup, mission, forecast, staffing, schedule, action, evaluation or executive.
    """
    from ccwb.ui.shell import open_page as opened

    return opened(name)


def chart(drawing, *, title=""):
    """Return an Altair chart as a widget that draws without a network, in JupyterLab and in the apps alike."""
    from ccwb.ui.charts import Chart

    return Chart.of(drawing, title=title)


__all__ = ["chart", "open_page"]
