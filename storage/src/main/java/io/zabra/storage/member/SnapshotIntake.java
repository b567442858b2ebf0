// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.member;

import io.zabra.core.base.Invariant;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Restore;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.Disk;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import io.zabra.storage.stream.Bytes;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.data.Acl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/// Takes the snapshot that a leader sends (quorum protocol, synchronisation): sessions, ACL table, nodes, `BenWasHere`.
///
/// The stream has no length and no checksum, so it is taken apart as it comes, in pieces of any size, and ends where
/// its last part does. A tree grows from it; once all is there, [#store] writes it to a file. What is wrong is a
/// [MalformedPacketException], after which the intake is void. Nothing of it is on the disk before [#store]. Used by
/// one thread at a time.
public final class SnapshotIntake {

    /// What is taken at most.
    ///
    /// @param recordBytesMax size of one node, or of one ACL
    /// @param bytesMax size of the whole
    public record Limits(int recordBytesMax, long bytesMax) {}

    private enum Part {
        SESSION_COUNT,
        SESSIONS,
        ACL_COUNT,
        ACLS,
        NODES,
        SIGNATURE,
        COMPLETE
    }

    private static final byte[] SIGNATURE = "BenWasHere".getBytes(StandardCharsets.US_ASCII);
    private static final int SESSION_BYTES = 12;
    private static final int STAT_BYTES = 60;
    private static final int BUFFER_BYTES_MIN = 4 << 10;
    private static final int MORE = -1;

    private final long zxid;
    private final Limits limits;
    private final Restore restore;
    private final SortedMap<Long, Integer> sessionTimeoutsMs = new TreeMap<>();
    private byte[] buffer = new byte[BUFFER_BYTES_MIN];
    private int from;
    private int to;
    private long bytes;
    private Part part = Part.SESSION_COUNT;
    private int left;

    /// @param zxid of the packet that has announced the snapshot
    public SnapshotIntake(long zxid, TreeOptions options, Limits limits) {
        this.zxid = zxid;
        this.limits = limits;
        this.restore = DataTree.restore(options);
    }

    /// Takes the next bytes, and returns how many: all of them, but for those behind the end of the snapshot.
    public int take(byte[] piece, int pieceFrom, int pieceTo) {
        int length = pieceTo - pieceFrom;
        room(length);
        System.arraycopy(piece, pieceFrom, buffer, to, length);
        to += length;
        int used = 0;
        while (part != Part.COMPLETE && used != MORE) {
            used = step();
            if (used > limits.recordBytesMax()) {
                throw tooLong(used);
            }
            from += Math.max(used, 0);
        }
        int unused = part == Part.COMPLETE ? to - from : 0;
        bytes += length - unused;
        if (bytes > limits.bytesMax()) {
            throw new MalformedPacketException("a snapshot of more than " + limits.bytesMax() + " bytes");
        }
        if (to - from - unused > limits.recordBytesMax()) {
            throw tooLong(to - from);
        }
        return length - unused;
    }

    /// Whether all of it is there.
    public boolean complete() {
        return part == Part.COMPLETE;
    }

    /// Bytes that were taken.
    public long bytes() {
        return bytes;
    }

    /// Writes the snapshot to the folder, under a name that nothing reads; it is durable and was read back on return.
    /// Once, and only when it is complete. After a failure there is no file.
    ///
    /// @param number of the reception; must rise in the life of a process
    /// @param pace hears of each piece that is written and read back
    public ReceivedSnapshot store(Disk disk, long number, Snapshots.Pace pace) throws IOException {
        Invariant.check(complete(), "a snapshot can be stored once all of it is there, not at %s", part);
        buffer = new byte[0];
        DataTree tree = restore.finish(zxid);
        StoredSnapshot stored = new StoredSnapshot(number);
        try (var frozen = tree.freeze()) {
            new Snapshots(disk, Compression.NONE)
                    .write(stored.name(), new SnapshotImage(frozen, sessionTimeoutsMs), pace);
        }
        return new ReceivedSnapshot(zxid, tree, sessionTimeoutsMs, stored);
    }

    private void room(int length) {
        if (from == to) {
            from = 0;
            to = 0;
        }
        if (length > buffer.length - to) {
            int kept = to - from;
            int wanted = Math.addExact(kept, length);
            byte[] target = wanted <= buffer.length ? buffer : new byte[Math.max(wanted, 2 * buffer.length)];
            System.arraycopy(buffer, from, target, 0, kept);
            buffer = target;
            from = 0;
            to = kept;
        }
    }

    /// Takes the next item, if all of it is there; returns its length.
    private int step() {
        return switch (part) {
            case SESSION_COUNT -> count(Part.SESSIONS);
            case SESSIONS -> left == 0 ? next(Part.ACL_COUNT) : session();
            case ACL_COUNT -> count(Part.ACLS);
            case ACLS -> left == 0 ? next(Part.NODES) : acl();
            case NODES -> node();
            case SIGNATURE -> signature();
            case COMPLETE -> MORE;
        };
    }

    private int next(Part newPart) {
        part = newPart;
        return 0;
    }

    private int count(Part newPart) {
        if (!has(Integer.BYTES)) {
            return MORE;
        }
        left = Bytes.int32(buffer, from);
        if (left < 0) {
            throw new MalformedPacketException(newPart + ": " + left);
        }
        part = newPart;
        return Integer.BYTES;
    }

    private int session() {
        if (!has(SESSION_BYTES)) {
            return MORE;
        }
        sessionTimeoutsMs.put(Bytes.int64(buffer, from), Bytes.int32(buffer, from + 8));
        left--;
        return SESSION_BYTES;
    }

    private int acl() {
        if (!has(12)) {
            return MORE;
        }
        int entries = Bytes.int32(buffer, from + 8);
        if (entries < 0) {
            throw new MalformedPacketException("ACL of " + entries + " entries");
        }
        int length = 12;
        for (int i = 0; i < entries; i++) {
            length = behindString(behindString(length + Integer.BYTES));
            if (length == MORE) {
                return MORE;
            }
        }
        WireReader in = new WireReader(buffer, from, from + length);
        long key = in.int64();
        restore.acl(key, in.list(Acl::read));
        left--;
        return length;
    }

    /// Where the string that begins at `at` ends, if all of it is there.
    private int behindString(int at) {
        if (at == MORE || !has(at + Integer.BYTES)) {
            return MORE;
        }
        int length = Math.max(0, length(at));
        return has(at + Integer.BYTES + length) ? at + Integer.BYTES + length : MORE;
    }

    private int node() {
        if (!has(Integer.BYTES)) {
            return MORE;
        }
        int path = length(0);
        if (path < 0) {
            throw new MalformedPacketException("a node without a path");
        }
        if (path == 1 && has(5) && buffer[from + 4] == '/') {
            part = Part.SIGNATURE;
            return 5;
        }
        int dataAt = Integer.BYTES + path;
        if (!has(dataAt + Integer.BYTES)) {
            return MORE;
        }
        int end = dataAt + Integer.BYTES + Math.max(0, length(dataAt)) + Long.BYTES + STAT_BYTES;
        if (!has(end)) {
            return MORE;
        }
        restore.add(buffer, from, from + end);
        return end;
    }

    private int signature() {
        int length = Integer.BYTES + SIGNATURE.length;
        if (!has(length)) {
            return MORE;
        }
        int start = from + Integer.BYTES;
        boolean right = Bytes.int32(buffer, from) == SIGNATURE.length
                && Arrays.equals(buffer, start, start + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
        if (!right) {
            throw new MalformedPacketException("no signature behind the snapshot");
        }
        part = Part.COMPLETE;
        return length;
    }

    private int length(int at) {
        int length = Bytes.int32(buffer, from + at);
        if (length < -1) {
            throw new MalformedPacketException("a field of " + length + " bytes");
        }
        if (length > limits.recordBytesMax() - at) {
            throw tooLong((long) at + length);
        }
        return length;
    }

    private boolean has(int length) {
        return to - from >= length;
    }

    private MalformedPacketException tooLong(long length) {
        return new MalformedPacketException(
                "a record of " + length + " bytes in a snapshot, at most " + limits.recordBytesMax());
    }
}
