"""A Hugging Face hub on the loopback interface, with a small repository and a gated one."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b'{"model_type": "llama"}',
    "model.safetensors": b"weights",
    "pytorch_model.bin": b"the same weights, as PyTorch keeps them",
    "original/consolidated.pth": b"once more",
    "tokenizer.json": b"{}",
}


class Hub(BaseHTTPRequestHandler):
    """The hub's endpoints for a snapshot: the list of files, and each file."""

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
        """Write no log."""


@contextmanager
def serving_hub() -> Iterator[str]:
    """Yield the hub's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
