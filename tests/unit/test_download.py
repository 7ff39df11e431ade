"""`accord download`, and the commands of a NIM container that come to it, against a hub on loopback."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b'{"model_type": "llama"}',
    "model.safetensors": b"weights",
    "pytorch_model.bin": b"the same weights, as PyTorch keeps them",
    "original/consolidated.pth": b"once more",
    "tokenizer.json": b"{}",
}


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as a snapshot needs: what files there are, and each of them."""

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        name = path.partition(f"/resolve/{COMMIT}/")[2]
        headers = {"X-Repo-Commit": COMMIT}
        status, body = 404, b'{"error": "Repository not found"}'
        if path.startswith("/api/models/org/tiny/tree/"):
            status, body = 200, json.dumps([self.entry(file) for file in FILES]).encode()
        elif path.startswith("/api/models/org/tiny"):
            siblings = [{"rfilename": file} for file in FILES]
            status, body = 200, json.dumps({"id": "org/tiny", "sha": COMMIT, "siblings": siblings}).encode()
        elif path.startswith("/org/tiny/") and name in FILES:
            status, body = 200, FILES[name]
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()}"'
        elif path.startswith("/api/models/org/gated"):
            status, body = 403, b'{"error": "Access to this model is restricted"}'
            headers["X-Error-Code"] = "GatedRepo"
        self.send_response(status)
        for header, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(header, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    @staticmethod
    def entry(file: str) -> dict[str, object]:
        return {"type": "file", "path": file, "size": len(FILES[file]), "oid": "0" * 40}

    def log_message(self, *_: object) -> None:
        """Nothing is written."""


@pytest.fixture(scope="module")
def hub() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def accord(hub: str, home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NIM_", "HF_"))}
    environment |= {"HF_ENDPOINT": hub, "HF_HOME": str(home), "NIM_CACHE_PATH": str(home)} | variables
    command = [sys.executable, "-m", "accord.server", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)


def test_a_models_files_are_fetched_but_those_that_are_not_loaded(hub: str, tmp_path: Path) -> None:
    run = accord(hub, tmp_path, "download", "org/tiny")
    assert run.returncode == 0, run.stderr
    folder = Path(run.stdout.strip())
    assert folder.is_relative_to(tmp_path)
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert there == {"config.json", "model.safetensors", "tokenizer.json"}


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["serve", "download-to-cache", "--all"], {"NIM_MODEL_PATH": "hf://org/tiny"}),
        (["serve", "nim_download_to_cache", "--profiles", "a", "b"], {"NIM_MODEL_NAME": "hf://org/tiny"}),
        (["serve", "download-to-cache", "--model-uri", "hf://org/tiny"], {}),
    ],
)
def test_nims_download_to_cache(
    hub: str, tmp_path: Path, arguments: list[str], variables: dict[str, str]
) -> None:
    run = accord(hub, tmp_path, *arguments, **variables)
    assert run.returncode == 0, run.stderr
    assert (Path(run.stdout.strip()) / "model.safetensors").read_bytes() == b"weights"


def test_nims_create_model_store(hub: str, tmp_path: Path) -> None:
    """As NVIDIA's operator calls it. The folder is one to serve from: no links into the cache."""
    store = tmp_path / "store"
    arguments = ["create-model-store", "--model-repo", "hf://org/tiny", "--model-store", str(store)]
    run = accord(hub, tmp_path / "home", "serve", *arguments, NIM_MODEL_PATH="")
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == str(store)
    assert not any(file.is_symlink() for file in store.rglob("*"))
    assert (store / "config.json").read_bytes() == FILES["config.json"]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("org/missing", "The hub has no 'org/missing' for us: 404."),
        ("org/gated", "HF_TOKEN gives access"),
        ("ngc://org/team/model", "NGC's models are for NIM containers"),
    ],
)
def test_a_model_that_cannot_be_had_is_told_in_a_line(
    hub: str, tmp_path: Path, model: str, said: str
) -> None:
    run = accord(hub, tmp_path, "download", model)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_profiles_are_listed_by_nims_name(hub: str, tmp_path: Path) -> None:
    run = accord(hub, tmp_path, "serve", "list-model-profiles", NIM_MODEL_PATH="org/tiny")
    assert run.returncode == 2
    assert "The model 'org/tiny' is neither a folder nor in Hugging Face's cache." in run.stderr
