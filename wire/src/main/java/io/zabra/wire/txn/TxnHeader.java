// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// Header of every transaction, 32 bytes. `clientId` is the session and `cxid` the xid of its request (both 0 when
/// the server made it); `timeMs` is the wall clock of the leader; `type` is the opcode number that decides the record.
public record TxnHeader(long clientId, int cxid, long zxid, long timeMs, int type) implements WireRecord {

    public static TxnHeader read(WireReader in) {
        return new TxnHeader(in.int64(), in.int32(), in.int64(), in.int64(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.int64(clientId).int32(cxid).int64(zxid).int64(timeMs).int32(type);
    }

    /// Encoded size in bytes.
    public static final int BYTES = 32;
}
