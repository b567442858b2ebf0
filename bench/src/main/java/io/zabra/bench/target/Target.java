// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import java.io.IOException;

/// A server that can be measured.
public interface Target {

    /// Column title and key in results.
    String name();

    /// Starts it on an empty data directory, or connects to it if it runs already; returns when it answers.
    RunningServer start(ServerSettings settings) throws IOException;
}
