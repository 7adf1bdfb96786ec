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
    cases = [json.loads(line) for line in done.stdout.splitlines()]
    return [{**case, "users": [json.loads(user) for user in case["users"]]} for case in cases]


def kind(value):
    """The type of a column that holds the value, if one does that has a single type."""
    if isinstance(value, list):
        return "texts" if all(isinstance(it, str) for it in value) else None
    return None if value is None or isinstance(value, dict) else type(value)


def typed(rows):
    """The rows without the values that are not of their column's type, which is that of the most."""
    columns = {}
    for name in {name for row in rows for name in row}:
        kinds = Counter(kind(row.get(name)) for row in rows)
        kinds.pop(None, None)
        columns[name] = max(kinds, key=kinds.get, default=None)
    fitting = lambda row, name: row.get(name) if columns[name] and kind(row.get(name)) == columns[name] else None
    return [{name: fitting(row, name) for name in columns} for row in rows]


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
