"""What is handed to `map`: batches, tables, streams; and what is not to be mapped."""

import threading
import time

import pyarrow as pa
import pytest
from conftest import POLICIES
from rolewright import Policy

POLICY = Policy.load(POLICIES / "docker.yaml")
ROWS = [
    {"userPrincipalName": f"user{number}@acme.example", "accountEnabled": True, "extensionAttribute2": "moby", "appRoleAssignments": ["My Corp Editor"]}
    for number in range(10)
]
TABLE = pa.Table.from_pylist(ROWS)


def column(name, values):
    return TABLE.set_column(TABLE.schema.get_field_index(name), name, values)


def test_each_kind_of_data_gives_its_own():
    batch = TABLE.to_batches()[0]
    mapped = POLICY.map(batch)
    assert isinstance(mapped, pa.RecordBatch) and mapped.num_rows == 10
    mapped.validate(full=True)
    table = POLICY.map(TABLE)
    assert isinstance(table, pa.Table) and table.to_batches() == [mapped]
    chunked = pa.concat_tables([TABLE.slice(0, 3), TABLE.slice(3, 0), TABLE.slice(3)])
    assert POLICY.map(chunked).combine_chunks() == table.combine_chunks()
    reader = POLICY.map(pa.RecordBatchReader.from_batches(batch.schema, iter([batch, batch])))
    assert isinstance(reader, pa.RecordBatchReader) and reader.schema == POLICY.output_schema
    assert reader.read_all().num_rows == 20
    assert POLICY.map(batch.to_struct_array()) == mapped


def test_a_stream_is_mapped_as_it_is_asked_for():
    asked = []

    def batches():
        for number in range(3):
            asked.append(number)
            yield TABLE.to_batches()[0]

    reader = POLICY.map(pa.RecordBatchReader.from_batches(TABLE.schema, batches()))
    assert asked == []
    reader.read_next_batch()
    assert asked == [0]


def test_a_stream_that_fails():
    def batches():
        yield TABLE.to_batches()[0]
        raise OSError("the disk is gone")

    reader = POLICY.map(pa.RecordBatchReader.from_batches(TABLE.schema, batches()))
    assert reader.read_next_batch().num_rows == 10
    with pytest.raises(Exception, match="the disk is gone"):
        reader.read_next_batch()
    with pytest.raises(Exception, match="the disk is gone"):
        POLICY.map(Chunks(pa.RecordBatchReader.from_batches(TABLE.schema, batches())))


class Chunks:
    """A stream of another library."""

    def __init__(self, reader):
        self.reader = reader

    def __arrow_c_stream__(self, requested_schema=None):
        return self.reader.__arrow_c_stream__(requested_schema)


def test_nothing_to_map():
    for empty in (TABLE.slice(0, 0), TABLE.slice(10), TABLE.schema.empty_table()):
        assert POLICY.map(empty).to_pylist() == []
    assert POLICY.map(TABLE.to_batches()[0].slice(0, 0)).num_rows == 0
    assert POLICY.map(pa.table({})).num_rows == 0
    no_columns = TABLE.to_batches()[0].select([])
    assert POLICY.map(no_columns).num_rows == no_columns.num_rows
    nothing = POLICY.map(pa.table({name: pa.nulls(3) for name in TABLE.column_names})).to_pylist()
    assert [row["error"]["code"] for row in nothing] == ["required-attribute-missing"] * 3


@pytest.mark.parametrize("data", [None, 7, "users.parquet", ROWS, ROWS[0], b"", iter([])], ids=repr)
def test_what_is_no_arrow(data):
    with pytest.raises(TypeError, match="map takes a record batch"):
        POLICY.map(data)


def test_an_array_that_is_no_batch():
    with pytest.raises((TypeError, ValueError)):
        POLICY.map(pa.array([1, 2]))
    with pytest.raises((TypeError, ValueError)):
        POLICY.map(pa.array([{"mail": "x"}, None]))


def test_two_columns_of_one_name():
    twice = TABLE.append_column("accountEnabled", pa.array([True] * 10))
    for data in (twice, twice.to_batches()[0], twice.to_reader()):
        with pytest.raises(ValueError, match="the column accountEnabled stands twice"):
            POLICY.map(data)
    inner = pa.StructArray.from_arrays([pa.array(["a"]), pa.array(["b"])], ["x", "x"])
    with pytest.raises(ValueError, match="the column x stands twice"):
        POLICY.map(pa.table({"manager": inner}))


FOREIGN = [
    pa.array([b"x"] * 10),
    pa.array([b"x"] * 10, pa.large_binary()),
    pa.array([7] * 10, pa.time64("us")),
    pa.array([7] * 10, pa.duration("s")),
    pa.array([[b"x"]] * 10),
    pa.array([[("k", b"x")]] * 10, pa.map_(pa.string(), pa.binary())),
    pa.array([pa.scalar(7).as_py()] * 10, pa.decimal256(50, 2)),
    pa.RunEndEncodedArray.from_arrays(pa.array([10], pa.int32()), pa.array(["moby"])),
    pa.UnionArray.from_sparse(pa.array([0] * 10, pa.int8()), [pa.array(["moby"] * 10)]),
]


@pytest.mark.parametrize("values", FOREIGN, ids=lambda values: str(values.type))
def test_types_that_no_attribute_has(values):
    for name in ("extensionAttribute2", "appRoleAssignments", "userPrincipalName"):
        data = column(name, values)
        for data in (data, data.to_reader()):
            with pytest.raises(TypeError, match=f"the column {name} is read by the policy and is of a type that no attribute has"):
                POLICY.map(data)
    # What nobody reads may be anything.
    assert POLICY.map(TABLE.append_column("photo", values)) == POLICY.map(TABLE)
    assert POLICY.map(TABLE.append_column("manager", pa.StructArray.from_arrays([values], ["photo"]))) == POLICY.map(TABLE)


def test_nesting_has_a_limit():
    kind = pa.string()
    for _ in range(300):
        kind = pa.struct([("x", kind)])
    deep = pa.nulls(10, kind)
    assert POLICY.map(TABLE.append_column("deep", deep)) == POLICY.map(TABLE)


def test_bytes_that_are_no_text_refuse_their_row():
    names = pa.array([b"a@acme.example", b"\xff\xfe@acme.example", b"c@acme.example"]).view(pa.string())
    rows = POLICY.map(pa.table({"userPrincipalName": names, "accountEnabled": [True] * 3})).to_pylist()
    assert [row["user"] for row in rows] == ["a@acme.example", "", "c@acme.example"]
    assert rows[1]["error"] == {"code": "invalid-row", "message": "column userPrincipalName: some bytes are no text", "about": None}
    assert not rows[1]["active"] and rows[0]["error"] is None


@pytest.mark.parametrize("name", [7, 1.5, True, ["a@x"], {"a": "x"}], ids=repr)
def test_user_names_that_are_no_texts(name):
    users = [{"userPrincipalName": name, "accountEnabled": True, "appRoleAssignments": ["My Corp Editor"]}]
    assert POLICY.map(pa.Table.from_pylist(users)).to_pylist() == [POLICY.decide(users[0])]


def test_huge_texts():
    long = "x" * (8 << 20)
    rows = POLICY.map(column("extensionAttribute2", pa.array([long] * 10))).to_pylist()
    assert [row["org"] == long for row in rows] == [True] * 10


def test_more_text_than_a_column_holds():
    # A large column of 2.2 GiB by one text of 16 MiB that a dictionary repeats.
    names = pa.DictionaryArray.from_arrays(pa.array([0] * 140, pa.int32()), pa.array(["x" * (16 << 20)], pa.large_string()))
    with pytest.raises(ValueError, match="more than 2 GiB of text in one column: map smaller batches"):
        POLICY.map(pa.table({"userPrincipalName": names, "accountEnabled": [True] * 140}))


def test_groups_among_users():
    kinds = pa.array(["#microsoft.graph.user"] * 9 + ["#microsoft.graph.group"])
    rows = POLICY.map(TABLE.append_column("@odata.type", kinds)).to_pylist()
    assert [row["scope_reason"] for row in rows] == [None] * 9 + ["not-a-user"]


def test_threads_share_a_policy_and_others_run_meanwhile():
    big = pa.concat_tables([TABLE] * 20_000).combine_chunks().to_batches()[0]
    results, ticks = [], []
    threads = [threading.Thread(target=lambda: results.append(POLICY.map(big).num_rows)) for _ in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        ticks.append(time.monotonic())
        time.sleep(0.001)
    assert results == [200_000, 200_000]
    assert len(ticks) > 5, "the interpreter was held"
