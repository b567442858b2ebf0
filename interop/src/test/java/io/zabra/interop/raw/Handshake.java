// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.raw;

import org.jspecify.annotations.Nullable;

/// The first packet of a connection, with every field free.
public record Handshake(long lastZxid, int timeoutMs, long sessionId, byte @Nullable [] password, Dialect dialect) {

    /// The forms of the packet that real clients send.
    public enum Dialect {
        /// With the read-only byte, which is 0.
        READ_WRITE,
        /// With the read-only byte, which is 1.
        READ_ONLY,
        /// Without that byte, as clients of the time before 3.4 and some of today.
        OLD
    }

    public static Handshake fresh(int timeoutMs) {
        return new Handshake(0, timeoutMs, 0, new byte[16], Dialect.READ_WRITE);
    }

    public Handshake ofSession(long id, byte[] secret) {
        return new Handshake(lastZxid, timeoutMs, id, secret, dialect);
    }

    byte[] encode() {
        var out = new Jute()
                .int32(0)
                .int64(lastZxid)
                .int32(timeoutMs)
                .int64(sessionId)
                .buffer(password);
        return switch (dialect) {
            case READ_WRITE -> out.bool(false).toBytes();
            case READ_ONLY -> out.bool(true).toBytes();
            case OLD -> out.toBytes();
        };
    }

    /// The server's answer.
    ///
    /// @param trailer what follows the password: one byte, or none for a client that sent none
    public record Answer(int protocolVersion, int timeoutMs, long sessionId, byte[] password, byte[] trailer) {

        static Answer parse(byte[] bytes) {
            var in = new JuteReader(bytes);
            int version = in.int32();
            int timeoutMs = in.int32();
            long id = in.int64();
            byte[] password = in.buffer();
            var trailer = new byte[in.remaining()];
            for (int i = 0; i < trailer.length; i++) {
                trailer[i] = in.int8();
            }
            return new Answer(version, timeoutMs, id, password == null ? new byte[0] : password, trailer);
        }

        public boolean accepted() {
            return timeoutMs > 0;
        }
    }
}
