// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.process;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What to start: the product, its data directory, and what differs from the defaults of the tests.
///
/// A value; each `with` makes a new one. `zooCfg` are keys of the configuration file, `properties` system properties.
public record ServerSetup(Product product, Path dataDir, Map<String, String> zooCfg, Map<String, String> properties) {

    /// The digest of the user `super` with the password `secret`, who may do everything.
    private static final String SUPER_DIGEST = "super:lK75jTNcA+U9vtVEw5vB51mj/w4=";

    /// A server with the tests' defaults: quiet timers, all four-letter words, long sessions, a super user.
    public static ServerSetup of(Product product, Path dataDir) {
        var zooCfg = new LinkedHashMap<String, String>();
        zooCfg.put("tickTime", "2000");
        zooCfg.put("maxClientCnxns", "0");
        zooCfg.put("admin.enableServer", "false");
        zooCfg.put("4lw.commands.whitelist", "*");
        var properties = new LinkedHashMap<String, String>();
        properties.put("zookeeper.DigestAuthenticationProvider.superDigest", SUPER_DIGEST);
        properties.put("zookeeper.preAllocSize", "64");
        return new ServerSetup(product, dataDir, zooCfg, properties);
    }

    public ServerSetup withConfig(String key, String value) {
        var changed = new LinkedHashMap<>(zooCfg);
        changed.put(key, value);
        return new ServerSetup(product, dataDir, changed, properties);
    }

    public ServerSetup withProperty(String key, String value) {
        var changed = new LinkedHashMap<>(properties);
        changed.put(key, value);
        return new ServerSetup(product, dataDir, zooCfg, changed);
    }

    /// The same settings for the other product, or on another directory.
    public ServerSetup as(Product other, Path directory) {
        return new ServerSetup(other, directory, zooCfg, properties);
    }

    public RunningServer start() {
        return RunningServer.start(this);
    }
}
