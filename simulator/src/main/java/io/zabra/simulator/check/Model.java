// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateResponse2;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.ReconfigRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetAclRequest;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.StatResponse;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import io.zabra.wire.data.Stat;
import io.zabra.wire.txn.Txn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The service as its specification has it, as plainly as it can be said, and without a line of the server's own code.
/// Requests go in by the order of their zxids.
public final class Model {

    /// A write in its place in the order.
    ///
    /// @param session who asks; must be open, or local, or the write fails
    /// @param appliedZxid what was applied when the write came in
    /// @param local whether only one server knows the session
    public record Write(
            Request request,
            long session,
            List<Id> credentials,
            long zxid,
            long timeMs,
            long appliedZxid,
            boolean local) {

        /// Of a session that is known to all, or to nobody.
        public Write(Request request, long session, List<Id> credentials, long zxid, long timeMs, long appliedZxid) {
            this(request, session, credentials, zxid, timeMs, appliedZxid, false);
        }
    }

    /// What a write must be answered.
    ///
    /// @param path the created path, or the list of members, or null
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

        /// Whether this is what a client was told.
        public boolean is(int toldError, @Nullable Response body) {
            if (error != toldError || error != 0) {
                return error == toldError;
            }
            return switch (body) {
                case null -> parts == null;
                case PathResponse(String told) -> told.equals(path);
                case CreateResponse2(String told, Stat of) -> told.equals(path) && of.equals(stat);
                case StatResponse(Stat told) -> told.equals(stat);
                case GetDataResponse(byte[] told, Stat of) ->
                    of.equals(stat) && told != null && new String(told, StandardCharsets.UTF_8).equals(path);
                case MultiResponse(List<OpResult> told) -> told.equals(parts);
                default -> false;
            };
        }
    }

    static final String CONFIG = "/zookeeper/config";
    static final int UNIMPLEMENTED = -6;
    static final int BAD_ARGUMENTS = -8;
    static final int NO_NODE = -101;
    static final int NO_AUTH = -102;
    static final int BAD_VERSION = -103;
    static final int NO_CHILDREN_FOR_EPHEMERALS = -108;
    static final int NODE_EXISTS = -110;
    static final int NOT_EMPTY = -111;
    static final int SESSION_EXPIRED = -112;
    static final int INVALID_ACL = -114;
    static final int EPHEMERAL_ON_LOCAL_SESSION = -120;
    static final int NO_WATCHER = -121;
    static final int QUOTA_EXCEEDED = -125;
    private static final int NOT_TRIED = -2;
    private static final long TTL_MS_MAX = (1L << 40) - 1;

    private final TreeMap<String, ModelNode> nodes = new TreeMap<>();
    /// Takes back what the parts of a multi have done, the last of them first.
    private final List<Runnable> undo = new ArrayList<>();
    private final TreeSet<Long> sessions = new TreeSet<>();
    private final ModelWatches watches;
    private final ModelQuotas quotas = new ModelQuotas();
    private final boolean extendedTypes;

    /// @param extendedTypes whether znodes with a time to live exist
    public Model(ModelWatches watches, boolean extendedTypes) {
        this.watches = watches;
        this.extendedTypes = extendedTypes;
        nodes.put("/", new ModelNode(new byte[0], Acl.OPEN));
        for (String path : List.of("/zookeeper", "/zookeeper/quota", CONFIG)) {
            ModelNode node = new ModelNode(new byte[0], path.equals(CONFIG) ? Acl.READ_ONLY : Acl.OPEN);
            node.aversion = path.equals(CONFIG) ? -1 : 0;
            nodes.put(path, node);
            parent(path).children.add(name(path));
        }
    }

    /// Executes a change of the members, of which became `done`.
    Result reconfig(ReconfigRequest request, Write write, Txn done) {
        watches.begin(write.zxid);
        undo.clear();
        ModelNode node = Objects.requireNonNull(nodes.get(CONFIG));
        Result result = ModelMembers.reconfig(node, request, write, isAlive(write), done);
        if (result.error == 0) {
            watches.dataChanged(CONFIG, node.acl);
        }
        return result;
    }

    /// The server is a member of an ensemble, and says so. The time is that of its own start.
    void membership(byte[] text, long version) {
        ModelNode node = Objects.requireNonNull(nodes.get(CONFIG));
        node.data = text;
        node.mzxid = version;
        node.version = -1;
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

    private boolean isAlive(Write write) {
        return write.local || sessions.contains(write.session);
    }

    public void createSession(long id) {
        sessions.add(id);
    }

    Set<String> ephemerals(long session) {
        Set<String> owned = new TreeSet<>();
        nodes.forEach((path, node) -> {
            if (node.session == session) {
                owned.add(path);
            }
        });
        return owned;
    }

    /// Ends a session; its ephemerals go, told in the order given, which must hold all of them.
    public void closeSession(long id, long zxid, List<String> order) {
        Set<String> owned = ephemerals(id);
        if (!new TreeSet<>(order).equals(owned)) {
            throw new Violation(Rule.C6, "the end of session " + id + " removes " + order + ", but it owns " + owned);
        }
        undo.clear();
        for (String path : order) {
            remove(path, zxid);
        }
        sessions.remove(id);
        quotas.count(zxid, nodes);
    }

    /// Removes a container, or a znode whose time is over.
    public void sweep(String path, long zxid, long timeMs) {
        ModelNode node = nodes.get(path);
        boolean due = node != null
                && node.children.isEmpty()
                && (node.container && node.creations > 0 || node.ttlMs > 0 && timeMs - node.mtimeMs > node.ttlMs);
        if (!due) {
            throw new Violation(
                    Rule.C8,
                    "the sweeper removed " + path + ", which is neither a used and empty container nor over its time");
        }
        undo.clear();
        remove(path, zxid);
        quotas.count(zxid, nodes);
    }

    /// Executes a write.
    public Result write(Write write) {
        watches.begin(write.zxid);
        undo.clear();
        Result result =
                write.request instanceof MultiRequest multi ? multi(multi, write) : single(write.request, write);
        if (result.error == 0) {
            // What fails changes nothing, and most requests do.
            quotas.count(write.zxid, nodes);
        }
        return result;
    }

    private Result multi(MultiRequest multi, Write write) {
        watches.hold();
        List<OpResult> parts = new ArrayList<>();
        int failedAt = -1;
        int error = 0;
        for (int i = 0; i < multi.ops().size() && failedAt < 0; i++) {
            Request op = multi.ops().get(i);
            Result result = single(op, write);
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
        undo.reversed().forEach(Runnable::run);
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
            case CreateRequest _, CreateTtlRequest _ -> new OpResult.Created2(text(result.path), stat(result.stat));
            case DeleteRequest _ -> new OpResult.Deleted();
            case SetDataRequest _ -> new OpResult.DataSet(stat(result.stat));
            case CheckVersionRequest _ -> new OpResult.Checked();
            default -> throw new IllegalArgumentException("not in the workload: " + op);
        };
    }

    private Result single(Request request, Write write) {
        return switch (request) {
            case CreateRequest create -> {
                ModelNode node = new ModelNode(create.data(), List.of());
                node.container = create.op() == OpCode.CREATE_CONTAINER;
                yield create(create.path(), node, create.acl(), CreateMode.of(create.flags()), write);
            }
            case CreateTtlRequest create -> {
                ModelNode node = new ModelNode(create.data(), List.of());
                // No time at all is as wrong as a negative one.
                node.ttlMs = create.ttlMs() == 0 ? -1 : create.ttlMs();
                yield create(create.path(), node, create.acl(), CreateMode.of(create.flags()), write);
            }
            case DeleteRequest delete -> delete(delete, write);
            case SetDataRequest set -> setData(set, write);
            case SetAclRequest set -> setAcl(set, write);
            case CheckVersionRequest check -> check(check, write);
            default -> throw new IllegalArgumentException("not in the workload: " + request);
        };
    }

    private Result create(
            String wanted, ModelNode node, @Nullable List<Acl> acl, @Nullable CreateMode mode, Write write) {
        if (mode == null) {
            return Result.failed(BAD_ARGUMENTS);
        }
        if (mode.isTtl() && !extendedTypes) {
            return Result.failed(UNIMPLEMENTED);
        }
        if (mode.isTtl() != (node.ttlMs != 0) || node.ttlMs < 0 || node.ttlMs > TTL_MS_MAX) {
            return Result.failed(BAD_ARGUMENTS);
        }
        if (write.local && mode.isEphemeral()) {
            return Result.failed(EPHEMERAL_ON_LOCAL_SESSION);
        }
        if (!isAlive(write)) {
            return Result.failed(SESSION_EXPIRED);
        }
        List<Acl> stored = ModelAccess.stored(acl, write.credentials);
        if (stored == null) {
            return Result.failed(INVALID_ACL);
        }
        ModelNode parent = nodes.get(parentPath(wanted));
        if (parent == null) {
            return Result.failed(NO_NODE);
        }
        if (!ModelAccess.permits(parent.acl, Acl.CREATE, write.credentials)) {
            return Result.failed(NO_AUTH);
        }
        String path = mode.isSequential() ? wanted + sequence(parent.creations) : wanted;
        if (nodes.containsKey(path)) {
            return Result.failed(NODE_EXISTS);
        }
        if (parent.session != 0) {
            return Result.failed(NO_CHILDREN_FOR_EPHEMERALS);
        }
        if (quotas.refuses(write.appliedZxid, path, 1, node.dataLength())) {
            return Result.failed(QUOTA_EXCEEDED);
        }
        node.acl = stored;
        node.czxid = write.zxid;
        node.mzxid = write.zxid;
        node.pzxid = write.zxid;
        node.ctimeMs = write.timeMs;
        node.mtimeMs = write.timeMs;
        node.session = !node.container && mode.isEphemeral() ? write.session : 0;
        long pzxid = parent.pzxid;
        quotas.touch(path);
        undo.add(() -> {
            nodes.remove(path);
            parent.children.remove(name(path));
            parent.creations--;
            parent.pzxid = pzxid;
        });
        nodes.put(path, node);
        parent.children.add(name(path));
        parent.creations++;
        parent.pzxid = write.zxid;
        watches.created(path, node.acl, parent.acl);
        return new Result(0, path, node.stat(), null);
    }

    /// Ten digits.
    private static String sequence(int creations) {
        String digits = Integer.toString(creations);
        return "0".repeat(10 - digits.length()) + digits;
    }

    private Result delete(DeleteRequest request, Write write) {
        if (!isAlive(write)) {
            return Result.failed(SESSION_EXPIRED);
        }
        ModelNode parent = nodes.get(parentPath(request.path()));
        ModelNode node = nodes.get(request.path());
        if (parent == null) {
            return Result.failed(NO_NODE);
        }
        if (!ModelAccess.permits(parent.acl, Acl.DELETE, write.credentials)) {
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
        remove(request.path(), write.zxid);
        return new Result(0, null, null, null);
    }

    private void remove(String path, long zxid) {
        watches.begin(zxid);
        ModelNode node = nodes.remove(path);
        ModelNode parent = parent(path);
        long pzxid = parent.pzxid;
        quotas.touch(path);
        undo.add(() -> {
            if (node != null) {
                nodes.put(path, node);
            }
            parent.children.add(name(path));
            parent.pzxid = pzxid;
        });
        parent.children.remove(name(path));
        parent.pzxid = zxid;
        watches.deleted(path, node == null ? List.of() : node.acl, parent.acl);
    }

    private Result setData(SetDataRequest request, Write write) {
        if (!isAlive(write)) {
            return Result.failed(SESSION_EXPIRED);
        }
        ModelNode node = nodes.get(request.path());
        if (node == null) {
            return Result.failed(NO_NODE);
        }
        if (!ModelAccess.permits(node.acl, Acl.WRITE, write.credentials)) {
            return Result.failed(NO_AUTH);
        }
        int length = request.data() == null ? 0 : request.data().length;
        if (quotas.refuses(write.appliedZxid, request.path(), 0, length - node.dataLength())) {
            return Result.failed(QUOTA_EXCEEDED);
        }
        if (request.version() != -1 && request.version() != node.version) {
            return Result.failed(BAD_VERSION);
        }
        quotas.touch(request.path());
        byte[] data = node.data;
        long mzxid = node.mzxid;
        long mtimeMs = node.mtimeMs;
        undo.add(() -> {
            node.data = data;
            node.version--;
            node.mzxid = mzxid;
            node.mtimeMs = mtimeMs;
        });
        node.data = request.data();
        node.version++;
        node.mzxid = write.zxid;
        node.mtimeMs = write.timeMs;
        watches.dataChanged(request.path(), node.acl);
        return new Result(0, null, node.stat(), null);
    }

    private Result setAcl(SetAclRequest request, Write write) {
        if (!isAlive(write)) {
            return Result.failed(SESSION_EXPIRED);
        }
        List<Acl> stored = ModelAccess.stored(request.acl(), write.credentials);
        if (stored == null) {
            return Result.failed(INVALID_ACL);
        }
        ModelNode node = nodes.get(request.path());
        if (node == null) {
            return Result.failed(NO_NODE);
        }
        if (!ModelAccess.permits(node.acl, Acl.ADMIN, write.credentials)) {
            return Result.failed(NO_AUTH);
        }
        if (request.version() != -1 && request.version() != node.aversion) {
            return Result.failed(BAD_VERSION);
        }
        List<Acl> acl = node.acl;
        undo.add(() -> {
            node.acl = acl;
            node.aversion--;
        });
        node.acl = stored;
        node.aversion++;
        return new Result(0, null, node.stat(), null);
    }

    private Result check(CheckVersionRequest request, Write write) {
        if (!isAlive(write)) {
            return Result.failed(SESSION_EXPIRED);
        }
        ModelNode node = nodes.get(request.path());
        if (node == null) {
            return Result.failed(NO_NODE);
        }
        if (!ModelAccess.permits(node.acl, Acl.READ, write.credentials)) {
            return Result.failed(NO_AUTH);
        }
        boolean same = request.version() == -1 || request.version() == node.version;
        return same ? new Result(0, null, null, null) : Result.failed(BAD_VERSION);
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
