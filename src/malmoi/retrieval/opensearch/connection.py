"""The way to a cluster: its address and secrets from the environment, its errors in our words.

    OPENSEARCH_URL          https://search.example.org:9200 (default http://127.0.0.1:9200)
    OPENSEARCH_USERNAME     basic auth, with OPENSEARCH_PASSWORD
    OPENSEARCH_CA           file of the certificate authority, where the system doesn't know it
    OPENSEARCH_AWS_REGION   requests are signed (SigV4) with the credentials that botocore finds
    OPENSEARCH_AWS_SERVICE  es (default: a managed domain) or aoss (serverless)

Secrets are read here and handed to opensearch-py. They are in no message: whatever an exception
says goes through `without_secrets` first.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from malmoi.core.backoff import retry_after
from malmoi.core.errors import ClusterError

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

DEFAULT_URL = "http://127.0.0.1:9200"
TIMEOUT = 60.0
"""Seconds that one request may take."""
SECRETS = (
    "OPENSEARCH_PASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
)
"""Environment variables whose values are in no message."""
BUSY = frozenset({429, 502, 503, 504})
"""Refusals that pass: the same request may succeed later."""

_USERINFO = re.compile(r"(?<=//)[^/\s@]+@")


def connect(url: str = "", environment: Mapping[str, str] = os.environ) -> OpenSearch:
    """A client of the cluster at `url`, or else at OPENSEARCH_URL. Nothing is asked of it yet.

    It never retries by itself: who calls knows what may be asked twice.

    Raises:
        ClusterError: the address or the settings can't be used, or opensearch-py is missing.
    """
    address = _address(url or environment.get("OPENSEARCH_URL", "") or DEFAULT_URL)
    settings: dict[str, Any] = {
        "timeout": TIMEOUT,
        "max_retries": 0,
        "retry_on_timeout": False,
        "http_compress": not _is_loopback(address),
    }
    if authority := environment.get("OPENSEARCH_CA", ""):
        if not Path(authority).is_file():
            raise ClusterError(
                f"OPENSEARCH_CA names {authority}, where there is no file. Expected the "
                "certificate authority's certificates (PEM)."
            )
        settings["ca_certs"] = authority
    try:
        from opensearchpy import OpenSearch
    except ImportError as error:
        raise ClusterError(
            "opensearch-py is not installed. Install it with: pip install 'malmoi[opensearch]'"
        ) from error
    if auth := _authentication(address, environment):
        settings["http_auth"] = auth
    return OpenSearch([address], connection_class=_connection_class(), **settings)


def cluster_info(client: OpenSearch) -> dict[str, Any]:
    """What the cluster says of itself at `/`.

    Raises:
        ClusterError: it doesn't answer, refuses the login, or is not OpenSearch.
    """
    with calling("ask the cluster what it is"):
        info: dict[str, Any] = client.info()
    version = info.get("version", {})
    if version.get("distribution") != "opensearch":
        raise ClusterError(
            f"What answers is {version.get('distribution') or 'no OpenSearch'} "
            f"{version.get('number', '')}; expected OpenSearch 3.3 or later."
        )
    return info


class Unavailable(ClusterError):
    """The cluster doesn't answer or is busy, which may pass. `after`: seconds it asked to wait."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after


class TooLarge(ClusterError):
    """The cluster takes no request of that size (413)."""


@contextmanager
def calling(what: str) -> Iterator[None]:
    """Turn what opensearch-py raises into a ClusterError that says what was being done.

    Raises:
        Unavailable: it may pass.
        TooLarge: the request was too large.
        ClusterError: without any secret in it.
    """
    from opensearchpy.exceptions import OpenSearchException

    try:
        yield
    except OpenSearchException as error:
        message = f"Can't {what}: {explain(error)}"
        if passes(error):
            raise Unavailable(message, getattr(error, "retry_after", 0.0)) from None
        if getattr(error, "status_code", None) == 413:
            raise TooLarge(message) from None
        raise ClusterError(message) from None


def passes(error: Exception) -> bool:
    """Whether the same request may succeed later: the cluster is away, busy or was cut off."""
    from opensearchpy.exceptions import ConnectionError as NoConnection
    from opensearchpy.exceptions import SerializationError, SSLError, TransportError

    if isinstance(error, SSLError):
        return False
    if isinstance(error, NoConnection | SerializationError):  # the latter: an answer cut short
        return True
    return isinstance(error, TransportError) and error.status_code in BUSY


def explain(error: Exception) -> str:
    """An exception of opensearch-py in a sentence with its remedy, without secrets."""
    from opensearchpy.exceptions import ConnectionError as NoConnection
    from opensearchpy.exceptions import ConnectionTimeout, SSLError, TransportError

    status = error.status_code if isinstance(error, TransportError) else None
    if isinstance(error, SSLError):
        text = (
            f"the server's certificate is not trusted ({error.error}). Name its certificate "
            "authority's file in OPENSEARCH_CA, and the host as the certificate does."
        )
    elif isinstance(error, ConnectionTimeout):
        text = f"no answer within {TIMEOUT:.0f} s. The cluster is overloaded, or a proxy holds it."
    elif isinstance(error, NoConnection):
        text = (
            f"nothing answers ({error.error}). Start the cluster (docker compose up -d), or name "
            "another in OPENSEARCH_URL."
        )
    elif status == 401:
        text = (
            "the login is refused (401). Set OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD, or "
            "OPENSEARCH_AWS_REGION for a managed domain."
        )
    elif status == 403:
        text = f"the login may not do that (403): {_reason(error)}. Give its role the permission."
    else:
        text = f"{_reason(error)} ({status})" if status else str(error)
    return without_secrets(text)


def without_secrets(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """`text` with passwords, keys and any user:password@ of a URL made "***"."""
    for name in SECRETS:
        if secret := environment.get(name):
            text = text.replace(secret, "***")
    return _USERINFO.sub("***@", text)


def _address(url: str) -> str:
    """The URL if it can be used.

    A URL with a login in it is refused: shells, logs and process lists keep it.
    """
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ClusterError(
            "OPENSEARCH_URL is no URL; expected one such as https://search.example.org:9200"
        ) from error
    if "@" in parts.netloc:
        raise ClusterError(
            f"The address of {host} has a login in it, which shells and logs would keep. Give it "
            "without, and set OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD."
        )
    if parts.scheme not in {"http", "https"} or not host:
        raise ClusterError(
            f"{url!r} is no address of a cluster; expected one such as "
            "https://search.example.org:9200"
        )
    # opensearch-py would take 9200 for a URL without a port; a URL means the scheme's own.
    port = port or (443 if parts.scheme == "https" else 80)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}:{port}{parts.path.rstrip('/')}"


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _authentication(address: str, environment: Mapping[str, str]) -> Any:
    """What opensearch-py authenticates with: a pair, a signer or None."""
    user = environment.get("OPENSEARCH_USERNAME", "")
    password = environment.get("OPENSEARCH_PASSWORD", "")
    region = environment.get("OPENSEARCH_AWS_REGION", "")
    if region:
        if user:
            raise ClusterError(
                "Both OPENSEARCH_USERNAME and OPENSEARCH_AWS_REGION are set; a request carries one "
                "login. Unset the other."
            )
        return _signer(region, environment.get("OPENSEARCH_AWS_SERVICE", "") or "es")
    if bool(user) != bool(password):
        lacking = "OPENSEARCH_USERNAME" if password else "OPENSEARCH_PASSWORD"
        raise ClusterError(f"{lacking} is not set; basic auth needs it and its partner.")
    if user and address.startswith("http://") and not _is_loopback(address):
        raise ClusterError(
            "The password would cross the network in the clear. Give the cluster's https:// "
            "address (its certificate authority in OPENSEARCH_CA)."
        )
    return (user, password) if user else None


def _signer(region: str, service: str) -> Any:
    try:
        from botocore.session import Session
    except ImportError as error:
        raise ClusterError(
            "botocore is not installed; it signs requests for OPENSEARCH_AWS_REGION. Install it "
            "with: pip install 'malmoi[aws]'"
        ) from error
    from opensearchpy import Urllib3AWSV4SignerAuth

    if service not in {"es", "aoss"}:
        raise ClusterError(f"OPENSEARCH_AWS_SERVICE is {service!r}; expected es or aoss.")
    credentials = Session().get_credentials()
    if credentials is None:
        raise ClusterError(
            "OPENSEARCH_AWS_REGION is set but there are no AWS credentials. Set AWS_ACCESS_KEY_ID "
            "and AWS_SECRET_ACCESS_KEY, a profile (AWS_PROFILE), or the machine's role."
        )
    return Urllib3AWSV4SignerAuth(credentials, region, service)


def _connection_class() -> type:
    """opensearch-py's connection, which also keeps the Retry-After of a refusal."""
    from opensearchpy import TransportError, Urllib3HttpConnection

    class Connection(Urllib3HttpConnection):
        _last = threading.local()

        def get_response_headers(self, response: Any) -> Any:
            headers = super().get_response_headers(response)
            self._last.retry_after = retry_after(headers)
            return headers

        def _raise_error(self, *arguments: Any, **named: Any) -> None:
            try:
                super()._raise_error(*arguments, **named)
            except TransportError as error:
                error.retry_after = self._last.retry_after or 0.0  # type: ignore[attr-defined]
                raise

    return Connection


def _reason(error: Exception) -> str:
    """The deepest reason that the server gives for a refusal."""
    info = getattr(error, "info", None)
    cause = info.get("error", info) if isinstance(info, dict) else info
    reason = ""
    while isinstance(cause, dict):
        reason = str(cause.get("reason") or reason)
        cause = cause.get("caused_by")
    return reason or str(getattr(error, "error", error))
