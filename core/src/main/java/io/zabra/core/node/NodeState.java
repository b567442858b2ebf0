// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.base.Invariant;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Event;
import io.zabra.core.effect.Meter;
import io.zabra.core.log.DigestHistory;
import io.zabra.core.log.History;
import io.zabra.core.log.Proposal;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.session.Sessions;
import io.zabra.core.tree.DataTree;
import io.zabra.core.watch.WatchLimits;
import io.zabra.core.watch.Watcher;
import io.zabra.core.watch.Watches;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.txn.TxnHeader;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the parts of a node share. Owned by the node.
final class NodeState {

    private final NodeConfig config;
    private final DataTree tree;
    private final Sessions sessions;
    private final Watches<Client> watches;
    private final WatchEvents events;
    private final AccessControl access;
    private final DigestHistory digests = new DigestHistory();
    private final Syncs syncs = new Syncs(this);
    private final LinkedHashSet<Client> clients = new LinkedHashSet<>();
    private @Nullable WritePath path;
    private Input.Space diskSpace = Input.Space.AMPLE;
    private int waiting;
    private long waitingBytes;
    private long forwardedBytes;
    private long stalledBytes;
    private long divergedAt;

    NodeState(NodeConfig config, Restored restored, AccessControl access, Meter meter) {
        this.config = config;
        this.tree = restored.tree();
        this.sessions = new Sessions(config.sessions().tickMs());
        this.access = access;
        this.events = new WatchEvents(access, meter);
        NodeConfig.Limits limits = config.limits();
        WatchLimits watchLimits = WatchLimits.ofBytes(limits.watchBytesMax(), limits.watchBytesPerClientMax());
        this.watches = new Watches<>(events, watchLimits, tree.hashSeed());
        restored.sessions().forEach(sessions::establish);
    }

    NodeConfig config() {
        return config;
    }

    DataTree tree() {
        return tree;
    }

    Sessions sessions() {
        return sessions;
    }

    Watches<Client> watches() {
        return watches;
    }

    WatchEvents events() {
        return events;
    }

    AccessControl access() {
        return access;
    }

    /// The zxid of the last transaction that the tree holds.
    long lastApplied() {
        return tree.lastZxid();
    }

    DigestHistory digests() {
        return digests;
    }

    /// The first transaction after which the tree was not as the digest in it foretells; 0 if there is none.
    long divergedAt() {
        return divergedAt;
    }

    void diverged(long zxid) {
        divergedAt = divergedAt == 0 ? zxid : divergedAt;
    }

    /// Whether writes are refused for want of disk space.
    boolean diskLow() {
        return diskSpace != Input.Space.AMPLE;
    }

    /// Whether nothing at all may be proposed for want of disk space.
    boolean diskFull() {
        return diskSpace == Input.Space.FULL;
    }

    void diskSpace(Input.Space space) {
        diskSpace = space;
    }

    Syncs syncs() {
        return syncs;
    }

    /// The way of writes. Only while clients are served.
    WritePath path() {
        if (path == null) {
            throw new IllegalStateException("clients are not served");
        }
        return path;
    }

    /// Whether clients are served.
    boolean serves() {
        return path != null;
    }

    /// Begins to serve.
    void serve(WritePath newPath) {
        path = newPath;
    }

    /// Stops to serve. Of sessions nothing is left but what the tree knows; of clients those stay whose session does.
    void suspend() {
        path = null;
        syncs.clear();
        for (Client client : List.copyOf(clients)) {
            if (client.phase() != Client.Phase.OPEN) {
                dismiss(client);
            }
        }
        restartSessions();
    }

    /// Ends a connection because there is no leader.
    void dismiss(Client client) {
        end(client);
        Session session = client.session();
        if (session != null && session.client() == client) {
            session.attach(null);
        }
        client.link().close(CloseReason.NO_LEADER);
    }

    /// Begins anew with the sessions that the tree knows, each with its full timeout.
    void restartSessions() {
        sessions.restart();
        for (Client client : List.copyOf(clients)) {
            Session before = Invariant.present(client.session());
            Session session = sessions.find(before.id());
            if (session == null || before.client() != client) {
                dismiss(client);
            } else {
                client.bind(session);
                session.attach(client);
                sessions.renew(session, before.liveTimeoutMs());
            }
        }
    }

    /// Everybody who is connected, in the order in which they came.
    List<Client> clients() {
        return List.copyOf(clients);
    }

    /// Who asked for a transaction that others have ordered: session and xid tell.
    Proposal.@Nullable Origin originOf(Proposal proposal) {
        TxnHeader header = proposal.txn().header();
        Session session = sessions.find(header.clientId());
        Client client = session == null ? null : session.client();
        Client.Waiting first = client == null ? null : client.firstWrite();
        boolean created = header.type() == OpCode.CREATE_SESSION.number();
        Proposal.Origin own = client != null
                        && first != null
                        && client.mayHaveAskedFor(header.zxid())
                        && first.tag().xid() == header.cxid()
                        && created == (first.tag().op() == OpCode.CREATE_SESSION)
                ? new Proposal.Origin(client, first.tag())
                : null;
        return session != null && session.takeOutdated(header.cxid(), own != null) ? null : own;
    }

    /// The same leader goes on, and may still take up what it was sent over the former connection, or never will. Of a
    /// session that only this server knows, nobody could tell that from what it asks for next: it ends.
    void endUncertain(Effects out) {
        for (Session session : List.copyOf(sessions.all())) {
            if (session.isLocal() && session.hasOutdated()) {
                sessions.end(session.id());
                out.event(new Event.SessionLost(session.id()));
            }
        }
    }

    /// There is another leader: what the one before has not proposed, none will.
    void forgetOutdated(History history) {
        for (Session session : sessions.all()) {
            if (session.hasOutdated()) {
                TreeSet<Integer> pending = new TreeSet<>();
                history.unapplied(txn -> {
                    if (txn.header().clientId() == session.id()) {
                        pending.add(txn.header().cxid());
                    }
                });
                session.keepOutdated(pending::contains);
            }
        }
    }

    /// A connection has become a client.
    void join(Client client) {
        clients.add(client);
    }

    /// How many requests wait in the queues of connections for the writes before them. Those of clients that do not
    /// take their replies are left out: others must not wait for these.
    int waiting() {
        return waiting;
    }

    /// Memory that the same requests take, roughly, but for writes.
    long waitingBytes() {
        return waitingBytes;
    }

    /// Bytes of the writes that were sent to a leader and are not answered.
    long forwardedBytes() {
        return forwardedBytes;
    }

    void enqueue(Client client, Client.Waiting request) {
        discount(client);
        client.enqueue(request);
        count(client);
    }

    /// Forgets what a client waits for, and returns it.
    List<Client.Waiting> takeWaiting(Client client) {
        discount(client);
        List<Client.Waiting> all = client.dropWaiting();
        client.stall(false);
        count(client);
        return all;
    }

    void dequeue(Client client) {
        discount(client);
        client.dequeue();
        count(client);
    }

    /// Learns whether what waits first in a client's queue waits for nothing but the client itself. Disconnects the
    /// clients with most of that while all together have too much.
    void stall(Client client, boolean stalled) {
        if (stalled == client.stalled()) {
            return;
        }
        discount(client);
        client.stall(stalled);
        count(client);
        while (stalled && stalledBytes > config.limits().waitingBytesMax()) {
            Client most = mostStalled();
            end(most);
            most.link().close(CloseReason.LIMIT);
        }
    }

    private Client mostStalled() {
        Client most = null;
        for (Client each : clients) {
            if (each.stalled() && (most == null || each.waitingBytes() > most.waitingBytes())) {
                most = each;
            }
        }
        return Invariant.present(most);
    }

    private void discount(Client client) {
        forwardedBytes -= client.forwardedBytes();
        if (client.stalled()) {
            stalledBytes -= client.waitingBytes();
        } else {
            waiting -= client.waiting();
            waitingBytes -= client.waitingBytes();
        }
    }

    private void count(Client client) {
        forwardedBytes += client.forwardedBytes();
        if (client.stalled()) {
            stalledBytes += client.waitingBytes();
        } else {
            waiting += client.waiting();
            waitingBytes += client.waitingBytes();
        }
    }

    /// Ends a connection's part in the node: no more requests, no more watches.
    void end(Client client) {
        keepApart(client);
        client.enter(Client.Phase.CLOSED);
        clients.remove(client);
        discount(client);
        client.dropWaiting();
        client.stall(false);
        Watcher<Client> watcher = client.watcher();
        if (watcher != null) {
            client.watch(null);
            watches.leave(watcher);
        }
    }

    /// A session that only this server knows, or will know again if its leader is lost now, goes on with its next
    /// connection at once, while requests of this one are still on their way: what comes of them answers nothing of the
    /// next one. One that has too many of them ends.
    private void keepApart(Client client) {
        Session session = client.session();
        if (session != null
                && !session.isGlobal()
                && sessions.find(session.id()) == session
                && !client.forwarded().stream().allMatch(xid -> session.outdate(xid, false))) {
            sessions.end(session.id());
        }
    }
}
