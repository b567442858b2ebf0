// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.links;

import io.zabra.core.base.Prng;
import io.zabra.wire.quorum.Notification;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The connections over which one process votes, as the product keeps them (`server.peer.ElectionLinks`): one to each
/// other server, dialled by the one with the larger id. One with a smaller id only calls, and is called back. Of what
/// is to be sent only the newest waits for a connection. What was sent arrives in its order, or is lost with the
/// connection.
public final class VotingLinks {

    private static final long MS = 1_000_000;
    private static final long CONNECT_NS = 1_000 * MS;
    private static final long RETRY_NS = 20 * MS;
    /// Behind this, who is gone without a word counts as gone.
    private static final int SILENCE_MS_MAX = 6_000;

    /// The process, and the network around it.
    public interface Site {

        long sid();

        /// Does something later, unless the process has ended by then.
        void later(long delayNs, Runnable action);

        /// Does something later, whatever becomes of the process.
        void inNetwork(long delayNs, Runnable action);

        /// The links of the process that another server is now; null if it is down.
        @Nullable
        VotingLinks of(long sid);

        boolean isCut(long from, long to);

        long delayNs();

        /// How likely it is that a connection breaks when something is sent, in percent.
        int breaksPercent();

        void heard(long from, Notification notification);

        void reachable(long sid);

        void unreachable(long sid);
    }

    /// Another server, as this one sees it.
    private static final class Peer {
        @Nullable
        End end;

        @Nullable
        Notification unsent;

        boolean dialling;
        boolean called;
    }

    /// This process's end of a connection.
    private final class End {
        final long peer;
        final ArrayDeque<Notification> underWay = new ArrayDeque<>();

        @Nullable
        End far;

        boolean open = true;
        /// Whether the other end is to hear that this one is closed, behind all that is under way.
        boolean closing;

        boolean pumping;

        End(long peer) {
            this.peer = peer;
            ends.removeIf(each -> !each.open);
            ends.add(this);
        }

        VotingLinks links() {
            return VotingLinks.this;
        }

        void send(Notification notification) {
            underWay.add(notification);
            if (random.chance(site.breaksPercent())) {
                end(random.chance(70));
            }
            pumpLater(site.delayNs());
        }

        /// This end is closed.
        ///
        /// @param told whether the other one hears of it soon
        void end(boolean told) {
            if (open) {
                open = false;
                closing = true;
                site.later(site.delayNs(), () -> gone(this));
                pumpLater(told ? site.delayNs() : random.below(SILENCE_MS_MAX) * MS);
            }
        }

        private void pumpLater(long delayNs) {
            if (!pumping) {
                pumping = true;
                site.inNetwork(delayNs, this::pump);
            }
        }

        private void pump() {
            pumping = false;
            End to = far;
            if (to == null) {
                return;
            }
            if (site.isCut(site.sid(), peer)) {
                pumpLater(RETRY_NS);
                return;
            }
            if (!underWay.isEmpty() && to.open) {
                Notification next = underWay.remove();
                to.receives(next);
                pumpLater(underWay.isEmpty() ? site.delayNs() : 0);
            } else if (!to.open && open) {
                // Nobody is there any more: this end hears of that when it sends.
                open = false;
                site.later(0, () -> gone(this));
            } else if (closing && to.open) {
                to.open = false;
                to.links().site.later(0, () -> to.links().gone(to));
            }
        }

        private void receives(Notification notification) {
            site.later(0, () -> site.heard(peer, notification));
        }
    }

    private final Site site;
    private final Prng random;
    private final SortedMap<Long, Peer> peers = new TreeMap<>();
    /// All that are open, also those of which this process has not heard yet.
    private final List<End> ends = new ArrayList<>();

    public VotingLinks(Site site, Prng random) {
        this.site = site;
        this.random = random;
    }

    private Peer peer(long sid) {
        return peers.computeIfAbsent(sid, _ -> new Peer());
    }

    /// Sends a vote, in place of any that has not been sent yet.
    public void send(long to, Notification notification) {
        Peer peer = peer(to);
        peer.unsent = notification;
        flush(to, peer);
    }

    /// The process is gone: others notice it now, or by the silence.
    public void abandon() {
        peers.clear();
        for (End end : List.copyOf(ends)) {
            end.underWay.clear();
            end.end(random.chance(60));
        }
    }

    /// The process ends, and its machine tells all others now.
    public void hangUp() {
        peers.clear();
        for (End end : List.copyOf(ends)) {
            end.underWay.clear();
            end.end(true);
        }
    }

    /// A connection breaks, if there is any.
    public boolean breakOne() {
        List<End> open = ends.stream().filter(each -> each.open).toList();
        if (open.isEmpty()) {
            return false;
        }
        End any = open.get(random.below(open.size()));
        any.underWay.clear();
        any.end(random.chance(70));
        return true;
    }

    private void flush(long sid, Peer peer) {
        End end = peer.end;
        if (end == null) {
            dial(sid, peer);
        } else if (peer.unsent != null) {
            Notification next = peer.unsent;
            peer.unsent = null;
            end.send(next);
        }
    }

    private void dial(long sid, Peer peer) {
        if (!peer.dialling) {
            peer.dialling = true;
            site.later(site.delayNs(), () -> connect(sid, peer));
        }
    }

    private void connect(long sid, Peer peer) {
        VotingLinks target = site.of(sid);
        if (site.isCut(site.sid(), sid) || site.isCut(sid, site.sid())) {
            site.later(CONNECT_NS, () -> failed(sid, peer));
        } else if (target == null) {
            site.later(site.delayNs(), () -> failed(sid, peer));
        } else if (site.sid() < sid) {
            // It calls back: of two connections that cross each other, one has to give way.
            peer.dialling = false;
            target.site.later(target.site.delayNs(), () -> target.called(site.sid(), null));
        } else {
            End mine = new End(sid);
            End theirs = target.new End(site.sid());
            mine.far = theirs;
            theirs.far = mine;
            target.site.later(target.site.delayNs(), () -> target.called(site.sid(), theirs));
            peer.dialling = false;
            adopt(sid, peer, mine);
        }
    }

    private void failed(long sid, Peer peer) {
        peer.dialling = false;
        if (peer.end == null) {
            site.unreachable(sid);
        }
        if (peer.called) {
            peer.called = false;
            dial(sid, peer);
        }
    }

    private void adopt(long sid, Peer peer, End end) {
        End former = peer.end;
        peer.end = end;
        if (former != null) {
            former.end(true);
        }
        site.reachable(sid);
        flush(sid, peer);
    }

    /// A server has called.
    ///
    /// @param end null if it wants to be called back
    private void called(long from, @Nullable End end) {
        Peer peer = peer(from);
        if (end != null) {
            // It may have broken before this process has read who calls.
            if (end.open) {
                adopt(from, peer, end);
            }
            return;
        }
        End former = peer.end;
        peer.end = null;
        if (former != null) {
            former.end(true);
        }
        peer.called = true;
        dial(from, peer);
    }

    private void gone(End end) {
        Peer peer = peers.get(end.peer);
        if (peer != null && peer.end == end) {
            peer.end = null;
            site.unreachable(end.peer);
        }
    }
}
