"""Of policies and users made at random the package says what the rows say, of a table and of each user."""

import json
import subprocess

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


def test_the_law():
    decided = tables = 0
    for case in made(200):
        policy, source = Policy.from_text(case["policy"]), case["source"]
        wanted = [printed(json.dumps(decision), paths(policy)) for decision in case["decisions"]]
        given = [policy.decide(user, source=source, now=NOW) for user in case["users"]]
        assert users(given) == users(wanted), f"seed {case['seed']}, sources.{source}"
        decided += len(given)
        try:
            table = pa.Table.from_pylist(case["users"])
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            continue  # a column has one type, and users have values of several
        rows = policy.map(table, source=source, now=NOW).to_pylist()
        alone = [policy.decide(user, source=source, now=NOW) for user in table.to_pylist()]
        assert rows == alone, f"seed {case['seed']}, sources.{source}"
        tables += 1
    assert decided > 10_000 and tables > 20
