// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// Answer to `getAllChildrenNumber`.
public record CountResponse(int count) implements Response {

    public static CountResponse read(WireReader in) {
        return new CountResponse(in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(count);
    }
}
