// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

/// How one log file ends.
public sealed interface LogEnd {

    /// Where the valid records end, in bytes from the start of the file.
    long offset();

    /// The file ends behind a whole record, or in zeros after it.
    record Clean(long offset) implements LogEnd {}

    /// The file was made, but its header did not get to the disk, and nothing else did either.
    record Empty(long offset) implements LogEnd {}

    /// A write that never came to its end: the start of a record stands there and nothing behind it, or sectors of the
    /// last write are missing.
    record Torn(long offset, String reason) implements LogEnd {}

    /// The last record is whole, but for its end mark, which reads as zero or is cut off. Apache's reader does not
    /// take it; its checksum is right, and the record can be had from the reader.
    ///
    /// @param markAt where the end mark belongs
    record Unmarked(long offset, long markAt) implements LogEnd {}

    /// Bytes that no cut-short write explains: something was changed or lost after it was written.
    record Corrupt(long offset, String reason) implements LogEnd {}
}
