// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.data;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// What a client sees of the metadata of a node, 68 bytes. Times are wall clock milliseconds of the leader.
/// `cversion` and `ephemeralOwner` differ from what is stored: see [StatPersisted].
public record Stat(
        long czxid,
        long mzxid,
        long ctimeMs,
        long mtimeMs,
        int version,
        int cversion,
        int aversion,
        long ephemeralOwner,
        int dataLength,
        int numChildren,
        long pzxid)
        implements WireRecord {

    public static Stat read(WireReader in) {
        return new Stat(
                in.int64(),
                in.int64(),
                in.int64(),
                in.int64(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int64(),
                in.int32(),
                in.int32(),
                in.int64());
    }

    @Override
    public void write(WireWriter out) {
        out.int64(czxid)
                .int64(mzxid)
                .int64(ctimeMs)
                .int64(mtimeMs)
                .int32(version)
                .int32(cversion)
                .int32(aversion)
                .int64(ephemeralOwner)
                .int32(dataLength)
                .int32(numChildren)
                .int64(pzxid);
    }
}
