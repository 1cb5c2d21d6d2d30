"""Statements side by side: sessions that are lent out, time-outs, what is tried again, and how all is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, InvalidStateError
from functools import partial
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread
from threading import enumerate as enumerate_threads
from types import TracebackType
from typing import Any, TypeVar

from ..errors import EnvironmentFailure
from ..model import Table
from .protocol import Cancelled, Column, ConnectionLost, Estimate, Transient, Warehouse

T = TypeVar("T")
R = TypeVar("R")
THREADS = "accord-statement"
PAUSES = (0.5, 2.0)  # seconds before each further attempt
GRACE = 5.0  # seconds that an engine has to stop when it is told to


class Sessions:
    """A warehouse as many threads may use it: `concurrency` sessions, opened when they are wanted.

    Whatever is asked runs in a thread that nobody waits for at the end: an engine that neither answers nor stops
    cannot keep the process. At the end all sessions are closed, `first` too, but for those that are still at work:
    drivers would wait for the answer first. `told` is called after each statement.
    """

    def __init__(
        self,
        first: Warehouse,
        concurrency: int | None = None,
        timeout: float | None = None,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self.concurrency = concurrency or first.concurrency
        self._first, self._timeout, self._told = first, timeout, told
        self._places = Semaphore(self.concurrency)
        self._lock = Lock()
        self._idle: list[Warehouse] = [first]
        self._all: list[Warehouse] = [first]
        self._asked: dict[int, tuple[Future[Any], Thread]] = {}  # the last thing that each session was asked
        self._ended: str | None = None

    def __enter__(self) -> Sessions:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, Exception):
            self.cancel()
            deadline = time.monotonic() + GRACE
            for _, thread in list(self._asked.values()):  # the engine stops before its connection is closed
                thread.join(max(0.0, deadline - time.monotonic()))
        for session in (*(one for one in self._all if one is not self._first), self._first):
            if id(session) not in self._asked or self._asked[id(session)][0].done():
                session.__exit__(kind, error, trace)

    def execute(self, sql: str) -> Table:
        """All rows of a query."""
        try:
            return self._tried(lambda session: session.execute(sql, self._timeout))
        finally:
            self._told()

    def describe(self, table: str) -> tuple[Column, ...]:
        """The columns of a table."""
        return self._tried(lambda session: session.describe(table, self._timeout))

    def explain(self, sql: str) -> Estimate | None:
        """The plan of a query, where the engine tells it."""
        return self._tried(lambda session: session.explain(sql, self._timeout))

    def _tried(self, ask: Callable[[Warehouse], T]) -> T:
        """What is `Transient` is tried again; a warehouse that stays lost is not asked again."""
        for pause in (*PAUSES, None):
            try:
                return self._once(ask)
            except Transient as error:
                if pause is None:
                    if isinstance(error, ConnectionLost):
                        self._ended = str(error)
                    raise
                time.sleep(pause)
        raise AssertionError

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """`function` of each item, in order, as many at once as there are sessions."""
        items = list(items)
        if self.concurrency == 1 or len(items) < 2:
            return [function(item) for item in items]
        queue: SimpleQueue[tuple[T, Future[R]]] = SimpleQueue()
        futures: list[Future[R]] = []
        for item in items:
            future: Future[R] = Future()
            futures.append(future)
            queue.put((item, future))
        for _ in range(min(self.concurrency, len(items))):
            Thread(target=_work, args=(function, queue), name=THREADS, daemon=True).start()
        try:
            return [future.result() for future in futures]
        except BaseException as error:
            for future in futures:
                future.cancel()
            if not isinstance(error, Exception):
                self.cancel()
            raise

    def cancel(self) -> None:
        """Stops everything, on the server too; nothing is executed from now on."""
        self._ended = "interrupted"
        with self._lock:
            running = [session for session in self._all if session not in self._idle]
        for session in running:
            session.cancel()

    def _once(self, ask: Callable[[Warehouse], T]) -> T:
        with self._places:
            if self._ended is not None:
                raise EnvironmentFailure(self._ended)
            session = self._taken()
            kept = True
            try:
                return self._waited(session, ask)
            except (ConnectionLost, _Stuck):
                kept = False
                raise
            finally:
                self._back(session, kept)

    def _waited(self, session: Warehouse, ask: Callable[[Warehouse], T]) -> T:
        future, thread = _started(partial(ask, session))
        self._asked[id(session)] = future, thread
        try:
            return future.result(None if self._timeout is None else self._timeout + GRACE)
        except TimeoutError:
            raise _Stuck(f"no answer within {self._timeout:g} s, and the engine does not stop") from None
        except KeyboardInterrupt:
            self.cancel()
            raise

    def _taken(self) -> Warehouse:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        session = opened(self._first.another, self._timeout)
        with self._lock:
            self._all.append(session)
        return session

    def _back(self, session: Warehouse, kept: bool) -> None:
        with self._lock:
            if kept:
                self._idle.append(session)
            else:
                self._all.remove(session)


def at_work() -> bool:
    """Whether a thread still waits for an engine."""
    return any(thread.name == THREADS for thread in enumerate_threads())


def opened(connect: Callable[[], T], timeout: float | None) -> T:
    """A session; a server that takes the connection and does not answer is given up after `timeout` seconds."""
    if timeout is None:
        return connect()
    future, _ = _started(connect)
    try:
        return future.result(timeout)
    except TimeoutError:
        told = f"cannot connect: no answer within {timeout:g} s (`timeout` of the profile)"
        raise ConnectionLost(told) from None


class _Stuck(Cancelled):
    """An engine that goes on although it was told to stop."""


def _work(function: Callable[[T], R], queue: SimpleQueue[tuple[T, Future[R]]]) -> None:
    while not queue.empty():
        try:
            item, future = queue.get_nowait()
        except Exception:  # another thread took the last one
            return
        if future.set_running_or_notify_cancel():
            _run(future, partial(function, item))


def _started(call: Callable[[], T]) -> tuple[Future[T], Thread]:
    """`call` in a thread that nobody waits for at the end."""
    future: Future[T] = Future()
    thread = Thread(target=_run, args=(future, call), name=THREADS, daemon=True)
    thread.start()
    return future, thread


def _run(future: Future[Any], call: Callable[[], Any]) -> None:
    try:
        result = call()
    except BaseException as error:
        _settle(partial(future.set_exception, error))
    else:
        _settle(partial(future.set_result, result))


def _settle(settle: Callable[[], None]) -> None:
    try:
        settle()
    except InvalidStateError:  # nobody waits any more
        return
