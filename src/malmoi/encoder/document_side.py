"""The document side of an encoder, with the body that a recipe names: here, or on a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from malmoi.core.errors import StudentError
from malmoi.encoder.lexical import Lexical
from malmoi.recipe import EncoderSection

if TYPE_CHECKING:
    from malmoi.encoder.modeling import DocumentEncoder

EMBEDDED = "multilingual-e5-small"


def document_side(lexical: Lexical, section: EncoderSection) -> DocumentEncoder:
    """The document side with the recipe's body and an untrained head.

    Raises:
        StudentError: the body can't be loaded.
    """
    import torch

    from malmoi.encoder.modeling import DocumentEncoder

    body: Any = None
    tokenizer: Any = None
    if section.neural and not section.base:
        from malmoi.models import e5

        body, tokenizer = e5.load()
    elif section.neural:
        from transformers import AutoModel, AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(section.base)
            body = AutoModel.from_pretrained(section.base, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise StudentError(
                f"encoder.base = {section.base!r} can't be loaded: {error}. Give a folder, a model "
                'id of a hub that this machine reaches, or "" for the embedded model.'
            ) from error
    precision = section.precision
    if precision == "auto":
        precision = "float32" if section.unfreeze_layers else "bfloat16"
    torch.manual_seed(0)  # the head's initial weights of pieces without content
    return DocumentEncoder(
        lexical,
        body,
        tokenizer,
        base=section.base or EMBEDDED,
        neural=section.neural,
        pooling=section.pooling,
        keep=section.top_k,
        keep_new=section.new_top_k,
        window=section.window,
        title_tokens=section.title_tokens,
        most_windows=section.max_windows,
        unfreeze_layers=section.unfreeze_layers,
        two_sided=section.two_sided,
        document_prefix=section.document_prefix,
        query_prefix=section.query_prefix,
        dtype=precision,
    ).eval()
