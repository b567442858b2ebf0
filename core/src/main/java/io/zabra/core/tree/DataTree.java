// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.core.base.Invariant;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.StatPersisted;
import io.zabra.wire.txn.CheckVersionTxn;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateContainerTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.CreateTtlTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetAclTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tree of znodes (Apache's `DataTree`): changed by transactions alone, which every replica applies in one order.
///
/// One owner at a time. Transactions have been checked before they were proposed, so [#apply] treats one that does not
/// fit as a broken invariant; [#accept] tells of it, for those that other servers have checked; [#replay] takes what it
/// can, for starts from a snapshot that already holds some later changes. Paths may be given as "" or "/" for the root;
/// one that no node can have is merely absent.
public final class DataTree {

    /// What the sweeper may have to delete, and where to go on; `next` is null when all has been seen.
    public record Sweep(List<String> paths, @Nullable String next) {}

    /// One transaction on its way: the header with the type of the part that is being applied.
    private record Run(TxnHeader header, int type, Fit fit, ChangeListener listener) {

        Run part(int partType) {
            return new Run(header, partType, fit, listener);
        }
    }

    /// Whether a transaction has to fit.
    private enum Fit {
        REQUIRED,
        /// It should: [#fitted] tells.
        EXPECTED,
        ANY
    }

    private record NewNode(String path, byte @Nullable [] data, List<Acl> acl, long owner, int parentCversion) {}

    final Nodes nodes;
    final Acls acls = new Acls();
    final Ephemerals ephemerals;

    private final TreeOptions options;
    private final Listings listings;
    private final Quotas quotas;
    private final Znode scratch;
    private @Nullable String encoded;
    private byte[] encodedBytes = {};
    private long lastZxid;
    private boolean fitted;
    private int nodeCount;
    private long dataSize;

    DataTree(TreeOptions options) {
        this.options = options;
        listings = new Listings(options.listingBytesMax());
        nodes = new Nodes(options, listings);
        ephemerals = new Ephemerals(options);
        quotas = new Quotas(nodes, options);
        scratch = new Znode(options);
    }

    /// The tree of a server that never ran: the root, `/zookeeper`, its `quota` and `config`, all at zxid 0.
    public static DataTree fresh(TreeOptions options) {
        StatPersisted zero = new StatPersisted(0, 0, 0, 0, 0, 0, 0, 0, 0);
        StatPersisted config = new StatPersisted(0, 0, 0, 0, 0, 0, -1, 0, 0);
        byte[] nothing = {};
        Restore restore = restore(options);
        restore.acl(1, Acl.READ_ONLY);
        restore.add("", nothing, KeyedAcl.OPEN, zero);
        restore.add(Paths.ZOOKEEPER, nothing, KeyedAcl.OPEN, zero);
        restore.add(Paths.CONFIG, nothing, 1, config);
        restore.add(Paths.QUOTA, nothing, KeyedAcl.OPEN, zero);
        return restore.finish(0);
    }

    /// Begins to build a tree from a snapshot.
    public static Restore restore(TreeOptions options) {
        return new Restore(options);
    }

    /// The node, or null if there is none. Good until the next change.
    public @Nullable Znode find(String path) {
        Object slot = slot(path);
        return slot == null ? null : new Znode(options).read(slot);
    }

    /// Whether there is a node; cheaper than [#find].
    public boolean has(String path) {
        return slot(path) != null;
    }

    private @Nullable Object slot(String path) {
        return nodes.find(bytes(path));
    }

    /// The path in UTF-8. One path is often asked for several times in a row.
    private byte[] bytes(String path) {
        if (!path.equals(encoded)) {
            encodedBytes = Paths.bytes(path);
            encoded = path;
        }
        return encodedBytes;
    }

    public List<Acl> acl(Znode node) {
        return acls.at(node.aclSlot);
    }

    /// Names of the children, in no order that means anything.
    public List<String> children(Znode node) {
        Branch branch = node.branch;
        if (branch == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>(branch.count);
        for (int i = 0; i < branch.directory.length; i = branch.after(i)) {
            Segment segment = branch.directory[i];
            for (int s = 0; s < segment.capacity(); s++) {
                Object child = segment.at(s);
                if (child != null) {
                    names.add(new Znode(options).read(child).name());
                }
            }
        }
        return names;
    }

    /// The same as a jute vector of strings, kept for large directories until they change. Must not be modified.
    public byte[] encodedChildren(Znode node) {
        return listings.encoded(node.branch);
    }

    /// How many nodes are below the path; 0 if there is no such node.
    public int descendants(String path) {
        byte[] bytes = bytes(path);
        if (bytes.length == 0) {
            return nodeCount - 2;
        }
        Object slot = nodes.find(bytes);
        if (slot == null) {
            return 0;
        }
        int[] count = new int[1];
        Walk.through(bytes, slot, (at, length, found) -> count[0]++);
        return count[0] - 1;
    }

    /// Paths of the ephemeral nodes of the session, sorted; a copy.
    public List<String> ephemerals(long sessionId) {
        return ephemerals.of(sessionId);
    }

    /// The same for those whose paths begin with `prefix`.
    public List<String> ephemerals(long sessionId, String prefix) {
        return ephemerals.of(sessionId, prefix);
    }

    /// Sessions that own ephemeral nodes, in rising order.
    public long[] ephemeralOwners() {
        return ephemerals.sessions();
    }

    public int ephemeralCount() {
        return ephemerals.count();
    }

    /// Digest of the whole tree; see [TreeDigest].
    public long digest() {
        return nodes.digest();
    }

    /// The part of the node at the path in [#digest()]. Only if digests are on and the node counts for them.
    public long digest(String path, Znode node) {
        return Integer.toUnsignedLong(nodes.digestOf(bytes(path), node));
    }

    /// Zxid of the last transaction applied.
    public long lastZxid() {
        return lastZxid;
    }

    /// Takes note that an epoch has begun: everything before it is here. `zxid` is its beginning, not a transaction.
    public void beginEpoch(long zxid) {
        Invariant.check(zxid > lastZxid, "an epoch begins at 0x%x, but the tree is at 0x%x", zxid, lastZxid);
        lastZxid = zxid;
    }

    /// Key of the hash of names, for other tables of names too.
    public long hashSeed() {
        return options.hashSeed();
    }

    /// One more than there are nodes, since Apache counts the root by both its names.
    public int nodeCount() {
        return nodeCount;
    }

    /// Lengths of all paths, in characters, and of all data, in bytes, by Apache's way of counting.
    public long approximateDataSize() {
        return dataSize;
    }

    /// Distinct ACLs other than the open one.
    public int aclCount() {
        return acls.size();
    }

    /// All quotas.
    public List<QuotaView> quotas() {
        return quotas.all();
    }

    /// The quota that governs the path; null if none does.
    public @Nullable QuotaView quota(String path) {
        return quotas.of(path);
    }

    /// Looks at up to `examinedMax` containers and TTL nodes behind `after` (null: from the first), for those that
    /// are due: without children, and once used, or never used for more than `neverUsedMsMax` (0: such are left
    /// alone), or past their time.
    public Sweep sweep(@Nullable String after, int examinedMax, long nowMs, long neverUsedMsMax) {
        List<String> due = new ArrayList<>();
        int examined = 0;
        String last = null;
        for (String path : ephemerals.swept(after)) {
            if (examined == examinedMax) {
                return new Sweep(due, last);
            }
            examined++;
            last = path;
            Znode node = find(path);
            if (node != null && isDue(node, nowMs, neverUsedMsMax)) {
                due.add(path);
            }
        }
        return new Sweep(due, null);
    }

    /// Whether the sweeper may delete the node now.
    public boolean isDue(Znode node, long nowMs, long neverUsedMsMax) {
        return node.childCount() == 0
                && Owners.isDue(node.kind(), node.owner(), node.creations(), nowMs - node.mtimeMs(), neverUsedMsMax);
    }

    /// Keeps the present state for another thread, at no cost but that of copying what is changed later.
    public FrozenTree freeze() {
        return new FrozenTree(this, options, nodes.freeze(), acls.snapshot());
    }

    /// Applies a transaction, which must be the next one and must fit. The listener hears of each change.
    public Applied apply(TxnHeader header, Txn txn, ChangeListener listener) {
        Invariant.check(header.zxid() > lastZxid, "zxid 0x%x follows 0x%x", header.zxid(), lastZxid);
        return run(txn, new Run(header, header.type(), Fit.REQUIRED, listener));
    }

    /// Applies a transaction that another server has prepared, which must be the next one, as far as it fits:
    /// [#fitted]. If it does not, this tree is wrong, or that server was.
    public Applied accept(TxnHeader header, Txn txn, ChangeListener listener) {
        Invariant.check(header.zxid() > lastZxid, "zxid 0x%x follows 0x%x", header.zxid(), lastZxid);
        fitted = true;
        return run(txn, new Run(header, header.type(), Fit.EXPECTED, listener));
    }

    /// Whether the last transaction given to [#accept] was as it has to be.
    public boolean fitted() {
        return fitted;
    }

    /// Applies what can be applied of a transaction that the tree may already hold in part or in whole.
    public Applied replay(TxnHeader header, Txn txn) {
        return replay(header, txn, ChangeListener.NONE);
    }

    /// The same; the listener hears of each change.
    public Applied replay(TxnHeader header, Txn txn, ChangeListener listener) {
        return run(txn, new Run(header, header.type(), Fit.ANY, listener));
    }

    /// Deletes the ephemeral nodes of a session that no longer exists, outside of any transaction, and returns their
    /// paths. Only for the start, before anyone is served.
    public List<String> removeEphemerals(long sessionId) {
        TxnHeader header = new TxnHeader(sessionId, 0, lastZxid, 0, OpCode.CLOSE_SESSION.number());
        Run run = new Run(header, header.type(), Fit.ANY, ChangeListener.NONE);
        return closeSession(run, null).deleted();
    }

    /// Writes the configuration of the ensemble into its node, outside of any transaction, and makes the node if an
    /// old snapshot lacks it.
    public void configNode(byte[] data, long mzxid, long mtimeMs) {
        if (find(Paths.CONFIG) == null) {
            TxnHeader header = new TxnHeader(0, 0, 0, 0, OpCode.CREATE.number());
            NewNode config = new NewNode(Paths.CONFIG, new byte[0], Acl.READ_ONLY, 0, 0);
            create(new Run(header, header.type(), Fit.ANY, ChangeListener.NONE), config);
            setAcl(new Run(header, header.type(), Fit.ANY, ChangeListener.NONE), Paths.CONFIG, Acl.READ_ONLY, -1);
        }
        TxnHeader header = new TxnHeader(0, 0, mzxid, mtimeMs, OpCode.RECONFIG.number());
        setData(new Run(header, header.type(), Fit.ANY, ChangeListener.NONE), new SetDataTxn(Paths.CONFIG, data, -1));
    }

    /// Counts a node that was added to [#nodes], whose path has that many characters.
    void counted(int characters, Znode node) {
        nodeCount++;
        dataSize += characters + node.dataLength();
    }

    /// Ends a restore.
    void loaded(long zxid) {
        lastZxid = zxid;
        quotas.load();
    }

    private Applied run(Txn txn, Run run) {
        Applied applied = apply(run, txn);
        lastZxid = Math.max(lastZxid, run.header.zxid());
        return applied;
    }

    private Applied apply(Run run, Txn txn) {
        long session = run.header.clientId();
        return switch (txn) {
            case CreateTxn t -> {
                long owner = t.ephemeral() ? session : 0;
                yield create(run, new NewNode(t.path(), t.data(), t.acl(), owner, t.parentCversion()));
            }
            case CreateContainerTxn t ->
                create(run, new NewNode(t.path(), t.data(), t.acl(), Owners.CONTAINER, t.parentCversion()));
            case CreateTtlTxn t ->
                create(run, new NewNode(t.path(), t.data(), t.acl(), Owners.ttl(t.ttlMs()), t.parentCversion()));
            case DeleteTxn t -> delete(run, t.path());
            case SetDataTxn t -> setData(run, t);
            case SetAclTxn t -> setAcl(run, t.path(), t.acl(), t.version());
            case CheckVersionTxn t -> new Applied.Checked(t.path());
            case CreateSessionTxn t -> new Applied.SessionCreated(session, t.timeoutMs());
            case CloseSessionTxn t -> closeSession(run, t.paths());
            case ErrorTxn t -> new Applied.Failed(t.error());
            case MultiTxn t -> multi(run, t);
        };
    }

    private Applied create(Run run, NewNode made) {
        String path = made.path();
        byte[] bytes = bytes(path);
        int slash = Paths.lastSlash(bytes, bytes.length);
        Branch parent = slash < 0 ? null : nodes.ownedOrNull(bytes, slash);
        if (parent == null) {
            return failed(run, ErrorCode.NO_NODE, path);
        }
        int hash = nodes.hash(bytes, slash + 1, bytes.length);
        if (parent.find(hash, bytes, slash + 1, bytes.length) != null) {
            return createdBefore(run, made, bytes, slash);
        }
        long zxid = run.header.zxid();
        long timeMs = run.header.timeMs();
        raise(parent, bytes, slash, made.parentCversion(), zxid);
        Znode node = scratch;
        node.fresh(bytes, slash + 1, bytes.length);
        node.stat(new StatPersisted(zxid, zxid, timeMs, timeMs, 0, 0, 0, made.owner(), zxid));
        node.data(made.data());
        node.aclSlot = acls.use(made.acl());
        nodes.insert(parent, bytes, hash, node);
        counted(path.length(), node);
        if (made.owner() != 0) {
            Invariant.check(node.kind() != Owners.Kind.UNKNOWN, "owner 0x%x is of no known type", made.owner());
            ephemerals.add(path, made.owner());
        }
        Applied.Created created = new Applied.Created(path, node.stat());
        List<Acl> acl = acls.at(node.aclSlot);
        quotas.created(path, node.dataLength());
        run.listener.created(path, acl, acls.at(scratch.read(parent).aclSlot));
        return created;
    }

    /// The snapshot holds the node already: Apache then takes over the ACL and, for the plain create alone, what the
    /// parent counts.
    private Applied createdBefore(Run run, NewNode made, byte[] bytes, int slash) {
        Applied result = failed(run, ErrorCode.NODE_EXISTS, made.path());
        Object slot = nodes.find(bytes);
        Invariant.check(slot != null, "a node that was found must be there");
        Znode node = scratch.read(slot);
        int before = node.aclSlot;
        node.aclSlot = acls.use(made.acl());
        if (node.aclSlot != before) {
            nodes.replace(bytes, slot, node);
        }
        acls.release(before);
        if (run.type == OpCode.CREATE.number()) {
            raise(nodes.owned(bytes, slash), bytes, slash, made.parentCversion(), run.header.zxid());
        }
        return result;
    }

    /// What a parent counts only moves up: an older transaction must not undo a newer one.
    private void raise(Branch parent, byte[] path, int length, int parentCversion, long zxid) {
        int creations = parentCversion == CreateTxn.ONE_MORE ? parent.creations + 1 : parentCversion;
        if (creations > parent.creations) {
            nodes.count(parent, path, length, creations, zxid);
        }
    }

    private Applied delete(Run run, String path) {
        byte[] bytes = bytes(path);
        int slash = Paths.lastSlash(bytes, bytes.length);
        Branch parent = slash < 0 ? null : nodes.ownedOrNull(bytes, slash);
        if (parent == null) {
            return failed(run, ErrorCode.NO_NODE, path);
        }
        long zxid = run.header.zxid();
        int hash = nodes.hash(bytes, slash + 1, bytes.length);
        Object slot = parent.find(hash, bytes, slash + 1, bytes.length);
        if (zxid > parent.pzxid) {
            nodes.count(parent, bytes, slash, parent.creations, zxid);
        }
        if (slot == null) {
            return failed(run, ErrorCode.NO_NODE, path);
        }
        if (slot instanceof Branch branch && branch.count > 0) {
            failed(run, ErrorCode.NOT_EMPTY, path);
            deleteBelow(bytes, branch);
        }
        List<Acl> acl = acls.at(scratch.read(slot).aclSlot);
        List<Acl> parentAcl = acls.at(scratch.read(parent).aclSlot);
        remove(path, bytes, slash, parent);
        run.listener.deleted(path, acl, parentAcl);
        return new Applied.Deleted(path);
    }

    /// A snapshot that was written while the tree changed may show a node of one life with the children of its next.
    private void deleteBelow(byte[] top, Branch branch) {
        List<byte[]> below = new ArrayList<>();
        Walk.through(top, branch, (path, length, slot) -> below.add(Arrays.copyOf(path, length)));
        for (byte[] path : below.subList(1, below.size()).reversed()) {
            int slash = Paths.lastSlash(path, path.length);
            remove(Paths.string(path, path.length), path, slash, nodes.owned(path, slash));
        }
    }

    private void remove(String path, byte[] bytes, int slash, Branch parent) {
        Object removed = nodes.remove(parent, bytes, slash);
        Invariant.check(removed != null, "a node that is removed must be there");
        Znode node = scratch.read(removed);
        long owner = node.owner;
        int dataLength = node.dataLength();
        nodeCount--;
        dataSize -= path.length() + dataLength;
        acls.release(node.aclSlot);
        if (owner != 0) {
            ephemerals.remove(path, owner);
        }
        quotas.deleted(path, dataLength);
    }

    private Applied setData(Run run, SetDataTxn txn) {
        byte[] bytes = bytes(txn.path());
        Object slot = nodes.find(bytes);
        if (slot == null) {
            return failed(run, ErrorCode.NO_NODE, txn.path());
        }
        Znode node = scratch.read(slot);
        int lengthBefore = node.dataLength();
        node.data(txn.data());
        node.version = txn.version();
        node.mzxid = run.header.zxid();
        node.mtimeMs = run.header.timeMs();
        nodes.replace(bytes, slot, node);
        int lengthDelta = node.dataLength() - lengthBefore;
        dataSize += lengthDelta;
        Applied.DataSet set = new Applied.DataSet(txn.path(), node.stat());
        List<Acl> acl = acls.at(node.aclSlot);
        quotas.dataSet(txn.path(), lengthDelta);
        run.listener.dataChanged(txn.path(), acl);
        return set;
    }

    private Applied setAcl(Run run, String path, List<Acl> acl, int version) {
        byte[] bytes = bytes(path);
        Object slot = nodes.find(bytes);
        if (slot == null) {
            return failed(run, ErrorCode.NO_NODE, path);
        }
        Znode node = scratch.read(slot);
        int before = node.aclSlot;
        node.aclSlot = acls.use(acl);
        node.aversion = version;
        nodes.replace(bytes, slot, node);
        acls.release(before);
        return new Applied.AclSet(path, node.stat());
    }

    /// Deletes the paths in the transaction and then, in case it did not know of all, what else the session owns. A
    /// path that is already gone is no fault: its deletion and the end of the session may have been on their way
    /// together.
    private Applied.SessionClosed closeSession(Run run, @Nullable List<String> paths) {
        long session = run.header.clientId();
        Run lenient = new Run(run.header, run.type, Fit.ANY, run.listener);
        List<String> deleted = new ArrayList<>();
        if (paths != null) {
            for (String path : paths) {
                deleteOwned(lenient, path, deleted);
            }
        }
        for (String path : ephemerals.of(session)) {
            deleteOwned(lenient, path, deleted);
        }
        return new Applied.SessionClosed(session, deleted);
    }

    private void deleteOwned(Run run, String path, List<String> deleted) {
        if (delete(run, path) instanceof Applied.Deleted) {
            deleted.add(path);
        }
    }

    private Applied multi(Run run, MultiTxn txn) {
        List<Applied> results = new ArrayList<>(txn.ops().size());
        boolean doing = !txn.failed();
        boolean failed = false;
        for (MultiTxn.Op op : txn.ops()) {
            if (doing) {
                results.add(apply(run.part(op.type()), op.txn()));
            } else if (op.txn() instanceof ErrorTxn error) {
                results.add(new Applied.Failed(error.error()));
                failed = true;
            } else {
                results.add(Applied.Failed.of(failed ? ErrorCode.RUNTIME_INCONSISTENCY : ErrorCode.OK));
            }
        }
        return new Applied.Multi(results);
    }

    private Applied failed(Run run, ErrorCode code, String path) {
        fitted &= run.fit != Fit.EXPECTED;
        Invariant.check(
                run.fit != Fit.REQUIRED, "transaction 0x%x does not fit at %s: %s", run.header.zxid(), path, code);
        return Applied.Failed.of(code);
    }
}
