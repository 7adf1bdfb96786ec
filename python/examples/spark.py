"""What a policy gives the users of a data lake, by Spark: the same policy on every worker.

    python examples/spark.py policies/docker.yaml users.parquet decisions.parquet --master 'local[2]'
"""

import argparse
import os
import sys

from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema
from rolewright import Policy


def decisions(users, policy, source="scim"):
    """A DataFrame of users as one of decisions. The policy is pickled and goes to the workers with the function."""

    def mapped(batches):
        for batch in batches:
            yield policy.map(batch, source=source)

    return users.mapInArrow(mapped, from_arrow_schema(policy.output_schema))


def main():
    about = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("policy", help="the policy file")
    about.add_argument("users", help="users in Parquet, or one JSON object a line")
    about.add_argument("out", help="the folder of decisions, in Parquet")
    about.add_argument("--documents", nargs="*", default=[], help="the application's service principal and list of assignments")
    about.add_argument("--source", default="scim", help="whose mappings are applied")
    about.add_argument("--master", default="local[*]", help="where Spark runs")
    given = about.parse_args()

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # local workers are this Python, which has the package
    policy = Policy.load(given.policy, documents=given.documents)
    spark = SparkSession.builder.master(given.master).appName(f"rolewright {policy.name}").getOrCreate()
    users = spark.read.parquet(given.users) if "parquet" in given.users else spark.read.json(given.users)
    decisions(users, policy, given.source).write.mode("overwrite").parquet(given.out)
    spark.stop()


if __name__ == "__main__":
    main()
