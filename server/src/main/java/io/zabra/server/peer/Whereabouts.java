// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.VoteSender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Where one other server is looked for: which of its places was dialled last, who answered there, and which one comes
/// next. Owned by the event loop of the links.
///
/// Another member may answer at a place: they have exchanged their addresses, or somebody has mixed them up. Such a
/// place is not dialled again for a while, and no longer, since lists change, and anybody may claim anything.
final class Whereabouts {

    /// A place where another one answers is dialled this often, if there is none that is better.
    static final long OTHERS_NS = 2_000_000_000L;

    /// Who cannot be named.
    static final long SOMEBODY = -1;

    private @Nullable HostPort dialled;
    private long dialledNs;
    /// Whether it has been heard since.
    private boolean answered;
    /// Whether what was heard was certainly said by it, or certainly by another one.
    private boolean confirmed;

    private boolean others;
    private List<HostPort> places = List.of();
    private final Map<HostPort, Long> othersNs = new HashMap<>();

    /// Who has sent a notification over a connection that was made to find the server `sid`.
    ///
    /// Zabra's servers say so. Others tell it by the way: who leads votes for itself, who follows does not. (At the
    /// moment at which one of Apache's begins to, it may still tell its former vote, and is misunderstood until it says
    /// it again.)
    ///
    /// @return [#SOMEBODY] if it is another one
    static long sender(long sid, Notification said, @Nullable VoteSender sender) {
        if (sender != null) {
            return sender.sid();
        }
        return switch (said.state()) {
            case LOOKING -> sid;
            case LEADING -> said.leader();
            case FOLLOWING, OBSERVING -> said.leader() == sid ? SOMEBODY : sid;
        };
    }

    void dials(HostPort place, long nowNs) {
        dialled = place;
        dialledNs = nowNs;
        answered = false;
        confirmed = false;
        others = false;
    }

    /// The server has called, so that it does not matter what was dialled.
    void called() {
        answered = true;
        confirmed = false;
        others = false;
    }

    /// It has answered at the place that was dialled.
    ///
    /// @param certain whether nobody else can have said that
    void answered(boolean certain) {
        answered = true;
        if (certain) {
            confirmed = true;
            others = false;
            othersNs.remove(dialled);
        }
    }

    /// Another one has answered at the place that was dialled.
    ///
    /// @return whether that is news
    boolean othersAnswer(long nowNs) {
        boolean news = !others;
        others = true;
        confirmed = false;
        if (dialled != null && places.contains(dialled)) {
            othersNs.put(dialled, nowNs);
        }
        return news;
    }

    boolean isConfirmed() {
        return confirmed;
    }

    /// Whether another one answers where it was dialled last.
    boolean isOthers() {
        return others;
    }

    /// Whether it was dialled before that time, and has not been heard since.
    boolean isSilent(long sinceNs) {
        return !answered && dialledNs - sinceNs < 0;
    }

    /// Whether another one has answered there a short time ago.
    boolean isOthers(HostPort place, long nowNs) {
        Long at = othersNs.get(place);
        return at != null && nowNs - at < OTHERS_NS;
    }

    /// The place that was dialled last.
    @Nullable
    HostPort dialled() {
        return dialled;
    }

    /// Where to look for it now: where it was heard, or else behind the place that was dialled last; null for nowhere.
    ///
    /// @param now its places, the likeliest first
    /// @param othersPlace whether certainly another one is there
    /// @param inUse whether perhaps another one is there: it is dialled only if there is nothing else
    @Nullable
    HostPort next(List<HostPort> now, Predicate<HostPort> othersPlace, Predicate<HostPort> inUse, long nowNs) {
        if (!now.equals(places)) {
            places = List.copyOf(now);
            othersNs.clear();
        }
        int last = dialled == null ? -1 : places.indexOf(dialled);
        int first = answered && !others && last >= 0 ? last : last + 1;
        HostPort inNeed = null;
        for (int i = 0; i < places.size(); i++) {
            HostPort place = places.get((first + i) % places.size());
            if (isOthers(place, nowNs) || othersPlace.test(place)) {
                continue;
            }
            if (!inUse.test(place)) {
                return place;
            }
            inNeed = inNeed == null ? place : inNeed;
        }
        return inNeed;
    }
}
