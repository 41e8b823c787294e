"""HTTP servers that answer as Prometheus and Zabbix do, and stop answering when told: what real ones will not do on demand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

Answer = Callable[[str, bytes], object]


class GoneError(Exception):
    """The server answers 503 from here."""


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server on loopback; `answer` gets path and body and returns JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                code, content = 200, json.dumps(answer(self.path, body)).encode()
            except GoneError:
                code, content = 503, b"{}"
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Prometheus:
    """One machine at 25 % of its CPU from `first_s` on; answers only so many range queries."""

    def __init__(self, *, first_s: int, series: int = 1, machine: str = "10.0.0.1:9100") -> None:
        self.first_s, self.series, self.machine = first_s, series, machine
        self.answers_left = 1_000_000
        self.asked: list[tuple[int, int]] = []
        self.silent_from_s = 1 << 40
        self.warnings: list[str] = []
        self.values = "values"  # where its numbers stand: a native histogram says "histograms"

    def __call__(self, path: str, body: bytes) -> object:
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if path.endswith("/query"):
            there = int(given["time"]) < self.silent_from_s
            return self._result([{"metric": {}, "value": [0, str(self.series)]}] if there else [])
        if not self.answers_left:
            raise GoneError
        self.answers_left -= 1
        start, end, step = (int(given[name]) for name in ("start", "end", "step"))
        self.asked.append((start, end))
        points = [[at, "0.25"] for at in range(start, end + 1, step) if at >= self.first_s]
        return self._result([{"metric": {"instance": self.machine}, self.values: points}] if points else [])

    def _result(self, found: object) -> object:
        more = {"warnings": self.warnings} if self.warnings else {}
        return {"status": "success", "data": {"result": found}, **more}


class Zabbix:
    """Hosts with one CPU item each and a value every hour; answers only so many questions for history."""

    def __init__(self, hosts: Mapping[str, float], *, version: str = "7.0.0") -> None:
        self.hosts, self.version = dict(hosts), version
        self.answers_left = 1_000_000
        self.asked: list[tuple[int, int]] = []

    def __call__(self, _path: str, body: bytes) -> object:
        question = json.loads(body)
        result = getattr(self, question["method"].replace(".", "_"))(question["params"])
        return {"jsonrpc": "2.0", "result": result, "id": question["id"]}

    def apiinfo_version(self, _given: Any) -> str:
        return self.version

    def item_get(self, given: Any) -> list[dict[str, Any]]:
        if given["filter"]["key_"] != "system.cpu.util":
            return []
        return [
            {
                "itemid": str(n),
                "hostid": str(n),
                "value_type": "0",
                "units": "%",
                "hosts": [{"host": host, "name": host}],
            }
            for n, host in enumerate(self.hosts)
        ]

    def hostinterface_get(self, _given: Any) -> list[dict[str, Any]]:
        return []

    def history_get(self, given: Any) -> list[dict[str, str]]:
        if not self.answers_left:
            raise GoneError
        self.answers_left -= 1
        begin, end = given["time_from"], given["time_till"]
        self.asked.append((begin, end))
        levels = list(self.hosts.values())
        stamps = range(-(-begin // 3600) * 3600, end + 1, 3600)
        return [
            {"itemid": n, "clock": str(at), "value": str(levels[int(n)])} for n in given["itemids"] for at in stamps
        ]

    def trend_get(self, _given: Any) -> list[dict[str, str]]:
        return []
