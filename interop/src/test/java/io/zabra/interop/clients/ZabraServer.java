// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.clients;

import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import java.nio.file.Path;

/// The server that the client tests share: short ticks and an eager sweeper, so that expiry can be waited for.
final class ZabraServer {

    private ZabraServer() {}

    static RunningServer start(Path directory) {
        return setup(directory).start();
    }

    static ServerSetup setup(Path directory) {
        return ServerSetup.of(Product.ZABRA, directory)
                .withConfig("tickTime", "200")
                .withConfig("maxSessionTimeout", "60000")
                .withConfig("extendedTypesEnabled", "true")
                .withProperty("znode.container.checkIntervalMs", "300");
    }
}
