"""What the tests share: the repository, its program, and rows in the form of both."""

import json
import os
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
POLICIES = HOME / "policies"


@pytest.fixture(scope="session")
def program():
    """Runs the command line and gives its standard output, line by line; it may find faults in rows (1)."""
    path = Path(os.environ.get("ROLEWRIGHT", HOME / "target/debug/rolewright"))
    if not path.exists():
        pytest.fail(f"{path} is missing: cargo build --features parquet, or name the program by ROLEWRIGHT")

    def run(*arguments):
        done = subprocess.run([path, *map(str, arguments)], capture_output=True, encoding="utf-8", check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout.splitlines()

    return run


def cell(value):
    """A value as a cell of the result holds it."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def printed(line, paths):
    """A line of `eval --format ndjson` as a row of `map`."""
    told = json.loads(line)
    org, seat = next(iter(told["orgs"].items()), (None, {}))
    team, team_from = next(iter(seat.get("teams", {}).items()), (None, None))
    note = lambda note: {"about": None, **note}
    # A mapping names its attribute by the name or by the path.
    given = lambda name, path: cell(told["attributes"].get(name, told["attributes"].get(path)))
    return {
        "user": told["user"],
        "in_scope": told["in_scope"],
        "scope_reason": told.get("scope_reason"),
        "active": told["active"],
        "org": org,
        "role": seat.get("role"),
        "team": team,
        "org_from": seat.get("org_from"),
        "role_from": seat.get("role_from"),
        "team_from": team_from,
        "created_team": next(iter(told["created_teams"]), None),
        "attributes": {name: given(name, path) for name, path in paths.items()},
        "warnings": [note(warning) for warning in told["warnings"]],
        "error": note(told["error"]) if "error" in told else None,
    }


def paths(policy):
    """The target attributes of a policy by name, with their paths."""
    return {field.name: field.metadata[b"path"].decode() for field in policy.output_schema.field("attributes").type}


def users(rows):
    """The rows that the command line prints: what is no user it passes over, and what it cannot read it tells elsewhere."""
    return [row for row in rows if row["scope_reason"] != "not-a-user" and (row["error"] or {}).get("code") != "invalid-row"]
