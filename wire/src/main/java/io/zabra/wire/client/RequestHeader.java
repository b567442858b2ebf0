// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// Header of every request but the first one. Xids below 1 have fixed meanings: -2 ping, -4 auth, -8 setWatches.
public record RequestHeader(int xid, int op) implements WireRecord {

    public static RequestHeader read(WireReader in) {
        return new RequestHeader(in.int32(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(xid).int32(op);
    }
}
