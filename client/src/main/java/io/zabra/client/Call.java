// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.WireWriter;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.RequestHeader;
import io.zabra.wire.client.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A request on its way and what to do with its answer.
///
/// @param frame the whole packet with its length; the xid is filled in when it is sent
/// @param path the path as the application named it, for errors
/// @param answer called exactly once, on the I/O thread
record Call(OpCode op, byte[] frame, @Nullable String path, Answer answer) {

    private static final Logger LOG = LoggerFactory.getLogger(Call.class);

    /// Where the xid stands in a frame: behind the length.
    static final int XID_AT = 4;

    /// Where the request begins in a frame: behind length, xid and opcode.
    static final int BODY_AT = 12;

    /// A packet with its length in front.
    static byte[] frame(int xid, Request request) {
        WireWriter out = new WireWriter(64);
        int start = out.beginFrame();
        new RequestHeader(xid, request.op().number()).write(out);
        request.write(out);
        out.endFrame(start);
        return out.toByteArray();
    }

    /// The xid after this one; those below 1 have meanings of their own.
    static int following(int xid) {
        return xid == Integer.MAX_VALUE ? 1 : xid + 1;
    }

    /// What comes back: exactly one of the two methods is called, exactly once, on the I/O thread, which must not be
    /// held up.
    interface Answer {

        /// The server's answer, as it came.
        void answered(Response response);

        /// The server's error, or the client's own. Runs before the failure is told to the application.
        void failed(ZabraException failure);
    }

    /// Takes answers that nobody waits for.
    static final Answer NOBODY = new Answer() {
        @Override
        public void answered(Response response) {
            LOG.trace("Done");
        }

        @Override
        public void failed(ZabraException failure) {
            LOG.debug("Not done", failure);
        }
    };
}
