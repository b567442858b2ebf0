// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.QuotaView;
import org.jspecify.annotations.Nullable;

/// Says whether a hard quota forbids a write. It judges by the applied tree, as Apache does, so pipelined writes may
/// overshoot.
final class QuotaGuard {

    private final DataTree tree;
    private final boolean enforced;

    QuotaGuard(DataTree tree, boolean enforced) {
        this.tree = tree;
        this.enforced = enforced;
    }

    boolean refusesCreate(String path, int bytes) {
        return refuses(path, 1, bytes);
    }

    boolean refusesData(String path, int bytesBefore, int bytesAfter) {
        return refuses(path, 0, bytesAfter - bytesBefore);
    }

    private boolean refuses(String path, long count, long bytes) {
        if (!enforced) {
            return false;
        }
        @Nullable QuotaView quota = tree.quota(path);
        return quota != null && quota.refuses(count, bytes);
    }
}
