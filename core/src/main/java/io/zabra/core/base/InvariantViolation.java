// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.base;

/// A broken invariant: the state of this server can no longer be trusted, so the process stops.
public final class InvariantViolation extends Error {

    private static final long serialVersionUID = 1L;

    public InvariantViolation(String message) {
        super(message);
    }
}
