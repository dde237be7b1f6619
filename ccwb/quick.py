"""What makes the workbook's processes start sooner."""

import sys

ADDRESSES = "rfc3987_syntax"


def jsonschema_alone():
    """Import jsonschema without the grammar of internet addresses that it takes along wherever it finds it.

    The grammar is built anew in every process: a second or more for a check that neither altair, the charts' library,
    nor the server asks for. jsonschema does without it by itself; whoever imports it later still gets it.

    >>> jsonschema_alone(); sys.modules["jsonschema"].__name__
    'jsonschema'
    """
    if ADDRESSES in sys.modules:
        return
    sys.modules[ADDRESSES] = None  # an import of it fails, as where it is not installed
    try:
        import jsonschema  # noqa: F401 - remembered, that is all
    finally:
        del sys.modules[ADDRESSES]
