// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import io.zabra.storage.Disk;
import io.zabra.storage.DiskFile;
import java.io.IOException;
import java.util.List;

/// A disk that can be full: of a write behind what is there, half arrives.
final class TightDisk implements Disk {

    volatile boolean full;
    private final Disk disk;

    TightDisk(Disk disk) {
        this.disk = disk;
    }

    private static NoSpaceException noSpace() {
        return new NoSpaceException("no space, for a test", new IOException());
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public DiskFile create(String name) throws IOException {
        if (full) {
            throw noSpace();
        }
        return new TightFile(disk.create(name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new TightFile(disk.open(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void force() throws IOException {
        disk.force();
    }

    @Override
    public long usableBytes() throws IOException {
        return full ? 0 : disk.usableBytes();
    }

    @Override
    public String describe(String name) {
        return disk.describe(name);
    }

    private final class TightFile implements DiskFile {

        private final DiskFile file;

        private TightFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(long position, byte[] into, int from, int length) throws IOException {
            return file.read(position, into, from, length);
        }

        @Override
        public void write(long position, byte[] bytes, int from, int length) throws IOException {
            if (full && position + length > file.size()) {
                file.write(position, bytes, from, length / 2);
                throw noSpace();
            }
            file.write(position, bytes, from, length);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
