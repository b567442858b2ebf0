// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

/// Bytes from outside that do not follow the format; the message names the cause.
///
/// It carries no stack trace: hostile peers can provoke it at will, so it has to be cheap.
public final class MalformedPacketException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean absent;

    public MalformedPacketException(String message) {
        this(message, false);
    }

    private MalformedPacketException(String message, boolean absent) {
        super(message, null, false, false);
        this.absent = absent;
    }

    /// A value is null where the protocol needs one, in a packet that is well formed otherwise.
    public static MalformedPacketException absent(String message) {
        return new MalformedPacketException(message, true);
    }

    /// Whether the packet is well formed, but for a null where a value is needed.
    public boolean absent() {
        return absent;
    }
}
