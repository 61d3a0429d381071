"""A client of Concord's HTTP interface, written from its contract alone (shared/design/api.md)."""

import json
import time
from dataclasses import dataclass

import httpx
from websockets.sync.client import connect

ENDED = {"completed", "failed", "cancelled"}


class ProblemError(Exception):
    """The server answered with a problem document."""

    def __init__(self, response):
        self.status = response.status_code
        self.document = response.json()
        super().__init__(f"{self.status} {self.document.get('title')}: {self.document.get('detail')}")


@dataclass
class Event:
    """One Server-Sent Event."""

    id: str
    data: dict


class Concord:
    """Everything that the orchestrator offers."""

    def __init__(self, url, timeout=60.0):
        self.url = url.rstrip("/")
        self.http = httpx.Client(base_url=self.url, timeout=timeout)

    def call(self, method, path, body=None, headers=None, **query):
        params = {name: value for name, value in query.items() if value is not None}
        response = self.http.request(method, path, json=body, headers=headers, params=params)
        if response.status_code >= 400:
            assert response.headers["content-type"] == "application/problem+json", response.headers
            assert response.json()["status"] == response.status_code
            raise ProblemError(response)
        return response

    def get(self, path, **query):
        return self.call("GET", path, **query).json()

    def post(self, path, body=None, headers=None):
        return self.call("POST", path, body if body is not None else {}, headers).json()

    def create(self, operation_type, parameters, wait=None, key=None, **members):
        headers = {"Prefer": "respond-async" if wait is None else f"wait={wait}"}
        if key:
            headers["Idempotency-Key"] = key
        body = {"operation_type": operation_type, "parameters": parameters, **members}
        response = self.call("POST", "/operations", body, headers)
        assert response.status_code in ((200,) if wait is not None else (200, 202))
        return response.json()

    def pages(self, path, member, **query):
        """All elements of a list, page by page."""
        cursor = None
        while True:
            page = self.get(path, cursor=cursor, **query)
            yield from page[member]
            cursor = page["next_cursor"]
            if not cursor or not page[member]:
                return

    def until(self, path, wanted, limit=600.0):
        """Reads something until it is as wanted."""
        end = time.monotonic() + limit
        while True:
            value = self.get(path)
            if wanted(value):
                return value
            assert time.monotonic() < end, f"{path} is not as wanted after {limit} s: {json.dumps(value)[:2000]}"
            time.sleep(0.1)

    def stream(self, path, after=None, limit=300.0):
        """The Server-Sent Events of a path, until the stream ends."""
        headers = {"Accept": "text/event-stream"}
        if after:
            headers["Last-Event-ID"] = after
        with self.http.stream("GET", path, headers=headers, timeout=limit) as response:
            if response.status_code == 204:
                return
            assert response.status_code == 200, response.status_code
            assert response.headers["content-type"].startswith("text/event-stream")
            event_id, data = None, []
            for line in response.iter_lines():
                if line.startswith("id:"):
                    event_id = line[3:].strip()
                elif line.startswith("data:"):
                    data.append(line[5:].strip())
                elif not line and data:
                    yield Event(event_id, json.loads("\n".join(data)))
                    data = []

    def listen(self, operation_id=None):
        """A WebSocket on which messages arrive."""
        url = self.url.replace("http", "ws", 1) + "/ws"
        if operation_id:
            url += f"?operation_id={operation_id}"
        return connect(url, open_timeout=30, close_timeout=10)
