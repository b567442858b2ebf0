// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import java.util.List;

/// Faults put in on purpose, to test the simulator: each must be found. They sit in the simulated surroundings of the
/// server and in its settings, not in the server.
public enum Mutant {
    /// Nothing is wrong.
    NONE,
    /// The log reports transactions as durable before they are written.
    ACKNOWLEDGED_BEFORE_WRITTEN,
    /// The log reports transactions as durable before they are synced.
    ACKNOWLEDGED_BEFORE_SYNCED,
    /// Syncs do nothing.
    SYNC_IGNORED,
    /// The sessions of the snapshot and the log are forgotten at a start.
    SESSIONS_FORGOTTEN,
    /// After an error of the disk the server goes on as if the write had happened.
    ERROR_IGNORED,
    /// The machine's clock is followed blindly: a pause of the process counts against its clients.
    PAUSE_COUNTED,
    /// The last transaction of a batch is reported, but never written.
    LAST_WRITE_DROPPED,
    /// Old log files are removed although no snapshot covers them.
    LOGS_PURGED_TOO_EARLY,
    /// Events are sent after the batch, behind the replies.
    EVENTS_LATE,
    /// A snapshot is named after what was applied when it was finished, not when it was begun.
    SNAPSHOT_NAMED_AT_ITS_END,
    /// The clock by which the sweeper finds what is over runs ahead.
    TIME_TO_LIVE_CUT_SHORT,
    /// Containers that never had a child are swept.
    UNUSED_CONTAINERS_SWEPT,
    /// No ACL is checked.
    ACL_IGNORED,
    /// Hard quotas refuse nothing.
    QUOTA_IGNORED,
    /// A client that comes back with its watches is taken for one that has seen everything.
    CATCH_UP_FORGOTTEN,
    /// Persistent watches that come back with a client are not registered again.
    PERSISTENT_WATCHES_FORGOTTEN,
    /// Recursive watches are taken for plain persistent ones.
    RECURSIVE_WATCHES_PLAIN,
    /// The last operation of a multi is not carried out.
    MULTI_CUT_SHORT,
    /// A multiRead answers for all but its last operation.
    MULTI_READ_CUT_SHORT,
    /// Nobody tells the server that a slow client takes replies again.
    LINK_READY_FORGOTTEN,
    /// The server is not told that a client takes no replies.
    SLOW_CLIENTS_NOT_SEEN,
    /// What a slow client has asked meanwhile is done in the wrong order.
    HELD_REQUESTS_REVERSED,
    /// A slow client is told of no changes.
    EVENTS_LOST_ON_SLOW_CLIENTS,
    /// Reads wait for the log, whoever writes.
    READS_WAIT_FOR_THE_LOG,
    /// What a full disk did not take counts as written.
    FULL_DISK_TAKEN_FOR_WRITTEN,
    /// The log gives up on a full disk, without ending the process.
    FULL_DISK_NOT_TRIED_AGAIN,
    /// The server is not told that there is space again.
    SPACE_STAYS_SHORT,
    /// The server takes a full disk for one that is nearly full.
    FULL_TOLD_AS_LOW,
    /// Writes are refused for want of space, and done.
    REFUSED_WRITES_DONE,
    /// A sync that finds no space says that all is well.
    LATE_ERROR_IGNORED;

    private static final long ALL_SEEN = 1L << 40;

    /// What the server gets instead of a request.
    Request altered(Request request) {
        return switch (request) {
            case SetWatchesRequest set
            when this == CATCH_UP_FORGOTTEN -> new SetWatchesRequest(ALL_SEEN, set.data(), set.exist(), set.child());
            case SetWatches2Request set
            when this == CATCH_UP_FORGOTTEN ->
                new SetWatches2Request(
                        ALL_SEEN, set.data(), set.exist(), set.child(), set.persistent(), set.persistentRecursive());
            case SetWatches2Request set
            when this == PERSISTENT_WATCHES_FORGOTTEN ->
                new SetWatches2Request(set.relativeZxid(), set.data(), set.exist(), set.child(), List.of(), List.of());
            case AddWatchRequest(String path, var _)
            when this == RECURSIVE_WATCHES_PLAIN -> new AddWatchRequest(path, 0);
            case MultiRequest(List<Request> ops)
            when this == MULTI_CUT_SHORT && ops.size() > 1 -> new MultiRequest(ops.subList(0, ops.size() - 1));
            case MultiReadRequest(List<Request> ops)
            when this == MULTI_READ_CUT_SHORT && ops.size() > 1 -> new MultiReadRequest(ops.subList(0, ops.size() - 1));
            default -> request;
        };
    }
}
