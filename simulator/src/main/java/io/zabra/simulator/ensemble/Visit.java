// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.node.Input;
import io.zabra.core.session.Client;
import io.zabra.core.session.ClientLink;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Tag;
import io.zabra.simulator.check.Violation;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection of a client to a member: a delay each way, and order within each way. Whatever the server says is
/// judged at once, whether or not it arrives.
final class Visit implements ClientLink {

    private final Surroundings world;
    private final Visitor owner;
    private final SimMember member;
    private final long life;
    private final Client client = new Client(this, "10.0.0.1", List.of());
    private final ArrayDeque<Ledger.Sent> asked = new ArrayDeque<>();
    private long session;
    private long seen;
    private long requestAtNs;
    private long replyAtNs;
    private boolean over;
    private boolean closing;

    Visit(Surroundings world, Visitor owner, SimMember member) {
        this.world = world;
        this.owner = owner;
        this.member = member;
        this.life = member.life();
        member.visit(this);
    }

    /// What was sent and is not answered.
    int unanswered() {
        return asked.size();
    }

    /// @param lastZxid what the client has seen, whatever it says
    void connect(ConnectRequest request, long lastZxid) {
        session = request.sessionId();
        seen = lastZxid;
        toMember(() -> member.step(new Input.Connect(client, request)));
    }

    void send(Ledger.Sent sent) {
        asked.add(sent);
        Tag tag = new Tag(sent.xid(), sent.request().op(), 0, 100);
        toMember(() -> member.step(new Input.Submit(client, tag, sent.request())));
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
            world.time()
                    .after(owner.delayNs(), () -> member.arrive(life, () -> member.step(new Input.Disconnect(client))));
        }
    }

    /// The process at the other end is gone.
    void lost() {
        over = true;
        world.time().after(owner.delayNs(), () -> owner.closed(this));
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void connected(ConnectResponse response, long zxid) {
        if (!closing) {
            session = response.sessionId();
            arrive(() -> owner.connected(this, response));
        }
    }

    @Override
    public void reply(Tag tag, long zxid, int error, @Nullable Response body) {
        if (closing) {
            return;
        }
        world.trace().add(world.time().nowNs(), "reply", zxid, ((long) tag.xid() << 32) | (error & 0xFFFF_FFFFL));
        world.witness().commits(member);
        Ledger.Sent sent = asked.poll();
        if (sent == null || sent.xid() != tag.xid()) {
            throw new Violation("C2: the reply to " + tag + " instead of " + sent);
        }
        if (zxid < seen) {
            throw new Violation("C2: " + sent + " is answered at " + Long.toHexString(zxid) + ", but "
                    + Long.toHexString(seen) + " was shown");
        }
        seen = zxid;
        world.ledger().answered(sent, new Ledger.Told(zxid, error, body));
        arrive(() -> owner.replied(this, sent, zxid, error));
    }

    @Override
    public void event(long zxid, WatcherEvent event) {
        throw new Violation("nobody watches, but " + event + " is told");
    }

    @Override
    public void close(CloseReason reason) {
        if (!closing) {
            closing = true;
            world.trace().add(world.time().nowNs(), "close", session, reason.ordinal());
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
