// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// Digest of the whole tree after a transaction, 12 bytes.
public record TxnDigest(int version, long digest) implements WireRecord {

    public static TxnDigest read(WireReader in) {
        return new TxnDigest(in.int32(), in.int64());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(version).int64(digest);
    }

    /// The only version that is written today.
    public static final int VERSION = 2;

    /// Encoded size in bytes.
    public static final int BYTES = 12;
}
