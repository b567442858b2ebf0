// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.hostile;

import io.zabra.interop.raw.Jute;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A server of no ensemble at the quorum or the election port of a member: says what it is told to, byte by byte.
final class Stranger implements AutoCloseable {

    static final int FORWARD = 1;
    static final int ACK = 3;
    static final int REVALIDATE = 6;
    static final int NEW_LEADER = 10;
    static final int FOLLOWER_INFO = 11;
    static final int UP_TO_DATE = 12;
    static final int SNAP = 15;
    static final int OBSERVER_INFO = 16;
    static final int LEADER_INFO = 17;
    static final int ACK_EPOCH = 18;

    private static final int READ_MS = 10_000;
    private static final byte[] SNAPSHOT_END = "BenWasHere".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;

    /// What came in one packet, but for its identities.
    record Packet(int type, long zxid) {}

    private Stranger(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(READ_MS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    static Stranger at(int port) throws IOException {
        return new Stranger(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /// Becomes a learner that has nothing yet, and is up to date.
    static Stranger joined(int quorumPort, long sid) throws IOException {
        Stranger stranger = at(quorumPort);
        stranger.send(info(FOLLOWER_INFO, sid, 0));
        stranger.await(LEADER_INFO);
        stranger.send(packet(ACK_EPOCH, 0, new Jute().int32(-1).toBytes()));
        Packet newLeader = stranger.await(NEW_LEADER);
        stranger.send(packet(ACK, newLeader.zxid(), null));
        stranger.await(UP_TO_DATE);
        return stranger;
    }

    static byte[] info(int type, long sid, long acceptedEpoch) {
        byte[] body = new Jute().int64(sid).int32(0x10000).int64(0).toBytes();
        return packet(type, acceptedEpoch << 32, body);
    }

    /// A packet without identities.
    static byte[] packet(int type, long zxid, byte @Nullable [] body) {
        return new Jute().int32(type).int64(zxid).buffer(body).int32(-1).toBytes();
    }

    /// How a server at the election port begins.
    static byte[] hello(long sid, String address) {
        return new Jute().int64(-65_536).int64(sid).string(address).toBytes();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// The next packet; null if the other side has ended the connection.
    @Nullable
    Packet read() throws IOException {
        try {
            Packet packet = new Packet(in.readInt(), in.readLong());
            in.skipNBytes(Math.max(0, in.readInt()));
            for (int strings = 2 * in.readInt(); strings > 0; strings--) {
                in.skipNBytes(Math.max(0, in.readInt()));
            }
            if (packet.type() == SNAP) {
                skipSnapshot();
            }
            return packet;
        } catch (EOFException | SocketException ended) {
            return null;
        }
    }

    private void skipSnapshot() throws IOException {
        int matching = 0;
        while (matching < SNAPSHOT_END.length) {
            byte next = in.readByte();
            if (next == SNAPSHOT_END[matching]) {
                matching++;
            } else {
                matching = next == SNAPSHOT_END[0] ? 1 : 0;
            }
        }
    }

    private Packet await(int type) throws IOException {
        while (true) {
            Packet packet = read();
            if (packet == null) {
                throw new IOException("the connection ended before a packet of type " + type);
            }
            if (packet.type() == type) {
                return packet;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
