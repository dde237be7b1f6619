"""A process that has imported everything once, and of which kernels are born as copies.

A new process that imports numpy, pandas, widgets and charts takes two seconds and 160 MB of its own. A copy of one that
has them is there in a tenth of a second, and shares what neither of the two changes. Linux alone copies safely:
elsewhere kernels start as usual.

    python nursery.py       then a line of JSON: the code to run first; then one line for each kernel wanted

Each kernel's line has `arguments` (of ipykernel), `cwd` and `env`; the answer is a line with its process id. The end of
the input ends the nursery, and every kernel notices that within a second and ends, too.
"""

import gc
import json
import os
import signal
import sys


def main():
    """Read orders until there are no more."""
    orders, answers = _own_line()
    sys.path.pop(0)  # the folder of this file
    sys.modules["jedi"] = None  # completes code that somebody types, 10 MB in every kernel; in a page nobody does
    exec(json.loads(orders.readline() or '""'), {})
    import ipykernel.kernelapp  # noqa: F401 - what every kernel needs

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels: they are gone when they end
    gc.collect()
    gc.freeze()  # what is there now stays where it is, so that the copies go on sharing it
    for line in iter(orders.readline, ""):
        child = os.fork()
        if child == 0:
            orders.close()
            answers.close()
            _become_kernel(json.loads(line))
        answers.write(f"{child}\n")
        answers.flush()


def _own_line():
    """Return input and output of this process, and lay other ones in their place for whatever prints or reads."""
    orders, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return orders, answers


def _become_kernel(order):
    """Be the kernel that `order` describes until it ends; never returns."""
    try:
        parent = os.getppid()
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(order["env"])
        os.chdir(order["cwd"])
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # else all kernels would draw the same numbers
        from ipykernel.kernelapp import IPKernelApp

        arguments = [*order["arguments"], f"--IPKernelApp.parent_handle={parent}"]
        sys.argv = ["ipykernel_launcher", *arguments]
        kernel = IPKernelApp.instance()
        kernel.initialize(arguments)
        _listen()
        kernel.start()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _listen():
    """Let a page ask for all its widgets at once, else it asks for each, half a second later.

    Widgets tell their kernel so when they are imported; these were imported before there was one.
    """
    if "ipywidgets" in sys.modules:
        sys.modules["ipywidgets"].register_comm_target()


if __name__ == "__main__":
    main()
