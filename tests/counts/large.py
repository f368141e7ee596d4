"""Counts a made-up log of many events in DuckDB, and prints time, CPU time and peak memory of each statement.

Usage: python large.py SHELFWISE FOLDER EVENTS [MEMORY_LIMIT]
"""

import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy
import pyarrow
import pyarrow.parquet

import engines

ITEMS = 100_000
DAYS = 90
FIRST_DAY = 20_500
HELD = 50_000
ROWS = 1 << 18


def main(shelfwise: Path, folder: Path, events: int, memory: str = "2GB") -> None:
    if len(sys.argv) > 5:
        # Each statement in a process of its own, so that its peak is its own.
        return measure(Path(sys.argv[5]), memory, int(sys.argv[6]))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write(folder, events)
    statements = engines.statements(shelfwise, "duckdb")
    started = time.monotonic()
    for number, statement in enumerate(statements):
        (folder / f"{number}.sql").write_text(statement)
        words = [sys.executable, __file__, shelfwise, folder, str(events), memory, folder, str(number)]
        subprocess.run(list(map(str, words)), check=True)
    print(f"{events:,} events in {time.monotonic() - started:.0f} s")


def measure(folder: Path, memory: str, number: int) -> None:
    import os

    os.chdir(folder)
    statement = Path(f"{number}.sql").read_text()
    connection = duckdb.connect()
    connection.execute(f"SET threads = 2; SET memory_limit = '{memory}'; SET preserve_insertion_order = false")
    started = time.monotonic()
    connection.execute(statement)
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    result = statement.split("TO '")[-1].split("'")[0]
    written = Path(result).stat().st_size / 1e6
    cpu = used.ru_utime + used.ru_stime
    print(f"{result}: {seconds:.1f} s, {cpu:.1f} s of CPU, peak {peak:.0f} MB, {written:.0f} MB written", flush=True)


def write(folder: Path, events: int) -> None:
    """Writes the tables: visits of 2 to 10 events near each other in a catalog with few popular items, people who come
    back."""
    random = numpy.random.default_rng(18)
    lengths = random.integers(2, 11, size=events // 6)
    sessions = len(lengths)
    session = numpy.repeat(numpy.arange(sessions), lengths)
    starts = numpy.repeat(numpy.cumsum(lengths) - lengths, lengths)
    line = numpy.arange(len(session)) - starts
    center = (ITEMS * random.random(sessions) ** 3).astype(numpy.int64)
    near = random.geometric(0.08, size=len(session)) * random.choice([-1, 1], size=len(session))
    day = FIRST_DAY + session * DAYS // sessions
    one = numpy.ones(len(session), dtype=numpy.int64)
    columns = {
        "session": session,
        "line": line,
        "item": (numpy.repeat(center, lengths) + near) % ITEMS,
        "t": day * 86_400_000,
        "kind": 2 * one,
        "weight": 16 * one,
        "person": numpy.repeat(random.integers(0, sessions // 2, size=sessions), lengths),
        "known": one,
        "cell": 0 * one,
        "period": day,
        "held": (session >= sessions - HELD).astype(numpy.int64),
        "reach": numpy.repeat(lengths, lengths) - line - 1,
        "starts": (line == 0).astype(numpy.int64),
    }
    table = pyarrow.table({name: column.astype(numpy.int64) for name, column in columns.items()})
    pyarrow.parquet.write_table(table, folder / "events.parquet", row_group_size=ROWS)
    small(folder, "ages", period=range(FIRST_DAY, FIRST_DAY + DAYS), age=[1024] * DAYS, recent=[1 << 36] * DAYS, fresh=[1] * DAYS)
    hops = [(reach, distance) for reach in range(1, 10) for distance in range(1, reach + 1)]
    small(folder, "hops", reach=[r for r, _ in hops], distance=[d for _, d in hops], decay=[4096 // d for _, d in hops])
    small(folder, "cells", cell=[0] * 4, facts=range(4), context=[0] * 4)


def small(folder: Path, name: str, **columns) -> None:
    arrays = {column: pyarrow.array(list(values), pyarrow.int64()) for column, values in columns.items()}
    pyarrow.parquet.write_table(pyarrow.table(arrays), folder / f"{name}.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:5])
