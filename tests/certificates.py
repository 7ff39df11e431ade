"""Certificates, made for tests."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Pair:
    """A certificate that is its own authority, and its key."""

    certificate: Path
    key: Path


def self_signed(folder: Path, passphrase: str | None = None) -> Pair:
    """Make a certificate for the loopback in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    pair = Pair(folder / "tls.crt", folder / "tls.key")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-days",
        "2",
    ]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    command += ["-passout", f"pass:{passphrase}"] if passphrase else ["-nodes"]
    subprocess.run([*command, "-keyout", pair.key, "-out", pair.certificate], check=True, capture_output=True)
    return pair
