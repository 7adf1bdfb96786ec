"""The example for Spark, with several workers, gives the rows of the command line."""

import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import HOME, POLICIES, paths, printed
from rolewright import Policy

EXAMPLE = HOME / "python/examples/spark.py"
CASES = [("docker.yaml", "scim"), ("docker.yaml", "jit"), ("docker-okta.yaml", "scim"), ("github-emu.yaml", "scim")]
ROLES = [["My Corp Administrator"], ["My Corp Editor", "User"], [], ["Enterprise Owner"]]


def user(number):
    """Of a hundred, some have no name, some are disabled, and one was invited."""
    name = f"user{number}@acme.example" if number % 50 else None
    guest = f"user{number}_partner.example#EXT#@acme.example" if number % 100 == 7 else name
    return {
        "id": f"{number:08}",
        "userPrincipalName": guest,
        "login": name,
        "mail": name,
        "displayName": f"Ødegård 林 {number}",
        "givenName": "Ada",
        "accountEnabled": number % 10 != 3,
        "dockerRole": ["editor", "owner", "somebody"][number % 3],
        "extensionAttribute2": ["acme", "moby", None][number % 3],
        "onPremisesExtensionAttributes": {"extensionAttribute3": ["platform", None][number % 2]},
        "appRoleAssignments": ROLES[number % 4],
    }


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """The same users as a document, and in parts in two forms."""
    folder = tmp_path_factory.mktemp("users")
    rows = [user(number) for number in range(3000)]
    whole = folder / "users.ndjson"
    whole.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for kind in ("parquet", "ndjson"):
        (folder / kind).mkdir()
    for part in range(4):
        some = rows[part * 750 : (part + 1) * 750]
        pq.write_table(pa.Table.from_pylist(some), folder / f"parquet/{part}.parquet")
        (folder / f"ndjson/{part}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in some), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("name", "source"), CASES)
def test_same_rows(program, given, tmp_path, name, source):
    policy = Policy.load(POLICIES / name)
    kind = "ndjson" if name == "github-emu.yaml" else "parquet"
    out = tmp_path / "decisions.parquet"
    done = subprocess.run(
        [sys.executable, EXAMPLE, POLICIES / name, given / kind, out, "--source", source, "--master", "local[2]"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = pq.read_table(out).to_pylist()
    told = program("eval", POLICIES / name, given / "users.ndjson", "--as", "ndjson", "--source", source, "--format", "ndjson")
    order = lambda row: json.dumps(row, sort_keys=True)
    assert len(rows) == 3000
    assert sorted(rows, key=order) == sorted((printed(line, paths(policy)) for line in told), key=order)
    # Each worker wrote parts of its own.
    assert len(list(out.glob("part-*.parquet"))) > 1
