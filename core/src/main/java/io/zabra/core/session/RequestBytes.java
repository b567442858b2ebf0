// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.CheckWatchesRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetAclRequest;
import io.zabra.wire.client.GetAllChildrenNumberRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetEphemeralsRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.RemoveWatchesRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.SyncRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Estimates what a decoded request takes in memory while it waits.
final class RequestBytes {

    /// Of an object or two.
    private static final long BASE = 64;

    private RequestBytes() {}

    static long of(@Nullable Request request) {
        return switch (request) {
            case GetDataRequest get -> of(get.path());
            case ExistsRequest exists -> of(exists.path());
            case GetChildrenRequest get -> of(get.path());
            case GetChildren2Request get -> of(get.path());
            case GetAclRequest get -> of(get.path());
            case GetAllChildrenNumberRequest count -> of(count.path());
            case GetEphemeralsRequest get -> of(get.prefix());
            case SyncRequest sync -> of(sync.path());
            case AddWatchRequest add -> of(add.path());
            case CheckWatchesRequest check -> of(check.path());
            case RemoveWatchesRequest remove -> of(remove.path());
            case SetWatchesRequest set -> of(set.data()) + of(set.exist()) + of(set.child());
            case SetWatches2Request set ->
                of(set.data())
                        + of(set.exist())
                        + of(set.child())
                        + of(set.persistent())
                        + of(set.persistentRecursive());
            case MultiReadRequest multi -> {
                long bytes = BASE;
                for (Request op : multi.ops()) {
                    bytes += of(op);
                }
                yield bytes;
            }
            // Its answer is known.
            case null -> 0;
            // The others have no fields.
            default -> BASE;
        };
    }

    private static long of(@Nullable String text) {
        return BASE + (text == null ? 0 : text.length());
    }

    private static long of(List<String> texts) {
        long bytes = BASE;
        for (String text : texts) {
            bytes += of(text);
        }
        return bytes;
    }
}
