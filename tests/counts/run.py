"""Counts logs on every engine and trains on the results: each snapshot has the bytes of own counting.

Usage: python run.py SHELFWISE REPOSITORY FOLDER
"""

import csv
import datetime
import hashlib
import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import sqlglot

import buckets
import engines

TABLES = ["events", "ages", "hops", "cells", "ids"]
RESULTS = ["pairs", "items", "contexts", "sample", "totals"]
DIALECTS = ["duckdb", "spark", "bigquery", "snowflake", "clickhouse", "trino"]
FASTEST = ["--order", "tables", "--min-support", "2", "--links", "none"]
CHOSEN = ["--links", "none"]


def main(shelfwise: Path, repository: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    parse_all(shelfwise)
    bol = Log(shelfwise, repository / "tests/data/bol_example/train.tsv.zst", folder / "bol")
    own = bol.trained("own", FASTEST, "--events", bol.events)
    for name, count in engines.ALL.items():
        counted = bol.copy_of_tables(name)
        started = time.monotonic()
        count(shelfwise, counted)
        same(own, bol.trained(name, FASTEST, "--counts", counted), f"{name}, {time.monotonic() - started:.0f} s")
    shop = Log(shelfwise, generated(folder / "shop.csv"), folder / "shop")
    own = shop.trained("own", CHOSEN, "--events", shop.events)
    whole = shop.copy_of_tables("whole")
    engines.duckdb(shelfwise, whole)
    same(own, shop.trained("whole", CHOSEN, "--counts", whole), "a shop of people, every choice measured")
    days = shop.copy_of_tables("days")
    parts = count_days(shelfwise, days)
    assert parts >= 30, f"{parts} days"
    engines.duckdb(shelfwise, days, "sum")
    for result in RESULTS:
        assert rows(whole, result) == rows(days, result), f"{result} of {parts} days differ from one run"
    same(own, shop.trained("days", CHOSEN, "--counts", days), f"{parts} days, summed")
    after_the_first(shop, days)
    visits = generated(folder / "visits.csv", with_context=False)
    own = Log(shelfwise, visits, folder / "visits").trained("own", CHOSEN, "--events", visits)
    stays = folder / "visits/stays"
    without_export(shelfwise, visits, stays)
    counted = ["--counts", stays, *CHOSEN, "--out", folder / "visits/model-stays"]
    run(shelfwise, "train", *counted)
    same(own, hash_of(folder / "visits/model-stays"), "a log that stayed in its warehouse")
    buckets.main(shelfwise, repository, folder / "buckets")


def after_the_first(shop: "Log", days: Path) -> None:
    """Trains on the first thirty days and then on all, whose days were counted before: what changes is held back alike."""
    begun = shop.folder / "first-days.csv"
    lines = shop.events.read_text().splitlines(keepends=True)
    timestamp = lines[0].strip().split(",").index("timestamp")
    begun.write_text("".join(lines[:1] + [line for line in lines[1:] if line.split(",")[timestamp] < "2026-02-04"]))
    run(shop.shelfwise, "train", "--events", begun, *FASTEST, "--out", shop.folder / "model-first")
    previous = ["--previous", shop.folder / "model-first/model.swm"]
    anew = shop.trained("anew", FASTEST, "--events", shop.events)
    own = shop.trained("next", FASTEST, "--events", shop.events, *previous)
    assert own != anew, "nothing was held back"
    run(shop.shelfwise, "export", "--events", shop.events, *previous, "--out", shop.folder / "next")
    for table in ["ages.parquet", "counts.json"]:
        shutil.copy(shop.folder / "next" / table, days)
    assert rows(shop.folder / "next", "events") == rows(days, "events"), "events differ by --previous"
    engines.duckdb(shop.shelfwise, days, "sum")
    same(own, shop.trained("next-days", FASTEST, "--counts", days, *previous), "days, summed after a first model")


class Log:
    """A log, its tables, and snapshots of it."""

    def __init__(self, shelfwise: Path, events: Path, folder: Path) -> None:
        self.shelfwise, self.events, self.folder = shelfwise, events, folder
        run(shelfwise, "export", "--events", events, "--out", folder / "tables")

    def copy_of_tables(self, name: str) -> Path:
        copy = self.folder / name
        copy.mkdir()
        for table in TABLES:
            shutil.copy(self.folder / "tables" / f"{table}.parquet", copy)
        shutil.copy(self.folder / "tables" / "counts.json", copy)
        return copy

    def trained(self, name: str, options: list[str], *log: object) -> str:
        """Trains, and returns the SHA-256 of the snapshot."""
        out = self.folder / f"model-{name}"
        run(self.shelfwise, "train", *log, *options, "--out", out)
        return hash_of(out)


def hash_of(model: Path) -> str:
    """Returns the SHA-256 of the snapshot in a folder."""
    return hashlib.sha256((model / "model.swm").read_bytes()).hexdigest()


def without_export(shelfwise: Path, visits: Path, folder: Path) -> None:
    """Makes all tables in DuckDB, as docs/scale.md says: `export` sees no event."""
    warehouse = duckdb.connect()
    warehouse.execute(f"CREATE TABLE visits AS SELECT * FROM read_csv('{visits}', all_varchar = true)")
    first, last = warehouse.execute("SELECT min(timestamp)[:10], max(timestamp)[:10] FROM visits").fetchone()
    run(shelfwise, "export", "--days", f"{first}..{last}", "--out", folder)
    page = (Path(__file__).parents[2] / "docs/scale.md").read_text()
    own = page.split("```sql\n")[1].split("```")[0]
    for statement in own.split(";"):
        if statement.strip():
            warehouse.execute(statement.replace("TO '", f"TO '{folder}/"))
    numbers = warehouse.execute("SELECT * FROM numbers")
    names = [column[0] for column in numbers.description]
    manifest = json.loads((folder / "counts.json").read_text())
    manifest.update(zip(names, numbers.fetchone()))
    (folder / "counts.json").write_text(json.dumps(manifest))
    engines.duckdb(shelfwise, folder)


def run(*words: object) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, words))}\n{done.stderr}")


def same(own: str, other: str, what: str) -> None:
    if own != other:
        raise SystemExit(f"{what}: snapshot {other}, but own counting gives {own}")
    print(f"{what}: {other}")


def rows(folder: Path, table: str) -> list[tuple]:
    return duckdb.connect().execute(f"SELECT * FROM '{folder / table}.parquet'").fetchall()


def count_days(shelfwise: Path, folder: Path) -> int:
    """Counts the pairs of each day by itself; returns the number of days."""
    connection = duckdb.connect()
    events = folder / "events.parquet"
    days = connection.execute(f"SELECT DISTINCT period FROM '{events}' ORDER BY period").fetchall()
    (folder / "day_pairs").mkdir()
    for (day,) in days:
        own = folder / f"day-{day}"
        own.mkdir()
        shutil.copy(folder / "hops.parquet", own)
        connection.execute(
            f"COPY (SELECT * FROM '{events}' WHERE period = {day}) TO '{own / 'events.parquet'}' (FORMAT parquet)"
        )
        engines.duckdb(shelfwise, own, "day")
        shutil.move(own / "day_pairs.parquet", folder / "day_pairs" / f"{day}.parquet")
        shutil.rmtree(own)
    return len(days)


def parse_all(shelfwise: Path) -> None:
    """Parses each dialect's statements; only those of the engines above are run. The parser does not know the first line
    of Spark's, where its results go: that is left to Spark."""
    for dialect in DIALECTS:
        for of in ["whole", "day", "sum"]:
            for statement in engines.statements(shelfwise, dialect, of):
                statement = statement.removeprefix(engines.spark_directory(statement))
                parsed = sqlglot.parse(statement, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
                assert len(parsed) == 1, f"{dialect}: {len(parsed)} statements in one"
                assert not isinstance(parsed[0], sqlglot.exp.Command), f"{dialect} is not parsed: {statement[:60]}"
    print(f"{len(DIALECTS)} dialects parsed")


def generated(path: Path, with_context: bool = True) -> Path:
    """Writes the log of a made-up shop: forty days, people who come back, visits of nobody, carts and purchases."""
    chance = random.Random(18)
    items = [f"item-{number:03}" for number in range(240)]
    begin = datetime.datetime(2026, 1, 5, tzinfo=datetime.timezone.utc)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        place = ["device", "country"] if with_context else []
        writer.writerow(["session_id", "user_id", "item_id", "event", "timestamp", *place])
        for session in range(40 * 120):
            at = begin + datetime.timedelta(days=session // 120, minutes=chance.randrange(1_380))
            person = f"p{chance.randrange(1_500)}" if chance.random() < 0.7 else ""
            place = [chance.choice(["phone", "desktop"]), chance.choice(["DE", "NL"])] if with_context else []
            item = int(len(items) * chance.random() ** 2)
            for _ in range(chance.randrange(2, 11)):
                item = (item + chance.choice([1, 1, 2, 5, 239, 120])) % len(items)
                at += datetime.timedelta(seconds=chance.randrange(5, 200))
                event = chance.choices(["view_item", "add_to_cart", "purchase"], [8, 2, 1])[0]
                writer.writerow([f"s{session}", person, items[item], event, at.isoformat(), *place])
    return path


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
