// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.raw;

/// What a server sent in one frame after the handshake: a reply, or a watch event (xid -1).
public record Frame(int xid, long zxid, int error, byte[] body) {

    static final int EVENT_XID = -1;

    static Frame parse(byte[] bytes) {
        var in = new JuteReader(bytes);
        int xid = in.int32();
        long zxid = in.int64();
        int error = in.int32();
        return new Frame(xid, zxid, error, java.util.Arrays.copyOfRange(bytes, 16, bytes.length));
    }

    public boolean isEvent() {
        return xid == EVENT_XID;
    }

    public JuteReader reader() {
        return new JuteReader(body);
    }
}
