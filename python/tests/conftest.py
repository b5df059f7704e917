"""The studies that the tests ask: the shipped one, the invented one, a release, and a server of it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

import casegraph as cg
from casegraph._ask import program

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "fixtures" / "tiny"


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(scope="session")
def shipped(stores: Path) -> cg.Study:
    return cg.open(location=stores / "shipped")


@pytest.fixture(scope="session")
def tiny(stores: Path) -> cg.Study:
    return cg.open(TINY, location=stores / "tiny")


@pytest.fixture(scope="session")
def release(stores: Path) -> cg.Study:
    folder = stores / "release"
    place = ["--project", str(TINY), "--location", str(stores / "tiny")]
    subprocess.run([program(), "release", str(folder), *place], check=True, capture_output=True)
    return cg.open(folder)


@pytest.fixture(scope="session")
def server(stores: Path, tiny: cg.Study) -> Iterator[cg.Study]:
    tiny.analyses()  # The store is built.
    command = [program(), "serve", "--bind", "127.0.0.1:0", "--project", str(TINY), "--location", str(stores / "tiny")]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert running.stdout is not None
    try:
        said = ""
        for line in running.stdout:
            said += line
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                break
        else:
            raise AssertionError(f"the server does not say where it is: {said}")
        yield cg.open(found.group())
    finally:
        running.terminate()
        running.wait(timeout=30)


@pytest.fixture(params=["tiny", "release", "server"])
def study(request: pytest.FixtureRequest) -> cg.Study:
    """The invented study, asked in each way."""
    found: cg.Study = request.getfixturevalue(request.param)
    return found


@pytest.fixture(autouse=True)
def no_other_study(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CASEGRAPH_PROJECT", "CASEGRAPH_LOCATION"):
        if name in os.environ:
            monkeypatch.delenv(name)
