"""Make vega.min.js: Vega, Vega-Lite and Vega-Embed in one module that draws without a network (`make bundle`).

It is made once for the Vega-Lite version that Altair writes and then shipped, so that no page builds it and no page
fetches it: building it at run time costs about a second and 100 MB in every kernel. Needs `vl-convert-python`.
"""

from pathlib import Path

# Every chart of a page shares it: an app loads it while its kernel works, JupyterLab is given it by the first chart.
SHARE = """
globalThis.ccwbVega = vegaEmbed;
globalThis.dispatchEvent(new Event("ccwb-vega"));
"""
FOLDER = Path(__file__).parents[1] / "share" / "jupyter" / "voila" / "templates" / "ccwb" / "static"


def main():
    """Write the bundle where the apps' template serves it from."""
    import altair
    import vl_convert

    version = ".".join(altair.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    bundle = vl_convert.javascript_bundle(SHARE, vl_version=version)
    (FOLDER / "vega.min.js").write_text(bundle, encoding="utf-8")


if __name__ == "__main__":
    main()
