"""Of policies and users made at random the package says what the rows say, of a table and of each user."""

import json
import subprocess
from collections import Counter

import pyarrow as pa
import pytest
from conftest import HOME, paths, printed, users
from rolewright import Policy

NOW = "2026-01-01T00:00:00Z"


def made(count):
    law = HOME / "target/debug/examples/law"
    if not law.exists():
        pytest.fail(f"{law} is missing: cargo build --package rolewright-wasm --example law")
    done = subprocess.run([law, str(count)], capture_output=True, encoding="utf-8", check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def typed(rows):
    """The rows without the values that are not of their column's type, which is that of the most."""
    kind = lambda value: ("list",) if isinstance(value, list) else type(value)
    columns = {name for row in rows for name in row}
    table = [dict.fromkeys(columns) for _ in rows]
    for name in columns:
        values = [row[name] for row in rows if row.get(name) is not None]
        for wanted, _ in Counter(map(kind, values)).most_common(1):
            fits = lambda value: kind(value) == wanted and (wanted != ("list",) or all(isinstance(it, str) for it in value))
            for row, typed_row in zip(rows, table):
                typed_row[name] = row.get(name) if row.get(name) is not None and fits(row[name]) else None
    return table


def test_the_law():
    decided = 0
    for case in made(200):
        policy, source = Policy.from_text(case["policy"]), case["source"]
        wanted = [printed(json.dumps(decision), paths(policy)) for decision in case["decisions"]]
        given = [policy.decide(user, source=source, now=NOW) for user in case["users"]]
        assert users(given) == users(wanted), f"seed {case['seed']}, sources.{source}"
        decided += len(given)
        table = pa.Table.from_pylist(typed(case["users"]))
        rows = policy.map(table, source=source, now=NOW).to_pylist()
        alone = [policy.decide(user, source=source, now=NOW) for user in table.to_pylist()]
        assert rows == alone, f"seed {case['seed']}, sources.{source}"
    assert decided > 10_000
