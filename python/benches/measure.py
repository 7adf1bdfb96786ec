"""Measures the package, on Linux, and prints the table of docs/python.md. Users are made up, the same in each run.

    cargo xtask bench python [USERS [ROUNDS]]

builds the package optimised and runs this.
"""

import datetime
import os
import pathlib
import statistics
import sys
import tempfile
import time

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from rolewright import Policy

HOME = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(HOME / "python/examples"))
from spark import decisions  # noqa: E402

POLICY = HOME / "policies/docker.yaml"
LAKE = 100_000_000

ORGS = ["acme", "moby", "whale", None, None, None]
TEAMS = ["platform", "developers", "security", None, None, None, None, None]
ROLES = [["My Corp Administrator"], ["My Corp Editor"], ["User", "My Corp Editor"], ["User"]]


def users(count, part=100_000):
    """Tables of users: of a hundred, two have no name, three no role, ten are disabled."""
    for start in range(0, count, part):
        numbers = range(start, min(start + part, count))
        mixed = [number * 0x9E3779B97F4A7C15 % 2**64 >> 32 for number in numbers]
        mail = [f"user{number}@acme.example" for number in numbers]
        yield pa.table(
            {
                "id": [f"{number:08x}-67ae-4c39-8c2f-{number:012}" for number in numbers],
                "userPrincipalName": [None if draw % 100 < 2 else name for draw, name in zip(mixed, mail)],
                "accountEnabled": [draw // 100 % 100 >= 10 for draw in mixed],
                "displayName": [f"Ada Nowak {number}" for number in numbers],
                "givenName": ["Ada"] * len(numbers),
                "surname": ["Nowak"] * len(numbers),
                "mail": mail,
                "department": ["Engineering"] * len(numbers),
                "city": ["Gdańsk"] * len(numbers),
                "employeeId": [f"{number:07}" for number in numbers],
                "extensionAttribute2": [ORGS[draw // 7 % 6] for draw in mixed],
                "extensionAttribute3": [TEAMS[draw // 11 % 8] for draw in mixed],
                "appRoleAssignments": [[] if draw // 13 % 100 < 3 else ROLES[draw // 17 % 4] for draw in mixed],
            }
        )


def processor():
    """Seconds of the processor that this process and all that it started have used, as Linux counts them."""
    used, parents = {}, {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        number = int(path.parent.name)
        parents[number] = int(fields[1])
        used[number] = sum(map(int, fields[11:15]))  # its own, and that of children that have ended

    def is_ours(number):
        return number == os.getpid() or (number in parents and is_ours(parents[number]))

    return sum(ticks for number, ticks in used.items() if is_ours(number)) / os.sysconf("SC_CLK_TCK")


def row(name, workers, count, rounds, work):
    """A row of the table: by the wall, and by the processor, which other work on the machine changes least."""
    walls, used = [], []
    for _ in range(rounds):
        wall, ticks = time.perf_counter(), processor()
        work()
        walls.append(time.perf_counter() - wall)
        used.append(processor() - ticks)
    wall, used = statistics.median(walls), statistics.median(used)
    print(f"| {name} | {workers} | {count / wall:,.0f} | {used / count * 1e6:.2f} µs | {used / count * LAKE / 3600:.2f} |", flush=True)


def alone(tables, count, rounds):
    policy = Policy.load(POLICY)
    batches = [batch for table in tables for batch in table.to_batches(max_chunksize=10_000)]

    def work():
        for batch in batches:
            policy.map(batch)

    policy.map(batches[0])
    row("`Policy.map`, batches of 10,000, no Spark", 1, count, rounds, work)


def by_spark(folder, workers, count, rounds):
    session = SparkSession.builder.master(f"local[{workers}]").config("spark.ui.showConsoleProgress", "false")
    session = session.config("spark.sql.files.minPartitionNum", 8).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    users = session.read.parquet(folder)
    jobs = [
        ("Spark reads, no Python", users),
        ("Spark, to Python and back", users.mapInArrow(lambda batches: batches, users.schema)),
        ("Spark, mapped", decisions(users, Policy.load(POLICY))),
    ]
    for name, frame in jobs:
        work = lambda frame=frame: frame.write.format("noop").mode("overwrite").save()
        work()  # the virtual machine and the workers warm up
        row(name, workers, count, rounds, work)
    session.stop()


def main():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    count, rounds = [*map(int, sys.argv[1:]), *(1_000_000, 3)[len(sys.argv) - 1 :]][:2]
    print(f"{datetime.date.today()}, {count:,} users, policies/docker.yaml, the median of {rounds} rounds:\n")
    print(f"| job | workers | users a second | processor a user | core hours for {LAKE:,} |")
    print("| --- | ---: | ---: | ---: | ---: |", flush=True)
    tables = list(users(count))
    alone(tables, count, rounds)
    with tempfile.TemporaryDirectory() as folder:
        for number, table in enumerate(tables):
            pq.write_table(table, f"{folder}/{number:04}.parquet")
        for workers in (1, 2):
            by_spark(folder, workers, count, rounds)


if __name__ == "__main__":
    main()
