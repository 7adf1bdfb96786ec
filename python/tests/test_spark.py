"""The example for Spark, with several workers, gives the rows of the command line."""

import json
import os
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import HOME, POLICIES, paths, printed
from pyspark.sql import SparkSession
from rolewright import Policy

sys.path.append(str(HOME / "python/examples"))
import spark  # noqa: E402

POLICY = Policy.load(POLICIES / "docker.yaml")
ROWS = 3000
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
    rows = [user(number) for number in range(ROWS)]
    whole = folder / "users.ndjson"
    whole.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for kind in ("parquet", "ndjson"):
        (folder / kind).mkdir()
    for part in range(4):
        some = rows[part * ROWS // 4 : (part + 1) * ROWS // 4]
        pq.write_table(pa.Table.from_pylist(some), folder / f"parquet/{part}.parquet")
        (folder / f"ndjson/{part}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in some), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def session():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate() as session:
        yield session


def same(rows, policy, lines):
    """Spark keeps no order."""
    order = lambda row: json.dumps(row, sort_keys=True)
    assert sorted(rows, key=order) == sorted((printed(line, paths(policy)) for line in lines), key=order)


@pytest.mark.parametrize(("name", "source"), CASES)
@pytest.mark.parametrize("kind", ["parquet", "ndjson"])
def test_same_rows(program, session, given, tmp_path, name, source, kind):
    policy = Policy.load(POLICIES / name)
    users = session.read.parquet(str(given / kind)) if kind == "parquet" else session.read.json(str(given / kind))
    spark.decisions(users, policy, source).write.parquet(str(tmp_path / "decisions.parquet"))
    lines = program("eval", POLICIES / name, given / "users.ndjson", "--as", "ndjson", "--source", source, "--format", "ndjson")
    same(pq.read_table(tmp_path / "decisions.parquet").to_pylist(), policy, lines)


def test_several_workers_share_the_work(session, given):
    """Each worker process tells who it is."""

    def workers(batches):
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"worker": [os.getpid()], "users": [POLICY.map(batch).num_rows]})
            time.sleep(1)  # so that the other one has something to do

    told = session.read.parquet(str(given / "parquet")).repartition(4).mapInArrow(workers, "worker long, users long").collect()
    assert sum(row.users for row in told) == ROWS
    assert len({row.worker for row in told}) == 2 and os.getpid() not in {row.worker for row in told}


def test_the_example_as_it_is_run(program, given, tmp_path):
    out = tmp_path / "decisions.parquet"
    command = [sys.executable, EXAMPLE, POLICIES / "docker.yaml", given / "parquet", out, "--master", "local[2]"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    lines = program("eval", POLICIES / "docker.yaml", given / "users.ndjson", "--as", "ndjson", "--format", "ndjson")
    same(pq.read_table(out).to_pylist(), POLICY, lines)


def test_a_policy_with_mistakes_stops_before_spark_does(tmp_path):
    (tmp_path / "policy.yaml").write_text("rolewright: 1")
    command = [sys.executable, EXAMPLE, tmp_path / "policy.yaml", "users.parquet", "out"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1 and "rolewright.PolicyError: error[" in done.stderr and "spark" not in done.stderr.lower().replace("spark.py", "")
