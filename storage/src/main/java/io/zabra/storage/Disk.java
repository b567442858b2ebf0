// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/// One folder of a disk: all that storage knows of files. The real one is `FileDisk`; the simulator has its own.
///
/// What survives a crash of the machine, and nothing more may be relied on:
/// - bytes and length of a file: what was there when [DiskFile#force()] last returned. Of writes after that, any part
///   may be there, none, or pieces of them; a file that grew may hold zeros where no write arrived;
/// - names: [#create], [#rename] and [#delete] are durable once [#force()] has returned. Before that each of them may
///   or may not have happened, but one that happened is whole: a rename replaces its target atomically;
/// - after a crash of the process alone everything is there.
///
/// A failed call may have had its effect, a part of it, or none. After a failed `force` nothing may be assumed of the
/// writes before it, not even that a second `force` will bring them to the disk: callers stop.
///
/// Names are plain file names. Files may be used by one thread at a time, the folder by several.
public interface Disk {

    /// The disk is full, or a quota is used up. What failed was not a sync: the same write may be tried again at the
    /// same place once there is space, and until then a part of it may stand there.
    final class NoSpaceException extends IOException {

        private static final long serialVersionUID = 1L;

        public NoSpaceException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// Names of the files in the folder, sorted by their characters; folders inside are left out.
    List<String> list() throws IOException;

    /// Makes a new, empty file; fails when the name is taken.
    DiskFile create(String name) throws IOException;

    /// Opens a file that exists, for reading and writing; a `NoSuchFileException` if there is none.
    DiskFile open(String name) throws IOException;

    /// Gives a file a new name, replacing whatever had it.
    void rename(String from, String to) throws IOException;

    /// Removes a file; fails when there is none.
    void delete(String name) throws IOException;

    /// Makes all earlier changes of names durable.
    void force() throws IOException;

    /// Bytes that can still be written before the disk is full.
    long usableBytes() throws IOException;

    /// Name of a file as an operator wants to read it in a message: the whole path.
    String describe(String name);

    /// Sum of the lengths of all files, as `dirs` and the metrics tell it; preallocated space counts.
    default long totalBytes() throws IOException {
        long sum = 0;
        for (String name : list()) {
            try (DiskFile file = open(name)) {
                sum += file.size();
            } catch (NoSuchFileException _) {
                // Purged since the list was made: it takes no space any more.
            }
        }
        return sum;
    }
}
