# SPDX-License-Identifier: Apache-2.0
# Copyright The Zabra Authors
"""Drives a server with kazoo: nodes, watches, transactions, ACLs, locks, elections and other recipes."""
import sys
import threading
import time

from kazoo.client import KazooClient
from kazoo.exceptions import BadVersionError, NoAuthError, NodeExistsError, NoNodeError
from kazoo.security import make_digest_acl

HOSTS = sys.argv[1]


def client(**options):
    made = KazooClient(hosts=HOSTS, timeout=10, **options)
    made.start(timeout=15)
    return made


def until(condition):
    deadline = time.time() + 15
    while not condition():
        assert time.time() < deadline, "waited in vain"
        time.sleep(0.02)


def nodes(zk):
    zk.create("/n/a/b", b"1", makepath=True)
    assert zk.get("/n/a/b")[0] == b"1"
    assert zk.set("/n/a/b", b"2").version == 1
    for call, error in [
        (lambda: zk.create("/n"), NodeExistsError),
        (lambda: zk.get("/none"), NoNodeError),
        (lambda: zk.set("/n", b"", version=5), BadVersionError),
    ]:
        try:
            call()
            raise AssertionError("no " + error.__name__)
        except error:
            pass
    assert zk.create("/n/s-", sequence=True) == "/n/s-0000000001"
    zk.delete("/n", recursive=True)
    assert zk.exists("/n") is None


def watches(zk, other):
    seen, children = [], []
    zk.create("/w", b"0")
    zk.DataWatch("/w", lambda data, stat: seen.append(data))
    zk.ChildrenWatch("/w", lambda names: children.append(sorted(names)))
    for i in range(5):
        other.set("/w", str(i).encode())
        until(lambda: seen[-1] == str(i).encode())
    other.create("/w/x")
    until(lambda: children[-1] == ["x"])


def transactions(zk):
    zk.create("/t")
    good = zk.transaction()
    good.create("/t/a", b"1")
    good.set_data("/t/a", b"2")
    good.check("/t/a", 1)
    assert len(good.commit()) == 3
    bad = zk.transaction()
    bad.delete("/t/a")
    bad.check("/t", 9)
    results = bad.commit()
    assert isinstance(results[1], BadVersionError), results
    assert zk.exists("/t/a")


def acls(zk, other):
    zk.add_auth("digest", "me:pw")
    zk.create("/acl", b"", acl=[make_digest_acl("me", "pw", all=True)])
    assert zk.get("/acl")
    try:
        other.get("/acl")
        raise AssertionError("no NoAuthError")
    except NoAuthError:
        pass


def locks(zk, other):
    held, most = [0], [0]

    def work(who):
        for _ in range(10):
            with who.Lock("/lock"):
                held[0] += 1
                most[0] = max(most[0], held[0])
                held[0] -= 1

    threads = [threading.Thread(target=work, args=(who,)) for who in (zk, other)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert most[0] == 1


def elections(zk, other):
    leaders = []
    for who, name in ((zk, "a"), (other, "b")):
        election = who.Election("/election", name)
        thread = threading.Thread(target=lambda e=election, n=name: e.run(lambda: leaders.append(n)))
        thread.start()
        thread.join()
    assert leaders == ["a", "b"], leaders


def recipes(zk, other):
    counter = zk.Counter("/counter")
    counter += 5
    assert other.Counter("/counter").value == 5
    queue = zk.Queue("/queue")
    queue.put(b"1")
    queue.put(b"2")
    assert [queue.get(), queue.get()] == [b"1", b"2"]
    barrier = zk.Barrier("/barrier")
    barrier.create()
    threading.Timer(0.2, barrier.remove).start()
    assert other.Barrier("/barrier").wait(10)
    party = zk.Party("/party", "me")
    party.join()
    assert len(other.Party("/party")) == 1
    semaphore = zk.Semaphore("/semaphore", max_leases=1)
    with semaphore:
        assert not other.Semaphore("/semaphore", max_leases=1).acquire(blocking=False)


def ephemerals(other):
    short = client()
    short.create("/e", b"", ephemeral=True)
    assert other.exists("/e")
    short.stop()
    short.close()
    until(lambda: other.exists("/e") is None)


def main():
    zk, other = client(), client()
    nodes(zk)
    watches(zk, other)
    transactions(zk)
    acls(zk, other)
    locks(zk, other)
    elections(zk, other)
    recipes(zk, other)
    ephemerals(other)
    zk.stop()
    other.stop()
    print("all done")


main()
