// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.quorum.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What becomes of a membership by the words of an administrator, as `reconfig` has them.
public sealed interface MembershipChange {

    /// A membership that could come next.
    record Valid(Membership membership) implements MembershipChange {}

    /// There is none.
    ///
    /// @param reason for people
    record Invalid(String reason) implements MembershipChange {}

    /// The whole list is given, in lines or divided by commas.
    static MembershipChange whole(String members, long version) {
        try {
            Membership membership = Membership.parse(members.replace(',', '\n')).withVersion(version);
            Map<HostPort, Long> taken = new LinkedHashMap<>();
            for (Member member : membership.members().values()) {
                for (HostPort address : addresses(member)) {
                    Long other = taken.putIfAbsent(address, member.sid());
                    if (other != null && other != member.sid()) {
                        return clash(other, member.sid(), address.text());
                    }
                }
            }
            return new Valid(membership);
        } catch (MalformedPacketException malformed) {
            return new Invalid(String.valueOf(malformed.getMessage()));
        }
    }

    /// Some servers go, and then others come or change.
    ///
    /// @param joining lines of servers, divided by commas; each must tell all its addresses
    /// @param leaving ids, divided by commas; those of strangers do not matter
    static MembershipChange step(Membership present, @Nullable String joining, @Nullable String leaving, long version) {
        if (!(present.rule() instanceof QuorumRule.Majority)) {
            return new Invalid("with groups or weights only a whole list can follow");
        }
        SortedMap<Long, Member> members = new TreeMap<>(present.members());
        try {
            for (String sid : parts(leaving)) {
                members.remove(number(sid));
            }
            for (String line : parts(joining)) {
                Member joiner = joiner(line);
                members.remove(joiner.sid());
                for (Member other : members.values()) {
                    String shared = shared(joiner, other);
                    if (shared != null) {
                        return clash(joiner.sid(), other.sid(), shared);
                    }
                }
                members.put(joiner.sid(), joiner);
            }
            return new Valid(Membership.of(version, members.values(), new QuorumRule.Majority()));
        } catch (MalformedPacketException malformed) {
            return new Invalid(String.valueOf(malformed.getMessage()));
        }
    }

    private static Invalid clash(long one, long other, String address) {
        return new Invalid("servers " + one + " and " + other + " would both be at " + address);
    }

    private static Member joiner(String line) {
        int equals = line.indexOf('=');
        String key = equals < 0 ? "" : line.substring(0, equals).strip();
        if (!key.startsWith("server.")) {
            throw new MalformedPacketException("'" + line + "' is not server.<id>=...");
        }
        Member joiner = Member.parse(
                number(key.substring("server.".length())),
                line.substring(equals + 1).strip());
        if (joiner.client() == null) {
            throw new MalformedPacketException("'" + line + "' lacks the port for clients");
        }
        return joiner;
    }

    /// An address that both have; those that stand for all of a host are not looked at.
    private static @Nullable String shared(Member one, Member other) {
        List<HostPort> theirs = addresses(other);
        for (HostPort address : addresses(one)) {
            if (theirs.contains(address)) {
                return address.text();
            }
        }
        return null;
    }

    private static List<HostPort> addresses(Member member) {
        List<HostPort> all = new ArrayList<>();
        for (PeerAddress address : member.addresses()) {
            all.add(address.quorum());
            all.add(address.election());
        }
        if (member.client() != null) {
            all.add(member.client());
        }
        all.removeIf(
                address -> address.host().equals("0.0.0.0") || address.host().equals("::"));
        return all;
    }

    private static List<String> parts(@Nullable String list) {
        List<String> parts = new ArrayList<>();
        for (String part : list == null ? new String[0] : list.split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new MalformedPacketException("'" + digits + "' is no id of a server");
        }
    }
}
