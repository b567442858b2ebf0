// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.RequestHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/// Bytes taken from Apache ZooKeeper 3.9.5, as test resources.
public final class Golden {

    public enum Kind {
        CONNECT_REQUEST,
        CONNECT_RESPONSE,
        REQUEST,
        REPLY,
        EVENT
    }

    /// A frame without its length. `op` is what a reply answers; null if that is not a known opcode, or does not apply.
    public record Frame(String section, Kind kind, @Nullable OpCode op, byte[] body) {

        @Override
        public String toString() {
            return section + " " + kind + " " + (op == null ? "" : op) + " " + body.length + " bytes";
        }
    }

    private Golden() {}

    /// All client frames, G1 to G15, in their order.
    public static List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        Map<Integer, Integer> opOfXid = new LinkedHashMap<>();
        for (String line : new String(resource("client-frames.txt"), StandardCharsets.US_ASCII).split("\n")) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(" ");
                byte[] bytes = HexFormat.of().parseHex(parts[2]);
                WireReader in = new WireReader(bytes);
                byte[] body = Objects.requireNonNull(in.buffer());
                frames.add(frame(parts[0], parts[1], body, opOfXid));
            }
        }
        return frames;
    }

    /// The frames of one section.
    public static List<Frame> frames(String section) {
        return frames().stream().filter(f -> f.section().equals(section)).toList();
    }

    /// The entries of a transaction log, in their order; their checksums are verified.
    public static List<byte[]> logEntries() {
        WireReader in = new WireReader(resource("log.1"));
        if (in.int32() != 0x5A4B4C47 || in.int32() != 2 || in.int64() != 0) {
            throw new IllegalStateException("not a transaction log");
        }
        List<byte[]> entries = new ArrayList<>();
        while (true) {
            long checksum = in.int64();
            byte[] entry = Objects.requireNonNull(in.buffer());
            if (entry.length == 0) {
                return entries;
            }
            Adler32 adler = new Adler32();
            adler.update(entry);
            if (adler.getValue() != checksum || in.int8() != 'B') {
                throw new IllegalStateException("damaged transaction log");
            }
            entries.add(entry);
        }
    }

    private static Frame frame(String section, String kind, byte[] body, Map<Integer, Integer> opOfXid) {
        return switch (kind) {
            case "connect-request" -> new Frame(section, Kind.CONNECT_REQUEST, null, body);
            case "connect-response" -> new Frame(section, Kind.CONNECT_RESPONSE, null, body);
            case "request" -> {
                RequestHeader header = RequestHeader.read(new WireReader(body));
                opOfXid.put(header.xid(), header.op());
                yield new Frame(section, Kind.REQUEST, OpCode.of(header.op()), body);
            }
            case "server" -> {
                int xid = ReplyHeader.read(new WireReader(body)).xid();
                yield xid == ReplyHeader.NOTIFICATION_XID
                        ? new Frame(section, Kind.EVENT, null, body)
                        : new Frame(section, Kind.REPLY, OpCode.of(Objects.requireNonNull(opOfXid.get(xid))), body);
            }
            default -> throw new IllegalStateException(kind);
        };
    }

    private static byte[] resource(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
