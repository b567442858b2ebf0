// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.node.Input;
import io.zabra.core.session.Client;
import io.zabra.core.session.ClientLink;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Tag;
import io.zabra.simulator.check.ModelAccess;
import io.zabra.simulator.check.Oracle;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.check.Violation;
import io.zabra.simulator.history.Entry;
import io.zabra.simulator.sessions.Sent;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection of a client to a member: a delay each way, and order within each way. Whatever the server says is
/// judged at once, whether or not it arrives.
final class Visit implements ClientLink {

    private static final String ADDRESS = "10.0.0.1";
    private static final long OVERTAKEN_NS = Surroundings.MS;

    private final Surroundings world;
    private final Visitor owner;
    private final SimMember member;
    private final long life;
    private final int id;
    private final Client client = new Client(this, ADDRESS, List.of());
    private final ArrayDeque<Sent> asked = new ArrayDeque<>();
    private final ArrayDeque<List<Id>> proofs = new ArrayDeque<>();
    /// What this connection has proved when all that it has sent is taken in.
    private List<Id> credentials = List.of(new Id("ip", ADDRESS));

    private long session;
    private long seen;
    private long requestAtNs;
    private long replyAtNs;
    private boolean over;
    private boolean closing;
    /// Whether it was agreed that the client only reads.
    private boolean readOnly;

    Visit(Surroundings world, Visitor owner, SimMember member) {
        this.world = world;
        this.owner = owner;
        this.member = member;
        this.life = member.life();
        this.id = world.ledger().nextConnection();
        member.visit(this);
        enter();
    }

    /// Begins to be judged by what the member may show.
    void enter() {
        world.ledger().view(member).connected(id, credentials);
    }

    SimMember member() {
        return member;
    }

    /// What was sent and is not answered.
    int unanswered() {
        return asked.size();
    }

    /// @param lastZxid what the client has seen, whatever it says
    void connect(ConnectRequest request, long lastZxid) {
        session = request.sessionId();
        seen = lastZxid;
        toMember(() -> {
            world.ledger().lifetimes().claims(request.sessionId());
            member.step(new Input.Connect(client, request));
        });
    }

    void send(int xid, Request request) {
        Tag tag = new Tag(xid, request.op(), 0, 100);
        if (request instanceof AuthRequest auth) {
            credentials = ModelAccess.authenticated(credentials, auth);
            List<Id> proved = credentials;
            toMember(() -> {
                proofs.add(proved);
                world.ledger().lifetimes().speaks(session);
                member.step(new Input.Submit(client, tag, request));
            });
            return;
        }
        long completed = world.ledger().completed();
        Sent sent = new Sent(session, member.sid(), id, xid, request, credentials, completed);
        asked.add(sent);
        world.record(new Entry.Asked(id, xid, request, 0));
        toMember(() -> {
            world.ledger().asks(member, sent);
            member.step(new Input.Submit(client, tag, world.altered(request)));
        });
    }

    private void toMember(Runnable action) {
        requestAtNs = Math.max(requestAtNs, world.time().nowNs() + owner.delayNs());
        world.time()
                .at(
                        requestAtNs,
                        () -> member.arrive(life, () -> {
                            if (!over) {
                                action.run();
                            }
                        }));
    }

    /// The client breaks it off.
    void cut() {
        if (!over) {
            over = true;
            member.left(this);
            world.ledger().view(member).disconnected(id);
            world.time()
                    .after(owner.delayNs(), () -> member.arrive(life, () -> member.step(new Input.Disconnect(client))));
        }
    }

    /// The process at the other end is gone.
    void lost() {
        over = true;
        world.ledger().view(member).disconnected(id);
        world.time().after(owner.delayNs(), () -> owner.closed(this));
    }

    @Override
    public boolean ready() {
        return true;
    }

    private boolean deaf() {
        return closing || over;
    }

    @Override
    public void connected(ConnectResponse response, long zxid) {
        if (!closing) {
            world.ledger().connected(member, session, response);
            session = response.sessionId();
            readOnly = response.readOnly();
            if (readOnly) {
                world.ledger().readsFrom(member);
            }
            arrive(() -> {
                world.record(new Entry.Opened(id, session, seen, response.timeoutMs(), readOnly));
                owner.connected(this, response);
            });
        }
    }

    /// Whether the client waits for a write.
    boolean waitsForWrite() {
        return asked.stream().anyMatch(each -> each.request().op().isWrite());
    }

    @Override
    public void reply(Tag tag, long zxid, int error, @Nullable Response body) {
        world.trace().add(world.time().nowNs(), "reply", zxid, ((long) tag.xid() << 32) | (error & 0xFFFF_FFFFL));
        if (world.interference().now(Planted.REPLIES_OVERTAKE)) {
            world.time().after(OVERTAKEN_NS, () -> answer(tag, zxid, error, body));
            return;
        }
        boolean refused = error == ErrorCode.NOT_READ_ONLY.number() && tag.op().isWrite();
        if (refused && world.has(Planted.REFUSAL_LOST)) {
            answer(tag, zxid, 0, body);
        } else if (tag.op() == OpCode.GET_DATA && world.interference().now(Planted.ANSWER_ALTERED)) {
            answer(tag, zxid, ErrorCode.NO_NODE.number(), null);
        } else {
            answer(tag, zxid, error, body);
        }
    }

    private void answer(Tag tag, long zxid, int error, @Nullable Response body) {
        if (tag.op() == OpCode.CLOSE_SESSION && error == 0) {
            world.ledger().lifetimes().endsAsAsked(session, !deaf());
        }
        if (deaf()) {
            return;
        }
        if (tag.op() == OpCode.AUTH) {
            List<Id> proved = proofs.remove();
            if (error == 0) {
                world.witness().commits(member);
                world.ledger().authenticated(member, id, proved);
            }
            return;
        }
        world.witness().commits(member);
        Sent sent = asked.poll();
        if (sent == null || sent.xid() != tag.xid()) {
            throw new Violation(Rule.C2, "the reply to " + tag + " instead of " + sent);
        }
        long before = seen;
        world.rules()
                .check(
                        Rule.C3,
                        zxid >= before,
                        () -> sent + " is answered at " + Long.toHexString(zxid) + ", but " + Long.toHexString(before)
                                + " was shown");
        seen = zxid;
        world.ledger()
                .answered(member, id, sent, new Oracle.Told(new ReplyHeader(tag.xid(), zxid, error), body), readOnly);
        arrive(() -> {
            world.record(new Entry.Answered(id, tag.xid(), zxid, error, body));
            owner.replied(this, sent, zxid, error);
        });
    }

    @Override
    public void event(long zxid, WatcherEvent event) {
        world.trace().add(world.time().nowNs(), "told", zxid, ((long) id << 8) | event.type());
        if (!deaf()) {
            if (world.has(Planted.EVENTS_LATE)) {
                world.time().after(1, () -> tell(zxid, event));
            } else {
                tell(zxid, event);
            }
        }
    }

    private void tell(long zxid, WatcherEvent event) {
        if (!deaf()) {
            world.witness().commits(member);
            world.ledger().told(member, id, zxid, event);
            arrive(() -> owner.told(this, event));
        }
    }

    @Override
    public void close(CloseReason reason) {
        if (!closing) {
            closing = true;
            world.trace().add(world.time().nowNs(), "close", session, reason.ordinal());
            world.count("closed " + reason);
            world.ledger().view(member).disconnected(id);
            arrive(() -> {
                cut();
                owner.closed(this);
            });
        }
    }

    private void arrive(Runnable action) {
        replyAtNs = Math.max(replyAtNs, world.time().nowNs() + owner.delayNs());
        world.time().at(replyAtNs, () -> {
            if (!over) {
                action.run();
            }
        });
    }
}
