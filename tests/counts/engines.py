"""The engines that count: each runs the queries of `shelfwise sql` over the tables in a folder, and keeps the results
there as Parquet."""

import json
import os
import subprocess
from pathlib import Path


def statements(shelfwise: Path, dialect: str, of: str = "whole") -> list[str]:
    """Returns the statements of a dialect, without their semicolons."""
    printed = subprocess.run(
        [shelfwise, "sql", "--dialect", dialect, "--of", of], check=True, capture_output=True, text=True
    ).stdout
    return [statement.strip() for statement in printed.split(";\n") if statement.strip()]


def spark_directory(statement: str) -> str:
    """Returns the line that says where Spark puts a result; nothing for other dialects."""
    first = statement.split("\n", 1)[0]
    return first if first.startswith("INSERT OVERWRITE DIRECTORY") else ""


def queries(shelfwise: Path) -> list[tuple[str, str]]:
    """Returns names and queries, for engines whose results are kept by this file."""
    printed = subprocess.run(
        [shelfwise, "sql", "--dialect", "trino", "--json"], check=True, capture_output=True, text=True
    ).stdout
    lines = [json.loads(line) for line in printed.splitlines()]
    return [(line["name"], line["query"]) for line in lines]


def duckdb(shelfwise: Path, folder: Path, of: str = "whole") -> None:
    import duckdb

    os.chdir(folder)
    connection = duckdb.connect()
    for statement in statements(shelfwise, "duckdb", of):
        connection.execute(statement)


def chdb(shelfwise: Path, folder: Path) -> None:
    """ClickHouse, inside this process."""
    import chdb

    os.chdir(folder)
    for statement in statements(shelfwise, "clickhouse"):
        chdb.query(statement)


def datafusion(shelfwise: Path, folder: Path) -> None:
    import datafusion
    import pyarrow.parquet

    context = datafusion.SessionContext()
    for table in ["events", "ages", "hops", "cells"]:
        context.register_parquet(table, str(folder / f"{table}.parquet"))
    for name, query in queries(shelfwise):
        pyarrow.parquet.write_table(context.sql(query).to_arrow_table(), folder / f"{name}.parquet")
        if name == "raw_pairs":
            context.register_parquet(name, str(folder / f"{name}.parquet"))


def polars(shelfwise: Path, folder: Path) -> None:
    import polars

    tables = {table: polars.scan_parquet(folder / f"{table}.parquet") for table in ["events", "ages", "hops", "cells"]}
    for name, query in queries(shelfwise):
        result = polars.SQLContext(tables).execute(query).collect()
        result.write_parquet(folder / f"{name}.parquet")
        tables[name] = result.lazy()


ALL = {"duckdb": duckdb, "chdb": chdb, "datafusion": datafusion, "polars": polars}
