// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// Answer to a [ConnectRequest], without a header. A timeout of 0 says that the session has expired.
public record ConnectResponse(
        int protocolVersion, int timeoutMs, long sessionId, byte[] password, boolean readOnly, boolean readOnlyPresent)
        implements WireRecord {

    public static ConnectResponse read(WireReader in) {
        int protocolVersion = in.int32();
        int timeoutMs = in.int32();
        long sessionId = in.int64();
        byte[] password = in.buffer();
        if (password == null) {
            throw new MalformedPacketException("connect response without a password");
        }
        boolean present = in.remaining() > 0;
        return new ConnectResponse(protocolVersion, timeoutMs, sessionId, password, present && in.bool(), present);
    }

    @Override
    public void write(WireWriter out) {
        out.int32(protocolVersion).int32(timeoutMs).int64(sessionId).buffer(password);
        if (readOnlyPresent) {
            out.bool(readOnly);
        }
    }
}
