// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.core;

import io.zabra.core.session.ClientLink;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Tag;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import org.jspecify.annotations.Nullable;

/// Encodes replies as a connection does, and forgets them.
final class EncodingLink implements ClientLink {

    private static final int EVENT_XID = -1;
    private static final int BATCH_BYTES = 16 << 10;

    private final WireWriter out = new WireWriter(256);

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void connected(ConnectResponse response, long zxid) {
        response.write(out);
    }

    @Override
    public void reply(Tag tag, long zxid, int error, @Nullable Response body) {
        if (error != 0) {
            throw new IllegalStateException(tag.op() + " failed: error " + error);
        }
        int frame = out.beginFrame();
        out.int32(tag.xid()).int64(zxid).int32(error);
        if (body != null) {
            body.write(out);
        }
        out.endFrame(frame);
        forget();
    }

    @Override
    public void event(long zxid, WatcherEvent event) {
        int frame = out.beginFrame();
        out.int32(EVENT_XID).int64(zxid).int32(0);
        event.write(out);
        out.endFrame(frame);
        forget();
    }

    @Override
    public void close(CloseReason reason) {
        throw new IllegalStateException("closed: " + reason);
    }

    private void forget() {
        if (out.position() > BATCH_BYTES) {
            out.reset();
        }
    }
}
