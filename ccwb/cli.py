"""The command line: `ccwb apps`, `link`, `lab`, `demo`, `import`, `report`, `version`. The only module that prints."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import LANGUAGES, N_
from ccwb.quick import jsonschema_alone

EXAMPLES = """\
examples:
  ccwb apps                            open the workbook at http://127.0.0.1:8866
  ccwb apps --port 8867 --open         on another port, and show it in the browser
  ccwb apps --database ours.db --blank begin a workbook of your own, without the sample centre
  ccwb link executive                  an address that opens the executive page alone, for a director
  ccwb lab                             the same notebooks in JupyterLab, where every cell can be read and changed
  ccwb demo                            make a fresh sample workbook beside yours, in workbook/demo.db
  ccwb import calls.csv --project service --channel voice
                                       read a history from a file into the workbook
  ccwb report --to reports             every client's report: page, PDF and Excel file, a folder for each client

The workbook database is a file unless CCWB_DATABASE or --database names another (any SQLAlchemy address works).
"""

# JupyterLab asks the network for its news, its newest version and extensions unless it is told not to.
NO_CALLS = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)

ALONE = ("executive",)  # the pages that can be given to somebody alone

# What --answer may say unasked: it then stands above what the file itself seems to say.
FURTHER_ANSWERS = ("interval_s", "answer_within_s", "repeats", "date_order", "decimal", "times_zone")


def main(arguments=None):
    """Run the command line; return its exit code: 0, 2 where the user can put it right, 130 after Ctrl-C."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small regressions: threads only wait for each other
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except PlanError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser():
    parser = argparse.ArgumentParser(
        prog="ccwb",
        description="The Contact Centre Planning Workbook: from mission to evaluation, in the browser.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=lambda _: parser.print_help())
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _apps_parser(commands)
    _link_parser(commands)
    _lab_parser(commands)
    _demo_parser(commands)
    _import_parser(commands)
    _report_parser(commands)
    version = commands.add_parser("version", help="say which version this is")
    version.set_defaults(run=_version)
    return parser


def _apps_parser(commands):
    apps = commands.add_parser("apps", help="open the workbook in the browser")
    apps.add_argument("--port", type=_port, default=8866, help="where it listens (default: 8866)")
    apps.add_argument("--ip", default="127.0.0.1", help="which address it listens on (default: this machine alone)")
    apps.add_argument("--database", metavar="URL", help="the workbook database: a file or an SQLAlchemy address")
    apps.add_argument("--no-preheat", action="store_true", help="keep no process ready: less memory, pages open later")
    apps.add_argument("--blank", action="store_true", help="begin without the sample centre where there is none yet")
    apps.add_argument("--only", metavar="PAGE", choices=ALONE, help="serve one page and nothing else: executive")
    apps.add_argument("--open", action="store_true", help="show the workbook in the browser")
    apps.set_defaults(run=_apps)


def _link_parser(commands):
    link = commands.add_parser(
        "link",
        help="make an address that opens one page alone",
        description="Make an address that opens one page of a workbook that asks for a token, and nothing else in it.",
    )
    link.add_argument("page", nargs="?", choices=ALONE, default="executive", help="the page (default: executive)")
    link.add_argument("--days", type=_days, default=90, help="how long it is good (default: 90 days)")
    link.add_argument("--address", default="http://127.0.0.1:8866", help="where readers reach the workbook")
    link.add_argument("--withdraw", action="store_true", help="end every link made so far; make none")
    link.add_argument("--by", help="who does it (default: your login name)")
    link.add_argument("--database", metavar="URL", help="the workbook database: a file or an SQLAlchemy address")
    link.set_defaults(run=_link)


def _lab_parser(commands):
    lab = commands.add_parser("lab", help="open the same notebooks in JupyterLab")
    lab.add_argument("--port", type=_port, default=8888, help="where it listens (default: 8888)")
    lab.add_argument("--database", metavar="URL", help="the workbook database: a file or an SQLAlchemy address")
    lab.add_argument("--no-open", action="store_true", help="do not show it in the browser")
    lab.set_defaults(run=_lab)


def _demo_parser(commands):
    demo = commands.add_parser("demo", help="make a fresh sample workbook")
    demo.add_argument(
        "file", nargs="?", default="workbook/demo.db", help="the file to make (default: workbook/demo.db)"
    )
    demo.add_argument("--force", action="store_true", help="make it anew where it is there already")
    demo.set_defaults(run=_demo)


def _import_parser(commands):
    take = commands.add_parser(
        "import",
        help="read a history file into the workbook",
        description="Read a CSV or Excel file into the workbook and say what was read, repaired and refused.",
        epilog="example: ccwb import calls.csv --project service --channel voice --answer interval_s=1800",
    )
    take.add_argument("file", help="the CSV or Excel file, at most 25 MB")
    take.add_argument("--project", required=True, help="the project it belongs to, where no column says so")
    take.add_argument("--channel", required=True, choices=CHANNELS, help=f"the channel: {', '.join(CHANNELS)}")
    take.add_argument("--zone", help="the time zone of its times, such as Europe/Berlin (default: the project's)")
    take.add_argument(
        "--answer", action="append", default=[], metavar="NAME=VALUE", help="answer a question it leaves open"
    )
    take.add_argument("--by", help="who imports it (default: your login name)")
    take.add_argument("--database", metavar="URL", help="the workbook database: a file or an SQLAlchemy address")
    take.set_defaults(run=_import)


def _report_parser(commands):
    report = commands.add_parser("report", help="make the reports of all clients, a folder for each")
    report.add_argument("--cycle", help="the cycle, by its name (default: the last one with actual figures)")
    report.add_argument("--month", default="cycle", metavar="2026-09", help="the month (default: the whole cycle)")
    report.add_argument("--language", default="en", choices=LANGUAGES, help=f"one of {', '.join(LANGUAGES)}")
    report.add_argument("--to", required=True, metavar="FOLDER", help="the folder to write to")
    report.add_argument("--database", metavar="URL", help="the workbook database: a file or an SQLAlchemy address")
    report.set_defaults(run=_report)


def _apps(options):
    jsonschema_alone()
    from ccwb.server import check_port, workbook

    check_port(options.ip, options.port)
    _use(_database(options.database), blank=options.blank)
    _say("Starting the workbook ...")

    def announce(address):
        _say(f"The workbook is at {address}")
        _say("Stop it with Ctrl-C.")
        if options.open:
            import webbrowser

            webbrowser.open(address)

    server = workbook(
        ip=options.ip,
        port=options.port,
        token=os.environ.get("CCWB_TOKEN", ""),
        spares=0 if options.no_preheat else 2,
        only=options.only or "",
        announce=announce,
    )
    server.start()
    _say("The workbook has stopped.")


def _link(options):
    import datetime as dt
    import getpass

    from ccwb.server.links import secret_of, sign, withdraw
    from ccwb.store import open_store

    _use_only(_database(options.database))
    now, by = dt.datetime.now(dt.UTC), options.by or getpass.getuser()
    with open_store() as store:
        if options.withdraw:
            withdraw(store, by=by, at=now)
            _say("No link that was made so far opens anything any more.")
            return
        token = sign(
            {"page": options.page}, secret=secret_of(store, by=by, at=now), expires=now + dt.timedelta(options.days)
        )
    _say(f"{options.address.rstrip('/')}/{options.page}?link={token}")


def _report(options):
    import datetime as dt

    from ccwb.reports import client
    from ccwb.store import open_store

    _use_only(_database(options.database))
    with open_store(read_only=True) as store:
        when = {"period": options.month, "made_at": dt.datetime.now(dt.UTC)}
        reports, errors = client.gather_all(store, cycle=client.cycle_named(store, options.cycle), **when)
    for path in client.write_reports(reports, options.to, language=options.language):
        _say(str(path))
    for error in errors:
        print(error, file=sys.stderr)
    return 0 if reports else 2


def _lab(options):
    from ccwb.server import NOTEBOOKS, SHARE, check_port

    check_port("127.0.0.1", options.port)
    _use(_database(options.database))
    ours = [str(SHARE / "config"), os.environ.get("JUPYTER_CONFIG_PATH")]  # it does not ask whether it may call out
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, ours))
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={NOTEBOOKS}", "--ip=127.0.0.1", *NO_CALLS]
    command += [f"--port={options.port}", "--ServerApp.port_retries=0", *(["--no-browser"] if options.no_open else [])]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container there is often no other user; it has its token
        command.append("--allow-root")
    return subprocess.run(command, check=False).returncode


def _demo(options):
    path = Path(options.file)
    if path.exists() and not options.force:
        raise PlanError(
            N_("The file {name} is there already and was left as it is. Name another one, or add --force."),
            name=path.name,
        )
    _new_sample(path)
    _say(f"Open it with: ccwb apps --database {options.file}")


def _import(options):
    import datetime as dt
    import getpass

    from ccwb.store import open_store

    _use(_database(options.database))
    with open_store() as store:
        intake = _read(options, store)
        _say_report(intake.report)
        by = options.by or getpass.getuser()
        with store.together():
            for name, table in intake.tables.items():
                store.write_table(name, table, by=by, at=dt.datetime.now(dt.UTC), mode="merge")
                _say(f"The workbook now has these {len(table):,} rows in its table '{name}'.")


def _read(options, store):
    """Return what the file holds, read with the likelier answers and the ones given with --answer."""
    from ccwb.intake import convert, propose, read_file
    from ccwb.projects import blank_centre, project_of

    project = project_of(store.load("centre").data or blank_centre(), options.project)
    path = Path(options.file)
    if not path.is_file():
        raise PlanError(N_("There is no file '{name}' here. Check its name and folder."), name=options.file)
    raw = read_file(path.read_bytes(), name=path.name)
    proposal = propose(raw)
    given = _given(options.answer, proposal)
    answers = proposal.suggestions | given
    for question in proposal.questions:
        if question.name not in answers:
            raise PlanError(
                N_("{question} Answer with --answer {name}=VALUE, where VALUE is one of: {choices}."),
                question=str(question.text),
                name=question.name,
                choices=", ".join(question.choices),
            )
        if question.name not in given:
            _say(_taken(question))
    zone = options.zone or project["zone"]
    return convert(raw, proposal, project=project["project"], channel=options.channel, zone=zone, answers=answers)


def _given(answers, proposal):
    """Return the answers of --answer as name -> value; PlanError for one that the file does not ask for."""
    columns = [f"unit:{match.heading}" for match in proposal.columns]
    asked = [question.name for question in proposal.questions]
    given = {}
    for answer in answers:
        name, equals, value = answer.partition("=")
        if not equals or name not in {*asked, *columns, *FURTHER_ANSWERS}:
            raise PlanError(
                N_("--answer {answer} answers nothing here. Write NAME=VALUE, where NAME is one of: {names}."),
                answer=answer,
                names=", ".join(dict.fromkeys([*asked, *FURTHER_ANSWERS, *columns])),
            )
        given[name] = value
    return given


def _taken(question):
    """Return what was taken for the answer to a question that nobody answered, and how to answer it otherwise."""
    taken, others = question.suggested, [choice for choice in question.choices if choice != question.suggested]
    said = f"{question.text} Taken as: {question.choices.get(taken, taken)}."
    return f"{said} Otherwise give --answer {question.name}={' or '.join(others)}." if others else said


def _found(finding):
    """Return a finding with the numbers of its rows, as a spreadsheet counts them."""
    from ccwb.intake.report import Finding, Saying

    if not isinstance(finding, Finding):
        return str(finding)
    said, rows = str(Saying(finding.message, finding.values)), ", ".join(map(str, finding.rows))
    if not rows:
        return f"{said} ({finding.count:,} times)" if finding.count > 1 else said
    more = f", ... {finding.count:,} in all" if finding.more else ""
    return f"{said} ({'row' if len(finding.rows) == 1 else 'rows'} {rows}{more})"


def _say_report(report):
    """Print what became of a file: rows read, taken, repaired and refused, and why, with row numbers."""
    _say(
        f"{report.name}: {report.rows_read:,} rows read, {report.rows_taken:,} taken, {report.rows_refused:,} refused."
    )
    if report.first is not None:
        _say(
            f"From {report.first} to {report.last}" + (f", every {report.interval_s} s." if report.interval_s else ".")
        )
    for title, findings in (("Repaired", report.repaired), ("Refused", report.refused), ("Note", report.remarks)):
        for finding in findings:
            _say(f"{title}: {_found(finding)}")


def _database(named):
    """Return the address of the workbook database: what --database or CCWB_DATABASE names, else ./workbook/ccwb.db.

    Files are named in full, because the pages run in another folder.
    """
    named = named or os.environ.get("CCWB_DATABASE") or str(Path("workbook", "ccwb.db"))
    if "://" not in named:
        return f"sqlite:///{Path(named).resolve().as_posix()}"
    path = _file_of(named)
    return f"sqlite:///{path.as_posix()}" if path else named


def _file_of(address):
    """Return the full path of a plain SQLite file's address; None for any other database."""
    if not address.startswith("sqlite:///") or "?" in address or ":memory:" in address:
        return None
    return Path(address.removeprefix("sqlite:///")).resolve()


def _use(address, *, blank=False):
    """Make the database `address` the workbook's: where nothing is in it yet, with the sample centre or a blank one."""
    from ccwb.store import open_store

    os.environ["CCWB_DATABASE"] = address
    path = _file_of(address)
    if path and not path.exists() and not blank:
        _new_sample(path)
        return
    if path:
        _make_folder(path)
    with open_store(address) as store:
        if store.load("centre").version == 0 and not store.cycles():
            (_begin_blank if blank else _seed)(store)


def _use_only(address):
    """Make the database `address` the workbook's; PlanError where it is a file that is not there."""
    os.environ["CCWB_DATABASE"] = address
    path = _file_of(address)
    if path and not path.exists():
        raise PlanError(
            N_("There is no workbook database {name} here. Start the workbook with it first, or name another one."),
            name=path.name,
        )


def _begin_blank(store):
    """Keep a centre without projects, so that the sample is not filled in at the next start."""
    import datetime as dt
    import getpass

    from ccwb.projects import blank_centre

    store.save("centre", blank_centre(), base=0, by=getpass.getuser(), at=dt.datetime.now(dt.UTC))
    _say("Made a blank workbook: begin on its setup page.")


def _new_sample(path):
    """Make the database file with the sample centre; beside its place first: a stop leaves nothing half made."""
    from ccwb.store import open_store

    _make_folder(path)
    making = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open_store(f"sqlite:///{making.resolve().as_posix()}") as store:
            _seed(store)
        for rest in ("-wal", "-shm"):  # what an old database of this name left is not the new one's
            path.with_name(path.name + rest).unlink(missing_ok=True)
        making.replace(path)
    finally:
        for rest in path.parent.glob(f"{making.name}*"):
            rest.unlink()
    _say(f"Made the workbook database {path} with the sample centre.")


def _make_folder(path):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise PlanError(
            N_("The folder '{folder}' cannot be made here. Name a file in a folder you may write to."),
            folder=path.parent.name,
        ) from None


def _seed(store):
    from ccwb.samples import seed_workbook

    _say("Filling the workbook with the sample centre ...")
    seed_workbook(store)


def _port(text):
    """Return a port number; argparse says what is wrong with any other text."""
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"'{text}' is not a port: give a whole number from 1 to 65535")
    return int(text)


def _days(text):
    """Return a number of days; argparse says what is wrong with any other text."""
    if not (text.isdecimal() and 0 < int(text) <= 3660):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of days from 1 to 3660")
    return int(text)


def _version(_):
    from importlib.metadata import version

    _say(f"ccwb {version('ccwb')}")


def _say(line):
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
