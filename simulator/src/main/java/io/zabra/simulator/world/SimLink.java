// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.node.Input;
import io.zabra.core.session.Client;
import io.zabra.core.session.ClientLink;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Tag;
import io.zabra.simulator.check.ModelAccess;
import io.zabra.simulator.check.Oracle;
import io.zabra.simulator.check.Oracle.Sent;
import io.zabra.simulator.check.Oracle.Told;
import io.zabra.simulator.check.Violation;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Id;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection of a simulated client, with a delay each way and order within each way. Whatever the server says is
/// shown to the oracle at once: what was said is acknowledged, whether or not it arrives.
final class SimLink implements ClientLink {

    private record Asked(Tag tag, Sent sent) {}

    private static final String ADDRESS = "10.0.0.1";

    private final int id;
    private final Timeline time;
    private final Trace trace;
    private final SimServer server;
    private final Oracle oracle;
    private final SimClient owner;
    private final Mutant mutant;
    private final Client client = new Client(this, ADDRESS, List.of());
    private final ArrayDeque<Asked> asked = new ArrayDeque<>();
    private final ArrayDeque<List<Id>> proofs = new ArrayDeque<>();
    private final List<Runnable> lateEvents = new ArrayList<>();
    private final long life;
    private long requestAtNs;
    private long replyAtNs;
    private long session;
    /// What this connection has proved when all that it has sent is taken in.
    private List<Id> credentials = List.of(new Id("ip", ADDRESS));

    private boolean cut;

    SimLink(int id, Timeline time, Trace trace, SimServer server, Oracle oracle, SimClient owner, Mutant mutant) {
        this.id = id;
        this.time = time;
        this.trace = trace;
        this.server = server;
        this.oracle = oracle;
        this.owner = owner;
        this.mutant = mutant;
        this.life = server.life();
        oracle.connected(id, credentials);
    }

    void connect(ConnectRequest request) {
        session = request.sessionId();
        send(0, null, new Input.Connect(client, request));
    }

    void send(int xid, Request request) {
        Tag tag = new Tag(xid, request.op(), 0, 0);
        send(session, request, new Input.Submit(client, tag, mutant.altered(request)));
    }

    private void send(long heard, @Nullable Request request, Input input) {
        requestAtNs = Math.max(requestAtNs, time.nowNs() + owner.delayNs());
        time.at(requestAtNs, () -> {
            if (!cut) {
                Sent sent = request == null ? null : new Sent(request, credentials);
                if (request instanceof AuthRequest auth) {
                    credentials = ModelAccess.authenticated(credentials, auth);
                    proofs.add(credentials);
                } else if (sent != null && input instanceof Input.Submit(var _, Tag tag, var _)) {
                    asked.add(new Asked(tag, sent));
                }
                server.deliver(life, heard, sent, input);
            }
        });
    }

    /// The connection breaks: what is under way is lost, and the server learns of it.
    void cut() {
        if (!cut) {
            cut = true;
            server.deliver(life, 0, null, new Input.Disconnect(client));
            oracle.disconnected(id);
        }
    }

    /// The process at the other end has died.
    void lost() {
        cut = true;
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void connected(ConnectResponse response, long zxid) {
        trace.add(time.nowNs(), "connected", response.sessionId(), response.timeoutMs());
        session = response.sessionId();
        server.talked(this);
        arrive(() -> owner.connected(this, response));
    }

    @Override
    public void reply(Tag tag, long zxid, int error, @Nullable Response body) {
        trace.add(time.nowNs(), "reply", zxid, ((long) id << 32) | (error & 0xFFFF_FFFFL));
        server.talked(this);
        if (tag.op() == OpCode.AUTH) {
            List<Id> proved = proofs.remove();
            if (!cut && error == 0) {
                server.tellApplied();
                oracle.authenticated(id, proved);
            }
            return;
        }
        Asked first = asked.poll();
        if (first == null || first.tag != tag) {
            throw new Violation("connection " + id + " got the reply to " + tag + " instead of " + first);
        }
        if (!cut) {
            ReplyHeader header = new ReplyHeader(tag.xid(), zxid, error);
            oracle.reply(id, session, first.sent, new Told(header, body), server.diskWasLow());
        }
        arrive(() -> owner.replied(this, tag.xid(), first.sent.request(), zxid, error));
    }

    @Override
    public void event(long zxid, WatcherEvent event) {
        trace.add(time.nowNs(), "told", zxid, ((long) id << 8) | event.type());
        server.talked(this);
        if (mutant == Mutant.EVENTS_LATE) {
            lateEvents.add(() -> tell(zxid, event));
        } else {
            tell(zxid, event);
        }
    }

    private void tell(long zxid, WatcherEvent event) {
        if (!cut) {
            oracle.event(id, zxid, event);
        }
        arrive(() -> owner.told(this, event));
    }

    @Override
    public void close(CloseReason reason) {
        trace.add(time.nowNs(), "close", id, reason.ordinal());
        server.talked(this);
        arrive(() -> {
            cut();
            owner.closed(this);
        });
    }

    /// The batch of the server is over.
    void flush() {
        lateEvents.forEach(Runnable::run);
        lateEvents.clear();
    }

    private void arrive(Runnable action) {
        replyAtNs = Math.max(replyAtNs, time.nowNs() + owner.delayNs());
        time.at(replyAtNs, () -> {
            if (!cut) {
                action.run();
            }
        });
    }
}
