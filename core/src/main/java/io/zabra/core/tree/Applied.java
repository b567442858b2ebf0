// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Stat;
import java.util.List;

/// What a transaction did to the tree: all that its reply needs. Stats are as they were right after that part.
public sealed interface Applied {

    record Created(String path, Stat stat) implements Applied {}

    record Deleted(String path) implements Applied {}

    record DataSet(String path, Stat stat) implements Applied {}

    record AclSet(String path, Stat stat) implements Applied {}

    record Checked(String path) implements Applied {}

    record SessionCreated(long sessionId, int timeoutMs) implements Applied {}

    /// `deleted`: the ephemeral nodes that went, in order.
    record SessionClosed(long sessionId, List<String> deleted) implements Applied {}

    /// The transaction stands for a refused request, or is one that [DataTree#replay] had to skip.
    record Failed(int error) implements Applied {

        static Failed of(ErrorCode code) {
            return new Failed(code.number());
        }
    }

    /// One result for each part. If any part is an error then nothing was done: parts before it are `Failed(0)`, the
    /// culprit has its code, parts behind it `RUNTIME_INCONSISTENCY`.
    record Multi(List<Applied> results) implements Applied {}
}
