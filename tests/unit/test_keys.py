"""API keys: their format, storage, lookup and reload."""

import hashlib
import io
import logging
import os
from pathlib import Path

import pytest

from accord.server import cli
from accord.server.config_report import config_report
from accord.server.keys import Keys, file_line, new_key, parsed, read_keys
from accord.server.settings import Settings
from accord.server.sources import ConfigurationError, configuration

KEY = "sk-canary-0123456789"
DIGEST = hashlib.sha256(KEY.encode()).hexdigest()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for info in Settings.model_fields.values():
        monkeypatch.delenv(str(info.validation_alias), raising=False)


@pytest.mark.parametrize(
    ("text", "name"),
    [(KEY, ""), (f"{KEY} alice", "alice"), (f"sha256:{DIGEST}", ""), (f"SHA256:{DIGEST.upper()}  ci", "ci")],
)
def test_a_key_is_itself_or_its_digest_and_may_have_a_name(text: str, name: str) -> None:
    key = parsed(text)
    assert key.digest.hex() == DIGEST
    assert key.name == name
    assert KEY not in repr(key) + str(key)
    assert DIGEST not in repr(key) + str(key)


@pytest.mark.parametrize("text", ["", f"{KEY} two names", f"{KEY} na/me", "sha256:12ab", "schlüssel"])
def test_an_invalid_key_is_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|digits") as refused:
        parsed(text)
    assert text == "" or text.split()[0] not in str(refused.value)


def test_the_owner_is_the_same_everywhere_and_differs_by_key() -> None:
    assert parsed(KEY).owner == parsed(f"sha256:{DIGEST} alice").owner
    assert parsed(KEY).owner != parsed(KEY + "x").owner
    assert parsed(KEY).owner not in DIGEST


def test_a_file_has_one_key_per_line_and_comments(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# who may ask\n\n{KEY} alice\n  sha256:{'0' * 64}\n")
    assert [key.label for key in read_keys(file)] == ["alice", parsed(f"sha256:{'0' * 64}").owner]


@pytest.mark.parametrize(
    ("content", "reason"), [("", "no key"), ("# none\n", "no key"), (f"{KEY}\na b c\n", "line 2")]
)
def test_an_invalid_file_of_keys_is_reported_at_the_start(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "keys"
    file.write_text(content)
    with pytest.raises(ConfigurationError, match=reason) as refused:
        configuration(["--api-keys-file", str(file)])
    assert KEY not in str(refused.value)


def test_every_key_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(known: bytes, given: bytes) -> bool:
        compared.append(known)
        assert len(known) == len(given) == 32
        return known == given

    monkeypatch.setattr("accord.server.keys.hmac.compare_digest", compare)
    good = Keys([parsed("one"), parsed("two"), parsed("three")], None)
    found = good.find(b"one")
    assert found is not None
    assert found.digest == parsed("one").digest
    assert good.find(b"four") is None
    assert len(compared) == 6


def touch(file: Path, text: str) -> None:
    """Write another content, and a time that differs even on a coarse clock."""
    before = file.stat().st_mtime_ns
    file.write_text(text)
    os.utime(file, ns=(before + 10**9, before + 10**9))


def test_the_file_is_reloaded_when_it_changes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    file = tmp_path / "keys"
    file.write_text("first")
    good = Keys([parsed("always")], file)
    touch(file, "second\nthird\n")
    good.refresh()
    assert [good.find(k) is not None for k in (b"first", b"second", b"third", b"always")] == [
        False,
        True,
        True,
        True,
    ]
    assert "2 keys" in caplog.text


@pytest.mark.parametrize("broken", ["", "half a line of", "sha256:12"])
def test_an_invalid_file_keeps_the_keys_and_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    file = tmp_path / "keys"
    file.write_text(KEY)
    good = Keys([], file)
    touch(file, broken)
    good.refresh()
    good.refresh()
    assert good.find(KEY.encode()) is not None
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1
    file.unlink()
    good.refresh()
    assert good.find(KEY.encode()) is not None
    file.write_text("new")
    good.refresh()
    assert good.find(KEY.encode()) is None
    assert good.find(b"new") is not None


def test_keys_of_the_environment_are_hashed_when_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_API_KEYS", f"{KEY} alice, sha256:{'a' * 64}")
    configured = configuration([])
    assert configured.settings.api_keys is not None
    assert [key.name for key in configured.settings.api_keys] == ["alice", ""]
    assert KEY not in repr(configured) + config_report(configured)
    assert DIGEST not in repr(configured) + config_report(configured)


@pytest.mark.parametrize("value", [",", f"{KEY} a b", f"{KEY},sha256:1"])
def test_invalid_keys_end_the_start_and_are_not_repeated(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ACCORD_API_KEYS", value)
    with pytest.raises(ConfigurationError, match=r"ACCORD_API_KEYS: got '\*+'") as refused:
        configuration([])
    assert KEY not in str(refused.value)


def test_keys_are_not_an_option_of_the_command_line() -> None:
    with pytest.raises(ConfigurationError, match="--api-keys") as refused:
        configuration(["--api-keys", KEY])
    assert KEY not in str(refused.value)


def test_the_line_of_a_new_key_makes_it_valid(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["accord", "keys", "new", "alice"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    out, err = capsys.readouterr()
    key = err.split()[-1]
    assert out == file_line(key, "alice") + "\n"
    assert key not in out
    assert Keys([parsed(out)], None).find(key.encode()) is not None
    assert new_key() != new_key()


def test_the_line_of_a_given_key(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["accord", "keys", "hash"])
    monkeypatch.setattr("sys.stdin", io.StringIO(KEY + "\n"))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"sha256:{DIGEST}\n"
