// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// Bytes that servers of Apache ZooKeeper 3.9.5 sent to each other, as test resources.
public final class GoldenQuorum {

    /// A packet as `sender` sent it.
    public record Packet(String transcript, Side sender, String name, byte[] bytes) {

        @Override
        public String toString() {
            return transcript + " " + name + " of the " + sender + ", " + bytes.length + " bytes";
        }
    }

    private GoldenQuorum() {}

    public static List<Packet> packets() {
        List<Packet> packets = new ArrayList<>();
        for (String[] parts : lines("quorum-packets.txt")) {
            Side sender = parts[1].equals("leader") ? Side.LEADER : Side.LEARNER;
            packets.add(new Packet(parts[0], sender, parts[2], HexFormat.of().parseHex(parts[3])));
        }
        return packets;
    }

    /// Messages of the election: one that introduces a server, the others votes.
    public static byte[] election(String name) {
        return lines("election.txt").stream()
                .filter(parts -> parts[0].equals(name))
                .map(parts -> HexFormat.of().parseHex(parts[1]))
                .findFirst()
                .orElseThrow();
    }

    /// A packet after a round through its record.
    public static byte[] recodedPacket(Side sender, byte[] bytes) {
        WireWriter out = new WireWriter(1);
        QuorumPacket.read(new WireReader(bytes), sender).write(out);
        return out.toByteArray();
    }

    /// A vote after a round through its record.
    public static byte[] recodedNotification(byte[] bytes) {
        WireWriter out = new WireWriter(1);
        Notification.read(new WireReader(bytes)).write(out);
        return out.toByteArray();
    }

    /// A first message after a round through its record.
    public static byte[] recodedInitialMessage(byte[] bytes) {
        WireWriter out = new WireWriter(1);
        InitialMessage.read(new WireReader(bytes)).write(out);
        return out.toByteArray();
    }

    private static List<String[]> lines(String name) {
        try (InputStream in = GoldenQuorum.class.getResourceAsStream("/golden/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
