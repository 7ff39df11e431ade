"""Stored responses, conversations and chat completions.

`storage.py` is the interface for the other packages. It opens the database in the background, and retries
until that succeeds. A thread with its own event loop imports SQLAlchemy and Alembic and migrates the schema,
so that probes are answered from the start; Alembic is imported only if the schema is out of date.
`schema.py` holds an advisory lock (PostgreSQL) or the write lock (SQLite) meanwhile. A new schema version
is a module in `migrations/versions/`, its number in `schema.py`, and the resulting tables in `tables.py`;
a test checks that the three agree. A version only adds, because servers of the previous release run beside
it during an update.

`database.py` has the connections and classifies failures: a failure of the database is a 503
(`store_unavailable`, `store_full`), an invalid statement an error of the server. An operation that has
started runs to its end even if its client leaves, so that no connection stays inside a transaction. SQLite
uses WAL and `synchronous=NORMAL` (a commit survives `kill -9`; a power failure can lose the last ones, but
never the file), with one writer of this process at a time. `sql.py` has the operations, `statements.py`
what they share. A response is a row without its output. Input and output items are rows of their own, so
that a chain is one recursive query that reads only items, and an item is found by its id. JSON is stored
as text. An id of a client that is too long for an index is replaced by its hash.

`conversations.py` stores items in order. When a response completes, its input and output are appended in
the transaction that stores it (`append`): updating the conversation's `next_place` locks its row, so two
responses that complete at once are appended one after the other, and an item that is already there is not
added again. A response's row has the position up to which it read its conversation, so that a later request
that continues the response gets the same items. `handlers/context.py` assembles the context of a request.
`dialects/responses/compaction.py` defines what a compaction replaces, and `handlers/compaction.py` has the
model write it. `completions.py` stores chat completions; their metadata are rows, for an index, because
lists can be filtered by them. The answer of a stored stream is collected by a wrapper of its encoder
(`dialects/chat/stored.py`), so that other streams have no additional cost.

While a response is being generated, its row has `server` and `lease_until`. Every update of such a row
requires the lease, so that a response that has ended never changes, and a cancellation is one statement on
any server. Once a second the generating server checks whether its rows are still unfinished
(`RunningResponses.stop_ended`) and stops those that are not; it renews the lease every 10 s. `maintenance.py`
marks responses as failed whose end this server could not store, as soon as the database is available, and
those whose lease of 45 s has expired by the database's clock, but only after the database has been available
for as long, so that every server can renew its leases after an outage. A SQLite file has a lock file that its
servers share; a server that gets it exclusively knows that no other runs. `maintenance.py` also deletes
expired responses, 200 at a time with pauses; a wall clock that jumps by an hour expires nothing.

`inspection.py` and `vacuum.py` implement `accord store`, which can run while servers use the database, and
does not migrate. A
new SQLite file has `auto_vacuum = INCREMENTAL`, so that space is freed in small steps; a file of the first
release is rewritten once.

Costs (SQLite, two shared cores): 0.9 ms to store a response, and 2 ms to load a chain of 100 turns with 20
tools each. The event loop is blocked for less than 1 ms by that chain, for 9 ms by a response of 2 MB, and
for at most 4 ms while 1600 responses expire.
"""

from accord.store.address import Address, StorageUnusable
from accord.store.responses import (
    ANSWERED,
    UNFINISHED,
    Json,
    ResponseRecord,
    Retention,
    StoredResponse,
    Turn,
    WrittenItem,
)
from accord.store.storage import Storage

__all__ = [
    "ANSWERED",
    "UNFINISHED",
    "Address",
    "Json",
    "ResponseRecord",
    "Retention",
    "Storage",
    "StorageUnusable",
    "StoredResponse",
    "Turn",
    "WrittenItem",
]
