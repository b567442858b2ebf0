// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import java.util.List;

/// What a member of an ensemble asks of its disk. One order holds for all of it: each call takes effect after all calls
/// before it, and what a later one makes durable includes what the earlier ones did. So an epoch that is durable
/// says that the history before it is.
///
/// A failure of the disk is not an answer: the process ends.
public interface Journal extends Log {

    /// Removes all records behind `zxid`. Happens as a whole or not at all, whenever the process ends.
    void truncate(long zxid);

    /// Makes the epochs durable; answered by `PeerInput.EpochsDurable`.
    ///
    /// As long as the current epoch is below the accepted one, the records that follow are on trial: a process that
    /// starts again in this state forgets them.
    void epochs(Epochs epochs);

    /// Replaces all snapshots and records by a snapshot that was received, and the entries behind it, and makes the
    /// epochs durable: all in one step. Answered by `PeerInput.EpochsDurable`.
    void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs);

    /// Reads entries of the log behind `zxid` from the disk, about `bytesMax` bytes of them but one at least, none
    /// behind `last`. Answered by `PeerInput.LogRead`.
    void read(long zxid, long last, long bytesMax);

    /// Tells up to where records are committed. It need not be kept, but who knows it starts faster.
    void committed(long zxid);
}
