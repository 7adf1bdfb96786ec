"""What the types of Arrow are to a policy, and that it makes no difference how a value is held."""

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import POLICIES, paths, printed
from rolewright import Policy

TEXT_OF = """
rolewright: 1
policy: texts
target:
  application: Texts
  attributes:
    userName: { kind: user_name, required: true }
    told: { type: KIND }
sources:
  scim: { dialect: entra, mappings: { userName: { direct: mail }, told: { direct: "VALUE" } } }
"""


def reading(attribute, kind="string"):
    return TEXT_OF.replace('"VALUE"', f"'{attribute}'").replace("KIND", kind)


POLICY, LISTS = Policy.from_text(reading("value")), Policy.from_text(reading("value", "list"))
UTC = datetime.timezone.utc
NOON = datetime.datetime(2024, 3, 1, 12, 30, 5, 120000, UTC)


def told(values):
    policy = LISTS if pa.types.is_nested(values.type) else POLICY
    names = [f"user{number}@acme.example" for number in range(len(values))]
    batch = pa.RecordBatch.from_arrays([pa.array(names), values], ["mail", "value"])
    return [row["attributes"]["told"] for row in policy.map(batch).to_pylist()]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array(["a", None, ""]), ["a", None, ""]),
        (pa.array(["a", None, "é"], pa.large_string()), ["a", None, "é"]),
        (pa.array(["a", None, "a text that is longer than twelve bytes"], pa.string_view()), ["a", None, "a text that is longer than twelve bytes"]),
        (pa.array(["a", None, "b", "a"]).dictionary_encode(), ["a", None, "b", "a"]),
        (pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), pa.array(["a", None])), ["a", None, None]),
        (pa.DictionaryArray.from_arrays(pa.array([None, None], pa.int32()), pa.array([], pa.string())), [None, None]),
        (pa.array([True, False, None]), ["True", "False", None]),
        *((pa.array([1, None, 7], kind), ["1", None, "7"]) for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())),
        (pa.array([-(2**63), 2**63 - 1]), ["-9223372036854775808", "9223372036854775807"]),
        (pa.array([1.5, None, float("nan"), float("inf"), 2.0]), ["1.5", None, None, None, "2"]),
        (pa.array([1.5], pa.float32()), ["1.5"]),
        (pa.array([decimal.Decimal("12.50"), None]), ["12.50", None]),
        (pa.array([datetime.date(2024, 3, 1), None]), ["2024-03-01", None]),
        (pa.array([datetime.date(1969, 12, 31)], pa.date64()), ["1969-12-31"]),
        (pa.array([NOON], pa.timestamp("ms", "UTC")), ["2024-03-01 12:30:05.120 +00:00"]),
        (pa.array([NOON], pa.timestamp("us", "Europe/Oslo")), ["2024-03-01 12:30:05.120000 +00:00"]),
        (pa.array([NOON.replace(tzinfo=None)], pa.timestamp("ns")), ["2024-03-01 12:30:05.120000000 +00:00"]),
        (pa.array([-1], pa.timestamp("s")), ["1969-12-31 23:59:59.000 +00:00"]),
        (pa.array([["a", None], [], None]), ['["a",null]', "[]", None]),
        (pa.array([["a"], None], pa.large_list(pa.string())), ['["a"]', None]),
        (pa.array([["a", "b"], None, ["c", "d"]], pa.list_(pa.string(), 2)), ['["a","b"]', None, '["c","d"]']),
        (pa.array([{"a": 1, "b": [True]}, None]), ['[{"a":1,"b":[true]}]', None]),
        (pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())), ['[{"k":1}]', None]),
        (pa.nulls(2), [None, None]),
    ],
    ids=lambda given: str(given.type) if isinstance(given, pa.Array) else None,
)
def test_values(values, texts):
    assert told(values) == texts
    # A part of an array stands at an offset within its buffers.
    double = pa.concat_arrays([values, values])
    assert told(double.slice(1, len(values))) == (texts + texts)[1 : len(values) + 1]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([datetime.date(2024, 3, 1), datetime.date(1960, 2, 29), None]),
        pa.array([NOON, None], pa.timestamp("ms", "UTC")),
        pa.array([NOON, None], pa.timestamp("us", "UTC")),
        pa.array([decimal.Decimal("-0.07"), decimal.Decimal("12.00"), None], pa.decimal128(12, 2)),
        pa.array([0.1, 1e30, float("nan"), None], pa.float32()),
        pa.array([0, 2**32 - 1, None], pa.uint32()),
        pa.array([0, 2**64 - 1, None], pa.uint64()),
    ],
    ids=lambda values: str(values.type),
)
def test_values_are_those_of_parquet(program, tmp_path, values):
    given = pa.table({"mail": ["x@y"] * len(values), "value": values})
    (tmp_path / "policy.yaml").write_text(reading("value"))
    pq.write_table(given, tmp_path / "users.parquet")
    lines = program("eval", tmp_path / "policy.yaml", tmp_path / "users.parquet", "--format", "ndjson")
    assert POLICY.map(given).to_pylist() == [printed(line, paths(POLICY)) for line in lines]


PATHS = [
    ("manager.employeeId", {"manager": {"employeeId": "7"}}, "7"),
    ("manager.employeeId", {"manager": None}, None),
    ("manager.employeeId", {"manager.employeeId": "8", "manager": {"employeeId": "7"}}, "8"),
    ("a.b.c", {"a": {"b": {"c": "x"}}}, "x"),
    ("a.b.c", {"a.b": {"c": "x"}}, "x"),
    ("a.b.c", {"a.b": {"c": None}, "a": {"b": {"c": "y"}}}, None),
    ('emails[type eq "work"].value', {"emails": [{"type": "home", "value": "a"}, {"type": "work", "value": "b"}]}, "b"),
    ("urn:x:2.0:User:role", {"urn:x:2.0:User": {"role": "owner"}}, "owner"),
    ("extensionAttribute2", {"onPremisesExtensionAttributes": {"extensionAttribute2": "moby"}}, "moby"),
    ("extensionAttribute2", {"extensionAttribute2": "own", "onPremisesExtensionAttributes": {"extensionAttribute2": "moby"}}, "own"),
    ("extensionAttribute2", {"extensionAttribute2": None, "onPremisesExtensionAttributes": {"extensionAttribute2": "moby"}}, "moby"),
    ("onPremisesExtensionAttributes.extensionAttribute2", {"onPremisesExtensionAttributes": {"extensionAttribute2": "moby"}}, "moby"),
    ("objectId", {"userPrincipalName": "a@x", "id": "1"}, "1"),
    ("objectId", {"id": "1"}, None),
    ("telephoneNumber", {"userPrincipalName": "a@x", "businessPhones": ["47", "48"]}, "47"),
    ("userPrincipalName", {"userPrincipalName": "ines_partner.example#EXT#@x"}, "ines@partner.example"),
    ("department", {"UserPrincipalName": "a@x", "Department": "R&D"}, "R&D"),
    ("department", {"Department": "R&D"}, None),
]


@pytest.mark.parametrize(("attribute", "user", "text"), PATHS)
def test_paths(attribute, user, text):
    policy = Policy.from_text(reading(attribute))
    user = {"mail": "x@y", **user}
    batch = pa.RecordBatch.from_pylist([user])
    assert policy.map(batch)["attributes"][0].as_py()["told"] == text
    assert policy.decide(user)["attributes"]["told"] == text


def test_members_of_a_map():
    policy = Policy.from_text(reading("profile.team"))
    profiles = pa.array([[("team", "platform")], [("other", "x")], None], pa.map_(pa.string(), pa.string()))
    batch = pa.RecordBatch.from_arrays([pa.array(["x@y"] * 3), profiles], ["mail", "profile"])
    assert policy.map(batch)["attributes"].field("told").to_pylist() == ["platform", None, None]
