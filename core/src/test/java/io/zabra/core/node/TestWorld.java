// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Event;
import io.zabra.core.session.Client;
import io.zabra.core.session.ClientLink;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Tag;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A node with nothing around it: entries of the log wait until [#flush], clients keep what they are sent.
final class TestWorld implements Effects {

    /// What a client was sent, in order.
    sealed interface Sent {
        record Connected(ConnectResponse response) implements Sent {}

        record Reply(
                int xid, long zxid, int error, @Nullable Response body) implements Sent {}

        record Told(long zxid, WatcherEvent event) implements Sent {}

        record Closed(CloseReason reason) implements Sent {}
    }

    /// The far end of one connection.
    static final class Peer implements ClientLink {
        final List<Sent> sent = new ArrayList<>();
        final Client client;
        int xid;
        /// What the link says of itself.
        boolean ready = true;

        Peer() {
            this(false);
        }

        /// @param linearizable whether what it reads is
        Peer(boolean linearizable) {
            client = new Client(this, "127.0.0.1", List.of(), linearizable);
        }

        @Override
        public boolean ready() {
            return ready;
        }

        @Override
        public void connected(ConnectResponse response, long zxid) {
            sent.add(new Sent.Connected(response));
        }

        @Override
        public void reply(Tag tag, long zxid, int error, @Nullable Response body) {
            sent.add(new Sent.Reply(tag.xid(), zxid, error, body));
        }

        @Override
        public void event(long zxid, WatcherEvent event) {
            sent.add(new Sent.Told(zxid, event));
        }

        @Override
        public void close(CloseReason reason) {
            sent.add(new Sent.Closed(reason));
        }

        /// All that came since the last call.
        List<Sent> take() {
            List<Sent> taken = List.copyOf(sent);
            sent.clear();
            return taken;
        }
    }

    final List<Long> unflushed = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final List<Long> snapshots = new ArrayList<>();
    final Node node;
    final CountingMeter meter = new CountingMeter();
    long nowMs = 1_000;
    int largestEntry;

    TestWorld(NodeConfig config) {
        this(config, DataTree.fresh(config.tree().extendedTypes() ? TreeOptions.extended() : TreeOptions.defaults()));
    }

    TestWorld(NodeConfig config, DataTree tree) {
        node = new Node(config, new Restored(tree, new TreeMap<>()), now(), new Prng(1), meter);
    }

    TestWorld() {
        this(NodeConfig.defaults());
    }

    private Now now() {
        return new Now(nowMs * 1_000_000, 1_700_000_000_000L + nowMs);
    }

    void step(Input input) {
        node.step(input, now(), this);
    }

    /// Makes everything durable that was appended.
    void flush() {
        while (!unflushed.isEmpty()) {
            long last = unflushed.getLast();
            unflushed.clear();
            step(new Input.Durable(last));
        }
    }

    void pass(int ms) {
        long until = nowMs + ms;
        while (nowMs < until) {
            passUnflushed((int) Math.min(until - nowMs, 100));
            flush();
        }
    }

    /// Lets time pass in which the disk makes nothing durable.
    void passUnflushed(int ms) {
        long until = nowMs + ms;
        while (nowMs < until) {
            nowMs = Math.min(until, nowMs + 100);
            step(new Input.Tick());
        }
    }

    /// Opens a session and forgets the answer.
    Peer connect() {
        Peer peer = begin(0, new byte[16], 0);
        flush();
        peer.take();
        return peer;
    }

    Peer begin(long sessionId, byte[] password, long lastZxidSeen) {
        Peer peer = new Peer();
        step(new Input.Connect(
                peer.client, new ConnectRequest(0, lastZxidSeen, 10_000, sessionId, password, false, true)));
        return peer;
    }

    /// Sends a request without waiting for the disk; returns its xid.
    int send(Peer peer, Request request) {
        int xid = ++peer.xid;
        step(new Input.Submit(peer.client, new Tag(xid, request.op(), 0, 100), request));
        return xid;
    }

    /// Sends a request and returns the reply; events that came before it are in `peer.sent`.
    Sent.Reply call(Peer peer, Request request) {
        int xid = send(peer, request);
        flush();
        for (Sent sent : peer.sent) {
            if (sent instanceof Sent.Reply reply && reply.xid() == xid) {
                peer.sent.remove(sent);
                return reply;
            }
        }
        throw new AssertionError("no reply to " + request + ", but " + peer.sent);
    }

    static CreateRequest create(String path, int flags) {
        return new CreateRequest(OpCode.CREATE, path, new byte[] {1}, Acl.OPEN, flags);
    }

    @Override
    public void append(long zxid, byte[] entry) {
        unflushed.add(zxid);
        largestEntry = Math.max(largestEntry, entry.length);
    }

    @Override
    public void roll() {
        // There are no files here.
    }

    @Override
    public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        snapshots.add(tree.zxid());
        tree.close();
    }

    @Override
    public void event(Event event) {
        events.add(event);
    }
}
