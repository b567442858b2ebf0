// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.tree.Restore;
import io.zabra.storage.stream.Bytes;
import io.zabra.storage.stream.Window;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/// Reads the sections of one snapshot and checks all of its seals; see [SnapshotWriter] for the format.
///
/// Anything wrong ends in an [IOException] or a [MalformedPacketException], and what was restored so far is void.
final class SnapshotReader {

    /// The digest of the tree and the zxid at which it was taken; zxid 0 if the writer knew none.
    record Digest(long zxid, int version, long value) {}

    private static final int SEAL_BYTES = 13;
    private static final int DIGEST_BYTES = 20;
    private static final int STAT_BYTES = 60;

    private final Window window;
    private final Adler32 checksum = new Adler32();
    private final @Nullable Restore restore;
    private final SortedMap<Long, Integer> sessionTimeoutsMs = new TreeMap<>();
    private @Nullable Digest digest;
    private long nodes;

    /// Reads into `restore`, or with null only checks.
    SnapshotReader(Window.Source source, long fileSize, @Nullable Restore restore) {
        this.window = new Window(source, checksum::update, Window.capacity(fileSize));
        this.restore = restore;
    }

    SortedMap<Long, Integer> sessionTimeoutsMs() {
        return sessionTimeoutsMs;
    }

    /// Null if the writer left the section out.
    @Nullable
    Digest digest() {
        return digest;
    }

    /// Number of nodes, the root counted once.
    long nodes() {
        return nodes;
    }

    void read() throws IOException {
        if (int32() != SnapshotWriter.MAGIC) {
            throw new MalformedPacketException("the file does not start with the mark of a snapshot, ZKSN");
        }
        int32();
        int64();
        for (int left = count("sessions"); left > 0; left--) {
            sessionTimeoutsMs.put(int64(), int32());
        }
        for (int left = count("ACLs"); left > 0; left--) {
            acl();
        }
        while (node()) {
            nodes++;
        }
        seal("the tree");
        sections();
    }

    private void sections() throws IOException {
        // Without digests Apache's writer leaves out that section, and the one behind it takes its place.
        boolean digestThere = window.ensure(DIGEST_BYTES + SEAL_BYTES);
        if (digestThere) {
            digestSection();
            seal("the digest");
        }
        if (window.ensure(1)) {
            int64();
            seal("the last zxid");
        }
    }

    private void digestSection() throws IOException {
        long zxid = int64();
        int version = int32();
        // Previews of 3.6 wrote the digest in hex; it is of another algorithm and of no use.
        digest = version < 2 ? skipped(zxid, version) : new Digest(zxid, version, int64());
    }

    private Digest skipped(long zxid, int version) throws IOException {
        string();
        return new Digest(zxid, version, 0);
    }

    private void acl() throws IOException {
        long key = int64();
        int count = int32();
        if (count < 0) {
            throw new MalformedPacketException("ACL of " + count + " entries");
        }
        List<Acl> acl = new ArrayList<>();
        for (int left = count; left > 0; left--) {
            acl.add(new Acl(int32(), new Id(string(), string())));
        }
        if (restore != null) {
            restore.acl(key, acl);
        }
    }

    /// Reads one node; false at the mark that ends them.
    private boolean node() throws IOException {
        need(4);
        int pathLength = Bytes.int32(window.bytes(), window.from());
        if (pathLength < 0 || pathLength > Integer.MAX_VALUE - 8) {
            throw new MalformedPacketException("path of " + pathLength + " bytes");
        }
        need(4 + pathLength);
        if (pathLength == 1 && window.bytes()[window.from() + 4] == '/') {
            window.advance(5);
            return false;
        }
        need(8 + pathLength);
        int dataLength = Bytes.int32(window.bytes(), window.from() + 4 + pathLength);
        long length = 16L + pathLength + Math.max(dataLength, 0) + STAT_BYTES;
        if (dataLength < -1 || length > Integer.MAX_VALUE - 8) {
            throw new MalformedPacketException("data of " + dataLength + " bytes");
        }
        need((int) length);
        if (restore != null) {
            restore.add(window.bytes(), window.from(), window.from() + (int) length);
        }
        window.advance((int) length);
        return true;
    }

    private void seal(String what) throws IOException {
        window.tell();
        long expected = checksum.getValue();
        long found = int64();
        if (int32() != 1 || int8() != '/') {
            throw new MalformedPacketException("no seal behind " + what);
        }
        if (found != expected) {
            throw new MalformedPacketException("the seal of " + what + " does not match: 0x" + Long.toHexString(found)
                    + ", computed 0x" + Long.toHexString(expected));
        }
    }

    private int count(String what) throws IOException {
        int count = int32();
        if (count < 0) {
            throw new MalformedPacketException(count + " " + what);
        }
        return count;
    }

    private @Nullable String string() throws IOException {
        int length = int32();
        if (length == -1) {
            return null;
        }
        if (length < 0) {
            throw new MalformedPacketException("string of " + length + " bytes");
        }
        need(length);
        String value = new String(window.bytes(), window.from(), length, StandardCharsets.UTF_8);
        window.advance(length);
        return value;
    }

    private byte int8() throws IOException {
        need(1);
        byte value = window.bytes()[window.from()];
        window.advance(1);
        return value;
    }

    private int int32() throws IOException {
        need(4);
        int value = Bytes.int32(window.bytes(), window.from());
        window.advance(4);
        return value;
    }

    private long int64() throws IOException {
        need(8);
        long value = Bytes.int64(window.bytes(), window.from());
        window.advance(8);
        return value;
    }

    private void need(int count) throws IOException {
        if (!window.ensure(count)) {
            throw new EOFException("the file ends early, at byte " + (window.position() + window.available()));
        }
    }
}
