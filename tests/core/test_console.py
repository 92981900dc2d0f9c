from __future__ import annotations

import pytest

from malmoi.core.console import table


def test_a_table_is_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    table(["model", "nDCG@10"], [["v1", 0.5], ["당뇨병 [x]", 12.25], ["none", None]], title="T")
    out, err = capsys.readouterr()
    assert err == ""
    lines = [line.rstrip() for line in out.splitlines() if line.strip()]
    assert lines[0] == "T"
    v1, ko, none = lines[-3:]
    assert v1.endswith("  0.5")
    assert ko.split() == ["당뇨병", "[x]", "12.25"]
    assert none.split() == ["none"]
