// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

/// A value that a part of the configuration cannot be built from; [ConfigReader] turns it into a [Problem].
final class InvalidSettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String key;

    InvalidSettingException(String key, String rule) {
        super(rule, null, false, false);
        this.key = key;
    }

    /// The setting that breaks the rule.
    String key() {
        return key;
    }

    static void check(boolean holds, String key, String rule) {
        if (!holds) {
            throw new InvalidSettingException(key, rule);
        }
    }
}
