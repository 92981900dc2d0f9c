from __future__ import annotations

import pytest
from typer import BadParameter

from malmoi.cli.run import run


def test_only_search_encoders_run_on_a_cluster() -> None:
    with pytest.raises(BadParameter, match="--on ray is for search encoders"):
        run("mnemonics", on="ray")
