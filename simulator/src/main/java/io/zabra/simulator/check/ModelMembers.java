// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.simulator.check.Model.Result;
import io.zabra.wire.client.ReconfigRequest;
import io.zabra.wire.data.Id;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What `reconfig` makes of a list of members, as plain text. Whether a leader takes the change at its time is its own
/// business: it knows who follows it.
final class ModelMembers {

    private static final int NO_QUORUM_OF_NEW = -13;
    private static final int ANOTHER_UNDER_WAY = -14;
    private static final Id SUPER = new Id("super", "");

    private ModelMembers() {}

    /// Executes a change of the members.
    ///
    /// @param node of the list
    /// @param alive whether the session is
    static Result reconfig(ModelNode node, ReconfigRequest request, Model.Write write, boolean alive, Txn done) {
        String before = text(node.data);
        int error = done instanceof ErrorTxn(int code) ? code : 0;
        if (error == NO_QUORUM_OF_NEW || error == ANOTHER_UNDER_WAY) {
            return Result.failed(alive ? error : Model.SESSION_EXPIRED);
        }
        if (!alive) {
            return Result.failed(Model.SESSION_EXPIRED);
        }
        if (request.curConfigId() != -1 && request.curConfigId() != version(before)) {
            return Result.failed(Model.BAD_VERSION);
        }
        SortedMap<String, String> after = after(before, request);
        if (after == null) {
            return Result.failed(Model.BAD_ARGUMENTS);
        }
        if (!write.credentials().contains(SUPER)) {
            return Result.failed(Model.NO_AUTH);
        }
        byte @Nullable [] told = done instanceof SetDataTxn(String _, byte[] data, int _) ? data : new byte[0];
        if (!lines(text(told)).equals(after) || version(text(told)) != write.zxid()) {
            throw new Violation(Rule.I19, request + " makes " + text(told) + " of " + before);
        }
        node.data = told;
        node.mzxid = write.zxid();
        node.mtimeMs = write.timeMs();
        return new Result(0, text(told), node.stat(), null);
    }

    /// The servers and settings afterwards; null if that cannot be.
    private static @Nullable SortedMap<String, String> after(String before, ReconfigRequest request) {
        SortedMap<String, String> after = lines(before);
        if (request.newMembers() != null) {
            after = lines(request.newMembers().replace(',', '\n'));
        } else {
            if (after.keySet().stream().anyMatch(key -> !key.startsWith("server."))) {
                return null;
            }
            for (String sid : parts(request.leaving())) {
                after.remove("server." + sid);
            }
            for (String line : parts(request.joining())) {
                String key = line.substring(0, line.indexOf('='));
                String value = line.substring(line.indexOf('=') + 1);
                after.remove(key);
                if (after.values().stream().anyMatch(other -> shareAddress(value, other))) {
                    return null;
                }
                after.put(key, value);
            }
        }
        return after.values().stream().anyMatch(value -> value.contains("participant")) ? after : null;
    }

    private static boolean shareAddress(String one, String other) {
        return !Collections.disjoint(addresses(one), addresses(other));
    }

    /// `host:port:port:role;host:port`
    private static Set<String> addresses(String value) {
        String[] ends = value.split(";");
        String[] parts = ends[0].split(":");
        Set<String> addresses = new TreeSet<>(List.of(parts[0] + ":" + parts[1], parts[0] + ":" + parts[2]));
        if (ends.length > 1) {
            addresses.add(ends[1]);
        }
        return addresses;
    }

    private static List<String> parts(@Nullable String list) {
        return list == null ? new ArrayList<>() : Arrays.asList(list.split(","));
    }

    /// By key, without the version; who weighs 1 need not be told.
    private static SortedMap<String, String> lines(String text) {
        SortedMap<String, String> lines = new TreeMap<>();
        for (String line : text.split("\n")) {
            int equals = line.indexOf('=');
            String key = line.substring(0, Math.max(0, equals));
            String value = line.substring(equals + 1);
            if (key.startsWith("group.")) {
                String[] sids = value.split(":");
                Arrays.sort(sids);
                value = String.join(":", sids);
            }
            if (!line.isEmpty() && !key.equals("version") && !(key.startsWith("weight.") && value.equals("1"))) {
                lines.put(key, value);
            }
        }
        return lines;
    }

    private static long version(String text) {
        for (String line : text.split("\n")) {
            if (line.startsWith("version=")) {
                return Long.parseLong(line.substring("version=".length()), 16);
            }
        }
        return 0;
    }

    private static String text(byte @Nullable [] data) {
        return data == null ? "" : new String(data, StandardCharsets.UTF_8);
    }
}
