// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.quorum.Notification;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Collects the settings that make a [Membership].
final class MembershipReader {

    private final List<Member> members = new ArrayList<>();
    private final SortedMap<Long, Long> groups = new TreeMap<>();
    private final SortedSet<Long> groupIds = new TreeSet<>();
    private final SortedMap<Long, Long> weights = new TreeMap<>();
    private long version;
    private boolean versionSeen;

    /// Takes all settings of a text, one in each line.
    MembershipReader lines(String text) {
        // A longer one could not have come from another server, and could not be sent to one.
        if (text.length() > Notification.LENGTH_MAX) {
            throw new MalformedPacketException("membership of " + text.length() + " characters");
        }
        for (String line : text.lines().map(String::strip).toList()) {
            if (!line.isEmpty() && line.charAt(0) != '#' && line.charAt(0) != '!') {
                int end = line.indexOf('=');
                if (end < 0) {
                    throw new MalformedPacketException("line '" + line + "' of a membership");
                }
                setting(line.substring(0, end).strip(), line.substring(end + 1).strip());
            }
        }
        return this;
    }

    void setting(String key, String value) {
        if (key.startsWith("server.")) {
            members.add(Member.parse(number(key, key.substring("server.".length()), 10), value));
        } else if (key.startsWith("group.")) {
            group(number(key, key.substring("group.".length()), 10), value);
        } else if (key.startsWith("weight.")) {
            long sid = number(key, key.substring("weight.".length()), 10);
            once(weights.put(sid, number(key, value, 10)) == null, key);
        } else if (key.equals("version")) {
            once(!versionSeen, key);
            versionSeen = true;
            version = number(key, value, 16);
        } else {
            throw new MalformedPacketException("unknown key '" + key + "' in a membership");
        }
    }

    Membership finished() {
        boolean hierarchical = !groups.isEmpty() || !weights.isEmpty();
        return Membership.of(
                version,
                members,
                hierarchical ? new QuorumRule.Hierarchical(groups, weights) : new QuorumRule.Majority());
    }

    private void group(long group, String sids) {
        once(groupIds.add(group), "group." + group);
        for (String sid : sids.split(":", -1)) {
            if (groups.put(number("group." + group, sid.strip(), 10), group) != null) {
                throw new MalformedPacketException("server " + sid + " is in two groups");
            }
        }
    }

    private static void once(boolean first, String key) {
        if (!first) {
            throw new MalformedPacketException("key '" + key + "' is there twice");
        }
    }

    private static long number(String key, String digits, int radix) {
        try {
            return Long.parseLong(digits, radix);
        } catch (NumberFormatException e) {
            throw new MalformedPacketException("'" + digits + "' at key '" + key + "' is not a number");
        }
    }
}
