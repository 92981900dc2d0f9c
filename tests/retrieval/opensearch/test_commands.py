"""What the commands print."""

from __future__ import annotations

import pytest

from malmoi.retrieval.opensearch import commands

pytestmark = pytest.mark.usefixtures("shown")


def test_commands_print_what_is_there(opensearch, name, run, capsys):
    commands.show_status(name)
    assert "There is no index" in capsys.readouterr().err
    commands.push(run, name)
    said = capsys.readouterr().err
    assert f"{name}-000001: 12 documents, 12 sent" in said
    assert "1 documents have no active dimension" in said
    commands.show_status(name)
    assert "12 of 12" in capsys.readouterr().out
    commands.remove(name)
    assert "removed: " in capsys.readouterr().err
    commands.remove(name)
    assert "nothing of" in capsys.readouterr().err


def test_a_pull_says_where_and_how_many(opensearch, name, run, tmp_path, capsys):
    commands.push(run, name)
    commands.push(run, name)
    assert "showed it already" in capsys.readouterr().err
    commands.pull(name, tmp_path / "copy")
    assert "12 documents, each as it was pushed" in capsys.readouterr().err
