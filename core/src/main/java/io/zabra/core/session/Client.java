// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

import io.zabra.core.auth.IpScheme;
import io.zabra.core.watch.Watcher;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.Id;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection of a client, from handshake to close (Apache: ServerCnxn). Made by the network, owned by the node.
///
/// Replies leave in the order of requests: what must not overtake an unfinished write waits in [#waiting].
public final class Client {

    /// Where a connection stands.
    public enum Phase {
        /// Nothing received yet.
        NEW,
        /// The session of this connection is being made.
        CONNECTING,
        OPEN,
        CLOSED
    }

    /// In the place of the zxid of a write that somebody else will order.
    public static final long ORDERED_ELSEWHERE = -1;

    /// In the place of the zxid of a request that gets no answer, nor anything behind it.
    public static final long NEVER_ANSWERED = Long.MAX_VALUE;

    /// A request that has been received and not answered.
    ///
    /// @param zxid the transaction of a write, [#ORDERED_ELSEWHERE], or 0 for what waits behind one
    /// @param request null when it was refused before: an error
    /// @param error which one, where `request` is null
    public record Waiting(long zxid, Tag tag, @Nullable Request request, int error, List<Id> credentials) {

        /// Whether the leader has to be asked before it can be answered, though it is no write.
        public boolean asksLeader() {
            return zxid == ORDERED_ELSEWHERE && request != null && !request.op().isWrite();
        }

        /// The same as another server orders it.
        public Waiting orderedElsewhere() {
            return new Waiting(ORDERED_ELSEWHERE, tag, request, error, credentials);
        }

        private boolean isWrite() {
            return zxid != 0 && !asksLeader();
        }

        private boolean isForwarded() {
            return zxid == ORDERED_ELSEWHERE && !asksLeader();
        }
    }

    private static final int CREDENTIALS_MAX = 100;
    private static final int CREDENTIAL_CHARS_MAX = 65_536;

    private final ClientLink link;
    private final String remoteAddress;
    private final boolean linearizable;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long former;
    private long waitingBytes;
    private long forwardedBytes;
    private boolean stalled;
    private Phase phase = Phase.NEW;
    private @Nullable Session session;
    private List<Id> credentials;
    private boolean readOnlyFlag = true;
    private boolean left;
    private @Nullable Watcher<Client> watcher;

    /// @param link the way back
    /// @param remoteAddress the peer's IP address as text
    /// @param credentials what the connection itself proves, such as a certificate
    public Client(ClientLink link, String remoteAddress, List<Id> credentials) {
        this(link, remoteAddress, credentials, false);
    }

    /// @param linearizable see [#linearizable]
    public Client(ClientLink link, String remoteAddress, List<Id> credentials, boolean linearizable) {
        this.link = link;
        this.linearizable = linearizable;
        this.remoteAddress = remoteAddress;
        List<Id> all = new ArrayList<>(credentials);
        all.add(new Id(IpScheme.NAME, remoteAddress));
        this.credentials = List.copyOf(all);
    }

    public ClientLink link() {
        return link;
    }

    public String remoteAddress() {
        return remoteAddress;
    }

    /// Whether all that it reads has to show every write that was acknowledged to anybody before it asked.
    public boolean linearizable() {
        return linearizable;
    }

    public Phase phase() {
        return phase;
    }

    public void enter(Phase newPhase) {
        phase = newPhase;
    }

    public @Nullable Session session() {
        return session;
    }

    /// This client's place among the watches; null before the handshake and after the end.
    public @Nullable Watcher<Client> watcher() {
        return watcher;
    }

    public void watch(@Nullable Watcher<Client> newWatcher) {
        watcher = newWatcher;
    }

    /// The session's id, or 0 before there is one.
    public long sessionId() {
        return session == null ? 0 : session.id();
    }

    /// Whether the handshake carries the flag for read-only mode; clients of before 3.4 leave it out.
    public boolean expectsReadOnlyFlag() {
        return readOnlyFlag;
    }

    public void expectReadOnlyFlag(boolean expected) {
        readOnlyFlag = expected;
    }

    public void bind(@Nullable Session newSession) {
        session = newSession;
    }

    /// Who this client has proved to be; an immutable list.
    public List<Id> credentials() {
        return credentials;
    }

    /// Adds credentials that are not there yet, newest first; false, and nothing is added, if they become too many or
    /// too long.
    public boolean grant(List<Id> earned) {
        List<Id> all = new ArrayList<>(credentials.size() + earned.size());
        for (Id id : earned) {
            if (!credentials.contains(id)) {
                all.add(id);
            }
        }
        all.addAll(credentials);
        if (all.size() > CREDENTIALS_MAX || chars(all) > CREDENTIAL_CHARS_MAX) {
            return false;
        }
        credentials = List.copyOf(all);
        return true;
    }

    private static long chars(List<Id> ids) {
        long chars = 0;
        for (Id id : ids) {
            chars += id.id() == null ? 0 : id.id().length();
        }
        return chars;
    }

    /// Whether the peer has ended the connection. What it sent before may still be in work.
    public boolean hasLeft() {
        return left;
    }

    public void leave() {
        left = true;
    }

    /// The first request that is not answered; null if there is none.
    public @Nullable Waiting firstWaiting() {
        return waiting.peek();
    }

    /// The first write that is not answered, also if something waits before it; null if there is none.
    public @Nullable Waiting firstWrite() {
        for (Waiting request : waiting) {
            if (request.isWrite()) {
                return request;
            }
        }
        return null;
    }

    /// Transactions up to `zxid` answer nothing of this connection, though some may be of its session: clients may give
    /// their requests the numbers of an earlier connection again.
    public void beginBehind(long zxid) {
        former = zxid;
    }

    /// Whether the transaction may be what this connection asked for.
    public boolean mayHaveAskedFor(long zxid) {
        return zxid > former;
    }

    /// Whether the request `tag` is not answered.
    public boolean waitsFor(Tag tag) {
        for (Waiting request : waiting) {
            if (request.tag() == tag) {
                return true;
            }
        }
        return false;
    }

    /// Whether a write with this number is not answered.
    public boolean waitsForWrite(int xid) {
        for (Waiting request : waiting) {
            if (request.isWrite() && request.tag().xid() == xid) {
                return true;
            }
        }
        return false;
    }

    /// The numbers of the writes that are on their way to somebody else who orders them, the oldest first.
    public List<Integer> forwarded() {
        return waiting.stream()
                .filter(Waiting::isForwarded)
                .map(request -> request.tag().xid())
                .toList();
    }

    /// How many requests are not answered.
    public int waiting() {
        return waiting.size();
    }

    /// Memory that waiting requests take, roughly, but for writes.
    public long waitingBytes() {
        return waitingBytes;
    }

    /// Bytes of the writes that somebody else orders.
    public long forwardedBytes() {
        return forwardedBytes;
    }

    /// Whether what waits first waits for nothing but this client, which does not take its replies.
    public boolean stalled() {
        return stalled;
    }

    public void stall(boolean now) {
        stalled = now;
    }

    public void enqueue(Waiting request) {
        waiting.add(request);
        count(request, 1);
    }

    public void dequeue() {
        count(waiting.remove(), -1);
    }

    /// Forgets what is not answered, and returns it.
    public List<Waiting> dropWaiting() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        waitingBytes = 0;
        forwardedBytes = 0;
        return all;
    }

    private void count(Waiting request, int sign) {
        if (request.isForwarded()) {
            forwardedBytes += (long) sign * request.tag().bytes();
        } else if (request.zxid() == 0 || request.asksLeader()) {
            waitingBytes += sign * RequestBytes.of(request.request());
        }
    }
}
