// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.stream;

import io.zabra.wire.WireReader;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.util.Arrays;

/// Twenty bytes at the end of the first record of a batch that say: everything before this batch was synced before the
/// batch was written.
///
/// So damage before such a record is none that a loss of power left in the last write, whatever it looks like. Apache's
/// readers ignore bytes behind the digest of a record, and these are covered by the record's checksum. The nonce is
/// drawn by the server and told to nobody but the `SyncMark`: a client that stores bytes like these in a znode proves
/// nothing.
///
/// Format, big-endian: int magic `ZBBM`, long offset of the batch in the file, long nonce.
public final class BatchMark {

    public static final int BYTES = 20;

    private static final int MAGIC = 0x5A42424D;
    private static final int TYPE_AT = 28;

    /// Least size of the end of a session that has a body and a digest.
    private static final int CLOSE_BYTES_MIN = 48;

    private BatchMark() {}

    /// Whether an entry may have more bytes behind it. Where its digest is missing they would be read as one, and where
    /// its body is missing, as that.
    public static boolean fits(byte[] entry, int from, int length) {
        if (length < TYPE_AT + Integer.BYTES) {
            return false;
        }
        int type = Bytes.int32(entry, from + TYPE_AT);
        return type != OpCode.ERROR.number() && (type != OpCode.CLOSE_SESSION.number() || length >= CLOSE_BYTES_MIN);
    }

    public static void put(byte[] into, int at, long nonce, long batchStart) {
        Bytes.int32(into, at, MAGIC);
        Bytes.int64(into, at + 4, batchStart);
        Bytes.int64(into, at + 12, nonce);
    }

    /// The entry without its mark, if it has one: what the other members of an ensemble get.
    public static byte[] stripped(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, ends(bytes, from, to) ? to - BYTES : to);
    }

    /// Whether an entry has a mark, of whatever nonce: then a server of Zabra's has written it.
    public static boolean ends(byte[] bytes, int from, int to) {
        int mark = to - BYTES;
        boolean looksMarked = mark >= from + TYPE_AT + Integer.BYTES && Bytes.int32(bytes, mark) == MAGIC;
        return looksMarked && behindTxn(bytes, from, to);
    }

    /// Whether there is as much behind the transaction as a mark takes, with a digest before it or without: the bytes
    /// that look like one may be a client's.
    private static boolean behindTxn(byte[] bytes, int from, int to) {
        WireReader in = new WireReader(bytes, from, to);
        TxnHeader header = TxnHeader.read(in);
        Txn.read(header.type(), in);
        return in.remaining() == BYTES || in.remaining() == BYTES + TxnDigest.BYTES;
    }

    /// Where a mark stands whose batch begins behind `start`, the place of the window in the file; -1 if there is none
    /// before `end`.
    public static long findBehind(Window at, long start, long end, long nonce) throws IOException {
        for (long offset = start; offset + BYTES <= end; offset++) {
            if (!at.ensure(BYTES)) {
                return -1;
            }
            int from = at.from();
            if (Bytes.int32(at.bytes(), from) == MAGIC
                    && Bytes.int64(at.bytes(), from + 12) == nonce
                    && Bytes.int64(at.bytes(), from + 4) > start) {
                return offset;
            }
            at.advance(1);
        }
        return -1;
    }
}
