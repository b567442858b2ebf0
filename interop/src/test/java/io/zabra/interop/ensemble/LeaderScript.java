// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.quorum.Side;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The quorum port of a leader of which a test says word for word what it sends. It has one learner at a time.
final class LeaderScript implements AutoCloseable {

    private static final int PATIENCE_MS = 60_000;
    private static final int PACKET_BYTES_MAX = 4 << 20;

    private final ServerSocket listening;
    private @Nullable Socket learner;
    private byte[] held = new byte[0];

    LeaderScript(Ports ports) throws IOException {
        listening = new ServerSocket(ports.quorum(), 5, InetAddress.getLoopbackAddress());
        listening.setSoTimeout(PATIENCE_MS);
    }

    /// Waits for a learner, in the place of the one before.
    void accept() throws IOException {
        hangUp();
        Socket socket = listening.accept();
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        learner = socket;
        held = new byte[0];
    }

    private Socket learner() {
        if (learner == null) {
            throw new IllegalStateException("no learner");
        }
        return learner;
    }

    void send(QuorumPacket... packets) throws IOException {
        WireWriter out = new WireWriter(256);
        for (QuorumPacket packet : packets) {
            packet.write(out);
        }
        learner().getOutputStream().write(out.toByteArray());
    }

    /// The next packet of that kind; answers to pings may come before it, nothing else.
    <P extends QuorumPacket> P read(Class<P> kind) throws IOException {
        while (true) {
            QuorumPacket packet = read();
            if (kind.isInstance(packet)) {
                return kind.cast(packet);
            }
            if (!(packet instanceof QuorumPacket.PingReply)) {
                throw new IllegalStateException("in place of " + kind.getSimpleName() + " came " + packet);
            }
        }
    }

    private QuorumPacket read() throws IOException {
        while (true) {
            int length = QuorumPacket.framedLength(held, 0, held.length, PACKET_BYTES_MAX);
            if (length >= 0) {
                QuorumPacket packet = QuorumPacket.read(new WireReader(held, 0, length), Side.LEARNER);
                held = Arrays.copyOfRange(held, length, held.length);
                return packet;
            }
            byte[] piece = new byte[4_096];
            int count = learner().getInputStream().read(piece);
            if (count < 0) {
                throw new EOFException("the learner has closed the connection");
            }
            int before = held.length;
            held = Arrays.copyOf(held, before + count);
            System.arraycopy(piece, 0, held, before, count);
        }
    }

    void hangUp() throws IOException {
        if (learner != null) {
            learner.close();
            learner = null;
        }
    }

    @Override
    public void close() throws IOException {
        hangUp();
        listening.close();
    }
}
