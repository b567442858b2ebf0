// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client.transport;

import io.zabra.wire.WireReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Packets over a [Transport]: a length of four bytes, then as many bytes. Collects small packets into one write.
/// Owner: the I/O thread.
public final class PacketStream {

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LENGTH_BYTES = 4;

    private final Transport transport;
    private final int maxPacketBytes;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);

    /// The end of a packet that did not fit into `out`.
    private byte @Nullable [] rest;

    private int restAt;

    /// Where the next packet begins in `in`.
    private int packetStart;

    public PacketStream(Transport transport, int maxPacketBytes) {
        this.transport = transport;
        this.maxPacketBytes = maxPacketBytes;
    }

    /// Forgets all bytes: the next ones belong to a new connection.
    public void reset() {
        out.clear();
        in = in.capacity() > BUFFER_BYTES ? ByteBuffer.allocate(BUFFER_BYTES) : in.clear();
        rest = null;
        packetStart = 0;
    }

    /// True if another packet can be taken; otherwise [#flush] has to make room first.
    public boolean hasRoom() {
        return rest == null && out.position() < BUFFER_BYTES / 2;
    }

    /// Takes a packet, which stands behind its length in `frame`. It goes out with the next [#flush].
    public void put(byte[] frame) {
        int fits = Math.min(frame.length, out.remaining());
        out.put(frame, 0, fits);
        if (fits < frame.length) {
            rest = frame;
            restAt = fits;
        }
    }

    /// Writes what the connection takes. False if bytes are left over.
    public boolean flush() throws IOException {
        while (out.position() > 0 || rest != null) {
            out.flip();
            transport.write(out);
            boolean stuck = out.hasRemaining();
            out.compact();
            refill();
            if (stuck) {
                return false;
            }
        }
        return true;
    }

    private void refill() {
        byte[] packet = rest;
        if (packet != null) {
            int fits = Math.min(packet.length - restAt, out.remaining());
            out.put(packet, restAt, fits);
            restAt += fits;
            if (restAt == packet.length) {
                rest = null;
            }
        }
    }

    /// Reads what has come. False if the server has closed the connection.
    public boolean fill() throws IOException {
        return transport.read(in) >= 0;
    }

    /// The next whole packet, or null if more bytes must come first. Valid until the next call of any method.
    public @Nullable WireReader next() throws IOException {
        int from = packetStart;
        if (in.position() - from >= LENGTH_BYTES) {
            int length = in.getInt(from);
            if (length < 0 || length > maxPacketBytes) {
                throw new IOException(
                        "The server sent a packet of " + length + " bytes, the limit is " + maxPacketBytes);
            }
            int end = from + LENGTH_BYTES + length;
            if (in.position() >= end) {
                packetStart = end;
                return new WireReader(in.array(), from + LENGTH_BYTES, end, length);
            }
            makeRoom(from, LENGTH_BYTES + length);
        } else {
            makeRoom(from, LENGTH_BYTES);
        }
        return null;
    }

    /// Moves the packet that is incomplete to the front, into a longer array if it needs one.
    private void makeRoom(int from, int wanted) {
        packetStart = 0;
        in.flip().position(from);
        if (wanted > in.capacity()) {
            in = ByteBuffer.allocate(wanted + BUFFER_BYTES).put(in);
        } else {
            in.compact();
        }
    }
}
