"""What every test may use. No test ever touches the workbook database of the person who runs it."""

import os
import shutil
import subprocess
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the workbook itself runs; before numpy is first imported

import pytest
from hypothesis import settings

settings.register_profile("workbook", deadline=None)  # how long one example takes depends on who else is at work
settings.load_profile("workbook")
SEEDING_S = 180


@pytest.fixture(scope="session", autouse=True)
def _no_real_database(tmp_path_factory):
    """Point the workbook at an empty database of this test run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCWB_DATABASE", f"sqlite:///{(tmp_path_factory.mktemp('no-real') / 'ccwb.db').as_posix()}")
        yield


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory):
    """The sample workbook's database file, made once by `ccwb demo`; copy it before you change it."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    command = [sys.executable, "-m", "ccwb.cli", "demo", str(path)]
    subprocess.run(command, check=True, timeout=SEEDING_S, stdin=subprocess.DEVNULL)
    return path


@pytest.fixture
def sample_database(sample_file, tmp_path, monkeypatch):
    """The address of a fresh copy of the sample workbook, which CCWB_DATABASE names during the test."""
    copy = tmp_path / "workbook.db"
    shutil.copyfile(sample_file, copy)
    address = f"sqlite:///{copy.as_posix()}"
    monkeypatch.setenv("CCWB_DATABASE", address)
    return address
