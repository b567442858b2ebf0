// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

import io.zabra.core.base.Invariant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All sessions with their deadlines (Apache: SessionTrackerImpl with its ExpiryQueue). Owned by the node.
///
/// Deadlines are rounded up to a multiple of the tick, so sessions fall into buckets. A touch only moves the deadline;
/// a session is filed anew when its old bucket comes up, hence a touch costs nothing.
///
/// The clock of deadlines is not the machine's: it follows it, but counts at most [#STEP_MS_MAX] at a time. When this
/// process was stopped (a pause of the garbage collector, SIGSTOP, a suspended machine) nobody could reach us, and the
/// time of the pause is held against nobody.
public final class Sessions {

    /// The longest stretch of silence of our own process that counts as time passed, in milliseconds.
    public static final int STEP_MS_MAX = 500;

    private static final int ENDED_MAX = 10_000;

    private final int tickMs;
    private final TreeMap<Long, Session> sessions = new TreeMap<>();
    private final TreeMap<Long, Integer> established = new TreeMap<>();
    private final TreeMap<Long, List<Session>> buckets = new TreeMap<>();
    private final LinkedHashSet<Long> ended = new LinkedHashSet<>();
    private long lastSeenMs = Long.MIN_VALUE;
    private long nowMs;
    private int locals;

    public Sessions(int tickMs) {
        this.tickMs = tickMs;
    }

    /// Lets the clock of deadlines follow the machine's monotonic clock.
    public void advance(long monotonicMs) {
        if (lastSeenMs != Long.MIN_VALUE) {
            nowMs += Math.clamp(monotonicMs - lastSeenMs, 0, STEP_MS_MAX);
        }
        lastSeenMs = monotonicMs;
    }

    /// The clock of deadlines, in milliseconds since this server started.
    public long nowMs() {
        return nowMs;
    }

    public @Nullable Session find(long id) {
        return sessions.get(id);
    }

    /// Begins to watch over a session whose transaction is proposed or already applied.
    public Session track(long id, int timeoutMs) {
        Session session = sessions.get(id);
        if (session == null) {
            session = begin(id, timeoutMs);
            session.heard();
        }
        return session;
    }

    private Session begin(long id, int timeoutMs) {
        Session session = new Session(id, timeoutMs);
        sessions.put(id, session);
        extend(session);
        file(session);
        return session;
    }

    /// Begins a session that only this server knows.
    public Session trackLocal(long id, int timeoutMs) {
        Session session = track(id, timeoutMs);
        stand(session, Session.Standing.LOCAL);
        return session;
    }

    /// Ends a session: the transaction that closes it is applied, or only this server knew it. Of one that others are
    /// about to know, the leader has to be asked.
    public void end(long id) {
        Session session = sessions.get(id);
        boolean mayBegin = session != null && session.mayBegin();
        remove(id);
        if (!mayBegin && ended.add(id) && ended.size() > ENDED_MAX) {
            ended.removeFirst();
        }
    }

    /// Whether this is a session that has ended here; of many, the last ones are remembered.
    public boolean hasEnded(long id) {
        return ended.contains(id);
    }

    /// Begins to make a local session known to all.
    public void upgrade(Session session) {
        session.announced = true;
        stand(session, Session.Standing.UPGRADING);
    }

    private void stand(Session session, Session.Standing standing) {
        locals += (standing == Session.Standing.LOCAL ? 1 : 0) - (session.isLocal() ? 1 : 0);
        session.standing = standing;
    }

    /// How many sessions only this server knows.
    public int localCount() {
        return locals;
    }

    /// Records that the transaction that makes a session is applied.
    public void establish(long id, int timeoutMs) {
        established.put(id, timeoutMs);
        stand(track(id, timeoutMs), Session.Standing.GLOBAL);
    }

    /// Gives a session its full timeout from now on.
    public void touch(Session session) {
        session.heard();
        extend(session);
    }

    private void extend(Session session) {
        session.deadlineMs = ((nowMs + session.liveTimeoutMs) / tickMs + 1) * tickMs;
    }

    /// As [#touch(Session)] with a newly agreed timeout.
    public void renew(Session session, int timeoutMs) {
        session.liveTimeoutMs = timeoutMs;
        touch(session);
    }

    /// Begins anew with what is applied: every session that exists has its full timeout from now on, none is closing,
    /// and none has a connection. Those that only this server knows go on, also if others were about to be told.
    public void restart() {
        List<Session> own = new ArrayList<>();
        for (Session session : sessions.values()) {
            if (session.standing != Session.Standing.GLOBAL && !established.containsKey(session.id())) {
                own.add(session);
            }
        }
        TreeMap<Long, Session> former = new TreeMap<>(sessions);
        sessions.clear();
        buckets.clear();
        established.forEach((id, timeoutMs) -> {
            Session session = begin(id, timeoutMs);
            Session before = former.get(id);
            // That a session gets its time anew here is no word of its client, and nothing to tell a leader.
            if (before != null && before.takeHeard()) {
                session.heard();
            }
        });
        for (Session session : own) {
            stand(session, Session.Standing.LOCAL);
            sessions.put(session.id(), session);
            touch(session);
            file(session);
        }
    }

    /// Whoever speaks first for a session may do so from now on.
    public void disown() {
        sessions.values().forEach(Session::disown);
    }

    /// Forgets a session that nobody has but its connection.
    public void remove(long id) {
        established.remove(id);
        Session session = sessions.remove(id);
        if (session != null) {
            stand(session, Session.Standing.GLOBAL);
        }
    }

    /// The sessions whose deadline has passed, each told once; their closing has to be proposed.
    ///
    /// @param all whether all are meant, and not only those that nobody else knows
    public List<Session> expired(boolean all) {
        List<Session> expired = new ArrayList<>();
        while (!buckets.isEmpty() && buckets.firstKey() <= nowMs) {
            Map.Entry<Long, List<Session>> due = Invariant.present(buckets.pollFirstEntry());
            for (Session session : due.getValue()) {
                // The client of a local one that is closing may have gone before it could be told.
                if (sessions.get(session.id()) != session || session.closing() && !session.isLocal()) {
                    continue;
                }
                if (session.deadlineMs > nowMs) {
                    file(session);
                } else if (!all && !session.isLocal()) {
                    buckets.computeIfAbsent(nowMs + tickMs, _ -> new ArrayList<>())
                            .add(session);
                } else {
                    expired.add(session);
                }
            }
        }
        return expired;
    }

    /// Session id to timeout of all sessions that exist at the last applied transaction: what a snapshot holds.
    public SortedMap<Long, Integer> established() {
        return Collections.unmodifiableSortedMap(established);
    }

    public Collection<Session> all() {
        return Collections.unmodifiableCollection(sessions.values());
    }

    public int count() {
        return sessions.size();
    }

    private void file(Session session) {
        buckets.computeIfAbsent(session.deadlineMs, _ -> new ArrayList<>()).add(session);
    }
}
