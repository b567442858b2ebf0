// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.wire.data.StatPersisted;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The digest by which replicas compare their trees, version 2 of Apache's `DigestCalculator`.
///
/// That of a node is the CRC-32 of its path (the root's is empty), its data and sixty bytes of metadata. That of a
/// tree is the sum of them, as a wrapping 64-bit number, without what lies below `/zookeeper/`.
public final class TreeDigest {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int STAT_BYTES = 60;
    private static final int TOGETHER_MAX = 512;
    private static final byte[] EXCLUDED = "/zookeeper/".getBytes(StandardCharsets.UTF_8);

    private final CRC32 crc = new CRC32();
    /// One call for all the bytes is much cheaper than three, so small nodes are put together here.
    private final byte[] together = new byte[TOGETHER_MAX];

    /// The digest of one node, from 0 to 2^32-1, whether it counts or not.
    public long of(String path, byte @Nullable [] data, StatPersisted stat) {
        crc.reset();
        crc.update(Paths.bytes(path));
        if (data != null) {
            crc.update(data);
        }
        fill(together, 0, stat);
        crc.update(together, 0, STAT_BYTES);
        return crc.getValue();
    }

    /// What the digest of a node becomes when its metadata alone changes, however large its data: CRC-32 is linear for
    /// inputs of one length.
    public long restated(long digest, StatPersisted before, StatPersisted after) {
        return digest ^ ofStat(before) ^ ofStat(after);
    }

    /// Whether the node is part of the digest of its tree. `/zookeeper` itself is.
    public static boolean counted(String path) {
        return !path.startsWith("/zookeeper/");
    }

    static boolean counted(byte[] path, int length) {
        if (length < EXCLUDED.length) {
            return true;
        }
        for (int i = 0; i < EXCLUDED.length; i++) {
            if (path[i] != EXCLUDED[i]) {
                return true;
            }
        }
        return false;
    }

    /// The digest of a node as the bits of an int.
    int of(byte[] path, int length, Znode node) {
        int dataLength = node.dataLength();
        int total = length + dataLength + STAT_BYTES;
        crc.reset();
        if (total > 0 && total <= TOGETHER_MAX) {
            System.arraycopy(path, 0, together, 0, length);
            System.arraycopy(node.dataBytes, node.dataFrom, together, length, dataLength);
            fill(together, length + dataLength, node.persisted());
            crc.update(together, 0, total);
        } else {
            crc.update(path, 0, length);
            crc.update(node.dataBytes, node.dataFrom, dataLength);
            fill(together, 0, node.persisted());
            crc.update(together, 0, STAT_BYTES);
        }
        return (int) crc.getValue();
    }

    /// The checksum of the metadata alone. Since CRC-32 is linear for inputs of one length, a node whose metadata
    /// alone changes goes from digest `d` to `d ^ ofStat(before) ^ ofStat(after)`, however large its data.
    int ofStat(Znode node) {
        return (int) ofStat(node.persisted());
    }

    private long ofStat(StatPersisted stat) {
        fill(together, 0, stat);
        crc.reset();
        crc.update(together, 0, STAT_BYTES);
        return crc.getValue();
    }

    private static void fill(byte[] to, int at, StatPersisted stat) {
        LONG.set(to, at, stat.czxid());
        LONG.set(to, at + 8, stat.mzxid());
        LONG.set(to, at + 16, stat.pzxid());
        LONG.set(to, at + 24, stat.ctimeMs());
        LONG.set(to, at + 32, stat.mtimeMs());
        INT.set(to, at + 40, stat.version());
        INT.set(to, at + 44, stat.cversion());
        INT.set(to, at + 48, stat.aversion());
        LONG.set(to, at + 52, stat.ephemeralOwner());
    }
}
