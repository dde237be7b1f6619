"""The solver's inner functions, compiled by numba where it is installed, as they stand where it is not."""

from functools import cache
from hashlib import sha256
from types import FunctionType, SimpleNamespace

from ccwb.schedule.roster import hunt, moves, response

# what Python calls; the others are called from these alone, and need no way in
CALLED = ("answer", "anew", "gains", "own_cost", "put", "relaxed", "search")


def _functions():
    """The functions of the three rooms, name -> function."""
    rooms = (response, moves, hunt)
    return {
        name: f
        for room in rooms
        for name, f in vars(room).items()
        if isinstance(f, FunctionType) and f.__module__ == room.__name__
    }


@cache
def plain():
    """The functions as they stand."""
    return SimpleNamespace(**_functions())


@cache
def compiled():
    """The functions compiled and kept on disk for the next time; None where numba is not installed.

    Their names on disk carry a sum of all their code, since numba looks only at the file of the one that is called.
    The lock of Python is let go, so that threads run at once.
    """
    try:
        import numba
    except ImportError:
        return None
    functions = _functions()
    code = [(name, f.__code__.co_code, repr(f.__code__.co_consts)) for name, f in sorted(functions.items())]
    stamp = sha256(repr(code).encode()).hexdigest()[:12]
    names = {name: value for room in (response, moves, hunt) for name, value in vars(room).items()}
    for name, function in functions.items():
        copy = FunctionType(function.__code__, names, name)
        copy.__module__, copy.__qualname__ = function.__module__, f"{name}_{stamp}"
        inner = name not in CALLED
        how = {
            "nogil": True,
            "error_model": "numpy",
            "_nrt": False,
            "no_cfunc_wrapper": True,
            "no_cpython_wrapper": inner,
        }
        try:
            names[name] = numba.njit(**how, cache=True)(copy)
        except RuntimeError:  # no folder to write to: compiled anew in each process
            names[name] = numba.njit(**how)(copy)
    return SimpleNamespace(**{name: names[name] for name in functions})
