// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.core.base.Prng;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateContainerTxn;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws transactions that fit, and applies them to a model at once.
final class RandomTxns {

    record Drawn(TxnHeader header, Txn txn) {}

    private static final List<List<Acl>> ACLS = List.of(
            Acl.OPEN,
            Acl.READ_ONLY,
            List.of(new Acl(Acl.ALL, new Id("digest", "a:b"))),
            List.of(new Acl(3, new Id("ip", "127.0.0.1")), new Acl(31, new Id("world", "anyone"))));

    final TreeModel model = new TreeModel();
    /// Whether some session ends leave out the list of paths, as logs from before 3.6 do.
    boolean oldSessionEnds = true;
    private final Prng random;
    private final int names;
    private long zxid = 1L << 32;
    private long timeMs = 1_700_000_000_000L;

    RandomTxns(long seed, int names) {
        random = new Prng(seed);
        this.names = names;
    }

    Drawn next() {
        zxid += 1 + random.below(3);
        timeMs += random.below(1000) - 100;
        long session = 0x100_0000_0000_0001L + random.below(4);
        int kind = random.below(100);
        if (kind < 3) {
            List<String> paths = model.ephemerals(session);
            paths.forEach(path -> model.delete(path, zxid));
            boolean withoutList = oldSessionEnds && random.chance(50);
            return drawn(session, OpCode.CLOSE_SESSION, new CloseSessionTxn(withoutList ? null : paths));
        }
        if (kind < 6) {
            return drawn(session, OpCode.ERROR, new ErrorTxn(-101));
        }
        if (kind < 9) {
            List<MultiTxn.Op> ops = List.of(
                    new MultiTxn.Op(OpCode.CREATE.number(), new CreateTxn("/x/y/z", null, Acl.OPEN, false, 1)),
                    new MultiTxn.Op(OpCode.ERROR.number(), new ErrorTxn(-103)),
                    new MultiTxn.Op(OpCode.DELETE.number(), new DeleteTxn("/zookeeper")));
            return drawn(session, OpCode.MULTI, new MultiTxn(ops));
        }
        if (kind < 20) {
            List<MultiTxn.Op> ops = new ArrayList<>();
            for (int i = random.below(5); i >= 0; i--) {
                ops.add(single(session));
            }
            return drawn(session, OpCode.MULTI, new MultiTxn(ops));
        }
        MultiTxn.Op op = single(session);
        return new Drawn(new TxnHeader(session, 1, zxid, timeMs, op.type()), op.txn());
    }

    private MultiTxn.Op single(long session) {
        String path = anyPath();
        TreeModel.Node node = model.nodes.get(path);
        if (node == null) {
            return create(path, session);
        }
        int kind = random.below(10);
        if (kind < 4
                && !path.startsWith("/zookeeper")
                && path.length() > 1
                && model.children(path).isEmpty()) {
            model.delete(path, zxid);
            return new MultiTxn.Op(OpCode.DELETE.number(), new DeleteTxn(path));
        }
        if (kind < 6) {
            List<Acl> acl = ACLS.get(random.below(ACLS.size()));
            model.setAcl(path, acl);
            return new MultiTxn.Op(OpCode.SET_ACL.number(), new SetAclTxn(path, acl, node.aversion));
        }
        byte[] data = data();
        model.setData(path, data, zxid, timeMs);
        return new MultiTxn.Op(OpCode.SET_DATA.number(), new SetDataTxn(path, data, node.version));
    }

    private MultiTxn.Op create(String path, long session) {
        TreeModel.Node node = new TreeModel.Node(data(), ACLS.get(random.below(ACLS.size())));
        int parentCversion = model.nodes.get(TreeModel.parent(path)).creations + 1;
        int kind = random.below(10);
        node.owner = kind == 0 ? Owners.CONTAINER : kind == 1 ? Owners.ttl(1 + random.below(9999)) : 0;
        if (kind == 2 || kind == 3) {
            node.owner = session;
        }
        model.create(path, node, zxid, timeMs);
        return switch (kind) {
            case 0 ->
                new MultiTxn.Op(
                        OpCode.CREATE_CONTAINER.number(),
                        new CreateContainerTxn(path, node.data, node.acl, parentCversion));
            case 1 ->
                new MultiTxn.Op(
                        OpCode.CREATE_TTL.number(),
                        new CreateTtlTxn(path, node.data, node.acl, parentCversion, Owners.ttlMs(node.owner)));
            default ->
                new MultiTxn.Op(
                        random.chance(50) ? OpCode.CREATE.number() : OpCode.CREATE2.number(),
                        new CreateTxn(path, node.data, node.acl, kind == 2 || kind == 3, parentCversion));
        };
    }

    /// A path that is there, or whose parent is there and may have children.
    private String anyPath() {
        String path = "/";
        for (int depth = random.below(5); depth >= 0; depth--) {
            TreeModel.Node node = model.nodes.get(path);
            if (node == null || node.owner > 0) {
                break;
            }
            int number = random.below(names);
            String name = number == 0 ? "zookeeper" : (number % 7 == 0 ? "größe-" : "node-") + number;
            path = path.equals("/") ? "/" + name : path + "/" + name;
        }
        return path;
    }

    private byte @Nullable [] data() {
        int length = random.below(40) - 1;
        if (length < 0) {
            return null;
        }
        byte[] data = new byte[random.chance(2) ? length * 50 : length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) random.next();
        }
        return data;
    }

    private Drawn drawn(long session, OpCode op, Txn txn) {
        return new Drawn(new TxnHeader(session, 1, zxid, timeMs, op.number()), txn);
    }
}
