"""What is kept between requests.

`storage.py` is its door, as `engine.py` is the engine's: open or not, and retried until it is. SQLAlchemy
and Alembic are imported and the schema is brought up to date in a thread with an event loop of its own, so
that probes are answered from the first moment; only a schema that is behind has Alembic imported at all.
`schema.py` holds an advisory lock (PostgreSQL) or the write lock (SQLite) meanwhile. A new version is a
module in `migrations/versions/`, its number in `schema.py`, and the tables as they are then in `tables.py`;
a test holds the three together. A version only adds: servers of the last release run beside it while they
are replaced.

`database.py` has the connections and judges failures: what the database cannot do now is a 503
(`store_unavailable`, `store_full`), what is wrong with a statement stays an error of ours. An operation
that was begun runs to its end though its client leaves, so no connection is left in the middle of a
transaction. SQLite: WAL, `synchronous=NORMAL` (a commit survives `kill -9`; a power cut can cost the last
ones, never the file), one writer of this process at a time. `sql.py` has the operations, `statements.py`
what they share. A response is a row without its output; items, given and made, are rows of their own, so
that a chain is one recursive query that reads nothing but items, and an item is found by its id. JSON is
text, whatever a client put into it; an id from a client that an index could not hold is replaced by its
hash.

`conversations.py` keeps items in an order of their own. A response that ends well adds what it was given
and what it made in the transaction that keeps it (`append`): moving the conversation's `next_place` locks
its row, so two that end at once come one after the other, whole, and an item that is there already is not
added again. A response's row has the place up to which it saw its conversation, so one that is followed by
id later is followed with just that. `handlers/context.py` puts together what a request is answered in the
context of. `dialects/responses/compaction.py` says what a compaction is and what of the items before it
still counts, `handlers/compaction.py` has the model write one. `completions.py` keeps chat completions;
their metadata are rows too, as an index can hold them, because a list can be asked for by them. A stream
that is kept is put together beside its encoder (`dialects/chat/stored.py`), so one that is not costs
nothing more.

A row whose `lease_until` is not null is being made, by `server`. Every change of such a row asks for that,
so what has ended stays as it ended, and a cancel is one statement, on whichever server. The server that
makes it looks once a second whether its rows are still unfinished (`RunningResponses.look`), stops those
that are not, and renews the lease every 10 s. `upkeep.py` fails rows whose end this server could not keep,
as soon as the database can do that, and rows whose lease of 45 s is over, by the database's clock, but not
before the database has answered for as long: after an outage everyone gets to say that they live. A SQLite
file has a lock beside it that its servers share; who gets it alone knows at once that nothing runs.
`upkeep.py` also expires, 200 responses at a time with pauses; a wall clock that jumps by an hour expires
nothing.

`inspection.py` and `vacuum.py` are what `accord store` runs, beside servers and without migrating. A new
SQLite file has `auto_vacuum = INCREMENTAL`, so that room is given back in small steps; one of the first
release is rewritten once.

What it costs (SQLite, two shared cores): 0.9 ms to keep a response, and 2 ms to load a chain of 100 turns
of which each had 20 tools. The event loop is held for less than 1 ms by that chain, for 9 ms by a response
of 2 MB, and for 4 ms at most while 1600 responses expire.
"""

from accord.store.address import Address, StorageUnusable
from accord.store.responses import ANSWERED, UNFINISHED, Json, ResponseRecord, Retention, StoredResponse, Turn
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
]
