// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// The memberships whose consent is needed now: the committed one and, while a newer one is proposed, that one too.
///
/// A set of servers is a quorum only if it is one in each of them, in all phases: in the election, when an epoch
/// begins, and for every transaction. So neither side of a change can decide without the other.
///
/// `next` is null unless its version is newer than that of `committed`. `heard` is one of which only others have told,
/// in an election; it is null unless it is newer than both. To ask it too makes an election wait for those who know
/// more, and no more: it never takes the place of the others.
///
/// `rumoured` is one that others have in their logs, and that nobody knows to be committed. Its consent is not asked:
/// if it was committed, each quorum of the others has somebody who knows it. But its voters may vote and be voted for:
/// those who have it in their logs need them, and would wait in vain for servers that do not know that they may vote.
public record Quorums(
        Membership committed,
        @Nullable Membership next,
        @Nullable Membership heard,
        @Nullable Membership rumoured) {

    public Quorums {
        if (next != null && next.version() <= committed.version()) {
            next = null;
        }
        if (heard != null && heard.version() <= (next == null ? committed : next).version()) {
            heard = null;
        }
        if (rumoured != null
                && rumoured.version() <= newest(committed, next, heard).version()) {
            rumoured = null;
        }
    }

    public Quorums(Membership committed, @Nullable Membership next) {
        this(committed, next, null, null);
    }

    /// Quorums of a single membership.
    public static Quorums of(Membership committed) {
        return new Quorums(committed, null);
    }

    private static Membership newest(Membership committed, @Nullable Membership next, @Nullable Membership heard) {
        if (heard != null) {
            return heard;
        }
        return next == null ? committed : next;
    }

    /// Without what is only rumoured.
    public Quorums asked() {
        return rumoured == null ? this : new Quorums(committed, next, heard, null);
    }

    /// Whether they are the same servers, at the same places, with the same say.
    public boolean sameMembersAs(Quorums other) {
        List<Membership> mine = all();
        List<Membership> others = other.all();
        for (int i = 0; i < Math.max(mine.size(), others.size()); i++) {
            if (!mine.get(Math.min(i, mine.size() - 1)).sameMembersAs(others.get(Math.min(i, others.size() - 1)))) {
                return false;
            }
        }
        return true;
    }

    /// The memberships, oldest first.
    public List<Membership> all() {
        List<Membership> all = new ArrayList<>(4);
        all.add(committed);
        if (next != null) {
            all.add(next);
        }
        if (heard != null) {
            all.add(heard);
        }
        if (rumoured != null) {
            all.add(rumoured);
        }
        return all;
    }

    /// Whether the servers for which `has` holds are a quorum of each membership. Only voters are asked about, some
    /// perhaps several times.
    public boolean isQuorum(LongPredicate has) {
        return committed.isQuorum(has)
                && (next == null || next.isQuorum(has))
                && (heard == null || heard.isQuorum(has));
    }

    /// Whether it is a member that only observes. Who will have a vote may have one already.
    public boolean observes(long sid) {
        return member(sid) != null && !isVoter(sid);
    }

    /// Whether it votes in any of the memberships.
    public boolean isVoter(long sid) {
        for (Membership membership : all()) {
            if (membership.isVoter(sid)) {
                return true;
            }
        }
        return false;
    }

    /// Whether it has weight in any of the memberships, and so may lead. Who has none in the committed one may hold
    /// what those have committed to whom the change gives the say.
    public boolean mayLead(long sid) {
        for (Membership membership : all()) {
            if (membership.weight(sid) > 0) {
                return true;
            }
        }
        return false;
    }

    /// Whether it has weight in the oldest membership in which it votes: Apache's servers elect no other.
    public boolean hasWeight(long sid) {
        for (Membership membership : all()) {
            if (membership.isVoter(sid)) {
                return membership.weight(sid) > 0;
            }
        }
        return false;
    }

    /// Ids of all who vote in any of the memberships, in order.
    public List<Long> voters() {
        if (next == null && heard == null && rumoured == null) {
            return committed.voters();
        }
        TreeSet<Long> voters = new TreeSet<>();
        all().forEach(membership -> voters.addAll(membership.voters()));
        return List.copyOf(voters);
    }

    /// The server as the oldest membership has it that has it.
    public @Nullable Member member(long sid) {
        for (Membership membership : all()) {
            Member member = membership.member(sid);
            if (member != null) {
                return member;
            }
        }
        return null;
    }

    /// Ids of all servers of the memberships, in order.
    public Set<Long> servers() {
        Set<Long> servers = new TreeSet<>();
        all().forEach(membership -> servers.addAll(membership.members().keySet()));
        return servers;
    }

    /// Where the server may be found, each place once, the likeliest first: where others say that it was decided to be,
    /// then where this server knows it to be, and then where it may come to be. Nothing that others say takes a place
    /// away.
    public List<PeerAddress> places(long sid) {
        List<PeerAddress> places = new ArrayList<>(4);
        for (Membership membership : Arrays.asList(heard, committed, next, rumoured)) {
            Member member = membership == null ? null : membership.member(sid);
            PeerAddress place = member == null ? null : member.addresses().getFirst();
            if (place != null && !places.contains(place)) {
                places.add(place);
            }
        }
        return places;
    }

    /// The newest of the memberships, be it a rumour.
    public Membership newest() {
        return all().getLast();
    }
}
