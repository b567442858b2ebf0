// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.util.List;

/// Answer to `getEphemerals`.
public record EphemeralsResponse(List<String> paths) implements Response {

    public static EphemeralsResponse read(WireReader in) {
        return new EphemeralsResponse(in.list(WireReader::string));
    }

    @Override
    public void write(WireWriter out) {
        out.strings(paths);
    }
}
