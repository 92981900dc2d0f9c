"""The teacher's table, which every job has."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from malmoi.recipe.section import Section, operational, renamed


class ServerSection(Section):
    """`[[teacher.servers]]`: one of several servers of the same model, with limits of its own."""

    url: str
    """Base URL of an OpenAI-compatible endpoint, ending in /v1."""
    max_concurrency: int = renamed("parallel", 8, ge=1)
    """Maximum requests in flight to this server; lowered by itself when it answers 429."""
    rpm: int = Field(0, ge=0)
    """Maximum requests that are begun in any minute (0: no limit)."""
    api_key_env: str = ""
    """Name of the environment variable that holds its key (empty: teacher.api_key_env)."""


class TeacherSection(Section):
    """`[teacher]`: who writes."""

    preset: str = "gemma-3-270m"
    """A name that `malmoi teachers` lists, or empty; the fields below override it."""
    kind: Literal["", "embedded", "http", "transformers"] = ""
    model: str = ""
    """Path, package or hub id of the weights, or the model's name at the endpoint."""
    url: str = ""
    """Base URL of an OpenAI-compatible endpoint, ending in /v1."""
    servers: tuple[ServerSection, ...] = operational(())
    """Several servers of one model in place of `url`, each as a `[[teacher.servers]]` table. Which
    of them answers changes nothing that is kept."""
    api_key_env: str = operational("")
    """Name of the environment variable that holds the key; never the key itself."""
    chat: bool | None = None
    """True: chat prompts; false: few-shot completion (base models)."""
    context: int = Field(0, ge=0)
    """Tokens of context a slot has (0: the preset's)."""
    max_tokens: int = Field(0, ge=0)
    """Upper limit on what any one reply may hold, thinking included (0: the preset's)."""
    thinking_tokens: int = Field(0, ge=0)
    """Tokens a thinking model may write before its answer, on top of what a request asks for
    (0: the preset's)."""
    token_budget: int = operational(0, ge=0)
    """Stop cleanly after this many tokens, prompt and reply together (0: no limit)."""
    money_budget: float = operational(0.0, ge=0)
    """Stop cleanly after this much money, in the currency of the prices (0: no limit)."""
    price_in: float = operational(0.0, ge=0)
    """Price of a million prompt tokens (0: the preset's)."""
    price_out: float = operational(0.0, ge=0)
    """Price of a million reply tokens, thinking included (0: the preset's)."""
    slots: int = operational(8, ge=1)
    """Parallel sequences (embedded) or batch size (transformers)."""
    threads: int = operational(0, ge=0)
    """CPU threads (0: all)."""
    max_concurrency: int = operational(8, ge=1, old="concurrency")
    """Maximum requests in flight to an endpoint; lowered by itself when it answers 429."""
    timeout: float = operational(120.0, gt=0)
    """Seconds to wait for one reply."""
    max_retries: int = operational(6, ge=0, old="retries")
    """How often a request that failed with a transient error is tried again."""
