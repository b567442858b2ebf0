// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetAclRequest;
import io.zabra.wire.client.GetAllChildrenNumberRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetEphemeralsRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.Request;
import java.util.List;

/// Which reads have to show every write that was acknowledged to anybody before they were sent. As if the client had
/// sent a `sync` before each of them.
public final class LinearizableReads {

    private final List<String> paths;

    /// @param paths at and below which reads are linearizable
    public LinearizableReads(List<String> paths) {
        this.paths = List.copyOf(paths);
    }

    /// Whether `request` is such a read.
    public boolean include(Request request) {
        if (paths.isEmpty()) {
            return false;
        }
        return switch (request) {
            case GetDataRequest(String path, boolean _) -> cover(path);
            case ExistsRequest(String path, boolean _) -> cover(path);
            case GetChildrenRequest(String path, boolean _) -> cover(path);
            case GetChildren2Request(String path, boolean _) -> cover(path);
            case GetAclRequest(String path) -> cover(path);
            case GetAllChildrenNumberRequest(String path) -> cover(path) || isAbove(path);
            case GetEphemeralsRequest(String prefix) -> prefix == null || cover(prefix) || isAbove(prefix);
            case MultiReadRequest(List<Request> ops) -> ops.stream().anyMatch(this::include);
            default -> false;
        };
    }

    private boolean cover(String path) {
        for (String each : paths) {
            if (isAtOrBelow(path, each)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a question about everything below `path` is one about such a path too.
    private boolean isAbove(String path) {
        for (String each : paths) {
            if (each.startsWith(path)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAtOrBelow(String path, String top) {
        return path.startsWith(top)
                && (path.length() == top.length() || top.equals("/") || path.charAt(top.length()) == '/');
    }
}
