// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.wire.client.Response;
import io.zabra.wire.data.ErrorCode;
import org.jspecify.annotations.Nullable;

/// The answer to a request.
///
/// @param error 0 when it succeeded
/// @param body what the reply carries; null for nothing
public record Answer(int error, @Nullable Response body) {

    /// Success without a body.
    public static final Answer DONE = new Answer(0, null);

    public static Answer of(Response body) {
        return new Answer(0, body);
    }

    public static Answer failed(ErrorCode code) {
        return new Answer(code.number(), null);
    }
}
