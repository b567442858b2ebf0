// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

/// Bytes from outside that do not follow the format; the message names the cause.
///
/// It carries no stack trace: hostile peers can provoke it at will, so it has to be cheap.
public final class MalformedPacketException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MalformedPacketException(String message) {
        super(message, null, false, false);
    }
}
