// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import java.io.IOException;

/// A kind of server that can be measured.
public interface Target {

    /// Column title and key in results.
    String name();

    /// Starts an ensemble of so many members (1 = a server that stands alone) on empty data directories, or connects to
    /// what runs already; returns when each answers.
    RunningEnsemble start(ServerSettings settings, int members) throws IOException;
}
