// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.disk;

/// The simulated machine went down in the middle of a disk operation. Only the simulation catches it.
public final class PowerLoss extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PowerLoss() {
        super("the machine went down", null, false, false);
    }
}
