// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.util.List;

/// One row of the table of settings.
///
/// @param key name in `zoo.cfg`; a part in angle brackets stands for any text (`server.<id>`)
/// @param properties system properties that mean the same; the first one is the one to document
/// @param kind what values it may have
/// @param defaultText the default in the syntax of `zoo.cfg`; empty for none
/// @param status what setting it does
/// @param doc one line that says what it is
record Setting(String key, List<String> properties, Kind kind, String defaultText, Status status, String doc) {

    Setting {
        properties = List.copyOf(properties);
    }

    /// What setting a key does.
    sealed interface Status {}

    /// It does what it says.
    record Effective() implements Status {}

    /// It is read, checked and then has no effect.
    ///
    /// @param reason why
    record WithoutEffect(String reason) implements Status {}

    /// The server does not start with it, because a server that ignored it would be less safe than its owner believes.
    ///
    /// @param reason why, as the end of the sentence "key=value: ..."
    /// @param harmless values that are accepted nonetheless
    record Refused(String reason, List<String> harmless) implements Status {}

    /// Whether the key stands for many (`server.<id>`).
    boolean isFamily() {
        return key.indexOf('<') >= 0;
    }

    /// The fixed part of the key at its beginning.
    String prefix() {
        return isFamily() ? key.substring(0, key.indexOf('<')) : key;
    }

    boolean isSecret() {
        return kind instanceof Kind.Secret;
    }
}
