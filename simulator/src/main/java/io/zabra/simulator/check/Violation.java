// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

/// Something happened that must never happen.
public final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Violation(String message) {
        super(message);
    }

    /// A rule of ensembles is broken.
    public Violation(Rule rule, String what) {
        super(rule + ": " + what);
    }
}
