// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Response;
import org.jspecify.annotations.Nullable;

/// A request on its way and what to do with its answer.
///
/// @param frame the whole packet with its length; the xid is filled in when it is sent
/// @param path the path as the application named it, for errors
/// @param answer called exactly once, on the I/O thread
record Call(OpCode op, byte[] frame, @Nullable String path, Answer answer) {

    /// Where the xid stands in a frame: behind the length.
    static final int XID_AT = 4;

    /// Where the request begins in a frame: behind length, xid and opcode.
    static final int BODY_AT = 12;

    /// What comes back: exactly one of the two methods is called, exactly once, on the I/O thread, which must not be
    /// held up.
    interface Answer {

        /// The server's answer, as it came.
        void answered(Response response);

        /// The server's error, or the client's own. Runs before the failure is told to the application.
        void failed(ZabraException failure);
    }
}
