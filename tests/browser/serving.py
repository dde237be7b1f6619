"""A workbook server for tests: started as a user starts it, ended for certain."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_S = 120
STOP_S = 60
TAKEN = "choose another port"  # what the server says where something else listens there


class Served:
    """A running server: its address, its process, and what it printed so far."""

    def __init__(self, process):
        self.process = process
        self.said = ""
        self.address = ""

    def wait(self):
        """Wait until the server prints its address; False where another program took the port before it could."""
        deadline = time.monotonic() + START_S
        while not self.address:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            line = self.process.stdout.readline() if ready else ""
            self.said += line
            assert line, f"The server did not start. It said: {self.said}"
            if TAKEN in line:
                return False
            found = re.search(r"http://\S+", line)
            self.address = found.group() if found else ""
        return True

    def stop(self):
        """Stop it as Ctrl-C does; return its exit code. Kill it where that takes too long."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.said += self.process.communicate(timeout=STOP_S)[0] or ""
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        return self.process.returncode


@contextmanager
def serve(*arguments, command=(sys.executable, "-m", "ccwb.cli", "apps"), **environment):
    """Start `ccwb apps` (or `command`) with a free port and give it as a Served once it answers."""
    served = _started(command, arguments, environment)
    try:
        while not served.wait():
            served.stop()
            served = _started(command, arguments, environment)
        yield served
    finally:
        served.stop()


def _started(command, arguments, environment):
    process = subprocess.Popen(
        [*command, "--port", str(free_port()), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
        cwd=ROOT,
        env=os.environ | environment,
    )
    return Served(process)


def free_port():
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def get(address, *, timeout=30, **headers):
    """Return status, headers and text of `address`, redirects not followed."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode("utf-8", "replace")
