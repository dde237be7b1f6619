"""Charts from right to left: a picture drawn for a reader of English, turned about for a reader of Persian.

Time and numbers run from the right, the upright axis stands at the right, and what is written beside a mark stands on
its other side. How the letters run is the browser's part (static/chart.js). So is the legend of the colours: Vega
knows legends from left to right only, so it draws none, and the browser sets its own above the picture.
"""

_SIDES = {"left": "right", "right": "left"}
_STEPS = {"step-after": "step-before", "step-before": "step-after"}  # Vega draws a line from left to right always
_SHIFTS = ("dx", "xOffset")  # pixels to the right
_ACROSS = ("x", "xOffset")


def mirrored(spec):
    """Return a Vega-Lite specification (nested dicts and lists) turned about.

    >>> mirrored({"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": {"x": {"field": "n"}}})["mark"]
    {'type': 'text', 'align': 'right', 'dx': -5}
    """
    if isinstance(spec, list):
        return [mirrored(part) for part in spec]
    if not isinstance(spec, dict):
        return spec
    turned = {name: mirrored(part) for name, part in spec.items() if name not in ("data", "datasets")}
    turned |= {name: spec[name] for name in ("data", "datasets") if name in spec}
    if isinstance(turned.get("mark"), dict):
        turned["mark"] = _mark(turned["mark"])
    if isinstance(turned.get("encoding"), dict):
        turned["encoding"] = {name: _channel(name, channel) for name, channel in turned["encoding"].items()}
    return turned


def legend(spec):
    """Return what the legend of a specification's colours is about: its title, and whether it is a ramp; {} for none.

    >>> legend({"encoding": {"color": {"field": "agents", "type": "quantitative", "title": "agents"}}})
    {'title': 'agents', 'ramp': True}
    """
    if isinstance(spec, list):
        return next(filter(None, map(legend, spec)), {})
    if not isinstance(spec, dict):
        return {}
    color = spec.get("encoding", {}).get("color", {})
    if _has_legend(color):
        own = color.get("legend") or {}
        title = own["title"] if "title" in own else color.get("title")
        return {"title": title or "", "ramp": color.get("type") == "quantitative"}
    return next(filter(None, (legend(spec[name]) for name in ("layer", "vconcat", "hconcat") if name in spec)), {})


def _has_legend(color):
    return bool({"field", "datum"} & set(color)) and color.get("legend", {}) is not None


def _mark(mark):
    """Return a mark's words on its other side, its shifts and steps the other way.

    >>> _mark({"type": "line", "interpolate": "step-after"})
    {'type': 'line', 'interpolate': 'step-before'}
    """
    mark = dict(mark)
    if mark.get("align") in _SIDES:
        mark["align"] = _SIDES[mark["align"]]
    if mark.get("interpolate") in _STEPS:
        mark["interpolate"] = _STEPS[mark["interpolate"]]
    for shift in _SHIFTS:
        if isinstance(mark.get(shift), (int, float)):
            mark[shift] = -mark[shift]
    return mark


def _channel(name, channel):
    if name in _ACROSS and isinstance(channel, dict):
        return _across(channel)
    if name == "color" and isinstance(channel, dict) and _has_legend(channel):
        return channel | {"legend": None}
    if name == "y" and isinstance(channel, dict) and channel.get("axis", {}) is not None and "value" not in channel:
        axis = channel.get("axis") or {}
        return channel | {"axis": axis | {"orient": _SIDES.get(axis.get("orient"), "right")}}
    return channel


def _across(channel):
    """Return a place across, counted from the right: of a scale, or in pixels."""
    if "value" in channel:
        pixels = channel["value"]
        return channel | {"value": {"expr": f"width - {pixels}"}} if isinstance(pixels, (int, float)) else channel
    if channel.get("scale", {}) is None:
        return channel
    scale = channel.get("scale") or {}
    return channel | {"scale": scale | {"reverse": not scale.get("reverse", False)}}
