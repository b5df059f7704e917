"""The examples work: those of the docstrings, of docs/python.md, and the notebook."""

from __future__ import annotations

import doctest
import importlib
import json
import re
from pathlib import Path

import pytest

from conftest import ROOT

MODULES = ["casegraph", "casegraph._errors", "casegraph._figure", "casegraph._result", "casegraph._study"]


@pytest.fixture(autouse=True)
def own_stores(stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(stores / "state"))


@pytest.mark.parametrize("module", MODULES)
def test_docstrings(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted > 0 and found.failed == 0


def test_the_page_about_python() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(), re.DOTALL)
    assert len(blocks) >= 3
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)
    assert getattr(names.get("r"), "snapshot")


def test_the_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    path = ROOT / "docs/partners.ipynb"
    assert path.stat().st_size < 100_000
    names: dict[str, object] = {}
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), str(path), "exec"), names)
    told = capsys.readouterr().out
    assert "9 of 39 cases are counted" in told and "Snapshot: " in told
