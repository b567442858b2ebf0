// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.tree.DataTree;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/// How a recovery ended.
public sealed interface Recovered {

    /// The state is complete: it holds every transaction that was acknowledged.
    ///
    /// @param tree the tree after the last transaction
    /// @param sessionTimeoutsMs timeout in milliseconds by id, of the sessions that are open
    /// @param lastZxid zxid of the last transaction; the log goes on behind it
    /// @param snapshotZxid what the snapshot held
    /// @param replayed transactions that the log had beyond it
    /// @param notes what an operator should hear of, in the order in which it was met
    record Restored(
            DataTree tree,
            SortedMap<Long, Integer> sessionTimeoutsMs,
            long lastZxid,
            long snapshotZxid,
            long replayed,
            List<RecoveryNote> notes)
            implements Recovered {

        /// With more to tell.
        public Restored with(List<RecoveryNote> more) {
            List<RecoveryNote> all = new ArrayList<>(notes);
            all.addAll(more);
            return new Restored(tree, sessionTimeoutsMs, lastZxid, snapshotZxid, replayed, all);
        }
    }

    /// Going on might lose acknowledged data, or the data cannot be read. Nothing was changed on the disk.
    ///
    /// @param file the file in question, or the folder
    /// @param offset where in the file, in bytes; -1 if it is about the file as a whole
    /// @param reason what is wrong, a sentence
    /// @param remedy what an operator can do, a sentence or more
    /// @param damaged whether something is wrong with the files, and not with how they are to be used
    record Refused(String file, long offset, String reason, String remedy, boolean damaged) implements Recovered {

        /// All of it in one line.
        public String message() {
            return place() + ": " + reason + " " + remedy;
        }

        public String place() {
            return file + (offset < 0 ? "" : ", at byte " + offset);
        }
    }
}
