// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Stat;
import org.jspecify.annotations.Nullable;

/// Answer to `getChildren` (Stat is null) and `getChildren2` with the names already encoded (count and strings), so
/// that the server can keep the bytes of a large directory. Clients never see it: they decode the same bytes as
/// [GetChildrenResponse] or [GetChildren2Response]. The array must not change.
public record EncodedChildrenResponse(
        byte[] encodedVector, @Nullable Stat stat) implements Response {

    @Override
    public void write(WireWriter out) {
        out.raw(encodedVector);
        if (stat != null) {
            stat.write(out);
        }
    }
}
