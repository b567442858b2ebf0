# SPDX-License-Identifier: Apache-2.0
# Copyright The Zabra Authors
"""Uses recipes of kazoo with two clients until its input ends, while members of the ensemble come and go.

Nothing may be counted twice or get lost under the lock, no two may be elected, nobody may pass a closed barrier.
"""
import queue
import sys
import threading
import time
import traceback

from kazoo.client import KazooClient
from kazoo.exceptions import BadVersionError, ConnectionLoss, NodeExistsError
from kazoo.protocol.states import KazooState
from kazoo.retry import KazooRetry

HOSTS = sys.argv[1]
CLIENTS = 2
END_S = 40
stop = threading.Event()
counted = [0] * CLIENTS
added = [0] * CLIENTS
elected = [0] * CLIENTS
passed = [0] * CLIENTS
lost = []
failures = []


def client():
    retry = dict(max_tries=-1, delay=0.1, backoff=1, max_delay=0.2)
    made = KazooClient(hosts=HOSTS, timeout=8, connection_retry=KazooRetry(**retry), command_retry=KazooRetry(**retry))
    made.add_listener(lambda state: lost.append(state) if state == KazooState.LOST else None)
    made.start(timeout=30)
    return made


class Alone:
    """Nobody else may be inside."""

    def __init__(self, name):
        self.name = name
        self.inside = 0

    def __enter__(self):
        self.inside += 1
        assert self.inside == 1, "two at once: " + self.name

    def __exit__(self, *_):
        self.inside -= 1


under_lock = Alone("lock")
leading = Alone("election")


def add(zk, number):
    """Nobody else writes: where it is not known whether a write was done, the version tells."""
    data, stat = zk.retry(zk.get, "/count")
    following = str(int(data) + 1).encode()
    try:
        zk.set("/count", following, version=stat.version)
    except (ConnectionLoss, BadVersionError):
        zk.retry(zk.sync, "/count")
        now, changed = zk.retry(zk.get, "/count")
        if changed.version == stat.version:
            return
        assert (now, changed.version) == (following, stat.version + 1), (now, changed, stat)
    counted[number] += 1


def counts(zk, number):
    lock = zk.Lock("/lock", str(number))
    while not stop.is_set():
        with lock, under_lock:
            add(zk, number)


def leads(zk, number):
    def lead():
        with leading:
            elected[number] += 1
            time.sleep(0.05)

    while not stop.is_set():
        zk.Election("/election", str(number)).run(lead)


def adds(zk, number):
    counter = zk.Counter("/sum")
    while not stop.is_set():
        counter += 1
        added[number] += 1


rounds = queue.Queue()
is_open = {}


def opens(zk, number):
    """Closes one barrier after the other, and opens it when the other client waits."""
    at = 0
    while not stop.is_set():
        barrier = zk.Barrier("/barrier/%d" % at)
        barrier.create()
        is_open[at] = False
        rounds.put(at)
        time.sleep(0.02)
        is_open[at] = True
        # False also where kazoo did it twice, as it did not know about the first time.
        barrier.remove()
        at += 1
    rounds.put(None)
    passed[number] = at


def passes(zk, number):
    """kazoo gives up its watches when it loses a connection: its DoubleBarrier would wait for ever, and so a Barrier
    without a limit."""
    at = rounds.get()
    while at is not None:
        # What another client did need not be seen here yet.
        zk.retry(zk.sync, "/barrier")
        barrier = zk.Barrier("/barrier/%d" % at)
        until = time.monotonic() + END_S
        while not zk.retry(barrier.wait, 1):
            assert time.monotonic() < until, "barrier %d does not open" % at
        assert is_open[at], "through a closed barrier"
        passed[number] += 1
        at = rounds.get()


def run(recipe, zk, number):
    try:
        recipe(zk, number)
    except BaseException:
        failures.append(traceback.format_exc())


clients = [client() for _ in range(CLIENTS)]
try:
    clients[0].retry(clients[0].create, "/count", b"0")
except NodeExistsError:
    pass
threads = [threading.Thread(target=run, name=recipe.__name__, args=(recipe, clients[n], n), daemon=True)
           for n in range(CLIENTS) for recipe in (counts, leads, adds, (opens, passes)[n])]
for each in threads:
    each.start()
sys.stdin.read()
stop.set()
deadline = time.monotonic() + END_S
for each in threads:
    each.join(max(0, deadline - time.monotonic()))
assert not failures, "\n".join(failures)
for each in threads:
    if each.is_alive():
        failures.append("%s waits for ever:\n%s" % (
            each.name, "".join(traceback.format_stack(sys._current_frames()[each.ident]))))
assert not failures, "\n".join(failures) + "".join(lost)
assert not lost, lost
first = clients[0]
first.retry(first.sync, "/")
value = int(first.retry(first.get, "/count")[0])
total = int(first.retry(first.get, "/sum")[0])
for each in clients:
    each.stop()
assert value == sum(counted) > 10, (value, counted)
# kazoo may add twice where it does not know whether it has added.
assert sum(added) <= total, (total, added)
assert min(elected) > 0 and passed[0] == passed[1] > 0, (elected, passed)
print("all done: counted", counted, "added", added, "as", total, "elected", elected, "passed", passed)
