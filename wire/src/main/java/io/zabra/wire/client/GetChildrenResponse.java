// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.util.List;

/// Answer to `getChildren`. The names are in no promised order.
public record GetChildrenResponse(List<String> children) implements Response {

    public static GetChildrenResponse read(WireReader in) {
        return new GetChildrenResponse(in.list(WireReader::string));
    }

    @Override
    public void write(WireWriter out) {
        out.strings(children);
    }
}
