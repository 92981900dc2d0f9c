"""What needs a model hub or a GPU is skipped where there is none; `make test` runs the rest."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import settings

from malmoi.cli import console
from malmoi.lexicon.lookup import Lexicon
from tests.helpers import parallel
from tests.helpers.gpu import has_device
from tests.helpers.small_run import Made, need_dictionaries, small_recipe, tiny_base, write_list

# A machine that is busy is slow, which is no failure. The same examples each time, so that what
# passed here passes in CI; `make explore` draws others, and many more.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("MALMOI_TEST_PROFILE", "same"))


@pytest.hookimpl(optionalhook=True)  # this and the next are pytest-xdist's
def pytest_xdist_auto_num_workers() -> int:
    """A process for each core, as far as there is memory."""
    return parallel.processes()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Which tests run in one process."""
    return parallel.scheduler(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine can't run, with the reason."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(
            key=lambda item: parallel.rank(item.nodeid)
        )  # stable: within a file nothing changes
    for item in items:
        if item.get_closest_marker("hub") and not os.environ.get("MALMOI_TEST_HUB"):
            item.add_marker(pytest.mark.skip(reason="needs a model hub: set MALMOI_TEST_HUB=1"))
        if item.get_closest_marker("gpu") and not has_device():
            item.add_marker(pytest.mark.skip(reason="needs a CUDA device"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    """What a file has left in memory (models, dictionaries) is looked through for garbage once:
    after each training and at every other turn it took a seventh of all the time."""
    done = yield
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()
    return done


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What the library logs, its messages included."""
    caplog.set_level(logging.INFO, logger="malmoi")
    return caplog


@pytest.fixture
def shown() -> Iterator[None]:
    """What the library logs goes to standard error, as under the command."""
    with console.shown():
        yield


@pytest.fixture(scope="session")
def cluster() -> Any:
    """A client of a cluster with ml-commons, or a skip that says how to have one."""
    if not os.environ.get("OPENSEARCH_URL"):
        pytest.skip("needs a cluster with ml-commons: set OPENSEARCH_URL")
    from malmoi.retrieval.opensearch.check import capabilities
    from malmoi.retrieval.opensearch.connection import connect

    client = connect()
    if not capabilities(client).ml:
        pytest.skip("the cluster at OPENSEARCH_URL has no ml-commons")
    return client


@pytest.fixture(scope="session")
def packages_once() -> Iterator[None]:
    """Term pairs out of packages are read once; that takes seconds."""
    from malmoi.synonyms.sources import packaged

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packaged, "read", cache(packaged.read))
        yield


@pytest.fixture(scope="session")
def real_lexicon() -> Lexicon:
    """The lexicon with all its sources; what it opens takes ten seconds."""
    need_dictionaries()
    return Lexicon.open()


@pytest.fixture
def shared_lexicon(real_lexicon: Lexicon) -> Iterator[Lexicon]:
    """What the commands open is the lexicon that is open already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lexicon, "open", classmethod(lambda cls, section=None: real_lexicon))
        yield real_lexicon


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, real_lexicon: Lexicon) -> Made:
    """A finished run; tests must not change it."""
    pytest.importorskip("trl", reason="pip install 'malmoi[train]'")
    from malmoi.pipelines.mnemonics.pipeline import run_mnemonics

    folder = tmp_path_factory.mktemp("mnemonics")
    recipe = small_recipe(write_list(folder / "words.txt"), tiny_base(folder / "tiny"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lexicon, "open", classmethod(lambda cls, section=None: real_lexicon))
        run_mnemonics(recipe, folder / "runs" / "small")
    return Made(recipe, folder / "runs" / "small")
