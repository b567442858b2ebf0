// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// One entry of the transaction log, and the payload of a proposal: header, record and, where known, the digest of the
/// tree after it. Nothing flags the digest: it is there when at least its twelve bytes are left. More bytes are
/// ignored.
public record LoggedTxn(TxnHeader header, Txn txn, @Nullable TxnDigest digest) implements WireRecord {

    public static LoggedTxn read(byte[] entry) {
        return read(entry, 0, entry.length);
    }

    /// Reads the entry from `from` (inclusive) to `to` (exclusive).
    public static LoggedTxn read(byte[] entry, int from, int to) {
        return read(new WireReader(entry, from, to));
    }

    /// Reads an entry that fills the rest of the region.
    public static LoggedTxn read(WireReader in) {
        TxnHeader header = TxnHeader.read(in);
        Txn txn = Txn.read(header.type(), in);
        return new LoggedTxn(header, txn, in.remaining() < TxnDigest.BYTES ? null : TxnDigest.read(in));
    }

    @Override
    public void write(WireWriter out) {
        header.write(out);
        txn.write(out);
        if (digest != null) {
            digest.write(out);
        }
    }

    /// The bytes of the entry as they go into the log.
    public byte[] encode() {
        return encode(new WireWriter());
    }

    /// The bytes of the entry as they go into the log, by way of a writer whose content does not matter.
    public byte[] encode(WireWriter scratch) {
        scratch.reset();
        write(scratch);
        return scratch.toByteArray();
    }
}
