// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.auth.FixedAcl;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.request.Prepared.Accepted;
import io.zabra.core.request.Prepared.Rejected;
import io.zabra.core.tree.Owners;
import io.zabra.core.tree.Paths;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.StatPersisted;
import io.zabra.wire.txn.CreateContainerTxn;
import io.zabra.wire.txn.CreateTtlTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.Txn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Prepares the four operations that create a znode.
final class Creation {

    static final long NO_TTL = -1;

    private static final int SEQUENCE_DIGITS = 10;

    /// A create request of any of the four operations.
    record Wanted(
            OpCode op,
            String path,
            byte @Nullable [] data,
            @Nullable List<Acl> acl,
            int flags,
            long ttlMs) {}

    private final AccessControl access;
    private final Outstanding head;
    private final QuotaGuard quota;
    private final TxnSpace space;
    private final boolean extendedTypes;

    Creation(NodeConfig.Tree config, AccessControl access, Outstanding head, QuotaGuard quota, TxnSpace space) {
        this.access = access;
        this.head = head;
        this.quota = quota;
        this.space = space;
        this.extendedTypes = config.extendedTypes();
    }

    /// Whether a request creates ephemeral znodes.
    static boolean isEphemeral(Request request) {
        return switch (request) {
            case CreateRequest create -> {
                CreateMode mode = CreateMode.of(create.flags());
                yield mode != null && mode.isEphemeral();
            }
            case MultiRequest multi -> {
                boolean any = false;
                for (Request op : multi.ops()) {
                    any |= isEphemeral(op);
                }
                yield any;
            }
            default -> false;
        };
    }

    Owners.Kind kind(long owner) {
        return Owners.kind(owner, extendedTypes, false);
    }

    Prepared prepare(Wanted wanted, Caller caller, Stamp stamp) {
        CreateMode mode = CreateMode.of(wanted.flags());
        ErrorCode form = problem(wanted, mode, caller);
        if (mode == null || form != null) {
            return new Rejected(form == null ? ErrorCode.BAD_ARGUMENTS : form);
        }
        if (wanted.path().indexOf('/') < 0 || wanted.path().indexOf('\0') >= 0) {
            return new Rejected(ErrorCode.BAD_ARGUMENTS);
        }
        return switch (space.fixUp(wanted.acl(), caller.credentials())) {
            case FixedAcl.Valid(List<Acl> acl) -> prepare(wanted, mode, acl, caller, stamp);
            case FixedAcl.Invalid _ -> new Rejected(ErrorCode.INVALID_ACL);
            case FixedAcl.TooLong _ -> new Rejected(ErrorCode.MARSHALLING_ERROR);
        };
    }

    private Prepared prepare(Wanted wanted, CreateMode mode, List<Acl> acl, Caller caller, Stamp stamp) {
        HeadNode parent = head.head(Paths.parent(wanted.path()));
        if (parent == null) {
            return new Rejected(ErrorCode.NO_NODE);
        }
        if (!access.permits(parent.acl(), Acl.CREATE, caller.credentials())) {
            return new Rejected(ErrorCode.NO_AUTH);
        }
        int creations = parent.stat().cversion();
        String path = mode.isSequential() ? wanted.path() + sequence(creations) : wanted.path();
        if (Paths.problem(path) != null) {
            return new Rejected(ErrorCode.BAD_ARGUMENTS);
        }
        if (head.exists(path)) {
            return new Rejected(ErrorCode.NODE_EXISTS);
        }
        if (kind(parent.stat().ephemeralOwner()) == Owners.Kind.SESSION) {
            return new Rejected(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
        }
        if (quota.refusesCreate(path, wanted.data() == null ? 0 : wanted.data().length)) {
            return new Rejected(ErrorCode.QUOTA_EXCEEDED);
        }
        // The counter sticks at its end, as Apache's does: names are never given twice.
        int counted = creations == Integer.MAX_VALUE ? creations : creations + 1;
        long owner = owner(wanted, mode, caller);
        StatPersisted stat = new StatPersisted(
                stamp.zxid(), stamp.zxid(), stamp.timeMs(), stamp.timeMs(), 0, 0, 0, owner, stamp.zxid());
        head.put(parent, parent.withChild(counted, stamp.zxid(), 1));
        head.put(null, HeadNode.created(path, wanted.data(), acl, stat, head.digests()));
        return new Accepted(wanted.op().number(), txn(wanted, path, acl, mode.isEphemeral(), counted));
    }

    private @Nullable ErrorCode problem(Wanted wanted, @Nullable CreateMode mode, Caller caller) {
        if (mode == null) {
            return ErrorCode.BAD_ARGUMENTS;
        }
        if (mode.isTtl() && !extendedTypes) {
            return ErrorCode.UNIMPLEMENTED;
        }
        boolean ttlOperation = wanted.op() == OpCode.CREATE_TTL;
        // A TTL kind needs the operation that carries a TTL, and the other way round.
        if (mode.isTtl() != ttlOperation
                || (ttlOperation && (wanted.ttlMs() <= 0 || wanted.ttlMs() > Owners.TTL_MS_MAX))) {
            return ErrorCode.BAD_ARGUMENTS;
        }
        if (mode.isEphemeral() && caller.local()) {
            return ErrorCode.EPHEMERAL_ON_LOCAL_SESSION;
        }
        return caller.alive() ? null : ErrorCode.SESSION_EXPIRED;
    }

    /// The operation decides what is stored; the flag only tells sequential and ephemeral.
    private static long owner(Wanted wanted, CreateMode mode, Caller caller) {
        return switch (wanted.op()) {
            case CREATE_CONTAINER -> Owners.CONTAINER;
            case CREATE_TTL -> Owners.ttl(wanted.ttlMs());
            default -> mode.isEphemeral() ? caller.sessionId() : 0;
        };
    }

    private static Txn txn(Wanted wanted, String path, List<Acl> acl, boolean ephemeral, int creations) {
        return switch (wanted.op()) {
            case CREATE_CONTAINER -> new CreateContainerTxn(path, wanted.data(), acl, creations);
            case CREATE_TTL -> new CreateTtlTxn(path, wanted.data(), acl, creations, wanted.ttlMs());
            default -> new CreateTxn(path, wanted.data(), acl, ephemeral, creations);
        };
    }

    /// The parent's count of creations as ten digits.
    private static String sequence(int creations) {
        String digits = Integer.toString(creations);
        return creations < 0 ? digits : "0".repeat(SEQUENCE_DIGITS - digits.length()) + digits;
    }
}
