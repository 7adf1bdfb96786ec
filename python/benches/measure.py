"""Measures the package and prints the tables of docs/python.md.

    python benches/measure.py [USERS] [ROUNDS]

Users are made up, the same in each run. The package must be built optimised (`maturin develop --release`).
"""

import os
import pathlib
import statistics
import sys
import tempfile
import time

import pyarrow as pa
import pyarrow.parquet as pq

HOME = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(HOME / "python/examples"))
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


def median(rounds, work):
    """Seconds of wall time, and of this process's processor."""
    wall, processor = [], []
    for _ in range(rounds):
        before, used = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - before)
        processor.append(time.process_time() - used)
    return statistics.median(wall), statistics.median(processor)


def alone(tables, count, rounds):
    from rolewright import Policy

    policy = Policy.load(POLICY)
    batches = [batch for table in tables for batch in table.to_batches(max_chunksize=10_000)]

    def work():
        for batch in batches:
            policy.map(batch)

    policy.map(batches[0])
    wall, processor = median(rounds, work)
    print("\n| map, one thread | |\n| --- | ---: |")
    print(f"| users a second | {count / wall:,.0f} |")
    print(f"| wall time a user | {wall / count * 1e9:,.0f} ns |")
    print(f"| processor time a user | {processor / count * 1e9:,.0f} ns |")


def by_spark(folder, count, rounds):
    from pyspark.sql import SparkSession
    from rolewright import Policy
    from spark import decisions

    os.environ["PYSPARK_PYTHON"] = sys.executable
    policy = Policy.load(POLICY)
    print(f"\n| Spark | workers | users a second | core hours for {LAKE:,} users |\n| --- | ---: | ---: | ---: |")
    for workers in (1, 2):
        session = SparkSession.builder.master(f"local[{workers}]").config("spark.ui.showConsoleProgress", "false")
        session = session.config("spark.sql.files.minPartitionNum", 8).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        read = session.read.parquet(folder)
        jobs = [
            ("read, to Python and back, without a policy", read.mapInArrow(lambda batches: batches, read.schema)),
            ("read and mapped", decisions(read, policy)),
        ]
        for name, frame in jobs:
            work = lambda frame=frame: frame.write.format("noop").mode("overwrite").save()
            work()
            wall, _ = median(rounds, work)
            print(f"| {name} | {workers} | {count / wall:,.0f} | {LAKE / count * wall * workers / 3600:.2f} |")
        session.stop()


def main():
    count, rounds = [*map(int, sys.argv[1:]), *(1_000_000, 3)[len(sys.argv) - 1 :]][:2]
    print(f"{count:,} users, policies/docker.yaml, the median of {rounds} rounds")
    tables = list(users(count))
    alone(tables, count, rounds)
    with tempfile.TemporaryDirectory() as folder:
        for number, table in enumerate(tables):
            pq.write_table(table, f"{folder}/{number:04}.parquet")
        by_spark(folder, count, rounds)


if __name__ == "__main__":
    main()
