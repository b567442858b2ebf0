// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.RequestHeader;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import org.jspecify.annotations.Nullable;

/// Decodes a whole packet and encodes it again.
public final class Packets {

    private Packets() {}

    /// The packet after a round through its records. Bytes behind the records are dropped.
    public static byte[] recoded(Golden.Frame frame) {
        return recoded(frame.kind(), frame.op(), frame.body());
    }

    public static byte[] recoded(Golden.Kind kind, @Nullable OpCode op, byte[] body) {
        WireReader in = new WireReader(body);
        WireWriter out = new WireWriter(1);
        switch (kind) {
            case CONNECT_REQUEST -> ConnectRequest.read(in).write(out);
            case CONNECT_RESPONSE -> ConnectResponse.read(in).write(out);
            case REQUEST -> {
                RequestHeader header = RequestHeader.read(in);
                header.write(out);
                OpCode known = OpCode.of(header.op());
                if (known != null) {
                    Request.read(known, in).write(out);
                }
            }
            case REPLY -> {
                ReplyHeader header = ReplyHeader.read(in);
                header.write(out);
                if (header.error() == 0 && op != null) {
                    Response.read(op, in).write(out);
                }
            }
            case EVENT -> {
                ReplyHeader.read(in).write(out);
                WatcherEvent.read(in).write(out);
            }
        }
        return out.toByteArray();
    }
}
