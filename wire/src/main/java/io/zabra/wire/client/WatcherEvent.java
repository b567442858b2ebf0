// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// A watch that fired: what happened (`type`), the state of the session (`state`) and the path of the node.
/// It follows a [ReplyHeader] with xid -1.
public record WatcherEvent(int type, int state, String path) implements WireRecord {

    public static WatcherEvent read(WireReader in) {
        return new WatcherEvent(in.int32(), in.int32(), in.string());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(type).int32(state).string(path);
    }

    public static final int NODE_CREATED = 1;
    public static final int NODE_DELETED = 2;
    public static final int NODE_DATA_CHANGED = 3;
    public static final int NODE_CHILDREN_CHANGED = 4;

    /// The only state that a server sends today.
    public static final int SYNC_CONNECTED = 3;
}
