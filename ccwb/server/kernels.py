"""The processes behind the pages: a few wait ready, and none outlives its page."""

import ast
import asyncio
import json
import os
import time
from pathlib import Path

import tornado.ioloop
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Float, Integer, default

from ccwb.server.access import ENVIRONMENT
from ccwb.server.births import POSSIBLE, BornKernel, Nursery

KERNEL = "python3"
QUIET = {"extra_arguments": ["--log-level=ERROR", "--HistoryManager.enabled=False"]}  # no warnings, no history file
PAGES = Path(__file__).parents[1] / "ui"
STARTING_S = 60
HAND_OVER_S = 10
LEAVING_S = 10  # a connection that breaks so soon after a goodbye was closed with the tab


class Kernels(AsyncMappingKernelManager):
    """The processes behind the pages: spares at the ready, and none that outlives its page."""

    spares = Integer(2, config=True, help="How many kernels wait, imports done, for the next pages to open.")
    refill_s = Float(2.0, config=True, help="Seconds after a page took a spare before the next is made.")
    goodbye_s = Float(5.0, config=True, help="Seconds a kernel lives on after its last tab was closed.")
    lost_s = Float(
        600.0,
        config=True,
        help="Seconds a kernel waits for a page whose connection broke without a goodbye (a network break, a crashed "
        "browser, a laptop that sleeps), or which never connected.",
    )

    look_s = Float(1.0, config=True, help="Seconds between two looks for kernels whose time is over.")

    @default("kernel_manager_class")
    def _born_here(self):
        return f"{BornKernel.__module__}.{BornKernel.__name__}"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.warm_up = ""
        self.nursery = None
        self._making = []  # tasks, each ending in the id of a warm kernel; the oldest first
        self._spare = {}  # kernel id -> the client that prepares it
        self._ends_at = {}  # kernel id -> time.monotonic() from which on it ends unless a page connects
        self._handed_out = {}  # the kernels that pages were given -> what their visitor may open, as text
        self._left_at = {}  # kernel id -> time.monotonic() of the last goodbye
        self._starting = None  # the start of the spare that is being made
        self._sweeper = tornado.ioloop.PeriodicCallback(self._sweep, 1000 * self.look_s)

    def begin(self):
        """Start to make spares and to watch for kernels without a page. Call once, inside the running loop."""
        self._sweeper.start()
        if POSSIBLE:
            self.nursery = Nursery(self.warm_up + (REHEARSAL if "ccwb.ui" in self.warm_up else ""))
        self._refill()

    async def warm(self):
        """Wait until the first spare is ready, or cannot be made."""
        await asyncio.gather(*self._making[:1], return_exceptions=True)

    async def start_kernel(self, *, env=None, kernel_name=KERNEL, **kwargs):
        """Return the id of a kernel for a page: a spare where there is one, told the request; else a new one."""
        kernel_id = await self._take(env or {}) if kernel_name == KERNEL else None
        if kernel_id is None:
            kernel_id = await super().start_kernel(env=env, kernel_name=kernel_name, **QUIET, **kwargs)
        self._handed_out[kernel_id] = (env or {}).get(ENVIRONMENT, "")
        self._end_after(kernel_id, self.lost_s)
        return kernel_id

    async def _take(self, env):
        """Return the id of a spare kernel that carries `env`, or None where there is none."""
        while self._making:
            making = self._making.pop(0)
            asyncio.get_running_loop().call_later(self.refill_s, self._refill)
            try:
                kernel_id = await making
            except Exception:  # said already where it was made; the page gets another kernel
                continue
            if await self._hand_over(kernel_id, env):
                return kernel_id
        return None

    async def _hand_over(self, kernel_id, env):
        """Tell a spare the environment of its page; return whether it took it."""
        client = self._spare.pop(kernel_id)
        try:
            if kernel_id in self:
                await self._run(client, _environment_code(env), timeout_s=HAND_OVER_S)
                return True
        except Exception as error:
            self.log.error("A spare kernel could not be used, a new one starts instead: %s", error)
            self._ends_at[kernel_id] = time.monotonic()
        finally:
            client.stop_channels()
        return False

    def _refill(self):
        """Begin one spare if one is wanted and none is in the making; it begins the next when it is warm."""
        if len(self._making) < self.spares and all(task.done() for task in self._making):
            task = asyncio.ensure_future(self._make_spare())
            self._making.append(task)
            task.add_done_callback(self._made)

    def _made(self, task):
        if not task.cancelled() and task.exception() is None:
            self._refill()
        elif task in self._making:
            self._making.remove(task)
            if not task.cancelled():
                self.log.error("A spare kernel could not be made: %s", task.exception())

    async def _make_spare(self):
        start = super().start_kernel(kernel_name=KERNEL, path="", env=dict(os.environ), **QUIET)
        self._starting = asyncio.ensure_future(start)
        kernel_id = await asyncio.shield(self._starting)  # a process half started could not be stopped
        self._spare[kernel_id] = client = self.get_kernel(kernel_id).client()
        try:
            client.start_channels()
            await client.wait_for_ready(timeout=STARTING_S)
            await self._run(client, self.warm_up)
        except Exception:
            self._spare.pop(kernel_id).stop_channels()
            self._ends_at[kernel_id] = time.monotonic()
            raise
        return kernel_id

    async def _run(self, client, code, timeout_s=STARTING_S):
        reply = await client.execute(code, silent=True, store_history=False, reply=True, timeout=timeout_s)
        if reply["content"]["status"] != "ok":
            self.log.error("A kernel could not be prepared: %s", reply["content"].get("evalue"))

    def begun_for(self, kernel_id):
        """Return what the visitor may open whose page has this kernel, as text; None where no page has it."""
        return self._handed_out.get(kernel_id)

    def notify_connect(self, kernel_id):
        """A page has connected: its kernel stays."""
        super().notify_connect(kernel_id)
        self._ends_at.pop(kernel_id, None)

    def notify_disconnect(self, kernel_id):
        """A connection is gone. The page may come back: wait; but not long where it has just said goodbye."""
        super().notify_disconnect(kernel_id)
        leaving = time.monotonic() - self._left_at.pop(kernel_id, -LEAVING_S) < LEAVING_S
        self._end_after(kernel_id, self.goodbye_s if leaving else self.lost_s)

    def said_goodbye(self, kernel_id):
        """The tab was closed, or went to another page: its kernel ends soon, unless another tab still uses it.

        The word may come before the connection goes, and the connection may go without a word.
        """
        if kernel_id in self._handed_out:
            self._left_at[kernel_id] = time.monotonic()
        self._end_after(kernel_id, self.goodbye_s)

    def _end_after(self, kernel_id, seconds):
        if kernel_id in self._handed_out and not self._kernel_connections.get(kernel_id):
            self._ends_at[kernel_id] = time.monotonic() + seconds

    async def _sweep(self):
        due = [kernel_id for kernel_id, moment in self._ends_at.items() if moment <= time.monotonic()]
        for kernel_id in due:
            del self._ends_at[kernel_id]
            self._left_at.pop(kernel_id, None)
        ended = [self.shutdown_kernel(k) for k in due if k in self and not self._kernel_connections.get(k)]
        for result in await asyncio.gather(*ended, return_exceptions=True):
            if isinstance(result, Exception):
                self.log.error("A kernel did not end cleanly: %s", result)

    async def cull_kernel_if_idle(self, kernel_id):
        """End a kernel nobody has used for hours; a waiting spare is not idle."""
        if kernel_id in self._handed_out:
            await super().cull_kernel_if_idle(kernel_id)

    async def shutdown_all(self, now=False):
        """End every kernel, those in the making too."""
        self._sweeper.stop()
        self.spares = 0
        for task in self._making:
            task.cancel()
        await asyncio.gather(*self._making, *filter(None, [self._starting]), return_exceptions=True)
        waiting = [kernel_id for kernel_id in self.list_kernel_ids() if kernel_id not in self._handed_out]
        await asyncio.gather(*(self.shutdown_kernel(kernel_id, now=True) for kernel_id in waiting))
        await super().shutdown_all(now=now)
        if self.nursery is not None:
            await self.nursery.close()


# Run where kernels are copied from, after the imports: what a first page pays for is paid there, once.
REHEARSAL = """
def _rehearse():
    try:
        from ccwb.ui import rehearse
        rehearse()
    except Exception as error:
        import logging
        logging.getLogger("ccwb").warning("No page could be rehearsed: %s", error)
_rehearse()
del _rehearse
"""


def warm_up_code(notebooks):
    """Return code that imports what the notebooks import, for a kernel that waits. An import that fails is left out.

    Notebooks open their pages by name, so that whoever imports ccwb.ui gets every page module with it.
    """
    imports = set()
    for path in sorted(Path(notebooks).glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                imports |= set(_imports("".join(cell["source"])))
    if any("ccwb.ui" in line for line in imports):
        imports |= {f"import ccwb.ui.{path.stem}" for path in PAGES.glob("*_page.py")}
    return (
        f"def _warm_up():\n    for line in {sorted(imports)!r}:\n        try:\n            exec(line, {{}})\n"
        "        except Exception:\n            pass\n_warm_up()\ndel _warm_up\n"
    )


def _imports(source):
    """Yield the import statements of a cell; none where it is not plain Python.

    >>> list(_imports("from ccwb import cycle\\ncycle.stages()"))
    ['from ccwb import cycle']
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return
    yield from (ast.unparse(s) for s in statements if isinstance(s, (ast.Import, ast.ImportFrom)))


def _environment_code(env):
    """Return code that gives a waiting kernel the environment of its page, as far as it differs from the server's."""
    new = {str(name): str(value) for name, value in env.items() if os.environ.get(name) != value}
    return f"import os\nos.environ.update({new!r})\ndel os"
