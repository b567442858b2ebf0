// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// First packet of a client, without a header: opens a session (id 0) or resumes one.
///
/// Old clients leave out the last byte (`readOnlyPresent` is false then); the answer has to leave it out as well.
public record ConnectRequest(
        int protocolVersion,
        long lastZxidSeen,
        int timeoutMs,
        long sessionId,
        byte @Nullable [] password,
        boolean readOnly,
        boolean readOnlyPresent)
        implements WireRecord {

    public static ConnectRequest read(WireReader in) {
        int protocolVersion = in.int32();
        long lastZxidSeen = in.int64();
        int timeoutMs = in.int32();
        long sessionId = in.int64();
        byte[] password = in.buffer();
        boolean present = in.remaining() > 0;
        return new ConnectRequest(
                protocolVersion, lastZxidSeen, timeoutMs, sessionId, password, present && in.bool(), present);
    }

    @Override
    public void write(WireWriter out) {
        out.int32(protocolVersion)
                .int64(lastZxidSeen)
                .int32(timeoutMs)
                .int64(sessionId)
                .buffer(password);
        if (readOnlyPresent) {
            out.bool(readOnly);
        }
    }
}
