// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The version of this server, in the form in which ZooKeeper tells its own.
///
/// It begins with the version of Apache ZooKeeper whose behaviour this server has, because clients and monitoring
/// programs decide by it what they may use (kazoo, go-zookeeper, Datadog and others read `digits.digits.digits` up to
/// the first hyphen, then ", built on" and a date). Zabra's own version stands behind the hyphen, where Apache has the
/// commit.
public final class ServerVersion {

    /// The version of Apache ZooKeeper that this server behaves as.
    public static final String COMPATIBLE = "3.9.5";

    private static final Properties BUILD = build();

    private ServerVersion() {}

    /// Zabra's own version, such as `0.1.0`.
    public static String own() {
        return BUILD.getProperty("version", "unknown");
    }

    /// `3.9.5-zabra-0.1.0, built on 2026-11-21 05:00 UTC`.
    public static String full() {
        return COMPATIBLE + "-zabra-" + own() + ", built on " + BUILD.getProperty("built", "1970-01-01 00:00") + " UTC";
    }

    private static Properties build() {
        var properties = new Properties();
        try (InputStream in = ServerVersion.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return properties;
    }
}
