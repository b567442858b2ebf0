// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.data;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// Metadata of a node as it is stored in snapshots, 60 bytes. `cversion` counts the children ever created;
/// `ephemeralOwner` also marks containers and TTL nodes.
public record StatPersisted(
        long czxid,
        long mzxid,
        long ctimeMs,
        long mtimeMs,
        int version,
        int cversion,
        int aversion,
        long ephemeralOwner,
        long pzxid)
        implements WireRecord {

    public static StatPersisted read(WireReader in) {
        return new StatPersisted(
                in.int64(),
                in.int64(),
                in.int64(),
                in.int64(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int64(),
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
                .int64(pzxid);
    }
}
