// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.process;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The servers that are compared, and that hand data directories to each other.
public enum Product {
    /// Apache ZooKeeper of the version on the test class path.
    APACHE("org.apache.zookeeper.server.quorum.QuorumPeerMain"),
    /// Apache ZooKeeper of the line before, whose jars are not on the test class path.
    APACHE_3_8("org.apache.zookeeper.server.quorum.QuorumPeerMain"),
    /// The server of this project.
    ZABRA("io.zabra.server.Main");

    private final String mainClass;

    Product(String mainClass) {
        this.mainClass = mainClass;
    }

    String mainClass() {
        return mainClass;
    }

    /// The class path for a process of its own.
    public String classPath() {
        String tests = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return this == APACHE_3_8 ? withOlderApache(tests) : tests;
    }

    /// Puts the older jars in the place of the newer: what both need besides is the same.
    private static String withOlderApache(String tests) {
        var entries = new ArrayList<String>();
        Path folder = Path.of(System.getProperty("zabra.apache38"));
        String[] jars = folder.toFile().list();
        if (jars == null || jars.length == 0) {
            throw new IllegalStateException("no jars in " + folder);
        }
        for (String jar : jars) {
            entries.add(folder.resolve(jar).toString());
        }
        for (String entry : List.of(tests.split(File.pathSeparator, -1))) {
            if (!new File(entry).getName().startsWith("zookeeper-")) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    /// Called by the test engine for [OnZabra].
    static boolean zabraPresent() {
        return ZABRA.present();
    }

    /// Whether the server's code is on the test class path.
    public boolean present() {
        try {
            Class.forName(mainClass, false, Product.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }
}
