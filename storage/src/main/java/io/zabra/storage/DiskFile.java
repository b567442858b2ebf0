// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.storage.stream.Window;
import java.io.IOException;

/// An open file of a [Disk]; positions and sizes are in bytes. What lasts is said there.
public interface DiskFile extends AutoCloseable {

    /// Length of the file, unsynced writes included.
    long size() throws IOException;

    /// Reads `length` bytes from `position` on and returns how many there were: fewer only at the end of the file.
    int read(long position, byte[] into, int from, int length) throws IOException;

    /// Writes all the bytes at `position`; a gap before it reads as zeros.
    void write(long position, byte[] bytes, int from, int length) throws IOException;

    /// Cuts the file to `size` bytes, which must not be more than it has.
    void truncate(long size) throws IOException;

    /// Makes bytes and length durable (`fdatasync`); not the name of a new file, for that see [Disk#force()].
    void force() throws IOException;

    @Override
    void close() throws IOException;

    /// The bytes of this file from `start` to its end.
    default Window.Source from(long start) {
        return new Window.Source() {
            private long at = start;

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int count = DiskFile.this.read(at, into, from, length);
                at += count;
                return count == 0 ? -1 : count;
            }
        };
    }
}
