"""Reads a log, a catalog and counts where they stand: in buckets of an S3 server on this machine, and at an address.

Usage, beside run.py: python buckets.py SHELFWISE REPOSITORY FOLDER
"""

import contextlib
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import boto3

LOG = "tests/data/bol_example/train.tsv.zst"
FASTEST = ["--order", "tables", "--min-support", "2", "--links", "none"]
CATALOG = "id,title,image_link\ntent,Tent,https://shop.example/tent.jpg\npeg,Peg,\n"
EVENTS = "session,item,time\n1,tent,1600000000\n1,peg,1600000060\n"


def main(shelfwise: Path, repository: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tmp").mkdir(parents=True)
    with s3_server() as endpoint, broken_server() as broken:
        shop = Shop(shelfwise, folder, endpoint)
        log_and_counts(shop, repository / LOG)
        patterns(shop)
        refused(shop, broken)
    assert not list((folder / "tmp").iterdir()), "copies are left over"
    print("files in buckets and at addresses: as on disk")


class Shop:
    """A bucket, and the program that reads it."""

    def __init__(self, shelfwise: Path, folder: Path, endpoint: str) -> None:
        self.shelfwise, self.folder, self.endpoint = shelfwise, folder, endpoint
        own = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-central-1"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            **own,
            "AWS_ENDPOINT": endpoint,
            "AWS_ALLOW_HTTP": "true",
            "TMPDIR": str(folder / "tmp"),
        }
        self.client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
        )
        self.client.create_bucket(Bucket="shop")

    def put(self, key: str, content: bytes | str) -> None:
        self.client.put_object(Bucket="shop", Key=key, Body=content)

    def run(self, *words: object, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(word) for word in (self.shelfwise, *words)],
            capture_output=True,
            text=True,
            env={**self.environment, **environment},
        )

    def model(self, name: str, *words: object) -> bytes:
        out = self.folder / name
        done = self.run("train", *words, *FASTEST, "--out", out)
        assert done.returncode == 0, done.stderr
        return (out / "model.swm").read_bytes()


def log_and_counts(shop: Shop, log: Path) -> None:
    """The same snapshot from the log on disk, the log in a bucket, and counts in a bucket."""
    own = shop.model("own", "--events", log)
    shop.client.upload_file(str(log), "shop", "logs/train.tsv.zst")
    assert shop.model("bucket", "--events", "s3://shop/logs/*.zst") == own, "the log differs in a bucket"
    counts = shop.folder / "counts"
    assert shop.run("export", "--events", "s3://shop/logs/train.tsv.zst", "--out", counts).returncode == 0
    statements = shop.run("sql", "--dialect", "duckdb").stdout
    subprocess.run([sys.executable, "-c", f"import duckdb; duckdb.sql('''{statements}''')"], check=True, cwd=counts)
    for table in counts.iterdir():
        shop.client.upload_file(str(table), "shop", f"counts/{table.name}")
    assert shop.model("counted", "--counts", "s3://shop/counts") == own, "counts differ in a bucket"
    shop.put("counts/pairs.parquet", (counts / "pairs.parquet").read_bytes()[:-9])
    expect(shop.run("train", "--counts", "s3://shop/counts", *FASTEST, "--out", shop.folder / "x"), "no whole Parquet file")
    expect(shop.run("train", "--counts", "s3://shop/nothing", *FASTEST, "--out", shop.folder / "x"), "counts.json")


def patterns(shop: Shop) -> None:
    """A star stays within a folder, and everything is named by its address."""
    for key in ["days/1/a.csv", "days/2/b c.csv", "days/3/deep/c.csv"]:
        shop.put(key, EVENTS.replace("1,", f"{key[5]},"))
    shop.put("feed.csv", CATALOG)
    told = shop.run("train", "--explain", "--events", "s3://shop/days/*/*.csv", "--catalog", "s3://shop/feed.csv")
    assert told.returncode == 0, told.stderr
    for part in ["s3://shop/days/1/a.csv\n", "s3://shop/days/2/b c.csv\n", "s3://shop/feed.csv\n", "2 of the log's 2"]:
        assert part in told.stdout, f"{part}: {told.stdout}"
    assert "deep" not in told.stdout, told.stdout
    shop.put("bad.csv", EVENTS + "2,tent,yesterday\n")
    expect(shop.run("train", "--explain", "--events", "s3://shop/bad.csv"), "s3://shop/bad.csv: line 4, column time")


def refused(shop: Shop, broken: str) -> None:
    """What cannot be fetched is refused with its address and what to do."""

    def explain(address: str, **environment: str) -> subprocess.CompletedProcess:
        return shop.run("train", "--explain", "--events", address, **environment)

    expect(explain("s3://shop/none.csv"), "s3://shop/none.csv: there is no such file")
    expect(explain("s3://shop/none*.csv"), "no file of the bucket matches")
    expect(explain("s3://elsewhere/a.csv"), "s3://elsewhere/a.csv: there is no such file or bucket")
    expect(explain("s3://shop/days/"), "this is a folder: give the files in it")
    expect(explain("s3://shop"), "give a bucket and a file")
    # Where no key is set, credentials are asked of the machine: here of a server that has none.
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]:
        del shop.environment[name]
    expect(explain("s3://shop/feed.csv", AWS_METADATA_ENDPOINT=broken), "there are no credentials: set AWS_ACCESS_KEY_ID")
    expect(
        explain("s3://shop/cut.csv", AWS_ENDPOINT=broken, AWS_SKIP_SIGNATURE="true"),
        "s3://shop/cut.csv: the connection broke off",
    )
    expect(explain(f"{broken}/cut.csv"), f"{broken}/cut.csv: the connection broke off")
    expect(explain(f"{broken}/none.csv"), "the server answers 404")
    told = explain(f"{broken}/whole.csv?signature=of-somebody")
    assert told.returncode == 0 and "2 products" in told.stdout, told.stderr


def expect(done: subprocess.CompletedProcess, part: str) -> None:
    assert done.returncode == 1 and part in done.stderr, f"{part}: {done.returncode} {done.stderr}"


@contextlib.contextmanager
def s3_server():
    """Starts the S3 server on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


class Broken(http.server.BaseHTTPRequestHandler):
    """Answers with less than it announces, for `cut.csv`."""

    def answer(self) -> None:
        name = self.path.split("?")[0].rsplit("/", 1)[-1]
        if name not in ("cut.csv", "whole.csv"):
            self.send_error(404)
            return
        content = EVENTS.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) + (1_000 if name == "cut.csv" else 0)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Mon, 02 Mar 2026 08:00:00 GMT")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def do_PUT(self) -> None:
        self.send_error(404)

    do_GET = do_HEAD = answer

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextlib.contextmanager
def broken_server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Broken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
