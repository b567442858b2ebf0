// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.interop.raw.NodeStat;
import io.zabra.interop.raw.Ops.AclEntry;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns values that may lawfully differ between two servers into names that must be equal.
///
/// zxids count from the plan's start; session ids become the slot that opened them; a clock time becomes `T` if it is
/// the time at which its zxid was made, as far as other answers told, and near this machine's clock.
final class Names {

    private static final long CLOCK_SLACK_MS = 60_000;
    private static final int SHOWN_BYTES = 48;

    private final Env env;
    private final Map<Long, String> sessions = new HashMap<>();
    private final Map<Long, Long> times = new HashMap<>();

    Names(Env env) {
        this.env = env;
    }

    void learnSession(long id, String name) {
        sessions.put(id, name);
    }

    String zxid(long zxid) {
        if (zxid <= 0) {
            return Long.toString(zxid);
        }
        return zxid < env.baseZxid() ? "old" : "+" + (zxid - env.baseZxid());
    }

    String session(long id) {
        return id == 0 ? "0" : sessions.getOrDefault(id, "S?");
    }

    String path(@Nullable String path) {
        return path == null ? "null" : quoted(path.replace(env.root(), Env.ROOT));
    }

    private static String quoted(String text) {
        var shown = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c < ' ' || c >= 0x7F) {
                shown.append("\\u%04x".formatted((int) c));
            } else {
                shown.append(c);
            }
        }
        return text.length() > 200 ? shown.substring(0, 60) + "...#" + text.hashCode() : shown.toString();
    }

    String data(byte @Nullable [] data) {
        if (data == null) {
            return "null";
        }
        String text = new String(data, StandardCharsets.ISO_8859_1);
        if (text.startsWith("server.")) {
            // Of a membership everything but the ports, which two ensembles on one machine cannot share.
            return text.replaceAll(":\\d+", ":port").replace('\n', ' ');
        }
        if (data.length > SHOWN_BYTES) {
            return data.length + "B#" + java.util.Arrays.hashCode(data);
        }
        for (byte b : data) {
            if (b < ' ' || b == 0x7F) {
                return "0x" + HexFormat.of().formatHex(data);
            }
        }
        return "'" + new String(data, java.nio.charset.StandardCharsets.US_ASCII).replace(env.root(), Env.ROOT) + "'";
    }

    String children(List<String> names) {
        return names.stream().map(this::path).sorted().toList().toString();
    }

    /// Two digest entries come from an `auth` entry in no promised order.
    String acl(List<AclEntry> acl) {
        long digests = acl.stream().filter(a -> "digest".equals(a.scheme())).count();
        List<String> shown = acl.stream()
                .map(a -> Integer.toHexString(a.perms()) + ":" + a.scheme() + ":" + path(a.id()))
                .toList();
        return (digests < 2
                        ? shown
                        : shown.stream().sorted(Comparator.naturalOrder()).toList())
                .toString();
    }

    String stat(NodeStat stat) {
        return "{c=%s m=%s p=%s ct=%s mt=%s v=%d cv=%d av=%d owner=%s len=%d kids=%d}"
                .formatted(
                        zxid(stat.czxid()),
                        zxid(stat.mzxid()),
                        zxid(stat.pzxid()),
                        time(stat.czxid(), stat.ctimeMs()),
                        time(stat.mzxid(), stat.mtimeMs()),
                        stat.version(),
                        stat.cversion(),
                        stat.aversion(),
                        session(stat.ephemeralOwner()),
                        stat.dataLength(),
                        stat.numChildren());
    }

    private String time(long zxid, long ms) {
        if (ms == 0) {
            return "0";
        }
        if (zxid < env.baseZxid()) {
            return "old";
        }
        if (Math.abs(System.currentTimeMillis() - ms) > CLOCK_SLACK_MS) {
            return "far off: " + ms;
        }
        Long known = times.putIfAbsent(zxid, ms);
        return known == null || known == ms ? "T" : "not the time of its zxid";
    }
}
