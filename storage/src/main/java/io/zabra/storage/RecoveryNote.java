// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import java.util.List;

/// Something that recovery met and could deal with; an operator should hear of it.
public sealed interface RecoveryNote {

    /// The folder was new: an empty tree was made, and a first snapshot of it.
    record StartedEmpty() implements RecoveryNote {}

    /// The last write to the log was cut short, before anyone was told that it had happened; its rest was removed.
    ///
    /// @param bytesCut without the zeros behind it, which are space that was reserved
    record TornTail(String file, long offset, long bytesCut, String reason) implements RecoveryNote {}

    /// The last record of the log was whole, but for its end mark, which was written anew.
    record EndMarkRestored(String file, long offset) implements RecoveryNote {}

    /// A server of Apache's had logged records again that were there already; they were taken out.
    record RepeatsRemoved(String file, int records) implements RecoveryNote {}

    /// The last log file held no record and was removed.
    record EmptyLogRemoved(String file) implements RecoveryNote {}

    /// An older log file ends in a write that was cut short; the next one goes on exactly there, so nothing is missing.
    record OldTornTail(String file, long offset) implements RecoveryNote {}

    /// A snapshot could not be used, and an older one was taken.
    record SnapshotSkipped(String file, String reason) implements RecoveryNote {}

    /// A snapshot that is not the first is all that there is: if the log was lost or is kept elsewhere, so are the
    /// transactions behind it.
    record SnapshotWithoutLog(String file) implements RecoveryNote {}

    /// The file that tells how far the log was synced cannot be read, so that records missing at its end would go
    /// unnoticed.
    record SyncMarkUnreadable(String file) implements RecoveryNote {}

    /// The tree differs from what its writer had: from this zxid on the digest is another one. Told once.
    record DigestMismatch(long zxid, long expected, long computed) implements RecoveryNote {}

    /// This member has lost what it had: it has no say until a leader's snapshot is installed.
    ///
    /// @param kept what of the damaged files is still there
    record Fenced(List<String> kept) implements RecoveryNote {}

    /// One of Apache's files with an epoch held no number. The member's own record knows it, and the file was written
    /// anew.
    record EpochFileUnreadable(String file) implements RecoveryNote {}

    /// A server of Zabra's has written this log, and the record of what it has promised as a member is not there. That
    /// is right if it was never a member before.
    record MemberRecordMissing(String file) implements RecoveryNote {}

    /// The tree is known to be wrong, though the log is right: the next leader is asked for a snapshot of its own.
    record TreeSuspected(String file) implements RecoveryNote {}

    /// A session that does not exist owned ephemeral nodes, which were deleted.
    record OrphansRemoved(long sessionId, List<String> paths) implements RecoveryNote {}
}
