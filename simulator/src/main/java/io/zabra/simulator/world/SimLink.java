// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.node.Input;
import io.zabra.core.session.Client;
import io.zabra.core.session.ClientLink;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Tag;
import io.zabra.simulator.check.ModelAccess;
import io.zabra.simulator.check.Oracle.Sent;
import io.zabra.simulator.check.Oracle.Told;
import io.zabra.simulator.check.Violation;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.CloseSessionRequest;
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
///
/// What was sent to the client and has not arrived is counted, as the real edge counts bytes: above a mark the link is
/// not ready, and below a lower one the server is told that it is again.
final class SimLink implements ClientLink {

    /// @param spell the spell of not taking replies in which it came, or 0
    private record Asked(Tag tag, Sent sent, int spell) {}

    private static final int QUOTA_EXCEEDED = -125;
    private static final String ADDRESS = "10.0.0.1";

    private final int id;
    private final World world;
    private final Timeline time;
    private final SimServer server;
    private final SimClient owner;
    private final Client client = new Client(this, ADDRESS, List.of());
    private final ArrayDeque<Asked> asked = new ArrayDeque<>();
    private final ArrayDeque<List<Id>> proofs = new ArrayDeque<>();
    private final List<Runnable> late = new ArrayList<>();
    private final List<Runnable> heldBack = new ArrayList<>();
    private final int untakenMax;
    private final long life;
    private long requestAtNs;
    private long replyAtNs;
    private long session;
    /// What this connection has proved when all that it has sent is taken in.
    private List<Id> credentials = List.of(new Id("ip", ADDRESS));

    private int untaken;
    private int spells;
    private boolean awaited;
    private boolean telling;
    private boolean closing;
    private boolean cut;

    /// @param untakenMax how much may be under way to the client before it counts as slow
    SimLink(World world, SimServer server, SimClient owner, int untakenMax) {
        this.id = world.nextConnection();
        this.world = world;
        this.time = world.time();
        this.server = server;
        this.owner = owner;
        this.untakenMax = untakenMax;
        this.life = server.life();
        world.oracle().connected(id, credentials);
    }

    SimServer server() {
        return server;
    }

    void connect(ConnectRequest request) {
        session = request.sessionId();
        requestAtNs = time.nowNs() + owner.delayNs();
        time.at(requestAtNs, () -> {
            if (!cut) {
                server.deliver(life, session, null, new Input.Connect(client, request));
            }
        });
    }

    void send(int xid, Request request) {
        long heard = session;
        requestAtNs = Math.max(requestAtNs, time.nowNs() + owner.delayNs());
        time.at(requestAtNs, () -> {
            if (!cut) {
                arriveAtServer(new Tag(xid, request.op(), 0, 0), heard, request);
            }
        });
    }

    private void arriveAtServer(Tag tag, long heard, Request request) {
        Sent sent = new Sent(request, credentials, time.nowNs());
        boolean prompt = mustBePrompt(request);
        if (request instanceof AuthRequest auth) {
            credentials = ModelAccess.authenticated(credentials, auth);
            proofs.add(credentials);
        } else {
            asked.add(new Asked(tag, sent, slow() ? spells : 0));
        }
        Input input = new Input.Submit(client, tag, world.mutant().altered(request));
        if (world.has(Mutant.HELD_REQUESTS_REVERSED) && slow()) {
            heldBack.addFirst(() -> server.deliver(life, heard, sent, input));
            return;
        }
        server.deliver(life, heard, sent, input);
        if (prompt && !asked.isEmpty()) {
            throw new Violation("connection " + id + " waits for the answer to " + request + ", and for no write");
        }
    }

    /// Whether the answer must come at once: nothing is to be waited for, whatever other clients do and the disk.
    private boolean mustBePrompt(Request request) {
        return asked.isEmpty()
                && !request.op().isWrite()
                && !(request instanceof CloseSessionRequest)
                && !closing
                && !slow()
                && !awaited
                && server.answersAtOnce(life);
    }

    /// The client takes nothing for a while.
    void stall(long ns) {
        replyAtNs = Math.max(replyAtNs, time.nowNs() + ns);
    }

    /// Whether requests have not been answered that will be if the connection lasts.
    boolean owes() {
        return !cut && !closing && !asked.isEmpty();
    }

    /// The connection breaks: what is under way is lost, and the server learns of it.
    void cut() {
        if (!cut) {
            cut = true;
            server.deliver(life, 0, null, new Input.Disconnect(client));
            world.oracle().disconnected(id);
        }
    }

    /// The process at the other end has died.
    void lost() {
        cut = true;
    }

    private boolean slow() {
        return untaken > untakenMax;
    }

    @Override
    public boolean ready() {
        if (!slow() || world.has(Mutant.SLOW_CLIENTS_NOT_SEEN)) {
            return true;
        }
        awaited = true;
        return false;
    }

    @Override
    public void connected(ConnectResponse response, long zxid) {
        if (closing) {
            return;
        }
        world.trace().add(time.nowNs(), "connected", response.sessionId(), response.timeoutMs());
        session = response.sessionId();
        server.talked(this);
        arrive(() -> owner.connected(this, response));
    }

    @Override
    public void reply(Tag tag, long zxid, int error, @Nullable Response body) {
        if (closing) {
            return;
        }
        world.trace().add(time.nowNs(), "reply", zxid, ((long) id << 32) | (error & 0xFFFF_FFFFL));
        server.talked(this);
        if (tag.op() == OpCode.AUTH) {
            List<Id> proved = proofs.remove();
            if (!cut && error == 0) {
                server.tellApplied();
                world.oracle().authenticated(id, proved);
            }
            return;
        }
        Asked first = asked.poll();
        if (first == null || first.tag != tag) {
            throw new Violation("connection " + id + " got the reply to " + tag + " instead of " + first);
        }
        if (slow() && first.spell == spells) {
            throw new Violation("connection " + id + " got the reply to " + tag + " although it takes none");
        }
        if (!cut) {
            ReplyHeader header = new ReplyHeader(tag.xid(), zxid, seen(first.sent, error));
            world.oracle().reply(id, session, first.sent, new Told(header, body), server.refusedUntilNs());
        }
        arrive(() -> owner.replied(this, tag.xid(), first.sent.request(), zxid, error));
    }

    private int seen(Sent sent, int error) {
        boolean write = sent.request().op().isWrite();
        boolean refusing = server.refusedUntilNs() >= sent.atNs();
        return world.has(Mutant.REFUSED_WRITES_DONE) && write && refusing ? QUOTA_EXCEEDED : error;
    }

    @Override
    public void event(long zxid, WatcherEvent event) {
        if (closing) {
            return;
        }
        world.trace().add(time.nowNs(), "told", zxid, ((long) id << 8) | event.type());
        server.talked(this);
        if (world.has(Mutant.EVENTS_LATE)) {
            late.add(() -> tell(zxid, event));
        } else if (!world.has(Mutant.EVENTS_LOST_ON_SLOW_CLIENTS) || !slow()) {
            tell(zxid, event);
        }
    }

    private void tell(long zxid, WatcherEvent event) {
        if (!cut) {
            world.oracle().event(id, zxid, event);
        }
        arrive(() -> owner.told(this, event));
    }

    @Override
    public void close(CloseReason reason) {
        world.trace().add(time.nowNs(), "close", id, reason.ordinal());
        server.talked(this);
        closing = true;
        world.oracle().disconnected(id);
        arrive(() -> {
            cut();
            owner.closed(this);
        });
    }

    /// The batch of the server is over.
    void flush() {
        late.forEach(Runnable::run);
        late.clear();
    }

    private void arrive(Runnable action) {
        boolean was = slow();
        untaken++;
        if (slow() && !was) {
            spells++;
            world.oracle().count("slow");
        }
        replyAtNs = Math.max(replyAtNs, time.nowNs() + owner.delayNs());
        time.at(replyAtNs, () -> {
            if (!cut) {
                took();
                action.run();
            }
        });
    }

    private void took() {
        untaken--;
        if (awaited && !telling && untaken <= untakenMax / 2) {
            telling = true;
            // A little later, as it may be slow again by then.
            time.after(owner.delayNs() / 8, this::tellReady);
        }
    }

    private void tellReady() {
        awaited = false;
        telling = false;
        if (cut) {
            return;
        }
        if (!world.has(Mutant.LINK_READY_FORGOTTEN)) {
            server.deliver(life, 0, null, new Input.LinkReady(client));
        }
        heldBack.forEach(Runnable::run);
        heldBack.clear();
    }
}
