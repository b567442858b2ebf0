// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.disk;

import io.zabra.core.base.Prng;
import io.zabra.storage.Disk;
import io.zabra.storage.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A folder in memory that keeps what [Disk] promises and not a byte more: after [#powerLoss] unsynced writes are there
/// in part, torn, or gone, and so are unsynced names.
public final class SimDisk implements Disk {

    private static final int SECTOR = 512;

    /// One write that no sync has followed yet.
    private record Write(long position, byte[] bytes) {}

    /// The bytes of one file, wherever its name is.
    private static final class Content {
        private byte[] durable = new byte[0];
        private byte[] now = new byte[0];
        private final List<Write> unsynced = new ArrayList<>();
    }

    /// A change of names that no sync of the folder has followed yet.
    ///
    /// @param from the name that goes; null for a new file
    /// @param to the name that comes; null for a removal
    private record NameChange(
            @Nullable String from, @Nullable String to, Content content) {}

    private final DiskFaults faults;
    private final TreeMap<String, Content> names = new TreeMap<>();
    private final TreeMap<String, Content> durableNames = new TreeMap<>();
    private final List<NameChange> unsyncedNames = new ArrayList<>();
    private long capacity = Long.MAX_VALUE;
    private boolean forceIgnored;
    private boolean down;
    private long operations;
    private long generation;

    public SimDisk(DiskFaults faults) {
        this.faults = faults;
    }

    /// Limits the space; what is there stays.
    public void capacity(long bytes) {
        capacity = bytes;
    }

    /// Makes syncs lie: a fault that must be found.
    public void ignoreForce() {
        forceIgnored = true;
    }

    /// How many operations there have been.
    public long operations() {
        return operations;
    }

    /// How many operations have failed with an error.
    public long errors() {
        return faults.errors();
    }

    public long usedBytes() {
        long used = 0;
        for (Content content : names.values()) {
            used += content.now.length;
        }
        return used;
    }

    /// The machine goes down: what was not synced survives in part, as the random numbers have it.
    public void powerLoss(Prng random) {
        TreeMap<String, Content> survivors = new TreeMap<>(durableNames);
        int kept = random.below(unsyncedNames.size() + 1);
        for (NameChange change : unsyncedNames.subList(0, kept)) {
            rename(survivors, change);
        }
        names.clear();
        names.putAll(survivors);
        for (Content content : survivors.values()) {
            survive(content, random);
        }
        settle();
    }

    /// The process alone goes down: everything it wrote is there, synced or not, and the machine will sync it.
    public void processLoss() {
        generation++;
        down = false;
    }

    private void settle() {
        durableNames.clear();
        durableNames.putAll(names);
        unsyncedNames.clear();
        generation++;
        down = false;
    }

    private static void survive(Content content, Prng random) {
        byte[] bytes = content.durable;
        int style = random.below(4);
        for (Write write : content.unsynced) {
            boolean last = write == content.unsynced.getLast();
            switch (style) {
                case 0 -> {
                    // All of it is lost.
                }
                case 1 -> bytes = applied(bytes, write, write.bytes.length);
                case 2 ->
                    bytes = applied(bytes, write, last ? random.below(write.bytes.length + 1) : write.bytes.length);
                default -> bytes = sectors(bytes, write, random);
            }
        }
        content.durable = bytes;
        content.now = bytes;
        content.unsynced.clear();
    }

    /// Some sectors of the write made it, others read as they were, or as zeros.
    private static byte[] sectors(byte[] bytes, Write write, Prng random) {
        byte[] result = bytes;
        int from = 0;
        while (from < write.bytes.length) {
            int toBoundary = (int) (SECTOR - (write.position + from) % SECTOR);
            int length = Math.min(toBoundary, write.bytes.length - from);
            if (random.chance(50)) {
                byte[] piece = Arrays.copyOfRange(write.bytes, from, from + length);
                result = applied(result, new Write(write.position + from, piece), length);
            }
            from += length;
        }
        return result;
    }

    private static byte[] applied(byte[] bytes, Write write, int length) {
        if (length == 0) {
            return bytes;
        }
        int end = (int) write.position + length;
        byte[] result = Arrays.copyOf(bytes, Math.max(bytes.length, end));
        System.arraycopy(write.bytes, 0, result, (int) write.position, length);
        return result;
    }

    private static void rename(Map<String, Content> names, NameChange change) {
        if (change.from != null) {
            names.remove(change.from);
        }
        if (change.to != null) {
            names.put(change.to, change.content);
        }
    }

    /// Begins an operation; true when the machine goes down after it.
    private boolean begin(String what) throws IOException {
        if (down) {
            throw new PowerLoss();
        }
        operations++;
        return switch (faults.next()) {
            case FINE -> false;
            case ERROR -> throw new IOException("simulated error of the disk: " + what);
            case DOWN_BEFORE -> {
                down = true;
                throw new PowerLoss();
            }
            case DOWN_AFTER -> true;
        };
    }

    private void end(boolean goesDown) {
        if (goesDown) {
            down = true;
            throw new PowerLoss();
        }
    }

    @Override
    public List<String> list() throws IOException {
        end(begin("list"));
        return new ArrayList<>(names.keySet());
    }

    @Override
    public DiskFile create(String name) throws IOException {
        boolean goesDown = begin("create " + name);
        if (names.containsKey(name)) {
            throw new IOException(name + " exists");
        }
        Content content = new Content();
        change(new NameChange(null, name, content));
        end(goesDown);
        return new OpenFile(name, content, generation);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        end(begin("open " + name));
        return new OpenFile(name, existing(name), generation);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        boolean goesDown = begin("rename " + from);
        change(new NameChange(from, to, existing(from)));
        end(goesDown);
    }

    @Override
    public void delete(String name) throws IOException {
        boolean goesDown = begin("delete " + name);
        change(new NameChange(name, null, existing(name)));
        end(goesDown);
    }

    @Override
    public void force() throws IOException {
        boolean goesDown = begin("sync of the folder");
        if (!forceIgnored) {
            durableNames.clear();
            durableNames.putAll(names);
            unsyncedNames.clear();
        }
        end(goesDown);
    }

    @Override
    public long usableBytes() {
        return Math.max(0, capacity - usedBytes());
    }

    @Override
    public String describe(String name) {
        return "sim:" + name;
    }

    private Content existing(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new IOException(name + " does not exist");
        }
        return content;
    }

    private void change(NameChange change) {
        unsyncedNames.add(change);
        rename(names, change);
    }

    private final class OpenFile implements DiskFile {

        private final String name;
        private final Content content;
        private final long openedIn;

        OpenFile(String name, Content content, long openedIn) {
            this.name = name;
            this.content = content;
            this.openedIn = openedIn;
        }

        private boolean start(String what) throws IOException {
            alive();
            return begin(what + " of " + name);
        }

        /// A process that is gone writes nothing any more.
        private void alive() throws IOException {
            if (openedIn != generation) {
                throw new IOException("the file was opened by a process that is gone");
            }
        }

        @Override
        public long size() {
            return content.now.length;
        }

        @Override
        public int read(long position, byte[] into, int from, int length) throws IOException {
            end(start("read"));
            int count = Math.clamp(content.now.length - position, 0, length);
            System.arraycopy(content.now, (int) Math.min(position, content.now.length), into, from, count);
            return count;
        }

        @Override
        public void write(long position, byte[] bytes, int from, int length) throws IOException {
            alive();
            boolean goesDown;
            try {
                goesDown = begin("write of " + name);
            } catch (IOException | PowerLoss e) {
                // A failed write may have written a part.
                put(
                        position,
                        Arrays.copyOfRange(bytes, from, from + faults.random().below(length + 1)));
                throw e;
            }
            long growth = Math.max(0, position + length - content.now.length);
            if (growth > usableBytes()) {
                throw new IOException("No space left on device (simulated)");
            }
            put(position, Arrays.copyOfRange(bytes, from, from + length));
            end(goesDown);
        }

        private void put(long position, byte[] bytes) {
            Write write = new Write(position, bytes);
            content.unsynced.add(write);
            content.now = applied(content.now, write, bytes.length);
        }

        @Override
        public void truncate(long size) throws IOException {
            boolean goesDown = start("truncate");
            content.now = Arrays.copyOf(content.now, (int) size);
            content.durable = content.now;
            content.unsynced.clear();
            end(goesDown);
        }

        @Override
        public void force() throws IOException {
            boolean goesDown = start("sync");
            if (!forceIgnored) {
                content.durable = content.now;
                content.unsynced.clear();
            }
            end(goesDown);
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }
}
