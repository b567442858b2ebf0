// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Stat;
import java.util.List;

/// Answer to `getChildren2`. The names are in no promised order.
public record GetChildren2Response(List<String> children, Stat stat) implements Response {

    public static GetChildren2Response read(WireReader in) {
        return new GetChildren2Response(in.list(WireReader::string), Stat.read(in));
    }

    @Override
    public void write(WireWriter out) {
        out.strings(children);
        stat.write(out);
    }
}
