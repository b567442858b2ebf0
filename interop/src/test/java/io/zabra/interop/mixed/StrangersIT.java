// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Zxid;
import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Crowd;
import io.zabra.interop.cluster.Judgement;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.raw.Jute;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: whatever strangers send to the ports of our members, the ensemble goes on: nobody loses the leader.
/// Method: half frames, frames that are too long, numbers out of range and plain noise, from a seed, at both ports.
@OnZabra
class StrangersIT {

    private static final int ROUNDS = 40;
    private static final long SEED = 12;
    private static final long NOBODY = 77;
    private static final long FIRST_VERSION = -65_536;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final List<Socket> open = new ArrayList<>();

    @Test
    void noiseAtThePortsForMembersDisturbsNobody() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(Product.ZABRA, Product.APACHE, Product.ZABRA), folder)) {
            Leadership.of(cluster, Product.ZABRA);
            try (Crowd crowd = Crowd.start(cluster, 3)) {
                crowd.awaitWrites(20);
                ClusterMember leader = cluster.leader();
                long epoch = Zxid.epoch(leader.zxid());
                for (int i = 0; i < ROUNDS; i++) {
                    for (ClusterMember member : List.of(cluster.member(1), cluster.member(3))) {
                        send(member.peerPorts().getFirst(), i % 2 == 0 ? learnersNoise(i) : noise());
                        send(member.peerPorts().getLast(), i % 2 == 0 ? votersNoise(i) : noise());
                    }
                    crowd.awaitWrites(2);
                }
                assertThat(cluster.leader()).isSameAs(leader);
                assertThat(Zxid.epoch(leader.zxid())).isEqualTo(epoch);
            }
            for (Socket socket : open) {
                socket.close();
            }
            assertThat(cluster.members()).allMatch(ClusterMember::alive);
            Trees.assertSame(cluster);
            Judgement.pass(cluster, "strangers");
        }
    }

    /// Every other connection stays open, as of somebody who will send the rest later.
    private void send(int port, byte[] bytes) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.getOutputStream().write(bytes);
        } catch (IOException nobodyListens) {
            // Only leaders listen for learners.
            socket.close();
            return;
        }
        if (random.nextBoolean()) {
            socket.close();
        }
    }

    private byte[] noise() {
        byte[] bytes = new byte[1 + random.nextInt(500)];
        random.nextBytes(bytes);
        return bytes;
    }

    /// What begins as a voter's connection does.
    private byte[] votersNoise(int round) {
        byte[] address = "127.0.0.1:1".getBytes(StandardCharsets.US_ASCII);
        Jute hello = new Jute()
                .int64(FIRST_VERSION)
                .int64(NOBODY)
                .int32(address.length)
                .raw(address);
        return switch (round / 2 % 5) {
            case 0 -> hello.int32(Integer.MAX_VALUE).toBytes();
            case 1 -> hello.int32(-1).toBytes();
            case 2 -> hello.int32(27).raw(new byte[27]).toBytes();
            // A vote whose configuration is longer than the frame.
            case 3 ->
                hello.int32(48)
                        .int32(0)
                        .raw(new byte[32])
                        .int32(2)
                        .int32(1 << 20)
                        .int32(0)
                        .toBytes();
            default -> hello.int32(44).raw(new byte[20]).toBytes();
        };
    }

    /// What begins as a learner's connection does.
    private byte[] learnersNoise(int round) {
        Jute info = new Jute().int32(11).int64(0);
        return switch (round / 2 % 5) {
            case 0 -> info.int32(Integer.MAX_VALUE).toBytes();
            case 1 -> info.int32(-7).toBytes();
            case 2 ->
                info.int32(20)
                        .int64(NOBODY)
                        .int32(0x10000)
                        .int64(0)
                        .int32(Integer.MAX_VALUE)
                        .toBytes();
            // An epoch that nobody ever had, then silence.
            case 3 ->
                new Jute()
                        .int32(11)
                        .int64(-1)
                        .int32(20)
                        .int64(NOBODY)
                        .int32(0x10000)
                        .int64(0)
                        .int32(-1)
                        .toBytes();
            default -> info.int32(20).int64(NOBODY).toBytes();
        };
    }
}
