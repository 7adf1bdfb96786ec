"""A table gives what the command line gives of the same rows, in Parquet and in NDJSON."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import POLICIES, paths, printed, users
from rolewright import Policy
from tables import table

LOADED = {path.name: Policy.load(path) for path in sorted(POLICIES.glob("*.yaml"))}
CASES = [(name, source) for name, policy in LOADED.items() for source in policy.sources]


@pytest.mark.parametrize("number", range(16))
@pytest.mark.parametrize(("name", "source"), CASES)
def test_random_tables(program, tmp_path, name, source, number):
    policy = LOADED[name]
    given = table(number, policy.reads(source))
    rows = users(policy.map(given, source=source).to_pylist())
    lines = tmp_path / "users.ndjson"
    lines.write_text("".join(json.dumps(row) + "\n" for row in given.to_pylist()), encoding="utf-8")
    parquet = tmp_path / "users.parquet"
    pq.write_table(given, parquet)
    for document in ([lines, "--as", "ndjson"], [parquet]):
        told = program("eval", POLICIES / name, *document, "--source", source, "--format", "ndjson")
        assert rows == [printed(line, paths(policy)) for line in told]
    one_by_one = [policy.decide(row, source=source) for row in given.to_pylist()]
    assert policy.map(given, source=source).to_pylist() == one_by_one


SERVICE_PRINCIPAL = {
    "id": "5f1d8c52-0000-4000-8000-000000000001",
    "servicePrincipalNames": [],
    "displayName": "Docker",
    "appRoles": [
        {"id": "a0000000-0000-4000-8000-000000000001", "displayName": "My Corp Administrator", "value": None},
        {"id": "a0000000-0000-4000-8000-000000000002", "displayName": "My Corp Editor", "value": "editor"},
    ],
}


@pytest.mark.parametrize("listed", [False, True])
def test_documents_of_the_application(program, tmp_path, listed):
    resource, roles = SERVICE_PRINCIPAL["id"], [role["id"] for role in SERVICE_PRINCIPAL["appRoles"]]
    given = pa.Table.from_pylist(
        [
            {
                "id": f"user-{number}",
                "userPrincipalName": f"user{number}@acme.example",
                "accountEnabled": number % 5 > 0,
                "appRoleAssignments": [
                    {"id": f"{number}-{at}", "appRoleId": role, "resourceId": resource if number % 4 else "another"}
                    for at, role in enumerate(roles[: number % 3])
                ],
            }
            for number in range(20)
        ]
    )
    documents = [tmp_path / "principal.json"]
    documents[0].write_text(json.dumps(SERVICE_PRINCIPAL))
    if listed:
        entry = {"id": "x", "principalId": "user-3", "principalType": "User", "resourceId": resource, "appRoleId": roles[1]}
        documents.append(tmp_path / "assigned.json")
        documents[1].write_text(json.dumps({"value": [entry]}))
    pq.write_table(given, tmp_path / "users.parquet")
    policy = Policy.load(POLICIES / "docker.yaml", documents=documents)
    told = program("eval", POLICIES / "docker.yaml", tmp_path / "users.parquet", *documents, "--format", "ndjson")
    rows = policy.map(given).to_pylist()
    assert rows == [printed(line, paths(policy)) for line in told]
    assert {row["role"] for row in rows} >= ({"owner", "editor"} if listed else {"owner"})
