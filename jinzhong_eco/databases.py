"""The databases, from the environment: SQLite or PostgreSQL, and a streaming replica of PostgreSQL."""

from __future__ import annotations

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from . import environment

# Compiling a query takes longer than any of ours; a search for a common word holds half a million places.
# A host that vanished holds its locks until PostgreSQL misses it: after 90 seconds, not two hours.
SERVER_OPTIONS = (
    "-c jit=off -c work_mem=32MB -c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
)
SQLITE_OPTIONS = {
    # IMMEDIATE: otherwise a transaction that reads before it writes fails with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
}
# For a process's request threads, its workers (PHOTO_THREADS, DELIVERY_THREADS) and what keeps its pages fresh.
# Seconds that anybody waits for a connection: without a database, threads are needed for known pages.
CONNECT_SECONDS = 2
# A pool that goes on trying waits longer each time, and would not notice for minutes that the database is back.
POOL = {"min_size": 1, "max_size": 14, "timeout": CONNECT_SECONDS, "reconnect_timeout": CONNECT_SECONDS}
REPLICA_NAME = "replica"


def configured(default: str) -> dict[str, dict[str, Any]]:
    """The value of DATABASES."""
    primary, replica = _primary(default), _replica()
    if replica is None:
        return {"default": primary}
    if _engine(primary) != "postgresql":
        raise ImproperlyConfigured("DATABASE_REPLICA_URL is set, but DATABASE_URL is not postgresql://.")
    if replica["NAME"] != primary["NAME"]:
        raise ImproperlyConfigured(
            f"DATABASE_REPLICA_URL names the database {replica['NAME']!r}, DATABASE_URL {primary['NAME']!r}:"
            " a replica has the same databases."
        )
    if _address(replica) == _address(primary):
        raise ImproperlyConfigured("DATABASE_REPLICA_URL is the address of DATABASE_URL.")
    return {"default": primary, REPLICA_NAME: replica}


def _primary(default: str) -> dict[str, Any]:
    database = _parsed("DATABASE_URL", environment.secret("DATABASE_URL") or default)
    engine = _engine(database)
    if engine == "sqlite3":
        database["OPTIONS"] = {**SQLITE_OPTIONS}
    elif engine == "postgresql":
        options = database.setdefault("OPTIONS", {})
        options["pool"] = {**POOL}
        # Statements of models/prepared.py, at once; Django's cursors never prepare.
        options.setdefault("prepare_threshold", 0)
        options.setdefault("options", SERVER_OPTIONS)
        options.setdefault("connect_timeout", CONNECT_SECONDS)
        # Otherwise each pooled connection fails once after PostgreSQL was restarted.
        database["CONN_HEALTH_CHECKS"] = True
    else:
        raise ImproperlyConfigured(f"DATABASE_URL names {engine}: use sqlite:/// or postgresql://.")
    return database


def _replica() -> dict[str, Any] | None:
    """The replica: the primary's options, but shorter waits, because the primary can answer as well."""
    url = environment.secret("DATABASE_REPLICA_URL")
    if not url:
        return None
    database = _parsed("DATABASE_REPLICA_URL", url)
    if _engine(database) != "postgresql":
        raise ImproperlyConfigured(f"DATABASE_REPLICA_URL names {_engine(database)}: use postgresql://.")
    from interviews.public.replica_connection import ANSWER_SECONDS, ReplicaConnection

    options = database.setdefault("OPTIONS", {})
    options["pool"] = {
        **POOL,
        "timeout": 1,
        "reconnect_timeout": 1,
        "connection_class": ReplicaConnection,
        "name": REPLICA_NAME,
    }
    options.setdefault("prepare_threshold", 0)
    options.setdefault("connect_timeout", 1)
    options.setdefault("options", f"{SERVER_OPTIONS} -c statement_timeout={ANSWER_SECONDS:.0f}s")
    # Tests have one database.
    database["TEST"] = {"MIRROR": "default"}
    return database


def _parsed(name: str, url: str) -> dict[str, Any]:
    try:
        return {**dj_database_url.parse(url)}
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name} is no database address.") from error


def _engine(database: dict[str, Any]) -> str:
    return str(database["ENGINE"].rpartition(".")[2])


def _address(database: dict[str, Any]) -> tuple[Any, ...]:
    return database["HOST"], database["PORT"], database["OPTIONS"].get("host")


def not_of_replica(record: Any) -> bool:
    """Whether a pool's log record is of another pool: the replica's state is logged once, when it changes."""
    return REPLICA_NAME not in record.getMessage().lower()
