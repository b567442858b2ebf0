// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.StatResponse;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.data.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Turns a history into the operations on each znode. Znodes that may go by themselves are left out.
final class Sampling {

    private static final int NO_NODE = -101;
    private static final int BAD_VERSION = -103;
    private static final int NODE_EXISTS = -110;

    private record Asked(int at, int xid, Request request, int syncedFrom) {}

    private final Map<String, List<Operation>> operations = new TreeMap<>();
    private final Set<String> passing = new HashSet<>();

    /// What the names of sequential znodes begin with.
    private final Set<String> counted = new HashSet<>();

    private final Map<Integer, ArrayDeque<Asked>> waiting = new HashMap<>();

    /// Where the last `sync` of each connection was asked.
    private final Map<Integer, Integer> syncs = new HashMap<>();

    /// Where those were asked that show all.
    private final Set<Integer> showing = new HashSet<>();

    Sampling(History history) {
        List<Entry> entries = history.entries();
        for (int at = 0; at < entries.size(); at++) {
            Entry entry = entries.get(at);
            ArrayDeque<Asked> queue = waiting.computeIfAbsent(entry.connection(), _ -> new ArrayDeque<>());
            if (entry instanceof Entry.Asked(int connection, int xid, Request request, long _) && xid > 0) {
                if (request instanceof SyncRequest) {
                    syncs.put(connection, at);
                }
                queue.add(new Asked(at, xid, request, syncs.getOrDefault(connection, -1)));
            } else if (entry instanceof Entry.Answered answered && answered.xid() > 0) {
                Asked asked = queue.poll();
                if (asked != null && asked.xid == answered.xid()) {
                    if (asked.request instanceof SyncRequest
                            && answered.error() == 0
                            && history.syncs().test(answered.zxid())) {
                        showing.add(asked.at);
                    }
                    answered(asked, at, answered.error(), answered.body());
                }
            }
        }
        waiting.values().forEach(queue -> queue.forEach(asked -> part(asked.request, asked, Operation.NEVER, 0, null)));
        operations.keySet().removeIf(this::mayGo);
        operations.values().forEach(each -> each.sort(Comparator.comparingInt(Operation::from)));
    }

    private boolean mayGo(String path) {
        return path.equals("/")
                || path.startsWith("/zookeeper")
                || passing.contains(path)
                || counted.stream().anyMatch(path::startsWith);
    }

    /// By path, those of each znode in the order in which they were asked for.
    Map<String, List<Operation>> operations() {
        return operations;
    }

    private void answered(Asked asked, int at, int error, @Nullable Response body) {
        if (!(asked.request instanceof MultiRequest(List<Request> parts)) || error != 0) {
            part(asked.request, asked, at, error, body);
        } else if (body instanceof MultiResponse(List<OpResult> results)
                && results.stream().noneMatch(result -> result instanceof OpResult.Failed)) {
            for (int i = 0; i < parts.size(); i++) {
                Response result = results.get(i) instanceof OpResult.DataSet(Stat set) ? new StatResponse(set) : null;
                part(parts.get(i), asked, at, 0, result);
            }
        }
    }

    private void part(Request request, Asked asked, int at, int error, @Nullable Response body) {
        Operation.Told told = at == Operation.NEVER ? Operation.Told.NOTHING : told(error);
        if (told == null) {
            return;
        }
        switch (request) {
            case CreateRequest create -> create(create, asked, at, told);
            case CreateTtlRequest create -> passing.add(create.path());
            case SetDataRequest(String path, byte[] data, int wanted) -> {
                int version = body instanceof StatResponse(Stat stat) ? stat.version() : -1;
                add(path, new Operation(Operation.Kind.SET, asked.at, at, wanted, told, text(data), version));
            }
            case DeleteRequest(String path, int wanted) ->
                add(path, new Operation(Operation.Kind.DELETE, asked.at, at, wanted, told, "", -1));
            case CheckVersionRequest(String path, int wanted) ->
                add(path, new Operation(Operation.Kind.CHECK, asked.at, at, wanted, told, "", -1));
            case GetDataRequest(String path, boolean _) -> {
                if (showing.contains(asked.syncedFrom) && told != Operation.Told.NOTHING) {
                    String value = body instanceof GetDataResponse(byte[] data, Stat _) ? text(data) : "";
                    int version = body instanceof GetDataResponse(byte[] _, Stat stat) ? stat.version() : -1;
                    add(path, new Operation(Operation.Kind.READ, asked.syncedFrom, at, -1, told, value, version));
                }
            }
            case MultiRequest(List<Request> parts) -> {
                if (told == Operation.Told.NOTHING) {
                    parts.forEach(each -> part(each, asked, at, 0, null));
                }
            }
            default -> {
                // It says nothing of the data of one znode.
            }
        }
    }

    private void create(CreateRequest create, Asked asked, int at, Operation.Told told) {
        CreateMode mode = CreateMode.of(create.flags());
        if (mode == null || mode.isSequential()) {
            counted.add(create.path());
        } else if (mode.isEphemeral() || mode == CreateMode.CONTAINER) {
            passing.add(create.path());
        } else if (told != Operation.Told.NO_NODE) {
            // Of its parent it would tell.
            add(create.path(), new Operation(Operation.Kind.CREATE, asked.at, at, -1, told, text(create.data()), -1));
        }
    }

    private void add(String path, Operation operation) {
        operations.computeIfAbsent(path, _ -> new ArrayList<>()).add(operation);
    }

    /// Null for errors that say nothing about the znode.
    private static Operation.@Nullable Told told(int error) {
        return switch (error) {
            case 0 -> Operation.Told.DONE;
            case NO_NODE -> Operation.Told.NO_NODE;
            case NODE_EXISTS -> Operation.Told.NODE_EXISTS;
            case BAD_VERSION -> Operation.Told.BAD_VERSION;
            default -> null;
        };
    }

    private static String text(byte @Nullable [] data) {
        return data == null ? "" : new String(data, StandardCharsets.ISO_8859_1);
    }
}
