// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses IP addresses from text without ever asking a name server.
final class IpAddresses {

    private static final int V6_GROUPS = 8;

    private IpAddresses() {}

    /// The 4 or 16 bytes of an address, or null when `text` is none.
    static byte @Nullable [] parse(String text) {
        return text.indexOf(':') >= 0 ? v6(text) : v4(text);
    }

    private static byte @Nullable [] v4(String text) {
        byte[] address = new byte[4];
        int from = 0;
        for (int i = 0; i < 4; i++) {
            int dot = text.indexOf('.', from);
            boolean last = i == 3;
            if (last != dot < 0) {
                return null;
            }
            int to = last ? text.length() : dot;
            int value = number(text, from, to, 10, 3);
            if (value < 0 || value > 255) {
                return null;
            }
            address[i] = (byte) value;
            from = to + 1;
        }
        return address;
    }

    private static byte @Nullable [] v6(String text) {
        int zone = text.indexOf('%');
        String bare = zone < 0 ? text : text.substring(0, zone);
        int gap = bare.indexOf("::");
        if (gap >= 0 && bare.indexOf("::", gap + 1) >= 0) {
            return null;
        }
        List<Integer> head = groups(gap < 0 ? bare : bare.substring(0, gap));
        List<Integer> tail = gap < 0 ? List.of() : groups(bare.substring(gap + 2));
        if (head == null || tail == null) {
            return null;
        }
        int missing = V6_GROUPS - head.size() - tail.size();
        if (gap < 0 ? missing != 0 : missing < 1) {
            return null;
        }
        byte[] address = new byte[16];
        for (int i = 0; i < head.size(); i++) {
            put(address, i, head.get(i));
        }
        for (int i = 0; i < tail.size(); i++) {
            put(address, V6_GROUPS - tail.size() + i, tail.get(i));
        }
        return address;
    }

    private static @Nullable List<Integer> groups(String text) {
        List<Integer> groups = new ArrayList<>(V6_GROUPS);
        if (text.isEmpty()) {
            return groups;
        }
        for (String part : text.split(":", -1)) {
            int value = number(part, 0, part.length(), 16, 4);
            if (value < 0) {
                return null;
            }
            groups.add(value);
        }
        return groups;
    }

    private static void put(byte[] address, int group, int value) {
        address[2 * group] = (byte) (value >> 8);
        address[2 * group + 1] = (byte) value;
    }

    private static int number(String text, int from, int to, int radix, int digitsMax) {
        if (from == to || to - from > digitsMax) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(text.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
