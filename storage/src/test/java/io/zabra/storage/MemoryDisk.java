// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.base.Prng;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;

/// A folder in memory that keeps what is durable apart from what is not, and can crash before any operation.
final class MemoryDisk implements Disk {

    static final class Crash extends IOException {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash");
        }
    }

    private static final class Content {
        byte[] now = {};
        byte[] durable = {};
    }

    private TreeMap<String, Content> names = new TreeMap<>();
    private TreeMap<String, Content> durableNames = new TreeMap<>();
    private int operationsLeft = Integer.MAX_VALUE;
    private int operations;
    private int forces;

    /// Lets the operation after `count` more ones fail, and all that follow.
    void crashAfter(int count) {
        operationsLeft = count;
    }

    int operations() {
        return operations;
    }

    int forces() {
        return forces;
    }

    /// What another process finds after this one was killed.
    MemoryDisk afterKill() {
        MemoryDisk disk = new MemoryDisk();
        names.forEach((name, content) -> disk.put(name, content.now));
        return disk;
    }

    /// What is there after a loss of power: of each unsynced write and change of a name, something drawn at random.
    MemoryDisk afterPowerLoss(Prng random) {
        MemoryDisk disk = new MemoryDisk();
        TreeMap<String, Content> base = random.chance(50) ? names : durableNames;
        base.forEach((name, content) -> disk.put(name, torn(content, random)));
        return disk;
    }

    /// The start of what was written since the last sync; the length may be new already and the rest zeros.
    private static byte[] torn(Content content, Prng random) {
        byte[] result = content.durable;
        int first = Arrays.mismatch(content.durable, content.now);
        if (first < 0) {
            return result.clone();
        }
        int cut = first + random.below(content.now.length - Math.min(first, content.now.length - 1) + 1);
        byte[] grown = Arrays.copyOf(result, random.chance(50) ? Math.max(cut, result.length) : content.now.length);
        System.arraycopy(content.now, 0, grown, 0, Math.min(Math.min(cut, grown.length), content.now.length));
        return grown;
    }

    void put(String name, byte[] bytes) {
        Content content = new Content();
        content.now = bytes.clone();
        content.durable = bytes.clone();
        names.put(name, content);
        durableNames.put(name, content);
    }

    /// Names that are gone, and that a loss of power may bring back.
    List<String> notGoneForGood() {
        return durableNames.keySet().stream()
                .filter(name -> !names.containsKey(name))
                .toList();
    }

    byte[] bytes(String name) {
        return names.get(name).now.clone();
    }

    MemoryDisk copy() {
        return afterKill();
    }

    MemoryDisk with(String name, BiFunction<byte[], Integer, byte[]> change, int at) {
        MemoryDisk disk = copy();
        disk.put(name, change.apply(bytes(name), at));
        return disk;
    }

    @Override
    public List<String> list() throws IOException {
        return new ArrayList<>(names.keySet());
    }

    @Override
    public DiskFile create(String name) throws IOException {
        step();
        if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        Content content = new Content();
        names.put(name, content);
        return new OpenFile(content);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new OpenFile(existing(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        step();
        names.put(to, existing(from));
        names.remove(from);
    }

    @Override
    public void delete(String name) throws IOException {
        step();
        existing(name);
        names.remove(name);
    }

    @Override
    public void force() throws IOException {
        step();
        durableNames = new TreeMap<>(names);
    }

    @Override
    public long usableBytes() {
        return 1L << 40;
    }

    @Override
    public String describe(String name) {
        return "/memory/" + name;
    }

    private Content existing(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return content;
    }

    private void step() throws IOException {
        operations++;
        if (operationsLeft-- <= 0) {
            throw new Crash();
        }
    }

    private final class OpenFile implements DiskFile {

        private final Content content;

        OpenFile(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.now.length;
        }

        @Override
        public int read(long position, byte[] into, int from, int length) {
            int count = (int) Math.max(0, Math.min(length, content.now.length - position));
            System.arraycopy(content.now, (int) Math.min(position, content.now.length), into, from, count);
            return count;
        }

        @Override
        public void write(long position, byte[] bytes, int from, int length) throws IOException {
            step();
            int end = Math.toIntExact(position + length);
            byte[] grown = Arrays.copyOf(content.now, Math.max(end, content.now.length));
            System.arraycopy(bytes, from, grown, (int) position, length);
            content.now = grown;
        }

        @Override
        public void truncate(long size) throws IOException {
            step();
            content.now = Arrays.copyOf(content.now, (int) Math.min(size, content.now.length));
        }

        @Override
        public void force() throws IOException {
            step();
            forces++;
            content.durable = content.now.clone();
        }

        @Override
        public void close() {}
    }
}
