// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// Header of every answer and event. `zxid` is the last one applied by the server; `error` is an
/// [io.zabra.wire.data.ErrorCode] number, and a body follows only when it is 0.
public record ReplyHeader(int xid, long zxid, int error) implements WireRecord {

    public static ReplyHeader read(WireReader in) {
        return new ReplyHeader(in.int32(), in.int64(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(xid).int64(zxid).int32(error);
    }

    /// Xid of a notification.
    public static final int NOTIFICATION_XID = -1;

    /// Xid of the answer to a ping, whatever the ping carried.
    public static final int PING_XID = -2;

    /// Xid that clients give to auth packets.
    public static final int AUTH_XID = -4;

    /// Xid that clients give to `setWatches` and `setWatches2`.
    public static final int SET_WATCHES_XID = -8;
}
