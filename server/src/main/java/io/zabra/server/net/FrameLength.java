// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Says of the length of a frame that is out of bounds what has probably gone wrong.
final class FrameLength {

    private static final int TLS_HANDSHAKE = 0x1603;

    private FrameLength() {}

    /// @param length the first four bytes of a frame
    /// @param first whether nothing came before on this connection: then it may be another protocol
    static String problem(int length, int bytesMax, boolean first) {
        if (first && length >>> 16 == TLS_HANDSHAKE) {
            return "the client speaks TLS, this port does not";
        }
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
        if (first && isText(bytes)) {
            return "not a ZooKeeper client: it begins with '" + new String(bytes, StandardCharsets.US_ASCII) + "'";
        }
        if (first || length < 0) {
            return "not a ZooKeeper client: the length of its " + (first ? "handshake" : "request") + " is " + length;
        }
        return "a frame of " + length + " bytes, the limit is jute.maxbuffer=" + bytesMax;
    }

    private static boolean isText(byte[] bytes) {
        for (byte b : bytes) {
            if (b < ' ' || b > '~') {
                return false;
            }
        }
        return true;
    }
}
