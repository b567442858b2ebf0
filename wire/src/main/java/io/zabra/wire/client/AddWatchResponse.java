// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// Answer to `addWatch`: an int that is always 0.
public record AddWatchResponse() implements Response {

    public static AddWatchResponse read(WireReader in) {
        in.int32();
        return new AddWatchResponse();
    }

    @Override
    public void write(WireWriter out) {
        out.int32(0);
    }
}
