// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.sessions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Which request a transaction was made of. Logs have the session and the number of it; clients may give the numbers
/// of one connection again on the next.
public final class Authors {

    private static final long NEW = 1L << 40;
    private static final long FITS = 2 * NEW;

    /// What the log has of a request.
    private record Key(long session, int cxid) {}

    /// What became of a request.
    private static final class Fate {
        final Sent sent;
        /// The last transaction that was made of it; 0 for none.
        long zxid;

        boolean committed;
        boolean answered;

        Fate(Sent sent) {
            this.sent = sent;
        }
    }

    private final Map<Key, List<Fate>> asked = new HashMap<>();
    private final IdentityHashMap<Sent, Fate> fates = new IdentityHashMap<>();
    private final Map<Long, Fate> made = new HashMap<>();

    /// A write reaches a server.
    public void asks(Sent sent) {
        Fate fate = new Fate(sent);
        fates.put(sent, fate);
        asked.computeIfAbsent(new Key(sent.session(), sent.xid()), _ -> new ArrayList<>(1))
                .add(fate);
    }

    /// A leader makes a transaction of a request of `session` with the number `cxid`.
    ///
    /// @param comes how likely it is this one, as far as can be told from what the leader was given; 0 for hardly
    /// @return the request; null if there is none
    public @Nullable Sent made(long zxid, long session, int cxid, ToIntFunction<Sent> comes) {
        Fate of = choose(asked.getOrDefault(new Key(session, cxid), List.of()), comes);
        if (of == null) {
            return null;
        }
        of.zxid = zxid;
        made.put(zxid, of);
        return of.sent;
    }

    /// What fits is the one that comes, and the first of several; a leader may be asked for it once more if nothing
    /// became of it. Where nothing fits, the last one may have had to wait.
    private static @Nullable Fate choose(List<Fate> all, ToIntFunction<Sent> comes) {
        if (all.size() == 1) {
            return all.getFirst();
        }
        Fate best = null;
        long most = -1;
        for (Fate each : all) {
            int fits = comes.applyAsInt(each.sent);
            long likely = (fits > 0 ? FITS : 0) + (each.committed ? 0 : NEW) + 2L * fits + (each.zxid == 0 ? 1 : 0);
            if (likely > most || likely == most && fits == 0) {
                best = each;
                most = likely;
            }
        }
        return best;
    }

    /// The request that a transaction was made of; null for none.
    public @Nullable Sent of(long zxid) {
        Fate fate = made.get(zxid);
        return fate == null ? null : fate.sent;
    }

    /// A transaction is committed; false if its request has been carried out before.
    public boolean committed(long zxid) {
        Fate of = made.get(zxid);
        boolean before = of != null && of.committed;
        if (of != null) {
            of.committed = true;
        }
        return !before;
    }

    /// A request is answered by a transaction; false if that was not made of it.
    ///
    /// Where nobody could have told of which of two requests it was made, it was made of the one that is answered.
    public boolean answered(Sent sent, long zxid) {
        Fate mine = fates.get(sent);
        Fate of = made.get(zxid);
        if (mine == null || of == null) {
            return false;
        }
        if (mine != of && !of.answered && of.sent.isLike(sent)) {
            exchange(mine, of);
        } else if (mine != of) {
            return false;
        }
        mine.answered = true;
        return true;
    }

    private void exchange(Fate one, Fate other) {
        long zxid = one.zxid;
        boolean committed = one.committed;
        one.zxid = other.zxid;
        one.committed = other.committed;
        other.zxid = zxid;
        other.committed = committed;
        made.put(one.zxid, one);
        if (zxid != 0) {
            made.put(zxid, other);
        }
    }
}
