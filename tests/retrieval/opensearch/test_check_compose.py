"""compose.yaml starts what the code expects, and opens it to nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_every_port_is_on_the_loopback_interface(services):
    ports = [port for service in services.values() for port in service["ports"]]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_nori_is_installed_and_the_versions_are_one(services):
    recipe = services["opensearch"]["build"]["dockerfile_inline"]
    assert "install --batch analysis-nori" in recipe
    versions = {recipe.split("opensearch:")[1].split()[0]}
    versions |= {service["image"].rsplit(":", 1)[1] for service in services.values()}
    assert versions == {"3.6.0"}


def test_no_secret_is_written_in_it(services):
    for service in services.values():
        assert not any("PASSWORD" in key for key in service["environment"])


def test_models_may_be_uploaded_and_run_as_check_demands(services):
    from malmoi.retrieval.opensearch.check import ML_SETTINGS

    environment = services["opensearch"]["environment"]
    assert {k: environment.get(k) for k in ML_SETTINGS} == {
        k: str(value).lower() for k, (value, _) in ML_SETTINGS.items()
    }


def test_the_four_open_lines_are_what_its_head_says():
    lines = (ROOT / "compose.yaml").read_text(encoding="utf-8").splitlines()
    assert sum(line.endswith("# open") for line in lines) == 4
