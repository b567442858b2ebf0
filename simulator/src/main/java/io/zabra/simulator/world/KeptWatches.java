// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.RemoveWatchesRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.WatcherEvent;
import java.util.List;
import java.util.TreeSet;

/// The watches that a client remembers, as Apache's does, so that it can set them anew on another connection.
public final class KeptWatches {

    private final TreeSet<String> data = new TreeSet<>();
    private final TreeSet<String> exist = new TreeSet<>();
    private final TreeSet<String> child = new TreeSet<>();
    private final TreeSet<String> persistent = new TreeSet<>();
    private final TreeSet<String> recursive = new TreeSet<>();

    public boolean isEmpty() {
        return data.isEmpty() && exist.isEmpty() && child.isEmpty() && persistent.isEmpty() && recursive.isEmpty();
    }

    public void forget() {
        data.clear();
        exist.clear();
        child.clear();
        persistent.clear();
        recursive.clear();
    }

    /// The request that sets them all.
    public Request again(long seenZxid) {
        List<String> ofData = List.copyOf(data);
        List<String> ofExist = List.copyOf(exist);
        List<String> ofChild = List.copyOf(child);
        return persistent.isEmpty() && recursive.isEmpty()
                ? new SetWatchesRequest(seenZxid, ofData, ofExist, ofChild)
                : new SetWatches2Request(
                        seenZxid, ofData, ofExist, ofChild, List.copyOf(persistent), List.copyOf(recursive));
    }

    public void answered(Request request, int error) {
        boolean well = error == 0;
        switch (request) {
            case GetDataRequest(String path, boolean watch) when watch && well -> data.add(path);
            case ExistsRequest(String path, boolean watch) when watch && well -> data.add(path);
            case ExistsRequest(String path, boolean watch) when watch && error == -101 -> exist.add(path);
            case GetChildrenRequest(String path, boolean watch) when watch && well -> child.add(path);
            case GetChildren2Request(String path, boolean watch) when watch && well -> child.add(path);
            case AddWatchRequest(String path, int mode) when well -> (mode == 0 ? persistent : recursive).add(path);
            case RemoveWatchesRequest(String path, int type) when well -> removed(path, type);
            default -> {
                // Nothing to remember.
            }
        }
    }

    private void removed(String path, int type) {
        if (type == 1 || type == 3) {
            child.remove(path);
        }
        if (type == 2 || type == 3) {
            data.remove(path);
            exist.remove(path);
        }
        if (type == 4 || type == 3) {
            persistent.remove(path);
        }
        if (type == 5 || type == 3) {
            recursive.remove(path);
        }
    }

    public void told(WatcherEvent event) {
        switch (event.type()) {
            case WatcherEvent.NODE_CHILDREN_CHANGED -> child.remove(event.path());
            case WatcherEvent.NODE_DELETED -> {
                data.remove(event.path());
                exist.remove(event.path());
                child.remove(event.path());
            }
            default -> {
                data.remove(event.path());
                exist.remove(event.path());
            }
        }
    }
}
