// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.util.List;

/// `setWatches2`, opcode 105: as [SetWatchesRequest], and the persistent watches too, which never catch up.
public record SetWatches2Request(
        long relativeZxid,
        List<String> data,
        List<String> exist,
        List<String> child,
        List<String> persistent,
        List<String> persistentRecursive)
        implements Request {

    public static SetWatches2Request read(WireReader in) {
        return new SetWatches2Request(
                in.int64(),
                in.list(WireReader::string),
                in.list(WireReader::string),
                in.list(WireReader::string),
                in.list(WireReader::string),
                in.list(WireReader::string));
    }

    @Override
    public void write(WireWriter out) {
        out.int64(relativeZxid)
                .strings(data)
                .strings(exist)
                .strings(child)
                .strings(persistent)
                .strings(persistentRecursive);
    }

    @Override
    public OpCode op() {
        return OpCode.SET_WATCHES2;
    }
}
