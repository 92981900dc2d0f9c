"""Addresses, logins and secrets: over TLS, with basic auth and with SigV4, before a real server."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("opensearchpy")

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.connection import (
    Unavailable,
    calling,
    cluster_info,
    connect,
    without_secrets,
)
from tests.helpers.fault_proxy import Fault, Request, proxy

NOWHERE = "http://127.0.0.1:9"


def message(url: str = NOWHERE, **environment: str) -> str:
    with pytest.raises(ClusterError) as raised:
        cluster_info(connect(url, environment))
    return str(raised.value)


def test_a_cluster_that_does_not_answer():
    with pytest.raises(Unavailable, match=r"nothing answers.*OPENSEARCH_URL"):
        cluster_info(connect(NOWHERE, {}))


@pytest.mark.parametrize(
    "url", ["https://admin:hunter2@search.example.org:9200", "admin:hunter2@search.example.org"]
)
def test_a_password_in_the_address_is_refused_without_being_repeated(url):
    said = message(url)
    assert "OPENSEARCH_PASSWORD" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("url", ["search.example.org:9200", "ftp://x", "http://", "http://h:port"])
def test_what_is_no_address_is_refused(url):
    assert "such as https://search.example.org:9200" in message(url)


def test_half_a_login_is_refused():
    assert "OPENSEARCH_PASSWORD is not set" in message(OPENSEARCH_USERNAME="admin")
    said = message(OPENSEARCH_PASSWORD="hunter2")
    assert "OPENSEARCH_USERNAME is not set" in said
    assert "hunter2" not in said


def test_a_password_never_crosses_the_network_in_the_clear():
    login = {"OPENSEARCH_USERNAME": "admin", "OPENSEARCH_PASSWORD": "hunter2"}
    assert "in the clear" in message("http://search.example.org:9200", **login)
    connect("http://localhost:9200", login)  # this machine's own loopback is no network


def test_two_logins_are_refused():
    login = {"OPENSEARCH_USERNAME": "a", "OPENSEARCH_PASSWORD": "b"}
    assert "one login" in message(**login, OPENSEARCH_AWS_REGION="eu-central-1")


def test_a_missing_certificate_authority_is_named(tmp_path):
    assert str(tmp_path / "ca.pem") in message(OPENSEARCH_CA=str(tmp_path / "ca.pem"))


@given(st.text("abc:/@", min_size=1))
def test_secrets_are_taken_out_wherever_they_stand(around):
    environment = {"OPENSEARCH_PASSWORD": "hunter2", "AWS_SECRET_ACCESS_KEY": "s3cr3t"}
    said = without_secrets(f"{around}hunter2{around}s3cr3t{around}", environment)
    assert "hunter2" not in said
    assert "s3cr3t" not in said


def test_a_url_with_a_login_is_cut_in_any_message():
    assert without_secrets("at https://me:pw@host:9200/x", {}) == "at https://***@host:9200/x"
    assert without_secrets("mail me@example.org", {}) == "mail me@example.org"


def test_another_search_engine_is_told_apart():
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"version": {"number": "8.19.0"}, "tagline": "You Know, for Search"}'
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        said = message(f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        server.server_close()
    assert "no OpenSearch 8.19.0; expected OpenSearch 3.3 or later" in said


def test_errors_say_what_was_being_done_and_why_the_cluster_refused(opensearch):
    with (
        pytest.raises(ClusterError, match=r"Can't look there: no such index \[absent\]"),
        calling("look there"),
    ):
        opensearch.search(index="absent")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1, signed by itself, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=malmoi test", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "ca.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def tls(certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "ca.pem", certificate / "key.pem")
    return context


def demand(header: str):
    """A server that wants this Authorization."""

    def decide(request: Request) -> Fault | None:
        given = {k.lower(): v for k, v in request.headers.items()}.get("authorization", "")
        return None if given == header else Fault(401)

    return decide


def test_basic_auth_over_tls(opensearch_url, certificate, tls):
    login = {
        "OPENSEARCH_USERNAME": "admin",
        "OPENSEARCH_PASSWORD": "hunter2",
        "OPENSEARCH_CA": str(certificate / "ca.pem"),
    }
    with proxy(opensearch_url, demand("Basic YWRtaW46aHVudGVyMg=="), tls) as seen:
        assert cluster_info(connect(seen.url, login))["version"]["distribution"] == "opensearch"
        said = message(seen.url, **{**login, "OPENSEARCH_PASSWORD": "wrong"})
        assert "the login is refused (401)" in said
        assert "wrong" not in said


def test_a_certificate_that_nobody_vouches_for_is_refused(opensearch_url, tls):
    with proxy(opensearch_url, lambda request: None, tls) as seen:
        said = message(seen.url)
        assert "certificate is not trusted" in said
        assert "OPENSEARCH_CA" in said
        assert seen.requests == []


def test_requests_to_a_managed_domain_are_signed(opensearch_url, monkeypatch):
    """Each signature is made anew from what came over the wire, by botocore and by the book."""
    pytest.importorskip("botocore")
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)

    def right(request: Request) -> bool:
        headers = {k.lower(): v for k, v in request.headers.items()}
        signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        again = AWSRequest(
            method=request.method,
            url=f"http://{headers['host']}{request.path}",
            data=request.body,
            headers={k: headers[k] for k in signed if k != "host"},
        )
        again.context["timestamp"] = headers["x-amz-date"]
        auth = SigV4Auth(Credentials("AKIDEXAMPLE", "s3cr3t"), "es", "eu-central-1")
        text = auth.string_to_sign(again, auth.canonical_request(again))
        return headers["authorization"].endswith(f"Signature={auth.signature(text, again)}")

    verdicts: list[bool] = []

    def watch(request: Request) -> Fault | None:
        verdicts.append(right(request))
        return None if verdicts[-1] else Fault(403)

    with proxy(opensearch_url, watch) as seen:
        client = connect(seen.url, {"OPENSEARCH_AWS_REGION": "eu-central-1"})
        cluster_info(client)
        client.search(index="_all", body={"size": 0}, params={"ignore_unavailable": "true"})
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
        with pytest.raises(ClusterError, match="403"):
            cluster_info(connect(seen.url, {"OPENSEARCH_AWS_REGION": "eu-central-1"}))
    assert verdicts == [True, True, False]


def test_a_region_without_credentials_says_where_they_are_looked_for(monkeypatch, tmp_path):
    pytest.importorskip("botocore")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert "AWS_ACCESS_KEY_ID" in message(OPENSEARCH_AWS_REGION="eu-central-1")
