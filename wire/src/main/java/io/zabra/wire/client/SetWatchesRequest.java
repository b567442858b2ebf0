// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.util.List;

/// `setWatches`, opcode 101: registers the one-shot watches of a client again after it has reconnected.
/// What changed after `relativeZxid` fires at once.
public record SetWatchesRequest(long relativeZxid, List<String> data, List<String> exist, List<String> child)
        implements Request {

    public static SetWatchesRequest read(WireReader in) {
        return new SetWatchesRequest(
                in.int64(), in.list(WireReader::string), in.list(WireReader::string), in.list(WireReader::string));
    }

    @Override
    public void write(WireWriter out) {
        out.int64(relativeZxid).strings(data).strings(exist).strings(child);
    }

    @Override
    public OpCode op() {
        return OpCode.SET_WATCHES;
    }
}
