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
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A folder in memory that keeps what [Disk] promises and not a byte more: after [#powerLoss] unsynced writes are there
/// in part, torn, or gone, and so are unsynced names.
public final class SimDisk implements Disk {

    private static final int SECTOR = Content.SECTOR;
    private static final List<String> IN_USE = List.of("acceptedEpoch", "currentEpoch", "zabra.member", "zabra.synced");

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
    private int fillIn;
    private boolean late;
    private boolean forceIgnored;
    private boolean lateErrorIgnored;
    private boolean down;
    private long operations;
    private long generation;
    private long noSpaces;
    private @Nullable BadSector bad;

    public SimDisk(DiskFaults faults) {
        this.faults = faults;
    }

    /// Limits the space; what is there stays.
    ///
    /// @param discoveredLate whether it is the sync that fails, and not the write, as on disks that take writes without
    ///     finding space for them
    public void capacity(long bytes, boolean discoveredLate) {
        capacity = bytes;
        late = discoveredLate;
        fillIn = 0;
    }

    /// As [#capacity], with the space that is used when so many more operations have been begun.
    public void fillAfter(int operations, boolean discoveredLate) {
        fillIn = operations;
        late = discoveredLate;
    }

    /// Makes syncs lie when there is no space: a fault that must be found.
    public void ignoreLateErrors() {
        lateErrorIgnored = true;
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
            used += content.usedBytes();
        }
        return used;
    }

    /// Flips a bit in an old log or a snapshot. Returns what takes it back, as [#mend] does, but nothing that goes bad
    /// later; null if there is no such file.
    public @Nullable Runnable corrupt(Prng random) {
        List<String> old = new ArrayList<>();
        names.forEach((name, content) -> {
            boolean log = name.startsWith("log.") && names.keySet().stream().anyMatch(other -> isLater(other, name));
            if (content.length > 0 && (log || name.startsWith("snapshot."))) {
                old.add(name);
            }
        });
        if (old.isEmpty() || bad != null) {
            return null;
        }
        Content victim = Objects.requireNonNull(names.get(old.get(random.below(old.size()))));
        BadSector flipped = BadSector.flip(victim, random.below(victim.length), random);
        bad = flipped;
        return () -> {
            if (bad == flipped) {
                mend();
            }
        };
    }

    /// Something in a file that is in use goes bad, for ever; all that was written is on the disk by then. Returns
    /// which; null if there is none, or a bit reads wrong already.
    ///
    /// @param which may go bad
    public @Nullable String damage(Prng random, Predicate<String> which) {
        List<String> used = new ArrayList<>();
        names.forEach((name, content) -> {
            boolean newest = name.startsWith("log.") && names.keySet().stream().noneMatch(each -> isLater(each, name));
            if (content.length > 0 && (newest || IN_USE.contains(name) && which.test(name))) {
                used.addAll(newest ? List.of(name, name, name) : List.of(name));
            }
        });
        if (used.isEmpty() || bad != null) {
            return null;
        }
        names.values().forEach(content -> content.unsynced.clear());
        settle();
        String victim = used.get(random.below(used.size()));
        bad = BadSector.draw(Objects.requireNonNull(names.get(victim)), List.copyOf(names.values()), random);
        return bad.kind() + " in " + (victim.startsWith("log.") ? "the newest log" : victim);
    }

    /// What is wrong is nothing that counts.
    public void accept() {
        bad = null;
    }

    private static boolean isLater(String log, String other) {
        return log.startsWith("log.")
                && (log.length() > other.length() || log.length() == other.length() && log.compareTo(other) > 0);
    }

    /// What was wrong reads as it did before, unless it is wrong for ever.
    public void mend() {
        if (bad != null) {
            bad.mend();
        }
        bad = null;
    }

    /// Another disk, with nothing on it.
    public void format() {
        names.clear();
        bad = null;
        settle();
    }

    /// Whether something reads wrong.
    public boolean corrupt() {
        return bad != null;
    }

    /// The machine goes down: what was not synced survives in part, as the random numbers have it.
    public void powerLoss(Prng random) {
        TreeMap<String, Content> survivors = new TreeMap<>(durableNames);
        boolean inOrder = random.chance(50);
        int kept = random.below(unsyncedNames.size() + 1);
        for (int i = 0; i < unsyncedNames.size(); i++) {
            if (inOrder ? i < kept : random.chance(50)) {
                rename(survivors, unsyncedNames.get(i));
            }
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
        content.undo();
        int style = random.below(4);
        for (Content.Write write : content.unsynced) {
            boolean last = write == content.unsynced.getLast();
            int length = write.bytes().length;
            switch (style) {
                case 0 -> {
                    // All of it is lost.
                }
                case 1 -> content.write(write.position(), write.bytes(), 0, length);
                case 2 -> content.write(write.position(), write.bytes(), 0, last ? random.below(length + 1) : length);
                default -> sectors(content, write, random);
            }
        }
        content.unsynced.clear();
    }

    /// Some sectors of the write made it, others read as they were, or as zeros.
    private static void sectors(Content content, Content.Write write, Prng random) {
        int from = 0;
        while (from < write.bytes().length) {
            int toBoundary = SECTOR - (write.position() + from) % SECTOR;
            int length = Math.min(toBoundary, write.bytes().length - from);
            if (random.chance(50)) {
                content.write(write.position() + from, write.bytes(), from, length);
            }
            from += length;
        }
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
        if (fillIn > 0 && --fillIn == 0) {
            capacity = usedBytes();
        }
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
        if (!late && isFull()) {
            throw noSpace();
        }
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
        return capacity == Long.MAX_VALUE ? capacity : Math.max(0, capacity - usedBytes());
    }

    private boolean isFull() {
        return capacity != Long.MAX_VALUE && usableBytes() < SECTOR;
    }

    private NoSpaceException noSpace() {
        noSpaces++;
        return new NoSpaceException("simulated", new IOException("No space left on device"));
    }

    /// How often there was no space.
    public long noSpaces() {
        return noSpaces;
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
            return content.length;
        }

        @Override
        public int read(long position, byte[] into, int from, int length) throws IOException {
            end(start("read"));
            int count = Math.clamp(content.length - position, 0, length);
            System.arraycopy(content.bytes, (int) Math.min(position, content.length), into, from, count);
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
            if (capacity != Long.MAX_VALUE && !late) {
                int fitting = content.fitting((int) position, length, usableBytes());
                if (fitting < length) {
                    put(position, Arrays.copyOfRange(bytes, from, from + fitting));
                    throw noSpace();
                }
            }
            put(position, Arrays.copyOfRange(bytes, from, from + length));
            end(goesDown);
        }

        private void put(long position, byte[] bytes) {
            int at = (int) position;
            int overwritten = Math.clamp(content.length - position, 0, bytes.length);
            byte[] before = overwritten == 0 ? new byte[0] : Arrays.copyOfRange(content.bytes, at, at + overwritten);
            content.unsynced.add(new Content.Write(at, bytes, before, content.length));
            content.write(at, bytes, 0, bytes.length);
        }

        @Override
        public void truncate(long size) throws IOException {
            boolean goesDown = start("truncate");
            content.resize((int) size);
            content.unsynced.clear();
            end(goesDown);
        }

        @Override
        public void force() throws IOException {
            alive();
            boolean goesDown;
            try {
                goesDown = begin("sync of " + name);
            } catch (IOException e) {
                forget();
                throw e;
            }
            if (late && !content.unsynced.isEmpty() && usedBytes() > capacity) {
                forget();
                if (!lateErrorIgnored) {
                    noSpaces++;
                    throw new IOException("No space left on device (simulated)");
                }
            } else if (!forceIgnored) {
                content.unsynced.clear();
            }
            end(goesDown);
        }

        /// After an error the system may take pages for clean that never reached the disk, and drop them.
        private void forget() {
            if (faults.random().chance(50)) {
                survive(content, faults.random());
            }
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }
}
