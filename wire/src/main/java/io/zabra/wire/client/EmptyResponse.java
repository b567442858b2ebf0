// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// Answer without a body: `delete`, `ping`, `auth`, `setWatches`, `removeWatches`, `closeSession` and others.
public record EmptyResponse() implements Response {

    public static EmptyResponse read(WireReader in) {
        return new EmptyResponse();
    }

    @Override
    public void write(WireWriter out) {
        // The record is empty.
    }
}
