"""Asking the nursery for kernels, and handling them like processes that were started here."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager

SCRIPT = Path(__file__).with_name("nursery.py")
POSSIBLE = (
    sys.platform == "linux"
)  # copying a process with loaded libraries is not safe on macOS, and unknown to Windows


class Nursery:
    """The process of which kernels are copies; begins to import when it is first asked."""

    def __init__(self, warm_up):
        self._warm_up = warm_up
        self._asking = asyncio.Lock()
        self._process = None

    async def bear(self, *, arguments, cwd, env):
        """Return a new kernel process as a Child; OSError where the nursery has died."""
        order = {
            "arguments": arguments,
            "cwd": str(cwd or os.getcwd()),
            "env": {str(k): str(v) for k, v in env.items()},
        }
        async with self._asking:
            if self._process is None:
                self._process = await self._start()
            self._tell(order)
            answer = await self._process.stdout.readline()
        if not answer:
            raise OSError("the process that kernels are copies of has ended")
        return Child(int(answer))

    async def _start(self):
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(SCRIPT)), stdin=pipe, stdout=pipe, start_new_session=True
        )
        process.stdin.write(json.dumps(self._warm_up).encode() + b"\n")
        return process

    def _tell(self, order):
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    async def close(self):
        """End the nursery; kernels that are still there end with it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Child:
    """A kernel's process, with as much of Popen as jupyter_client uses. The nursery is its parent, not this process."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid
        self.returncode = None

    def poll(self):
        """Return None while it runs, then 0: how it ended is not known here."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            self.returncode = 0
        return self.returncode

    def wait(self, timeout=None):
        """Return 0; called when it has ended."""
        return 0

    def send_signal(self, signum):
        """Send it a signal."""
        os.kill(self.pid, signum)

    def kill(self):
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class BornKernel(ServerKernelManager):
    """A kernel that comes from its parent's nursery where there is one, and else starts as usual."""

    async def _async_launch_kernel(self, kernel_cmd, **kw):
        nursery = getattr(self.parent, "nursery", None)
        if nursery is None or "-f" not in kernel_cmd:
            return await super()._async_launch_kernel(kernel_cmd, **kw)
        arguments = kernel_cmd[kernel_cmd.index("-f") :]
        try:
            child = await nursery.bear(arguments=arguments, cwd=kw.get("cwd"), env=kw.get("env") or dict(os.environ))
        except OSError as error:
            self.log.error("Kernels start more slowly from here on: %s", error)
            self.parent.nursery = None
            return await super()._async_launch_kernel(kernel_cmd, **kw)
        self.provisioner.process, self.provisioner.pid, self.provisioner.pgid = child, child.pid, child.pid
        self._reconcile_connection_info(self.provisioner.connection_info)
