// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;

/// Looks for the end of a [QuorumPacket] in the bytes that have come so far. The packet is not decoded.
final class PacketScan {

    /// Type and zxid.
    private static final int HEAD = Integer.BYTES + Long.BYTES;

    private static final int NULL_LENGTH = -1;

    /// Identities of one client: one for each scheme, as a rule. Bounds the work of looking again.
    private static final int IDS_MAX = 1024;

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final int lengthMax;

    /// Length of what was passed; above `to - from` when that has not come yet.
    private long passed = HEAD;

    PacketScan(byte[] bytes, int from, int to, int lengthMax) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.lengthMax = lengthMax;
    }

    /// Length of the packet, or -1 if more bytes are needed.
    int length() {
        if (!field() || !here(Integer.BYTES)) {
            return -1;
        }
        int strings = 2 * count(IDS_MAX);
        for (int i = 0; i < strings; i++) {
            if (!field()) {
                return -1;
            }
        }
        return here(0) ? (int) passed : -1;
    }

    /// Passes a buffer or string; false if its end cannot be known yet.
    private boolean field() {
        if (!here(Integer.BYTES)) {
            return false;
        }
        int length = count(lengthMax);
        pass(length);
        return true;
    }

    private void pass(int more) {
        passed += more;
        if (passed > lengthMax) {
            throw new MalformedPacketException("quorum packet of more than " + lengthMax + " bytes");
        }
    }

    private boolean here(int more) {
        return passed + more <= to - from;
    }

    /// Passes a count or length, whose bytes are here; null counts 0.
    private int count(int max) {
        int count = new WireReader(bytes, from + (int) passed, to).int32();
        pass(Integer.BYTES);
        if (count == NULL_LENGTH) {
            return 0;
        }
        if (count < 0 || count > max) {
            throw new MalformedPacketException("quorum packet with a field of " + count + ", at most " + max);
        }
        return count;
    }
}
