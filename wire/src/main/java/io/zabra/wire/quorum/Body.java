// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// The frame that all kinds of [QuorumPacket] share.
final class Body {

    static final byte[] NO_BYTES = {};

    private Body() {}

    /// A whole packet without identities.
    static void write(WireWriter out, int type, long zxid, byte @Nullable [] data) {
        out.int32(type).int64(zxid).buffer(data).list(null);
    }

    /// Begins a packet; its body comes next, then [#end(WireWriter, int)] with the result.
    static int begin(WireWriter out, int type, long zxid) {
        out.int32(type).int64(zxid);
        return out.beginFrame();
    }

    /// Ends a packet without identities.
    static void end(WireWriter out, int start) {
        out.endFrame(start);
        out.list(null);
    }

    /// A reader over the body, or null if the packet has none.
    static @Nullable WireReader regionOrNull(WireReader in) {
        if (in.peekInt32() == -1) {
            in.int32();
            return null;
        }
        return in.region();
    }

    /// The transaction that fills the rest of a body.
    static byte[] entry(WireReader in) {
        if (in.remaining() == 0) {
            throw new MalformedPacketException("quorum packet without its transaction");
        }
        return in.rest();
    }
}
