"""The workbook in the browser: Voila with the workbook's own rules.

A page is a notebook with a Python process (a kernel) of its own behind it. What differs from a plain Voila:

- **Spare kernels.** A few kernels wait with everything imported that the notebooks import. A page takes one, whichever
  page it is, so two spares serve ten pages; one is made at a time, so that nothing competes with a page that opens.
- **Copies.** On Linux every kernel is a copy of one process that imported everything: quick, and most memory is shared.
- **No kernel outlives its page.** It ends when its last tab is gone; a broken connection is given time to come back.
- **Nothing is a file.** Only the template's own files, Voila's scripts and the pages are served; all else is 404.
- **A link opens one page.** Whoever came by a signed link reaches that page and its own process, nothing else.
- **Nothing leaves the machine.** The browser itself is told to refuse any foreign host (Content-Security-Policy).
"""

import asyncio
import logging
import os
import secrets
import shutil
import signal
from pathlib import Path

import tornado.ioloop
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.utils import url_path_join
from jupyterlab_server.themes_handler import ThemesHandler
from tornado.netutil import bind_sockets
from traitlets import Callable, Unicode
from traitlets.config import Config
from voila.app import Voila, _kernel_id_regex
from voila.static_file_handler import MultiStaticFileHandler

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.server.access import ASKS, HEADER, Doors, OwnKernel
from ccwb.server.kernels import Kernels, warm_up_code
from ccwb.server.pages import Alive, Goodbye, Line, Nothing, Page, PageSocket, TemplateFiles, ToPage, plain

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SHARE = Path(__file__).parents[1] / "ui" / "share" / "jupyter"  # our Voila template lies below it
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
HOUR_S = 3600
UPLOAD_BYTES = 64 * 1024 * 1024  # a file of 25 MB travels in one message, with room to spare
PING_MS = 30_000
# A connection that left two of these unanswered is taken for broken. It has to be more than one: when a ping goes out,
# the last answer is as old as the one before, and a connection that is well would be cut at each, with what was on it.
UNANSWERED = 2.5
# What a page shows is the last of the hundreds of messages that it makes when it opens. Where many open at once, those
# are read long after the page is made; after this it is shown without (4 s left pages empty), and tries again.
READ_S = 60
EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]


class Workbook(Voila):
    """The server of the workbook's pages."""

    config_file_paths = ()  # the user's own Voila settings are for other notebooks
    announce = Callable(None, allow_none=True, help="Called with the address once the server answers.")
    secret = Unicode("", help="The token a visitor must show; empty where only this machine can reach the server.")
    only = Unicode("", help="The one page that is served; empty for all of them.")
    _store = None

    theirs = (  # of Voila's own handlers; its file, tree and contents handlers are left out
        KernelHandler,
        MultiStaticFileHandler,
        ThemesHandler,
        FileFindHandler,
    )

    @property
    def address(self):
        """Where a browser finds the start page."""
        host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}.get(self.ip, self.ip)
        return f"http://{host}:{self.port}{self.base_url}" + (f"?token={self.secret}" if self.secret else "")

    def init_settings(self):
        settings = super().init_settings()
        settings["allow_remote_access"] = bool(self.secret)
        settings["ccwb_only"], settings["ccwb_store"] = self.only, self.store
        self.kernel_manager.warm_up = warm_up_code(self.root_dir)
        return settings

    def store(self):
        """Return the workbook's store, to read from; it is opened when the first link has to be looked at."""
        from ccwb.store import open_store

        self._store = self._store or open_store(read_only=True)
        return self._store

    def init_handlers(self):
        """Only what the workbook needs: an allow-list over Voila's own handlers, and 404 for everything else."""
        page = {"template_paths": self.template_paths, "config": self.config}
        page["voila_configuration"] = self.voila_configuration
        ours = [
            (r"", ToPage),
            (r"([a-z]+)/?", ToPage),
            (r"ccwb/alive", Alive),
            (r"ccwb/alive/" + _kernel_id_regex, Alive),
            (rf"api/kernels/{_kernel_id_regex}/channels", PageSocket),
            (rf"voila/api/shutdown/{_kernel_id_regex}", Goodbye),
            (r"voila/render/(.*)", Page, page),
            (r"voila/templates/(.*)", TemplateFiles),
        ]
        login = [handler for handler in self.identity_provider.get_handlers() if "login" in handler[0]]
        theirs = [handler for handler in super().init_handlers() if handler[1] in self.theirs]
        theirs = [(path, _kept_apart(plain(kind)), *rest) for path, kind, *rest in login + theirs]
        ours = [(url_path_join(self.server_url, path), *rest) for path, *rest in ours]
        return [*theirs, *ours, (r".*", Nothing)]

    def start(self):
        """Serve until stopped, and leave nothing behind."""
        try:
            super().start()
        finally:
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    def listen(self):
        """Serve until stopped; a busy port is an error, never silently another one."""
        self.ioloop = tornado.ioloop.IOLoop.current()
        signal.signal(signal.SIGINT, self._handle_signal_stop)
        self.ioloop.add_callback(self._ready)
        try:
            self.app.listen(self.port, self.ip)
            self.ioloop.start()
        except OSError as error:
            raise cannot_listen(self.ip, self.port, error) from error

    def _handle_signal_stop(self, signum, _frame):
        """Stop in order: first the kernels, then the server. A second Ctrl-C, or one while nothing runs, stops at once.

        Voila sends the process's signals here as soon as the server is made, which may never be started.
        """
        if not getattr(self, "ioloop", None) or not self.ioloop.asyncio_loop.is_running():
            raise SystemExit(128 + signum)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.ioloop.asyncio_loop.call_soon_threadsafe(lambda: asyncio.ensure_future(self._leave()))

    async def _leave(self):
        try:
            await self.kernel_manager.shutdown_all()
        finally:
            self.ioloop.stop()

    async def _ready(self):
        self.kernel_manager.begin()
        await self.kernel_manager.warm()  # whoever gets the address finds a page that opens at once
        if self.announce:
            self.announce(self.address)


def workbook(*, ip="127.0.0.1", port=8866, notebooks=NOTEBOOKS, token="", spares=2, only="", announce=None):
    """Return the server, ready to `start()`; `announce` is called with its address once it answers.

    ip, port : where it listens.  notebooks : the folder of pages.  spares : kernels kept ready, 0 for none (each takes
    about 50 MB on Linux, 170 MB elsewhere).  token : what a visitor must show; where none is given, nothing as long as
    only this machine can reach the server, else a new secret, which is part of the address.  only : the one page that
    is served ("executive"); "" for all of them.
    """
    if not token and ip not in LOOPBACK:
        token = secrets.token_urlsafe(24)
    for log in ("access", "general", "application"):  # a page of yesterday that asks for its kernel is no news
        logging.getLogger(f"tornado.{log}").setLevel(logging.ERROR)
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(SHARE), os.environ.get("JUPYTER_PATH")]))
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # our own kernel and widgets before those in the user's home
    os.environ[ASKS] = "1" if token else ""  # what a page's process is told
    server = Workbook(config=settings(ip=ip, port=port, notebooks=notebooks, token=token, spares=spares))
    server.announce, server.secret, server.only = announce, token, only
    server.initialize(argv=[])
    return server


def settings(*, ip, port, notebooks, token, spares):
    """Return Voila's configuration for the workbook."""
    c = Config()
    c.Voila.update(ip=ip, port=port, root_dir=str(notebooks), token=token, open_browser=False, log_level="ERROR")
    c.Voila.update(kernel_websocket_connection_class=Line, identity_provider_class=Doors)
    c.Voila.tornado_settings = {
        "websocket_max_message_size": UPLOAD_BYTES,
        "ws_ping_interval": PING_MS,
        "ws_ping_timeout": UNANSWERED * PING_MS,
        "static_immutable_cache": ["/voila/labextensions/"],  # the names of these files change with what is in them
    }
    c.VoilaConfiguration.update(
        template="ccwb" if template_exists() else "lab",
        allow_template_override="NO",
        allow_theme_override="NO",
        strip_sources=True,
        show_tracebacks=False,
        file_allowlist=[],
        extension_allowlist=EXTENSIONS,
        http_header_envs=["Cookie", "Accept-Language", HEADER],
        multi_kernel_manager_class=Kernels,
    )
    c.VoilaExecutor.iopub_timeout = READ_S
    c.Kernels.spares = spares
    c.MappingKernelManager.update(cull_idle_timeout=4 * HOUR_S, cull_interval=300, cull_connected=True)
    c.KernelRestarter.restart_limit = 0  # a restarted kernel has lost the page's state: better that the page says so
    c.TagRemovePreprocessor.update(enabled=True, remove_cell_tags={"analyst"})
    return c


def _kept_apart(handler):
    """Return a handler class that speaks to nobody's process but the visitor's own."""
    return type(handler.__name__, (OwnKernel, handler), {}) if issubclass(handler, KernelHandler) else handler


def template_exists():
    """Return whether the workbook's own page template is there."""
    return (SHARE / "voila" / "templates" / "ccwb" / "index.html.j2").exists()


def check_port(ip, port):
    """Raise PlanError where the server could not listen on `ip` and `port`."""
    try:
        for listener in bind_sockets(port, ip):
            listener.close()
    except OSError as error:
        raise cannot_listen(ip, port, error) from error


def cannot_listen(ip, port, error):
    """Return the PlanError that says why the server cannot listen on `ip` and `port`, and what to do."""
    return PlanError(
        N_(
            "The workbook cannot use port {port} on {ip}: {reason}. Is a workbook running already? Then open "
            "http://{ip}:{port}. Otherwise choose another port: 'PORT={other} make apps' or 'ccwb apps --port {other}'."
        ),
        port=str(port),
        ip=ip,
        reason=(error.strerror or str(error)).lower(),
        other=str(port + 1),
    )
