// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// A client's session as this server sees it. Owned by the node.
public final class Session {

    /// No server's id.
    private static final long NOBODY = Long.MIN_VALUE;

    private static final int OUTDATED_MAX = 1_000;

    /// Who knows the session.
    enum Standing {
        /// This server only.
        LOCAL,
        /// The transaction that tells everybody is on its way.
        UPGRADING,
        GLOBAL
    }

    /// In place of a server's id: this server, for a client that is connected here.
    public static final long HERE = -1;

    private final long id;
    private final int timeoutMs;
    Standing standing = Standing.GLOBAL;
    int liveTimeoutMs;
    long deadlineMs;
    /// Whether others were asked to know it too.
    boolean announced;
    private boolean closing;
    private @Nullable Client client;
    private long owner = NOBODY;
    private boolean heard;
    private @Nullable List<Outdated> outdated;

    /// A request of a former connection that is on its way to the leader, to fail there.
    ///
    /// @param behindOwn whether the present connection's request of the same number is before it
    private record Outdated(int xid, boolean behindOwn) {}

    Session(long id, int timeoutMs) {
        this.id = id;
        this.timeoutMs = timeoutMs;
        this.liveTimeoutMs = timeoutMs;
    }

    public long id() {
        return id;
    }

    /// The timeout that was agreed on when the session was made; it is what the log and snapshots hold.
    public int timeoutMs() {
        return timeoutMs;
    }

    /// The timeout in force: a client may ask for another one when it resumes its session.
    public int liveTimeoutMs() {
        return liveTimeoutMs;
    }

    /// On the clock of [Sessions], in milliseconds.
    public long deadlineMs() {
        return deadlineMs;
    }

    /// Whether only this server knows it: it is in no log, owns no znodes, and cannot move to another server.
    public boolean isLocal() {
        return standing == Standing.LOCAL;
    }

    /// Whether everybody knows it.
    public boolean isGlobal() {
        return standing == Standing.GLOBAL;
    }

    /// Whether others were asked to know it, and have not come to that: nobody can tell whether they will before the
    /// next leader has begun.
    public boolean mayBegin() {
        return announced && !isGlobal();
    }

    /// Whether the end of the session has been proposed: it accepts no more requests.
    public boolean closing() {
        return closing;
    }

    public void beginClosing() {
        closing = true;
    }

    /// The connection that speaks for the session now; null while it has none.
    public @Nullable Client client() {
        return client;
    }

    public void attach(@Nullable Client newClient) {
        client = newClient;
    }

    /// Whether its requests may come by this server: the last one that was granted the session, or the first that
    /// speaks for it after a change of leader.
    ///
    /// @param server its id, or [#HERE]
    public boolean comesBy(long server) {
        owner = owner == NOBODY ? server : owner;
        return owner == server;
    }

    /// Its requests come by this server from now on.
    public void own(long server) {
        owner = server;
    }

    void disown() {
        owner = NOBODY;
    }

    /// A request of a former connection goes to the leader, only to fail; its outcome will come by.
    ///
    /// @param behindOwn whether a request of the present connection with the same number went there before
    /// @return false if there are too many of these
    public boolean outdate(int xid, boolean behindOwn) {
        List<Outdated> all = outdated == null ? new ArrayList<>() : outdated;
        outdated = all;
        return all.size() < OUTDATED_MAX && all.add(new Outdated(xid, behindOwn));
    }

    /// Whether the outcome that comes by is that of such a request.
    ///
    /// @param own whether the present connection waits for a request of that number
    public boolean takeOutdated(int xid, boolean own) {
        for (int i = 0; outdated != null && i < outdated.size(); i++) {
            Outdated each = outdated.get(i);
            if (each.xid() == xid && own && each.behindOwn()) {
                outdated.set(i, new Outdated(xid, false));
                return false;
            }
            if (each.xid() == xid) {
                outdated.remove(i);
                return true;
            }
        }
        return false;
    }

    /// Keeps only those of such requests whose outcome may still come.
    public void keepOutdated(IntPredicate pending) {
        if (outdated != null) {
            outdated.removeIf(each -> !pending.test(each.xid()));
            outdated = outdated.isEmpty() ? null : outdated;
        }
    }

    public boolean hasOutdated() {
        return outdated != null && !outdated.isEmpty();
    }

    /// Whether something was heard of it since the last call.
    public boolean takeHeard() {
        boolean since = heard;
        heard = false;
        return since;
    }

    void heard() {
        heard = true;
    }
}
