"""What results carry, in each way of asking."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

import casegraph as cg


def test_rows_have_types(shipped: cg.Study) -> None:
    rows = shipped.run("survival/overall").rows
    assert rows["event"].dtype == "boolean" and rows["event"].isna().any()
    assert rows["months"].dtype == "float64" and rows["months"].isna().any()
    assert rows["case"].dtype == "string"
    assert rows.attrs["parameters"] == {"drug": "drug:crizotinib"}
    response = shipped.run("response/by-partner").rows
    assert response["response"].dtype == "category"


def test_polars_has_the_same_rows(shipped: cg.Study) -> None:
    polars = pytest.importorskip("polars")
    result = shipped.run("survival/overall")
    rows = result.rows_as("polars")
    assert rows.schema["event"] == polars.Boolean and rows.schema["months"] == polars.Float64
    assert rows["months"].null_count() == result.rows["months"].isna().sum() > 0


def test_a_result_is_the_same_however_it_is_asked(study: cg.Study, tiny: cg.Study) -> None:
    result, expected = study.run("response/by-partner"), tiny.run("response/by-partner")
    assert result.result == expected.result and result.result["overall"]["objective_response"]["n"] == 4
    assert result.records == expected.records
    assert result.table.equals(expected.table)
    assert result.snapshot == expected.snapshot and len(result.snapshot or "") == 16
    assert result.cautions == expected.cautions and result.method
    assert "@" in result.cite


def test_the_ledger_counts_everybody_once(study: cg.Study) -> None:
    result = study.run("response/by-partner")
    ledger = result.ledger
    assert ledger["unit"].is_unique
    assert ledger["counted"].sum() == result.result["overall"]["objective_response"]["n"]
    assert ledger["numerator"].sum() == result.result["overall"]["objective_response"]["successes"]
    assert (ledger["reason"].isna() == ledger["counted"]).all()


def test_printed_numbers_are_those_of_the_result(shipped: cg.Study) -> None:
    result = shipped.run("survival/overall")
    table = result.table
    median = table[(table["table"] == "Median") & (table["of"] == "all")].set_index("column")
    assert median.loc["cases", "number"] == result.result["overall"]["n"]
    assert median.loc["median, months", "text"] == "NR"
    assert median.loc["95 % CI", "lower"] == result.result["overall"]["median"]["interval"]["lower"]


def test_pandas_is_only_needed_for_frames(tiny: cg.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == "pandas":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setattr(builtins, "__import__", without)
    result = tiny.run("response/overall")
    assert result.records and result.ledger_records and result._repr_html_()
    with pytest.raises(ImportError, match="pip install pandas"):
        result.rows


def test_a_notebook_shows_result_and_figure(study: cg.Study) -> None:
    result = study.run("survival/overall")
    page = result._repr_html_()
    assert result.title in page and "Counted: " in page
    assert all(caution.split("&")[0][:20] in page for caution in result.cautions)
    svg = result.plot()._repr_svg_()
    assert svg.startswith("<svg") and svg.rstrip().endswith("</svg>")


def test_choices_of_method_are_taken(study: cg.Study) -> None:
    chosen = study.run("survival/overall", choices={"band": "log", "level": 0.99})
    assert chosen.json["level"] == 0.99
    assert chosen.result["overall"]["options"]["band"] == "log"
