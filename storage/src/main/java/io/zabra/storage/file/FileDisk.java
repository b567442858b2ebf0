// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.file;

import io.zabra.storage.Disk;
import io.zabra.storage.DiskFile;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A folder of the real file system.
///
/// It holds a lock on the file `zabra.lock` as long as it is open, so that no two servers share a folder; the lock goes
/// with the process, however that ends. Apache's server takes no such lock and is not kept out by it.
public final class FileDisk implements Disk, AutoCloseable {

    /// Name of the file that is locked; it stays behind, empty and unlocked.
    public static final String LOCK_NAME = "zabra.lock";

    /// With less space than this, a write that failed counts as one that failed for want of space.
    private static final long FULL_BYTES = 64 << 10;

    private final Path folder;
    private final FileChannel lockChannel;

    private FileDisk(Path folder, FileChannel lockChannel) {
        this.folder = folder;
        this.lockChannel = lockChannel;
    }

    /// Opens a folder that exists and locks it; fails when another process, or this one, has it open.
    public static FileDisk open(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath().normalize();
        FileChannel channel =
                FileChannel.open(absolute.resolve(LOCK_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (locked(channel) == null) {
                throw new IOException("the folder " + absolute + " is in use by another server: " + LOCK_NAME
                        + " in it is locked. Stop that server, or give this one a folder of its own.");
            }
            return new FileDisk(absolute, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// Whether somebody has the folder open at the moment; false if there is no such folder.
    public static boolean isInUse(Path folder) throws IOException {
        Path lock = folder.resolve(LOCK_NAME);
        if (!Files.exists(lock)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return locked(channel) == null;
        }
    }

    private static @Nullable FileLock locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    @Override
    public List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry)) {
                    names.add(entry.getFileName().toString());
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public DiskFile create(String name) throws IOException {
        Path path = path(name);
        try {
            return new OpenFile(
                    path,
                    FileChannel.open(
                            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw isForWantOfSpace(e, path) ? new NoSpaceException(String.valueOf(e.getMessage()), e) : e;
        }
    }

    /// A file that cannot be written is opened for reading only: tools look into folders that belong to others.
    @Override
    public DiskFile open(String name) throws IOException {
        Path path = path(name);
        return new OpenFile(
                path,
                Files.isWritable(path)
                        ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                        : FileChannel.open(path, StandardOpenOption.READ));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(path(name));
    }

    @Override
    public void force() throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public long usableBytes() throws IOException {
        // Not by way of the FileStore, which reads the table of mounts and needs a file descriptor for it.
        File file = folder.toFile();
        long usable = file.getUsableSpace();
        if (usable == 0 && file.getTotalSpace() == 0) {
            throw new IOException(folder + ": the file system does not say how much space it has");
        }
        return usable;
    }

    /// Java has no type for this failure, and the system's text may be in any language.
    private static boolean isForWantOfSpace(IOException failure, Path path) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No space left on device")
                || message.contains("quota exceeded")
                || !(failure instanceof ClosedChannelException)
                        && isFull(path.toAbsolutePath().getParent());
    }

    private static boolean isFull(@Nullable Path folder) {
        return folder != null
                && folder.toFile().getTotalSpace() > 0
                && folder.toFile().getUsableSpace() < FULL_BYTES;
    }

    @Override
    public String describe(String name) {
        return folder.resolve(name).toString();
    }

    /// Gives up the lock. Files that are still open stay so.
    @Override
    public void close() throws IOException {
        lockChannel.close();
    }

    private Path path(String name) {
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("not a plain file name: " + name);
        }
        return folder.resolve(name);
    }

    private record OpenFile(Path path, FileChannel channel) implements DiskFile {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(long position, byte[] into, int from, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(into, from, length);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, position + buffer.position() - from) < 0) {
                    break;
                }
            }
            return buffer.position() - from;
        }

        @Override
        public void write(long position, byte[] bytes, int from, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer, position + buffer.position() - from);
                }
            } catch (IOException e) {
                throw isForWantOfSpace(e, path) ? new NoSpaceException(path + ": " + e.getMessage(), e) : named(e);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            try {
                channel.truncate(size);
            } catch (IOException e) {
                throw named(e);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw named(e);
            }
        }

        /// With the name of the file, which a channel does not tell.
        private IOException named(IOException failure) {
            IOException named = new FileSystemException(path.toString(), null, failure.getMessage());
            named.initCause(failure);
            return named;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
