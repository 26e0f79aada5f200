"""The durable engine: waiting work is gathered into batches, and each batch is a workflow.

DBOS Transact carries the name of a batch and starts it again after a crash; the `work` table says
what is in it. A batch that is run twice finds its work done. Knows lanes and batches, no room.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos._serialization import Serializer

from hub.engine.lane import Lane, Lanes
from hub.engine.ownership import Ownership, own
from hub.store import work
from hub.store.database import Database, is_away

_APPLICATION = "facteur"
_VERSION = "batches-1"
"""Changes only when a batch of the old code cannot be carried on by the new."""
_QUEUE = "batches"
"""One for all lanes: each is a thread that polls, and claims keep the lanes apart already."""
_POLL_SECONDS = 0.1
_TICK_SECONDS = 0.1
"""What comes within a tick goes together."""
_IDLE_SECONDS = 0.5
"""How soon work is seen that nobody has nudged about: another process's, or a second try."""
_SWEEP_SECONDS = 5
_EVER_SECONDS = 86_400 * 365
_FINISHED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
_log = logging.getLogger("facteur.engine")


class _Json(Serializer):
    """Arguments and results as plain JSON: batch names, nothing else."""

    def name(self) -> str:
        return "facteur_json"

    def serialize(self, data: Any) -> str:
        return msgspec.json.encode(data, enc_hook=repr).decode()

    def deserialize(self, serialized_data: str) -> Any:
        return msgspec.json.decode(serialized_data)


class Engine:
    """Gathers waiting work into batches and sees each batch through.

    Args:
        database: where the work is; the engine keeps its own tables beside it.
        lanes: which are open, asked again and again.
        run: takes a lane and a batch's name and works until nothing of the batch is left.
        worker: id of this process among the workers; fixed for an embedded database.
        lock_file: what an embedded engine locks, so that two never run on the same data.
        nudged: set by whoever adds work, so that it is seen at once.
    """

    def __init__(
        self,
        database: Database,
        *,
        lanes: Lanes,
        run: Callable[[str, str], None],
        worker: str,
        lock_file: str,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        nudged: threading.Event,
    ) -> None:
        self._database = database
        self._lanes = lanes
        self._run = run
        self._clock = clock
        self._new_id = new_id
        self._worker = worker
        self._ownership: Ownership = own(database, worker, lock_file)
        self._stopping = threading.Event()
        self._nudged = nudged
        self._begun: dict[str, datetime] = {}
        self._thread = threading.Thread(target=self._gather, name="engine", daemon=True)
        self._client: DBOSClient | None = None

    def start(self) -> None:
        """Take up what was left by the last run, then gather.

        Raises:
            AlreadyRunning: another live process has this worker id or these data.
        """
        self._ownership.take()
        DBOS(
            config=DBOSConfig(
                name=_APPLICATION,
                system_database_engine=self._database.engine,
                executor_id=self._worker,
                application_version=_VERSION,
                serializer=_Json(),
                use_listen_notify=False,
                log_level="ERROR",
                console_log_level="ERROR",
                enable_otlp=False,
            )
        )

        @DBOS.workflow(name="batch")
        def carry(lane: str, batch: str) -> None:
            self._carry(lane, batch)

        DBOS.launch()
        DBOS.register_queue(
            _QUEUE,
            worker_concurrency=self._lanes.batches,
            polling_interval_sec=_POLL_SECONDS,
        )
        self._client = DBOSClient(
            system_database_engine=self._database.engine,
            serializer=_Json(),
            application_name=_APPLICATION,
        )
        self._thread.start()

    def stop(self) -> None:
        """Finish the batches under way, start no others."""
        self._stopping.set()
        self._nudged.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._client is not None:
            DBOS.destroy(workflow_completion_timeout_sec=30, destroy_registry=True)
            self._client.destroy()
        self._ownership.give_up()

    def _carry(self, lane: str, batch: str) -> None:
        try:
            self._run(lane, batch)
        except Exception:  # noqa: BLE001  (a batch that fails must not be forgotten)
            _log.exception("batch %s failed; what is left of it waits a minute", batch)
            with self._database.transaction() as connection:
                work.release(connection, batch, due_at=self._clock() + timedelta(minutes=1))
        self._nudged.set()

    def _gather(self) -> None:
        sweep_at = self._clock()
        while not self._stopping.is_set():
            try:
                claimed = self._claim_all()
                if self._clock() >= sweep_at:
                    sweep_at = self._clock() + timedelta(seconds=_SWEEP_SECONDS)
                    self._ownership.check()
                    self._sweep()
                    self._ownership.take_over(self._carriers(), DBOS._recover_pending_workflows)  # noqa: SLF001
            except Exception as error:  # noqa: BLE001  (whatever it is, the engine goes on)
                if is_away(error):
                    _log.warning("the database does not answer, trying again: %s", error)
                else:
                    _log.exception("the engine stumbled, trying again")
                claimed = False
                self._stopping.wait(1)
            self._stopping.wait(_TICK_SECONDS)
            if not claimed:
                self._nudged.wait(_IDLE_SECONDS)
            self._nudged.clear()

    def _claim_all(self) -> bool:
        with self._database.transaction() as connection:
            under_way = [
                (lane, batch)
                for lane, batch in work.batches(connection)
                if batch.startswith(f"{self._worker}|")
            ]
            lanes = self._lanes.open(connection, [lane for lane, _ in under_way])
        self._begun = {batch: self._begun.get(batch, self._clock()) for _, batch in under_way}
        claimed = [self._claim_beside(name, lane, under_way) for name, lane in lanes.items()]
        return any(claimed)

    def _claim_beside(self, name: str, lane: Lane, under_way: Sequence[tuple[str, str]]) -> bool:
        """Claim from a lane, if its batches under way are not too many; one that lasts may lag."""
        own = [self._begun[batch] for each, batch in under_way if each == name]
        patience = timedelta(seconds=min(lane.patience_seconds, _EVER_SECONDS))
        young = [begun for begun in own if begun > self._clock() - patience]
        if len(young) >= lane.batches or len(own) >= lane.batches + lane.spare:
            return False
        return self._claim(name, lane, whole=bool(young))

    def _claim(self, name: str, lane: Lane, *, whole: bool) -> bool:
        """Claim a batch; beside one under way a `whole` one, as small ones cost the most."""
        assert self._client is not None
        batch = f"{self._worker}|{self._new_id()}"
        with self._database.transaction() as connection:
            if lane.alone:
                work.lock(connection, name)
                if work.is_under_way(connection, name):
                    return False
            lane.sort(connection)
            claimed = work.claim(
                connection,
                lane=name,
                batch=batch,
                now=self._clock(),
                limit=lane.batch_size,
                whole=whole,
                skip_locked=not self._database.is_sqlite,
                each=lane.each,
                only=lane.only,
            )
            if claimed:
                lane.claimed(connection, claimed)
                options: EnqueueOptions = {
                    "workflow_name": "batch",
                    "queue_name": _QUEUE,
                    "workflow_id": batch,
                    "app_version": _VERSION,
                }
                self._client.enqueue_in_transaction(connection, options, name, batch)
        return claimed > 0

    def _carriers(self) -> set[str]:
        """Return which workers carry out a batch: any may, whoever has claimed it."""
        under_way = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {workflow.executor_id for workflow in under_way if workflow.executor_id}

    def _sweep(self) -> None:
        """Release batches whose workflow has ended, and forget workflows that are long done."""
        with self._database.transaction() as connection:
            batches = work.batches(connection)
        for _, batch in batches:
            status = DBOS.get_workflow_status(batch)
            if status is None or status.status in _FINISHED:
                with self._database.transaction() as connection:
                    work.release(connection, batch, due_at=self._clock())
        done = DBOS.list_workflows(
            status=["SUCCESS", "ERROR"], limit=500, load_input=False, load_output=False
        )
        if done:
            DBOS.delete_workflows([workflow.workflow_id for workflow in done])
