// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Stat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The service as its specification has it (client-protocol sections 7 to 13), as plainly as it can be said, and
/// without a line of the server's own code. Requests go in by the order of their zxids.
public final class Model {

    /// What a write must be answered.
    ///
    /// @param path the created path, or null
    /// @param stat the znode afterwards, or null
    /// @param parts the parts of a multi, or null
    public record Result(
            int error,
            @Nullable String path,
            @Nullable Stat stat,
            @Nullable List<OpResult> parts) {

        static Result failed(int error) {
            return new Result(error, null, null, null);
        }
    }

    private static final int NO_NODE = -101;
    private static final int NO_AUTH = -102;
    private static final int BAD_VERSION = -103;
    private static final int NO_CHILDREN_FOR_EPHEMERALS = -108;
    private static final int NODE_EXISTS = -110;
    private static final int NOT_EMPTY = -111;
    private static final int SESSION_EXPIRED = -112;
    private static final int NOT_TRIED = -2;

    private Map<String, ModelNode> nodes = new TreeMap<>();
    private final TreeSet<Long> sessions = new TreeSet<>();
    private final ModelWatches watches;

    public Model(ModelWatches watches) {
        this.watches = watches;
        nodes.put("/", new ModelNode(new byte[0], Acl.OPEN));
        for (String path : List.of("/zookeeper", "/zookeeper/quota", "/zookeeper/config")) {
            ModelNode node = new ModelNode(new byte[0], path.endsWith("config") ? Acl.READ_ONLY : Acl.OPEN);
            node.aversion = path.endsWith("config") ? -1 : 0;
            nodes.put(path, node);
            parent(path).children.add(name(path));
        }
    }

    public @Nullable ModelNode find(String path) {
        return nodes.get(path);
    }

    public Map<String, ModelNode> nodes() {
        return nodes;
    }

    public Set<Long> sessions() {
        return sessions;
    }

    public void createSession(long id) {
        sessions.add(id);
    }

    /// Ends a session; its ephemerals go, told in the order given, which must hold all of them.
    public void closeSession(long id, long zxid, List<String> order) {
        List<String> owned = new ArrayList<>();
        nodes.forEach((path, node) -> {
            if (node.session == id) {
                owned.add(path);
            }
        });
        if (!new TreeSet<>(order).equals(new TreeSet<>(owned))) {
            throw new Violation("the end of session " + id + " removes " + order + ", but it owns " + owned);
        }
        for (String path : order) {
            remove(path, zxid);
        }
        sessions.remove(id);
    }

    /// Removes a container.
    public void sweep(String path, long zxid) {
        ModelNode node = nodes.get(path);
        if (node == null || !node.container || !node.children.isEmpty() || node.creations == 0) {
            throw new Violation("the sweeper removed " + path + ", which is no used and empty container");
        }
        remove(path, zxid);
    }

    /// Executes a write.
    ///
    /// @param session who asks; must be open, or the write fails
    public Result write(Request request, long session, long zxid, long timeMs) {
        if (!sessions.contains(session) && !(request instanceof MultiRequest)) {
            return Result.failed(SESSION_EXPIRED);
        }
        if (request instanceof MultiRequest multi) {
            return multi(multi, session, zxid, timeMs);
        }
        watches.begin(zxid);
        return single(request, session, zxid, timeMs);
    }

    private Result multi(MultiRequest multi, long session, long zxid, long timeMs) {
        Map<String, ModelNode> before = copy();
        watches.hold();
        watches.begin(zxid);
        List<OpResult> parts = new ArrayList<>();
        int failedAt = -1;
        int error = 0;
        for (int i = 0; i < multi.ops().size() && failedAt < 0; i++) {
            Request op = multi.ops().get(i);
            Result result =
                    sessions.contains(session) ? single(op, session, zxid, timeMs) : Result.failed(SESSION_EXPIRED);
            if (result.error != 0) {
                failedAt = i;
                error = result.error;
            } else {
                parts.add(part(op, result));
            }
        }
        if (failedAt < 0) {
            watches.release();
            return new Result(0, null, null, parts);
        }
        nodes = before;
        watches.drop();
        List<OpResult> failures = new ArrayList<>();
        for (int i = 0; i < multi.ops().size(); i++) {
            failures.add(new OpResult.Failed(i < failedAt ? 0 : i == failedAt ? error : NOT_TRIED));
        }
        return new Result(0, null, null, failures);
    }

    private static OpResult part(Request op, Result result) {
        return switch (op) {
            case CreateRequest create when create.op() == OpCode.CREATE -> new OpResult.Created(text(result.path));
            case CreateRequest _ -> new OpResult.Created2(text(result.path), stat(result.stat));
            case DeleteRequest _ -> new OpResult.Deleted();
            case SetDataRequest _ -> new OpResult.DataSet(stat(result.stat));
            case CheckVersionRequest _ -> new OpResult.Checked();
            default -> throw new IllegalArgumentException("not in the workload: " + op);
        };
    }

    private Result single(Request request, long session, long zxid, long timeMs) {
        return switch (request) {
            case CreateRequest create -> create(create, session, zxid, timeMs);
            case DeleteRequest delete -> delete(delete, zxid);
            case SetDataRequest set -> setData(set, zxid, timeMs);
            case CheckVersionRequest check -> check(check);
            default -> throw new IllegalArgumentException("not in the workload: " + request);
        };
    }

    private Result create(CreateRequest request, long session, long zxid, long timeMs) {
        CreateMode mode = CreateMode.of(request.flags());
        ModelNode parent = nodes.get(parentPath(request.path()));
        if (mode == null || parent == null) {
            return Result.failed(NO_NODE);
        }
        if (!parent.permits(Acl.CREATE)) {
            return Result.failed(NO_AUTH);
        }
        String path = mode.isSequential() ? request.path() + String.format("%010d", parent.creations) : request.path();
        if (nodes.containsKey(path)) {
            return Result.failed(NODE_EXISTS);
        }
        if (parent.session != 0) {
            return Result.failed(NO_CHILDREN_FOR_EPHEMERALS);
        }
        ModelNode node = new ModelNode(request.data(), request.acl() == null ? Acl.OPEN : request.acl());
        node.czxid = zxid;
        node.mzxid = zxid;
        node.pzxid = zxid;
        node.ctimeMs = timeMs;
        node.mtimeMs = timeMs;
        node.container = request.op() == OpCode.CREATE_CONTAINER;
        node.session = !node.container && mode.isEphemeral() ? session : 0;
        nodes.put(path, node);
        parent.children.add(name(path));
        parent.creations++;
        parent.pzxid = zxid;
        watches.created(path);
        return new Result(0, path, node.stat(), null);
    }

    private Result delete(DeleteRequest request, long zxid) {
        ModelNode parent = nodes.get(parentPath(request.path()));
        ModelNode node = nodes.get(request.path());
        if (parent == null) {
            return Result.failed(NO_NODE);
        }
        if (!parent.permits(Acl.DELETE)) {
            return Result.failed(NO_AUTH);
        }
        if (node == null) {
            return Result.failed(NO_NODE);
        }
        if (request.version() != -1 && request.version() != node.version) {
            return Result.failed(BAD_VERSION);
        }
        if (!node.children.isEmpty()) {
            return Result.failed(NOT_EMPTY);
        }
        remove(request.path(), zxid);
        return new Result(0, null, null, null);
    }

    private void remove(String path, long zxid) {
        watches.begin(zxid);
        nodes.remove(path);
        ModelNode parent = parent(path);
        parent.children.remove(name(path));
        parent.pzxid = zxid;
        watches.deleted(path);
    }

    private Result setData(SetDataRequest request, long zxid, long timeMs) {
        ModelNode node = nodes.get(request.path());
        if (node == null) {
            return Result.failed(NO_NODE);
        }
        if (!node.permits(Acl.WRITE)) {
            return Result.failed(NO_AUTH);
        }
        if (request.version() != -1 && request.version() != node.version) {
            return Result.failed(BAD_VERSION);
        }
        node.data = request.data();
        node.version++;
        node.mzxid = zxid;
        node.mtimeMs = timeMs;
        watches.dataChanged(request.path());
        return new Result(0, null, node.stat(), null);
    }

    private Result check(CheckVersionRequest request) {
        ModelNode node = nodes.get(request.path());
        if (node == null) {
            return Result.failed(NO_NODE);
        }
        boolean same = request.version() == -1 || request.version() == node.version;
        return same ? new Result(0, null, null, null) : Result.failed(BAD_VERSION);
    }

    private Map<String, ModelNode> copy() {
        Map<String, ModelNode> copy = new LinkedHashMap<>();
        nodes.forEach((path, node) -> {
            ModelNode twin = new ModelNode(node.data, node.acl);
            twin.czxid = node.czxid;
            twin.mzxid = node.mzxid;
            twin.pzxid = node.pzxid;
            twin.ctimeMs = node.ctimeMs;
            twin.mtimeMs = node.mtimeMs;
            twin.version = node.version;
            twin.creations = node.creations;
            twin.aversion = node.aversion;
            twin.session = node.session;
            twin.container = node.container;
            twin.children.addAll(node.children);
            copy.put(path, twin);
        });
        return new TreeMap<>(copy);
    }

    private ModelNode parent(String path) {
        ModelNode parent = nodes.get(parentPath(path));
        if (parent == null) {
            throw new Violation("no parent of " + path);
        }
        return parent;
    }

    static String parentPath(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static Stat stat(@Nullable Stat stat) {
        if (stat == null) {
            throw new Violation("no stat");
        }
        return stat;
    }
}
