// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.floor;

import io.zabra.wire.WireWriter;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.data.Stat;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Replies encoded once; only the xid is patched. Owned by the floor server's thread.
final class CannedReplies {

    private static final int XID_AT = 4;
    private static final int MULTI_RESULTS = 10;
    private static final int CHILDREN = 1000;
    private static final Stat STAT = new Stat(1, 1, 0, 0, 0, 0, 0, 0, 100, 0, 1);

    private final ByteBuffer handshake = handshakeFrame();
    private final ByteBuffer empty = frame(new WireWriter());
    private final ByteBuffer stat = frame(stat(new WireWriter()));
    private final ByteBuffer data = frame(stat(new WireWriter().buffer(new byte[100])));
    private final ByteBuffer path = frame(new WireWriter().string("/bench/floor/n0000000000"));
    private final ByteBuffer children = frame(new WireWriter()
            .strings(IntStream.range(0, CHILDREN).mapToObj("n%09d"::formatted).toList()));
    private final ByteBuffer multi = frame(multi(new WireWriter()));

    ByteBuffer handshake() {
        return handshake.rewind();
    }

    /// The reply to a request frame (without its length).
    ByteBuffer answer(ByteBuffer frame) {
        ByteBuffer reply = reply(OpCode.of(frame.getInt(4)));
        return reply.putInt(XID_AT, frame.getInt(0)).rewind();
    }

    static boolean closes(ByteBuffer frame) {
        return OpCode.of(frame.getInt(4)) == OpCode.CLOSE_SESSION;
    }

    static boolean writes(ByteBuffer frame) {
        OpCode op = OpCode.of(frame.getInt(4));
        return op == OpCode.SET_DATA || op == OpCode.CREATE || op == OpCode.DELETE || op == OpCode.MULTI;
    }

    private ByteBuffer reply(@Nullable OpCode op) {
        return switch (op) {
            case null -> empty;
            case EXISTS, SET_DATA -> stat;
            case GET_DATA -> data;
            case CREATE -> path;
            case GET_CHILDREN -> children;
            case MULTI -> multi;
            default -> empty;
        };
    }

    private static WireWriter stat(WireWriter body) {
        STAT.write(body);
        return body;
    }

    private static WireWriter multi(WireWriter body) {
        for (int i = 0; i < MULTI_RESULTS; i++) {
            body.int32(OpCode.SET_DATA.number()).bool(false).int32(0);
            STAT.write(body);
        }
        return body.int32(-1).bool(true).int32(-1);
    }

    private static ByteBuffer frame(WireWriter body) {
        var out = new WireWriter();
        int start = out.beginFrame();
        new ReplyHeader(0, 1, 0).write(out);
        out.raw(body.toByteArray());
        out.endFrame(start);
        return direct(out);
    }

    private static ByteBuffer handshakeFrame() {
        var out = new WireWriter();
        int start = out.beginFrame();
        new ConnectResponse(0, 40_000, 1, new byte[16], false, true).write(out);
        out.endFrame(start);
        return direct(out);
    }

    private static ByteBuffer direct(WireWriter out) {
        byte[] bytes = out.toByteArray();
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
