"""A server of the first release goes on beside one of this release, which brings the schema up to date.

The first release's store is taken from the history: the commit before the schema's second version.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from accord.store import Address
from accord.store.schema import VERSION, VERSION_TABLE
from tests.unit.conftest import OpenStore
from tests.unit.records import found, record

ROOT = Path(__file__).parents[2]
SECOND_VERSION = "src/store/migrations/versions/v0002_conversations.py"

FIRST_RELEASE = """
import asyncio, sys
from accord.store import Address, ResponseRecord, Storage

def response(id_, status):
    output = [{"id": f"msg_out_{id_}", "text": "Hi"}] if status == "completed" else []
    return {"id": id_, "status": status, "error": None, "output": output}

async def write(store, id_, previous=None):
    given = [{"id": f"msg_in_{id_}"}]
    await store.create(ResponseRecord(id_, previous, response(id_, "in_progress"), given, streamed=True))
    assert await store.unfinished([id_], renew=True) == {id_}
    assert await store.update(id_, response(id_, "completed"), b"data: 1")
    assert (await store.get(id_, "")).response == response(id_, "completed")
    assert await store.events(id_, "") == b"data: 1"

async def main():
    storage = Storage(Address.parsed(sys.argv[1]))
    await storage.open()
    store, written, writes = storage.responses, 0, True

    async def write_on():
        nonlocal written
        while writes:
            await write(store, f"resp_old_{written}", f"resp_old_{written - 1}" if written else None)
            written += 1

    writing = asyncio.create_task(write_on())
    while line := (await asyncio.to_thread(sys.stdin.readline)).split():
        if writing.done():
            writing.result()
        match line:
            case ["written"]:
                print(written, flush=True)
            case ["chain", id_]:
                print(*(item["id"] for turn in await store.chain(id_, "") for item in turn.items), flush=True)
            case ["delete", id_]:
                print(await store.delete(id_, ""), flush=True)
            case ["expire", limit]:
                print(await store.delete_oldest(int(limit)), flush=True)
    writes = False
    await writing
    await storage.close()

asyncio.run(main())
"""


class FirstRelease:
    """A process with the first release's store, which keeps responses all the time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def ask(self, line: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{line}\n".encode())
        answer = (await asyncio.wait_for(self.process.stdout.readline(), 30)).decode().strip()
        assert answer or self.process.returncode is None, "the first release's store has failed"
        return answer

    async def writes_on(self, count: int) -> None:
        """Wait until it has written so many more."""
        goal = int(await self.ask("written")) + count
        async with asyncio.timeout(60):
            while int(await self.ask("written")) < goal:  # noqa: ASYNC110  it is another process
                await asyncio.sleep(0.05)


@pytest.fixture(scope="session")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as it was."""
    added = _git("log", "--format=%H", "--diff-filter=A", "--", SECOND_VERSION).strip()
    if not added:
        pytest.skip("NOT TESTED: the first release beside this one, as there is no history of the repository")
    folder = tmp_path_factory.mktemp("first-release")
    _git("archive", "--output", str(folder / "src.tar"), f"{added}^", "src")
    subprocess.run(["tar", "-xf", "src.tar"], cwd=folder, check=True)
    (folder / "src").rename(folder / "accord")
    return folder


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


@asynccontextmanager
async def running(folder: Path, address: Address) -> AsyncIterator[FirstRelease]:
    url = f"sqlite:///{address.file}" if address.file else address.url
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", FIRST_RELEASE, url),
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield FirstRelease(process)
    finally:
        assert process.stdin
        process.stdin.close()
        _, wrong = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, wrong.decode()


async def test_both_releases_serve_one_database(
    first_release: Path, address: Address, open_store: OpenStore
) -> None:
    async with running(first_release, address) as old:
        await old.writes_on(5)
        new = await open_store()
        async with new.database.connection() as connection:
            assert await connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == VERSION
        await old.writes_on(10)
        number = int(await old.ask("written")) - 1
        chain = await new.chain(f"resp_old_{number}", "")
        assert [turn.id for turn in chain] == [f"resp_old_{n}" for n in range(number + 1)]
        assert await new.events("resp_old_1", "") == b"data: 1"
        await new.create(record(0))
        await new.create(record(1, previous=0))
        assert await old.ask("chain resp_1") == "msg_in_0 msg_out_0 msg_in_1 msg_out_1"
        assert await old.ask("delete resp_1") == "True"
        assert await new.get("resp_1", "") is None
        assert (await found(new, 0)).response["status"] == "completed"
        assert await new.delete(f"resp_old_{number}", "")
        assert await old.ask("expire 3") == "3"
        assert await new.get("resp_old_0", "") is None
        await old.writes_on(3)
