// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Answer to `multi` and `multiRead`: one result for each part.
public record MultiResponse(List<OpResult> results) implements Response {

    public static MultiResponse read(WireReader in) {
        List<OpResult> results = new ArrayList<>();
        for (MultiHeader header = MultiHeader.read(in); !header.done(); header = MultiHeader.read(in)) {
            results.add(OpResult.read(header.type(), in));
        }
        return new MultiResponse(Collections.unmodifiableList(results));
    }

    @Override
    public void write(WireWriter out) {
        for (OpResult result : results) {
            new MultiHeader(result.type(), false, result.error()).write(out);
            result.write(out);
        }
        MultiHeader.END.write(out);
    }
}
