// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.process;

/// The two servers that are compared.
public enum Product {
    /// Apache ZooKeeper of the version on the test class path.
    APACHE("org.apache.zookeeper.server.ZooKeeperServerMain"),
    /// The server of this project.
    ZABRA("io.zabra.server.Main");

    private final String mainClass;

    Product(String mainClass) {
        this.mainClass = mainClass;
    }

    String mainClass() {
        return mainClass;
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
