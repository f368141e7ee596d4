"""Counts the tables in a folder on Spark, in this process: a check that a person calls.

Usage: pip install pyspark==4.3.0 (and Java 17), then: python spark.py SHELFWISE FOLDER
"""

import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

import engines


def main(shelfwise: Path, folder: Path) -> None:
    os.chdir(folder)
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    print(f"Spark {session.version}")
    for statement in engines.statements(shelfwise, "spark"):
        session.sql(statement)
        print(statement.split("\n", 1)[0])
    session.stop()


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
