// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import java.io.IOException;

/// A log that takes records one by one and makes them durable together. Used by one thread.
///
/// A [Disk.NoSpaceException] changes nothing, and the same call may be repeated. Any other failure is final.
public interface WriteAheadLog extends AutoCloseable {

    /// Takes a record behind the last one into the batch.
    ///
    /// @param entry header, transaction and digest as they stand in the log file
    void append(long zxid, byte[] entry) throws IOException;

    /// Makes all records durable that were taken, and returns the last.
    long sync() throws IOException;

    /// Syncs, and lets the next record open a new file.
    void roll() throws IOException;

    /// Does what can wait until there is nothing else to do.
    void settle() throws IOException;

    @Override
    void close() throws IOException;
}
