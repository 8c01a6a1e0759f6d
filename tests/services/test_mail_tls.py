"""Mail over TLS, to a real server: nothing leaves to one that cannot show who it is, nor in clear text."""

from __future__ import annotations

import shutil
import smtplib
import ssl
import subprocess
import sys
from email.message import EmailMessage

import pytest

from cprac.services.mail_server import connect

SECURITIES = {"smtps": "tls", "starttls": "starttls", "smtp+starttls": "starttls"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of a day for this machine's own name, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    program = shutil.which("openssl")
    assert program, "install openssl"
    made = subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(params=sorted(SECURITIES))
def server(request, certificate, tmp_path):
    """A server for one scheme: its address without scheme and account, and what it took."""
    folder = tmp_path / "mail"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.smtp_server", "0", folder, SECURITIES[request.param], *certificate]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield request.param, int(process.stdout.readline()), folder
    finally:
        process.kill()
        process.communicate()


def send(url):
    message = EmailMessage()
    message["Subject"] = "Aviso"
    message.set_content("Há um aviso.\n")
    conversation = connect(url)
    try:
        conversation.send_message(message, "camara@exemplo.gov.br", ["ana@exemplo.com.br"])
    finally:
        conversation.quit()


def taken(folder):
    return len(list(folder.iterdir()))


def test_with_a_certificate_that_is_trusted_the_mail_leaves_over_tls(server, certificate, monkeypatch):
    scheme, port, folder = server
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    send(f"{scheme}://camara:segredo@localhost:{port}")
    assert taken(folder) == 1
    conversation = connect(f"{scheme}://camara:segredo@localhost:{port}")
    assert isinstance(conversation.sock, ssl.SSLSocket)
    assert conversation.sock.version() in {"TLSv1.2", "TLSv1.3"}
    conversation.close()


def test_nothing_leaves_to_a_server_whose_certificate_nobody_vouches_for(server):
    scheme, port, folder = server
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(f"{scheme}://camara:segredo@localhost:{port}")
    assert taken(folder) == 0


def test_nor_to_one_whose_certificate_is_of_another_name(server, certificate, monkeypatch):
    scheme, port, folder = server
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(f"{scheme}://camara:segredo@127.0.0.1:{port}")
    assert taken(folder) == 0


def test_a_wrong_password_is_said_and_not_repeated(server, certificate, monkeypatch):
    scheme, port, _folder = server
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with pytest.raises(smtplib.SMTPAuthenticationError) as error:
        connect(f"{scheme}://camara:errada@localhost:{port}")
    assert "errada" not in str(error.value)
