// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Where settings come from.
///
/// @param file `zoo.cfg`, or null to start with the built-in settings (this machine only, port 2181, folder `data`)
/// @param properties system properties
/// @param environment environment variables; `SERVER_JVMFLAGS`, `JVMFLAGS` and `ZOO_DATADIR_AUTOCREATE_DISABLE` count
public record ConfigInput(
        @Nullable Path file, SortedMap<String, String> properties, SortedMap<String, String> environment) {

    public ConfigInput {
        properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }

    /// The input of this process.
    public static ConfigInput ofProcess(@Nullable Path file) {
        var properties = new TreeMap<String, String>();
        for (String name : System.getProperties().stringPropertyNames()) {
            String value = System.getProperty(name);
            if (value != null) {
                properties.put(name, value);
            }
        }
        return new ConfigInput(file, properties, new TreeMap<>(System.getenv()));
    }

    /// Input without file, properties and environment; for tests.
    public static ConfigInput of(@Nullable Path file, Map<String, String> properties) {
        return new ConfigInput(file, new TreeMap<>(properties), new TreeMap<>());
    }
}
