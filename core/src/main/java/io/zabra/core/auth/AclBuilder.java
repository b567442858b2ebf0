// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.List;

/// An ACL in the making. Once it is full it takes no more, and only says why.
final class AclBuilder {

    private final List<Acl> entries = new ArrayList<>();
    private final int entriesMax;
    private final long bytesMax;
    private long bytes = Integer.BYTES;

    AclBuilder(int entriesMax, long bytesMax) {
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
    }

    void add(Acl entry) {
        if (!isFull()) {
            entries.add(entry);
            bytes += entry.encodedLength();
        }
    }

    boolean isFull() {
        return entries.size() > entriesMax || bytes > bytesMax;
    }

    FixedAcl refusal() {
        return entries.size() > entriesMax ? FixedAcl.INVALID : FixedAcl.TOO_LONG;
    }

    FixedAcl fixed() {
        return new FixedAcl.Valid(List.copyOf(entries));
    }
}
