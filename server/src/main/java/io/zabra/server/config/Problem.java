// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

/// One thing that is wrong with the configuration, or worth a warning.
///
/// @param place where it stands: `zoo.cfg:12`, `-Dzookeeper.snapCount`; empty if it stands nowhere
/// @param message what is wrong and what would be right
public record Problem(String place, String message) {

    /// `place: message`.
    @Override
    public String toString() {
        return place.isEmpty() ? message : place + ": " + message;
    }
}
