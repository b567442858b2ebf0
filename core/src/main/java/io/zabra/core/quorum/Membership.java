// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import io.zabra.wire.MalformedPacketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// One version of the list of servers, with the rule of its quorums. Immutable. Apache: `QuorumVerifier`.
///
/// Versions are zxids: a later list has a larger one; the list of a configuration file begins with 0. Whatever is asked
/// about, an answer comes back: only participants vote and have weight, and the votes of others are not looked at.
/// A value that exists is valid; [MalformedPacketException] tells why one cannot be made.
public final class Membership {

    private final long version;
    private final NavigableMap<Long, Member> members;
    private final QuorumRule rule;
    private final List<Long> voters;
    private final VoteCount count;
    /// Made when it is first asked for: each vote of an election has it.
    private @Nullable String text;

    private Membership(long version, NavigableMap<Long, Member> members, QuorumRule rule) {
        if (version < 0) {
            throw new MalformedPacketException("membership of version " + version);
        }
        this.version = version;
        this.members = Collections.unmodifiableNavigableMap(members);
        this.voters = members.values().stream()
                .filter(Member::participant)
                .map(Member::sid)
                .toList();
        if (voters.isEmpty()) {
            throw new MalformedPacketException("membership without a participant");
        }
        this.count = VoteCount.of(voters, rule);
        this.rule = count.rule();
    }

    /// The membership of these servers, whose ids must differ.
    public static Membership of(long version, Collection<Member> members, QuorumRule rule) {
        NavigableMap<Long, Member> bySid = new TreeMap<>();
        for (Member member : members) {
            if (bySid.put(member.sid(), member) != null) {
                throw new MalformedPacketException("server " + member.sid() + " is there twice");
            }
        }
        return new Membership(version, bySid, rule);
    }

    /// Reads what [#text()] writes. Lines may stand in any order; empty ones and comments (`#`) are skipped; the
    /// version is 0 when there is none. Unknown keys make the whole text malformed.
    public static Membership parse(String text) {
        return new MembershipReader().lines(text).finished();
    }

    /// Reads the settings `server.<sid>`, `group.<gid>`, `weight.<sid>` and `version`, as they stand in a configuration
    /// file.
    public static Membership of(SortedMap<String, String> settings) {
        MembershipReader reader = new MembershipReader();
        settings.forEach(reader::setting);
        return reader.finished();
    }

    public long version() {
        return version;
    }

    /// All servers by their ids, in order.
    public NavigableMap<Long, Member> members() {
        return members;
    }

    public QuorumRule rule() {
        return rule;
    }

    public @Nullable Member member(long sid) {
        return members.get(sid);
    }

    /// Ids of the participants, in order.
    public List<Long> voters() {
        return voters;
    }

    public boolean isVoter(long sid) {
        return count.isVoter(sid);
    }

    /// Weight of a voter; 0 for everyone else. A server without weight must not lead.
    public long weight(long sid) {
        return count.weight(sid);
    }

    /// Whether the voters for which `has` holds are a quorum. It is asked about voters only, in the order of their ids.
    public boolean isQuorum(LongPredicate has) {
        return count.isQuorum(has);
    }

    /// The same servers and the same rule, whatever the version.
    public boolean sameMembersAs(Membership other) {
        return members.equals(other.members) && rule.equals(other.rule);
    }

    /// Whether the peers of an Apache server take both for the same: equal versions, or else the same members.
    public boolean interchangeableWith(Membership other) {
        return version == other.version || sameMembersAs(other);
    }

    public Membership withVersion(long newVersion) {
        return new Membership(newVersion, members, rule);
    }

    /// The text in which servers tell each other of it: a line for each server, for groups and weights if there are
    /// any, and for the version, without a line end behind it.
    public String text() {
        String made = text;
        if (made == null) {
            made = String.join("\n", lines()) + "\nversion=" + Long.toHexString(version);
            text = made;
        }
        return made;
    }

    /// The lines of [#text()] without that of the version.
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        members.values().forEach(member -> lines.add("server." + member.sid() + "=" + member.text()));
        if (rule instanceof QuorumRule.Hierarchical(SortedMap<Long, Long> groups, SortedMap<Long, Long> weights)) {
            SortedMap<Long, String> byGroup = new TreeMap<>();
            groups.forEach((sid, group) -> byGroup.merge(group, Long.toString(sid), (a, b) -> a + ":" + b));
            byGroup.forEach((group, sids) -> lines.add("group." + group + "=" + sids));
            weights.forEach((sid, weight) -> lines.add("weight." + sid + "=" + weight));
        }
        return lines;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Membership that && version == that.version && sameMembersAs(that);
    }

    @Override
    public int hashCode() {
        return 31 * members.hashCode() + Long.hashCode(version);
    }

    @Override
    public String toString() {
        return text().replace('\n', ' ');
    }
}
