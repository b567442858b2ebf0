// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import io.zabra.wire.WireWriter;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.RequestHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One request encoded once, as the frame that goes on the wire; what changes from send to send is patched in place:
/// the xid, and the digits of a counter where the text of the request holds [#DIGITS].
///
/// Not thread-safe: one sender owns it, because the patched digits live in the template.
public final class Template {

    /// Placeholder for a counter of ten decimal digits in a path.
    public static final String DIGITS = "##########";

    private static final int XID_AT = 4;

    private final byte[] frame;
    private final int[] digitsAt;

    private Template(byte[] frame, int[] digitsAt) {
        this.frame = frame;
        this.digitsAt = digitsAt;
    }

    public static Template of(Request request) {
        var out = new WireWriter();
        int start = out.beginFrame();
        new RequestHeader(0, request.op().number()).write(out);
        request.write(out);
        out.endFrame(start);
        byte[] frame = out.toByteArray();
        return new Template(frame, placeholders(frame));
    }

    /// Length of the whole frame in bytes, its own length field included.
    public int length() {
        return frame.length;
    }

    /// Appends the frame; `out` must have [#length()] bytes left.
    public void put(ByteBuffer out, int xid) {
        int at = out.position();
        out.put(frame);
        out.putInt(at + XID_AT, xid);
    }

    /// Appends the frame with its placeholders numbered `first`, `first + 1`, ... in their order.
    public void put(ByteBuffer out, int xid, long first) {
        for (int i = 0; i < digitsAt.length; i++) {
            writeDigits(digitsAt[i], first + i);
        }
        put(out, xid);
    }

    private void writeDigits(int at, long value) {
        long rest = value;
        for (int i = at + DIGITS.length() - 1; i >= at; i--) {
            frame[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static int[] placeholders(byte[] frame) {
        byte[] wanted = DIGITS.getBytes(StandardCharsets.US_ASCII);
        int[] found = new int[frame.length / wanted.length];
        int count = 0;
        for (int at = 0; at + wanted.length <= frame.length; at++) {
            if (Arrays.equals(frame, at, at + wanted.length, wanted, 0, wanted.length)) {
                found[count++] = at;
                at += wanted.length - 1;
            }
        }
        return Arrays.copyOf(found, count);
    }
}
