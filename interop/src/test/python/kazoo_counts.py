# SPDX-License-Identifier: Apache-2.0
# Copyright The Zabra Authors
"""Counts under a lock with two clients of kazoo until its input ends, while members of the ensemble come and go."""
import sys
import threading

from kazoo.client import KazooClient
from kazoo.exceptions import BadVersionError, ConnectionLoss, NodeExistsError, SessionExpiredError
from kazoo.handlers.threading import KazooTimeoutError
from kazoo.retry import KazooRetry

HOSTS = sys.argv[1]
CLIENTS = 2
stop = threading.Event()
certain = [0] * CLIENTS
uncertain = [0] * CLIENTS
failures = []


def client():
    retry = dict(max_tries=-1, delay=0.1, backoff=1, max_delay=0.2)
    made = KazooClient(hosts=HOSTS, timeout=6, connection_retry=KazooRetry(**retry), command_retry=KazooRetry(**retry))
    made.start(timeout=30)
    return made


def add(zk, number):
    data, stat = zk.retry(zk.get, "/count")
    uncertain[number] += 1
    try:
        zk.set("/count", str(int(data) + 1).encode(), version=stat.version)
    except (ConnectionLoss, SessionExpiredError, BadVersionError):
        return
    uncertain[number] -= 1
    certain[number] += 1


def count(number):
    try:
        zk = client()
        lock = zk.Lock("/lock", str(number))
        while not stop.is_set():
            try:
                with lock:
                    add(zk, number)
            except (ConnectionLoss, SessionExpiredError, KazooTimeoutError):
                lock = zk.Lock("/lock", str(number))
        zk.stop()
    except Exception as failure:
        failures.append(repr(failure))


first = client()
try:
    first.retry(first.create, "/count", b"0")
except NodeExistsError:
    pass
threads = [threading.Thread(target=count, args=(n,)) for n in range(CLIENTS)]
for each in threads:
    each.start()
sys.stdin.read()
stop.set()
for each in threads:
    each.join()
first.retry(first.sync, "/")
value = int(first.retry(first.get, "/count")[0])
first.stop()
assert not failures, failures
assert sum(certain) <= value <= sum(certain) + sum(uncertain), (value, certain, uncertain)
assert value > 10, value
print("all done:", value, certain, uncertain)
