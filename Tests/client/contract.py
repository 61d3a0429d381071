"""Holds a running deployment against its contract, as a client of it would use it.

    python contract.py --url http://127.0.0.1:8000 [--worker KIND=URL …] [--source file:/folder] [--county NAME]

Every line says what was held; the exit code is 0 when all of it held.
"""

import argparse
import json
import re
import sys
import threading
import time
import uuid

from concord_client import ENDED, Concord, ProblemError

DOUBTFUL = [{"PARCEL_ID": f"{number}", "CO_NO": "not a county", "JV": "x"} for number in range(20)]


def said(text):
    print(f"ok   {text}", flush=True)


def refuses(status, call):
    try:
        call()
    except ProblemError as problem:
        assert problem.status == status, f"{problem} instead of {status}"
        return problem.document
    raise AssertionError(f"was not refused with {status}")


class Contract:
    def __init__(self, concord, arguments):
        self.concord = concord
        self.arguments = arguments
        self.failures = []
        self.reviewer = f"contract-{uuid.uuid4().hex[:6]}"

    def run(self):
        for part in (
            self.health, self.description, self.types, self.watches, self.streams, self.reviews, self.rejects_and_retries,
            self.cancels, self.jobs, self.queues, self.refusals, self.workers,
        ):
            part()
        assert not self.failures, self.failures

    def health(self):
        health = self.concord.until("/health", lambda health: health["status"] == "healthy", 60)
        for name in ("redis_connected", "langgraph_available"):
            assert health[name] is True
        for name in ("active_operations", "escalation_queue", "registered_workers"):
            assert isinstance(health[name], int)
        assert set(health["config"]) >= {"confidence_threshold", "context_compression", "rewoo_planning"}
        assert {"durability", "agents", "version", "workers"} <= set(health)
        said(f"health: {health['registered_workers']} kinds of workers, version {health['version']}")

    def description(self):
        document = self.concord.get("/openapi.json")
        assert document["openapi"].startswith("3.1")
        try:
            from openapi_spec_validator import validate
        except ImportError:
            said("openapi: openapi-spec-validator is not there, so that the document is not validated by it")
        else:
            validate(document)
            said(f"openapi: {len(document['paths'])} paths, valid by openapi-spec-validator")
        metrics = self.concord.http.get("/metrics")
        assert metrics.status_code == 200 and metrics.headers["content-type"].startswith("text/plain")
        assert re.search(r"^process_resident_memory_bytes \d+$", metrics.text, re.MULTILINE)
        said("metrics are text of Prometheus")

    def parameters(self):
        """Parameters with which each type of operation runs on the sample."""
        pipeline = {"counties": [self.arguments.county], "datasets": ["SDF"], "year": self.arguments.year}
        if self.arguments.source:
            pipeline["source"] = self.arguments.source
        return {
            "data_pipeline": pipeline,
            "data_validation": {"data": DOUBTFUL, "dataset": "SDF"},
            "entity_sync": {},
            "performance_check": {},
            "ai_inference": {"question": "How many parcels are there?"},
            "custom": {
                "steps": [
                    {
                        "id": "fetch", "worker": "florida_data", "action": "download",
                        "parameters": {"county": self.arguments.county, "dataset": "SDF", "year": self.arguments.year}
                        | ({"source": self.arguments.source} if self.arguments.source else {}),
                    }
                ]
            },
        }

    def types(self):
        document = self.concord.get("/openapi.json")
        request = document["components"]["schemas"]["OperationRequest"]
        known = request["properties"]["operation_type"]["enum"]
        samples = self.parameters()
        for operation_type in samples:
            assert operation_type in known, f"{operation_type} is none of {known}"
            created = self.concord.create(operation_type, samples[operation_type], metadata={"user_id": "123"})
            identity = created["operation_id"]
            assert re.fullmatch(r"op-\d{8}-\d{6}-[0-9a-f]{8}", identity), identity
            assert created["metadata"] == {"user_id": "123"}
            report = self.settle(identity)
            steps = report["result"]
            assert steps["steps_executed"] >= steps["steps_successful"]
            if report["status"] == "failed":
                error = report["error"] or ""
                absent = re.search(r"is no known (worker|action)|has no action|is no action", error)
                if not absent or operation_type in self.arguments.require:
                    # The others are still worth knowing about.
                    self.failures.append(f"{operation_type} failed: {error}")
                    print(f"FAIL {self.failures[-1][:300]}", flush=True)
                    continue
                said(f"{operation_type}: cannot run here: {error.splitlines()[0][:160]}")
                continue
            assert report["status"] == "completed", f"{operation_type} is {report['status']}"
            assert 0 <= report["confidence_score"] <= 1
            plan = self.concord.get(f"/operations/{identity}/plan")
            assert len(plan["steps"]) == len(steps["results"])
            diagram = self.concord.http.get(f"/operations/{identity}/plan", params={"format": "mermaid"}).text
            assert diagram.startswith("flowchart")
            assert self.concord.get(f"/operations/{identity}/explain")["reasons"][0]["code"] == "ended"
            said(f"{operation_type}: {report['status']}, {steps['steps_successful']} steps, {report['confidence_score']:.2f}")
        listed = [report["operation_id"] for report in self.concord.pages("/operations", "operations", limit=3)]
        assert len(listed) == len(set(listed)) >= len(samples), "a list tells each operation once"
        only = self.concord.get("/operations", status="completed", type="data_pipeline")["operations"]
        assert only and all(report["operation_type"] == "data_pipeline" for report in only)
        said(f"lists {len(listed)} operations page by page, and by state and type")

    def settle(self, identity):
        """Waits for an operation's end, and approves what a person is asked on the way."""
        while True:
            report = self.concord.until(
                f"/operations/{identity}",
                lambda report: report["status"] in ENDED or report["status"] == "escalating" and report["escalations"],
            )
            if report["status"] in ENDED:
                return report
            for escalation in report["escalations"]:
                self.decide(escalation, "approve")
            self.concord.until(
                f"/operations/{identity}",
                lambda now: not set(now["escalations"]) & set(report["escalations"]),
            )

    def decide(self, escalation, decision, **members):
        version = self.concord.get(f"/escalations/{escalation}")["version"]
        body = {"decision": decision, "version": version, "reviewer": self.reviewer, **members}
        return self.concord.post(f"/escalations/{escalation}/decision", body)

    def doubtful(self, **members):
        """An operation that asks a person, and the escalation."""
        created = self.concord.create("data_validation", self.parameters()["data_validation"], **members)
        identity = created["operation_id"]
        report = self.concord.until(
            f"/operations/{identity}", lambda report: report["status"] in ENDED or report["escalations"]
        )
        assert report["escalations"], f"nothing is asked: {json.dumps(report)[:1000]}"
        return identity, report["escalations"][0]

    def watches(self):
        with self.concord.listen() as socket:
            first = json.loads(socket.recv(timeout=10))
            assert {"active_operations", "escalations", "timestamp", "events"} <= set(first)
            pong = socket.ping()
            assert pong.wait(10), "a ping is answered"
            identity = self.concord.create("data_pipeline", self.parameters()["data_pipeline"])["operation_id"]
            states, narrowed = [], []
            with self.concord.listen(identity) as own:
                closing = threading.Thread(target=self.settle, args=(identity,))
                closing.start()
                while not states or states[-1] not in ENDED:
                    message = json.loads(socket.recv(timeout=120))
                    states += [event["state"] for event in message["events"] if event["subject"] == identity]
                closing.join()
                end = time.monotonic() + 30
                while time.monotonic() < end:
                    message = json.loads(own.recv(timeout=10))
                    narrowed += message["events"]
                    if message["active_operations"] == 0:
                        break
            assert all(event["operation_id"] == identity for event in narrowed)
            assert states[-1] == "completed", states
        said(f"WebSocket: heard {', '.join(states)}; one of the operation alone heard {len(narrowed)} events")

    def streams(self):
        identity = self.concord.create("data_pipeline", self.parameters()["data_pipeline"])["operation_id"]
        closing = threading.Thread(target=self.settle, args=(identity,))
        closing.start()
        heard = []
        # The connection is given up after each three events, and the stream goes on where it was.
        while not any(event.data["subject"] == identity and event.data["state"] in ENDED for event in heard):
            taken = 0
            for event in self.concord.stream(f"/operations/{identity}/events", after=heard[-1].id if heard else None):
                heard.append(event)
                taken += 1
                if taken == 3:
                    break
            assert taken, "the stream ended before the operation"
        closing.join()
        listed = list(self.concord.pages(f"/operations/{identity}/events", "events", limit=4))
        assert [event.data for event in heard] == listed[: len(heard)], "nothing is lost between two connections"
        again = list(self.concord.stream(f"/operations/{identity}/events"))
        assert [event.data for event in again][: len(listed)] == listed
        assert not list(self.concord.stream(f"/operations/{identity}/events", after=again[-1].id))
        said(f"Server-Sent Events: {len(heard)} over {1 + len(heard) // 3} connections, none lost, none twice")

    def reviews(self):
        identity, escalation = self.doubtful()
        path = f"/escalations/{escalation}"
        shown = self.concord.get(path)
        assert shown["reason"] in ("low_confidence", "validation_failed")
        assert shown["operation_id"] == identity and shown["state"] == "open"
        for name in ("confidence_parts", "threshold", "result", "evidence", "releases", "history", "due_at", "assignee"):
            assert name in shown, name
        assert isinstance(shown["result_schema"], dict)
        assert any(item["id"] == escalation for item in self.concord.pages("/escalations", "escalations", limit=2))
        listed = self.concord.get("/escalations", operation_id=identity, reason=shown["reason"], sort="confidence")
        assert [item["id"] for item in listed["escalations"]] == [escalation]
        who = {"reviewer": self.reviewer}
        claimed = self.concord.post(f"{path}/claim", {"version": shown["version"], "lease_seconds": 60, **who})
        assert claimed["assignee"] == self.reviewer
        refuses(409, lambda: self.concord.post(f"{path}/claim", {"version": claimed["version"], "reviewer": "another"}))
        refuses(409, lambda: self.concord.post(f"{path}/claim", {"version": shown["version"], **who}))
        commented = self.concord.post(f"{path}/comment", {"text": "looked at the rows", **who})
        assert commented["comments"][-1]["text"] == "looked at the rows"
        released = self.concord.post(f"{path}/release", {"version": claimed["version"], **who})
        assigned = self.concord.post(f"{path}/assign", {"version": released["version"], "assigned_to": "ada", **who})
        assert assigned["assigned_to"] == "ada" and assigned["assignee"] is None
        if shown["result_schema"]:
            wrong = refuses(422, lambda: self.decide(escalation, "override", value={"nonsense": True}))
            assert all(error["field"].startswith("value") for error in wrong["errors"])
        else:
            said("review: the action says nothing of its results, so that an override is not held against anything")
        decided = self.decide(escalation, "override", value=shown["result"], comment="as it is")
        assert decided["resolution"] == "overridden" and decided["job_state"] == "completed"
        refuses(409, lambda: self.decide(escalation, "approve"))
        report = self.settle(identity)
        assert report["status"] == "completed", report["status"]
        events = [entry["event"] for entry in self.concord.get(path)["history"]]
        assert {"opened", "claimed", "released", "assigned", "overridden"} <= set(events), events
        said("review: listed, claimed, remarked, released, assigned, overridden once")
        first, second = self.doubtful(), self.doubtful()
        answer = self.concord.post("/escalations/decisions", {
            "reviewer": self.reviewer,
            "decisions": [
                {"escalation": first[1], "version": 1, "decision": "approve"},
                {"escalation": second[1], "version": 99, "decision": "approve"},
            ],
        })
        current = self.concord.get(f"/escalations/{first[1]}")["version"]
        assert answer["refused"] >= 1 and answer["decisions"][1]["problem"]["status"] == 409, (answer, current)
        self.settle(first[0])
        self.settle(second[0])
        said("review: many decisions in one call, each for itself")

    def rejects_and_retries(self):
        identity, escalation = self.doubtful()
        self.decide(escalation, "retry", guidance="look again")
        report = self.concord.until(
            f"/operations/{identity}", lambda report: report["escalations"] and report["escalations"] != [escalation]
        )
        again = report["escalations"][0]
        assert self.concord.get(f"/escalations/{again}")["guidance"] == "look again"
        self.decide(again, "reject", comment="the rows are wrong")
        self.concord.until(f"/operations/{identity}", lambda report: report["status"] == "failed")
        response = self.concord.call("POST", f"/operations/{identity}/retry", {})
        assert response.status_code == 202
        self.concord.until(f"/operations/{identity}", lambda report: report["status"] == "escalating")
        report = self.settle(identity)
        assert report["status"] == "completed", report["status"]
        refuses(409, lambda: self.concord.post(f"/operations/{identity}/retry"))
        said("retry: of a step with guidance, and of a failed operation from its failed step")

    def cancels(self):
        identity, _ = self.doubtful()
        assert self.concord.post(f"/operations/{identity}/cancel")["status"] == "cancelled"
        report = self.concord.until(f"/operations/{identity}", lambda report: not report["requires_human"], 60)
        assert report["status"] == "cancelled"
        said("cancel: ends an operation that waits for a person, and its question with it")

    def jobs(self):
        key = f"contract-{uuid.uuid4()}"
        body = {"queue": "data_quality", "action": "validate", "parameters": {"data": DOUBTFUL, "dataset": "SDF"}}
        first = self.concord.post("/jobs", body, {"Idempotency-Key": key})
        second = self.concord.post("/jobs", body, {"Idempotency-Key": key})
        assert second["id"] == first["id"] and second["duplicate"] and not first["duplicate"]
        job = self.concord.until(f"/jobs/{first['id']}", lambda job: job["state"] == "escalated")
        self.decide(job["escalation"], "approve")
        self.concord.until(f"/jobs/{first['id']}", lambda job: job["state"] == "completed")
        batch = self.concord.post("/jobs/batch", {"jobs": [{**body, "delay_ms": 600_000}] * 3})["jobs"]
        assert len({job["id"] for job in batch}) == 3
        for job in batch:
            assert self.concord.post(f"/jobs/{job['id']}/cancel")["state"] == "cancelled"
        created = [
            self.concord.create("data_pipeline", self.parameters()["data_pipeline"], key=key)["operation_id"]
            for _ in range(2)
        ]
        assert created[0] == created[1], "the same key answers the same operation"
        self.settle(created[0])
        dead = self.concord.post("/jobs", {"queue": "data_quality", "action": "no_such_action"})["id"]
        self.concord.until(f"/jobs/{dead}", lambda job: job["state"] == "dead")
        assert any(letter["id"] == dead for letter in self.concord.pages("/dead-letters", "dead_letters", limit=5))
        self.concord.post(f"/dead-letters/{dead}/retry")
        self.concord.until(f"/jobs/{dead}", lambda job: job["state"] == "dead")
        assert self.concord.call("DELETE", f"/dead-letters/{dead}").status_code == 204
        refuses(404, lambda: self.concord.call("DELETE", f"/dead-letters/{dead}"))
        said("jobs: alone and in batches, idempotent, cancelled, dead, retried, discarded")

    def queues(self):
        queue = "data_quality"
        assert any(entry["queue"] == queue for entry in self.concord.get("/queues")["queues"])
        assert self.concord.post(f"/queues/{queue}/pause")["paused"] is True
        identity = self.concord.create("data_validation", self.parameters()["data_validation"])["operation_id"]
        self.concord.until(
            f"/operations/{identity}/explain",
            lambda explanation: any(reason["code"] == "paused" for reason in explanation["reasons"]),
        )
        assert self.concord.post(f"/queues/{queue}/resume")["changed"] is True
        assert self.settle(identity)["status"] == "completed"
        workers = self.concord.get("/workers")["workers"]
        assert any(worker["queue"] == queue and "validate" in worker["actions"] for worker in workers)
        assert any(entry["worker"] == queue for entry in self.concord.get("/actions")["workers"])
        said(f"queues: paused, explained, resumed; {len(workers)} processes")

    def refusals(self):
        wrong = refuses(422, lambda: self.concord.post("/operations", {"operation_type": "nope", "priority": 11}))
        assert {error["field"] for error in wrong["errors"]} == {"operation_type", "priority"}
        refuses(404, lambda: self.concord.get("/operations/op-20250101-000000-00000000"))
        refuses(404, lambda: self.concord.get("/nowhere"))
        refuses(405, lambda: self.concord.call("DELETE", "/operations"))
        refuses(406, lambda: self.concord.call("GET", "/health", headers={"Accept": "text/html"}))
        refuses(415, lambda: self.concord.call("POST", "/jobs", headers={"Content-Type": "text/plain"}))
        refuses(426, lambda: self.concord.get("/ws"))
        refuses(422, lambda: self.concord.get("/operations", limit=0))
        said("refusals: 404, 405, 406, 415, 422, 426 are problem documents")

    def workers(self):
        for pair in self.arguments.worker:
            kind, url = pair.split("=", 1)
            worker = Concord(url)
            health = worker.until("/health", lambda health: health["status"] == "healthy", 60)
            assert health["worker"] == kind
            actions = worker.get("/actions")["actions"]
            assert actions and all({"name", "summary", "parameters", "result"} <= set(action) for action in actions)
            assert "process_resident_memory_bytes" in worker.http.get("/metrics").text
            refuses(400, lambda: worker.post("/operations", {"operation": "no_such_action"}))
            document = worker.get("/openapi.json")
            try:
                from openapi_spec_validator import validate
            except ImportError:
                pass
            else:
                validate(document)
            if kind == "data_quality":
                body = {"operation": "validate", "parameters": {"data": DOUBTFUL, "dataset": "SDF"}}
                run = worker.post("/operations", body)
                assert run["status"] == "completed" and run["operation_id"].startswith("da-"), run
            said(f"worker {kind}: {', '.join(action['name'] for action in actions)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--worker", action="append", default=[], metavar="KIND=URL")
    parser.add_argument("--source", default="", help="where tax rolls come from (default: the built-in sample)")
    parser.add_argument("--county", default="BROWARD")
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--require", action="append", default=[], metavar="TYPE", help="a type that must run here")
    arguments = parser.parse_args()
    began = time.monotonic()
    Contract(Concord(arguments.url), arguments).run()
    print(f"the contract holds ({time.monotonic() - began:.0f} s)")


if __name__ == "__main__":
    sys.exit(main())
