"""Long work in portions by processes forked from this one: results in order, and only so many at once.

A forked process inherits what the work needs, whatever it is, but not the connection to the database: it has
none, or one of its own. It ends with the process that it works for, however that ends.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from threading import Thread
from time import sleep
from typing import Any, TypeVar

from django.db import connections

State = TypeVar("State")
Item = TypeVar("Item")
Result = TypeVar("Result")

PROCESSES = os.cpu_count() or 1
"""So many work where nothing else is said: the one that they work for mostly waits for the database."""
BESIDE_OTHERS = max(1, PROCESSES // 2)
"""So many in a system that others work with: as many processes of the database work with them, and whoever
reads meanwhile shall wait no more than twice as long as else.
"""
AHEAD = 3
"""Portions that a process has in hand or waiting, so that memory is bounded."""
SELDOM = (100_000, 50, 100)
"""Thresholds of the garbage collector."""
NICE = 5
"""Added to the niceness of forked processes: whoever waits for an answer goes first."""
LOOK_EVERY = 2.0
"""Seconds between two looks whether the process that is worked for is still there."""


def in_order(
    work: Callable[[State, Item], Result],
    state: State,
    items: Iterable[Item],
    processes: int,
    *,
    connected: bool = False,
) -> Iterator[Result]:
    """Yield work(state, item) of every item, in their order; `work` is a function of a module.

    By one process, or where none may be forked, here, one item after the other as results are asked for.
    connected: work may use the database, in transactions of its own.
    """
    if processes <= 1 or sys.platform != "linux":
        for item in items:
            yield work(state, item)
        return
    with seldom_collecting():
        yield from _by_processes(work, state, items, processes, connected)


def _by_processes(
    work: Callable[[State, Item], Result],
    state: State,
    items: Iterable[Item],
    processes: int,
    connected: bool,
) -> Iterator[Result]:
    pool = ProcessPoolExecutor(processes, get_context("fork"), _start, (state, os.getpid(), connected))
    pending: deque[Future[Result]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(_work, work, item))
            if len(pending) >= AHEAD * processes:
                yield pending.popleft().result()
    except Exception:
        # What came before the place that cannot be read is done, as it would be here.
        yield from (one.result() for one in pending)
        raise
    else:
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for cyclic garbage seldom, here and in forked processes, and not among what stands already.

    A portion is a hundred thousand objects without a cycle; looking through them took a third of the time.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


_inherited: list[Any] = []
"""Of a forked process: the state that it works with, and connections that are not its own."""


def _start(state: Any, parent: int, connected: bool) -> None:
    _inherited[:] = [state]
    if connected:
        _connect()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _connect() -> None:
    """Leave the connections to the process that they belong to, unclosed, and open others."""
    for one in connections.all(initialized_only=True):
        _inherited.append(one.connection)
        one.connection = None
        one.connect()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        sleep(LOOK_EVERY)
    os._exit(1)


def _work(work: Callable[[Any, Item], Result], item: Item) -> Result:
    return work(_inherited[0], item)
