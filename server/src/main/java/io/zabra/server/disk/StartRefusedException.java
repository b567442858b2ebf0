// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import java.io.IOException;

/// The data directory must not be served as it is; the message says what is wrong, where, and what to do.
public final class StartRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    public StartRefusedException(String message) {
        super(message);
    }
}
