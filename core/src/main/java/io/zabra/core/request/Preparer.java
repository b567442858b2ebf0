// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.auth.FixedAcl;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.MembershipChange;
import io.zabra.core.request.Prepared.Accepted;
import io.zabra.core.request.Prepared.Rejected;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Owners;
import io.zabra.core.tree.Paths;
import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.DeleteContainerRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.ReconfigRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetAclRequest;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.StatPersisted;
import io.zabra.wire.txn.CheckVersionTxn;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetAclTxn;
import io.zabra.wire.txn.SetDataTxn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns a write request into the transaction that every replica will apply, or into the error that the client gets
/// (Apache: PrepRequestProcessor). Leader only; owned by the node.
///
/// The order of checks in each method is part of the protocol: the first that fails decides the error. All are made
/// against [Outstanding], the tree as it will be.
public final class Preparer {

    static final int ANY_VERSION = -1;

    private final AccessControl access;
    private final Outstanding head;
    private final QuotaGuard quota;
    private final Creation creation;
    private final TxnSpace space;
    private final boolean reconfigEnabled;
    private final @Nullable MemberChanges changes;
    private final long neverUsedMsMax;

    /// @param changes what a leader knows of the members; null for a server that stands alone
    public Preparer(NodeConfig config, DataTree tree, AccessControl access, @Nullable MemberChanges changes) {
        this.access = access;
        this.changes = changes;
        this.reconfigEnabled = config.tree().reconfigEnabled();
        this.neverUsedMsMax = config.sweep().neverUsedMsMax();
        this.head = new Outstanding(tree, config.tree().digest());
        this.quota = new QuotaGuard(tree, config.tree().enforceQuota());
        this.space = new TxnSpace(access, config.limits().txnBytesMax());
        this.creation = new Creation(config.tree(), access, head, quota, space);
    }

    /// Prepares one request as transaction `stamp`. When it is accepted its changes count as outstanding until
    /// [#applied].
    public Prepared prepare(Request request, Caller caller, Stamp stamp) {
        head.begin(stamp.zxid());
        space.begin();
        Prepared prepared =
                request instanceof MultiRequest multi ? multi(multi, caller, stamp) : whole(request, caller, stamp);
        if (prepared instanceof Rejected) {
            head.rollback();
        }
        head.keep();
        return prepared;
    }

    /// Prepares the end of a session: every ephemeral it owns, also those still in flight, goes with it. If they are
    /// too many for one transaction then some are not named: whoever applies the end of a session removes what else it
    /// owns.
    public Accepted closeSession(long sessionId, Stamp stamp) {
        head.begin(stamp.zxid());
        space.begin();
        List<String> paths = new ArrayList<>(head.ephemerals(sessionId));
        for (String path : paths) {
            HeadNode node = head.head(path);
            if (node != null) {
                removeNode(node, stamp);
            }
        }
        head.keep();
        return new Accepted(OpCode.CLOSE_SESSION.number(), new CloseSessionTxn(space.fitting(paths)));
    }

    /// The digest of the tree after everything prepared so far.
    public long digest() {
        return head.digest();
    }

    /// Tells that the tree now holds transaction `zxid`.
    public void applied(long zxid) {
        head.applied(zxid);
    }

    private Prepared multi(MultiRequest multi, Caller caller, Stamp stamp) {
        List<MultiTxn.Op> ops = new ArrayList<>(multi.ops().size());
        boolean failed = false;
        for (Request request : multi.ops()) {
            if (failed) {
                ops.add(failure(ErrorCode.RUNTIME_INCONSISTENCY));
                continue;
            }
            switch (part(request, caller, stamp)) {
                case Accepted accepted -> ops.add(new MultiTxn.Op(accepted.type(), accepted.txn()));
                case Rejected rejected -> {
                    failed = true;
                    ops.add(failure(rejected.code()));
                }
            }
        }
        if (failed) {
            head.rollback();
        }
        return new Accepted(OpCode.MULTI.number(), new MultiTxn(ops));
    }

    private static MultiTxn.Op failure(ErrorCode code) {
        return new MultiTxn.Op(OpCode.ERROR.number(), new ErrorTxn(code.number()));
    }

    private Prepared whole(Request request, Caller caller, Stamp stamp) {
        Prepared prepared = single(request, caller, stamp);
        boolean tooLarge = prepared instanceof Accepted(int _, var txn) && !space.fits(txn);
        return tooLarge ? new Rejected(ErrorCode.MARSHALLING_ERROR) : prepared;
    }

    /// Prepares a part of a request, unless it makes the transaction too large.
    private Prepared part(Request request, Caller caller, Stamp stamp) {
        Prepared prepared = single(request, caller, stamp);
        boolean tooLarge = prepared instanceof Accepted(int _, var txn) && !space.take(txn);
        return tooLarge ? new Rejected(ErrorCode.MARSHALLING_ERROR) : prepared;
    }

    private Prepared single(Request request, Caller caller, Stamp stamp) {
        return switch (request) {
            case CreateRequest create ->
                creation.prepare(
                        new Creation.Wanted(
                                create.op(),
                                create.path(),
                                create.data(),
                                create.acl(),
                                create.flags(),
                                Creation.NO_TTL),
                        caller,
                        stamp);
            case CreateTtlRequest create ->
                creation.prepare(
                        new Creation.Wanted(
                                OpCode.CREATE_TTL,
                                create.path(),
                                create.data(),
                                create.acl(),
                                create.flags(),
                                create.ttlMs()),
                        caller,
                        stamp);
            case DeleteRequest delete -> delete(delete, caller, stamp);
            case DeleteContainerRequest delete -> deleteContainer(delete, stamp);
            case SetDataRequest set -> setData(set, caller, stamp);
            case SetAclRequest set -> setAcl(set, caller);
            case CheckVersionRequest check -> check(check, caller);
            case ReconfigRequest reconfig -> reconfig(reconfig, caller, stamp);
            default -> throw new IllegalArgumentException("not a write: " + request.op());
        };
    }

    /// A standalone server is no ensemble that could be changed.
    private Prepared reconfig(ReconfigRequest request, Caller caller, Stamp stamp) {
        if (!reconfigEnabled) {
            return new Rejected(ErrorCode.RECONFIG_DISABLED);
        }
        if (!caller.alive()) {
            return new Rejected(ErrorCode.SESSION_EXPIRED);
        }
        if (changes == null) {
            return new Rejected(ErrorCode.UNIMPLEMENTED);
        }
        if (changes.underWay()) {
            return new Rejected(ErrorCode.RECONFIG_IN_PROGRESS);
        }
        Membership present = changes.present();
        if (request.curConfigId() != ANY_VERSION && request.curConfigId() != present.version()) {
            return new Rejected(ErrorCode.BAD_VERSION);
        }
        // A list that was written by hand may say a version that is later than any transaction so far: servers take a
        // list for newer by its version, and nobody would act by this one.
        if (stamp.zxid() <= present.version()) {
            return new Rejected(ErrorCode.BAD_VERSION);
        }
        String whole = request.newMembers();
        MembershipChange change = whole != null
                ? MembershipChange.whole(whole, stamp.zxid())
                : MembershipChange.step(present, request.joining(), request.leaving(), stamp.zxid());
        return switch (change) {
            case MembershipChange.Invalid _ -> new Rejected(ErrorCode.BAD_ARGUMENTS);
            case MembershipChange.Valid(Membership next) -> reconfig(next, changes, caller, stamp);
        };
    }

    private Prepared reconfig(Membership next, MemberChanges known, Caller caller, Stamp stamp) {
        if (next.voters().size() < known.votersMin()) {
            return new Rejected(ErrorCode.BAD_ARGUMENTS);
        }
        if (!known.isSynced(next)) {
            return new Rejected(ErrorCode.NEW_CONFIG_NO_QUORUM);
        }
        HeadNode node = head.head(Paths.CONFIG);
        if (node == null) {
            return new Rejected(ErrorCode.NO_NODE);
        }
        if (!access.permits(node.acl(), Acl.WRITE, caller.credentials())) {
            return new Rejected(ErrorCode.NO_AUTH);
        }
        byte[] text = next.text().getBytes(StandardCharsets.UTF_8);
        head.put(node, node.withData(text, stamp.zxid(), stamp.timeMs(), ANY_VERSION));
        return new Accepted(OpCode.RECONFIG.number(), new SetDataTxn(Paths.CONFIG, text, ANY_VERSION));
    }

    /// Whether the session of a request has to be known to all, because it will own znodes.
    public static boolean needsGlobalSession(Request request) {
        return Creation.isEphemeral(request);
    }

    private Prepared delete(DeleteRequest request, Caller caller, Stamp stamp) {
        if (!caller.alive()) {
            return new Rejected(ErrorCode.SESSION_EXPIRED);
        }
        String parentPath = parentOfRemovable(request.path());
        if (parentPath == null) {
            return new Rejected(ErrorCode.BAD_ARGUMENTS);
        }
        HeadNode parent = head.head(parentPath);
        if (parent == null) {
            return new Rejected(ErrorCode.NO_NODE);
        }
        if (!access.permits(parent.acl(), Acl.DELETE, caller.credentials())) {
            return new Rejected(ErrorCode.NO_AUTH);
        }
        HeadNode node = head.head(request.path());
        if (node == null) {
            return new Rejected(ErrorCode.NO_NODE);
        }
        if (differs(request.version(), node.stat().version())) {
            return new Rejected(ErrorCode.BAD_VERSION);
        }
        if (node.children() > 0) {
            return new Rejected(ErrorCode.NOT_EMPTY);
        }
        removeNode(node, stamp);
        return new Accepted(OpCode.DELETE.number(), new DeleteTxn(request.path()));
    }

    /// The sweeper has looked at the tree; what is on its way may have given the znode new time, or replaced it.
    private Prepared deleteContainer(DeleteContainerRequest request, Stamp stamp) {
        String parentPath = parentOfRemovable(request.path());
        if (parentPath == null) {
            return new Rejected(ErrorCode.BAD_ARGUMENTS);
        }
        HeadNode node = head.head(request.path());
        if (node == null) {
            return new Rejected(ErrorCode.NO_NODE);
        }
        if (node.children() > 0) {
            return new Rejected(ErrorCode.NOT_EMPTY);
        }
        StatPersisted stat = node.stat();
        long ageMs = stamp.timeMs() - stat.mtimeMs();
        Owners.Kind kind = creation.kind(stat.ephemeralOwner());
        if (!Owners.isDue(kind, stat.ephemeralOwner(), stat.cversion(), ageMs, neverUsedMsMax)) {
            return new Rejected(ErrorCode.BAD_VERSION);
        }
        removeNode(node, stamp);
        return new Accepted(OpCode.DELETE_CONTAINER.number(), new DeleteTxn(request.path()));
    }

    private Prepared setData(SetDataRequest request, Caller caller, Stamp stamp) {
        if (!caller.alive()) {
            return new Rejected(ErrorCode.SESSION_EXPIRED);
        }
        if (Paths.problem(request.path()) != null) {
            return new Rejected(ErrorCode.BAD_ARGUMENTS);
        }
        HeadNode node = head.head(request.path());
        if (node == null) {
            return new Rejected(ErrorCode.NO_NODE);
        }
        if (!access.permits(node.acl(), Acl.WRITE, caller.credentials())) {
            return new Rejected(ErrorCode.NO_AUTH);
        }
        if (quota.refusesData(request.path(), node.dataLength(), length(request.data()))) {
            return new Rejected(ErrorCode.QUOTA_EXCEEDED);
        }
        if (differs(request.version(), node.stat().version())) {
            return new Rejected(ErrorCode.BAD_VERSION);
        }
        HeadNode after = node.withData(request.data(), stamp.zxid(), stamp.timeMs());
        head.put(node, after);
        return new Accepted(
                OpCode.SET_DATA.number(),
                new SetDataTxn(request.path(), request.data(), after.stat().version()));
    }

    private Prepared setAcl(SetAclRequest request, Caller caller) {
        if (!caller.alive()) {
            return new Rejected(ErrorCode.SESSION_EXPIRED);
        }
        if (Paths.problem(request.path()) != null) {
            return new Rejected(ErrorCode.BAD_ARGUMENTS);
        }
        return switch (space.fixUp(request.acl(), caller.credentials())) {
            case FixedAcl.Valid(List<Acl> acl) -> setAcl(request, acl, caller);
            case FixedAcl.Invalid _ -> new Rejected(ErrorCode.INVALID_ACL);
            case FixedAcl.TooLong _ -> new Rejected(ErrorCode.MARSHALLING_ERROR);
        };
    }

    private Prepared setAcl(SetAclRequest request, List<Acl> acl, Caller caller) {
        HeadNode node = head.head(request.path());
        if (node == null) {
            return new Rejected(ErrorCode.NO_NODE);
        }
        if (!access.permits(node.acl(), Acl.ADMIN, caller.credentials())) {
            return new Rejected(ErrorCode.NO_AUTH);
        }
        if (differs(request.version(), node.stat().aversion())) {
            return new Rejected(ErrorCode.BAD_VERSION);
        }
        HeadNode after = node.withAcl(acl);
        head.put(node, after);
        return new Accepted(
                OpCode.SET_ACL.number(),
                new SetAclTxn(request.path(), acl, after.stat().aversion()));
    }

    private Prepared check(CheckVersionRequest request, Caller caller) {
        if (!caller.alive()) {
            return new Rejected(ErrorCode.SESSION_EXPIRED);
        }
        if (Paths.problem(request.path()) != null) {
            return new Rejected(ErrorCode.BAD_ARGUMENTS);
        }
        HeadNode node = head.glance(request.path());
        if (node == null) {
            return new Rejected(ErrorCode.NO_NODE);
        }
        if (!access.permits(node.acl(), Acl.READ, caller.credentials())) {
            return new Rejected(ErrorCode.NO_AUTH);
        }
        if (differs(request.version(), node.stat().version())) {
            return new Rejected(ErrorCode.BAD_VERSION);
        }
        return new Accepted(
                OpCode.CHECK.number(),
                new CheckVersionTxn(request.path(), node.stat().version() + 1));
    }

    private void removeNode(HeadNode node, Stamp stamp) {
        HeadNode parent = head.head(Paths.parent(node.path()));
        if (parent != null) {
            head.put(parent, parent.withChild(parent.stat().cversion(), stamp.zxid(), -1));
        }
        head.remove(node);
    }

    private static @Nullable String parentOfRemovable(String path) {
        return Paths.isSpecial(path) || path.indexOf('/') < 0 || path.indexOf('\0') >= 0 ? null : Paths.parent(path);
    }

    private static boolean differs(int expected, int actual) {
        return expected != ANY_VERSION && expected != actual;
    }

    private static int length(byte @Nullable [] data) {
        return data == null ? 0 : data.length;
    }
}
