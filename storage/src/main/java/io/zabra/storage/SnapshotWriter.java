// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.tree.KeyedAcl;
import io.zabra.storage.stream.Compression;
import io.zabra.storage.stream.SnappyOutput;
import io.zabra.wire.WireWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.zip.Adler32;
import java.util.zip.GZIPOutputStream;

/// Writes the sections of one snapshot, in the format of Apache's `FileSnap`:
///
/// ```
/// header   int magic ZKSN, int version 2, long database id -1
/// sessions int count, each: long id, int timeout in milliseconds
/// ACLs     int count, each: long key, the list
/// nodes    each: path, data, long ACL key, 60 bytes of metadata; then "/"
/// seal     long Adler-32 of every byte before, then "/"
/// digest   long zxid, int version 2, long digest; seal
/// zxid     long last zxid; seal
/// ```
final class SnapshotWriter {

    static final int MAGIC = 0x5A4B534E;
    static final int VERSION = 2;
    static final int DIGEST_VERSION = 2;

    /// What stands behind a snapshot on the wire.
    private static final String SIGNATURE = "BenWasHere";

    private static final long DATABASE_ID = -1;

    private static final int GZIP_BUFFER_BYTES = 32 << 10;

    private final OutputStream out;
    private final Adler32 checksum = new Adler32();
    private final int chunkBytes;
    private final WireWriter chunk;
    private final Snapshots.Pace pace;

    private SnapshotWriter(OutputStream out, int chunkBytes, Snapshots.Pace pace) {
        this.out = out;
        this.pace = pace;
        this.chunkBytes = chunkBytes;
        this.chunk = new WireWriter(chunkBytes + (chunkBytes >> 2));
    }

    /// Writes the image through the wrapping, about `chunkBytes` at a time, and closes the stream.
    static void write(
            SnapshotImage image, Compression compression, OutputStream to, int chunkBytes, Snapshots.Pace pace)
            throws IOException {
        try (OutputStream wrapped = switch (compression) {
            case NONE -> to;
            case GZIP -> new GZIPOutputStream(to, GZIP_BUFFER_BYTES);
            case SNAPPY -> new SnappyOutput(to);
        }) {
            new SnapshotWriter(wrapped, chunkBytes, pace).write(image);
        }
    }

    /// Writes what one server sends to another: sessions, ACLs and nodes, and a signature behind them.
    static void stream(SnapshotImage image, OutputStream to, int chunkBytes) throws IOException {
        SnapshotWriter writer = new SnapshotWriter(to, chunkBytes, Snapshots.Pace.FULL);
        writer.body(image);
        writer.chunk.string(SIGNATURE);
        writer.flush();
    }

    private void write(SnapshotImage image) throws IOException {
        chunk.int32(MAGIC).int32(VERSION).int64(DATABASE_ID);
        body(image);
        seal();
        // Apache leaves the digest of a tree empty that no transaction has touched; so it is, too, without digests.
        boolean known = image.zxid() > 0 && image.tree().digest() != 0;
        chunk.int64(known ? image.zxid() : 0)
                .int32(DIGEST_VERSION)
                .int64(known ? image.tree().digest() : 0);
        seal();
        chunk.int64(image.zxid());
        seal();
    }

    private void body(SnapshotImage image) throws IOException {
        chunk.int32(image.sessionTimeoutsMs().size());
        for (Map.Entry<Long, Integer> session : image.sessionTimeoutsMs().entrySet()) {
            chunk.int64(session.getKey()).int32(session.getValue());
            flushIfFull();
        }
        var acls = image.tree().acls();
        chunk.int32(acls.size());
        for (KeyedAcl row : acls) {
            chunk.int64(row.key()).list(row.acl());
            flushIfFull();
        }
        image.tree().<IOException>walk((path, pathLength, aclKey, node) -> {
            chunk.buffer(path, 0, pathLength);
            node.writeData(chunk);
            chunk.int64(aclKey);
            node.writePersisted(chunk);
            flushIfFull();
        });
        chunk.string("/");
    }

    private void seal() throws IOException {
        flush();
        chunk.int64(checksum.getValue()).string("/");
        flush();
    }

    private void flushIfFull() throws IOException {
        if (chunk.position() >= chunkBytes) {
            flush();
        }
    }

    private void flush() throws IOException {
        checksum.update(chunk.array(), 0, chunk.position());
        out.write(chunk.array(), 0, chunk.position());
        pace.moved(chunk.position());
        chunk.reset();
    }
}
