// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.sessions;

import io.zabra.simulator.check.Rule;
import io.zabra.simulator.check.Rules;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// How long sessions live: none is called expired before it has been silent for its time (C7), none lives on for much
/// longer than that (C7), and none lives on when it has ended (C6).
///
/// A local session is known to one process only, its home, until it is made known to all. What is kept of that goes
/// with the process, and with the tree that a snapshot replaces. Elsewhere nobody knows it.
public final class Lifetimes {

    private static final long MS = 1_000_000;
    /// By how much clocks may run ahead, and ticks come early.
    private static final double EARLY = 0.9;
    /// By how much clocks may run behind.
    private static final double LATE = 1.1;
    /// How many ticks may pass until a leader knows what servers have heard, and its buckets come up.
    private static final int TICKS_MORE = 6;

    /// Where the id of the server stands at which a session began.
    private static final int SERVER_SHIFT = 56;

    /// One session.
    private static final class Life {
        int timeoutMsMin = Integer.MAX_VALUE;
        int timeoutMsMax;
        /// When a leader has heard of it last.
        long heardNs;
        /// When its client has said something to a server last.
        long spokenNs;
        /// When its client has asked to go on with it last, granted or not.
        long claimedNs;
        /// Whether all know it, or a leader has told them.
        boolean announced;
        boolean begun;
        /// Whether all know it now.
        boolean open;
        /// The transaction that has ended it first; 0 for none.
        long closed;
        /// The last proposal to end it; 0 for none.
        long closing;
        /// Whether its client wants its end.
        boolean endAsked;
        /// Whether its client knows that it has ended.
        boolean endTold;
        /// The server that knows it alone, or did before all others; 0 for none.
        long home;
        /// How often that server had lost what it knew.
        int losses;
        /// Whether its home has ended it.
        boolean over;
    }

    private final Rules rules;
    private final LongSupplier nowNs;
    private final boolean locals;
    private final long tickNs;
    private final TreeMap<Long, Life> lives = new TreeMap<>();
    private final Map<Long, Integer> losses = new HashMap<>();
    /// When a server has given the sessions that it alone knows their time anew.
    private final Map<Long, Long> renewedNs = new HashMap<>();
    /// The last epoch that a leader has begun, and when.
    private long lastEpoch;

    private long epochNs;

    /// @param locals whether sessions are local
    public Lifetimes(Rules rules, LongSupplier nowNs, boolean locals, int tickMs) {
        this.rules = rules;
        this.nowNs = nowNs;
        this.locals = locals;
        this.tickNs = tickMs * MS;
    }

    private Life of(long session) {
        return lives.computeIfAbsent(session, _ -> new Life());
    }

    private static String hex(long session) {
        return "session " + Long.toHexString(session);
    }

    // --- Clients.

    /// What a client says has come to a server.
    public void speaks(long session) {
        of(session).spokenNs = nowNs.getAsLong();
    }

    /// A client wants to go on with its session. Whoever grants that hears of it, even if the client leaves before.
    public void claims(long session) {
        of(session).claimedNs = nowNs.getAsLong();
    }

    /// A client wants to end its session.
    public void asksToEnd(long session) {
        of(session).endAsked = true;
    }

    /// A server has ended a session as its client wants.
    ///
    /// @param told whether it can still tell the client
    public void endsAsAsked(long session, boolean told) {
        Life life = of(session);
        life.endTold |= told;
        life.over |= !life.begun;
    }

    /// A session is given a timeout.
    public void timeout(long session, int ms) {
        Life life = of(session);
        life.timeoutMsMin = Math.min(life.timeoutMsMin, ms);
        life.timeoutMsMax = Math.max(life.timeoutMsMax, ms);
    }

    // --- The order.

    /// A leader makes a session known to all.
    public void begins(long session, int ms) {
        Life life = of(session);
        life.announced = true;
        life.heardNs = nowNs.getAsLong();
        life.spokenNs = nowNs.getAsLong();
        life.timeoutMsMax = Math.max(life.timeoutMsMax, ms);
    }

    /// That is committed.
    public void begun(long session) {
        Life life = of(session);
        rules.check(Rule.C1, !life.begun || life.home != 0, () -> hex(session) + " begins twice");
        rules.check(Rule.C6, !life.endTold, () -> hex(session) + " begins when its client knows that it has ended");
        rules.check(Rule.C6, life.closed == 0, () -> hex(session) + " begins again when it has ended");
        life.begun = true;
        life.open = true;
    }

    /// A leader proposes to end a session.
    ///
    /// @param asked whether a client has asked for that
    public void ends(long session, long zxid, boolean asked) {
        Life life = of(session);
        life.closing = zxid;
        // What a leader does that is deposed, and does not know it yet, is never committed.
        if (!asked && epoch(zxid) >= lastEpoch) {
            checkSilence(session, life, life.heardNs);
        }
    }

    private static long epoch(long zxid) {
        return zxid >>> Integer.SIZE;
    }

    private void checkSilence(long session, Life life, long sinceNs) {
        long silentMs = (nowNs.getAsLong() - sinceNs) / MS;
        int given = life.timeoutMsMin == Integer.MAX_VALUE ? 0 : life.timeoutMsMin;
        rules.check(
                Rule.C7,
                silentMs >= (long) (EARLY * given),
                () -> hex(session) + " expired after " + silentMs + " of " + given + " ms");
    }

    /// That is committed.
    public void ended(long session, long zxid) {
        Life life = of(session);
        life.closed = life.closed == 0 ? zxid : life.closed;
        life.open = false;
    }

    /// The last proposal to end a session; 0 for none.
    public long closing(long session) {
        return of(session).closing;
    }

    /// Whether a leader may take it for the local session of another server when it makes a transaction of what a
    /// client has asked for: all that it knows is that it does not know the session, nor the end of one.
    ///
    /// Asked when all that is before the transaction is committed, and the session is not known to all.
    ///
    /// @param own whether it was a client of the leader's own
    public boolean passesForLocal(long session, long leader, boolean own) {
        boolean elsewhere = session >>> SERVER_SHIFT != leader;
        return locals && of(session).closed == 0 && (elsewhere || own);
    }

    /// Whether all know it.
    public boolean isOpen(long session) {
        return of(session).open;
    }

    // --- Leaders.

    /// A leader hears of a session.
    public void heard(long session) {
        of(session).heardNs = nowNs.getAsLong();
    }

    /// An epoch begins: all sessions are given their time anew.
    public void epochBegun(long epoch) {
        lastEpoch = Math.max(lastEpoch, epoch);
        epochNs = nowNs.getAsLong();
        lives.values().forEach(life -> life.heardNs = epochNs);
    }

    // --- Servers.

    /// A server has lost what it alone knew.
    public void forgets(long server) {
        losses.merge(server, 1, Integer::sum);
    }

    /// The role of a server changes: it gives the sessions that it alone knows their time anew.
    public void renews(long server) {
        renewedNs.put(server, nowNs.getAsLong());
    }

    private boolean isAt(Life life, long server) {
        return life.home == server && life.losses == losses.getOrDefault(server, 0);
    }

    /// A server begins a session that it alone knows.
    public void beginsLocal(long server, long session) {
        Life life = of(session);
        rules.check(Rule.C1, life.home == 0 && !life.announced, () -> hex(session) + " begins twice");
        life.home = server;
        life.losses = losses.getOrDefault(server, 0);
        life.spokenNs = nowNs.getAsLong();
    }

    /// A server takes a client that goes on with its session.
    ///
    /// @param applied what the server has applied
    public void goesOn(long server, long session, long applied) {
        Life life = of(session);
        rules.check(
                Rule.C6,
                life.closed == 0 || applied < life.closed,
                () -> "server " + server + " takes " + hex(session) + ", which is closed");
        rules.check(
                Rule.C6,
                life.home == 0 || life.announced || isAt(life, server) && !life.over,
                () -> "server " + server + " takes " + hex(session) + ", which was local to " + life.home);
        life.spokenNs = nowNs.getAsLong();
    }

    /// A server says that a session is gone.
    ///
    /// @param ending whether its end is committed in this very step
    public void gone(long server, long session, boolean ending) {
        Life life = of(session);
        boolean here = isAt(life, server) && !life.over && !life.endAsked;
        rules.check(
                Rule.C7,
                life.closed != 0 || ending || !life.begun && !here,
                () -> "server " + server + " says that " + hex(session) + " is gone");
    }

    /// A server ends a session that it alone knows, for its silence.
    public void expiresLocal(long server, long session) {
        Life life = of(session);
        rules.check(Rule.C7, isAt(life, server), () -> hex(session) + " expires at " + server + ", which has no such");
        // If a leader has told all, this server may not know it yet, and the client be elsewhere.
        if (!life.endAsked && !life.announced) {
            checkSilence(session, life, life.spokenNs);
        }
        life.over = true;
    }

    /// A server ends a session that it alone knows, as it does not know what will come of its requests.
    public void endsLocal(long server, long session) {
        Life life = of(session);
        rules.check(Rule.C7, isAt(life, server), () -> hex(session) + " is lost by " + server + ", which has no such");
        life.over = true;
    }

    /// Nothing is wrong, and somebody leads: who has been silent for longer than its time, and for some ticks more, has
    /// ended.
    ///
    /// @param sinceNs since when nothing is wrong
    /// @return whether there are any sessions
    public boolean checkOver(long sinceNs) {
        boolean any = false;
        for (Map.Entry<Long, Life> each : lives.entrySet()) {
            Life life = each.getValue();
            boolean local = !life.begun && life.home != 0 && !life.over && isAt(life, life.home);
            if (life.open || local) {
                any = true;
                long wordNs = Math.max(Math.max(life.spokenNs, life.claimedNs), epochNs);
                long renewed = local ? renewedNs.getOrDefault(life.home, 0L) : 0;
                long forNs = nowNs.getAsLong() - Math.max(Math.max(wordNs, renewed), sinceNs);
                rules.check(
                        Rule.C7,
                        forNs <= life.timeoutMsMax * MS * LATE + TICKS_MORE * tickNs,
                        () -> (local ? "local " : "") + hex(each.getKey()) + " lives on after " + forNs / MS
                                + " ms without a word, and not " + life.timeoutMsMax
                                + (life.endAsked ? "; its client wants its end" : ""));
            }
        }
        return any;
    }
}
