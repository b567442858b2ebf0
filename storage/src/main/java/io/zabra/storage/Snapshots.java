// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Restore;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.stream.Compression;
import io.zabra.storage.stream.PieceOutput;
import io.zabra.storage.stream.Unwrapped;
import io.zabra.storage.stream.Window;
import io.zabra.wire.MalformedPacketException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The snapshots of a folder: writes them so that none is ever seen half, and loads them.
///
/// A snapshot gets its name last: it is written to a temporary file, synced, read back and checked, renamed, and the
/// folder synced. A crash at any point leaves the folder as it was, but for a temporary file that recovery removes.
/// Only one thread writes at a time.
public final class Snapshots {

    /// Hears of each piece of the tree that was written, and of each that was read back, with its length before
    /// compression. Here the caller can slow the writer down, or stop it with an exception.
    public interface Pace {
        Pace FULL = bytes -> {};

        void moved(int bytes) throws IOException;
    }

    /// A snapshot that was loaded.
    ///
    /// @param digest what the writer said of the tree's digest; null if nothing
    record Loaded(DataTree tree, SortedMap<Long, Integer> sessionTimeoutsMs, SnapshotReader.@Nullable Digest digest) {}

    /// Each piece is synced: a sync of the log that comes at the same time waits behind one piece at most.
    private static final int PIECE_BYTES_DEFAULT = 256 << 10;

    private final Disk disk;
    private final Compression compression;
    private final int pieceBytes;

    public Snapshots(Disk disk, Compression compression) {
        this(disk, compression, PIECE_BYTES_DEFAULT);
    }

    /// @param pieceBytes how much is taken from the tree, and goes to the disk, at a time
    public Snapshots(Disk disk, Compression compression, int pieceBytes) {
        this.disk = disk;
        this.compression = compression;
        this.pieceBytes = pieceBytes;
    }

    /// The snapshots in the folder, oldest first; some may be damaged.
    public List<DataFile> list() throws IOException {
        return DataFile.snapshots(disk.list());
    }

    /// Writes the image and returns once it is durable and was read back without a fault. A snapshot of the same name
    /// is replaced. After a failure the folder is as before.
    public DataFile write(SnapshotImage image, Pace pace) throws IOException {
        String name = DataFile.snapshotName(image.zxid(), compression);
        write(name, image, pace);
        return new DataFile(name, image.zxid());
    }

    /// As [#write(SnapshotImage, Pace)], under a name of the caller's.
    public void write(String name, SnapshotImage image, Pace pace) throws IOException {
        String temporary = DataFile.TEMPORARY + name;
        if (disk.list().contains(temporary)) {
            disk.delete(temporary);
        }
        try {
            writeFile(temporary, image, pace);
            verify(temporary, image, pace);
        } catch (IOException | RuntimeException e) {
            removeAfter(e, temporary);
            throw e;
        }
        disk.rename(temporary, name);
        disk.force();
    }

    /// Sends the image as one server sends it to another (quorum protocol, synchronisation), about `pieceBytes` at a
    /// time: sessions, ACLs and nodes as in a file, and the signature `BenWasHere`. Nothing of it is kept in memory.
    public static void send(SnapshotImage image, OutputStream to, int pieceBytes) throws IOException {
        SnapshotWriter.stream(image, to, pieceBytes);
    }

    /// Reads the whole file and checks its structure and seals; null if it is right, else what is wrong.
    public static @Nullable String problem(Disk disk, String name) {
        try {
            check(disk, name, Pace.FULL);
            return null;
        } catch (IOException | MalformedPacketException e) {
            return reason(e);
        }
    }

    static Loaded load(Disk disk, DataFile snapshot, TreeOptions options) throws IOException {
        Restore restore = DataTree.restore(options);
        try (DiskFile file = disk.open(snapshot.name())) {
            SnapshotReader reader = new SnapshotReader(unwrapped(file, snapshot.name()), file.size(), restore);
            reader.read();
            return new Loaded(restore.finish(snapshot.zxid()), reader.sessionTimeoutsMs(), reader.digest());
        }
    }

    static String reason(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static SnapshotReader check(Disk disk, String name, Pace pace) throws IOException {
        try (DiskFile file = disk.open(name)) {
            SnapshotReader reader = new SnapshotReader(paced(unwrapped(file, name), pace), file.size(), null);
            reader.read();
            return reader;
        }
    }

    private static Window.Source paced(Window.Source source, Pace pace) {
        return (into, from, length) -> {
            int count = source.read(into, from, length);
            if (count > 0) {
                pace.moved(count);
            }
            return count;
        };
    }

    private static Window.Source unwrapped(DiskFile file, String name) throws IOException {
        return switch (Compression.ofFile(name)) {
            case NONE -> file.from(0);
            case GZIP -> Unwrapped.gzip(file.from(0));
            case SNAPPY -> Unwrapped.snappy(file.from(0));
        };
    }

    private void writeFile(String name, SnapshotImage image, Pace pace) throws IOException {
        try (DiskFile file = disk.create(name)) {
            SnapshotWriter.write(image, compression, new PieceStream(file, pieceBytes), pieceBytes, pace);
        }
    }

    private void verify(String name, SnapshotImage image, Pace pace) throws IOException {
        SnapshotReader written;
        try {
            written = check(disk, name, pace);
        } catch (MalformedPacketException e) {
            throw new IOException("the snapshot " + disk.describe(name) + " reads back wrong: " + e.getMessage(), e);
        }
        // The tree counts its root twice, as Apache does; the file holds it once.
        if (written.nodes() != image.tree().nodeCount() - 1
                || !written.sessionTimeoutsMs().equals(image.sessionTimeoutsMs())) {
            throw new IOException("the snapshot " + disk.describe(name) + " reads back with " + written.nodes()
                    + " nodes instead of " + (image.tree().nodeCount() - 1) + ", or with other sessions");
        }
    }

    private void removeAfter(Exception failure, String name) {
        try {
            if (disk.list().contains(name)) {
                disk.delete(name);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// Sends pieces of a fixed size to the file, which stays open, and syncs each.
    private static final class PieceStream extends PieceOutput {

        private final DiskFile file;
        private long written;

        PieceStream(DiskFile file, int pieceBytes) {
            super(pieceBytes);
            this.file = file;
        }

        @Override
        protected void send(byte[] piece, int length) throws IOException {
            file.write(written, piece, 0, length);
            file.force();
            written += length;
        }
    }
}
