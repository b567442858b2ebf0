// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// Stands before each part of a multi, and once more, with `done`, behind the last one.
record MultiHeader(int type, boolean done, int error) implements WireRecord {

    static final MultiHeader END = new MultiHeader(-1, true, -1);

    static MultiHeader read(WireReader in) {
        return new MultiHeader(in.int32(), in.bool(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(type).bool(done).int32(error);
    }
}
