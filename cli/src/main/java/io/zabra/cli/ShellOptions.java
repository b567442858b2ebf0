// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import io.zabra.client.ClientLimits;

/// How the shell connects.
///
/// @param server a connect string
/// @param waitForConnection give up when there is no connection within the timeout
record ShellOptions(String server, int timeoutMs, boolean readOnly, boolean waitForConnection, ClientLimits limits) {

    ShellOptions {
        if (timeoutMs <= 0) {
            throw new IllegalArgumentException("The timeout must be above 0, not " + timeoutMs);
        }
    }
}
