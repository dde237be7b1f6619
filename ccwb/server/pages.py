"""What the server answers: pages, ways to them, whether a page's kernel is alive, and nothing else."""

import asyncio
import json
from contextvars import ContextVar
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import BytecodeCache
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.utils import url_path_join
from tornado import web
from voila import notebook_renderer
from voila.exporter import VoilaExporter
from voila.static_file_handler import TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from ccwb.errors import PlanError
from ccwb.messages import N_, Catalogue, chosen_language
from ccwb.server.access import HEADER, LINK, OwnKernel, access_of, label, page_of

START = "0_start.ipynb"
COOKIES = "ccwb_"  # cookies of this prefix are handed to the page as HTTP_COOKIE; the login cookie is not
LANGUAGE = COOKIES + "language"  # what this reader chose in the header
_reader = ContextVar("reader", default=None)  # the Catalogue of whoever asked for the page that is being made

# What a page may load: itself. Vega compiles expressions ('unsafe-eval'), widgets are blob: modules, pictures data:.
CONTENT = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; "
    "style-src 'self' 'unsafe-inline' data:; connect-src 'self' {socket} data: blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)

OTHER_PAGE = N_("Your link opens another page of the workbook. Go to the start page: it leads there.")
ERRORS = {
    403: N_("This page is only for visitors with the address that the workbook printed when it was started."),
    404: N_("There is no such page in the workbook."),
    500: N_("This page could not be opened. Reload it; if that does not help, start the workbook again."),
}
ERROR_PAGE = (
    "<!doctype html><html lang='{language}' dir='{direction}'><meta charset='utf-8'>"
    "<meta name='viewport' content='width=device-width'><title>{workbook}</title>"
    "<body style='font: 1.1rem/1.5 system-ui, sans-serif; margin: 15vh auto; "
    "max-width: 36rem; padding: 0 1rem'><p>{sentence}</p><p>"
    "<a href='{start}'>{back}</a></p></body></html>"
)


def reader_of(handler):
    """Return the Catalogue of whoever asks: of the address, of what they chose last, else of their browser."""
    asked = handler.get_query_argument("lang", "")
    preferred = handler.request.headers.get("Accept-Language", "")
    return Catalogue(chosen_language(asked, handler.get_cookie(LANGUAGE, ""), preferred))


class Plain:
    """Errors as a plain page of one sentence and a way back."""

    def write_error(self, status_code, **_):
        say, refused = reader_of(self), getattr(self, "refused", None)
        said = {
            "sentence": say.error(refused) if refused else say(ERRORS.get(status_code, ERRORS[500])),
            "workbook": say(N_("Planning workbook")),
            "back": say(N_("Go to the start page")),
        }
        said = {name: escape(text) for name, text in said.items()}
        start = self.settings.get("base_url", "/")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(ERROR_PAGE.format(language=say.language, direction=say.direction, start=start, **said))


def plain(handler):
    """Return a handler class of others whose error pages are ours.

    Theirs are made from a template that asks for a folder of Jupyter's own, which this server does not have: each
    error would be a second one, with a traceback in the terminal. What answers in JSON stays as it is.
    """
    if issubclass(handler, (APIHandler, Plain)) or not issubclass(handler, JupyterHandler):
        return handler
    return type(handler.__name__, (Plain, handler), {})


class Compiled(BytecodeCache):
    """Templates compiled once for all pages: Voila makes a new environment for each page that opens."""

    def __init__(self):
        self._code = {}

    def load_bytecode(self, bucket):
        checksum, code = self._code.get(bucket.key, (None, None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket):
        self._code[bucket.key] = bucket.checksum, bucket.code


class Exporter(VoilaExporter):
    """Voila's way from a notebook to a page, in its reader's language.

    And without compiling a dozen templates each time (a tenth of a second).
    """

    compiled = Compiled()

    def _create_environment(self):
        environment = super()._create_environment()
        environment.bytecode_cache = self.compiled
        return environment

    def _init_resources(self, resources):
        say = _reader.get() or Catalogue()
        said = {"language_code": say.language, "direction": say.direction, "say": say, "unopened": ERRORS[500]}
        return super()._init_resources(resources) | said


notebook_renderer.VoilaExporter = Exporter  # Voila has no setting for it


class Page(Plain, TornadoVoilaHandler):
    """A notebook as a page. Reads from nowhere but this machine, and keeps the token out of addresses."""

    @property
    def content_security_policy(self):
        return CONTENT.format(socket=f"ws://{self.request.host} wss://{self.request.host}")

    @web.authenticated
    async def get(self, path=""):
        if {"token", LINK} & set(self.request.query_arguments):
            self.redirect(_with_query(self.request.path, self.request.query_arguments))
            return
        if path not in _pages(self.contents_manager.root_dir):
            raise web.HTTPError(404)
        if page_of(self) not in ("", _name_of(path)):
            self.refused = PlanError(OTHER_PAGE)
            raise web.HTTPError(403)
        self.request.headers[HEADER] = label(access_of(self))
        cookies = [f"{name}={morsel.coded_value}" for name, morsel in self.cookies.items() if name.startswith(COOKIES)]
        self.request.headers["Cookie"] = "; ".join(cookies)
        _reader.set(reader_of(self))
        await super().get(path)


class ToPage(Plain, JupyterHandler):
    """`/` goes to the start page and `/staffing` to 3_staffing.ipynb; what follows a ? goes along."""

    @web.authenticated
    def get(self, name=""):
        name = name or page_of(self)
        notebook = START if not name else _notebook_called(self.contents_manager.root_dir, name)
        if notebook is None:
            raise web.HTTPError(404)
        address = url_path_join(self.base_url, "voila", "render", notebook)
        self.redirect(_with_query(address, self.request.query_arguments))


class Alive(OwnKernel, APIHandler):
    """Whether a page's kernel is still there: 200 or 404. Starts nothing, and does not count as use."""

    _track_activity = False

    @web.authenticated
    def get(self, kernel_id=None):
        alive = kernel_id is None or kernel_id in self.kernel_manager
        self.set_status(200 if alive else 404)
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps({"alive": alive}))


class Goodbye(OwnKernel, APIHandler):
    """What a closing tab posts. It carries no XSRF cookie (Voila sends none) and needs none: a kernel in use stays."""

    def check_xsrf_cookie(self):
        """Accept the post: all it can do is to end a kernel which no page is connected to."""

    @web.authenticated
    def post(self, kernel_id):
        self.kernel_manager.said_goodbye(kernel_id)
        self.set_status(204)
        self.finish()


class PageSocket(OwnKernel, Plain, VoilaKernelWebsocketHandler):
    """The connection between a page and its kernel; tells a closed tab from a broken line."""

    def on_close(self):
        kernel_id, kernels = self.kernel_id, self.kernel_manager
        super().on_close()
        if self.close_code in (1000, 1001):  # closed on purpose; the tab is going away. A broken line gives no code.
            kernels.said_goodbye(kernel_id)


class Line(ZMQChannelsWebsocketConnection):
    """What a page and its kernel say to each other; a line that broke and comes back loses nothing of it.

    Jupyter asks the kernel for a sign of life at each connection and throws away what it says until then. Said in the
    midst of a page that shows something new, that was a widget which the browser then could not find.
    """

    _begun_anew = False

    def create_stream(self):
        self._begun_anew = True
        super().create_stream()

    def nudge(self):
        """Ask for a sign of life; not where the channels of the broken line go on, as they are connected already."""
        if self._begun_anew:
            return super().nudge()
        connected = asyncio.get_running_loop().create_future()
        connected.set_result(None)
        return connected


class TemplateFiles(Plain, TemplateStaticFileHandler):
    """The template's own styles, scripts and pictures."""

    def parse_url_path(self, path):
        parts = path.split("/")
        if len(parts) < 3 or parts[1] != "static" or ".." in parts:
            raise web.HTTPError(404)
        return super().parse_url_path(path)


class Nothing(Plain, JupyterHandler):
    """Any other address."""

    async def get(self):
        raise web.HTTPError(404)


def _notebook_called(notebooks, name):
    """Return the file name of the page called `name`: 'staffing' is 3_staffing.ipynb; None where there is none."""
    return next((n for n in _pages(notebooks) if _name_of(n) == name), None)


def _pages(notebooks):
    """Return the file names of the pages; notebooks in a folder of their own are an analyst's, and no pages."""
    return [path.name for path in sorted(Path(notebooks).glob("*.ipynb"))]


def _name_of(notebook):
    """Return the name of a notebook's page.

    >>> _name_of("3_staffing.ipynb"), _name_of("executive.ipynb")
    ('staffing', 'executive')
    """
    return notebook.removesuffix(".ipynb").lstrip("0123456789").lstrip("_")


def _with_query(address, arguments):
    """Return `address` with the query `arguments` (name -> values), without what lets in."""
    pairs = [(n, value) for n, values in arguments.items() for value in values if n not in ("token", LINK)]
    return f"{address}?{urlencode(pairs)}" if pairs else address
