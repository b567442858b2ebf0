// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the word `envi` tells of Java, the operating system and the user.
public final class Environment {

    private static final List<String> PROPERTIES = List.of(
            "java.version",
            "java.vendor",
            "java.home",
            "java.class.path",
            "java.library.path",
            "java.io.tmpdir",
            "java.compiler",
            "os.name",
            "os.arch",
            "os.version",
            "user.name",
            "user.home",
            "user.dir");

    private static final String NONE = "<NA>";

    private Environment() {}

    /// Names and values in Apache's order, as of now. The first call may wait for the name service.
    public static Map<String, String> describe() {
        var entries = new LinkedHashMap<String, String>();
        entries.put("host.name", hostName());
        for (String property : PROPERTIES) {
            entries.put(property, System.getProperty(property, NONE));
        }
        Runtime runtime = Runtime.getRuntime();
        entries.put("os.memory.free", megabytes(runtime.freeMemory()));
        entries.put("os.memory.max", megabytes(runtime.maxMemory()));
        entries.put("os.memory.total", megabytes(runtime.totalMemory()));
        return entries;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException nameless) {
            return NONE;
        }
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + "MB";
    }
}
