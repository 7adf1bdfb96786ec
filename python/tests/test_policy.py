"""Policies in Python: loading, what is wrong with them, sending them elsewhere, one user."""

import ast
import datetime
import json
import pickle
import textwrap

import pyarrow as pa
import pytest
import rolewright
from conftest import HOME, POLICIES
from rolewright import Diagnostic, Policy, PolicyError

DOCKER = POLICIES / "docker.yaml"
ADA = {"userPrincipalName": "ada@acme.example", "accountEnabled": True, "appRoleAssignments": ["My Corp Administrator"]}


def test_what_a_policy_tells_of_itself():
    policy = Policy.load(str(DOCKER))
    assert (policy.name, policy.application, policy.sources) == ("docker", "Docker", ["scim", "jit"])
    assert "appRoleAssignments" in policy.reads() and "dockerOrg" in policy.reads("jit")
    assert (repr(policy), policy.warnings) == ("<rolewright.Policy docker>", [])
    assert isinstance(policy.output_schema, pa.Schema)
    assert policy.map(pa.RecordBatch.from_pylist([ADA])).schema == policy.output_schema


def test_one_user():
    row = Policy.load(DOCKER).decide(ADA)
    assert [row[name] for name in ("user", "org", "role", "team", "role_from")] == ["ada@acme.example", "acme", "owner", "company", "scim"]
    assert (row["attributes"]["dockerRole"], row["attributes"]["active"], row["error"], row["warnings"]) == ("owner", "true", None, [])


def test_settings_are_those_of_the_command_line():
    settings = {"connection.default_org": "moby", "connection.orgs": {"moby": ["crew"]}, "options.org_without_team": "default_team"}
    row = Policy.load(DOCKER, settings=settings).decide(ADA)
    assert (row["org"], row["created_team"]) == ("moby", "moby:company")


def test_extends_is_followed_and_pickled(tmp_path):
    (tmp_path / "base.yaml").write_text(DOCKER.read_text())
    own = tmp_path / "own.yaml"
    own.write_text("rolewright: 1\npolicy: own\nextends: base.yaml\nconnection: { default_org: moby }\n")
    principal = HOME / "examples/graph/service-principal.json"
    policy = Policy.load(own, settings={"connection.default_team": "crew"}, documents=[principal])
    sent = pickle.dumps(policy)
    (tmp_path / "base.yaml").unlink()
    again = pickle.loads(sent)
    user = {**ADA, "appRoleAssignments": [{"resourceId": json.loads(principal.read_text())["id"]}]}
    assert again.decide(user) == policy.decide(user)
    assert (again.decide(user)["org"], again.decide(user)["team"]) == ("moby", "crew")
    assert pickle.dumps(again) == sent
    with pytest.raises(PolicyError, match="extends-failed"):
        Policy.load(own)
    with pytest.raises(PolicyError, match="extends-failed"):
        Policy.from_text(own.read_text())


def test_what_is_wrong_with_a_policy_is_shown_where_it_stands():
    text = DOCKER.read_text().replace('"member", "My Corp Administrator"', '"My Corp Administrator"')
    with pytest.raises(PolicyError) as caught:
        Policy.from_text(text, name="mine.yaml")
    found = caught.value.diagnostics[0]
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "SingleAppRoleAssignment" in line)
    assert isinstance(found, Diagnostic) and isinstance(caught.value, ValueError)
    assert (found.code, found.severity, found.file, found.line) == ("switch-missing-default", "error", "mine.yaml", line)
    assert found.column > 1 and "insert the default first" in found.help and found.message in str(found)
    assert repr(found) == f"<error switch-missing-default at mine.yaml:{line}:{found.column}>"
    shown = str(caught.value)
    assert f"--> mine.yaml:{line}:{found.column}" in shown and "^^^" in shown and "\x1b" not in shown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "invalid-policy-value"),
        ("[]", "invalid-policy-value"),
        ("policy: x", "unsupported-version"),
        ("rolewright: 1\npolicy: x\n", None),
        ("{" * 5000, "invalid-policy-value"),
        ("rolewright: 1\nx: " + "{" * 5000, "yaml-limit"),
        ("a: &a [*a]", None),
        ("rolewright: 1\nextends: nowhere.yaml", "extends-failed"),
    ],
)
def test_what_is_no_policy(text, code):
    with pytest.raises(PolicyError) as caught:
        Policy.from_text(text)
    assert caught.value.diagnostics and (code is None or caught.value.diagnostics[0].code == code), str(caught.value)


@pytest.mark.parametrize(("path", "value"), [("options.nothing", "x"), ("options.unknown_org", "sometimes"), ("nothing.at.all", "1"), ("", ""), ("policy", "{")])
def test_settings_that_the_policy_does_not_have(path, value):
    with pytest.raises(PolicyError):
        Policy.load(DOCKER, settings={path: value})


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.yaml"):
        Policy.load(tmp_path / "nowhere.yaml")
    with pytest.raises(IsADirectoryError):
        Policy.load(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"policy: \xe9")
    with pytest.raises(ValueError, match="not UTF-8: byte 9"):
        Policy.load(tmp_path / "latin.yaml")
    with pytest.raises(ValueError, match="users are given to map"):
        Policy.load(DOCKER, documents=[HOME / "examples/graph/users.json"])
    (tmp_path / "page.html").write_text("<html>")
    with pytest.raises(ValueError, match="unknown-shape"):
        Policy.load(DOCKER, documents=[tmp_path / "page.html"])


def test_words_that_are_none():
    policy = Policy.load(DOCKER)
    with pytest.raises(ValueError, match='no source "console"; it has scim, jit'):
        policy.decide(ADA, source="console")
    with pytest.raises(TypeError):
        policy.decide(ADA, sauce="scim")
    with pytest.raises(TypeError):
        policy.decide([ADA])
    with pytest.raises(TypeError, match="JSON serializable"):
        policy.decide({"userPrincipalName": datetime.date(2024, 3, 1)})
    with pytest.raises(ValueError):
        policy.decide({"userPrincipalName": float("nan")})
    with pytest.raises(ValueError, match="now is no time: noon"):
        policy.decide(ADA, now="noon")
    with pytest.raises(TypeError):
        Policy()


def test_the_time_is_handed_in():
    text = textwrap.dedent("""
        rolewright: 1
        policy: clock
        target: { application: Clock, attributes: { userName: { kind: user_name }, at: { type: string } } }
        sources:
          scim: { dialect: entra, mappings: { userName: { direct: mail }, at: { expression: 'FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "yyyy-MM-dd HH:mm")' } } }
    """)
    policy = Policy.from_text(text)
    oslo = datetime.timezone(datetime.timedelta(hours=1))
    for now in ("2026-11-25T12:00:00Z", "2026-11-25T13:00:00+01:00", "2026-11-25T12:00:00", datetime.datetime(2026, 11, 25, 13, tzinfo=oslo)):
        assert policy.decide({"mail": "x@y"}, now=now)["attributes"]["at"] == "2026-11-25 12:00"
        assert policy.map(pa.table({"mail": ["x@y"]}), now=now)["attributes"].to_pylist()[0]["at"] == "2026-11-25 12:00"


def test_the_types_are_those_of_the_package():
    stubs = ast.parse((HOME / "python/python/rolewright/__init__.pyi").read_text())
    for written in (node for node in stubs.body if isinstance(node, ast.ClassDef)):
        named = {node.name for node in written.body if isinstance(node, ast.FunctionDef)}
        there = {name for name in vars(getattr(rolewright, written.name)) if not name.startswith("_")}
        assert named == there, written.name
    assert rolewright.__all__ == ["Diagnostic", "Policy", "PolicyError"]
